//! What the screen knows.

use std::collections::HashMap;
use std::sync::Arc;

use super::action_list::ActionList;
use super::activity::Recent;
use super::event::{Now, SourceState};
use super::form::{Form, FormContext};
use super::incidents::Board;
use super::keymap::Context;
use super::layout::{Layout, MOST_RECENT, inside, layout};
use super::log::LogView;
use super::modes::{Mode, Modes};
use super::state::enrichments::Enrichments;
use super::state::filtered::Filtered;
use super::state::incident_detail::IncidentDetail;
use super::state::last_runs::LastRuns;
use super::state::notifications::Watched;
use super::state::operations::Operations;
use super::state::place::Place;
use super::state::presses::Preparing;
use super::state::settings::Settings;
use crate::domain::action::Action;
use crate::domain::arrivals::Arrivals;
use crate::domain::button::ButtonFacts;
use crate::domain::channel::{Channel, ChannelKey};
use crate::domain::incident::IncidentKey;
use crate::domain::theme::Background;

/// For how long what was said is shown at least, milliseconds, and for how long each letter of it.
const SAID_MS: u64 = 4_000;
const LETTER_MS: u64 = 70;

/// Everything the screen knows.
#[derive(Clone, Debug)]
pub struct Model {
    /// The time of the event being handled.
    pub now: Now,
    /// Columns and rows.
    pub size: (u16, u16),
    pub settings: Settings,
    pub background: Background,
    /// Whether the store was read.
    pub loaded: bool,
    pub board: Board,
    pub actions: Vec<Arc<Action>>,
    /// All channels known, by key.
    pub channels: Vec<Channel>,
    pub sources: Vec<SourceState>,
    pub source_names: Vec<String>,
    /// Runs in flight and the newest lines of the log.
    pub recent: Recent,
    /// The whole log's window.
    pub log: LogView,
    pub action_list: ActionList,
    pub place: Place,
    /// What was filtered before.
    pub filtered: Filtered,
    /// What was chosen in the palette, the last first.
    pub palette_last: Vec<String>,
    /// What stands over the list of the place.
    pub modes: Modes,
    /// What the last key or effect said; stays until the next key, or for as long as it takes to read.
    pub said: Option<String>,
    /// Since when, monotonic milliseconds.
    pub said_ms: u64,
    /// What the store complains of; stays until it works again.
    pub trouble: Option<String>,
    /// The number of the last request with an answer to come.
    pub ticket: u64,
    /// Presses being prepared, by ticket: what to do with the answer.
    pub preparing: HashMap<u64, Preparing>,
    /// Of presses on several: what was not sent because something changed, by group.
    pub unsent: HashMap<String, Vec<IncidentKey>>,
    /// How the runs of each action went, by its id.
    pub facts: HashMap<String, ButtonFacts>,
    /// What came in each of the last hours.
    pub arrivals: Arrivals,
    /// How the last runs on each incident went.
    pub last_runs: LastRuns,
    /// What actions added to the selected incident.
    pub enrichments: Enrichments,
    /// What is being done to incidents, and what was done last.
    pub operations: Operations,
    /// The incident that is open in full.
    pub incident_detail: IncidentDetail,
    /// Whether the operator has decided to leave.
    pub leaving: bool,
    /// Whether somebody looks.
    pub watched: Watched,
}

impl Model {
    /// Knows nothing yet but its settings and its size (columns, rows).
    pub fn new(settings: Settings, size: (u16, u16)) -> Self {
        let mut model = Self {
            now: Now::default(),
            size,
            settings,
            background: Background::default(),
            loaded: false,
            board: Board::default(),
            actions: Vec::new(),
            channels: Vec::new(),
            sources: Vec::new(),
            source_names: Vec::new(),
            recent: Recent::default(),
            log: LogView::default(),
            action_list: ActionList::default(),
            place: Place::default(),
            filtered: Filtered::default(),
            palette_last: Vec::new(),
            modes: Modes::default(),
            said: None,
            said_ms: 0,
            trouble: None,
            ticket: 0,
            preparing: HashMap::new(),
            unsent: HashMap::new(),
            facts: HashMap::new(),
            arrivals: Arrivals::default(),
            last_runs: LastRuns::default(),
            enrichments: Enrichments::default(),
            operations: Operations::default(),
            incident_detail: IncidentDetail::default(),
            leaving: false,
            watched: Watched::default(),
        };
        let me = [model.settings.operator.as_str(), model.settings.email.as_str()];
        model.board.set_up(&me, &model.settings.views);
        model.resize(size);
        model
    }

    /// Takes another size and fits everything to it.
    pub(super) fn resize(&mut self, size: (u16, u16)) {
        self.size = size;
        let Some(all) = self.layout() else {
            return;
        };
        let whole = inside(all.whole);
        self.board.set_height(usize::from(all.rows.height));
        self.log.set_height(usize::from(whole.height));
        self.action_list.set_height(usize::from(whole.height));
        self.modes.fit(size);
    }

    /// Until when what was said is shown, monotonic milliseconds.
    pub fn said_until(&self) -> Option<u64> {
        let letters = self.said.as_ref()?.chars().count() as u64;
        Some(self.said_ms + SAID_MS.max(letters * LETTER_MS))
    }

    /// Where things stand now; `None` where the screen is too small.
    pub fn layout(&self) -> Option<Layout> {
        layout(self.size, self.recent.rows().take(MOST_RECENT).count())
    }

    /// Fits the list to how much activity there is.
    pub(super) fn fit_list(&mut self) {
        if let Some(all) = self.layout() {
            self.board.set_height(usize::from(all.rows.height));
        }
    }

    pub fn context(&self) -> Context {
        self.modes.top().context(self.place)
    }

    /// The buttons of a channel, by slot.
    pub fn buttons(&self, channel: &ChannelKey) -> Vec<(u8, &Arc<Action>)> {
        let mut buttons: Vec<(u8, &Arc<Action>)> =
            self.actions.iter().filter_map(|action| Some((*action.slots.get(channel)?, action))).collect();
        buttons.sort_by_key(|(slot, _)| *slot);
        buttons
    }

    /// The action with this id as it is now.
    pub fn action(&self, id: &str) -> Option<&Arc<Action>> {
        self.actions.iter().find(|action| action.id == id)
    }

    pub fn source(&self, name: &str) -> Option<&SourceState> {
        self.sources.iter().find(|source| source.name == name)
    }

    /// Whether a source's incidents deserve a warning: it has not answered since the start, or for this many
    /// refreshes. Then when it last answered, Unix seconds, `Some(None)` where it never did.
    pub fn stale_since(&self, source: &str, refreshes: i64) -> Option<Option<i64>> {
        let Some(state) = self.source(source) else {
            return Some(None);
        };
        let limit = state.refresh_s.max(1).saturating_mul(refreshes);
        let late = state.answered_s.is_none_or(|at_s| self.now.wall_s().saturating_sub(at_s) > limit);
        (!state.fresh || late).then_some(state.answered_s)
    }

    /// What the form has to know of the rest, and the form, where it is open or something is over it.
    pub(super) fn form(&mut self) -> Option<(FormContext<'_>, &mut Form)> {
        let context = FormContext {
            actions: &self.actions,
            channels: &self.channels,
            max_per_channel: self.settings.max_per_channel,
            sources: &self.source_names,
            presets: &self.settings.presets,
            keys: &self.settings.keys,
        };
        self.modes.find(Mode::form).map(|form| (context, form))
    }

    /// What the form has to know of the rest.
    pub fn form_context(&self) -> FormContext<'_> {
        FormContext {
            actions: &self.actions,
            channels: &self.channels,
            max_per_channel: self.settings.max_per_channel,
            sources: &self.source_names,
            presets: &self.settings.presets,
            keys: &self.settings.keys,
        }
    }

    /// A number for a request with an answer to come.
    pub(super) fn next_ticket(&mut self) -> u64 {
        self.ticket += 1;
        self.ticket
    }
}
