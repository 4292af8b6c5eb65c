//! What the store costs: a run, a large refresh, pages and filters of a long log. On the disk of the temporary folder.

mod support;

use std::error::Error;
use std::fs::Permissions;
use std::hint::black_box;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use andon::domain::action::Action;
use andon::domain::activity::Entry;
use andon::domain::board::Delta;
use andon::domain::channel::ChannelKey;
use andon::domain::incident::IncidentKey;
use andon::domain::operator::Operator;
use andon::domain::run::{Ending, Outcome, Run, RunDetail, RunState};
use andon::store::{LogQuery, Place, Store};
use criterion::{BatchSize, Criterion};
use support::{NOON_S, rows};
use tokio::runtime::Runtime;

const LINES: usize = 100_000;

fn delta(count: usize) -> Delta {
    Delta { source: "prod".to_owned(), changed: rows(count), gone: Vec::new(), channels: Vec::new(), at_s: NOON_S }
}

fn run(number: u64, action: &Action) -> Run {
    let id = format!("run-{number}");
    Run {
        id: id.clone(),
        event_id: id,
        action: action.name.clone(),
        action_id: action.id.clone(),
        incident: IncidentKey::new("prod", &number.to_string()),
        incident_num: "054D57".to_owned(),
        incident_title: "cpu.idle < 20%".to_owned(),
        operator: Operator::default(),
        process: "bench".to_owned(),
        state: RunState::Running,
        outcome: None,
        failure: None,
        status: None,
        attempts: 0,
        started_at_ms: NOON_S * 1_000,
        duration_ms: None,
        message: String::new(),
        group: None,
        resend_of: None,
        test: false,
        following: false,
    }
}

fn ending() -> Ending {
    Ending {
        outcome: Outcome::Succeeded,
        failure: None,
        status: Some(200),
        message: "restarting".to_owned(),
        duration_ms: 142,
        detail: RunDetail::default(),
    }
}

/// A log of operations, many at a time so that they share commits.
async fn fill(store: &Store) -> Result<(), Box<dyn Error>> {
    let notes = (0..LINES).map(|at| {
        let entry = Entry::Operation {
            incident: IncidentKey::new("prod", &format!("inc-{at}")),
            num: String::new(),
            operator: Operator::default(),
            summary: format!("acknowledged checkout-{:02}, host {}", at % 97, at % 5_000),
        };
        async move { store.note(&entry, NOON_S * 1_000).await }
    });
    let mut notes = notes;
    loop {
        let together: Vec<_> = notes.by_ref().take(512).collect();
        if together.is_empty() {
            return Ok(());
        }
        for written in futures_util::future::join_all(together).await {
            written?;
        }
    }
}

fn reads(criterion: &mut Criterion, runtime: &Runtime, store: &Store) {
    let log = |query: LogQuery| runtime.block_on(async { black_box(store.log(&query).await) });
    criterion.bench_function("a page of a log of 100,000", |bencher| {
        bencher.iter(|| log(LogQuery { before: Some(50_000), limit: Some(200), ..LogQuery::default() }));
    });
    for (what, text) in [("found often", "checkout"), ("found seldom", "host 4999"), ("not found", "zzz")] {
        criterion.bench_function(&format!("a filter of a log of 100,000, {what}"), |bencher| {
            bencher.iter(|| log(LogQuery { text: Some(text.to_owned()), limit: Some(200), ..LogQuery::default() }));
        });
    }
    criterion.bench_function("the first 200 of 10,000 incidents", |bencher| {
        bencher.iter(|| runtime.block_on(async { black_box(store.open_incidents(Some(200)).await) }));
    });
}

fn writes(criterion: &mut Criterion, runtime: &Runtime, store: &Store, action: &Action) {
    let mut number = 0;
    criterion.bench_function("a run begins and ends, durable", |bencher| {
        bencher.iter(|| {
            number += 1;
            let run = run(number, action);
            runtime.block_on(async {
                let begun = store.begin_run(&run, &RunDetail::default(), action.revision, 2_000).await;
                black_box((begun, store.end_run(&run.id, &ending(), NOON_S * 1_000).await))
            })
        });
    });
    criterion.bench_function("a refresh that changes 10,000", |bencher| {
        bencher.iter_batched(
            || delta(10_000),
            |delta| runtime.block_on(async { black_box(store.apply(&delta).await) }),
            BatchSize::PerIteration,
        );
    });
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut criterion = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();
    let runtime = Runtime::new()?;
    let folder = tempfile::Builder::new().permissions(Permissions::from_mode(0o700)).tempdir()?;
    let (store, action) = runtime.block_on(async {
        let store = Store::open(Place::File(folder.path().join("andon.db"))).await?;
        store.apply(&delta(10_000)).await?;
        fill(&store).await?;
        let mut action = Action::new("Restart", "https://ci.example/restart");
        action.slots.insert(ChannelKey::new("prod", "team-1"), 1);
        let action = store.add_action(&action, 9, &Operator::default(), NOON_S * 1_000).await?;
        Ok::<_, Box<dyn Error>>((store, action))
    })?;
    reads(&mut criterion, &runtime, &store);
    writes(&mut criterion, &runtime, &store, &action);
    criterion.final_summary();
    Ok(())
}
