//! `andon run`, `andon action test`: presses without a screen.
//!
//! ```text
//! choose ─ inputs ─ prepare ─┬─ dry run: printed, nothing is sent
//!                            └─ refused ones written ─ confirm ─ carry out ─ report: one object each, the worst code
//! ```

use std::sync::Arc;

use futures_util::future::join_all;

use super::args::{Global, PressArgs, RunArgs, TestArgs};
use super::confirm::{Given, Question, confirmed};
use super::exit::{CommandError, Exit};
use super::inputs::{self, Typed};
use super::output::{Output, warn};
use super::report::{Report, unmade};
use super::session::{Session, warn_of_store};
use super::signals::Signals;
use super::target::{self, Press, Target};
use super::{carry_out, dry_run};
use crate::config::Places;
use crate::domain::incident::Incident;
use crate::domain::refusal::Refusal;
use crate::domain::request::Prepared;
use crate::domain::risk::{self, Weight};
use crate::domain::run::{Failure, Outcome};
use crate::runner::{self, OpenError, Opened, PressOptions, RunOptions};
use crate::store::Process;

/// What is wanted, as typed.
struct Wish {
    action: String,
    incidents: Vec<String>,
    press: PressArgs,
    options: RunOptions,
    test: bool,
}

pub(super) async fn run(args: RunArgs, global: Global, places: Places, out: &mut Output) -> Result<Exit, CommandError> {
    let Some(action) = args.action.filter(|_| !args.resume) else {
        return resume(global, places, out).await;
    };
    let options = RunOptions { parallel: usize::from(args.parallel), stop_on_failure: args.stop_on_failure };
    let wish = Wish { action, incidents: args.incident, press: args.press, options, test: false };
    press(&wish, global, places, out).await
}

/// `andon action test`: a press like any other, and the request says that it is a test.
pub(super) async fn test(
    args: TestArgs,
    global: Global,
    places: Places,
    out: &mut Output,
) -> Result<Exit, CommandError> {
    let TestArgs { action, incident, press: flags } = args;
    let wish = Wish { action, incidents: vec![incident], press: flags, options: RunOptions::default(), test: true };
    press(&wish, global, places, out).await
}

async fn resume(global: Global, places: Places, out: &mut Output) -> Result<Exit, CommandError> {
    let signals = Signals::listen()?;
    let session = Session::open(global, places, out).await?;
    let Opened { store, places, runner, .. } = &session.opened;
    let lives = |process: &str| !process.is_empty() && Process::lives(&places.locks, process);
    let waiting = store.orphan_jobs(&lives).await?.len();
    if waiting == 0 {
        if !session.out.is_json() {
            session.out.line("no job waits to be followed");
        }
        return Ok(Exit::Done);
    }
    let mut report = Report::new(session.out);
    let taken = carry_out::resume(runner, &signals, &mut report).await;
    if taken < waiting {
        warn(&format!(
            "{} of {waiting} jobs were not taken over: another andon was first, or the store could not be written",
            waiting - taken
        ));
    }
    Ok(report.finish(runner, &signals).await)
}

async fn press(wish: &Wish, global: Global, places: Places, out: &mut Output) -> Result<Exit, CommandError> {
    let typed = inputs::split(&wish.press.input)?;
    let signals = Signals::listen()?;
    let named = (wish.action.as_str(), wish.incidents.as_slice());
    let opened = match runner::open(places, &global.flags()).await {
        Ok(opened) => opened,
        Err(OpenError::Store(error)) => return Ok(without_store(out, named, &error.to_string())),
        Err(error) => return Err(error.into()),
    };
    warn_of_store(&opened);
    let mut session = Session { global, opened, out };
    let prepared = tokio::select! {
        biased;
        exit = signals.any() => return Ok(stopped(session.out, named, exit)),
        prepared = prepare(&session, wish, &typed) => prepared,
    };
    let (target, asked, presses) = match prepared {
        // Nothing that was typed is wrong: the store is.
        Err(fault) if fault.exit == Exit::Failed => {
            return Ok(without_store(session.out, named, &fault.messages.join("; ")));
        }
        prepared => prepared?,
    };
    // Who was left out was not pressed: that is not "done".
    let left_out = if target.skipped > 0 { Exit::Refused } else { Exit::Done };
    if wish.press.dry_run {
        return Ok(left_out.worst(dry_run::print(session.out, &target.action, &presses)));
    }
    let exit = carry_out(&mut session, wish, (&target, &asked), presses, &signals).await;
    Ok(left_out.worst(exit))
}

/// Finds what is meant, asks for what is missing, and fills a request for each incident.
async fn prepare(
    session: &Session<'_>,
    wish: &Wish,
    typed: &[Typed],
) -> Result<(Target, PressOptions, Vec<Press>), CommandError> {
    let target = target::choose(session, &wish.action, &wish.incidents).await?;
    let mut asked = PressOptions { test: wish.test, ..PressOptions::default() }.on(target.incidents.len());
    let incidents = with_alerts(session, &target).await;
    let target = Target { incidents, ..target };
    let mut filled = fill(session, &target, &asked).await;
    let asks = !(typed.is_empty() && target.action.inputs.is_empty());
    // Where all are refused for another reason nobody needs to type a password first.
    if asks && filled.iter().any(is_for_inputs) {
        match inputs::read(typed, &target.action).await {
            Ok(inputs) => {
                asked.inputs = inputs;
                filled = fill(session, &target, &asked).await;
            }
            Err(why) => {
                for one in filled.iter_mut().filter(|one| is_for_inputs(one)) {
                    *one = Err(Refusal::new(Failure::Input, why.as_str()));
                }
            }
        }
    }
    let press = |(incident, filled): (&Arc<Incident>, Result<Prepared, Refusal>)| {
        let stale_ms = target.asked.stale_ms(&incident.source);
        let prepared = filled.map(|prepared| Prepared { stale_ms, ..prepared });
        Press { incident: Arc::clone(incident), prepared }
    };
    let presses = target.incidents.iter().zip(filled).map(press).collect();
    Ok((target, asked, presses))
}

/// What their lists have of them, with the alerts that lists do not have.
async fn with_alerts(session: &Session<'_>, target: &Target) -> Vec<Arc<Incident>> {
    if session.global.cached {
        return target.incidents.clone();
    }
    let runner = &session.opened.runner;
    let read = join_all(target.incidents.iter().map(|incident| runner.with_alerts(&target.action, incident))).await;
    let told = |(incident, unread): (Arc<Incident>, Option<String>)| {
        if let Some(why) = unread {
            warn(&format!("{}: {why}; it goes without them", incident.num));
        }
        incident
    };
    read.into_iter().map(told).collect()
}

/// The requests, in the order of the incidents.
async fn fill(session: &Session<'_>, target: &Target, asked: &PressOptions) -> Vec<Result<Prepared, Refusal>> {
    let Opened { runner, operator, .. } = &session.opened;
    let mut filled = Vec::with_capacity(target.incidents.len());
    for incident in &target.incidents {
        let asked = PressOptions { kept: runner.kept(&incident.key()).await, ..asked.clone() };
        filled.push(runner.prepare(&target.action, incident, operator, asked));
    }
    filled
}

/// Whether values that are asked may still make a request of it.
fn is_for_inputs(filled: &Result<Prepared, Refusal>) -> bool {
    matches!(filled, Ok(_) | Err(Refusal { class: Failure::Input | Failure::Template, .. }))
}

async fn carry_out(
    session: &mut Session<'_>,
    wish: &Wish,
    (target, asked): (&Target, &PressOptions),
    presses: Vec<Press>,
    signals: &Signals,
) -> Exit {
    let runner = session.opened.runner.clone();
    let badges: Vec<String> = presses.iter().map(|press| badge(session, &press.incident.source)).collect();
    let operator = Arc::clone(&session.opened.operator);
    let mut report = Report::new(session.out);
    let mut ready = Vec::new();
    let mut shown = Vec::new();
    for (press, badge) in presses.into_iter().zip(badges) {
        match press.prepared {
            Ok(prepared) => {
                ready.push(prepared);
                shown.push(badge);
            }
            Err(refusal) => {
                report.run(&runner.refuse(&target.action, &press.incident, &operator, asked, &refusal).await);
            }
        }
    }
    for risk in risk::of_way(&ready, "Ctrl-C").iter().filter(|risk| risk.weight == Weight::Unsafe) {
        warn(&format!("{}: {}", target.action.name, risk.text));
    }
    let given = Given { yes: wish.press.yes, typed: wish.press.confirm.as_deref() };
    let question = Question { presses: &ready, badges: &shown };
    let answer = tokio::select! {
        biased;
        _ = signals.any() => None,
        answer = confirmed(&question, given) => Some(answer),
    };
    match answer {
        None => ready.iter().for_each(|prepared| report.run(&runner.left(prepared))),
        Some(Err(why)) => {
            let refusal = Refusal::new(Failure::Unconfirmed, why);
            for prepared in &ready {
                report.run(&runner.refuse_prepared(prepared, &refusal).await);
            }
        }
        Some(Ok(())) => {
            carry_out::carry_out(&runner, ready, wish.options, signals, &mut report).await;
        }
    }
    report.finish(&runner, signals).await
}

fn badge(session: &Session<'_>, source: &str) -> String {
    let configured = session.opened.config.sources.iter().find(|config| config.name == source);
    configured.map(|config| config.badge.clone()).unwrap_or_default()
}

/// A store that cannot be used has no row for the press: it is refused, and nothing was sent.
fn without_store(out: &mut Output, named: (&str, &[String]), why: &str) -> Exit {
    unmade(out, named, (Outcome::Refused, Failure::Store), &Refusal::new(Failure::Store, why).message())
}

/// A signal came before there was anything to press.
fn stopped(out: &mut Output, named: (&str, &[String]), exit: Exit) -> Exit {
    exit.worst(unmade(out, named, (Outcome::Cancelled, Failure::Cancelled), "stopped before anything was sent"))
}
