//! One action on many incidents: one row each, some at a time, and who stops whom.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use andon::domain::action::{Action, Body};
use andon::domain::request::Prepared;
use andon::domain::run::{Failure, Outcome, Run, RunRef, RunState};
use andon::runner::{Finish, PressOptions, RunOptions, Step};
use tokio_util::sync::CancellationToken;

use crate::runs::bench::{Bench, answers, incident_number, run_of};
use crate::support::peer::{Peer, answer};

fn presses(bench: &Bench, action: &Arc<Action>, count: usize) -> Vec<Prepared> {
    let incidents: Vec<_> = (0..count).map(incident_number).collect();
    let asked = PressOptions::default().on(count);
    let one = |incident| bench.runner.prepare(action, incident, &bench.operator, asked.clone()).unwrap();
    incidents.iter().map(one).collect()
}

fn runs(finishes: Vec<Finish>) -> Vec<Run> {
    let run = |finish| match finish {
        Finish::Ended { activity, not_recorded: None } => run_of(*activity),
        other => panic!("{other:?}"),
    };
    finishes.into_iter().map(run).collect()
}

fn outcomes(runs: &[Run]) -> Vec<Outcome> {
    runs.iter().map(|run| run.outcome.unwrap()).collect()
}

/// A receiver that counts how many requests it holds at once.
async fn counting() -> (Peer, Arc<AtomicUsize>) {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let seen = Arc::clone(&most);
    let peer = Peer::start(move |mut conn| {
        let (now, most) = (Arc::clone(&now), Arc::clone(&seen));
        async move {
            conn.request().await;
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(100)).await;
            now.fetch_sub(1, Ordering::SeqCst);
            conn.say(answer("200 OK", "", "ok")).await;
        }
    })
    .await;
    (peer, most)
}

#[tokio::test]
async fn all_rows_are_pending_before_the_first_is_sent_and_so_many_run_at_once() {
    let bench = Bench::new().await;
    let (peer, most) = counting().await;
    let action = bench.action(peer.url("/"), |_| {}).await;
    let presses = presses(&bench, &action, 7);
    let group = presses[0].group.clone();
    let heard = Mutex::new(Vec::new());
    let watch = |run: &str, step: Step| {
        let word = match step {
            Step::Queued(line) => (run_of(*line).state == RunState::Pending).then_some("queued"),
            Step::Begun(_) => Some("begun"),
            Step::Ended(_) => Some("ended"),
            _ => None,
        };
        heard.lock().unwrap().extend(word.map(|word| (word, run.to_owned())));
    };
    let options = RunOptions { parallel: 3, stop_on_failure: false };
    let runs = runs(bench.runner.run(presses, options, watch, &CancellationToken::new()).await);
    assert_eq!(outcomes(&runs), [Outcome::Succeeded; 7]);
    assert!(group.is_some() && runs.iter().all(|run| run.group == group));
    assert_eq!((peer.seen.requests().len(), most.load(Ordering::SeqCst)), (7, 3));
    let heard = heard.into_inner().unwrap();
    assert!(heard[..7].iter().all(|(word, _)| *word == "queued"), "{heard:?}");
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    for (word, _) in &heard {
        *times.entry(word).or_default() += 1;
    }
    assert_eq!(times, BTreeMap::from([("queued", 7), ("begun", 7), ("ended", 7)]));
}

#[tokio::test]
async fn a_failure_leaves_the_rest_cancelled_where_that_is_asked() {
    let bench = Bench::new().await;
    let all = || vec![answer("200 OK", "", "ok"), answer("500 Oops", "", "no"), answer("200 OK", "", "ok")];
    let peer = answers(all()).await;
    let action = bench.action(peer.url("/"), |_| {}).await;
    let (options, never) = (RunOptions { parallel: 1, stop_on_failure: true }, CancellationToken::new());
    let finishes = bench.runner.run(presses(&bench, &action, 4), options, |_, _| {}, &never);
    let stopped = runs(finishes.await);
    let bad = [Outcome::Succeeded, Outcome::Failed, Outcome::Cancelled, Outcome::Cancelled];
    assert_eq!(outcomes(&stopped), bad);
    assert_eq!(peer.seen.connections(), 2, "what is cancelled was never sent");
    assert!(stopped[3].message.contains("nothing was sent"), "{}", stopped[3].message);

    let peer = answers(all()).await;
    let action = bench
        .action(peer.url("/"), |action| {
            action.name = "Go on".to_owned();
            action.id = "go-on".to_owned();
        })
        .await;
    let options = RunOptions { parallel: 1, stop_on_failure: false };
    let finishes = bench.runner.run(presses(&bench, &action, 3), options, |_, _| {}, &never);
    assert_eq!(outcomes(&runs(finishes.await)), [Outcome::Succeeded, Outcome::Failed, Outcome::Succeeded]);
}

#[tokio::test]
async fn a_stopped_group_is_cancelled_where_nothing_was_sent_and_unknown_where_it_was() {
    let bench = Bench::new().await;
    let peer = Peer::start(|mut conn| async move {
        conn.request().await;
        conn.hang().await;
    })
    .await;
    let action = bench.action(peer.url("/"), |_| {}).await;
    let presses = presses(&bench, &action, 3);
    let group = presses[0].group.clone().unwrap();
    let stopper = bench.runner.clone();
    let seen = peer.seen.clone();
    tokio::spawn(async move {
        while seen.requests().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(stopper.cancel(&RunRef::Group("another".to_owned())), 0);
        assert_eq!(stopper.cancel(&RunRef::Group(group)), 3);
    });
    let (options, never) = (RunOptions { parallel: 1, stop_on_failure: false }, CancellationToken::new());
    let finishes = bench.runner.run(presses, options, |_, _| {}, &never);
    let runs = runs(tokio::time::timeout(Duration::from_secs(10), finishes).await.unwrap());
    assert_eq!(outcomes(&runs), [Outcome::Unknown, Outcome::Cancelled, Outcome::Cancelled]);
    assert!(runs.iter().all(|run| run.failure == Some(Failure::Cancelled)), "{runs:?}");
    assert_eq!(peer.seen.connections(), 1);
    assert_eq!(bench.runner.cancel(&RunRef::Run(runs[0].id.clone())), 0, "what has ended cannot be stopped");
}

#[tokio::test]
async fn one_that_is_refused_does_not_keep_the_others() {
    let bench = Bench::new().await;
    let peer = answers(vec![answer("200 OK", "", "ok")]).await;
    let action = bench.action(peer.url("/"), |action| action.cooldown_ms = 60_000).await;
    let first = presses(&bench, &action, 1);
    bench.runner.run(first, RunOptions::default(), |_, _| {}, &CancellationToken::new()).await;
    let again = presses(&bench, &action, 2);
    let runs = runs(bench.runner.run(again, RunOptions::default(), |_, _| {}, &CancellationToken::new()).await);
    assert_eq!(outcomes(&runs), [Outcome::Refused, Outcome::Succeeded]);
    assert_eq!(runs[0].failure, Some(Failure::Cooldown));
    assert_eq!(peer.seen.requests().len(), 2);
}

#[tokio::test]
async fn a_press_alone_is_running_from_its_first_row_on_and_has_no_group() {
    let bench = Bench::new().await;
    let peer = answers(vec![answer("200 OK", "", "ok")]).await;
    let action = bench.action(peer.url("/"), |_| {}).await;
    let heard = Mutex::new(Vec::new());
    let watch = |_: &str, step: Step| {
        heard.lock().unwrap().push(match step {
            Step::Begun(line) => format!("{:?}", run_of(*line).state),
            Step::Ended(_) => "ended".to_owned(),
            Step::Queued(_) | Step::Held { .. } => "waits".to_owned(),
            _ => return,
        });
    };
    let (presses, never) = (presses(&bench, &action, 1), CancellationToken::new());
    let runs = runs(bench.runner.run(presses, RunOptions::default(), watch, &never).await);
    assert_eq!(outcomes(&runs), [Outcome::Succeeded]);
    assert_eq!(heard.into_inner().unwrap(), ["Running", "ended"]);
    assert_eq!(runs[0].group, None);
}

#[tokio::test]
async fn preparing_for_one_is_preparing_alone_and_for_several_only_the_group_differs() {
    let bench = Bench::new().await;
    let action = bench.action("https://ci.example/{{ incident.num }}", |action| {
        action.body = Body::Json(serde_json::json!({"num": "{{ incident.num }}"}));
    });
    let action = action.await;
    let bare = |prepared: Prepared| {
        let headers: Vec<String> = prepared.headers.iter().map(|header| header.name.clone()).collect();
        let Prepared { action, incident, method, endpoint, body, inputs, test, .. } = prepared;
        (action, incident, method, endpoint, body, inputs, test, headers)
    };
    let alone = |number| {
        let prepared =
            bench.runner.prepare(&action, &incident_number(number), &bench.operator, PressOptions::default()).unwrap();
        assert_eq!(prepared.group, None);
        bare(prepared)
    };
    for count in 1..4 {
        let all = presses(&bench, &action, count);
        let groups: BTreeSet<_> = all.iter().map(|prepared| prepared.group.clone()).collect();
        assert_eq!((groups.len(), groups.first().unwrap().is_some()), (1, count > 1));
        for (number, prepared) in all.into_iter().enumerate() {
            assert_eq!(bare(prepared), alone(number));
        }
    }
}

#[tokio::test]
async fn several_are_held_and_one_of_them_is_taken_back() {
    let bench = Bench::new().await;
    let peer = answers(vec![answer("200 OK", "", "ok")]).await;
    let action = bench.action(peer.url("/"), |action| action.hold_ms = Some(400)).await;
    let presses = presses(&bench, &action, 3);
    let second = presses[1].run_id.clone();
    let watch = |run: &str, step: Step| {
        if let Step::Held { activity, left_ms } = step {
            assert_eq!((run_of(*activity).state, left_ms), (RunState::Pending, 400));
            assert!(peer.seen.requests().is_empty(), "all are held");
            if run == second {
                assert_eq!(bench.runner.cancel(&RunRef::Run(second.clone())), 1);
            }
        }
    };
    let runs = runs(bench.runner.run(presses, RunOptions::default(), watch, &CancellationToken::new()).await);
    assert_eq!(outcomes(&runs), [Outcome::Succeeded, Outcome::Cancelled, Outcome::Succeeded]);
    assert_eq!(peer.seen.requests().len(), 2);
}

#[tokio::test]
async fn a_fault_inside_ends_the_run_that_it_happened_to_and_no_other() {
    let bench = Bench::new().await;
    let peer = answers(vec![answer("200 OK", "", "ok")]).await;
    let action = bench.action(peer.url("/"), |_| {}).await;
    let presses = presses(&bench, &action, 4);
    let ids: Vec<String> = presses.iter().map(|prepared| prepared.run_id.clone()).collect();
    let watch = |run: &str, step: Step| match step {
        Step::Queued(_) if run == ids[1] => panic!("a fault before it is sent"),
        Step::Begun(_) if run == ids[2] => panic!("a fault once it has begun"),
        _ => {}
    };
    let runs = runs(bench.runner.run(presses, RunOptions::default(), watch, &CancellationToken::new()).await);
    let ended = [Outcome::Succeeded, Outcome::Cancelled, Outcome::Unknown, Outcome::Succeeded];
    assert_eq!(outcomes(&runs), ended);
    assert!(runs[1..3].iter().all(|run| run.failure == Some(Failure::Interrupted)), "{runs:?}");
    for run in &runs {
        let record = bench.store.run_record(&run.id).await.unwrap().unwrap();
        assert_eq!(run_of(record.activity).outcome, run.outcome, "the row says so, too");
    }
}
