//! `andon action check`: what an action needs on its way, looked at without calling it.

use std::sync::Arc;

use serde_json::{Value, json};

use super::apply::files::text;
use super::args::{CheckArgs, Global};
use super::exit::{CommandError, Exit};
use super::output::Output;
use super::session::Session;
use super::{find, sources};
use crate::config::{self, Places, actions};
use crate::domain::action::Action;
use crate::domain::finding::{Finding, Grade};
use crate::domain::incident::Incident;
use crate::domain::operator::Operator;
use crate::domain::text::clean;
use crate::runner::{Runner, Setup};
use crate::store::{Place, Store};

/// More than anybody writes by hand.
const LIMIT_MIB: u64 = 4;

pub(super) async fn run(
    args: CheckArgs,
    global: Global,
    places: Places,
    out: &mut Output,
) -> Result<Exit, CommandError> {
    let CheckArgs { name, file, incident: wanted } = args;
    let mut in_file = None;
    if let Some(file) = file {
        let shown = file.display().to_string();
        let unread = |why| CommandError::usage(format!("{} cannot be read: {why}", clean(&shown)));
        match actions::read(&text(&file, LIMIT_MIB).map_err(unread)?, &shown) {
            Ok(read) => in_file = Some(read.actions),
            Err(error) => return Ok(unreadable(out, &error.faults)),
        }
    }
    if let (Some(actions), None) = (&in_file, &wanted) {
        let chosen = chosen(actions, name.as_deref(), None)?;
        let (runner, operator) = without_store(&global, &places).await?;
        return Ok(Looking { runner: &runner, operator: &operator, incident: None }.at_all(chosen, out).await);
    }
    let session = Session::open(global, places, out).await?;
    let incident = wanted_incident(&session, wanted.as_deref()).await?;
    let actions = match in_file {
        Some(actions) => actions,
        None => session.opened.store.actions().await?,
    };
    let chosen = chosen(&actions, name.as_deref(), incident.as_deref())?;
    let looking = Looking { runner: &session.opened.runner, operator: &session.opened.operator, incident };
    Ok(looking.at_all(chosen, session.out).await)
}

/// What looks, and for which incident.
struct Looking<'a> {
    runner: &'a Runner,
    operator: &'a Arc<Operator>,
    incident: Option<Arc<Incident>>,
}

impl Looking<'_> {
    async fn at_all(&self, actions: Vec<Action>, out: &mut Output) -> Exit {
        let mut exit = Exit::Done;
        for action in actions {
            let action = Arc::new(action);
            let findings = self.runner.check(&action, self.incident.as_ref(), self.operator).await;
            exit = exit.worst(print(out, &action, &findings));
        }
        exit
    }
}

/// A runner that knows the configuration and no store of the user's: none is made, none is needed.
async fn without_store(global: &Global, places: &Places) -> Result<(Runner, Arc<Operator>), CommandError> {
    let config = config::load(&places.config_file)?;
    let operator = config::operator(&config.operator, global.operator.as_deref());
    let runner = Runner::new(Setup {
        store: Store::open(Place::Memory).await?,
        process: String::new(),
        locks: None,
        secrets: config.resolver(&places.config_file, !global.restricted),
        action_references: config.policy.action_references,
        allow_hosts: config.policy.allow_hosts.clone(),
        deny_hosts: config.policy.deny_hosts.clone(),
        // Nothing is pressed here; what is read-only is no fault of an action.
        read_only: false,
        sources: Vec::new(),
    });
    Ok((runner, Arc::new(operator)))
}

/// A file that holds no actions is what a check is there to find.
fn unreadable(out: &mut Output, faults: &[String]) -> Exit {
    for fault in faults {
        if out.is_json() {
            let finding = Finding { subject: "file".to_owned(), grade: Grade::Fault, message: fault.clone() };
            out.object(to_json(None, &finding));
        } else {
            format!("error: {fault}").lines().for_each(|line| out.line(line));
        }
    }
    Exit::Failed
}

async fn wanted_incident(session: &Session<'_>, wanted: Option<&str>) -> Result<Option<Arc<Incident>>, CommandError> {
    let Some(wanted) = wanted else { return Ok(None) };
    let asked = sources::ask(session).await?;
    Ok(Some(Arc::new(find::incident(session, &asked, wanted).await?.unpack())))
}

/// The one of that name; without a name all, with an incident those of its channel.
fn chosen(actions: &[Action], name: Option<&str>, incident: Option<&Incident>) -> Result<Vec<Action>, CommandError> {
    let channel = incident.map(Incident::channel);
    if let Some(name) = name {
        return Ok(vec![find::action(actions, name, channel.as_ref())?.clone()]);
    }
    let inside = |action: &&Action| channel.as_ref().is_none_or(|channel| action.slots.contains_key(channel));
    Ok(actions.iter().filter(inside).cloned().collect())
}

fn print(out: &mut Output, action: &Action, findings: &[Finding]) -> Exit {
    let rows: Vec<Vec<String>> = findings
        .iter()
        .map(|finding| {
            let Finding { subject, grade, message } = finding;
            vec![word(*grade).to_owned(), action.name.clone(), subject.clone(), message.clone()]
        })
        .collect();
    if out.is_json() {
        for finding in findings {
            out.object(to_json(Some(action), finding));
        }
    } else {
        out.table(&rows);
    }
    out.flush();
    if findings.iter().any(|finding| finding.grade == Grade::Fault) { Exit::Failed } else { Exit::Done }
}

fn word(grade: Grade) -> &'static str {
    match grade {
        Grade::Fine => "ok",
        Grade::Warning => "warning",
        Grade::Fault => "fault",
    }
}

fn to_json(action: Option<&Action>, finding: &Finding) -> Value {
    json!({
        "action": action.map(|action| &action.name),
        "action_id": action.map(|action| &action.id),
        "subject": finding.subject,
        "grade": word(finding.grade),
        "message": finding.message,
    })
}
