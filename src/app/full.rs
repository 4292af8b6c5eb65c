//! The incident in full: its tabs, and what is read of it when the cursor rests on it or it is opened. The rows of each
//! tab are in `rows`.

use std::borrow::Cow;

use super::effect::Effect;
use super::event::Story;
use super::handle::Chosen;
use super::handle::dialog::{Dialog, Handle};
use super::keymap::Command;
use super::model::Model;
use super::modes::Mode;
use crate::domain::activity::{Activity, Entry};
use crate::domain::incident::{Incident, IncidentKey};
use crate::domain::local::LOCAL;
use crate::domain::run::RunState;
use crate::domain::text::clean;

mod rows;

pub use rows::rows;

/// For how long the cursor stays on an incident before its source is asked for the whole of it, milliseconds: moving
/// through the list asks nothing.
const REST_MS: u64 = 500;
/// What was read so long ago is read again when the incident is opened, milliseconds.
const OLD_MS: u64 = 5_000;

/// The tabs of the incident in full.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// What it is and where.
    #[default]
    Overview,
    /// Its alerts.
    Alerts,
    /// What happened to it, there and here.
    Timeline,
    /// Its labels, fields and whatever else the source says.
    Fields,
    /// The runs on it.
    Runs,
}

impl Tab {
    /// Every tab, from the left.
    pub const ALL: [Self; 5] = [Self::Overview, Self::Alerts, Self::Timeline, Self::Fields, Self::Runs];

    /// Its title.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Alerts => "Alerts",
            Self::Timeline => "Timeline",
            Self::Fields => "Fields",
            Self::Runs => "Runs",
        }
    }

    fn step(self, forward: bool) -> Self {
        let count = Self::ALL.len();
        let at = Self::ALL.iter().position(|tab| *tab == self).unwrap_or(0);
        Self::ALL[(at + if forward { 1 } else { count - 1 }) % count]
    }
}

/// The incident that is selected, with what was read of it.
#[derive(Clone, Debug, Default)]
pub struct Full {
    of: Option<IncidentKey>,
    /// The tab that is shown.
    pub tab: Tab,
    /// What was read of it; `None` while it is read first.
    pub story: Option<Box<Story>>,
    asked: bool,
    asked_ms: u64,
    /// Since when it is selected.
    since_ms: u64,
    open: bool,
}

impl Full {
    /// Takes what was read; that of another incident is ignored.
    pub(super) fn fill(&mut self, incident: &IncidentKey, story: Box<Story>) {
        if self.of.as_ref() == Some(incident) {
            self.story = Some(story);
        }
    }

    /// When it will have been selected long enough to be read, monotonic milliseconds; `None` where nothing has to be.
    pub(super) fn wakes_at(&self) -> Option<u64> {
        (self.of.is_some() && !self.asked).then_some(self.since_ms + REST_MS)
    }

    /// Lines of the log are new: what happened to the open incident is read again.
    pub(super) fn heard(&mut self, lines: &[Activity]) {
        let about = |line: &Activity| match &line.entry {
            Entry::Run(run) => run.state == RunState::Done && Some(&run.incident) == self.of.as_ref(),
            Entry::Operation { incident, .. } => Some(incident) == self.of.as_ref(),
            Entry::Action { .. } | Entry::Correction { .. } => false,
        };
        if lines.iter().any(about) {
            self.asked = false;
        }
    }

    /// To the next tab, or the one before.
    pub(super) fn turn(&mut self, forward: bool) {
        self.tab = self.tab.step(forward);
    }
}

/// What has to be read now that something happened: of the incident that is open, or on which the cursor rests, once.
pub(super) fn follow(model: &mut Model) -> Option<Effect> {
    let (open, now_ms) = (model.modes.iter().any(|mode| matches!(mode, Mode::Detail(_))), model.now.mono_ms);
    let Some(entry) = model.board.selected() else {
        model.full = Full::default();
        return None;
    };
    let full = &mut model.full;
    if full.of.as_ref() != Some(&entry.row.key) {
        *full = Full { of: Some(entry.row.key.clone()), tab: full.tab, since_ms: now_ms, ..Full::default() };
    }
    if !open {
        full.tab = Tab::default();
    } else if !full.open && now_ms.saturating_sub(full.asked_ms) > OLD_MS {
        full.asked = false;
    }
    full.open = open;
    if full.asked || !(open || full.wakes_at().is_some_and(|at| now_ms >= at)) {
        return None;
    }
    (full.asked, full.asked_ms) = (true, now_ms);
    Some(Effect::LoadStory { incident: entry.row.key.clone(), body: entry.row.body.text().into() })
}

/// The selected incident with all that was read of it, as far as its list knows it now.
pub fn shown(model: &Model) -> Option<Cow<'_, Incident>> {
    let listed = model.board.opened()?;
    let read = model.full.story.as_ref().and_then(|story| story.full.as_ref().ok()?.incident.as_ref());
    let Some(read) = read.filter(|read| read.key() == listed.key()) else {
        return Some(Cow::Borrowed(listed));
    };
    let mut shown = Incident::clone(read);
    shown.progress = listed.progress;
    shown.ack_time = listed.ack_time;
    shown.close_time = listed.close_time;
    shown.snoozed_before = listed.snoozed_before;
    if let Some(local) = listed.extra.get(LOCAL) {
        shown.extra.insert(LOCAL.to_owned(), local.clone());
    }
    for person in &listed.responders {
        let known = |other: &&crate::domain::incident::Responder| {
            (&other.email, &other.person_name) == (&person.email, &person.person_name)
        };
        if !shown.responders.iter().any(|other| known(&other)) {
            shown.responders.push(person.clone());
        }
    }
    Some(Cow::Owned(shown))
}

/// A wish about the tabs and the links; `None` where the command is neither.
pub(super) fn command(model: &mut Model, command: Command) -> Option<Vec<Effect>> {
    match command {
        Command::NextTab | Command::PrevTab => {
            model.full.turn(command == Command::NextTab);
            model.modes.replace(Mode::Detail(0));
        }
        Command::PickLink => pick(model),
        _ => return None,
    }
    Some(Vec::new())
}

/// Whether a value is an address that a browser may be given.
pub fn is_link(value: &str) -> bool {
    let rest = value.strip_prefix("https://").or_else(|| value.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace))
}

/// Opens the list of what can be copied or opened: links first.
fn pick(model: &mut Model) {
    let Some(incident) = shown(model) else {
        return;
    };
    let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut all: Vec<(String, String)> = vec![
        ("link".to_owned(), incident.detail_url.clone()),
        ("number".to_owned(), incident.num.clone()),
        ("title".to_owned(), incident.title.clone()),
    ];
    for enriched in model.added.list() {
        all.extend(enriched.added.links.iter().map(|(name, url)| (name.clone(), url.clone())));
        all.extend(enriched.added.labels.iter().map(|(name, value)| (name.clone(), value.clone())));
        all.extend(enriched.added.fields.iter().map(|(name, value)| (name.clone(), text(value))));
    }
    all.extend(incident.labels.iter().map(|(name, value)| (name.clone(), value.clone())));
    all.extend(incident.fields.iter().map(|(name, value)| (name.clone(), text(value))));
    for alert in &incident.alerts {
        all.extend(alert.labels.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
    let mut items: Vec<(String, String)> = Vec::new();
    for (name, value) in all {
        let item = (clean(&name).into_owned(), clean(&value).into_owned());
        if !item.1.is_empty() && !items.contains(&item) {
            items.push(item);
        }
    }
    items.sort_by_key(|(_, value)| !is_link(value));
    let id = format!("pick-{}", model.next_ticket());
    let dialog = Dialog::Pick { items, at: 0 };
    model.modes.push(Mode::Handle(Box::new(Handle::new(dialog, Chosen::default(), id))));
}
