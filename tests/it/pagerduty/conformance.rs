//! Every call against the vendor's own description of the API, which Prism holds each request to.

use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use andon::domain::enrichment::Enrichment;
use andon::domain::operation::{IncidentText, Operation};
use andon::source::{Pages, SourceErrorKind};
use serde_json::{Value, json};

use crate::pagerduty::account::{Account, incident};
use crate::pagerduty::{KEY, ada, known, source_with};
use crate::support::servers;

/// The incident of the vendor's examples.
const ID: &str = "PT4KHLK";

pub(crate) struct Prism {
    child: Child,
    pub(crate) url: String,
}

impl Prism {
    /// `None`, with the reason printed, where it is not installed.
    pub(crate) fn start() -> Option<Self> {
        let program = servers::program("prism")?;
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let description = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vendor/pagerduty-rest.openapi.json");
        let child = Command::new(program)
            .args(["mock", "-p", &port.to_string(), description])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let prism = Self { child, url: format!("http://127.0.0.1:{port}") };
        let late = Instant::now() + Duration::from_mins(1);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < late, "prism did not start");
            std::thread::sleep(Duration::from_millis(100));
        }
        Some(prism)
    }
}

impl Drop for Prism {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn every_call_is_accepted_and_every_answer_read() {
    let Some(prism) = Prism::start() else { return };
    let more = "services = [\"PIJ90N7\", \"PIJ90N8\"]\nteams = [\"PQ9K7I8\"]\nurgencies = [\"high\", \"low\"]\n";
    let source = source_with(&prism.url, "y_NbAkKc66ryYTWUXYEu", more);

    let listing = source.list(&Pages::unwanted()).await.unwrap();
    assert!(!listing.rows.is_empty());
    let incident = listing.incidents().next().unwrap();
    assert_eq!((incident.incident_id.as_str(), incident.channel_name.as_str()), (ID, "My Mail Service"));
    assert_eq!(source.by_id(&[ID.to_owned()]).await.unwrap()[0].num, "1234");

    let full = source.full(&incident).await.unwrap();
    assert_eq!(full.warnings, Vec::<String>::new());
    let read = full.incident.unwrap();
    assert_eq!((read.alerts.len(), read.fields["environment"].as_str()), (1, Some("production")));
    assert!(full.timeline.iter().any(|moment| moment.text == "Firefighters are on the scene."), "{:?}", full.timeline);
    assert!(full.timeline.iter().any(|moment| moment.what == "triggered"), "{:?}", full.timeline);

    assert_eq!(source.greet().await.unwrap().who, "Earline Greenholt <125.greenholt.earline@graham.name>");

    let until_s = jiff::Timestamp::now().as_second() + 3_600;
    let field = |name: &str| Operation::SetField { name: name.to_owned(), value: "production".into() };
    let answer = json!({"andon": {"fields": {"owner": "core"}, "note": "seen"}});
    for operation in [
        Operation::Acknowledge,
        Operation::Unacknowledge,
        Operation::Close,
        Operation::Reopen { reason: "it is back".to_owned() },
        Operation::snooze_until(until_s, "until the deploy".to_owned()),
        Operation::Wake,
        Operation::Comment { text: "Firefighters are on the scene.".to_owned() },
        Operation::Assign { to: "125.greenholt.earline@graham.name".to_owned() },
        field("priority"),
        Operation::SetText { text: IncidentText::Title, value: "The server is out.".to_owned() },
        Operation::Enrich { action: "Look up".to_owned(), added: Box::new(Enrichment::from_answer(&answer)) },
    ] {
        let done = source.operate(&[known(ID)], &operation, &ada()).await.remove(0);
        // It keeps no state: its incident is resolved whatever it was told.
        let stays = matches!(&done, Err(error) if error.kind == SourceErrorKind::Refused
            && error.message.starts_with("PagerDuty took it, and left the incident resolved"));
        assert!(done.is_ok() || stays, "{operation:?}: {done:?}");
        assert!(
            done.is_ok()
                || matches!(
                    operation.done().as_str(),
                    "acknowledged" | "unacknowledged" | "woken" | "reopened: it is back"
                )
        );
    }
}

/// The description contradicts itself here: its schema refuses its own examples (a `value` would have to be an object
/// that holds a `value`), and so does Prism. What is sent is what the example shows.
#[tokio::test]
async fn a_custom_field_is_written_as_in_the_vendors_example() {
    let description = include_str!("../../vendor/pagerduty-rest.openapi.json");
    let description: Value = serde_json::from_str(description).unwrap();
    let call = &description["paths"]["/incidents/{id}/custom_fields/values"]["put"];
    let examples = &call["requestBody"]["content"]["application/json"]["examples"];
    let account = Account::start(vec![incident(ID, 0)]);
    let operation = Operation::SetField { name: "environment".to_owned(), value: "production".into() };
    source_with(&account.url, KEY, "").operate(&[known(ID)], &operation, &ada()).await.remove(0).unwrap();
    assert_eq!(account.changes()[0].body, examples["example_with_custom_field_name"]["value"]);
}
