//! What the cases are made of.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;

use andon::domain::action::Action;
use andon::domain::activity::Entry;
use andon::domain::channel::ChannelKey;
use andon::domain::incident::{Incident, IncidentKey, IncidentRow, Progress, Severity};
use andon::domain::operator::Operator;
use andon::domain::run::{Answer, Attempt, Ending, Failure, Outcome, Run, RunDetail, RunState, SentRequest};
use andon::store::{Begun, Store};

/// A time, Unix milliseconds.
pub(crate) const NOON: i64 = 1_764_000_000_000;

/// A temporary directory that a store accepts: for this user alone.
pub(crate) fn private_folder() -> tempfile::TempDir {
    tempfile::Builder::new().permissions(Permissions::from_mode(0o700)).tempdir().unwrap()
}

pub(crate) fn ada() -> Operator {
    Operator { name: "Ada".into(), os_user: "ada".into(), host: "bastion-1".into(), ..Operator::default() }
}

pub(crate) fn channel(id: &str) -> ChannelKey {
    ChannelKey::new("prod", id)
}

/// An action in `prod/platform`, in the lowest free slot.
pub(crate) fn action(name: &str) -> Action {
    let mut action = Action::new(name, "https://ci.example/hooks/x");
    action.slots.insert(channel("platform"), 0);
    action
}

pub(crate) fn run(id: &str, action: &Action, incident: &str, at_ms: i64) -> Run {
    Run {
        id: id.into(),
        event_id: id.into(),
        action: action.name.clone(),
        action_id: action.id.clone(),
        incident: IncidentKey::new("prod", incident),
        incident_num: "054D57".into(),
        incident_title: "cpu.idle < 20%".into(),
        operator: ada(),
        process: "p1".into(),
        state: RunState::Running,
        outcome: None,
        failure: None,
        status: None,
        attempts: 0,
        started_at_ms: at_ms,
        duration_ms: None,
        message: String::new(),
        group: None,
        resend_of: None,
        test: false,
        following: false,
    }
}

pub(crate) fn request() -> SentRequest {
    SentRequest {
        method: "POST".into(),
        endpoint: "https://ci.example/hooks/x".into(),
        headers: vec![("Authorization".into(), "••••••".into())],
        body: "{\"event_id\":\"r1\"}".into(),
    }
}

pub(crate) fn succeeded(message: &str) -> Ending {
    Ending {
        outcome: Outcome::Succeeded,
        failure: None,
        status: Some(200),
        message: message.into(),
        duration_ms: 142,
        detail: RunDetail {
            request: SentRequest::default(),
            attempts: vec![Attempt { number: 1, status: Some(200), ..Attempt::default() }],
            answer: Some(Answer { status: 200, body: "ok\0".into(), size: 3, ..Answer::default() }),
            ..RunDetail::default()
        },
    }
}

/// What is written ahead of a run.
pub(crate) fn detail() -> RunDetail {
    RunDetail { request: request(), ..RunDetail::default() }
}

/// An ending without an answer.
pub(crate) fn ended_as(outcome: Outcome, failure: Option<Failure>) -> Ending {
    let attempts = vec![Attempt { number: 1, failure, ..Attempt::default() }];
    let detail = RunDetail { attempts, ..RunDetail::default() };
    Ending { outcome, failure, status: None, message: String::new(), duration_ms: 7, detail }
}

/// A run as the store has it.
pub(crate) async fn stored(store: &Store, id: &str) -> Run {
    match store.run_record(id).await.unwrap().unwrap().activity.entry {
        Entry::Run(run) => *run,
        other => panic!("{other:?}"),
    }
}

/// Adds an action named `name` and gives it as stored.
pub(crate) async fn added(store: &Store, name: &str) -> Action {
    store.add_action(&action(name), 9, &ada(), NOON).await.unwrap()
}

/// Begins a run that must start.
pub(crate) async fn started(store: &Store, run: &Run) {
    let begun = store.begin_run(run, &detail(), 1, 2_000).await.unwrap();
    assert!(matches!(begun, Begun::Started(_)), "{begun:?}");
}

pub(crate) fn incident(id: &str, severity: Severity, start_time: i64) -> IncidentRow {
    IncidentRow::pack(&Incident {
        incident_id: id.into(),
        num: format!("{}N", id.to_uppercase()),
        title: format!("title of {id}"),
        incident_severity: severity,
        progress: Progress::Triggered,
        start_time,
        channel_key: "prod/platform".into(),
        source: "prod".into(),
        ..Incident::default()
    })
}
