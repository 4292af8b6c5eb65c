//! Jobs survive whoever follows them: the next takes them over, one of several, and stopping is told truly.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use andon::domain::action::{Header, Input, InputKind};
use andon::domain::request::Inputs;
use andon::domain::run::{Failure, Outcome};
use andon::runner::{Finish, PressOptions, Step};
use andon::secret::{Reference, Resolver};
use andon::store::{Place, Process, Store};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use crate::runs::bench::{Bench, answers, incident, run_of};
use crate::support::peer::{Peer, answer, header};

const DONE: &str = r#"{"status":"done","message":"v41 is live"}"#;

/// Two processes on one store: the first presses and goes, the second comes.
struct Watchover {
    _folder: TempDir,
    locks: PathBuf,
    store: Store,
    secret: PathBuf,
}

impl Watchover {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (locks, secret) = (folder.path().join("locks"), folder.path().join("token"));
        std::fs::write(&secret, "s3cret").unwrap();
        Self { _folder: folder, locks, store: Store::open(Place::Memory).await.unwrap(), secret }
    }

    fn process(&self, knows_the_secret: bool) -> (Bench, Process) {
        let process = Process::start(&self.locks).unwrap();
        let path = self.secret.display().to_string();
        let named = knows_the_secret.then(|| ("CI".to_owned(), Reference::File(path)));
        let secrets = Resolver::new(BTreeMap::from_iter(named), true, "/");
        (Bench::of(self.store.clone(), process.id(), Some(self.locks.clone()), secrets), process)
    }

    /// Presses with the first process, which lets the job go once it is durable.
    async fn pressed(&self, peer: &Peer, inputs: Inputs, tune: impl FnOnce(&mut andon::domain::action::Action)) {
        let (first, process) = self.process(true);
        let action = first.action(peer.url("/go"), tune).await;
        let asked = PressOptions { inputs, ..PressOptions::default() };
        let prepared = first.runner.prepare(&action, &incident(), &first.operator, asked).unwrap();
        let runner = first.runner.clone();
        let watch = move |step| {
            if matches!(step, Step::Following(_)) {
                runner.let_go();
            }
        };
        let finish = first.run(prepared, watch, &CancellationToken::new()).await;
        let Finish::LetGo(line) = finish else { panic!("{finish:?}") };
        assert!(line.summary().contains("not followed"), "{}", line.summary());
        drop(process);
    }
}

fn accepted() -> String {
    answer("202 Accepted", "Location: /jobs/1\r\n", "")
}

async fn resumed(bench: &Bench) -> Vec<Finish> {
    let stop = CancellationToken::new();
    tokio::time::timeout(Duration::from_secs(20), bench.runner.resume(|_, _| {}, &stop)).await.unwrap()
}

#[tokio::test]
async fn the_next_takes_a_job_over_with_its_own_secrets_and_one_of_two_does() {
    let over = Watchover::new().await;
    let peer = answers(vec![accepted(), answer("200 OK", "", DONE)]).await;
    let token = Header::new("Authorization", "Bearer ${secret:CI}");
    // What a label brings in is no reference, whatever it looks like.
    let label = Header::new("X-Title", "{{ incident.title }}");
    over.pressed(&peer, Inputs::default(), |action| action.headers.extend([token, label])).await;
    std::fs::write(&over.secret, "rotated").unwrap();
    let ((second, _lives), (third, _lives_too)) = (over.process(true), over.process(true));
    let (one, other) = tokio::join!(resumed(&second), resumed(&third));
    assert_eq!(one.len() + other.len(), 1, "{one:?} {other:?}");
    let Some(Finish::Ended { activity, not_recorded: None }) = one.into_iter().chain(other).next() else {
        panic!("it did not end")
    };
    let run = run_of(*activity);
    assert_eq!((run.outcome, run.message.as_str()), (Some(Outcome::Succeeded), "v41 is live"));
    assert_eq!(run.attempts, 1, "what was sent is still known");
    let seen = peer.seen.requests();
    assert_eq!(seen.len(), 2, "the press was not sent again: {seen:?}");
    assert_eq!(header(&seen[0], "authorization"), Some("Bearer s3cret"));
    assert!(seen[1].starts_with("GET /jobs/1 "), "{}", seen[1]);
    assert_eq!(header(&seen[1], "authorization"), Some("Bearer rotated"));
    assert_eq!(header(&seen[1], "x-title"), Some("checkout answers 503"));
    assert_eq!(header(&seen[1], "webhook-id"), None, "a read is not a delivery");
    let record = over.store.run_record(&run.id).await.unwrap().unwrap();
    assert_eq!(record.detail.attempts.len(), 1);
}

#[tokio::test]
async fn a_job_is_left_to_others_where_its_secrets_cannot_be_read() {
    let over = Watchover::new().await;
    let peer = answers(vec![accepted(), answer("200 OK", "", DONE)]).await;
    let token = Header::new("Authorization", "Bearer ${secret:CI}");
    over.pressed(&peer, Inputs::default(), |action| action.headers.push(token)).await;
    let (stranger, _lives) = over.process(false);
    let finishes = resumed(&stranger).await;
    let [Finish::LetGo(line)] = finishes.as_slice() else { panic!("{finishes:?}") };
    assert!(line.summary().contains("${secret:CI}"), "{}", line.summary());
    assert_eq!(peer.seen.requests().len(), 1, "nothing was asked without the token");
    let (friend, _lives) = over.process(true);
    assert!(matches!(resumed(&friend).await.as_slice(), [Finish::Ended { .. }]));
}

#[tokio::test]
async fn a_job_that_needs_a_secret_input_ends_as_unknown_when_its_andon_is_gone() {
    let over = Watchover::new().await;
    let peer = answers(vec![accepted(), answer("200 OK", "", DONE)]).await;
    let secret = BTreeMap::from([("token".to_owned(), "t0p".to_owned().into())]);
    let inputs = Inputs { secret, ..Inputs::default() };
    over.pressed(&peer, inputs, |action| {
        action.inputs.push(Input { name: "token".to_owned(), kind: InputKind::Secret, ..Input::default() });
        action.headers.push(Header::new("X-Token", "{{ inputs.token }}"));
    })
    .await;
    assert_eq!(header(&peer.seen.requests()[0], "x-token"), Some("t0p"));
    let (second, _lives) = over.process(true);
    let finishes = resumed(&second).await;
    let [Finish::Ended { activity, .. }] = finishes.as_slice() else { panic!("{finishes:?}") };
    let run = run_of((**activity).clone());
    assert_eq!((run.outcome, run.failure), (Some(Outcome::Unknown), Some(Failure::JobLost)));
    assert!(run.message.contains(&run.event_id), "{}", run.message);
    assert_eq!(peer.seen.requests().len(), 1, "no mask was sent as a token");
}

#[tokio::test]
async fn a_followed_job_that_is_cancelled_is_unknown_and_says_that_it_may_still_run() {
    let bench = Bench::new().await;
    let peer = answers(vec![accepted(), answer("200 OK", "", r#"{"status":"running"}"#)]).await;
    let action = bench.action(peer.url("/"), |_| {}).await;
    let stop = CancellationToken::new();
    let stopper = stop.clone();
    let told = bench
        .press_until(&action, &stop, move |step| {
            if matches!(step, Step::Following(_)) {
                stopper.cancel();
            }
        })
        .await;
    assert_eq!(told.facts(), ("unknown", "cancelled", 202, 1));
    assert!(told.run.message.contains("no longer followed; it may still run"), "{}", told.run.message);
    assert!(bench.store.job(&told.run.id).await.unwrap().is_none());
}

#[tokio::test]
async fn a_job_whose_time_is_over_is_not_asked_for_any_more() {
    let over = Watchover::new().await;
    let peer = answers(vec![accepted(), answer("200 OK", "", DONE)]).await;
    over.pressed(&peer, Inputs::default(), |_| {}).await;
    let run = run_of(over.store.unended().await.unwrap().remove(0));
    let job = over.store.job(&run.id).await.unwrap().unwrap();
    over.store.follow_job(&andon::domain::job::Job { until_ms: 1, ..job }).await.unwrap();
    let (second, _lives) = over.process(true);
    let finishes = resumed(&second).await;
    let [Finish::Ended { activity, .. }] = finishes.as_slice() else { panic!("{finishes:?}") };
    assert_eq!(run_of((**activity).clone()).failure, Some(Failure::JobLost));
    assert_eq!(peer.seen.requests().len(), 1);
}

#[tokio::test]
async fn a_job_that_nobody_follows_keeps_its_button_no_longer_than_its_limit() {
    let over = Watchover::new().await;
    let peer = answers(vec![accepted(), answer("200 OK", "", r#"{"status":"running"}"#)]).await;
    let limit = |action: &mut andon::domain::action::Action| {
        action.follow = Some(andon::domain::action::Follow { limit_ms: 600, every_ms: 500, ..Default::default() });
    };
    over.pressed(&peer, Inputs::default(), limit).await;
    let ended = loop {
        let ended = andon::runner::end_interrupted_runs(&over.store, &over.locks).await;
        if !ended.is_empty() {
            break ended;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    let run = run_of(ended.into_iter().next().unwrap());
    assert_eq!((run.outcome, run.failure), (Some(Outcome::Unknown), Some(Failure::JobLost)), "{}", run.message);
    assert!(over.store.unended().await.unwrap().is_empty());
}
