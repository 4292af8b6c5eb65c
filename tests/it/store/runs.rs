//! Runs: the guard, one ending, and the dead.

use andon::domain::activity::Entry;
use andon::domain::enrichment::{Enriched, Enrichment};
use andon::domain::exact;
use andon::domain::incident::IncidentKey;
use andon::domain::run::{Failure, Outcome, RunDetail, RunState};
use andon::store::{Begun, LogQuery, Recorded};
use serde_json::Value;

use crate::store::contract::Home;
use crate::store::samples::{NOON, action, ada, added, detail, request, run, started, stored, succeeded};

pub(crate) async fn a_run_is_written_with_its_request_and_ends_once(home: Home) {
    let action = added(&home.store, "Enrich").await;
    let pressed = run("r1", &action, "64f1", NOON);
    started(&home.store, &pressed).await;
    assert_eq!(stored(&home.other, "r1").await, pressed);
    let record = home.other.run_record("r1").await.unwrap().unwrap();
    assert_eq!((record.detail.request, record.detail.attempts), (request(), vec![]));
    assert_eq!(home.other.unended().await.unwrap().len(), 1);

    let ending = succeeded("es.nj.01 restarting");
    assert_eq!(home.store.end_run("r1", &ending, NOON + 200).await.unwrap(), Recorded::Written);
    let ended = stored(&home.other, "r1").await;
    assert_eq!((ended.state, ended.outcome, ended.status), (RunState::Done, Some(Outcome::Succeeded), Some(200)));
    assert_eq!((ended.attempts, ended.duration_ms, ended.message.as_str()), (1, Some(142), "es.nj.01 restarting"));
    let detail = home.other.run_record("r1").await.unwrap().unwrap().detail;
    assert_eq!((detail.request, detail.answer), (request(), ending.detail.answer.clone()));
    assert_eq!(home.other.unended().await.unwrap(), []);
    assert_eq!(home.other.run_record("r2").await.unwrap(), None);
    assert!(home.store.end_run("r2", &ending, NOON).await.unwrap_err().to_string().contains("no such run"));
}

pub(crate) async fn numbers_come_back_as_they_were_written(home: Home) {
    let action = added(&home.store, "Enrich").await;
    let given: Value = exact::value(r#"{"n": 1E5, "of": [{"deep": -0, "small": 2.50E-07}]}"#).unwrap();
    let fields = given.as_object().unwrap().clone();
    let detail = RunDetail { inputs: fields.clone(), payload: Some(given.clone()), ..detail() };
    let pressed = run("r1", &action, "64f1", NOON);
    home.store.begin_run(&pressed, &detail, 1, 2_000).await.unwrap();
    let read = home.other.run_record("r1").await.unwrap().unwrap().detail;
    let inputs = Value::Object(read.inputs).to_string();
    assert_eq!((inputs, read.payload.unwrap().to_string()), (given.to_string(), given.to_string()));

    let incident = IncidentKey::new("prod", "64f1");
    let added = Enrichment { fields: fields.clone(), ..Enrichment::default() };
    let enriched = Enriched {
        id: 0,
        incident: incident.clone(),
        run_id: "r1".into(),
        action: "Enrich".into(),
        at_ms: NOON,
        added,
    };
    home.store.enrich(&enriched).await.unwrap();
    let read = home.other.enriched(&incident).await.unwrap().remove(0).added.fields;
    assert_eq!(Value::Object(read).to_string(), given.to_string());
}

pub(crate) async fn the_same_press_is_refused_while_it_runs_and_while_it_cools_down(home: Home) {
    let (action, wider) = (added(&home.store, "Enrich").await, added(&home.store, "Roll back").await);
    let first = run("r1", &action, "64f1", NOON);
    started(&home.store, &first).await;
    let press = |id: &str, at| {
        let (store, run) = (home.other.clone(), run(id, &action, "64f1", at));
        async move { store.begin_run(&run, &detail(), 1, 2_000).await.unwrap() }
    };
    assert_eq!(press("r2", NOON + 90_000).await, Begun::InFlight(Box::new(first)));
    started(&home.other, &run("r3", &action, "other", NOON)).await;
    started(&home.other, &run("r4", &wider, "64f1", NOON)).await;
    let size = home.store.log_size().await.unwrap();

    home.store.end_run("r1", &succeeded("done"), NOON + 1_000).await.unwrap();
    let last = Box::new(stored(&home.store, "r1").await);
    assert_eq!(press("r5", NOON + 2_999).await, Begun::Cooldown { last, until_ms: NOON + 3_000 });
    assert_eq!(home.store.log_size().await.unwrap(), size, "a refusal by the guard writes nothing");
    assert!(matches!(press("r6", NOON + 3_000).await, Begun::Started(_)));
}

pub(crate) async fn a_clock_that_jumped_back_refuses_no_longer_than_the_cooldown(home: Home) {
    let action = added(&home.store, "Enrich").await;
    started(&home.store, &run("r1", &action, "64f1", NOON)).await;
    home.store.end_run("r1", &succeeded("done"), NOON).await.unwrap();
    let hour_back = NOON - 3_600_000;
    started(&home.other, &run("r2", &action, "64f1", hour_back)).await;
    home.store.end_run("r2", &succeeded("done"), hour_back).await.unwrap();
    let again = home.other.begin_run(&run("r3", &action, "64f1", hour_back - 1_000), &detail(), 1, 2_000).await;
    assert!(matches!(again.unwrap(), Begun::Cooldown { .. }));
    let log = home.store.log(&LogQuery { limit: Some(2), ..LogQuery::default() }).await.unwrap();
    assert_eq!(log.iter().map(|line| line.at_ms).collect::<Vec<_>>(), [hour_back, NOON], "the order is the sequence");
}

pub(crate) async fn a_changed_action_is_not_run(home: Home) {
    let mut action = added(&home.store, "Enrich").await;
    let pressed = run("r1", &action, "64f1", NOON);
    action.endpoint = "https://elsewhere.example/".into();
    let now = home.other.edit_action(&action, 3, &ada(), NOON).await.unwrap();
    let size = home.store.log_size().await.unwrap();
    let begun = home.store.begin_run(&pressed, &detail(), 1, 2_000).await.unwrap();
    assert_eq!(begun, Begun::ActionChanged(Some(Box::new(now))));
    home.other.remove_action("enrich", None, &ada(), NOON).await.unwrap();
    let begun = home.store.begin_run(&pressed, &detail(), 2, 2_000).await.unwrap();
    assert_eq!(begun, Begun::ActionChanged(None));
    assert_eq!(home.store.log_size().await.unwrap(), size + 1);
    assert_eq!(home.store.run_record("r1").await.unwrap(), None);
}

pub(crate) async fn a_refused_press_leaves_a_row_and_no_guard(home: Home) {
    let action = added(&home.store, "Enrich").await;
    let mut refused = run("r1", &action, "64f1", NOON);
    (refused.state, refused.outcome, refused.failure) =
        (RunState::Done, Some(Outcome::Refused), Some(Failure::Disabled));
    refused.message = "Enrich is switched off".into();
    home.store.refuse_run(&refused, &detail()).await.unwrap();
    assert_eq!(stored(&home.other, "r1").await, refused);
    started(&home.store, &run("r2", &action, "64f1", NOON)).await;
    assert!(home.store.refuse_run(&refused, &detail()).await.is_err(), "an id is used once");
}

pub(crate) async fn a_late_result_is_a_correction(home: Home) {
    let action = added(&home.store, "Enrich").await;
    started(&home.store, &run("r1", &action, "64f1", NOON)).await;
    home.other.end_interrupted_runs(&|_| false, NOON + 1_000).await.unwrap();
    let settled = stored(&home.store, "r1").await;
    let recorded = home.store.end_run("r1", &succeeded("restarting"), NOON + 9_000).await.unwrap();
    let Recorded::AlreadyEnded { correction } = recorded else { panic!("{recorded:?}") };
    let record = home.other.run_record("r1").await.unwrap().unwrap();
    assert_eq!(record.activity.entry, Entry::Run(Box::new(settled)), "an ended row is never changed");
    assert_eq!(record.detail.answer, None);
    assert_eq!(record.corrections.len(), 1);
    assert_eq!(record.corrections[0].seq, correction);
    assert_eq!(record.corrections[0].summary(), "learned later: succeeded 200 \"restarting\"");
}

pub(crate) async fn the_dead_are_settled_once(home: Home) {
    let action = added(&home.store, "Enrich").await;
    let mut waiting = run("r2", &action, "b", NOON);
    waiting.state = RunState::Pending;
    let mut alive = run("r3", &action, "c", NOON);
    alive.process = "p2".into();
    for run in [&run("r1", &action, "a", NOON), &waiting, &alive] {
        started(&home.store, run).await;
    }
    let lives = |process: &str| process == "p2";
    let (one, two) = tokio::join!(
        home.store.end_interrupted_runs(&lives, NOON + 500),
        home.other.end_interrupted_runs(&lives, NOON + 500)
    );
    let mut settled = [one.unwrap(), two.unwrap()].concat();
    settled.sort_by_key(|line| line.seq);
    let said: Vec<String> = settled.iter().map(andon::domain::activity::Activity::summary).collect();
    assert_eq!(
        said,
        [
            "Enrich on 054D57: unknown \"andon was killed before the answer came: it may have run; look at the \
             receiver for id r1\"",
            "Enrich on 054D57: cancelled \"andon was killed before this was sent: nothing was sent\"",
        ]
    );
    assert_eq!(stored(&home.store, "r1").await.failure, Some(Failure::Interrupted));
    let left = home.store.unended().await.unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].entry, Entry::Run(Box::new(alive)));
    let again = home.store.begin_run(&run("r4", &action, "a", NOON + 600), &detail(), 1, 2_000).await.unwrap();
    assert!(matches!(again, Begun::Cooldown { until_ms, .. } if until_ms == NOON + 2_500), "{again:?}");
}

pub(crate) async fn foreign_text_with_nul_is_kept(home: Home) {
    let mut odd = action("Odd");
    odd.description = "a\0b".into();
    let stored_action = home.store.add_action(&odd, 3, &ada(), NOON).await.unwrap();
    assert_eq!(home.other.actions().await.unwrap()[0].description, "a\0b");
    let mut pressed = run("r1", &stored_action, "64f1", NOON);
    pressed.incident_title = "x\0y".into();
    pressed.incident = IncidentKey::new("prod", "i\0d");
    started(&home.store, &pressed).await;
    home.store.end_run("r1", &succeeded("m\0n"), NOON).await.unwrap();
    let ended = stored(&home.other, "r1").await;
    assert_eq!((ended.incident_title.as_str(), ended.message.as_str()), ("x␀y", "m␀n"));
    let again = home.store.begin_run(&run("r2", &stored_action, "i\0d", NOON), &detail(), 1, 2_000).await.unwrap();
    assert!(matches!(again, Begun::Cooldown { .. }), "the guard knows it by the same name");
}
