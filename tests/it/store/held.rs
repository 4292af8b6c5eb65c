//! Runs that are held or wait their turn, and what is kept beside the request.

use andon::domain::run::{Ending, Failure, Outcome, Run, RunDetail, RunState};
use andon::store::{Begun, LogQuery, Recorded};
use serde_json::json;

use crate::store::contract::Home;
use crate::store::samples::{NOON, added, detail, ended_as, run, started, stored, succeeded};

fn cancelled() -> Ending {
    ended_as(Outcome::Cancelled, Some(Failure::Cancelled))
}

pub(crate) async fn a_held_run_is_started_once(home: Home) {
    let action = added(&home.store, "Enrich").await;
    let mut held = run("r1", &action, "64f1", NOON);
    held.state = RunState::Pending;
    started(&home.store, &held).await;
    assert_eq!(stored(&home.other, "r1").await, held);
    let again = home.other.begin_run(&run("r2", &action, "64f1", NOON), &detail(), 1, 2_000).await.unwrap();
    assert_eq!(again, Begun::InFlight(Box::new(held)), "a held run holds the guard");
    assert!(home.store.start_run("r1").await.unwrap());
    assert_eq!(stored(&home.other, "r1").await.state, RunState::Running);
    assert!(!home.other.start_run("r1").await.unwrap(), "it is sent once");
    assert!(!home.store.start_run("nobody").await.unwrap());
    assert!(!home.store.end_pending("r1", &cancelled(), NOON).await.unwrap(), "it is on its way");
    assert_eq!(home.store.end_run("r1", &succeeded("ok"), NOON).await.unwrap(), Recorded::Written);
    assert!(!home.other.start_run("r1").await.unwrap());
    assert_eq!(stored(&home.other, "r1").await.outcome, Some(Outcome::Succeeded));
}

pub(crate) async fn what_was_not_sent_has_no_cooldown(home: Home) {
    let action = added(&home.store, "Enrich").await;
    let press = async |id: &str| {
        let mut held = run(id, &action, "64f1", NOON);
        held.state = RunState::Pending;
        home.other.begin_run(&held, &detail(), 1, 60_000).await.unwrap()
    };
    assert!(matches!(press("r1").await, Begun::Started(_)));
    assert!(home.store.end_pending("r1", &cancelled(), NOON).await.unwrap());
    assert_eq!(stored(&home.other, "r1").await.outcome, Some(Outcome::Cancelled));
    assert!(!home.store.start_run("r1").await.unwrap(), "what was taken back is not sent");

    assert!(matches!(press("r2").await, Begun::Started(_)));
    home.store.end_run("r2", &ended_as(Outcome::Refused, Some(Failure::Secret)), NOON).await.unwrap();
    assert!(matches!(press("r3").await, Begun::Started(_)));
    home.store.end_interrupted_runs(&|_| false, NOON).await.unwrap();
    assert_eq!(stored(&home.other, "r3").await.outcome, Some(Outcome::Cancelled));

    assert!(matches!(press("r4").await, Begun::Started(_)));
    assert!(home.store.start_run("r4").await.unwrap());
    home.store.end_run("r4", &ended_as(Outcome::Failed, Some(Failure::Connect)), NOON).await.unwrap();
    assert!(matches!(press("r5").await, Begun::Started(_)), "nothing was sent by that try");
    assert!(home.store.start_run("r5").await.unwrap());
    home.store.end_run("r5", &ended_as(Outcome::Failed, Some(Failure::HttpStatus)), NOON).await.unwrap();
    assert!(matches!(press("r6").await, Begun::Cooldown { .. }), "what was sent has one");
}

pub(crate) async fn a_start_and_a_cancel_at_once_agree(home: Home) {
    let action = added(&home.store, "Enrich").await;
    for number in 0..20 {
        let id = format!("r{number}");
        let mut held = run(&id, &action, &id, NOON);
        held.state = RunState::Pending;
        started(&home.store, &held).await;
        let ending = cancelled();
        let (sent, taken_back) = tokio::join!(home.store.start_run(&id), home.other.end_pending(&id, &ending, NOON));
        let (sent, taken_back) = (sent.unwrap(), taken_back.unwrap());
        assert_ne!(sent, taken_back, "one of the two");
        let state = if sent { RunState::Running } else { RunState::Done };
        assert_eq!(stored(&home.store, &id).await.state, state);
    }
}

pub(crate) async fn of_two_endings_one_is_the_end(home: Home) {
    let action = added(&home.store, "Enrich").await;
    for number in 0..10 {
        let id = format!("r{number}");
        started(&home.store, &run(&id, &action, &id, NOON)).await;
        let (one, two) = (succeeded("one"), ended_as(Outcome::Unknown, Some(Failure::Timeout)));
        let (one, two) = tokio::join!(home.store.end_run(&id, &one, NOON), home.other.end_run(&id, &two, NOON));
        let (one, two) = (one.unwrap(), two.unwrap());
        assert_ne!(one == Recorded::Written, two == Recorded::Written);
        let record = home.other.run_record(&id).await.unwrap().unwrap();
        let outcome = if one == Recorded::Written { Outcome::Succeeded } else { Outcome::Unknown };
        assert_eq!(stored(&home.other, &id).await.outcome, Some(outcome));
        assert_eq!(record.corrections.len(), 1);
        let status = (outcome == Outcome::Succeeded).then_some(200);
        assert_eq!(record.detail.answer.map(|answer| answer.status), status, "the detail is that of the end");
    }
}

pub(crate) async fn a_run_keeps_what_it_was_asked_and_filled_from(home: Home) {
    let action = added(&home.store, "Enrich").await;
    let marked = |id: &str, incident: &str| Run {
        group: Some("g1".into()),
        resend_of: Some("r0".into()),
        test: true,
        ..run(id, &action, incident, NOON)
    };
    let asked = RunDetail {
        inputs: json!({"reason": "a\0b", "count": 3}).as_object().unwrap().clone(),
        payload: Some(json!({"event": "action.run", "deep": [1, {"x": null}]})),
        masked: true,
        ..detail()
    };
    home.store.begin_run(&marked("r1", "a"), &asked, 1, 2_000).await.unwrap();
    let mut refused = marked("r2", "b");
    (refused.state, refused.outcome, refused.failure) = (RunState::Done, Some(Outcome::Refused), Some(Failure::Input));
    home.store.refuse_run(&refused, &asked).await.unwrap();
    assert!(home.store.begin_run(&refused, &asked, 1, 2_000).await.is_err(), "an ended run does not begin");
    assert!(home.store.refuse_run(&marked("r9", "c"), &asked).await.is_err(), "a run under way is not refused");
    started(&home.store, &run("r3", &action, "c", NOON)).await;

    let mut ending = succeeded("ok");
    ending.detail.inputs.clone_from(json!({"other": 1}).as_object().unwrap());
    home.store.end_run("r1", &ending, NOON).await.unwrap();
    home.store.end_run("r1", &ending, NOON).await.unwrap();
    let record = home.other.run_record("r1").await.unwrap().unwrap();
    assert_eq!((&record.detail.inputs, &record.detail.payload), (&asked.inputs, &asked.payload));
    assert!(record.detail.masked);
    let ended = stored(&home.other, "r1").await;
    assert_eq!((ended.group.as_deref(), ended.resend_of.as_deref(), ended.test), (Some("g1"), Some("r0"), true));
    let plain = home.other.run_record("r3").await.unwrap().unwrap().detail;
    assert_eq!((plain.inputs.len(), plain.payload, plain.masked), (0, None, false));

    let of_group = LogQuery { group: Some("g1".into()), oldest_first: true, ..LogQuery::default() };
    let lines = home.other.log(&of_group).await.unwrap();
    let said: Vec<String> = lines.iter().map(andon::domain::activity::Activity::summary).collect();
    assert_eq!(
        said,
        [
            "Enrich on 054D57 (test): succeeded 200 \"ok\"",
            "Enrich on 054D57 (test): refused",
            "learned later: succeeded 200 \"ok\"",
        ]
    );
    let json = lines[0].to_json();
    assert_eq!((&json["group"], &json["resend_of"]), (&json!("g1"), &json!("r0")));
    assert_eq!((&json["test"], &json["following"]), (&json!(true), &json!(false)));
    let tests = LogQuery { text: Some("TEST".into()), group: Some("g1".into()), ..LogQuery::default() };
    assert_eq!(home.other.log(&tests).await.unwrap().len(), 2);
}
