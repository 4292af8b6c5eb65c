//! What actions added to the selected incident: read when the cursor rests on it.

use super::ask::Ask;
use super::effect::Effect;
use super::event::Now;
use super::model::Model;
use super::modes::Mode;
use super::sheet::{Row, Tone};
use crate::domain::activity::Seq;
use crate::domain::enrichment::{Enriched, Enrichment};
use crate::domain::incident::IncidentKey;
use crate::domain::text::{clean, clean_lines};
use crate::domain::time::clock;

/// For how long the cursor stays on an incident before what was added to it is read, milliseconds: moving through the
/// list reads nothing.
const REST_MS: u64 = 200;

/// What was added to the incident under the cursor.
#[derive(Clone, Debug, Default)]
pub struct Added {
    of: Option<IncidentKey>,
    since_ms: u64,
    asked: bool,
    list: Vec<Enriched>,
}

impl Added {
    /// What was added, oldest first.
    pub fn list(&self) -> &[Enriched] {
        &self.list
    }

    /// Notes where the cursor is now.
    pub fn follow(&mut self, selected: Option<&IncidentKey>, now: Now) {
        if self.of.as_ref() != selected {
            *self = Self { of: selected.cloned(), since_ms: now.mono_ms, asked: false, list: Vec::new() };
        }
    }

    /// When the cursor will have rested long enough, monotonic milliseconds; `None` where nothing has to be read.
    pub fn wakes_at(&self) -> Option<u64> {
        (self.of.is_some() && !self.asked).then_some(self.since_ms + REST_MS)
    }

    /// What has to be read now that time passed.
    pub fn tick(&mut self, now: Now) -> Option<Effect> {
        let due = self.wakes_at().is_some_and(|at| now.mono_ms >= at);
        let incident = self.of.clone().filter(|_| due)?;
        self.asked = true;
        Some(Effect::LoadEnriched { incident })
    }

    /// Takes what was read; that of another incident is ignored.
    pub fn fill(&mut self, incident: &IncidentKey, added: Vec<Enriched>) {
        if self.of.as_ref() == Some(incident) {
            self.asked = true;
            self.list = added;
        }
    }
}

/// What was added to the selected incident, in rows of at most `columns`.
pub fn rows(model: &Model, columns: usize) -> Vec<Row> {
    model.added.list().iter().flat_map(|enriched| one(model, enriched)).flat_map(|row| row.wrapped(columns)).collect()
}

fn one(model: &Model, enriched: &Enriched) -> Vec<Row> {
    let at = clock(enriched.at_ms, &model.settings.zone);
    let head = Row::new(Tone::Head, &format!("+ {}", enriched.action)).and(Tone::Dim, &format!(" added this at {at}"));
    let mut rows = vec![Row::default(), head];
    let Enrichment { labels, fields, links, note } = &enriched.added;
    let pair = |name: &str, value: &str| Row::new(Tone::Dim, &format!("{name} ")).and(Tone::Plain, value);
    rows.extend(labels.iter().map(|(name, value)| pair(name, value)));
    rows.extend(
        fields.iter().map(|(name, value)| pair(name, &value.as_str().map_or_else(|| value.to_string(), str::to_owned))),
    );
    rows.extend(links.iter().map(|(name, url)| Row::new(Tone::Dim, &format!("{name} ")).and(Tone::Info, url)));
    rows.extend(
        clean_lines(note.trim()).iter().filter(|line| !line.is_empty()).map(|line| Row::new(Tone::Plain, line)),
    );
    rows
}

/// Copies the links that were added, one a line.
pub(super) fn copy_links(model: &mut Model) -> Vec<Effect> {
    let links = model.added.list().iter().flat_map(|enriched| &enriched.added.links);
    let text: Vec<String> = links.map(|(_, url)| clean(url).into_owned()).collect();
    if text.is_empty() {
        model.said = Some("no action added a link to this incident".to_owned());
        return Vec::new();
    }
    let what = if text.len() == 1 { "link" } else { "links" };
    vec![Effect::Copy { text: text.join("\n"), what }]
}

/// Asks which of what was added is to be removed.
pub(super) fn ask_remove(model: &mut Model) -> Vec<Effect> {
    let zone = model.settings.zone.clone();
    let item = |enriched: &Enriched| -> (Seq, String) {
        (enriched.id, format!("{} at {}", clean(&enriched.action), clock(enriched.at_ms, &zone)))
    };
    let items: Vec<(Seq, String)> = model.added.list().iter().rev().map(item).collect();
    match (items.is_empty(), model.added.of.clone()) {
        (false, Some(incident)) => model.modes.push(Mode::Ask(Ask::RemoveAdded { incident, items, at: 0 })),
        _ => model.said = Some("no action added anything to this incident".to_owned()),
    }
    Vec::new()
}
