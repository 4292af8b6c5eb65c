//! The headers of an action: rows of name and value. A secret value is shown only for seconds, by a deliberate key.

use std::fmt;

use crossterm::event::KeyEvent;

use super::secret::{self, REVEAL_MS};
use crate::app::line::Line;
use crate::domain::action::{Action, Header};

/// The rows, and where the cursor is: two stops for each row (name, value), then one that adds a row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Headers {
    rows: Vec<HeaderRow>,
    at: usize,
    removed: Vec<(usize, HeaderRow)>,
    revealed: Option<(usize, u64)>,
}

#[derive(Clone, Default, PartialEq)]
pub struct HeaderRow {
    name: Line,
    value: Line,
    /// The header as the store has it, where it came from there.
    stored: Option<Header>,
    name_touched: bool,
    value_touched: bool,
}

impl fmt::Debug for HeaderRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.header().fmt(f)
    }
}

impl HeaderRow {
    fn read(header: &Header) -> Self {
        Self {
            name: Line::new(&header.name),
            value: Line::new(header.expose()),
            stored: Some(header.clone()),
            ..Self::default()
        }
    }

    /// The header that the row says. A stored secret stays one whatever it is called now.
    fn header(&self) -> Header {
        let name = self.name.value().trim();
        match &self.stored {
            Some(stored) if stored.is_secret() || stored.name.eq_ignore_ascii_case(name) => {
                Header::with_secrecy(name, self.value.value(), stored.is_secret())
            }
            _ => Header::new(name, self.value.value()),
        }
    }

    pub fn name(&self) -> &Line {
        &self.name
    }

    /// The value's line. It may be a secret: whoever draws it asks [`Self::is_hidden`] first.
    pub fn value(&self) -> &Line {
        &self.value
    }

    /// Whether the value is shown as bullets (unless it is revealed).
    pub fn is_hidden(&self) -> bool {
        !self.value.value().is_empty() && self.header().shown() != self.value.value()
    }

    /// Whether the hidden value is the stored one: even its length is not shown, and typing replaces it.
    pub fn is_untouched(&self) -> bool {
        self.is_hidden() && self.stored.as_ref().is_some_and(|stored| stored.expose() == self.value.value())
    }

    /// What stands for a hidden value, and the cursor's column in it.
    pub fn mask(&self) -> (String, usize) {
        secret::mask(&self.value, self.is_untouched())
    }

    fn is_empty(&self) -> bool {
        self.name.value().trim().is_empty() && self.value.value().is_empty()
    }

    pub(super) fn is_touched(&self, value: bool) -> bool {
        if value { self.value_touched } else { self.name_touched }
    }
}

impl Headers {
    pub(super) fn read(action: &Action) -> Self {
        Self { rows: action.headers.iter().map(HeaderRow::read).collect(), ..Self::default() }
    }

    /// The headers that the rows say; rows with nothing in them are left out.
    pub(super) fn headers(&self) -> Vec<Header> {
        self.rows.iter().filter(|row| !row.is_empty()).map(HeaderRow::header).collect()
    }

    /// The row of header number `at` of [`Self::headers`].
    pub(super) fn row_of(&self, at: usize) -> usize {
        let mut kept = self.rows.iter().enumerate().filter(|(_, row)| !row.is_empty());
        kept.nth(at).map_or(at, |(row, _)| row)
    }

    /// The number among [`Self::headers`] of the header in this row.
    pub(super) fn number_of(&self, row: usize) -> Option<usize> {
        self.rows.get(row).filter(|kept| !kept.is_empty())?;
        Some(self.rows.iter().take(row).filter(|kept| !kept.is_empty()).count())
    }

    pub fn rows(&self) -> &[HeaderRow] {
        &self.rows
    }

    /// The row and column (0 name, 1 value) of the cursor; the row after the last is the one that adds.
    pub fn cursor(&self) -> (usize, usize) {
        (self.at / 2, self.at % 2)
    }

    /// Whether the value of this row is being shown.
    pub fn is_revealed(&self, row: usize) -> bool {
        self.revealed.is_some_and(|(shown, _)| shown == row)
    }

    /// Until when a value is shown, monotonic milliseconds.
    pub(super) fn revealed_until(&self) -> Option<u64> {
        self.revealed.map(|(_, until)| until)
    }

    pub(super) fn hide(&mut self) {
        self.revealed = None;
    }

    /// To the first stop, or the last.
    pub(super) fn enter(&mut self, last: bool) {
        self.at = if last { self.rows.len() * 2 } else { 0 };
    }

    /// To the cell of this row.
    pub(super) fn point(&mut self, row: usize, value: bool) {
        self.move_to((row * 2 + usize::from(value)).min(self.rows.len() * 2));
    }

    /// Moves by one cell, or by one row. False where the rows end.
    pub(super) fn step(&mut self, forward: bool, by_row: bool) -> bool {
        self.leave();
        let end = self.rows.len() * 2;
        let far = if by_row { 2 } else { 1 };
        let to = match (forward, self.at == end) {
            (true, true) => return false,
            (true, false) => (self.at + far).min(end),
            // The row that adds has one stop: the one before it is the last value, the row before it its name.
            (false, true) if end > 0 => end - far,
            (false, _) => match self.at.checked_sub(far) {
                Some(to) => to,
                None => return false,
            },
        };
        self.at = to;
        true
    }

    fn move_to(&mut self, at: usize) {
        self.leave();
        self.at = at;
    }

    /// The cursor leaves its cell: what is shown is hidden, what is wrong is told from now on.
    pub(super) fn leave(&mut self) {
        self.hide();
        let value = self.at % 2 == 1;
        if let Some(row) = self.rows.get_mut(self.at / 2).filter(|row| !row.is_empty()) {
            row.name_touched = true;
            row.value_touched |= value;
        }
    }

    /// Adds a row after the last and goes to its name. An empty last row serves again.
    pub(super) fn add(&mut self) {
        self.leave();
        if self.rows.last().is_none_or(|row| !row.is_empty()) {
            self.rows.push(HeaderRow::default());
        }
        self.at = (self.rows.len() - 1) * 2;
    }

    /// Removes the row of the cursor; undo brings it back.
    pub(super) fn remove(&mut self) {
        let at = self.at / 2;
        if at < self.rows.len() {
            self.hide();
            let row = self.rows.remove(at);
            self.removed.push((at, row));
            self.at = at * 2;
        }
    }

    /// Takes back the last change of the cell, else the last removal of a row.
    pub(super) fn undo(&mut self) {
        if self.line().is_some_and(Line::undo) {
            return;
        }
        if let Some((at, row)) = self.removed.pop() {
            self.hide();
            let at = at.min(self.rows.len());
            self.rows.insert(at, row);
            self.at = at * 2;
        }
    }

    fn line(&mut self) -> Option<&mut Line> {
        let value = self.at % 2 == 1;
        let row = self.rows.get_mut(self.at / 2)?;
        Some(if value { &mut row.value } else { &mut row.name })
    }

    /// Whether typing here replaces what stands in the cell: a stored secret that is not shown is never added to.
    fn replaces(&self) -> bool {
        let (row, column) = self.cursor();
        column == 1 && !self.is_revealed(row) && self.rows.get(row).is_some_and(HeaderRow::is_untouched)
    }

    pub(super) fn key(&mut self, key: KeyEvent) {
        let replaces = self.replaces();
        let Some(line) = self.line() else {
            return;
        };
        if !replaces {
            line.key(key);
        } else if !secret::type_over(line, key) {
            return;
        }
        self.touch();
    }

    pub(super) fn paste(&mut self, text: &str) {
        let replaces = self.replaces();
        if let Some(line) = self.line() {
            if replaces {
                line.clear();
            }
            line.paste(text);
            self.touch();
        }
    }

    fn touch(&mut self) {
        let value = self.at % 2 == 1;
        if let Some(row) = self.rows.get_mut(self.at / 2) {
            if value {
                row.value_touched = true;
            } else {
                row.name_touched = true;
            }
        }
    }

    /// Shows the hidden value of the cursor's row until [`REVEAL_MS`] from `now_ms`, or hides it again.
    /// The name of the stored secret that this shows (or that undo could show), where there is one.
    pub(super) fn reveal(&mut self, now_ms: u64) -> Option<String> {
        let at = self.at / 2;
        let row = self.rows.get(at)?;
        if self.is_revealed(at) {
            self.hide();
            return None;
        }
        if !row.is_hidden() {
            return None;
        }
        let stored = row.stored.as_ref().filter(|stored| stored.is_secret()).map(|stored| stored.name.clone());
        self.revealed = Some((at, now_ms.saturating_add(REVEAL_MS)));
        stored
    }
}
