//! `andon incident ack|unack|close|reopen|wake|snooze|comment|assign|edit`.

use std::io::Read;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::args::{EditArgs, HandleCommand};
use super::exit::{CommandError, Exit};
use super::output::error;
use super::session::Session;
use super::sources::{self, Asked};
use super::{find, log};
use crate::domain::exact;
use crate::domain::incident::Incident;
use crate::domain::operation::{IncidentText, Operation};
use crate::domain::snooze;
use crate::runner::Handled;
use crate::source::SourceErrorKind;

pub(super) async fn run(command: HandleCommand, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    let zone = log::zone(&session.opened.config);
    let (ids, operations) = read(command, &zone)?;
    let asked = sources::ask(session).await?;
    let mut incidents = incidents(session, &asked, &ids).await?;
    let mut exit = Exit::Done;
    for operation in operations {
        let handled = session.opened.runner.operate(&incidents, &operation, &session.opened.operator).await;
        for handled in &handled {
            exit = exit.worst(tell(session, &incidents, &operation, handled));
        }
        // The next one begins with what this one left.
        for (incident, handled) in incidents.iter_mut().zip(handled) {
            if let Ok(handling) = handled.result {
                *incident = handling.incident;
            }
        }
    }
    Ok(exit)
}

/// All of them, or none: an unknown or ambiguous one changes nothing. One that is named twice counts once.
async fn incidents(session: &Session<'_>, asked: &Asked, ids: &[String]) -> Result<Vec<Incident>, CommandError> {
    let mut out: Vec<Incident> = Vec::new();
    for id in ids {
        let incident = find::incident(session, asked, id).await?.unpack();
        if out.iter().all(|known| known.key() != incident.key()) {
            out.push(incident);
        }
    }
    Ok(out)
}

/// One line for each incident; on stderr what was not done.
fn tell(session: &mut Session<'_>, incidents: &[Incident], operation: &Operation, handled: &Handled) -> Exit {
    let num = incidents.iter().find(|incident| incident.key() == handled.incident).map_or("", |found| &found.num);
    let (exit, result, message) = match &handled.result {
        Ok(handling) => (Exit::Done, if handling.local { "local" } else { "done" }, handling.note.as_str()),
        Err(fault) if fault.kind == SourceErrorKind::Unanswered => (Exit::Unknown, "unknown", fault.message.as_str()),
        Err(fault) if session.read_only() => (Exit::Refused, "refused", fault.message.as_str()),
        Err(fault) => (Exit::Failed, "failed", fault.message.as_str()),
    };
    session.out.acts();
    if session.out.is_json() {
        session.out.object(json!({
            "incident": handled.incident.id(),
            "incident_num": num,
            "source": handled.incident.source(),
            "operation": operation.kind().as_str(),
            "result": result,
            "message": message,
            "activity": handled.activity.as_ref().map(|line| line.seq),
        }));
    } else if exit == Exit::Done {
        let note = if message.is_empty() { String::new() } else { format!(" ({message})") };
        session.out.line(&format!("{num} {}{note}", operation.done()));
    }
    if exit != Exit::Done {
        let what = if exit == Exit::Unknown { "may or may not be" } else { "not" };
        error(&format!("{num} {what} {}: {message}", operation.done()));
    }
    exit
}

/// The incidents that are meant, and what is done to them, one after the other.
fn read(command: HandleCommand, zone: &TimeZone) -> Result<(Vec<String>, Vec<Operation>), CommandError> {
    let (ids, operation) = match command {
        HandleCommand::Ack { ids } => (ids, Operation::Acknowledge),
        HandleCommand::Unack { ids } => (ids, Operation::Unacknowledge),
        HandleCommand::Close { ids } => (ids, Operation::Close),
        HandleCommand::Wake { ids } => (ids, Operation::Wake),
        HandleCommand::Reopen { ids, reason } => (ids, Operation::Reopen { reason }),
        HandleCommand::Assign { ids, to } => (ids, Operation::Assign { to }),
        HandleCommand::Snooze { ids, time, until, reason } => {
            // Said now: whatever is asked before it is written makes it neither shorter nor longer.
            let from_ms = Timestamp::now().as_millisecond();
            let until_ms = until_ms(time.as_deref(), until.as_deref(), from_ms, zone)?;
            (ids, Operation::Snooze { until_ms, from_ms, reason })
        }
        HandleCommand::Comment { id, text } => (vec![id], Operation::Comment { text: comment(text)? }),
        HandleCommand::Edit(args) => return edits(args),
    };
    Ok((ids, vec![operation]))
}

fn until_ms(time: Option<&str>, until: Option<&str>, now_ms: i64, zone: &TimeZone) -> Result<i64, CommandError> {
    let (flag, text) = until.map_or(("--for", time.unwrap_or_default()), |until| ("--until", until));
    snooze::until_ms(text, now_ms, zone).map_err(|why| CommandError::usage(format!("{flag}: {why}")))
}

fn comment(text: String) -> Result<String, CommandError> {
    let mut given = text;
    if given == "-" {
        given.clear();
        std::io::stdin()
            .read_to_string(&mut given)
            .map_err(|why| CommandError::usage(format!("the comment cannot be read from stdin: {why}")))?;
    }
    if given.trim().is_empty() {
        return Err(CommandError::usage("the comment is empty"));
    }
    Ok(given)
}

fn edits(args: EditArgs) -> Result<(Vec<String>, Vec<Operation>), CommandError> {
    let text = |text: IncidentText, value: Option<String>| value.map(|value| Operation::SetText { text, value });
    let mut operations: Vec<Operation> = [
        text(IncidentText::Title, args.title),
        text(IncidentText::Impact, args.impact),
        text(IncidentText::RootCause, args.root_cause),
        text(IncidentText::Resolution, args.resolution),
    ]
    .into_iter()
    .flatten()
    .collect();
    for field in args.field {
        let Some((name, value)) = field.split_once('=') else {
            return Err(CommandError::usage(format!("--field {field}: write it as NAME=VALUE")));
        };
        // What is JSON is that; anything else is text.
        let value = exact::value(value).unwrap_or_else(|_| Value::String(value.to_owned()));
        operations.push(Operation::SetField { name: name.to_owned(), value });
    }
    if operations.is_empty() {
        return Err(CommandError::usage("nothing is to be changed; give --title, --impact, --root-cause or --field"));
    }
    Ok((args.ids, operations))
}
