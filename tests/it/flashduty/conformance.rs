//! The vendor's own description, served by Prism: every call of ours is accepted, every answer of theirs read.

use std::fs::File;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use andon::domain::enrichment::Enrichment;
use andon::domain::incident::Incident;
use andon::domain::operation::{IncidentText, Operation};
use andon::domain::operator::Operator;
use andon::source::{Pages, Source, SourceErrorKind};
use serde_json::json;

use crate::flashduty::{now_s, source, source_in};
use crate::support::servers;

const DESCRIPTION: &str = "tests/vendor/flashduty-on-call.openapi.json";

/// A server that knows nothing but the description. Ends with the test.
pub(crate) struct Prism {
    child: Child,
    pub(crate) url: String,
    log: tempfile::NamedTempFile,
}

impl Prism {
    /// `None`, with the reason printed, where it is not installed.
    pub(crate) fn start() -> Option<Self> {
        let program = servers::program("prism")?;
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let log = tempfile::NamedTempFile::new().unwrap();
        let out = File::create(log.path()).unwrap();
        let child = Command::new(program)
            .args(["mock", "-h", "127.0.0.1", "-p", &port.to_string(), DESCRIPTION])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .stdin(Stdio::null())
            .stdout(out.try_clone().unwrap())
            .stderr(out)
            .spawn()
            .unwrap();
        let mut prism = Self { child, url: format!("http://127.0.0.1:{port}"), log };
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(prism.child.try_wait().unwrap().is_none(), "prism ended: {}", prism.told());
            assert!(begun.elapsed() < Duration::from_secs(90), "prism did not start: {}", prism.told());
            std::thread::sleep(Duration::from_millis(50));
        }
        Some(prism)
    }

    fn told(&self) -> String {
        std::fs::read_to_string(self.log.path()).unwrap_or_default()
    }
}

impl Drop for Prism {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn lists(source: &dyn Source) -> Incident {
    let listing = source.list(&Pages::unwanted()).await.unwrap();
    // Its example pages never end: that is seen, and said.
    assert!(!listing.complete && listing.warnings.len() == 1, "{:?}", listing.warnings);
    assert!(listing.warnings[0].contains("not whole"), "{:?}", listing.warnings);
    let incident = listing.rows[0].unpack();
    assert!(!incident.title.is_empty() && incident.start_time > 1_700_000_000, "{incident:?}");
    assert!(!incident.channel_name.is_empty() && incident.channel_key.starts_with("prod/"));
    incident
}

async fn reads_in_full(source: &dyn Source, incident: &Incident) {
    let full = source.full(incident).await.unwrap();
    let read = full.incident.unwrap();
    assert!(!read.incident_id.is_empty() && !read.alerts.is_empty(), "{read:?}");
    assert!(read.alerts.iter().all(|alert| !alert.alert_id.is_empty() && alert.start_time < 100_000_000_000));
    assert!(full.timeline.len() > 1, "{:?}", full.warnings);
    assert!(full.timeline.iter().all(|moment| moment.at_ms > 1_000_000_000_000 && !moment.what.is_empty()));
    assert!(full.timeline.iter().any(|moment| moment.what.starts_with("notified Alice")), "{:?}", full.timeline);
}

fn every_operation() -> Vec<Operation> {
    let text = str::to_owned;
    let added = Enrichment::from_answer(&json!({ "andon": { "note": "restarted", "fields": { "nowhere": 1 } } }));
    let texts = [IncidentText::Title, IncidentText::Impact, IncidentText::RootCause, IncidentText::Resolution];
    let mut out = vec![
        Operation::Acknowledge,
        Operation::Unacknowledge,
        Operation::Close,
        Operation::Reopen { reason: text("came back") },
        Operation::Reopen { reason: text("") },
        Operation::snooze_until(now_s() + 3_600, text("deploy")),
        Operation::Wake,
        Operation::Comment { text: text("hello") },
        Operation::Assign { to: text("bob@example.com") },
        Operation::SetField { name: text("team"), value: json!("infra") },
        Operation::Enrich { action: text("Restart"), added: Box::new(added) },
    ];
    out.extend(texts.map(|which| Operation::SetText { text: which, value: text("a disk was full") }));
    out
}

#[tokio::test]
async fn every_call_is_accepted_and_every_answer_read() {
    let Some(prism) = Prism::start() else { return };
    let source = source(&prism.url, "since = \"45d\"");
    let incident = lists(source.as_ref()).await;
    reads_in_full(source.as_ref(), &incident).await;
    let found = source.by_id(std::slice::from_ref(&incident.incident_id)).await.unwrap();
    assert!(found.iter().all(|found| found.incident_id == incident.incident_id));
    let greeting = source.greet().await.unwrap();
    assert!(greeting.what.contains("open incidents"), "{greeting:?}");
    for operation in every_operation() {
        let results = source.operate(std::slice::from_ref(&incident), &operation, &Operator::default()).await;
        assert!(matches!(results.as_slice(), [Ok(_)]), "{operation:?}: {results:?}");
    }
    assert!(!prism.told().contains("Violation: request"), "{}", prism.told());
    // Without the key it is refused, in words.
    let error = source_in(Path::new("/nonexistent"), &format!("{}/nowhere", prism.url), "app_key = \"k3y\"")
        .list(&Pages::unwanted())
        .await
        .unwrap_err();
    assert!(error.kind == SourceErrorKind::Missing && !error.message.contains("k3y"), "{error:?}");
}
