//! Jobs that are followed: kept, moved, taken over by one, gone with their run.

use andon::domain::activity::Entry;
use andon::domain::job::Job;
use andon::domain::run::{Outcome, RunState};
use andon::store::{Place, Recorded, Store};

use crate::store::contract::Home;
use crate::store::samples::{NOON, added, private_folder, run, started, stored, succeeded};

fn job(run_id: &str) -> Job {
    Job {
        run_id: run_id.into(),
        url: "https://ci.example/queue/1".into(),
        home: "https://ci.example".into(),
        headers: vec![("Authorization".into(), "Bearer ${secret:CI}".into())],
        until_ms: NOON + 1_800_000,
        ..Job::default()
    }
}

/// A run of process `p1` whose job is followed.
async fn followed(store: &Store, id: &str) {
    let action = match store.actions().await.unwrap().pop() {
        Some(action) => action,
        None => added(store, "Enrich").await,
    };
    started(store, &run(id, &action, id, NOON)).await;
    assert!(store.follow_job(&job(id)).await.unwrap());
}

pub(crate) async fn a_job_is_kept_until_its_run_ends(home: Home) {
    followed(&home.store, "r1").await;
    assert_eq!(home.other.job("r1").await.unwrap(), Some(job("r1")));
    let row = stored(&home.other, "r1").await;
    assert!(row.following && row.state == RunState::Running);
    assert!(home.store.move_job("r1", "https://ci.example/job/7").await.unwrap());
    let moved = Job { url: "https://ci.example/job/7".into(), ..job("r1") };
    assert_eq!(home.other.job("r1").await.unwrap(), Some(moved));
    assert_eq!(home.other.job("r2").await.unwrap(), None);

    assert_eq!(home.store.end_run("r1", &succeeded("built"), NOON).await.unwrap(), Recorded::Written);
    assert_eq!(home.other.job("r1").await.unwrap(), None);
    assert!(!stored(&home.other, "r1").await.following);
    assert!(!home.store.move_job("r1", "https://ci.example/job/8").await.unwrap());
    assert!(!home.store.follow_job(&job("r1")).await.unwrap(), "an ended run is not followed");
    assert!(!home.store.follow_job(&job("nobody")).await.unwrap());
    assert_eq!(home.other.job("r1").await.unwrap(), None);
}

pub(crate) async fn a_followed_run_outlives_its_process(home: Home) {
    followed(&home.store, "r1").await;
    followed(&home.store, "r2").await;
    assert_eq!(home.other.end_interrupted_runs(&|_| false, NOON).await.unwrap(), []);
    assert_eq!(stored(&home.other, "r1").await.state, RunState::Running);
    assert!(home.other.orphan_jobs(&|process| process == "p1").await.unwrap().is_empty());

    let asked = std::sync::atomic::AtomicUsize::new(0);
    let lives = |_: &str| {
        asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        false
    };
    let orphans = home.other.orphan_jobs(&lives).await.unwrap();
    assert_eq!(asked.into_inner(), 1, "each process is asked for once");
    assert_eq!(orphans.iter().map(|(_, job)| job.clone()).collect::<Vec<_>>(), [job("r1"), job("r2")]);
    assert_eq!(orphans[0].0.entry, Entry::Run(Box::new(stored(&home.store, "r1").await)));

    assert!(!home.other.adopt_job("r1", "p7", "p2").await.unwrap(), "it was not that one's");
    assert!(home.other.adopt_job("r1", "p1", "p2").await.unwrap());
    assert_eq!(stored(&home.store, "r1").await.process, "p2");
    let left = home.other.orphan_jobs(&|process| process == "p2").await.unwrap();
    assert_eq!(left.iter().map(|(_, job)| job.run_id.as_str()).collect::<Vec<_>>(), ["r2"]);
    home.other.end_run("r1", &succeeded("built"), NOON).await.unwrap();
    assert!(!home.store.adopt_job("r1", "p2", "p3").await.unwrap(), "an ended run belongs to nobody");
    assert_eq!(stored(&home.store, "r1").await.process, "p2");
    let late = home.store.end_run("r1", &succeeded("late"), NOON + 1).await.unwrap();
    assert!(matches!(late, Recorded::AlreadyEnded { .. }), "the first one came back");
}

pub(crate) async fn of_many_takers_one_wins(home: Home) {
    followed(&home.store, "r1").await;
    let mut takers = tokio::task::JoinSet::new();
    for number in 0..20 {
        let store = if number % 2 == 0 { home.store.clone() } else { home.other.clone() };
        takers.spawn(async move {
            let name = format!("taker {number}");
            store.adopt_job("r1", "p1", &name).await.unwrap().then_some(name)
        });
    }
    let winners: Vec<String> = takers.join_all().await.into_iter().flatten().collect();
    assert_eq!(winners.len(), 1, "{winners:?}");
    assert_eq!(stored(&home.other, "r1").await.process, winners[0]);
}

pub(crate) async fn a_plain_or_held_run_has_no_job_to_take(home: Home) {
    let action = added(&home.store, "Enrich").await;
    let mut held = run("r1", &action, "a", NOON);
    held.state = RunState::Pending;
    started(&home.store, &held).await;
    started(&home.store, &run("r2", &action, "b", NOON)).await;
    assert!(!home.store.follow_job(&job("r1")).await.unwrap(), "nothing was sent yet");
    for id in ["r1", "r2"] {
        assert!(!home.store.adopt_job(id, "p1", "p2").await.unwrap());
        assert_eq!(stored(&home.store, id).await.process, "p1");
    }
    assert!(home.store.orphan_jobs(&|_| false).await.unwrap().is_empty());
}

/// What happens between the look of `end_interrupted_runs` and its write must not make it say what is not true.
#[tokio::test(flavor = "multi_thread")]
async fn what_changes_under_the_settler_is_not_ended_on_an_old_look() {
    let folder = private_folder();
    let place = Place::File(folder.path().join("andon.db"));
    let (store, other) = (Store::open(place.clone()).await.unwrap(), Store::open(place).await.unwrap());
    let action = added(&store, "Enrich").await;
    for (id, state) in [("sent", RunState::Pending), ("job", RunState::Running)] {
        started(&store, &andon::domain::run::Run { state, ..run(id, &action, id, NOON) }).await;
    }
    let lives = |_: &str| {
        let change = async {
            assert!(other.start_run("sent").await.unwrap());
            assert!(other.follow_job(&job("job")).await.unwrap());
        };
        tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(change));
        false
    };
    assert_eq!(store.end_interrupted_runs(&lives, NOON).await.unwrap().len(), 1);
    assert_eq!(stored(&store, "sent").await.outcome, Some(Outcome::Unknown), "it may have been sent by now");
    assert!(stored(&store, "job").await.following);

    started(&store, &run("taken", &action, "taken", NOON)).await;
    assert!(store.follow_job(&job("taken")).await.unwrap());
    let orphans = store.orphan_jobs(&|_| false).await.unwrap();
    assert_eq!(orphans.len(), 2);
}
