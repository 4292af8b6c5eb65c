//! What a list that is none, odd words and shared numbers mean for whoever works with them.

use serde_json::{Value, json};

use crate::cli::support::{Home, Receiver};
use crate::support::peer::{Peer, answer};

fn incidents(home: &Home, items: &Value) {
    home.write("incidents.json", &items.to_string());
}

/// A home whose source `lab` is a program that prints the file `list`.
fn printing(list: &str, keys: &str) -> Home {
    let home = Home::new();
    home.write("list", list);
    let path = home.path("list").display().to_string();
    home.write(
        "config.toml",
        &format!("[[source]]\nname = \"lab\"\nkind = \"command\"\ncommand = [\"cat\", \"{path}\"]\n{keys}"),
    );
    home
}

#[tokio::test(flavor = "multi_thread")]
async fn over_an_empty_list_what_was_known_stays_and_can_be_pressed() {
    let home = Home::new();
    home.done(&["incident", "list"]);
    let peer = Peer::answering(answer("200 OK", "Connection: close\r\n", "")).await;
    home.add_go(&peer.url("/"), &["--only-open"]);
    for empty in ["", "\n", "null", "{\"error\": \"quota\"}", "<html>", "[{\"title\": \"no id\"}]"] {
        home.write("incidents.json", empty);
        let ran = home.done(&["incident", "list"]);
        assert_eq!(ran.out.lines().count(), 2, "{empty}: {ran:?}");
        assert!(ran.err.contains("warning: lab: ") && ran.err.contains("using what was known"), "{empty}: {ran:?}");
        let tested = home.andon(&["source", "test"]);
        assert!(tested.code == 1 && tested.out.starts_with("✖ lab: "), "{empty}: {tested:?}");
    }
    let ran = home.go(&["--yes", "--json"]);
    assert_eq!((ran.code, &ran.object()["outcome"]), (0, &json!("succeeded")), "{ran:?}");
    home.write("incidents.json", "[]");
    assert_eq!(home.done(&["incident", "list"]).out, "");
}

#[test]
fn a_word_that_nobody_knows_is_shown_as_given_and_counts_as_a_warning() {
    let home = Home::new();
    incidents(
        &home,
        &json!([
            {"incident_id": "a1", "title": "one", "incident_severity": "Emergency", "progress": "in progress"},
            {"incident_id": "b2", "title": "two", "incident_severity": "Blorp", "incident_status": "Blorp", "progress": "Dreaming"}
        ]),
    );
    let listed = home.done(&["incident", "list"]).out;
    assert!(listed.contains("CRIT   a1  Processing") && listed.contains("Blorp  b2  Dreaming"), "{listed}");
    let all = home.done(&["incident", "list", "--json"]).json();
    let of = |id: &str| all.iter().find(|incident| incident["incident_id"] == id).unwrap();
    assert_eq!(
        (&of("a1")["incident_severity"], &of("a1")["incident_severity_as_given"]),
        (&json!("Critical"), &json!("Emergency"))
    );
    assert_eq!((&of("b2")["incident_severity"], &of("b2")["incident_status"]), (&json!("Warning"), &json!("Warning")));
    assert_eq!((&of("b2")["progress"], &of("b2")["progress_as_given"]), (&json!("Triggered"), &json!("Dreaming")));
    let shown = home.done(&["incident", "show", "b2"]).out;
    assert!(shown.contains("severity  Blorp") && shown.contains("progress  Dreaming"), "{shown}");
    let tested = home.done(&["source", "test"]).out;
    assert!(tested.contains("the word \"Blorp\" is not known"), "{tested}");

    let config = std::fs::read_to_string(home.path("config.toml")).unwrap();
    home.write(
        "config.toml",
        &format!("{config}severity = {{ blorp = \"Info\" }}\nprogress = {{ dreaming = \"Closed\" }}\n"),
    );
    assert!(!home.done(&["incident", "list"]).out.contains("b2"), "it is closed");
    let all = home.done(&["incident", "list", "--all"]).out;
    assert!(all.contains("INFO  b2  Closed"), "{all}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_incidents_never_share_a_number_and_none_confirms_another() {
    let home = Home::new();
    let item =
        |id: &str| json!({"incident_id": id, "title": id, "incident_severity": "Critical", "channel_key": "platform"});
    incidents(&home, &json!([item("INC0012345")]));
    let num = |id: &str| home.done(&["incident", "show", id, "--json"]).object()["num"].as_str().unwrap().to_owned();
    assert_eq!(num("INC0012345"), "012345");
    incidents(&home, &json!([item("REQ0012345"), item("INC0012345"), item("INC0012346")]));
    assert_eq!(
        (num("INC0012345"), num("REQ0012345"), num("INC0012346")),
        ("012345".into(), "0012345".into(), "012346".into())
    );
    // Numbers of the source's own may be shared, too: the second gets another here.
    incidents(
        &home,
        &json!([item("REQ0012345"), item("INC0012345"), {"incident_id": "x", "num": "012345", "title": "x"}]),
    );
    assert_eq!(num("x"), "x");
    assert!(home.done(&["incident", "list"]).err.contains("x has the number 012345 of another incident"));
    let peer = Peer::answering(answer("200 OK", "Connection: close\r\n", "")).await;
    home.add_go(&peer.url("/"), &["--danger"]);
    let press = |confirm: &str| home.andon(&["run", "Go", "--incident", "REQ0012345", "--confirm", confirm]);
    assert_eq!(press("012345").code, 4);
    assert_eq!(press("0012345").code, 0);
}

#[test]
fn a_condition_that_reads_nothing_keeps_the_last_known_list() {
    let home = printing(&json!([{"id": "a1b2", "t": "one", "v": {"s": "down"}}]).to_string(), "");
    let config = std::fs::read_to_string(home.path("config.toml")).unwrap();
    let with = |condition: &str| {
        let map = "[source.map]\nincident_id = \"id\"\ntitle = \"t\"\n";
        home.write("config.toml", &format!("{config}where = \"{condition}\"\n{map}"));
    };
    with("v.s == 'down'");
    assert!(home.done(&["incident", "list"]).out.contains("one"));
    with("v.t == 'down'");
    let listed = home.done(&["incident", "list"]);
    assert!(listed.out.contains("one"), "{listed:?}");
    assert!(listed.err.contains("`where` reads v.t, and no item has that; did you mean `v.s`?"), "{listed:?}");
    assert_eq!(home.andon(&["source", "test"]).code, 1);
}

#[test]
fn an_empty_text_is_no_incident() {
    let home = Home::new();
    incidents(&home, &json!([{"incident_id": "only", "title": "x", "channel_key": "platform"}]));
    for empty in ["", "  "] {
        for command in
            [&["incident", "ack", empty][..], &["incident", "show", empty], &["run", "Go", "--incident", empty]]
        {
            let said = home.andon(command);
            assert!(
                said.code == 2 && said.err.contains("names no incident"),
                "{command:?}: {} {}",
                said.code,
                said.err
            );
        }
    }
}

#[test]
fn an_incident_is_found_by_the_beginning_of_its_id() {
    let home = Home::new();
    incidents(
        &home,
        &json!([{"incident_id": "a1b2c3d4e5f6", "title": "x"}, {"incident_id": "a1b2c399ffff", "title": "y"}]),
    );
    assert_eq!(home.done(&["incident", "show", "A1B2C3D", "--json"]).object()["title"], "x");
    let ran = home.andon(&["incident", "show", "A1B2C3"]);
    assert!(ran.code == 2 && ran.err.contains("a1b2c3d4e5f6") && ran.err.contains("a1b2c399ffff"), "{ran:?}");
    assert_eq!(home.andon(&["incident", "show", "a1b2c"]).code, 2);
}

#[test]
fn a_test_of_a_source_says_what_its_list_hides_and_the_list_of_sources_knows() {
    let items =
        r#"[{"id": "1", "sev": "Disaster", "when": "yesterday", "s": "down"}, {"id": "2", "s": "up"}, {"s": "down"}]"#;
    let map = "where = \"s == 'down'\"\n[source.map]\nincident_id = \"id\"\ntitle = \"summary\"\nincident_severity = \"sev\"\n\
               start_time = \"when\"\n\"labels.owner\" = \"who\"\n";
    let home = printing(items, map);
    let tested = home.done(&["source", "test"]).out;
    assert!(tested.starts_with("✔ lab: a command with 1 incident\n"), "{tested}");
    for said in [
        "1 of 3 items are not wanted, as `where` says",
        "item 3 was left out: it has no incident_id",
        "title: no item has `summary` (there are id, sev, when, s)",
        "labels.owner: no item has `who`",
        "start_time: \"yesterday\" is not a time",
        "incident_severity: \"Disaster\" is read as Critical",
    ] {
        assert!(tested.contains(said), "{said}: {tested}");
    }
    let json = home.done(&["source", "test", "--json"]).object();
    assert_eq!((&json["items"], &json["left_out"], &json["unwanted"]), (&json!(3), &json!(1), &json!(1)));
    assert!(home.done(&["source", "list"]).out.contains("answered now, 1 open"));
}

#[test]
fn the_secrets_of_a_program_are_in_no_argument_and_in_nothing_that_it_says() {
    let home = Home::new();
    home.write("token", "s3cret-t0ken\n");
    let script = r#"read line; t=$(printf %s "$TOKEN" | wc -c); l=$(printf %s "$line" | wc -c); echo "[{\"incident_id\": \"$t/$l/$#\", \"title\": \"$TOKEN\"}]"; [ -e fail ] || exit 0; echo "bad token $TOKEN" >&2; exit 3"#;
    let path = home.path("token").display().to_string();
    let dir = home.path("").display().to_string();
    home.write(
        "config.toml",
        &format!(
            "[[source]]\nname = \"lab\"\nkind = \"command\"\ncommand = [\"sh\", \"-c\", {}]\n\
             env = {{ TOKEN = \"${{file:{path}}}\" }}\nstdin = \"in:${{file:{path}}}\"\n",
            json!(format!("cd {dir} && {script}"))
        ),
    );
    let listed = home.done(&["incident", "list", "--json"]).object();
    assert_eq!(listed["incident_id"], "12/15/0", "as long as the token, and `in:` before it");
    assert!(!listed.to_string().contains("s3cret"), "{listed}");
    home.write("fail", "");
    let ran = home.done(&["incident", "list"]);
    assert!(ran.err.contains("sh ended with 3: bad token ") && !ran.err.contains("s3cret"), "{ran:?}");
}

#[test]
fn numbers_are_passed_on_as_they_were_written() {
    for raw in [
        "12345678901234567890123",
        "1.10",
        "0.1",
        "9007199254740993",
        "18446744073709551616",
        "1.0",
        "-0.50",
        "123456789012345678901234567890123456789012345",
        "1E5",
        "1e3",
        "-0",
        "-0.0",
        "2.50E-07",
        "1e+400",
    ] {
        let home = Home::new();
        let text = format!(
            r#"[{{"incident_id": "a1", "title": "x", "ticket": {raw}, "fields": {{"n": {raw}, "list": [{raw}, 2.50]}},
                "labels": {{"l": {raw}}}, "channel_key": "platform",
                "alerts": [{{"alert_id": {raw}, "n": {raw}}}], "creator": {{"person_name": "ada", "n": {raw}}}}}]"#
        );
        home.write("incidents.json", &text);
        let receiver = Receiver::replying(|_| ("200 OK".to_owned(), String::new()));
        let endpoint = format!(
            "{}/{{{{ incident.labels.l }}}}/{{{{ incident.fields.n }}}}/{{{{ incident.ticket | json }}}}",
            receiver.url
        );
        home.add_go(&endpoint, &[]);
        let ran = home.andon(&["run", "Go", "--incident", "a1", "--yes", "--json"]);
        assert_eq!(ran.code, 0, "{raw}: {ran:?}");
        let request = receiver.requests().remove(0);
        let in_path = raw.replace('+', "%2B");
        assert!(request.starts_with(&format!("POST /hook/{in_path}/{in_path}/{in_path} ")), "{request}");
        for part in [
            format!("\"ticket\":{raw}"),
            format!("\"n\":{raw},\"list\":[{raw},2.50]"),
            format!("\"l\":\"{raw}\""),
            format!("\"alert_id\":\"{raw}\""),
            format!("\"person_name\":\"ada\",\"email\":\"\",\"n\":{raw}"),
        ] {
            assert!(request.contains(&part), "{part}: {request}");
        }
        let listed = home.done(&["incident", "list", "--json"]).out;
        assert!(listed.contains(&format!("\"ticket\":{raw}")), "{listed}");
    }
}

#[test]
fn what_a_program_prints_says_whether_it_was_done() {
    let list = json!([{"incident_id": "a1b2", "title": "one"}]).to_string();
    for (script, code, said) in [
        ("kill -9 $$", 3, "ended by signal 9"),
        ("sh -c 'kill -9 $$'; exit $?", 3, "ended with 137: what it started was ended by signal 9"),
        ("sh -c 'kill -15 $$'; exit $?", 3, "ended with 143"),
        ("sh -c 'kill -11 $$'; exit $?", 3, "ended with 139"),
        ("timeout 0.1 sleep 9", 3, "ended with 124"),
        ("exit 130", 1, "ended with 130"),
        ("exit 255", 1, "ended with 255"),
        ("echo '<!DOCTYPE html><title>Sign in</title>'", 3, "a web page (Sign in)"),
        ("echo not yours >&2; exit 4", 1, "ended with 4: not yours"),
        ("echo not yours; exit 1", 1, "ended with 1: not yours"),
        ("echo '{\"error\": \"not yours\"}'; exit 22", 1, "ended with 22: not yours"),
        ("echo '{\"ok\": false, \"error\": \"not yours\"}'", 1, "was not done: not yours"),
        ("echo sending; echo '{\"success\": false}'", 1, "success is false"),
        ("exit 1", 1, "ended with 1; run it by hand"),
        ("echo done", 0, "acknowledged"),
        ("echo '{\"ok\": true, \"error\": null}'", 0, "acknowledged"),
    ] {
        let home = printing(&list, &format!("ack = [\"sh\", \"-c\", {}]\n", json!(script)));
        let done = home.andon(&["incident", "ack", "a1b2"]);
        let told = format!("{}{}", done.out, done.err);
        assert!(done.code == code && told.contains(said), "{script}: {} {told}", done.code);
    }
    // So is why a list cannot be had.
    let home = printing(&list, "");
    home.write(
        "config.toml",
        "[[source]]\nname = \"lab\"\nkind = \"command\"\ncommand = [\"sh\", \"-c\", \"echo no route; exit 7\"]\n",
    );
    let listed = home.andon(&["incident", "list"]);
    assert!(listed.err.contains("sh ended with 7: no route"), "{listed:?}");
}

#[test]
fn numbers_that_are_kept_or_typed_are_passed_on_as_they_were_written() {
    for raw in ["1E5", "2.50E-07", "-0", "1.10", "12345678901234567890123", "1e+400"] {
        let home = Home::new();
        let incident = r#"[{"incident_id": "a1", "title": "x", "channel_key": "platform"}]"#;
        home.write("incidents.json", incident);
        let receiver = Receiver::replying(move |_| {
            let added =
                format!(r#"{{"andon": {{"fields": {{"own": {raw}}}}}, "build": {{"id": {raw}}}, "status": "done"}}"#);
            ("200 OK".to_owned(), added)
        });
        let actions = format!(
            "[[action]]\nname = \"First\"\nchannels = [\"lab/platform\"]\nendpoint = \"{url}\"\ncooldown = \"0s\"\n\
             [action.keep]\nbuild = \"body.build\"\n\
             [[action]]\nname = \"Second\"\nchannels = [\"lab/platform\"]\nendpoint = \"{url}\"\ncooldown = \"0s\"\n\
             [[action.input]]\nname = \"n\"\ntype = \"number\"\nrequired = true\n",
            url = receiver.url
        );
        home.write("actions.toml", &actions);
        home.done(&["action", "apply", &home.path("actions.toml").display().to_string()]);
        home.done(&["run", "First", "--incident", "a1", "--yes"]);
        let input = format!("n={raw}");
        let dry = home.done(&["run", "Second", "--incident", "a1", "--input", &input, "--dry-run", "--json"]).out;
        home.done(&["run", "Second", "--incident", "a1", "--input", &input, "--yes"]);
        let request = receiver.requests().remove(1);
        for text in [&dry, &request] {
            assert!(text.contains(&format!("\"build\":{{\"id\":{raw}}}")), "{raw}: {text}");
            assert!(text.contains(&format!("\"own\":{raw}")), "{raw}: {text}");
            assert!(text.contains(&format!("\"inputs\":{{\"n\":{raw}}}")), "{raw}: {text}");
        }
    }
}
