//! What andon knows of an incident's story without asking anybody: the newest runs and operations on it.

use super::log_detail::outcome_tone;
use super::sheet::{Row, Tone};
use crate::app::model::Model;
use crate::domain::activity::{Activity, Entry};
use crate::domain::button::LastRun;
use crate::domain::incident::IncidentKey;
use crate::domain::time::day_clock;

/// So many lines of it are shown; the other tabs have all.
const MOST: usize = 5;

/// The newest first, a row each, under a heading; nothing where nothing is known. The last run of each action is there
/// however old it is.
pub(super) fn rows(model: &Model, incident: &IncidentKey, columns: usize) -> Vec<Row> {
    let lines = model.recent.lines().iter().filter_map(|line| of_line(model, line, incident));
    let mut all: Vec<(i64, Row)> = lines.collect();
    let known = |last: &LastRun| {
        let runs = model.recent.lines().iter().filter_map(|line| line.entry.run());
        runs.filter(|run| run.incident == *incident).any(|run| run.started_at_ms == last.at_ms)
    };
    let older = model.last_runs.on(incident).iter().filter(|last| !known(last));
    all.extend(older.map(|last| (last.at_ms, of_last(model, last))));
    if all.is_empty() {
        return Vec::new();
    }
    all.sort_by_key(|(at_ms, _)| std::cmp::Reverse(*at_ms));
    let rows = all.into_iter().take(MOST).filter_map(|(_, row)| row.wrapped(columns).into_iter().next());
    [Row::default(), Row::new(Tone::Dim, "story")].into_iter().chain(rows).collect()
}

fn of_line(model: &Model, line: &Activity, incident: &IncidentKey) -> Option<(i64, Row)> {
    match &line.entry {
        Entry::Run(run) if run.incident == *incident => {
            let (mark, tone, how) = match run.outcome {
                Some(outcome) => {
                    let status = run.status.map_or_else(|| outcome.as_str().to_owned(), |status| status.to_string());
                    (outcome.mark(), outcome_tone(outcome), status)
                }
                None => ("…", Tone::Info, "running".to_owned()),
            };
            let row = begin(model, run.started_at_ms, mark, tone)
                .and(Tone::Head, &run.action)
                .and(tone, &format!("  {how}"))
                .and(Tone::Dim, &format!("  {}", run.operator.name))
                .and(Tone::Plain, &if run.message.is_empty() { String::new() } else { format!("  {}", run.message) });
            Some((run.started_at_ms, row))
        }
        Entry::Operation { incident: of, operator, summary, .. } if of == incident => {
            let row = begin(model, line.at_ms, "·", Tone::Dim)
                .and(Tone::Plain, summary)
                .and(Tone::Dim, &format!("  {}", operator.name));
            Some((line.at_ms, row))
        }
        Entry::Run(_) | Entry::Operation { .. } | Entry::Action { .. } | Entry::Correction { .. } => None,
    }
}

/// A run that the newest lines of the log do not have any more.
fn of_last(model: &Model, last: &LastRun) -> Row {
    let tone = outcome_tone(last.outcome);
    let name = model.action(&last.action_id).map_or(last.action_id.as_str(), |action| action.name.as_str());
    begin(model, last.at_ms, last.outcome.mark(), tone)
        .and(Tone::Head, name)
        .and(tone, &format!("  {}", last.outcome.as_str()))
        .and(Tone::Dim, &format!("  {}", last.by))
}

fn begin(model: &Model, at_ms: i64, mark: &str, tone: Tone) -> Row {
    let at = day_clock(at_ms, model.now.wall_ms, &model.settings.zone);
    Row::new(Tone::Dim, &format!("{at} ")).and(tone, &format!("{mark} "))
}
