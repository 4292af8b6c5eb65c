//! `action apply` and `export`: files of actions and the store, all or none, and no secret lost or shown.

use serde_json::json;

use crate::cli::support::{Home, Ran, Receiver, assert_clean};

const TWO: &str = r#"
origin = "platform"

[[action]]
name = "Roll back"
channels = ["lab/platform"]
endpoint = "https://ci.example/back?incident={{ incident.num }}"
timeout = "30s"

[[action]]
name = "Restart"
channels = [{ channel = "lab/platform", slot = 3 }, "lab/web"]
endpoint = "https://ci.example/restart"
danger = true

[action.headers]
Authorization = "Bearer ${secret:CI}"
"#;

fn apply(home: &Home, more: &[&str]) -> Ran {
    let file = home.path("actions.toml");
    let mut args = vec!["action", "apply", file.to_str().unwrap()];
    args.extend(more);
    home.andon(&args)
}

/// The configuration says where the secret of [`TWO`] is.
fn define_ci(home: &Home) {
    let config = std::fs::read_to_string(home.path("config.toml")).unwrap();
    home.write("config.toml", &format!("{config}[secrets]\nCI = \"${{env:CI}}\"\n"));
}

fn names(home: &Home) -> Vec<String> {
    let listed = home.done(&["action", "list", "--json"]).json();
    listed.iter().map(|action| action["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_file_is_applied_once_and_then_changes_nothing() {
    let home = Home::new();
    define_ci(&home);
    home.done(&["incident", "list"]);
    home.write("actions.toml", TWO);
    let ran = apply(&home, &["--dry-run", "--exit-code"]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""), "{ran:?}");
    assert_eq!(ran.out, "would add Roll back (lab/platform)\nwould add Restart (lab/platform 3, lab/web)\n");
    assert_eq!(names(&home), [""; 0]);
    let ran = apply(&home, &[]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(ran.out, "added Roll back (lab/platform 1)\nadded Restart (lab/platform 3, lab/web 1)\n");
    for more in [&["--dry-run", "--exit-code"][..], &["--prune"]] {
        let ran = apply(&home, more);
        assert_eq!((ran.code, ran.out.as_str()), (0, "nothing to change in 2 actions\n"), "{ran:?}");
    }
    assert_eq!(apply(&home, &["--json"]).out, "");
    assert_eq!(home.done(&["log"]).out.lines().count(), 2);
}

#[test]
fn what_differs_is_told_field_by_field() {
    let home = Home::new();
    home.write("actions.toml", TWO);
    assert_eq!(apply(&home, &[]).code, 0);
    home.write("actions.toml", &TWO.replace("30s", "40s").replace("danger = true\n", "hold = \"3s\"\n"));
    let dry = apply(&home, &["--dry-run", "--json"]).json();
    assert_eq!(
        (&dry[0]["change"], &dry[0]["id"], &dry[0]["dry_run"]),
        (&json!("changed"), &json!("roll-back"), &json!(true))
    );
    assert_eq!(dry[0]["fields"], json!([{"field": "timeout", "before": "30s", "after": "40s"}]));
    let ran = apply(&home, &[]);
    let wanted = "changed Roll back (lab/platform 1)\n  timeout  30s -> 40s\n\
        changed Restart (lab/platform 3, lab/web 1)\n  hold    now 3s\n  danger  no longer yes\n";
    assert_eq!((ran.code, ran.out.as_str()), (0, wanted), "{ran:?}");
    let log = home.done(&["log"]).out;
    assert!(log.contains("changed Restart: danger, hold"), "{log}");
}

/// Safety D27.
#[test]
fn export_then_apply_changes_nothing_and_destroys_no_stored_secret() {
    let home = Home::new();
    let receiver = Receiver::answering("200 OK", "done");
    home.write("token", "stored-s3cret\n");
    let token = format!("Authorization: @{}", home.path("token").display());
    let mut more = vec!["--header", &token, "--plain-header", "X-Env: prod", "--confirm", "none", "--hold", "0s"];
    more.extend(["--sign-key", "${secret:WHSEC}", "--proxy", "none", "--danger=false"]);
    more.extend(["--input", "{ name = \"pin\", type = \"secret\" }", "--success", "200", "--retries", "1"]);
    more.extend(["--body-json", r#"{"a": {"b": [1, null]}, "t": "{{ incident.title }}"}"#, "--follow-done", "body.ok"]);
    home.add_go(&receiver.url, &more);
    home.done(&["action", "edit", "Go", "--no-sign", "--remove-input", "pin", "--no-follow", "--retries", "0"]);
    home.done(&["action", "edit", "Go", "--body-payload"]);
    let before = home.done(&["action", "show", "Go", "--json"]).object();
    let exported = home.done(&["action", "export"]).out;
    assert!(
        exported.contains("Authorization = \"${kept:Authorization}\"") && !exported.contains("s3cret"),
        "{exported}"
    );
    let ran = home.with_input(&["action", "apply", "-"], &exported);
    assert_eq!((ran.code, ran.out.as_str()), (0, "nothing to change in 1 action\n"), "{ran:?}");
    // Changed beside the secret, the secret stays.
    let ran = home.with_input(&["action", "apply", "-", "--json"], &exported.replace("\"prod\"", "\"test\""));
    let fields = json!([{"field": "header X-Env", "before": "prod", "after": "test"}]);
    assert_eq!(ran.object()["fields"], fields, "{ran:?}");
    let after = home.done(&["action", "show", "Go", "--json"]).object();
    assert_eq!(
        (&after["headers"]["X-Env"], &after["revision"]),
        (&json!("test"), &json!(before["revision"].as_i64().unwrap() + 1))
    );
    assert_eq!(home.go(&[]).code, 0);
    assert!(
        receiver.requests()[0].to_lowercase().contains("authorization: stored-s3cret"),
        "{:?}",
        receiver.requests()
    );
}

#[test]
fn a_kept_secret_that_is_not_stored_refuses_the_file() {
    let home = Home::new();
    let file =
        TWO.replace("Bearer ${secret:CI}", "${kept:Authorization}") + "[action.sign]\nkey = \"${kept:sign.key}\"\n";
    home.write("actions.toml", &file);
    let ran = apply(&home, &[]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{ran:?}");
    assert!(
        ran.err.contains("actions.toml:10: Restart: ${kept:Authorization} refers to a stored value"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("${kept:sign.key} refers to a stored value, but none is stored"), "{}", ran.err);
    assert_eq!(names(&home), [""; 0], "not one of the file");
}

#[test]
fn a_literal_secret_warns_and_is_shown_nowhere() {
    let home = Home::new();
    home.write("actions.toml", &TWO.replace("Bearer ${secret:CI}", "first-s3cret"));
    let mut outputs = vec![apply(&home, &["--dry-run"]), apply(&home, &["--json"])];
    assert!(outputs[1].err.contains("the value of header Authorization is written in the file"), "{:?}", outputs[1]);
    home.write("actions.toml", &TWO.replace("Bearer ${secret:CI}", "other-s3cret"));
    outputs.push(apply(&home, &["--dry-run"]));
    assert!(outputs[2].out.contains("header Authorization  •••••• -> •••••• (another value)"), "{:?}", outputs[2]);
    outputs.push(apply(&home, &[]));
    outputs.push(apply(&home, &[]));
    assert_eq!(outputs[4].out, "nothing to change in 2 actions\n");
    home.write("actions.toml", &TWO.replace("Bearer ${secret:CI}", "s3cret\\u0000"));
    outputs.push(apply(&home, &[]));
    assert_eq!(outputs[5].code, 2);
    outputs.extend([home.done(&["action", "export"]), home.done(&["action", "show", "Restart"]), home.done(&["log"])]);
    for ran in &outputs {
        assert!(!ran.out.contains("s3cret") && !ran.err.contains("s3cret"), "{ran:?}");
    }
}

#[test]
fn all_or_none_is_applied() {
    let home = Home::new();
    home.write("actions.toml", TWO);
    assert_eq!(apply(&home, &[]).code, 0);
    let more = "\n[[action]]\nname = \"NAME\"\nchannels = [\"lab/platform\"]\nendpoint = \"https://x/y\"\n";
    let full = [TWO, &more.replace("NAME", "One"), &more.replace("NAME", "Two")].concat();
    home.write("actions.toml", &full.replace("30s", "40s"));
    for args in [&[][..], &["--dry-run"]] {
        let ran = apply(&home, args);
        assert_eq!((ran.code, ran.out.as_str()), (4, ""), "{ran:?}");
        assert!(ran.err.contains("lab/platform would have 4 actions, at most 3 are allowed"), "{}", ran.err);
    }
    let wrong_slot = TWO.replace("30s", "40s").replace("slot = 3", "slot = 7");
    home.write("actions.toml", &(wrong_slot + &more.replace("NAME", "One")));
    let ran = apply(&home, &[]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.err.contains("has no slot 7"), "{}", ran.err);
    assert_eq!(names(&home), ["Restart", "Roll back"]);
    assert_eq!(home.done(&["action", "show", "Roll back", "--json"]).object()["timeout"], "30s");
}

#[test]
fn two_actions_change_places() {
    let home = Home::new();
    let file = |a: u8, b: u8| {
        let one = |name: &str, slot| {
            format!(
                "[[action]]\nname = \"{name}\"\nchannels = [{{ channel = \"lab/web\", slot = {slot} }}]\nendpoint = \"https://x/y\"\n"
            )
        };
        one("One", a) + &one("Two", b)
    };
    home.write("actions.toml", &file(1, 2));
    assert_eq!(apply(&home, &[]).code, 0);
    home.write("actions.toml", &file(2, 1));
    let ran = apply(&home, &[]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.contains("channel lab/web  1 -> 2") && ran.out.contains("channel lab/web  2 -> 1"), "{}", ran.out);
}

#[test]
fn only_actions_of_the_files_origin_are_pruned() {
    let home = Home::new();
    home.add_go("https://x/y", &[]);
    home.write("actions.toml", TWO);
    assert_eq!(apply(&home, &[]).code, 0);
    let one = TWO.split("\n[[action]]").take(2).collect::<Vec<_>>().join("\n[[action]]");
    home.write("actions.toml", &one.replace("\"platform\"\n", "\"else\"\n"));
    assert_eq!(
        apply(&home, &["--prune", "--dry-run"]).out,
        "would change Roll back (lab/platform 2)\n  origin  platform -> else\n"
    );
    home.write("actions.toml", &one);
    assert_eq!(apply(&home, &[]).out, "nothing to change in 1 action\n");
    let ran = apply(&home, &["--prune"]);
    assert_eq!(ran.out, "removed Restart (lab/platform 3, lab/web 1)\nnothing to change in 1 action more\n", "{ran:?}");
    assert_eq!(names(&home), ["Go", "Roll back"]);
    home.write("actions.toml", &one.replace("origin = \"platform\"", ""));
    assert_eq!(apply(&home, &[]).out, "nothing to change in 1 action\n", "a file without an origin leaves it");
    let ran = apply(&home, &["--prune"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("add origin"), "{}", ran.err);
}

#[test]
fn read_only_applies_nothing_but_says_what_it_would() {
    let home = Home::new();
    home.write("actions.toml", TWO);
    let ran = apply(&home, &["--read-only"]);
    assert_eq!((ran.code, ran.out.as_str()), (4, ""), "{ran:?}");
    assert!(ran.err.contains("read-only"), "{}", ran.err);
    assert!(apply(&home, &["--read-only", "--dry-run"]).out.contains("would add Restart"));
    assert_eq!(names(&home), [""; 0]);
}

#[test]
fn a_folder_is_applied_as_one_and_all_its_faults_are_told() {
    let home = Home::new();
    std::fs::create_dir(home.path("set")).unwrap();
    let folder = home.path("set").display().to_string();
    assert_eq!(home.andon(&["action", "apply", &folder]).code, 2);
    let [one, two] = [("One", "lab/web"), ("Two", "lab/platform")].map(|(name, channel)| {
        format!("[[action]]\nname = \"{name}\"\nchannels = [\"{channel}\"]\nendpoint = \"https://x/y\"\n")
    });
    home.write("set/b.toml", &one);
    home.write("set/a.toml", &two.replace("name", "nam"));
    home.write("set/c.toml", &one.replace("https:", "s3cret:"));
    home.write("set/.hidden.toml", "no");
    let ran = home.andon(&["action", "apply", &folder]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{ran:?}");
    assert!(ran.err.contains("a.toml:2:1") && ran.err.contains("did you mean `name`?"), "{}", ran.err);
    assert!(ran.err.contains("c.toml:4:12") && !ran.err.contains("s3cret"), "{}", ran.err);
    home.write("set/a.toml", &two);
    home.write("set/c.toml", &one);
    let ran = home.andon(&["action", "apply", &folder]);
    assert!(
        ran.err.contains("c.toml:1: ") && ran.err.contains("b.toml:1 has an action with the id one too"),
        "{}",
        ran.err
    );
    home.write("set/c.toml", "# later\n");
    assert_eq!(home.done(&["action", "apply", &folder]).out, "added Two (lab/platform 1)\nadded One (lab/web 1)\n");
    assert_eq!(home.andon(&["action", "apply", "/no/such.toml"]).code, 2);
}

#[test]
fn hostile_text_is_shown_as_marks_and_escaped_in_files() {
    let home = Home::new();
    let file = "[[action]]\nname = \"队列\"\nid = \"q\"\nchannels = [\"lab/web\"]\nendpoint = \"https://x/y\"\n\
        description = \"a\\u001b]52;c;aGk=\\u0007 \\u202eb\\u200b\\nsecond\"\n[action.body]\ntext = \"\\u009b31m\\tx\"\n";
    let ran = home.with_input(&["action", "apply", "-"], file);
    assert_eq!(ran.code, 0, "{ran:?}");
    let exported = home.done(&["action", "export"]).out;
    for text in [&exported, &home.done(&["action", "show", "q"]).out] {
        assert_clean(text);
    }
    assert_eq!(home.with_input(&["action", "apply", "-"], &exported).out, "nothing to change in 1 action\n");
    let ran = home.with_input(&["action", "apply", "-"], "[[action]]\nname = \"\u{202e}x\u{1b}[2J\"\n");
    assert_eq!(ran.code, 2);
    assert_clean(&ran.err);
}

#[test]
fn an_action_begins_from_a_preset() {
    let home = Home::new();
    let listed = home.done(&["action", "presets", "--json"]).json();
    assert!(listed.iter().any(|preset| preset["name"] == "jenkins-build" && preset["set"][0]["name"] == "url"));
    let schema = home.done(&["action", "schema", "--json"]).object();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert!(!home.path("data").exists(), "neither needs a store");
    let add = ["action", "add", "--channel", "lab/web", "--preset", "jenkins-build", "--set", "job=back"];
    let ran = home.andon(&add);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("error: preset jenkins-build wants --set 'url=https://jenkins.example'"), "{}", ran.err);
    let more =
        ["--set", "url=https://ci.example", "--name", "Back", "--timeout", "20s", "--follow-every", "3s", "--json"];
    let added = home.done(&[&add[..], &more].concat()).object();
    assert_eq!(added["endpoint"], "https://ci.example/job/back/buildWithParameters");
    assert_eq!(
        (&added["timeout"], &added["follow"]["every"], &added["success"]),
        (&json!("20s"), &json!("3s"), &json!("201"))
    );
    assert_eq!(added["body"]["form"][0], json!(["VERSION", "{{ inputs.version }}"]));
    let shown = home.done(&["action", "show", "Back"]).out;
    assert!(shown.contains("input version") && shown.contains("follow.done"), "{shown}");
}

#[test]
fn every_field_can_be_typed_and_taken_back() {
    let home = Home::new();
    home.write("body.json", "{\"a\": \"{{ incident.num }}\"}");
    let body = format!("@{}", home.path("body.json").display());
    let more = ["--method", "put", "--danger", "--only-open", "--hold", "3s", "--retries", "2", "--redirects"];
    let more =
        [&more[..], &["same-origin", "--success", "200, 202", "--connect-timeout", "1s", "--attempt-timeout"]].concat();
    let more =
        [&more[..], &["5s", "--body-json", &body, "--input", "{ name = \"n\", type = \"number\", min = 1 }"]].concat();
    let more =
        [&more[..], &["--sign-key", "${secret:WHSEC}", "--ca", "/ca.pem", "--no-verify", "--proxy", "none"]].concat();
    home.add_go("https://x/y/{{ incident.num }}", &more);
    let shown = home.done(&["action", "show", "Go", "--json"]).object();
    for (field, value) in [
        ("method", json!("PUT")),
        ("danger", json!(true)),
        ("only_open", json!(true)),
        ("hold", json!("3s")),
        ("retries", json!(2)),
        ("redirects", json!("same-origin")),
        ("success", json!("200, 202")),
        ("connect_timeout", json!("1s")),
        ("attempt_timeout", json!("5s")),
        ("body", json!({"json": {"a": "{{ incident.num }}"}})),
        ("sign", json!({"key": "${secret:WHSEC}", "previous_key": null})),
        ("tls", json!({"ca": "/ca.pem", "cert": "", "key": "", "verify": false})),
        ("proxy", json!("none")),
    ] {
        assert_eq!(shown[field], value, "{field}");
    }
    assert_eq!((&shown["inputs"][0]["name"], &shown["inputs"][0]["min"]), (&json!("n"), &json!(1.0)));
    let back =
        ["action", "edit", "Go", "--danger=false", "--no-verify=false", "--no-sign", "--remove-input", "n", "--json"];
    let edited = home.done(&back).object();
    assert_eq!(
        (&edited["danger"], &edited["sign"], &edited["tls"]["verify"]),
        (&json!(false), &json!(null), &json!(true))
    );
    for (args, said) in [
        (["--body-json", "{ s3cret"], "error: body: this is not JSON"),
        (["--input", "{ nam = 1 }"], "did you mean `name`?"),
        (["--sign-key", "s3cret"], "error: sign.key: a signing key is a reference"),
        (["--success", "body.ok and"], "error: success:"),
        (["--body-text", "{{ incidnt.num }}"], "error: body:"),
        (["--retries", "9"], "error: retries:"),
    ] {
        let ran = home.andon(&[&["action", "edit", "Go"], &args[..]].concat());
        assert_eq!(ran.code, 2, "{args:?}: {ran:?}");
        assert!(ran.err.contains(said) && !ran.err.contains("s3cret"), "{args:?}: {}", ran.err);
    }
}

#[test]
fn a_secret_that_this_machine_does_not_have_is_told() {
    let home = Home::new();
    home.write("actions.toml", TWO);
    let ran = apply(&home, &["--dry-run"]);
    assert!(ran.err.contains("Restart names ${secret:CI}, which is not under [secrets]"), "{}", ran.err);
    define_ci(&home);
    let ran = apply(&home, &["--dry-run"]);
    assert!(!ran.err.contains("secret:CI"), "{}", ran.err);
}
