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
        ("{\"items\": {}}", "[source.map]\nlist = \"items\"\nincident_id = \"id\"", "list = \"items.*\""),
        (
            "[{\"id\": \"1\", \"status\": \"down\"}]",
            "where = \"statuss == 'down'\"\n[source.map]\nincident_id = \"id\"",
            "`where` reads statuss, and no item has that; did you mean `status`?",
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
