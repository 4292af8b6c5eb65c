//! `andon run`: one press without a screen.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::args::{Global, RunArgs};
use super::confirm::{Given, confirmed};
use super::dispatch::Session;
use super::exit::{Exit, Fault};
use super::find;
use super::output::{self, Output, say};
use super::signals::Signals;
use super::sources::{self, Asked};
use crate::config::Places;
use crate::domain::action::{Action, shown_url};
use crate::domain::activity::{Activity, Entry};
use crate::domain::incident::Incident;
use crate::domain::request::Prepared;
use crate::domain::run::{Failure, Outcome, Run};
use crate::domain::stage::Stage;
use crate::domain::time::took;
use crate::runner::{self, Finish, OpenError, Step};
use crate::store::StoreError;

/// How often an ending that could not be written is tried again before it is given up.
const RECORD_TRIES: u32 = 3;
/// The wait before each of them.
const RECORD_WAIT: Duration = Duration::from_secs(1);

pub(super) async fn run(args: RunArgs, global: Global, places: Places, out: &mut Output) -> Result<Exit, Fault> {
    let [incident] = args.incident.as_slice() else {
        return Err(Fault::usage("only one --incident is supported; run it once for each"));
    };
    let signals = Signals::listen()?;
    let opened = match runner::open(places, &global.flags()).await {
        Ok(opened) => opened,
        Err(OpenError::Store(error)) => return Ok(without_store(out, &args.action, incident, &error)),
        Err(error) => return Err(error.into()),
    };
    let mut session = Session { global, opened, out };
    let target = tokio::select! {
        biased;
        exit = signals.any() => return Ok(exit),
        target = choose(&session, &args.action, incident) => target?,
    };
    if args.dry_run {
        return Ok(dry_run(&mut session, &target));
    }
    let activity = press(&session, &args, &target, &signals).await;
    Ok(report(&mut session, &activity, &signals).await)
}

/// What is pressed, and for what.
struct Target {
    action: Arc<Action>,
    incident: Arc<Incident>,
    asked: Asked,
}

async fn choose(session: &Session<'_>, action: &str, incident: &str) -> Result<Target, Fault> {
    let asked = sources::ask(session).await?;
    let incident = find::incident(session, &asked, incident).await?.unpack();
    let actions = session.opened.store.actions().await?;
    let action = find::action(&actions, action, Some(&incident.channel()))?.clone();
    Ok(Target { action: Arc::new(action), incident: Arc::new(incident), asked })
}

fn prepare(session: &Session<'_>, target: &Target) -> Result<Prepared, (Failure, String)> {
    let opened = &session.opened;
    let asked = runner::Asked::default();
    let mut prepared = opened.runner.prepare(&target.action, &target.incident, &opened.operator, asked)?;
    prepared.stale_ms = target.asked.stale_ms(&target.incident.source);
    Ok(prepared)
}

async fn press(session: &Session<'_>, args: &RunArgs, target: &Target, signals: &Signals) -> Activity {
    let runner = &session.opened.runner;
    let operator = &session.opened.operator;
    let refuse = async |refusal| {
        runner.refuse(&target.action, &target.incident, operator, &runner::Asked::default(), refusal).await
    };
    let prepared = match prepare(session, target) {
        Ok(prepared) => prepared,
        Err(refusal) => return refuse(refusal).await,
    };
    let badge = badge(session, &target.incident.source);
    let given = Given { yes: args.yes, num: args.confirm.as_deref() };
    let answer = tokio::select! {
        biased;
        _ = signals.any() => return runner.left(&prepared),
        answer = confirmed(&prepared, given, &badge) => answer,
    };
    if let Err(why) = answer {
        return refuse((Failure::Unconfirmed, why)).await;
    }
    let watch = |step| {
        if let Step::At(Stage::Trying(words)) = step {
            say(&format!("note: nothing was sent yet; {words}"));
        }
    };
    match runner.run_until(prepared, watch, signals.interrupted()).await {
        Finish::Changed(now) => {
            let what = if now.is_some() { "changed" } else { "removed" };
            let why = format!("not confirmed: {} was {what} meanwhile; look at it and press again", target.action.name);
            refuse((Failure::Unconfirmed, why)).await
        }
        Finish::Ended { activity, .. } | Finish::LetGo(activity) => *activity,
    }
}

fn badge(session: &Session<'_>, source: &str) -> String {
    let configured = session.opened.config.sources.iter().find(|config| config.name == source);
    configured.map(|config| config.badge.clone()).unwrap_or_default()
}

/// Prints how it ended and gives the code for it.
async fn report(session: &mut Session<'_>, activity: &Activity, signals: &Signals) -> Exit {
    let Entry::Run(run) = &activity.entry else { return Exit::Failed };
    if session.out.is_json() {
        session.out.object(run.to_json());
    } else {
        session.out.line(&words(run));
    }
    session.out.flush();
    if !is_recorded(session).await {
        return Exit::Failed;
    }
    signals.asked_to_end().unwrap_or_else(|| Exit::from(run.outcome.unwrap_or(Outcome::Unknown)))
}

fn words(run: &Run) -> String {
    let mark = run.outcome.map_or("…", Outcome::mark);
    let duration = run.duration_ms.filter(|ms| *ms > 0).map_or_else(String::new, |ms| format!("  {}", took(ms)));
    format!("{mark} {}{duration}", run.summary())
}

/// Whether the ending is on disk; tried again for a while, then told.
async fn is_recorded(session: &Session<'_>) -> bool {
    let runner = &session.opened.runner;
    for _ in 0..RECORD_TRIES {
        if runner.unrecorded().is_empty() {
            return true;
        }
        tokio::time::sleep(RECORD_WAIT).await;
        runner.retry_unrecorded().await;
    }
    let left = runner.unrecorded();
    for run in &left {
        output::error(&format!("not recorded, the log does not have it: {} (id {})", run.summary(), run.id));
    }
    left.is_empty()
}

/// Prints what would be sent. No press: the log has nothing of it.
fn dry_run(session: &mut Session<'_>, target: &Target) -> Exit {
    let prepared = match prepare(session, target) {
        Ok(prepared) => prepared,
        Err((failure, message)) => {
            if session.out.is_json() {
                session.out.object(refusal(failure, &message));
            } else {
                session.out.line(&format!("would be refused ({}): {message}", failure.as_str()));
            }
            return Exit::Refused;
        }
    };
    if session.out.is_json() {
        session.out.object(request(&prepared));
        return Exit::Done;
    }
    session.out.line(&format!("{} {}", prepared.method, shown_url(&prepared.endpoint)));
    for header in &prepared.headers {
        session.out.line(&format!("{}: {}", header.name, header.shown()));
    }
    session.out.line("");
    session.out.line(&prepared.body);
    Exit::Done
}

fn request(prepared: &Prepared) -> Map<String, Value> {
    let headers = prepared.headers.iter().map(|header| (header.name.clone(), Value::from(header.shown()))).collect();
    let mut out = Map::new();
    out.insert("dry_run".to_owned(), true.into());
    out.insert("method".to_owned(), prepared.method.into());
    out.insert("endpoint".to_owned(), shown_url(&prepared.endpoint).into());
    out.insert("headers".to_owned(), Value::Object(headers));
    out.insert("body".to_owned(), serde_json::from_str(&prepared.body).unwrap_or(Value::Null));
    out
}

fn refusal(failure: Failure, message: &str) -> Map<String, Value> {
    Map::from_iter([
        ("dry_run".to_owned(), true.into()),
        ("outcome".to_owned(), json!(Outcome::Refused)),
        ("failure".to_owned(), json!(failure)),
        ("message".to_owned(), message.into()),
    ])
}

/// A store that cannot be opened has no row for the press: it is refused, and nothing was sent.
fn without_store(out: &mut Output, action: &str, incident: &str, error: &StoreError) -> Exit {
    let message = format!("nothing was sent: {error}");
    if out.is_json() {
        let mut object = Map::new();
        for name in ["run", "event_id"] {
            object.insert(name.to_owned(), Value::Null);
        }
        object.insert("action".to_owned(), action.into());
        object.insert("action_id".to_owned(), Value::Null);
        object.insert("incident".to_owned(), incident.into());
        for name in ["incident_num", "source", "operator"] {
            object.insert(name.to_owned(), Value::Null);
        }
        object.insert("state".to_owned(), "done".into());
        object.insert("outcome".to_owned(), json!(Outcome::Refused));
        object.insert("failure".to_owned(), json!(Failure::Store));
        object.insert("status".to_owned(), Value::Null);
        object.insert("attempts".to_owned(), 0.into());
        object.insert("started_at".to_owned(), Value::Null);
        object.insert("duration_ms".to_owned(), 0.into());
        object.insert("message".to_owned(), message.as_str().into());
        out.object(object);
    }
    output::error(&format!("refused (store): {message}"));
    Exit::Refused
}
