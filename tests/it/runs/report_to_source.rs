//! What a run that succeeded tells the incident's source.

use std::sync::{Arc, Mutex};

use andon::domain::activity::{Activity, Entry};
use andon::domain::board::Listing;
use andon::domain::enrichment::Enrichment;
use andon::domain::incident::{Incident, IncidentRow};
use andon::domain::operation::{Abilities, Operation, OperationKind};
use andon::domain::operator::Operator;
use andon::domain::source::{KINDS, SourceConfig};
use andon::secret::Resolver;
use andon::source::{BoxFuture, Operated, Pages, Source, SourceError, SourceErrorKind};
use andon::store::{LogQuery, Place, Process, Store};

use crate::runs::bench::{Bench, answers, incident};

/// A source that remembers what it was told, and does it or refuses.
struct Listener {
    config: SourceConfig,
    told: Arc<Mutex<Vec<Operation>>>,
    refuses: bool,
}

impl Source for Listener {
    fn config(&self) -> &SourceConfig {
        &self.config
    }

    fn list<'a>(&'a self, _pages: &'a Pages) -> BoxFuture<'a, Result<Listing, SourceError>> {
        Box::pin(async { Ok(Listing::default()) })
    }

    fn abilities(&self) -> Abilities {
        Abilities::kept_here("Listener").with(&[OperationKind::Comment, OperationKind::Enrich])
    }

    fn comments_on_runs(&self) -> bool {
        true
    }

    fn operate<'a>(
        &'a self,
        _incidents: &'a [Incident],
        operation: &'a Operation,
        _by: &'a Operator,
    ) -> BoxFuture<'a, Vec<Result<Operated, SourceError>>> {
        self.told.lock().unwrap().push(operation.clone());
        let refused = SourceError { kind: SourceErrorKind::Refused, message: "the incident is archived".to_owned() };
        let result = if self.refuses { Err(refused) } else { Ok(Operated::default()) };
        Box::pin(async { vec![result] })
    }
}

async fn bench(refuses: bool) -> (Bench, Arc<Mutex<Vec<Operation>>>) {
    let told = Arc::new(Mutex::new(Vec::new()));
    let store = Store::open(Place::Memory).await.unwrap();
    store.put_incidents(vec![IncidentRow::pack(&incident())]).await.unwrap();
    let listener = Listener { config: SourceConfig::new("prod", &KINDS[0]), told: Arc::clone(&told), refuses };
    let bench = Bench::with(store, Process::detached().id(), None, Resolver::default(), vec![Arc::new(listener)]);
    (bench, told)
}

fn json(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

#[tokio::test]
async fn a_success_and_what_it_adds_are_written_at_the_source() {
    let (bench, told) = bench(false).await;
    let peer = answers(vec![json(r#"{"message":"restarted","andon":{"labels":{"owner":"bob"}}}"#)]).await;
    let action = bench.action(peer.url("/"), |_| {}).await;
    bench.press(&action).await;
    bench.runner.reports_sent().await;
    let told = told.lock().unwrap().clone();
    let [Operation::Comment { text }, Operation::Enrich { action, added }] = &told[..] else { panic!("{told:?}") };
    assert!(text.starts_with("andon: Restart on ") && text.ends_with("succeeded 200 \"restarted\", by ada"), "{text}");
    let labels = vec![("owner".to_owned(), "bob".to_owned())];
    assert_eq!((action.as_str(), &**added), ("Restart", &Enrichment { labels, ..Enrichment::default() }));
    let rows = bench.store.log(&LogQuery::default()).await.unwrap();
    let is_operation = |row: &Activity| matches!(row.entry, Entry::Operation { .. });
    assert!(!rows.iter().any(is_operation), "the run's own row says everything: {rows:?}");
}

#[tokio::test]
async fn a_source_that_refuses_to_be_told_leaves_a_row_and_a_failed_run_tells_nothing() {
    let (bench, told) = bench(true).await;
    let peer = answers(vec![json("{}"), "HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n".to_owned()]).await;
    let action = bench.action(peer.url("/"), |_| {}).await;
    bench.press(&action).await;
    assert_eq!(bench.press(&action).await.facts().0, "failed");
    bench.runner.reports_sent().await;
    assert_eq!(told.lock().unwrap().len(), 1, "of the success alone");
    let rows = bench.store.log(&LogQuery::default()).await.unwrap();
    let operations: Vec<String> =
        rows.iter().filter(|row| matches!(row.entry, Entry::Operation { .. })).map(Activity::summary).collect();
    assert!(
        matches!(&operations[..], [one] if one.contains("not commented") && one.ends_with("the incident is archived"))
    );
}
