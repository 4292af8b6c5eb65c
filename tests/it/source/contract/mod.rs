//! One contract over every kind of source, each against a real peer. To add a kind: a `Fixture`, and a test that it keeps the contract.

mod alertmanager;
mod flashduty;
mod icinga;
mod local;
mod numbers;
mod odd;
mod pagerduty;
mod pressed;
mod writes;

use std::path::Path;
use std::time::{Duration, Instant};

use andon::config;
use andon::domain::board::Listing;
use andon::domain::incident::{Incident, IncidentRow, Progress};
use andon::domain::operation::{Ability, Operation, OperationKind};
use andon::domain::operator::Operator;
use andon::source::{Operated, Pages, Source, SourceError, SourceErrorKind, build};

use crate::support::peer::{Conn, Peer, answer};
use crate::support::servers::free_port;

/// A running peer of one kind.
trait Fixture {
    /// The keys of its source, without name and refresh.
    fn config(&self) -> String;
    /// Where the configuration stands.
    fn folder(&self) -> &Path;
    /// The keys with another address, where the kind has one.
    fn config_at(&self, url: &str) -> Option<String>;
    /// Makes the one problem that the source then lists.
    fn burn(&mut self);
    /// Whether its timeline has what was done a moment before: an account of our own tells only what it was given.
    fn tells(&self) -> bool {
        true
    }
    /// How long a peer that says nothing is waited for at most.
    fn patience(&self) -> Duration {
        Duration::from_secs(6)
    }
    /// How to see what the operation did, beside the list: a path on disk that must have this text.
    fn trace(&self, _operation: OperationKind) -> Option<String> {
        None
    }
}

/// The source `prod` of these keys.
fn source(folder: &Path, keys: &str) -> Box<dyn Source> {
    let file = folder.join("config.toml");
    let text = format!("[[source]]\nname = \"prod\"\nrefresh = \"5s\"\n{keys}");
    let config = config::parse(&file, &text).unwrap_or_else(|error| panic!("{error}"));
    build(&config.sources[0], &config.resolver(&file, true))
}

fn ada() -> Operator {
    Operator { name: "ada".to_owned(), email: "ada@example.com".to_owned(), ..Operator::default() }
}

async fn list(source: &dyn Source) -> Listing {
    source.list(&Pages::unwanted()).await.unwrap()
}

/// Asks until it is as wanted: peers take in behind their answers.
async fn until(source: &dyn Source, wanted: impl Fn(&[Incident]) -> bool) -> Vec<Incident> {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let incidents: Vec<Incident> = list(source).await.incidents().collect();
        if wanted(&incidents) {
            return incidents;
        }
        assert!(Instant::now() < deadline, "not as wanted after 20 s: {incidents:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn operate(source: &dyn Source, incident: &Incident, operation: &Operation) -> Result<Operated, SourceError> {
    let mut done = source.operate(std::slice::from_ref(incident), operation, &ada()).await;
    assert_eq!(done.len(), 1);
    done.remove(0)
}

/// What holds for every kind.
async fn keeps_the_contract(mut fixture: impl Fixture) {
    fixture.burn();
    let (folder, keys) = (fixture.folder().to_owned(), fixture.config());
    let first = source(&folder, &keys);
    let before = until(&*first, |incidents| incidents.len() == 1).await.remove(0);
    assert!(list(&*first).await.complete);
    assert!(before.channel_key.starts_with("prod/") && !before.title.is_empty() && !before.num.is_empty());
    assert_eq!(list(&*first).await.rows[0].key, before.key(), "the id is as it was");
    let restarted = source(&folder, &keys);
    restarted.seed(&[IncidentRow::pack(&before)]);
    assert_eq!(list(&*restarted).await.rows[0].key, before.key(), "the id outlives a restart");
    assert!(!first.greet().await.unwrap().what.is_empty());
    judges(&*first);
    does(&fixture, &*first, &before).await;
    fails(&fixture).await;
}

/// Every ability has its reason where it is none.
fn judges(source: &dyn Source) {
    let abilities = source.abilities();
    for kind in OperationKind::ALL.iter().copied() {
        if let Ability::Local(why) | Ability::No(why) = abilities.of(kind) {
            assert!(why.contains("cannot"), "{kind:?}: {why}");
        }
    }
}

/// What it says that it does is seen afterwards.
async fn does(fixture: &impl Fixture, source: &dyn Source, before: &Incident) {
    let until_s = jiff::Timestamp::now().as_second() + 3_600;
    let abilities = source.abilities();
    for operation in [
        Operation::Acknowledge,
        Operation::Comment { text: "two\nlines".to_owned() },
        Operation::snooze_until(until_s, "deploying".to_owned()),
        Operation::Wake,
        Operation::Unacknowledge,
        Operation::Close,
    ] {
        if *abilities.of(operation.kind()) != Ability::Source {
            continue;
        }
        operate(source, before, &operation).await.unwrap_or_else(|error| panic!("{operation:?}: {error}"));
        if let Some(trace) = fixture.trace(operation.kind()) {
            let words = std::fs::read_to_string(trace).unwrap();
            assert!(words.contains(operation.kind().as_str()), "{operation:?}: {words}");
            continue;
        }
        let seen = |incident: &Incident| match &operation {
            Operation::Acknowledge => incident.progress == Progress::Processing,
            Operation::Unacknowledge => incident.progress == Progress::Triggered,
            Operation::Snooze { .. } => (incident.snoozed_before - until_s).abs() <= 60,
            Operation::Wake => incident.snoozed_before == 0,
            _ => true,
        };
        if operation == Operation::Close {
            until(source, <[Incident]>::is_empty).await;
            let closed = source.by_id(std::slice::from_ref(&before.incident_id)).await.unwrap();
            assert!(closed.iter().all(|incident| incident.progress == Progress::Closed), "{closed:?}");
            continue;
        }
        let after = until(source, |incidents| incidents.first().is_some_and(seen)).await.remove(0);
        assert_eq!(after.incident_id, before.incident_id, "{operation:?}");
        if !fixture.tells() {
            continue;
        }
        let full = source.full(&after).await.unwrap();
        let told = |who: &str, text: &str| full.timeline.iter().any(|moment| moment.who == who && moment.text == text);
        match &operation {
            Operation::Comment { text } => assert!(told("ada", text), "{full:?}"),
            Operation::Snooze { reason, .. } => assert!(told("ada", reason), "{full:?}"),
            _ => {}
        }
    }
}

/// A peer that is gone, talks rubbish or refuses is told apart, in time.
async fn fails(fixture: &impl Fixture) {
    let kind_at = async |url: &str| {
        let keys = fixture.config_at(url)?;
        let began = Instant::now();
        let error = source(fixture.folder(), &keys).list(&Pages::unwanted()).await.unwrap_err();
        assert!(began.elapsed() < fixture.patience(), "{error}");
        Some(error.kind)
    };
    let gone = format!("http://127.0.0.1:{}", free_port());
    let silent = Peer::start(Conn::hang).await;
    let rubbish = Peer::answering(answer("200 OK", "Connection: close\r\n", "<html>")).await;
    let refusing = Peer::answering(answer("401 Unauthorized", "Connection: close\r\n", "")).await;
    for (url, expected) in [
        (gone, SourceErrorKind::Unreachable),
        (silent.url(""), SourceErrorKind::Unreachable),
        (rubbish.url(""), SourceErrorKind::Rubbish),
        (refusing.url(""), SourceErrorKind::Unauthorised),
    ] {
        if let Some(kind) = kind_at(&url).await {
            assert_eq!(kind, expected, "{url}");
        }
    }
}

/// Runs a program to its end and gives what it printed.
fn printed(program: &str, args: &[&str]) -> String {
    let output = std::process::Command::new(program).args(args).output().unwrap();
    assert!(output.status.success(), "{program} {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
