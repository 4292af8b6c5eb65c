//! More Actions: what each button says beside its name, why it cannot be pressed now, and where it stands.

use super::incidents::Entry;
use super::keymap::Context;
use super::layout::BOXES;
use super::model::Model;
use super::pages::sheet::DANGER;
use crate::domain::action::{Action, Confirm};
use crate::domain::button::LastRun;
use crate::domain::incident::{IncidentKey, Progress};
use crate::domain::text::clean;
use crate::domain::time::{age, clock, took};
use crate::domain::width::width;
use jiff::tz::TimeZone;

/// The widest that a button's name gets, in columns.
const NAME: usize = 34;
/// The narrowest box: room for how it went here.
const BOX: usize = 20;
/// Rows of a box with its borders.
const BOX_ROWS: usize = 4;

/// Why a button cannot be pressed now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhyNot {
    ReadOnly,
    /// The action is switched off.
    Off,
    /// The incident is closed and the action wants it open.
    Closed,
    /// It is started in sources of another kind than the incident's.
    Elsewhere {
        /// The kind of those.
        kind: &'static str,
    },
    /// The same press is under way.
    InFlight {
        by: String,
        /// When, Unix milliseconds.
        since_ms: i64,
    },
    Cooldown {
        /// Until when, Unix milliseconds.
        until_ms: i64,
    },
}

impl WhyNot {
    /// In two or three words, for beside the button. Clean.
    pub fn short(&self, zone: &TimeZone) -> String {
        match self {
            Self::ReadOnly => "read-only".to_owned(),
            Self::Off => "off".to_owned(),
            Self::Closed => "closed".to_owned(),
            Self::Elsewhere { kind } => format!("only {kind}"),
            Self::InFlight { by, .. } => format!("in flight by {}", clean(by)),
            Self::Cooldown { until_ms } => format!("cooldown until {}", clock(*until_ms, zone)),
        }
    }

    /// In a sentence, for the footer. Clean.
    pub fn words(&self, zone: &TimeZone) -> String {
        match self {
            Self::ReadOnly => "read-only: nothing is pressed here".to_owned(),
            Self::Off => "it is switched off; edit it to switch it on".to_owned(),
            Self::Closed => "the incident is closed and this action wants it open".to_owned(),
            Self::Elsewhere { kind } => format!("it is started in {kind}, and this incident is of another source"),
            Self::InFlight { by, since_ms } => {
                format!("the same press is in flight, by {} since {}", clean(by), clock(*since_ms, zone))
            }
            Self::Cooldown { until_ms } => format!("too soon after the last one: from {} on", clock(*until_ms, zone)),
        }
    }

    /// Whether the press is refused before it is even asked: nothing is confirmed then.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::ReadOnly | Self::Off | Self::Closed | Self::Elsewhere { .. })
    }
}

/// Why this action cannot be pressed for this incident now; `None`: it can. The runner and the store decide; this says
/// beforehand what they will say.
pub fn why_not(model: &Model, action: &Action, entry: &Entry) -> Option<WhyNot> {
    let key = &entry.row.key;
    if model.settings.read_only {
        return Some(WhyNot::ReadOnly);
    }
    if !action.enabled {
        return Some(WhyNot::Off);
    }
    if action.only_open && (entry.gone || entry.row.progress == Progress::Closed) {
        return Some(WhyNot::Closed);
    }
    if let Some(kind) = action.kind.source_kind()
        && let Some(source) = model.source(key.source())
        && source.kind != kind
    {
        return Some(WhyNot::Elsewhere { kind });
    }
    if let Some((by, since_ms)) = model.recent.flight(&action.id, key) {
        return Some(WhyNot::InFlight { by: by.unwrap_or(&model.settings.operator).to_owned(), since_ms });
    }
    let ended_ms = model.recent.ended_at(&action.id, key)?;
    let cooldown = i64::try_from(action.cooldown_ms).unwrap_or(i64::MAX);
    let until_ms = ended_ms.saturating_add(cooldown);
    (until_ms > model.now.wall_ms && ended_ms <= model.now.wall_ms.saturating_add(cooldown))
        .then_some(WhyNot::Cooldown { until_ms })
}

/// When a button of the selected incident can be pressed again because time passed, Unix milliseconds.
pub fn next_free_ms(model: &Model) -> Option<i64> {
    let entry = model.board.selected()?;
    let whys = model.buttons(&entry.row.channel).into_iter().filter_map(|(_, action)| why_not(model, action, entry));
    whys.filter_map(|why| if let WhyNot::Cooldown { until_ms } = why { Some(until_ms) } else { None }).min()
}

/// What a button says of its runs. A mark of another incident is never shown as if it were this one's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Whether it is known what ran here.
    pub known: bool,
    /// The last run on this incident, as far as it is known.
    pub here: Option<LastRun>,
    /// The last run on another one, where none is known here.
    pub elsewhere: Option<LastRun>,
    pub median_ms: Option<i64>,
}

fn said(model: &Model, action_id: &str, incident: &IncidentKey) -> Said {
    let facts = model.facts.get(action_id);
    let newest = facts.and_then(|facts| facts.last.as_ref());
    let newest_here = newest.filter(|last| last.incident == *incident);
    let here = model.last_runs.of(incident, action_id).into_iter().chain(newest_here).max_by_key(|last| last.at_ms);
    Said {
        known: model.last_runs.is_known(),
        here: here.cloned(),
        elsewhere: newest.filter(|_| here.is_none()).cloned(),
        median_ms: facts.and_then(|facts| facts.median_ms),
    }
}

impl Said {
    /// How it went here: `✔ here 2m · you`, `never here`; empty where that is not known yet. Clean.
    pub fn here_words(&self, model: &Model) -> String {
        match &self.here {
            Some(last) => format!("{} here {}", last.outcome.mark(), since(last, model)),
            None if self.known => "never here".to_owned(),
            None => String::new(),
        }
    }

    /// The same in few columns: `✔ 2m`. Clean.
    pub fn brief(&self, model: &Model) -> String {
        self.here.as_ref().map_or_else(String::new, |last| {
            format!("{} {}", last.outcome.mark(), age(last.at_ms.div_euclid(1_000), model.now.wall_s()))
        })
    }
}

/// How long ago, and by whom. Clean.
fn since(last: &LastRun, model: &Model) -> String {
    let by = if last.by == model.settings.operator { "you".into() } else { clean(&last.by) };
    format!("{} · {by}", age(last.at_ms.div_euclid(1_000), model.now.wall_s()))
}

/// A button, with its place in the area under the detail.
#[derive(Clone, Debug, PartialEq)]
pub struct Button {
    pub slot: u8,
    /// Its name; clean.
    pub name: String,
    pub danger: bool,
    pub why: Option<WhyNot>,
    /// How its runs went.
    pub said: Said,
    /// What a press of it takes before it is sent. Clean.
    pub takes: String,
    /// Columns from the left.
    pub x: usize,
    /// Rows from the top.
    pub y: usize,
    pub columns: usize,
}

/// How buttons are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    Boxes,
    /// One a row, with how it went.
    Rows,
    /// Side by side.
    #[default]
    Line,
}

/// The buttons of the selected incident, placed. They stand where they stand, whatever their runs come to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Buttons {
    pub shape: Shape,
    pub all: Vec<Button>,
    /// How they went on other incidents, in one row; empty where there is nothing to say. Clean.
    pub elsewhere: String,
}

impl Button {
    fn of(model: &Model, entry: &Entry, slot: u8, action: &Action) -> Self {
        Self {
            slot,
            name: clean(&action.name).into_owned(),
            danger: action.danger,
            why: why_not(model, action, entry),
            said: said(model, &action.id, &entry.row.key),
            takes: takes(model, action),
            x: 0,
            y: 0,
            columns: 0,
        }
    }

    fn name_columns(&self) -> usize {
        width(&self.name).min(NAME)
    }

    /// The state in one word, where buttons stand side by side: they do not move when one is pressed.
    pub fn brief(&self) -> &'static str {
        match self.why {
            Some(WhyNot::ReadOnly) => "read-only",
            Some(WhyNot::Off) => "off",
            Some(WhyNot::Closed) => "closed",
            Some(WhyNot::Elsewhere { .. }) => "elsewhere",
            Some(WhyNot::Cooldown { .. }) => "wait",
            // It has a spinner: who pressed it stands in the activity.
            Some(WhyNot::InFlight { .. }) | None => "",
        }
    }
}

/// What a press takes before it is sent.
fn takes(model: &Model, action: &Action) -> String {
    if let [input, ..] = action.inputs.as_slice() {
        return format!("asks {}", clean(&input.name));
    }
    match action.confirms() {
        Confirm::Type => "type number".to_owned(),
        Confirm::Enter => model.settings.keys.hint(Context::Confirm, "<send> confirms"),
        Confirm::None => match action.holds_ms() {
            0 => "sends at once".to_owned(),
            ms => format!("sends in {} s", ms.div_ceil(1_000)),
        },
    }
}

/// The buttons of the selected incident's channel in an area of `columns`, of which they may have `height` rows.
pub fn buttons(model: &Model, columns: usize, height: usize) -> Buttons {
    let Some(entry) = model.board.subject() else {
        return Buttons::default();
    };
    let all = model.buttons(&entry.row.channel).into_iter();
    let mut out = Buttons {
        all: all.map(|(slot, action)| Button::of(model, entry, slot, action)).collect(),
        ..Buttons::default()
    };
    let boxes_fit = model.size.1 >= BOXES && out.boxes(columns) <= height;
    out.elsewhere = elsewhere(&out.all, model);
    if boxes_fit {
        out.shape = Shape::Boxes;
    } else if out.all.len() <= height && height > 2 {
        out.shape = Shape::Rows;
        let widest = out.all.iter().map(Button::name_columns).max().unwrap_or(0).min(columns / 2);
        for (y, button) in out.all.iter_mut().enumerate() {
            (button.y, button.columns) = (y, widest);
        }
    } else {
        out.side_by_side(columns);
    }
    out
}

/// The buttons side by side in a strip of `columns`.
pub fn strip_buttons(model: &Model, columns: usize) -> Buttons {
    let mut out = buttons(model, columns, 0);
    out.side_by_side(columns);
    out
}

impl Buttons {
    /// Places them as boxes of one width; how many rows that takes.
    fn boxes(&mut self, columns: usize) -> usize {
        let wants = |button: &Button| {
            let number = 6 + if button.danger { width(DANGER) + 1 } else { 0 };
            (button.name_columns() + 3).max(width(&button.takes) + 6).max(number)
        };
        let widest = self.all.iter().map(wants).max().unwrap_or(0).clamp(BOX, columns.max(BOX));
        let in_a_row = (columns / widest).max(1);
        let wide = (columns / in_a_row).min(widest + 8);
        for (at, button) in self.all.iter_mut().enumerate() {
            (button.x, button.y, button.columns) = (at % in_a_row * wide, at / in_a_row * BOX_ROWS, wide);
        }
        self.all.len().div_ceil(in_a_row) * BOX_ROWS
    }

    fn side_by_side(&mut self, columns: usize) {
        self.shape = Shape::Line;
        let (mut x, mut y) = (0, 0);
        for button in &mut self.all {
            let danger = if button.danger { 2 } else { 0 };
            // Room for a mark and an age, or for why not.
            button.columns = (button.name_columns() + 4 + danger + 7).min(columns);
            if x > 0 && x + button.columns > columns {
                (x, y) = (0, y + 1);
            }
            (button.x, button.y) = (x, y);
            x += button.columns + 1;
        }
    }

    /// How many rows these take; one where there are none, for the words that say so.
    pub fn rows(&self) -> usize {
        let tall = if self.shape == Shape::Boxes { BOX_ROWS } else { 1 };
        let rows = self.all.iter().map(|button| button.y + tall).max().unwrap_or(1);
        rows + usize::from(self.shape == Shape::Boxes && !self.elsewhere.is_empty())
    }
}

/// How the buttons that never ran here went elsewhere, and how long they take: `1 elsewhere: ✔ 0E83EE 2m · ~120 ms`.
fn elsewhere(all: &[Button], model: &Model) -> String {
    let one = |button: &Button| {
        let last = button.said.elsewhere.as_ref();
        let last = last.map(|last| format!("{} {} {}", last.outcome.mark(), clean(&last.num), since(last, model)));
        let took = button.said.median_ms.map(|ms| format!("~{}", took(ms)));
        let words: Vec<String> = last.into_iter().chain(took).collect();
        let what = if button.said.elsewhere.is_some() { " elsewhere:" } else { "" };
        (!words.is_empty()).then(|| format!("{}{what} {}", button.slot, words.join(" · ")))
    };
    all.iter().filter_map(one).collect::<Vec<_>>().join("   ")
}
