//! Files and commands.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use andon::domain::operation::{Ability, Operation, OperationKind};
use andon::source::SourceErrorKind;
use tempfile::TempDir;

use crate::source::contract::{Fixture, keeps_the_contract, list, operate, source};

struct File(TempDir);

impl Fixture for File {
    fn config(&self) -> String {
        "kind = \"file\"\npath = \"i.json\"\n".to_owned()
    }
    fn folder(&self) -> &Path {
        self.0.path()
    }
    fn config_at(&self, _url: &str) -> Option<String> {
        None
    }
    fn burn(&mut self) {
        fs::write(self.0.path().join("i.json"), r#"[{"incident_id": "a1", "title": "lag", "channel_id": 7}]"#).unwrap();
    }
}

#[tokio::test]
async fn a_file() {
    keeps_the_contract(File(tempfile::tempdir().unwrap())).await;
}

/// A ticket system that andon has no kind for: one program, and a mapping.
struct Tickets(TempDir);

impl Fixture for Tickets {
    fn config(&self) -> String {
        let program = self.0.path().join("tickets").display().to_string();
        format!(
            "kind = \"command\"\ncommand = [\"{program}\", \"open\"]\nack = [\"{program}\", \"ack\"]\n\
             close = [\"{program}\", \"close\"]\ncomment = [\"{program}\", \"note it\"]\nunack = [\"{program}\", \"unack\"]\n\
             snooze = [\"{program}\", \"snooze\"]\nwake = [\"{program}\", \"wake\"]\nreopen = [\"{program}\", \"reopen\"]\n\
             assign = [\"{program}\", \"assign\"]\ntimeout = \"5s\"\n\
             [source.map]\nlist = \"tickets\"\nincident_id = \"id\"\ntitle = \"fields.summary\"\n\
             channel_key = \"fields.team\"\n"
        )
    }
    fn folder(&self) -> &Path {
        self.0.path()
    }
    fn config_at(&self, _url: &str) -> Option<String> {
        None
    }
    fn burn(&mut self) {
        let script = r#"#!/bin/sh
cd "$(dirname "$0")"
if [ "$1" = open ]; then
  echo '{"tickets": [{"id": 4711, "fields": {"summary": "disk full", "team": "core"}}]}'
  exit
fi
[ "$ANDON_COMMENT" = refuse ] && { echo 'first' >&2; echo 'the ticket is locked' >&2; exit 4; }
{ echo "$1 $ANDON_OPERATION $ANDON_INCIDENT_ID $ANDON_INCIDENT_NUM $ANDON_OPERATOR [$ANDON_COMMENT] [$ANDON_UNTIL $ANDON_REASON $ANDON_ASSIGNEE]"; cat; } >done
"#;
        let program = self.0.path().join("tickets");
        fs::write(&program, script).unwrap();
        fs::set_permissions(&program, PermissionsExt::from_mode(0o700)).unwrap();
    }
    fn trace(&self, _operation: OperationKind) -> Option<String> {
        Some(self.0.path().join("done").display().to_string())
    }
}

#[tokio::test]
async fn a_command() {
    keeps_the_contract(Tickets(tempfile::tempdir().unwrap())).await;
}

#[tokio::test]
async fn the_programs_of_a_command_get_the_incident_and_may_refuse() {
    let mut tickets = Tickets(tempfile::tempdir().unwrap());
    tickets.burn();
    let source = source(tickets.folder(), &tickets.config());
    for kind in [OperationKind::Unacknowledge, OperationKind::Snooze, OperationKind::Wake, OperationKind::Assign] {
        assert_eq!(*source.abilities().of(kind), Ability::Source, "{kind:?}");
    }
    let one = list(&*source).await.incidents().next().unwrap();
    operate(&*source, &one, &Operation::Comment { text: "$(id); 'x'".to_owned() }).await.unwrap();
    let done = fs::read_to_string(tickets.0.path().join("done")).unwrap();
    let (line, json) = done.split_once('\n').unwrap();
    assert_eq!(line, "note it comment 4711 4711 ada [$(id); 'x'] [  ]");
    let told: serde_json::Value = serde_json::from_str(json).unwrap();
    assert_eq!(told["title"], "disk full");
    let until_s = 1_787_230_800;
    let snooze = Operation::snooze_until(until_s, "deploying".to_owned());
    operate(&*source, &one, &snooze).await.unwrap();
    let done = fs::read_to_string(tickets.0.path().join("done")).unwrap();
    assert!(done.starts_with("snooze snooze 4711 4711 ada [] [2026-08-20T13:00:00.000Z deploying ]\n"), "{done}");
    operate(&*source, &one, &Operation::Assign { to: "bob@example.com".to_owned() }).await.unwrap();
    let done = fs::read_to_string(tickets.0.path().join("done")).unwrap();
    assert!(done.starts_with("assign assign 4711 4711 ada [] [  bob@example.com]\n"), "{done}");
    let error = operate(&*source, &one, &Operation::Comment { text: "refuse".to_owned() }).await.unwrap_err();
    assert_eq!(error.kind, SourceErrorKind::Refused);
    assert!(error.message.ends_with("ended with 4: the ticket is locked"), "{error}");
}
