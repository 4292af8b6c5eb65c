//! The rows of each tab of the incident in full.

use serde_json::Value;

use super::confirm::severity_tone;
use super::detail::detail_rows;
use super::log_detail::outcome_tone;
use super::sheet::{Row, Tone};
use crate::app::incident_detail::shown;
use crate::app::model::Model;
use crate::app::state::incident_detail::Tab;
use crate::domain::activity::Entry;
use crate::domain::incident::{Alert, Incident};
use crate::domain::text::{clean_lines, counted, shorten};
use crate::domain::time::{age, clock, day_clock, took};
use crate::domain::timeline::{Moment, Teller};

/// The open tab in rows of at most `columns`.
pub fn rows(model: &Model, columns: usize) -> Vec<Row> {
    if model.incident_detail.tab == Tab::Overview {
        return detail_rows(model, columns);
    }
    let Some(incident) = shown(model) else {
        return Vec::new();
    };
    let mut rows = Vec::new();
    match &model.incident_detail.history {
        None => rows.push(Row::new(Tone::Dim, "reading what its source has of it…")),
        Some(history) => match &history.full {
            Err(why) => {
                rows.push(Row::new(Tone::Warn, &format!("{} did not tell more: {why}", incident.source)));
            }
            Ok(full) => rows.extend(full.warnings.iter().map(|words| Row::new(Tone::Warn, words))),
        },
    }
    rows.extend(match model.incident_detail.tab {
        Tab::Overview => Vec::new(),
        Tab::Alerts => alerts(model, &incident),
        Tab::Timeline => timeline(model, &incident),
        Tab::Fields => fields(&incident),
        Tab::Runs => runs(model),
    });
    rows.iter().flat_map(|row| row.wrapped(columns)).collect()
}

/// How much of a list is laid out, for each frame anew; `andon incident show` has all.
const MOST: usize = 1_000;
/// How much of one value, in characters.
const LONG: usize = 4_000;

fn pair(name: &str, value: &str, wide: usize) -> Row {
    Row::new(Tone::Dim, &format!("{name:<wide$}  ")).and(Tone::Plain, value)
}

fn widest<'a>(names: impl Iterator<Item = &'a String>) -> usize {
    names.map(|name| name.chars().count()).max().unwrap_or(0).min(24)
}

fn alerts(model: &Model, incident: &Incident) -> Vec<Row> {
    let mut rows = Vec::new();
    for alert in incident.alerts.iter().take(MOST) {
        if !rows.is_empty() {
            rows.push(Row::default());
        }
        rows.extend(one_alert(model, alert));
    }
    let known = i64::try_from(incident.alerts.len()).unwrap_or(i64::MAX);
    if incident.alerts.len() > MOST {
        rows.push(Row::new(Tone::Dim, &format!("… and {} more", counted(incident.alerts.len() - MOST, "alert"))));
    }
    if incident.alert_cnt > known {
        rows.push(Row::new(Tone::Dim, &format!("{known} of {} alerts are known here", incident.alert_cnt)));
    } else if rows.is_empty() {
        rows.push(Row::new(Tone::Dim, "Its source names no alerts."));
    }
    rows
}

fn one_alert(model: &Model, alert: &Alert) -> Vec<Row> {
    let zone = &model.settings.zone;
    let (state, tone) = if alert.end_time > 0 {
        ("ended".to_owned(), Tone::Good)
    } else {
        (alert.severity_word().into_owned(), severity_tone(alert.alert_severity))
    };
    let mut rows = vec![Row::new(tone, &format!("{state:<8}  ")).and(Tone::Head, &alert.title)];
    if alert.start_time > 0 {
        let began = day_clock(alert.start_time.saturating_mul(1_000), model.now.wall_ms, zone);
        let words = format!("          since {began} ({})", age(alert.start_time, model.now.wall_s()));
        rows.push(Row::new(Tone::Dim, &words));
    }
    rows.extend(
        clean_lines(alert.description.trim())
            .iter()
            .filter(|line| !line.is_empty())
            .map(|line| Row::new(Tone::Plain, &format!("          {line}"))),
    );
    let wide = widest(alert.labels.keys());
    rows.extend(
        alert
            .labels
            .iter()
            .map(|(name, value)| Row::new(Tone::Dim, &format!("          {name:<wide$}  ")).and(Tone::Plain, value)),
    );
    rows
}

fn fields(incident: &Incident) -> Vec<Row> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut rows = Vec::new();
    let mut part = |head: &str, pairs: Vec<(String, String)>| {
        if pairs.is_empty() {
            return;
        }
        if !rows.is_empty() {
            rows.push(Row::default());
        }
        rows.push(Row::new(Tone::Head, head));
        let wide = widest(pairs.iter().map(|(name, _)| name));
        rows.extend(pairs.iter().take(MOST).map(|(name, value)| pair(name, &shorten(value, LONG), wide)));
        if pairs.len() > MOST {
            rows.push(Row::new(Tone::Dim, &format!("… and {} more", pairs.len() - MOST)));
        }
    };
    part("Labels", incident.labels.iter().map(|(name, value)| (name.clone(), value.clone())).collect());
    part("Fields", incident.fields.iter().map(|(name, value)| (name.clone(), text(value))).collect());
    let own = [
        ("incident id", &incident.incident_id),
        ("source", &incident.source),
        ("channel", &incident.channel_key),
        ("link", &incident.detail_url),
    ];
    let own = own.into_iter().filter(|(_, value)| !value.is_empty());
    let more = incident.extra.iter().map(|(name, value)| (name.clone(), text(value)));
    part("Also", own.map(|(name, value)| (name.to_owned(), value.clone())).chain(more).collect());
    rows
}

/// What the source tells and what andon did, in one order of time.
fn timeline(model: &Model, incident: &Incident) -> Vec<Row> {
    let Some(history) = &model.incident_detail.history else {
        return Vec::new();
    };
    let mut moments: Vec<Moment> = history.full.as_ref().map(|full| full.timeline.clone()).unwrap_or_default();
    let ours = |at_ms: i64, who: &str, what: String, text: String| Moment {
        at_ms,
        who: who.to_owned(),
        what,
        text,
        told_by: Teller::Andon,
    };
    moments.extend(
        history.notes.iter().map(|note| ours(note.at_ms, &note.by, "noted here only".to_owned(), note.text.clone())),
    );
    let key = incident.key();
    for line in &history.activity {
        match &line.entry {
            Entry::Run(run) if run.incident == key => {
                let outcome = run.outcome.map_or("runs", crate::domain::run::Outcome::as_str);
                let what = format!("{}: {outcome}", run.action);
                moments.push(ours(run.started_at_ms, &run.operator.name, what, run.message.clone()));
            }
            Entry::Operation { incident, operator, summary, .. } if *incident == key => {
                moments.push(ours(line.at_ms, &operator.name, summary.clone(), String::new()));
            }
            Entry::Run(_) | Entry::Operation { .. } | Entry::Action { .. } | Entry::Correction { .. } => {}
        }
    }
    // Stable: of the same moment the source's own word comes first.
    moments.sort_by_key(|moment| moment.at_ms);
    if moments.is_empty() {
        return vec![Row::new(Tone::Dim, "Nothing is told of it yet.")];
    }
    let source = model.source(&incident.source).map_or(incident.source.as_str(), |source| source.name.as_str());
    let wide = source.chars().count().clamp(5, 12);
    let clocks = moments.iter().map(|moment| day_clock(moment.at_ms, model.now.wall_ms, &model.settings.zone));
    let clock_wide = clocks.map(|clock| clock.len()).max().unwrap_or(0);
    moments.iter().flat_map(|moment| moment_rows(model, moment, source, (clock_wide, wide))).collect()
}

fn moment_rows(model: &Model, moment: &Moment, source: &str, (clock_wide, wide): (usize, usize)) -> Vec<Row> {
    let at = day_clock(moment.at_ms, model.now.wall_ms, &model.settings.zone);
    let (teller, tone) = match moment.told_by {
        Teller::Source => (source, Tone::Info),
        Teller::Andon => ("andon", Tone::Key),
    };
    let teller: String = teller.chars().take(wide).collect();
    let who = if moment.who.is_empty() { String::new() } else { format!("{} ", moment.who) };
    let mut rows = vec![
        Row::new(Tone::Dim, &format!("{at:>clock_wide$}  "))
            .and(tone, &format!("{teller:<wide$}  "))
            .and(Tone::Head, &who)
            .and(Tone::Plain, &moment.what),
    ];
    let indent = " ".repeat(clock_wide + wide + 4);
    let lines = clean_lines(moment.text.trim());
    rows.extend(
        lines.iter().filter(|line| !line.is_empty()).map(|line| Row::new(Tone::Plain, &format!("{indent}{line}"))),
    );
    rows
}

fn runs(model: &Model) -> Vec<Row> {
    let Some(history) = &model.incident_detail.history else {
        return Vec::new();
    };
    let mut rows = Vec::new();
    let lines = history.activity.iter().rev();
    for run in lines.filter_map(|line| if let Entry::Run(run) = &line.entry { Some(run) } else { None }) {
        let at = clock(run.started_at_ms, &model.settings.zone);
        let (mark, tone, word) = match run.outcome {
            Some(outcome) => (outcome.mark(), outcome_tone(outcome), outcome.as_str()),
            None => ("…", Tone::Info, "running"),
        };
        let time = run.duration_ms.map_or_else(String::new, |ms| format!(" · {}", took(ms)));
        rows.push(
            Row::new(Tone::Dim, &format!("{at}  "))
                .and(tone, &format!("{mark} {word:<10}"))
                .and(Tone::Head, &format!(" {}", run.action))
                .and(Tone::Dim, &format!(" by {}{time}", run.operator.name)),
        );
        if !run.message.is_empty() {
            rows.push(Row::new(Tone::Plain, &format!("          \"{}\"", run.message)));
        }
    }
    if rows.is_empty() {
        rows.push(Row::new(Tone::Dim, "No action was run on it yet."));
    }
    rows
}
