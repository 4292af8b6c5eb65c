//! The incident in full, as rows to be read.

use super::confirm::severity_tone;
use super::sheet::{Row, Tone};
use crate::app::event::Health;
use crate::app::incident_detail::shown;
use crate::app::model::Model;
use crate::domain::facts::Owner;
use crate::domain::incident::{Alert, Incident, Progress, Severity};
use crate::domain::local::Local;
use crate::domain::snooze;
use crate::domain::text::{clean, clean_lines, counted, shorten};
use crate::domain::time::{age, clock};
use crate::domain::width::width;

/// How much of a list or a text is laid out here, for each frame anew; the other tabs have more.
const MOST: usize = 200;
/// How many incidents of a group are named.
const GROUPED: usize = 30;
/// How many rows a title takes at most.
const TITLE_ROWS: usize = 3;
/// How wide the names of labels are padded to, in columns.
const NAMES: usize = 12;
/// How much of one name or value, in characters.
const LONG: usize = 2_000;
/// Labels that say most of where it burns come first.
const FIRST_LABELS: [&str; 15] = [
    "host",
    "hostname",
    "instance",
    "service",
    "resource",
    "severity",
    "cluster",
    "env",
    "environment",
    "region",
    "namespace",
    "job",
    "pod",
    "check",
    "alertname",
];

/// The selected incident in rows of at most `columns`, or the group whose header the cursor is on; empty where neither is.
pub fn detail_rows(model: &Model, columns: usize) -> Vec<Row> {
    let Some(shown) = shown(model) else {
        return group_rows(model).iter().flat_map(|row| row.wrapped(columns)).collect();
    };
    let incident = shown.as_ref();
    let mut rows = title_rows(incident, columns);
    rows.extend(state_row(model, incident).wrapped(columns));
    rows.extend(since_row(model, incident).wrapped(columns));
    rows.extend(operation_rows(model, incident).iter().flat_map(|row| row.wrapped(columns)));
    if let Some(row) = stale_row(model, incident) {
        rows.extend(row.wrapped(columns));
    }
    rows.extend(label_rows(incident, columns));
    if !incident.detail_url.is_empty() {
        rows.extend(Row::new(Tone::Link, &incident.detail_url).wrapped(columns));
    }
    for (name, text) in [
        ("", &incident.description),
        ("impact", &incident.impact),
        ("root cause", &incident.root_cause),
        ("resolution", &incident.resolution),
    ] {
        text_rows(&mut rows, name, text, columns);
    }
    rows.extend(super::enrichments::rows(model, columns));
    if !incident.responders.is_empty() {
        rows.push(Row::default());
        rows.extend(responders_row(incident).wrapped(columns));
    }
    if !incident.alerts.is_empty() {
        rows.push(Row::default());
        let alerts = incident.alerts.iter().take(MOST);
        rows.extend(alerts.flat_map(|alert| alert_row(model, alert).wrapped(columns)));
        rows.extend(more_row(incident.alerts.len().saturating_sub(MOST), "alert"));
    }
    rows.extend(super::story::rows(model, &incident.key(), columns));
    rows
}

/// The group whose header the cursor is on: that all is for all of it, and which they are.
fn group_rows(model: &Model) -> Vec<Row> {
    let Some(group) = model.board.on_group() else {
        return Vec::new();
    };
    let counts = Severity::ALL.iter().zip(group.by_severity).filter(|(_, count)| *count > 0);
    let mut row = Row::default();
    for (severity, count) in counts {
        row = row.and(severity_tone(*severity), &format!("{} {count}   ", severity_mark(*severity)));
    }
    let unowned = if group.unowned > 0 { format!(", {} unowned", group.unowned) } else { String::new() };
    let mut rows = vec![
        row.and(Tone::Plain, &format!("{}{unowned}", counted(group.total, "incident"))),
        Row::new(Tone::Dim, "A key here is for all of them."),
        Row::default(),
    ];
    let keys = model.board.group_keys(group);
    let found = model.board.find_all(&keys);
    rows.extend(keys.iter().filter_map(|key| found.get(key)).take(GROUPED).map(|entry| {
        let row = &entry.row;
        Row::new(severity_tone(row.severity), &format!("{} ", severity_mark(row.severity))).and(Tone::Plain, &row.title)
    }));
    rows.extend(more_row(keys.len().saturating_sub(GROUPED), "incident"));
    rows
}

fn title_rows(incident: &Incident, columns: usize) -> Vec<Row> {
    let mut rows = Row::new(Tone::Head, &incident.title).wrapped(columns);
    if rows.len() > TITLE_ROWS {
        rows.truncate(TITLE_ROWS);
        let last = rows.last().map(Row::text).unwrap_or_default();
        let room = columns.saturating_sub(2);
        let cut = Row::new(Tone::Head, &last).wrapped(room).first().map(Row::text).unwrap_or_default();
        if let Some(row) = rows.last_mut() {
            *row = Row::new(Tone::Head, &format!("{cut}…"));
        }
    }
    rows
}

/// `■ Critical   ◐ ada has it`.
fn state_row(model: &Model, incident: &Incident) -> Row {
    let mark = severity_mark(incident.incident_severity);
    Row::new(severity_tone(incident.incident_severity), &format!("{mark} {}", incident.severity_word()))
        .and(Tone::Plain, &format!("   {}", owner_words(model, incident)))
}

fn severity_mark(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "■",
        Severity::Warning => "▲",
        Severity::Info => "·",
    }
}

/// Who has it. A word of the source for its progress that is not known is shown as given.
fn owner_words(model: &Model, incident: &Incident) -> String {
    let Some(entry) = model.board.selected() else {
        return String::new();
    };
    let now_s = model.now.wall_s();
    match model.board.owner_of(entry, now_s) {
        Owner::Nobody if incident.progress_word() != Progress::Triggered.as_str() => {
            format!("? {}", incident.progress_word())
        }
        Owner::Nobody => "○ nobody has it".to_owned(),
        Owner::Acknowledged("") => "◐ acknowledged".to_owned(),
        Owner::Acknowledged(name) => format!("◐ {name} has it"),
        Owner::Assigned(name) => format!("○ {name} is assigned"),
        Owner::Snoozed(_) => "z snoozed".to_owned(),
        Owner::Quiet => "m nobody need be told".to_owned(),
        Owner::Closed => "✓ closed".to_owned(),
    }
}

/// What a strip of `height` rows says of the selected incident: its labels, then what it is.
pub fn strip_rows(model: &Model, columns: usize, height: usize) -> Vec<Row> {
    let Some(shown) = shown(model) else {
        return group_rows(model).into_iter().take(height.min(2)).collect();
    };
    let incident = shown.as_ref();
    let labels = sorted_labels(incident);
    let mut row = Row::default();
    for (at, (name, value)) in labels.into_iter().take(MOST).enumerate() {
        let gap = if at > 0 { " · " } else { "" };
        row = row.and(Tone::Dim, &format!("{gap}{} ", shorten(name, LONG))).and(Tone::Plain, &shorten(value, LONG));
    }
    let mut rows: Vec<Row> = operation_rows(model, incident).into_iter().chain(stale_row(model, incident)).collect();
    rows.push(row);
    let text = clean_lines(&shorten(incident.description.trim(), MOST * 100)).join(" ");
    if !text.is_empty() {
        rows.push(Row::new(Tone::Plain, &text));
    }
    let room = height.saturating_sub(rows.len().saturating_sub(1)).max(1);
    // The last one may take what is left, the others a row each.
    let last = rows.len().saturating_sub(1);
    let lines = rows
        .iter()
        .enumerate()
        .flat_map(|(at, row)| row.wrapped(columns).into_iter().take(if at == last { room } else { 1 }));
    lines.take(height).collect()
}

/// What is under way, what is kept here only, why nobody need be told of it, until when it is quiet.
fn operation_rows(model: &Model, incident: &Incident) -> Vec<Row> {
    let mut rows = Vec::new();
    let under_way = model.board.under_way(&incident.key());
    if !under_way.is_empty() {
        let words: Vec<&str> = under_way.iter().map(|expected| expected.operation.kind().as_str()).collect();
        let words = format!("{} … not confirmed by {} yet", words.join(", "), incident.source);
        rows.push(Row::new(Tone::Info, &words));
    }
    let local = [("acknowledged by", Local::acknowledged_by(incident)), ("assigned to", Local::assigned_to(incident))];
    for (what, who) in local {
        if let Some(who) = who {
            rows.push(Row::new(Tone::Key, "° ").and(Tone::Plain, &format!("{what} {who}, kept here only")));
        }
    }
    rows.extend(incident.marks_in_full().map(|words| Row::new(Tone::Info, &words)));
    let now_s = model.now.wall_s();
    if incident.snoozed_before > now_s {
        let words = snooze::words(incident.snoozed_before, now_s, &model.settings.zone);
        rows.push(Row::new(Tone::Key, "z ").and(Tone::Plain, &format!("snoozed {words}")));
    }
    rows
}

fn stale_row(model: &Model, incident: &Incident) -> Option<Row> {
    let answered_s = model.stale_since(&incident.source, 2)?;
    let words = match answered_s {
        Some(at_s) => format!(
            "{} has not answered since {}: this is {} old",
            incident.source,
            clock(at_s.saturating_mul(1_000), &model.settings.zone).get(..5).unwrap_or_default(),
            age(at_s, model.now.wall_s()).replace("now", "less than a minute")
        ),
        None => format!("{} has not answered yet: this is what was known before", incident.source),
    };
    let row = Row::new(Tone::Warn, &words);
    let health = model.source(&incident.source).map(|source| &source.health);
    let Some(Health::Failing { reason, retry_s: retry_s @ 1.. }) = health else {
        return Some(row);
    };
    let next = clock(retry_s.saturating_mul(1_000), &model.settings.zone);
    Some(row.and(Tone::Warn, &format!(" · {reason} · next try {next}")))
}

/// Those that say most of where it burns first.
fn sorted_labels(incident: &Incident) -> Vec<(&String, &String)> {
    let rank = |name: &str| FIRST_LABELS.iter().position(|first| *first == name).unwrap_or(FIRST_LABELS.len());
    let mut labels: Vec<(&String, &String)> = incident.labels.iter().collect();
    labels.sort_by_key(|(name, _)| rank(name));
    labels
}

/// Two pairs a row, names and values under each other; a pair that is too wide for that has its own row.
fn label_rows(incident: &Incident, columns: usize) -> Vec<Row> {
    let labels = sorted_labels(incident);
    let left_out = labels.len().saturating_sub(MOST);
    let pairs: Vec<(String, String)> = labels
        .into_iter()
        .take(MOST)
        .map(|(name, value)| (clean(&shorten(name, LONG)).into_owned(), clean(&shorten(value, LONG)).into_owned()))
        .collect();
    let names = pairs.iter().map(|(name, _)| width(name)).max().unwrap_or(0).min(NAMES);
    let half = columns / 2;
    let mut rows: Vec<Row> = Vec::new();
    let mut begun: Option<Row> = None;
    for (name, value) in &pairs {
        let name = format!("{name}{} ", " ".repeat(names.saturating_sub(width(name))));
        let wide = width(&name) + width(value);
        let pair = |row: Row| row.and(Tone::Dim, &name).and(Tone::Plain, value);
        if wide >= half {
            rows.extend(begun.take());
            rows.extend(pair(Row::default()).wrapped(columns));
        } else if let Some(row) = begun.take() {
            rows.push(pair(row));
        } else {
            begun = Some(pair(Row::default()).and(Tone::Plain, &" ".repeat(half - wide)));
        }
    }
    rows.extend(begun);
    rows.extend(more_row(left_out, "label"));
    rows.into_iter().map(trimmed).collect()
}

fn more_row(left_out: usize, what: &str) -> Option<Row> {
    (left_out > 0).then(|| Row::new(Tone::Dim, &format!("… and {} more", counted(left_out, what))))
}

fn trimmed(mut row: Row) -> Row {
    if row.0.last().is_some_and(|(_, text)| text.trim().is_empty()) {
        row.0.pop();
    }
    row
}

/// `since 17:33 (3m) · 2 alerts · 2 responders`.
fn since_row(model: &Model, incident: &Incident) -> Row {
    let began = clock(incident.start_time.saturating_mul(1_000), &model.settings.zone);
    let since = age(incident.start_time, model.now.wall_s());
    let alerts = incident.alert_cnt.max(i64::try_from(incident.alerts.len()).unwrap_or(i64::MAX));
    let responders = incident.responders.len();
    let mut words = format!("since {} ({since})", began.get(..5).unwrap_or_default());
    if alerts > 0 {
        words.push_str(&format!(" · {}", counted(alerts, "alert")));
    }
    if responders > 0 {
        words.push_str(&format!(" · {}", counted(responders, "responder")));
    }
    Row::new(Tone::Dim, &words)
}

fn text_rows(rows: &mut Vec<Row>, name: &str, text: &str, columns: usize) {
    if text.trim().is_empty() {
        return;
    }
    rows.push(Row::default());
    if !name.is_empty() {
        rows.push(Row::new(Tone::Dim, name));
    }
    let text = shorten(text.trim(), MOST * 100);
    for line in clean_lines(&text).iter().take(MOST) {
        rows.extend(Row::new(Tone::Plain, line).wrapped(columns));
    }
}

fn responders_row(incident: &Incident) -> Row {
    let mut row = Row::new(Tone::Dim, "responders ");
    for (at, responder) in incident.responders.iter().take(MOST).enumerate() {
        let name = if responder.person_name.is_empty() { &responder.email } else { &responder.person_name };
        let taken = if responder.acknowledged_at > 0 { " (acknowledged)" } else { "" };
        let comma = if at > 0 { ", " } else { "" };
        row = row.and(Tone::Plain, &format!("{comma}{name}{taken}"));
    }
    row
}

fn alert_row(model: &Model, alert: &Alert) -> Row {
    let state = if alert.end_time > 0 { "ended".into() } else { alert.severity_word() };
    Row::new(severity_tone(alert.alert_severity), &format!("{state:<8} "))
        .and(Tone::Plain, &alert.title)
        .and(Tone::Dim, &format!("  {}", age(alert.start_time, model.now.wall_s())))
}
