//! What buttons say beside their names.

use andon::domain::board::Delta;
use andon::domain::button::ButtonFacts;
use andon::domain::incident::{IncidentKey, Severity};
use andon::domain::run::{Ending, Failure, Outcome, Run, RunState};
use andon::store::Store;

use crate::store::contract::Home;
use crate::store::samples::{NOON, ada, added, detail, ended_as, incident, run, started, succeeded};

async fn facts(store: &Store) -> Vec<(String, Option<Outcome>, i64, Option<i64>)> {
    let plain = |facts: ButtonFacts| {
        let last = facts.last.unwrap();
        (facts.action_id, Some(last.outcome), last.at_ms, facts.median_ms)
    };
    store.button_facts().await.unwrap().into_iter().map(plain).collect()
}

fn took(duration_ms: i64) -> Ending {
    Ending { duration_ms, ..succeeded("ok") }
}

pub(crate) async fn a_button_knows_its_last_run_and_how_long_it_takes(home: Home) {
    let (enrich, restart) = (added(&home.store, "Enrich").await, added(&home.store, "Restart").await);
    assert_eq!(facts(&home.other).await, []);
    let press = async |id: &str, at_ms: i64, ending: &Ending| {
        let mut run = run(id, &enrich, id, at_ms);
        run.operator.name = "Bob".into();
        started(&home.store, &run).await;
        home.store.end_run(id, ending, at_ms).await.unwrap();
    };
    press("r1", NOON, &took(500)).await;
    press("r2", NOON + 1, &took(100)).await;
    press("r3", NOON + 2, &took(300)).await;
    let last = home.other.button_facts().await.unwrap().remove(0).last.unwrap();
    assert_eq!((last.by.as_str(), last.incident.id(), last.num.as_str()), ("Bob", "r3", "054D57"), "and for whom");
    press("r4", NOON + 3, &ended_as(Outcome::Failed, Some(Failure::Connect))).await;
    let last = |outcome, at_ms, median| ("enrich".to_owned(), Some(outcome), at_ms, median);
    assert_eq!(facts(&home.other).await, [last(Outcome::Failed, NOON + 3, None)], "three are not enough");
    press("r5", NOON + 4, &took(300)).await;
    for (id, outcome) in [("o1", Outcome::Failed), ("o2", Outcome::Unknown), ("o3", Outcome::Accepted)] {
        press(id, NOON + 5, &Ending { duration_ms: 9, ..ended_as(outcome, None) }).await;
    }
    assert_eq!(facts(&home.other).await[0].3, None, "only successes count");
    press("r6", NOON + 6, &took(300)).await;
    assert_eq!(facts(&home.other).await, [last(Outcome::Succeeded, NOON + 6, Some(300))]);

    for number in 0..19 {
        press(&format!("s{number}"), NOON + 10 + number, &took(1_000 + number)).await;
    }
    assert_eq!(facts(&home.other).await, [last(Outcome::Succeeded, NOON + 28, Some(1_009))], "the last twenty");
    started(&home.store, &run("w1", &restart, "w1", NOON + 90)).await;
    assert_eq!(facts(&home.other).await.len(), 1, "a run under way is not how it went");
    home.other.end_interrupted_runs(&|_| false, NOON + 91).await.unwrap();
    let settled = ("restart".to_owned(), Some(Outcome::Unknown), NOON + 90, None);
    assert_eq!(facts(&home.other).await[1], settled);
    home.store.remove_action("restart", None, &ada(), NOON).await.unwrap();
    assert_eq!(facts(&home.other).await.len(), 1);
}

pub(crate) async fn refusals_and_tests_say_nothing_of_a_button(home: Home) {
    let action = added(&home.store, "Enrich").await;
    started(&home.store, &run("early", &action, "early", NOON)).await;
    started(&home.store, &run("r1", &action, "a", NOON + 1)).await;
    home.store.end_run("r1", &took(40), NOON).await.unwrap();
    let expected = [("enrich".to_owned(), Some(Outcome::Succeeded), NOON + 1, None)];
    assert_eq!(facts(&home.other).await, expected);

    let refused = Run {
        state: RunState::Done,
        outcome: Some(Outcome::Refused),
        failure: Some(Failure::InFlight),
        ..run("r2", &action, "a", NOON + 2)
    };
    home.store.refuse_run(&refused, &detail()).await.unwrap();
    started(&home.store, &Run { test: true, ..run("r3", &action, "b", NOON + 3) }).await;
    home.store.end_run("r3", &ended_as(Outcome::Failed, Some(Failure::HttpStatus)), NOON).await.unwrap();
    started(&home.store, &run("r4", &action, "c", NOON + 4)).await;
    home.store.end_run("r4", &ended_as(Outcome::Refused, Some(Failure::Secret)), NOON).await.unwrap();
    assert_eq!(facts(&home.other).await, expected);

    let unknown = Ending { duration_ms: 60, ..ended_as(Outcome::Unknown, Some(Failure::Timeout)) };
    home.store.end_run("early", &unknown, NOON + 5).await.unwrap();
    let expected = [("enrich".to_owned(), Some(Outcome::Succeeded), NOON + 1, None)];
    assert_eq!(facts(&home.other).await, expected, "it began before the last one");
}

pub(crate) async fn an_open_incident_knows_the_last_run_of_each_action(home: Home) {
    let (enrich, restart) = (added(&home.store, "Enrich").await, added(&home.store, "Restart").await);
    let rows = ["a", "b", "gone"].map(|id| incident(id, Severity::Critical, 10)).to_vec();
    let delta = Delta { source: "prod".into(), changed: rows, at_s: 100, ..Delta::default() };
    home.store.apply(&delta).await.unwrap();
    let press = async |id: &str, action, on: &str, at_ms: i64, outcome| {
        started(&home.store, &run(id, action, on, at_ms)).await;
        home.store.end_run(id, &ended_as(outcome, None), at_ms).await.unwrap();
    };
    press("r1", &enrich, "a", NOON, Outcome::Succeeded).await;
    press("r2", &enrich, "a", NOON + 60_000, Outcome::Failed).await;
    press("r3", &restart, "a", NOON + 60_002, Outcome::Unknown).await;
    press("r4", &restart, "gone", NOON + 60_003, Outcome::Succeeded).await;
    started(&home.store, &run("r5", &restart, "b", NOON + 60_004)).await;
    let gone = vec![IncidentKey::new("prod", "gone")];
    home.store.apply(&Delta { gone, changed: Vec::new(), ..delta }).await.unwrap();
    let mut runs = home.other.last_runs().await.unwrap();
    runs.sort_by_key(|last| last.at_ms);
    let found: Vec<_> = runs.iter().map(|last| (last.action_id.as_str(), last.incident.id(), last.outcome)).collect();
    assert_eq!(found, [("enrich", "a", Outcome::Failed), ("restart", "a", Outcome::Unknown)]);
}
