//! What keeps a press from going, and what is read for it: once.

use std::collections::BTreeMap;
use std::sync::Arc;

use andon::domain::action::{Action, Header, Tls};
use andon::domain::refusal::Refusal;
use andon::domain::run::{Failure, Outcome, RunRef, RunState};
use andon::runner::{PressOptions, Step};
use andon::secret::{Reference, Resolver};
use andon::store::{Place, Process, Store};
use tokio_util::sync::CancellationToken;

use crate::runs::bench::{Bench, answers, incident};
use crate::support::peer::{answer, header};

async fn bench_with(secret: Reference) -> Bench {
    let secrets = Resolver::new(BTreeMap::from([("CI".to_owned(), secret)]), true, "/");
    Bench::of(Store::open(Place::Memory).await.unwrap(), Process::detached().id(), None, secrets)
}

#[tokio::test]
async fn a_reference_is_read_once_for_all_attempts_of_a_press() {
    let folder = tempfile::tempdir().unwrap();
    let count = folder.path().join("count");
    let bench = bench_with(Reference::Cmd(format!("echo x >> '{}'; echo s3cret", count.display()))).await;
    let peer = answers(vec![String::new(), answer("503 Busy", "", ""), answer("200 OK", "", "ok")]).await;
    let action = bench.action(peer.url("/"), |action| {
        action.retries = 2;
        action.headers.push(Header::new("Authorization", "Bearer ${secret:CI}"));
        action.headers.push(Header::new("X-Again", "${secret:CI}"));
    });
    let told = bench.press(&action.await).await;
    assert_eq!(told.facts(), ("succeeded", "", 200, 3));
    assert_eq!(std::fs::read_to_string(count).unwrap(), "x\n");
    for request in peer.seen.requests() {
        assert_eq!(header(&request, "authorization"), Some("Bearer s3cret"));
        assert_eq!(header(&request, "x-again"), Some("s3cret"));
    }
    assert!(!format!("{told:?}").contains("s3cret"), "the log keeps the reference");
}

#[tokio::test]
async fn a_reference_that_cannot_be_read_refuses_the_press_and_leaves_no_cooldown() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    let bench = bench_with(Reference::File(path.display().to_string())).await;
    let peer = answers(vec![answer("200 OK", "", "ok")]).await;
    let action = bench
        .action(peer.url("/"), |action| {
            action.cooldown_ms = 60_000;
            action.headers.push(Header::new("Authorization", "Bearer ${secret:CI}"));
        })
        .await;
    let told = bench.press(&action).await;
    assert_eq!(told.facts(), ("refused", "secret", 0, 0));
    assert!(told.run.message.contains("${secret:CI}"), "{}", told.run.message);
    assert_eq!(peer.seen.connections(), 0);
    std::fs::write(path, "s3cret").unwrap();
    assert_eq!(bench.press(&action).await.facts(), ("succeeded", "", 200, 1));
}

#[tokio::test]
async fn a_held_press_whose_row_another_process_ended_is_never_sent() {
    let bench = Bench::new().await;
    let peer = answers(vec![answer("200 OK", "", "ok")]).await;
    let action = bench.action(peer.url("/"), |action| action.hold_ms = Some(400)).await;
    let store = bench.store.clone();
    let told = bench
        .press_until(&action, &CancellationToken::new(), move |step| {
            if let Step::Held { .. } = step {
                let store = store.clone();
                tokio::spawn(async move { store.end_interrupted_runs(&|_| false, 2).await.unwrap() });
            }
        })
        .await;
    assert_eq!((told.run.outcome, told.run.failure), (Some(Outcome::Cancelled), Some(Failure::Interrupted)));
    assert_eq!(peer.seen.connections(), 0, "nothing was sent");
}

#[tokio::test]
async fn a_refused_connection_is_tried_twice_more_and_nothing_was_sent() {
    let bench = Bench::new().await;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let told = bench.press(&bench.action(url, |_| {}).await).await;
    assert_eq!(told.facts(), ("failed", "connect", 0, 3));
    assert!(told.run.message.starts_with("nothing was sent:"), "{}", told.run.message);
    assert!(told.run.message.contains("(3 tries)"), "{}", told.run.message);
    assert!(told.run.duration_ms.unwrap() >= 1_000, "it waits 0.2 s and 0.8 s: {:?}", told.run.duration_ms);
}

#[tokio::test]
async fn the_state_machine_admits_only_its_own_steps() {
    let bench = Bench::new().await;
    let peer = answers(vec![answer("200 OK", "", "ok")]).await;
    let action = bench.action(peer.url("/"), |action| action.hold_ms = Some(100)).await;
    let told = bench.press(&action).await;
    let mut states = Vec::new();
    for step in &told.steps {
        if let Step::Held { activity, .. } | Step::Begun(activity) = step {
            states.push(crate::runs::bench::run_of((**activity).clone()).state);
        }
    }
    assert_eq!(states, [RunState::Pending, RunState::Running]);
    assert_eq!(told.run.state, RunState::Done);
    let id = &told.run.id;
    assert!(!bench.store.start_run(id).await.unwrap(), "what has ended does not begin again");
    assert_eq!(bench.runner.cancel(&RunRef::Run(id.clone())), 0, "nor is it stopped");
}

fn refusal(bench: &Bench, action: &Arc<Action>) -> Refusal {
    bench.runner.prepare(action, &incident(), &bench.operator, PressOptions::default()).unwrap_err()
}

#[tokio::test]
async fn an_address_that_is_too_long_is_refused_before_it_is_tried() {
    let bench = Bench::new().await;
    let peer = answers(vec![answer("200 OK", "", "ok")]).await;
    let action = bench.action(peer.url(&format!("/?q={}", "x".repeat(70_000))), |_| ()).await;
    let refusal = refusal(&bench, &action);
    assert_eq!(refusal.class, Failure::Template);
    assert!(refusal.why.contains("the address is too long: 70"), "{refusal:?}");
    assert_eq!(peer.seen.connections(), 0);
}

#[tokio::test]
async fn an_action_that_may_read_nothing_here_names_no_certificate_file() {
    let bench = Bench::new().await;
    let peer = answers(vec![answer("200 OK", "", "ok")]).await;
    let (ca, pair) = (["/etc/hosts", "", ""], ["", "/etc/hosts", "/etc/hosts"]);
    for (setting, [ca, cert, key]) in [("tls.ca", ca), ("tls.cert", pair)] {
        let tune = |action: &mut Action| {
            setting.clone_into(&mut action.name);
            action.id = setting.replace('.', "-");
            action.tls = Tls { ca: ca.to_owned(), cert: cert.to_owned(), key: key.to_owned(), ..Tls::default() };
        };
        let refusal = refusal(&bench, &bench.action(peer.url("/"), tune).await);
        assert_eq!(refusal.class, Failure::Secret, "{setting}");
        assert!(refusal.why.starts_with(&format!("{setting} names a file")), "{refusal:?}");
    }
    assert_eq!(peer.seen.connections(), 0);
}
