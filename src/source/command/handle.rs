//! What a command source does itself: one program for each operation that the configuration names.

use std::sync::Arc;

use secrecy::SecretString;
use tokio::process::Command;

use super::printed;
use super::process::{Ended, prepare, run};
use crate::domain::incident::Incident;
use crate::domain::operation::{Abilities, Operation, OperationKind};
use crate::domain::operator::Operator;
use crate::domain::source::SourceConfig;
use crate::domain::time::rfc3339;
use crate::secret::Resolver;
use crate::source::http::other;
use crate::source::{Operated, SourceError, SourceErrorKind};

/// The longest text that goes into the environment, in bytes: Linux takes 128 KiB in one variable.
const VARIABLE_LIMIT: usize = 100 * 1024;

/// What its programs can do; the rest is kept here or says why not.
pub(super) fn abilities(config: &SourceConfig) -> Abilities {
    let (name, does) = (&config.name, |kind: OperationKind| !words(config, kind).is_empty());
    let there: Vec<OperationKind> = OperationKind::ALL.iter().copied().filter(|kind| does(*kind)).collect();
    let mut out = Abilities::kept_here(name).with(&there);
    if !does(OperationKind::Close) {
        out = out.without(OperationKind::Close, format!("{name} cannot close: it has no `close` command"));
    }
    if does(OperationKind::Acknowledge) {
        // Kept here it would stand beside what the program says.
        if !does(OperationKind::Unacknowledge) {
            let why = format!("{name} cannot unacknowledge: it has only an `ack` command");
            out = out.without(OperationKind::Unacknowledge, why);
        }
    }
    if does(OperationKind::Comment) {
        out.comment_max = Some(VARIABLE_LIMIT / 4);
    }
    out
}

/// The program of an operation; empty where there is none.
fn words(config: &SourceConfig, kind: OperationKind) -> &[SecretString] {
    match kind {
        OperationKind::Acknowledge => config.secrets("ack"),
        // Without the other an acknowledgement is kept here, and is taken back here.
        OperationKind::Unacknowledge if !config.secrets("ack").is_empty() => config.secrets("unack"),
        OperationKind::Reopen => config.secrets("reopen"),
        OperationKind::Snooze => config.secrets("snooze"),
        OperationKind::Wake => config.secrets("wake"),
        OperationKind::Assign => config.secrets("assign"),
        OperationKind::Close => config.secrets("close"),
        OperationKind::Comment => config.secrets("comment"),
        _ => &[],
    }
}

/// Runs the operation's program for one incident after the other.
pub(super) async fn operate(
    config: &Arc<SourceConfig>,
    secrets: &Resolver,
    incidents: &[Incident],
    operation: &Operation,
    by: &Operator,
) -> Vec<Result<Operated, SourceError>> {
    let mut out = Vec::with_capacity(incidents.len());
    for incident in incidents {
        out.push(operate_one(config, secrets, incident, operation, by).await);
    }
    out
}

async fn operate_one(
    config: &Arc<SourceConfig>,
    secrets: &Resolver,
    incident: &Incident,
    operation: &Operation,
    by: &Operator,
) -> Result<Operated, SourceError> {
    let words = words(config, operation.kind());
    if words.is_empty() {
        let message = format!("{} cannot {}", config.name, operation.kind().as_str());
        return Err(SourceError::new(SourceErrorKind::Refused, message));
    }
    let mut program = prepare(config, secrets, words).await?;
    set_environment(&mut program.command, incident, operation, by);
    let limit = config.duration("timeout");
    let input = serde_json::to_vec(&incident.to_contract()).map_err(|_| other("the incident cannot be written"))?;
    match run(&mut program, limit, Some(input)).await? {
        Ended::Well(printed) => match printed::fault(&program.shown, &String::from_utf8_lossy(&printed)) {
            Some(error) => Err(error),
            None => Ok(Operated::default()),
        },
        // It, or what it had started, did not end by itself: how far that came is not known.
        Ended::Badly(badly) if badly.is_cut() => {
            Err(SourceError::new(SourceErrorKind::Unanswered, program.badly(&badly)))
        }
        Ended::Badly(badly) => Err(SourceError::new(SourceErrorKind::Refused, program.badly(&badly))),
        Ended::Late => {
            let message = format!(
                "{} did not end within {} s and was stopped; nobody knows whether it did it",
                program.shown,
                limit.as_secs()
            );
            Err(SourceError::new(SourceErrorKind::Unanswered, message))
        }
    }
}

/// What the program finds in its environment. A NUL cannot stand there.
fn set_environment(command: &mut Command, incident: &Incident, operation: &Operation, by: &Operator) {
    let (mut comment, mut reason, mut until, mut assignee) = ("", "", String::new(), "");
    match operation {
        Operation::Comment { text } => comment = text,
        Operation::Assign { to } => assignee = to,
        Operation::Reopen { reason: why } => reason = why,
        Operation::Snooze { until_ms, reason: why, .. } => {
            reason = why;
            until = rfc3339(*until_ms);
        }
        _ => {}
    }
    for (name, value) in [
        ("ANDON_OPERATION", operation.kind().as_str()),
        ("ANDON_INCIDENT_ID", &incident.incident_id),
        ("ANDON_INCIDENT_NUM", &incident.num),
        ("ANDON_INCIDENT_TITLE", &incident.title),
        ("ANDON_SOURCE", &incident.source),
        ("ANDON_OPERATOR", &by.name),
        ("ANDON_OPERATOR_EMAIL", &by.email),
        ("ANDON_COMMENT", comment),
        ("ANDON_REASON", reason),
        ("ANDON_UNTIL", &until),
        ("ANDON_ASSIGNEE", assignee),
    ] {
        command.env(name, value.replace('\0', ""));
    }
}
