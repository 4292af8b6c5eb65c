//! The dialogs in which an operation is written down.

use jiff::tz::TimeZone;

use crate::app::form::text::Text;
use crate::app::line::Line;
use crate::app::state::operations::Chosen;
use crate::domain::operation::Operation;
use crate::domain::snooze;

/// The snoozes that are offered: what is shown, what is read.
pub const PRESETS: [(&str, &str); 4] = [("30 min", "30m"), ("1 h", "1h"), ("4 h", "4h"), ("until morning", "m")];
/// Which of them is chosen at first.
const FIRST: usize = 1;

#[derive(Clone, Debug, PartialEq)]
pub struct OperationDialog {
    pub dialog: Dialog,
    pub chosen: Chosen,
    /// What is wrong, after it was tried.
    pub fault: Option<String>,
    pub id: String,
}

#[derive(Clone, PartialEq)]
pub enum Dialog {
    /// Until when to be quiet.
    Snooze {
        /// What is typed; where it is empty the preset counts.
        line: Line,
        /// The place of the preset.
        at: usize,
    },
    /// Who is to take it.
    Assign {
        /// A name or an address.
        line: Line,
    },
    /// What to say.
    Comment {
        text: Text,
        /// Whether the button under it has the keys.
        button: bool,
    },
    /// The number of incidents, for what cannot be undone.
    Count { operation: Operation, line: Line },
    /// Which link, label or field to copy or open.
    Pick {
        /// Name and value, clean.
        items: Vec<(String, String)>,
        /// The place of the cursor.
        at: usize,
    },
}

impl std::fmt::Debug for Dialog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Snooze { .. } => "Snooze",
            Self::Assign { .. } => "Assign",
            Self::Comment { .. } => "Comment",
            Self::Count { .. } => "Count",
            Self::Pick { .. } => "Pick",
        })
    }
}

impl Dialog {
    pub(in crate::app) fn snooze() -> Self {
        Self::Snooze { line: Line::new(""), at: FIRST }
    }

    pub(in crate::app) fn assign() -> Self {
        Self::Assign { line: Line::new("") }
    }

    pub(in crate::app) fn comment(draft: &str) -> Self {
        Self::Comment { text: at_end(draft), button: false }
    }

    pub(in crate::app) fn count(operation: Operation) -> Self {
        Self::Count { operation, line: Line::new("") }
    }
}

/// A text with the cursor behind it.
pub(in crate::app) fn at_end(text: &str) -> Text {
    let mut out = Text::new(String::new());
    if !text.is_empty() {
        out.insert(text);
    }
    out
}

/// Whether a value is an address that a browser may be given.
pub fn is_link(value: &str) -> bool {
    let rest = value.strip_prefix("https://").or_else(|| value.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace))
}

impl OperationDialog {
    /// Asks it; `id` tells it from every other question.
    pub(in crate::app) fn new(dialog: Dialog, chosen: Chosen, id: String) -> Self {
        Self { dialog, chosen, fault: None, id }
    }

    /// Until when the snooze would last, Unix milliseconds, or what is wrong.
    pub fn until_ms(&self, now_ms: i64, zone: &TimeZone) -> Result<i64, String> {
        let Dialog::Snooze { line, at } = &self.dialog else {
            return Err(String::new());
        };
        let typed = line.value().trim();
        let preset = PRESETS.get(*at).map_or("1h", |(_, words)| words);
        let until_ms = snooze::until_ms(if typed.is_empty() { preset } else { typed }, now_ms, zone)?;
        if let Some(most) = self.chosen.snooze_max_s.filter(|most| until_ms - now_ms > most.saturating_mul(1_000)) {
            let now = now_ms.div_euclid(1_000);
            let most = snooze::words(now.saturating_add(most), now, zone);
            return Err(format!("too long for its source: {most}, at most"));
        }
        Ok(until_ms)
    }

    /// How many characters of a comment are written, and how many there may be.
    pub fn written(&self) -> (usize, Option<usize>) {
        match &self.dialog {
            Dialog::Comment { text, .. } => (text.value().trim().chars().count(), self.chosen.comment_max),
            Dialog::Snooze { .. } | Dialog::Assign { .. } | Dialog::Count { .. } | Dialog::Pick { .. } => (0, None),
        }
    }
}
