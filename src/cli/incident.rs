//! `andon incident list|show`.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use super::args::IncidentCommand;
use super::exit::{CommandError, Exit};
use super::output::warn;
use super::session::Session;
use super::sources::{self, Asked};
use super::{find, handle, log};
use crate::domain::incident::{Incident, IncidentRow, Severity};
use crate::domain::local::{Local, LocalNote};
use crate::domain::marks::Notes;
use crate::domain::time::{age, rfc3339};

pub(super) async fn run(command: IncidentCommand, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    match command {
        IncidentCommand::Handle(command) => handle::run(command, session).await,
        IncidentCommand::List { all } => {
            let asked = sources::ask(session).await?;
            list(session, &asked, all).await
        }
        IncidentCommand::Show { id } => {
            let asked = sources::ask(session).await?;
            show(session, &asked, &id).await
        }
    }
}

async fn list(session: &mut Session<'_>, asked: &Asked, all: bool) -> Result<Exit, CommandError> {
    let store = &session.opened.store;
    let rows = if all { store.all_incidents().await? } else { store.open_incidents(None).await? };
    let rows = asked.with_unkept(rows, all);
    if rows.is_empty() && asked.all_failed() {
        return Err(CommandError::new(
            Exit::Failed,
            format!("no incidents are known, and {} did not answer", asked.silent()),
        ));
    }
    if session.opened.config.sources.is_empty() && rows.is_empty() {
        warn("no source is configured; `andon config init` writes an example");
    }
    if session.out.is_json() {
        for row in &rows {
            session.out.object(to_json(&row.unpack(), asked));
        }
    } else {
        let now_s = Timestamp::now().as_second();
        let lines: Vec<Vec<String>> = rows.iter().map(|row| columns(row, now_s)).collect();
        session.out.table(&lines);
    }
    Ok(Exit::Done)
}

fn columns(row: &IncidentRow, now_s: i64) -> Vec<String> {
    let severity = match row.severity {
        Severity::Critical => "CRIT",
        Severity::Warning => "WARN",
        Severity::Info => "INFO",
    };
    let since = if row.start_time > 0 { age(row.start_time, now_s) } else { String::new() };
    let (unknown_severity, unknown_progress) = row.unknown_words();
    vec![
        unknown_severity.unwrap_or_else(|| severity.to_owned()),
        row.num.to_string(),
        unknown_progress.unwrap_or_else(|| row.progress.as_str().to_owned()),
        since,
        row.channel.to_string(),
        title(row),
    ]
}

/// The title, with what tells it apart and its marks: `disk is full · 19 alerts · cluster=nj · silenced`.
fn title(row: &IncidentRow) -> String {
    let Notes { marks, apart, alerts } = row.notes();
    let parts = [row.title.to_string(), alerts, apart, marks];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// The contract's object, and where it came from.
fn to_json(incident: &Incident, asked: &Asked) -> Map<String, Value> {
    let mut out = incident.to_contract();
    out.insert("source".to_owned(), incident.source.as_str().into());
    out.insert("channel_key".to_owned(), incident.channel().as_str().into());
    out.insert("stale".to_owned(), asked.is_stale(&incident.source).into());
    out
}

async fn show(session: &mut Session<'_>, asked: &Asked, id: &str) -> Result<Exit, CommandError> {
    let incident = find::incident(session, asked, id).await?.unpack();
    let notes = session.opened.store.local_notes(&incident.key()).await?;
    if session.out.is_json() {
        let mut out = to_json(&incident, asked);
        let note = |note: &LocalNote| json!({ "by": note.by, "at": rfc3339(note.at_ms), "text": note.text });
        out.insert("local_notes".to_owned(), notes.iter().map(note).collect());
        session.out.object(out);
        return Ok(Exit::Done);
    }
    let actions = session.opened.store.actions().await?;
    let mut buttons: Vec<(u8, &str)> = actions
        .iter()
        .filter_map(|action| Some((*action.slots.get(&incident.channel())?, action.name.as_str())))
        .collect();
    buttons.sort_unstable();
    let buttons: Vec<String> = buttons.iter().map(|(slot, name)| format!("{slot} {name}")).collect();
    let zone = log::zone(&session.opened.config);
    session.out.line(&format!("{}  {}", incident.num, incident.title));
    let mut facts = facts(&incident, &zone);
    facts.extend(notes.iter().flat_map(|note| {
        let head = format!("{} {}, here only:", log::date_time(note.at_ms, &zone), note.by);
        let lines = note.text.lines().map(|line| ("note".to_owned(), line.to_owned()));
        std::iter::once(("note".to_owned(), head)).chain(lines).collect::<Vec<_>>()
    }));
    facts.push(("actions".to_owned(), buttons.join("   ")));
    let facts = facts.into_iter().filter(|(_, text)| !text.is_empty());
    let rows: Vec<Vec<String>> = facts.map(|(name, text)| vec![name, text]).collect();
    session.out.table(&rows);
    Ok(Exit::Done)
}

/// What there is to say of an incident, a name and a text each; an empty text says nothing.
fn facts(incident: &Incident, zone: &TimeZone) -> Vec<(String, String)> {
    let fact = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    let time = |name: &str, at_s: i64| {
        let text = if at_s == 0 { String::new() } else { log::date_time(at_s.saturating_mul(1_000), zone) };
        (name.to_owned(), text)
    };
    let mut out = vec![
        fact("severity", &incident.severity_word()),
        fact("progress", &incident.progress_word()),
        fact("marks", &incident.marks_in_full().collect::<Vec<_>>().join("; ")),
        fact("channel", incident.channel().as_str()),
        fact("id", &incident.incident_id),
        time("began", incident.start_time),
        time("acked", incident.ack_time),
        fact("acked by", &Local::acknowledged_by(incident).map_or_else(String::new, |by| format!("{by}, here only"))),
        fact("assigned", &Local::assigned_to(incident).map_or_else(String::new, |to| format!("{to}, here only"))),
        time("snoozed until", incident.snoozed_before),
        time("closed", incident.close_time),
        fact("link", &incident.detail_url),
        fact("impact", &incident.impact),
    ];
    out.extend(incident.description.lines().map(|line| fact("about", line)));
    out.extend(incident.responders.iter().map(|person| fact("responder", &person.person_name)));
    out.extend(incident.labels.iter().map(|(name, value)| fact("label", &format!("{name}={value}"))));
    out.extend(incident.fields.iter().map(|(name, value)| fact("field", &format!("{name}={value}"))));
    out.extend(incident.alerts.iter().map(|alert| fact("alert", &alert.title)));
    out
}
