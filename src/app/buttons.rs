//! More Actions: what each button says beside its name, why it cannot be pressed now, and where it stands.

use jiff::tz::TimeZone;
use unicode_width::UnicodeWidthStr;

use super::incidents::Entry;
use super::model::Model;
use super::pages::sheet::DANGER;
use crate::domain::action::Action;
use crate::domain::button::LastRun;
use crate::domain::incident::{IncidentKey, Progress};
use crate::domain::text::clean;
use crate::domain::time::{age, clock, took};

/// The widest that a button's name gets, in columns.
const NAME: usize = 34;

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
    /// The last run on this incident, as far as it is known.
    pub here: Option<LastRun>,
    /// The last run on another one, where none is known here.
    pub elsewhere: Option<LastRun>,
    pub median_ms: Option<i64>,
}

fn said(model: &Model, action_id: &str, incident: &IncidentKey) -> Option<Said> {
    let facts = model.facts.get(action_id)?;
    let (newest_here, elsewhere) = match facts.last.clone() {
        Some(last) if last.incident == *incident => (Some(last), None),
        other => (None, other),
    };
    let history = model.incident_detail.of(incident).map_or(&[][..], |history| &history.activity);
    let lines = model.recent.lines().iter().chain(history).filter_map(|line| line.entry.run());
    let runs = lines.filter(|run| run.action_id == action_id && run.incident == *incident).filter_map(LastRun::of);
    let here = runs.chain(newest_here).max_by_key(|last| last.at_ms);
    Some(Said { elsewhere: elsewhere.filter(|_| here.is_none()), here, median_ms: facts.median_ms })
}

/// A button, with its place in the area under the detail.
#[derive(Clone, Debug, PartialEq)]
pub struct Button {
    pub slot: u8,
    /// Its name; clean.
    pub name: String,
    pub danger: bool,
    pub why: Option<WhyNot>,
    /// How its runs went, where there is room to say so.
    pub said: Option<Said>,
    /// Columns from the left.
    pub x: usize,
    /// Rows from the top.
    pub y: usize,
    pub name_columns: usize,
}

impl Button {
    fn wide(&self) -> usize {
        let danger = if self.danger { DANGER.width() + 1 } else { 0 };
        2 + self.name_columns + 1 + danger + self.brief().width().max(4) + 1
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

/// The buttons of the selected incident's channel in an area of `columns`, where the pane has `height` rows inside: one
/// a row with how it went, where that takes no more than a third of the pane, else side by side.
pub fn buttons(model: &Model, columns: usize, height: usize) -> Vec<Button> {
    let Some(entry) = model.board.selected() else {
        return Vec::new();
    };
    let mut all: Vec<Button> = model
        .buttons(&entry.row.channel)
        .into_iter()
        .map(|(slot, action)| {
            let name = clean(&action.name).into_owned();
            let name_columns = name.as_str().width().min(NAME);
            let said = said(model, &action.id, &entry.row.key);
            let why = why_not(model, action, entry);
            Button { slot, name, danger: action.danger, why, said, x: 0, y: 0, name_columns }
        })
        .collect();
    let tall = all.len() <= height / 3 && all.iter().any(|button| button.said.is_some());
    if tall {
        let widest = all.iter().map(|button| button.name_columns).max().unwrap_or(0).min(columns / 2);
        for (y, button) in all.iter_mut().enumerate() {
            (button.y, button.name_columns) = (y, widest);
        }
        return all;
    }
    let (mut x, mut y) = (0, 0);
    for button in &mut all {
        button.said = None;
        let wide = button.wide();
        if x > 0 && x + wide > columns + 1 {
            (x, y) = (0, y + 1);
        }
        (button.x, button.y) = (x, y);
        x += wide;
    }
    all
}

/// How many rows these buttons take; one where there are none, for the words that say so.
pub fn rows_of(buttons: &[Button]) -> usize {
    buttons.iter().map(|button| button.y + 1).max().unwrap_or(1)
}

/// How the runs of an action went, in the words beside its button: `✔ here 16:00 ada, usually 142 ms`.
pub fn said_words(said: &Said, now_ms: i64, zone: &TimeZone) -> String {
    let mut out = String::new();
    if let Some(last) = said.here.as_ref().or(said.elsewhere.as_ref()) {
        let today = now_ms.saturating_sub(last.at_ms) < 12 * 3_600_000;
        let at = if today {
            clock(last.at_ms, zone).get(..5).unwrap_or_default().to_owned()
        } else {
            format!("{} ago", age(last.at_ms.div_euclid(1_000), now_ms.div_euclid(1_000)))
        };
        let (mark, by) = (last.outcome.mark(), clean(&last.by));
        out = match said.here {
            Some(_) => format!("{mark} here {at} {by}"),
            None => format!("elsewhere: {mark} {} {at} {by}", clean(&last.num)),
        };
    }
    if let Some(median_ms) = said.median_ms {
        let gap = if out.is_empty() { "" } else { ", " };
        out.push_str(&format!("{gap}usually {}", took(median_ms)));
    }
    out
}
