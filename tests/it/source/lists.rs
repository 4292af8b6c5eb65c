//! What a list is, and what is none: the same reader for a file and for what a program prints.

use std::fs;
use std::path::Path;

use andon::domain::board::Listing;
use andon::domain::incident::{Incident, Severity};
use andon::source::{Pages, Source, SourceError, SourceErrorKind};
use serde_json::{Value, json};

use crate::source::source;

/// The two kinds that read items, of this text and with these keys.
fn both(dir: &Path, text: &str, keys: &str) -> [Box<dyn Source>; 2] {
    let path = dir.join("list");
    fs::write(&path, text).unwrap();
    let path = path.display().to_string();
    [
        source(dir, &format!("kind = \"file\"\npath = \"{path}\"\n{keys}")),
        source(dir, &format!("kind = \"command\"\ncommand = [\"cat\", \"{path}\"]\n{keys}")),
    ]
}

/// What both make of it, which is the same.
async fn read(text: &str, keys: &str) -> Result<Listing, SourceError> {
    let dir = tempfile::tempdir().unwrap();
    let [file, command] = both(dir.path(), text, keys);
    let (file, command) = (file.list(&Pages::unwanted()).await, command.list(&Pages::unwanted()).await);
    match (file, command) {
        (Ok(file), Ok(command)) => {
            assert_eq!(file, command, "{text}");
            Ok(file)
        }
        (Err(file), Err(command)) => {
            assert_eq!((file.kind, command.kind), (SourceErrorKind::Rubbish, SourceErrorKind::Rubbish), "{file}");
            Err(command)
        }
        other => panic!("{text}: {other:?}"),
    }
}

async fn incidents(items: &Value, keys: &str) -> Vec<Incident> {
    let listing = read(&items.to_string(), keys).await.unwrap_or_else(|error| panic!("{error}: {items}"));
    assert!(listing.complete, "{listing:?}");
    listing.incidents().collect()
}

#[tokio::test]
async fn what_is_no_list_is_a_fault_and_says_what_it_is() {
    let map = "[source.map]\nincident_id = \"metadata.uid\"\n";
    for (text, keys, said) in [
        ("", "", "nothing at all; an empty list is `[]`"),
        (" \n\n", "", "nothing at all"),
        ("null", "", "null, and no list"),
        ("\"x\"", "", "a text, and no list"),
        ("5\n", "", "a number, and no list"),
        ("<html>sign in</html>", "", "HTML or XML"),
        ("[null]", "", "none of them"),
        ("[\"a\", \"b\"]", "", "a list of 2 items, and none of them can be read"),
        ("[{\"title\": \"x\"}]", "", "it has no incident_id) (there are title)"),
        ("{\"error\": \"quota\"}", "", "an object, and no list; it says: quota"),
        ("{\"count\": 0}", "", "(there are count)"),
        ("{\"items\": [{\"incident_id\": \"1\"}]}", "", "list = \"items\" under [source.map]"),
        ("{\"items\": []}", "", "list = \"items\""),
        ("{\"items\": [{\"metadata\": {\"uid\": \"u\"}}]}", map, "list = \"items\""),
        (
            "{\n \"kind\": \"List\",\n \"data\": {\"pods\": [{\"metadata\": {\"uid\": \"u\"}}]}\n}",
            map,
            "list = \"data.pods\"",
        ),
        // The object around the list has an id of its own.
        (
            "{\"id\": \"req-1\", \"items\": [{\"id\": \"7\", \"t\": \"x\"}]}",
            "[source.map]\nincident_id = \"id\"\ntitle = \"t\"",
            "list = \"items\"",
        ),
        (
            "[{\"Id\": \"1\"}, {\"Id\": \"2\"}]",
            "[source.map]\nincident_id = \"id\"",
            "no item has `id`; did you mean `Id`?",
        ),
        ("{\"data\": {}}", "[source.map]\nlist = \"data.items\"\nincident_id = \"id\"", "`data` has no `items`"),
        ("{\"items\": null}", "[source.map]\nlist = \"items\"\nincident_id = \"id\"", "null and no list at `items`"),
        ("{\"items\": {\"a\": 1}}", "[source.map]\nlist = \"items\"\nincident_id = \"id\"", "list = \"items.*\""),
        (
            "{\"d\": {\"a\": {\"l\": null}}}",
            "[source.map]\nlist = \"d.*.l\"\nincident_id = \"id\"",
            "null and no list at `d.*.l`",
        ),
        ("{\"d\": {\"a\": {}}}", "[source.map]\nlist = \"d.*.l\"\nincident_id = \"id\"", "`d.*` has no `l`"),
        (
            "[{\"id\": \"1\", \"status\": \"down\"}]",
            "where = \"statuss == 'down'\"\n[source.map]\nincident_id = \"id\"",
            "`where` reads statuss, and no item has that; did you mean `status`?",
        ),
        (
            "[{\"id\": \"1\", \"v\": {\"state\": \"down\"}}]",
            "where = \"v.stat == 'down'\"\n[source.map]\nincident_id = \"id\"",
            "`where` reads v.stat, and no item has that; did you mean `v.state`? (`v` has state)",
        ),
        (
            "[{\"id\": \"1\", \"v\": {\"s\": \"down\"}}, {\"id\": \"2\", \"v\": 5}]",
            "where = \"v['t'] == 'down' or v.u > 3\"\n[source.map]\nincident_id = \"id\"",
            "`where` reads v['t'], v.u, and no item has that",
        ),
    ] {
        let said = if text == "[null]" { "it cannot be read" } else { said };
        let error = read(text, keys).await.expect_err(text);
        assert!(error.message.contains(said), "{text}: {error}");
    }
    for (text, keys) in [
        ("[]", ""),
        ("{\"items\": []}", "[source.map]\nlist = \"items\"\nincident_id = \"id\""),
        ("{\"items\": {}}", "[source.map]\nlist = \"items.*\"\nincident_id = \"id\""),
        ("{\"items\": {}}", "[source.map]\nlist = \"items\"\nincident_id = \"id\""),
        ("{\"d\": {\"a\": {}, \"b\": []}}", "[source.map]\nlist = \"d.*.*\"\nincident_id = \"key\""),
        (
            "[{\"id\": \"1\", \"v\": {\"s\": \"up\"}}, {\"id\": \"2\", \"v\": null}]",
            "where = \"v.s == 'down' and not v.muted\"\n[source.map]\nincident_id = \"id\"",
        ),
        (
            "[{\"id\": \"1\", \"s\": \"up\"}]",
            "where = \"s == 'down' and not muted\"\n[source.map]\nincident_id = \"id\"",
        ),
    ] {
        let listing = read(text, keys).await.unwrap();
        assert!(listing.complete && listing.rows.is_empty() && listing.warnings.is_empty(), "{text}: {listing:?}");
    }
    // One ticket with notes is no list around notes.
    let ticket = "{\"id\": \"1\", \"t\": \"disk\", \"notes\": [{\"id\": \"9\"}]}";
    let listing = read(ticket, "[source.map]\nincident_id = \"id\"\ntitle = \"t\"").await.unwrap();
    assert_eq!((listing.rows.len(), listing.complete), (1, true));
}

#[tokio::test]
async fn one_odd_item_or_value_costs_itself_alone() {
    let text = "[{\"incident_id\": \"a\", \"title\": \"cut\\ud83d\", \"load\": NaN}, {\"incident_id\": \"b\", \"labels\": 5, \
                \"start_time\": \"soon\", \"alerts\": [null, 7, {\"alert_id\": 1}]}, 7]";
    let listing = read(text, "").await.unwrap();
    assert!(!listing.complete, "what was left out may be open still");
    assert_eq!(listing.warnings, ["item 3 was left out: it is not an object", "start_time: \"soon\" is not a time"]);
    let all: Vec<Incident> = listing.incidents().collect();
    assert_eq!((all[0].title.as_str(), &all[0].extra["load"]), ("cut\u{fffd}", &Value::Null));
    assert_eq!((&all[1].extra["labels_as_given"], &all[1].extra["start_time_as_given"]), (&json!(5), &json!("soon")));
    assert_eq!((all[1].alerts.len(), all[1].alerts[0].alert_id.as_str()), (1, "1"));
    let lines = "{\"incident_id\": \"a\", \"title\": \"x\\udc00\"}\n{\"incident_id\": \"b\"}\n";
    assert_eq!(read(lines, "").await.unwrap().rows.len(), 2);
}

#[tokio::test]
async fn behind_a_star_an_odd_member_costs_itself_alone() {
    let map = |list: &str| format!("[source.map]\nlist = \"{list}\"\nincident_id = \"id\"");
    let good = json!([{"id": "1"}, {"id": "2"}]);
    for odd in [json!(null), json!(7), json!("none"), json!({"error": "timeout"}), json!({}), json!([])] {
        let whole = json!({"data": {"web": {"checks": good}, "db": odd, "app": {"checks": [{"id": "3"}]}}});
        let listing = read(&whole.to_string(), &map("data.*.checks")).await.unwrap();
        assert_eq!((listing.rows.len(), listing.complete), (3, false), "{odd}: what it hides may be open still");
        let said = listing.warnings.join("; ");
        assert!(said.contains("what is under `db` was left out: `data.*` "), "{odd}: {said}");
    }
    for odd in [json!(null), json!(7), json!({"error": "timeout"})] {
        let whole = json!({"data": {"web": {"checks": good}, "db": {"checks": odd}}});
        let listing = read(&whole.to_string(), &map("data.*.checks")).await.unwrap();
        assert_eq!((listing.rows.len(), listing.complete, listing.warnings.len()), (2, false, 1), "{odd}: {listing:?}");
    }
    let whole = json!({"data": {"web": {"id": "1"}, "db": null}});
    let listing = read(&whole.to_string(), &map("data.*")).await.unwrap();
    assert_eq!((listing.rows.len(), listing.complete), (1, false));
    assert_eq!(listing.warnings, ["what is under `db` was left out: null"]);
}

#[tokio::test]
async fn a_wrong_name_inside_of_a_value_is_told_with_the_nearest() {
    let map = "[source.map]\nincident_id = \"id\"\ntitle = \"fields.sumary\"\ndescription = \"{{ fields.sumary }}\"\n\
               impact = \"{{ id }} {{ gone }}\"\nresolution = \"tags.first\"\ndetail_url = \"id.url\"";
    let item = json!([{"id": "1", "fields": {"summary": "x", "at": 5}, "gone": null, "tags": ["a"]}]);
    let listing = read(&item.to_string(), map).await.unwrap();
    assert_eq!(
        listing.warnings,
        ["title: no item has `fields.sumary`; did you mean `fields.summary`? (`fields` has summary, at)"]
    );
    let said = listing.report.sentences().join("\n");
    for part in [
        "description: no item has `{{ fields.sumary }}`: fields has no sumary (near: summary)",
        "impact: `{{ id }} {{ gone }}` is empty in every item (gone is null)",
        "resolution: no item has `tags.first` (`tags` is a list: write a position, such as [0])",
        "detail_url: no item has `id.url` (`id` is a text)",
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
    // A field that only some items have is no fault; nearly the name of another it is a warning.
    let items = json!([{"id": "1", "v": {"state": "down", "muted": false}}]).to_string();
    let kept = |condition: &str| format!("where = \"{condition}\"\n[source.map]\nincident_id = \"id\"");
    let listing = read(&items, &kept("v.state == 'down' and not v.mutd")).await.unwrap();
    assert_eq!(listing.rows.len(), 1);
    assert!(
        listing.warnings[0].contains("`where` reads v.mutd, and no item has that; did you mean `v.muted`?"),
        "{listing:?}"
    );
    assert!(read(&items, &kept("v.state == 'down' and not v.hidden")).await.unwrap().warnings.is_empty());
}

#[tokio::test]
async fn what_is_no_word_is_shown_as_given_and_told() {
    let map = "[source.map]\nincident_id = \"id\"\nincident_severity = \"sev\"\nprogress = \"state\"";
    let long = "x".repeat(5_000);
    for odd in [json!({"name": "Highest", "about": long}), json!(["a", long])] {
        let listing = read(&json!([{"id": "1", "sev": odd, "state": odd}]).to_string(), map).await.unwrap();
        let incident = listing.incidents().next().unwrap();
        assert_eq!((incident.incident_severity, incident.progress.as_str()), (Severity::Warning, "Triggered"));
        let given = odd.to_string();
        for (word, field) in [(incident.severity_word(), "incident_severity"), (incident.progress_word(), "progress")] {
            assert!(word.chars().count() <= 25 && word.starts_with(&given[..15]), "{word}");
            assert_eq!(incident.extra[&format!("{field}_as_given")], odd);
            let told = listing.report.sentences();
            let told = told.iter().find(|told| told.starts_with(field)).unwrap();
            assert!(told.contains("is no word") && told.contains(&given[..15]) && told.len() < 250, "{told}");
        }
    }
}

#[tokio::test]
async fn an_id_that_comes_twice_is_named() {
    let text = "[{\"incident_id\": \"a1\", \"title\": \"one\"}, {\"incident_id\": \"a1\", \"title\": \"two\"}]";
    let listing = read(text, "").await.unwrap();
    assert_eq!(listing.warnings, ["the id a1 stands twice in the list: only the last of them is shown"]);
    assert!(listing.complete);
}

#[tokio::test]
async fn a_field_is_a_path_a_template_or_the_first_of_several() {
    let map = r#"
where = "state > 0"
[source.map]
list = "data.services.*.*"
incident_id = "{{ parent_key }}!{{ key }}"
title = ["summary", "{{ key }} on {{ parent_key }}"]
incident_severity = "state"
start_time = ["since", "seen.first"]
channel_key = "owner[\"team.name\"]"
detail_url = "https://thruk.example/?host={{ parent_key | urlencode }}"
labels = "tags"
"labels.host" = "parent_key"
"fields.raw" = "perf"
"#
    .replace("[source.map]", "severity = { 2 = \"Critical\", 1 = \"Warning\" }\ntime_zone = \"UTC\"\n[source.map]");
    let services = json!({"data": {"services": {
        "web 1": {
            "http": {"state": 2, "summary": "HTTP 500", "since": "2026-08-20 13:00:00", "tags": ["team:core", "prod"], "owner": {"team.name": "web"}, "perf": [1, 2]},
            "disk": {"state": 1, "summary": " ", "since": 0, "seen": {"first": 1_787_230_800_000_i64}, "tags": []},
            "ping": {"state": 0}
        },
        "db": {}
    }}});
    let all = incidents(&services, &map).await;
    let seen: Vec<_> = all.iter().map(|incident| (incident.incident_id.as_str(), incident.title.as_str())).collect();
    assert_eq!(seen, [("web 1!http", "HTTP 500"), ("web 1!disk", "disk on web 1")]);
    assert_eq!(all[0].detail_url, "https://thruk.example/?host=web%201");
    assert_eq!((all[0].start_time, all[1].start_time), (1_787_230_800, 1_787_230_800));
    assert_eq!((all[0].incident_severity, all[1].incident_severity), (Severity::Critical, Severity::Warning));
    assert_eq!((all[0].channel_key.as_str(), all[1].channel_key.as_str()), ("prod/web", "prod/default"));
    let labels = |of: &Incident| serde_json::to_value(&of.labels).unwrap();
    assert_eq!(labels(&all[0]), json!({"host": "web 1", "prod": "", "team": "core"}));
    assert_eq!(labels(&all[1]), json!({"host": "web 1"}));
    assert_eq!(all[0].fields["raw"], json!([1, 2]));
    assert_eq!(all[0].extra["incident_severity_as_given"], "2");
}

#[tokio::test]
async fn labels_in_every_spelling_and_one_beside_them() {
    let map = "[source.map]\nincident_id = \"id\"\nlabels = \"tags\"\n\"labels.owner\" = \"owner\"";
    let spellings = [
        json!([{"tag": "team", "value": "core"}]),
        json!([{"Name": "team", "Value": "core"}]),
        json!(["team:core"]),
        json!([["team", "core"]]),
        json!({"team": "core"}),
        json!([{"key": {"id": "t", "name": "team"}, "value": {"id": "c", "name": "core"}}]),
    ];
    let item = |(at, tags): (usize, &Value)| json!({"id": at.to_string(), "tags": tags, "owner": "ada"});
    let items: Value = spellings.iter().enumerate().map(item).collect();
    for incident in incidents(&items, map).await {
        let expected = json!({"owner": "ada", "team": "core"});
        assert_eq!(serde_json::to_value(&incident.labels).unwrap(), expected, "{}", incident.incident_id);
    }
    // One odd tag costs itself, beside a label of its own and without one.
    for odd in [json!(null), json!({}), json!({"a": 1, "b": 2}), json!(true), json!([]), json!([["a", "b", "c"]])] {
        let items = json!([{"id": "1", "tags": ["team:core", odd, "prod", 7], "owner": "ada"}]).to_string();
        for map in [map, "[source.map]\nincident_id = \"id\"\nlabels = \"tags\""] {
            let listing = read(&items, map).await.unwrap();
            let one = listing.incidents().next().unwrap();
            let labels: Vec<&str> = one.labels.keys().map(String::as_str).filter(|name| *name != "owner").collect();
            assert_eq!((labels, one.labels["team"].as_str()), (vec!["7", "prod", "team"], "core"), "{odd}");
            let told = listing.report.sentences().iter().any(|told| told.starts_with("labels: a value that is not"));
            assert_eq!(told, !odd.is_null(), "{odd} {map}");
            assert_eq!(one.extra.get("labels_as_given"), (!odd.is_null()).then(|| json!([odd])).as_ref());
        }
    }
    for tags in [json!(null), json!([]), json!("text"), json!(7)] {
        let one = incidents(&json!([{"id": "1", "tags": tags, "owner": "ada"}]), map).await.remove(0);
        assert_eq!(one.labels["owner"], "ada", "{tags}");
    }
}

#[tokio::test]
async fn what_a_list_hides_is_told_and_counted() {
    let map = "[source.map]\nincident_id = \"id\"\ntitle = \"summry\"\nincident_severity = \"sev\"\nprogress = \"state\"\n\
               close_time = \"closed.at\"\nack_time = \"acked\"";
    let items = json!([
        {"id": "1", "summary": "x", "sev": "Blorp", "state": "Dreaming", "acked": null},
        {"id": "2", "summary": "y", "sev": "Disaster", "state": "Dreaming", "acked": null},
        {"summary": "z"}
    ]);
    let listing = read(&items.to_string(), map).await.unwrap();
    assert_eq!(
        listing.warnings,
        [
            "item 3 was left out: it has no incident_id",
            "title: no item has `summry`; did you mean `summary`? (there are id, summary, sev, state, acked)"
        ]
    );
    let said = listing.report.sentences().join("\n");
    for part in [
        "close_time: no item has `closed.at`",
        "ack_time: `acked` is empty in every item",
        "incident_severity: the word \"Blorp\" is not known; say what it means: severity = { \"Blorp\" = \"Critical\" }",
        "progress: the word \"Dreaming\" is not known (2 times)",
        "incident_severity: \"Disaster\" is read as Critical",
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
    assert_eq!((listing.report.items, listing.report.left_out_count()), (3, 1));
}
