//! The whole activity log: a window over pages of it, newest first.

use std::collections::VecDeque;

use super::activity::run_id;
use super::command::Motion;
use super::effect::LogRequest;
use super::event::LogPage;
use crate::domain::activity::{Activity, Seq};

/// How many lines a page has.
const PAGE: u32 = 200;
/// How many lines are kept in memory.
const KEPT: usize = 1_000;

/// Where a page that is being read goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    Newest,
    Oldest,
    Older,
    Newer,
}

#[derive(Clone, Debug, Default)]
pub struct LogView {
    rows: VecDeque<Activity>,
    at: usize,
    offset: usize,
    height: usize,
    /// Whether the first row is the newest line, the last row the oldest.
    newest: bool,
    oldest: bool,
    moved: bool,
    total: i64,
    text: String,
    reading: Option<(u64, Reading)>,
    /// Lines that came while a page was being read.
    late: Vec<Activity>,
}

impl LogView {
    /// The rows seen now, with whether the cursor is on them.
    pub fn window(&self) -> impl Iterator<Item = (bool, &Activity)> {
        let end = (self.offset + self.height).min(self.rows.len());
        (self.offset..end).filter_map(|at| Some((at == self.at, self.rows.get(at)?)))
    }

    /// The line under the cursor.
    pub fn selected(&self) -> Option<&Activity> {
        self.rows.get(self.at)
    }

    /// How many lines the log has in all.
    pub fn total(&self) -> i64 {
        self.total
    }

    /// The filter's text; empty = none.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How many rows stand above the window, those not read not counted.
    pub fn above(&self) -> usize {
        self.offset
    }

    /// Whether there is nothing to show although all was read.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.newest
    }

    /// Whether it was ever opened.
    pub fn is_open(&self) -> bool {
        self.newest || self.reading.is_some() || !self.rows.is_empty()
    }

    /// How many rows are seen at once.
    pub fn set_height(&mut self, height: usize) {
        self.height = height;
        self.keep_in_view();
    }

    /// Asks for the newest lines that hold `text`.
    pub fn open(&mut self, text: &str, ticket: u64) -> LogRequest {
        text.clone_into(&mut self.text);
        self.moved = false;
        self.ask(ticket, Reading::Newest)
    }

    /// Moves the cursor; gives what has to be read for it.
    pub fn go(&mut self, motion: Motion, ticket: u64) -> Option<LogRequest> {
        let page = self.height.saturating_sub(1).max(1);
        let last = self.rows.len().saturating_sub(1);
        self.at = match motion {
            Motion::Down => (self.at + 1).min(last),
            Motion::Up => self.at.saturating_sub(1),
            Motion::PageDown => {
                self.offset = (self.offset + page).min(self.rows.len().saturating_sub(self.height));
                (self.at + page).min(last)
            }
            Motion::PageUp => {
                self.offset = self.offset.saturating_sub(page);
                self.at.saturating_sub(page)
            }
            Motion::Top if self.newest => 0,
            Motion::Bottom if self.oldest => last,
            Motion::Top => return Some(self.ask(ticket, Reading::Newest)),
            Motion::Bottom => return Some(self.ask(ticket, Reading::Oldest)),
        };
        self.moved = self.at > 0;
        self.keep_in_view();
        self.ahead(ticket)
    }

    /// What has to be read before the cursor gets there: one screen before the end of what is known.
    fn ahead(&mut self, ticket: u64) -> Option<LogRequest> {
        if self.reading.is_some() {
            return None;
        }
        if !self.oldest && self.at + 2 * self.height >= self.rows.len() {
            return Some(self.ask(ticket, Reading::Older));
        }
        (!self.newest && self.at < 2 * self.height).then(|| self.ask(ticket, Reading::Newer))
    }

    fn ask(&mut self, ticket: u64, reading: Reading) -> LogRequest {
        self.reading = Some((ticket, reading));
        LogRequest {
            before: self.rows.back().filter(|_| reading == Reading::Older).map(|row| row.seq),
            after: self.rows.front().filter(|_| reading == Reading::Newer).map(|row| row.seq),
            text: self.text.clone(),
            oldest: reading == Reading::Oldest,
            limit: PAGE,
        }
    }

    /// Takes a page; one that is not waited for any more is ignored.
    pub fn page(&mut self, page: LogPage) {
        let Some((_, reading)) = self.reading.filter(|(ticket, _)| *ticket == page.ticket) else {
            return;
        };
        self.reading = None;
        self.total = page.total;
        let count = page.rows.len();
        let short = count < PAGE as usize;
        match reading {
            Reading::Newest => self.replace(page.rows, true, short),
            Reading::Oldest => self.replace(page.rows, short, true),
            Reading::Older => {
                self.rows.extend(page.rows);
                self.oldest = short;
                let over = self.rows.len().saturating_sub(KEPT).min(self.offset);
                self.newest &= over == 0;
                self.rows.drain(..over);
                self.at -= over;
                self.offset -= over;
            }
            Reading::Newer => {
                for row in page.rows.into_iter().rev() {
                    self.rows.push_front(row);
                }
                self.at += count;
                self.offset += count;
                self.newest = short;
                self.oldest &= self.rows.len() <= KEPT;
                self.rows.truncate(KEPT.max(self.offset + self.height));
            }
        }
        let late = std::mem::take(&mut self.late);
        self.add(late);
        self.keep_in_view();
    }

    fn replace(&mut self, rows: Vec<Activity>, newest: bool, oldest: bool) {
        self.rows = rows.into();
        (self.newest, self.oldest) = (newest, oldest);
        self.at = if newest { 0 } else { self.rows.len().saturating_sub(1) };
        self.offset = 0;
    }

    /// Takes lines that are new or further on. The cursor's line stays on its row of the screen.
    pub fn update(&mut self, lines: &[Activity]) {
        if !self.is_open() {
            return;
        }
        if self.reading.is_some() {
            self.late.extend_from_slice(lines);
            // A page that never comes must not gather the whole log.
            let over = self.late.len().saturating_sub(KEPT);
            self.late.drain(..over);
        }
        let known: Vec<Activity> = lines.iter().filter(|line| self.place(line.seq).is_some()).cloned().collect();
        self.add(known);
        if self.reading.is_none() {
            self.add(lines.to_vec());
        }
        self.keep_in_view();
    }

    fn add(&mut self, mut lines: Vec<Activity>) {
        lines.sort_by_key(|line| line.seq);
        for line in lines {
            if let Some(at) = self.place(line.seq) {
                self.rows[at] = line;
                continue;
            }
            let news = line.seq > self.rows.front().map_or(0, |row| row.seq);
            if !self.newest || !news || !self.holds_text(&line) {
                continue;
            }
            self.total += i64::from(self.text.is_empty());
            self.rows.push_front(line);
            if self.moved {
                self.at += 1;
                self.offset += 1;
            }
            if self.rows.len() > KEPT && self.at + self.height < KEPT {
                self.rows.pop_back();
                self.oldest = false;
            }
        }
    }

    fn place(&self, seq: Seq) -> Option<usize> {
        self.rows.binary_search_by(|row| seq.cmp(&row.seq)).ok()
    }

    fn holds_text(&self, line: &Activity) -> bool {
        let text = self.text.to_lowercase();
        text.is_empty()
            || line.summary().to_lowercase().contains(&text)
            || run_id(line).is_some_and(|id| id.contains(&text))
    }

    fn keep_in_view(&mut self) {
        let height = self.height.max(1);
        self.at = self.at.min(self.rows.len().saturating_sub(1));
        if self.at < self.offset {
            self.offset = self.at.saturating_sub(height / 2);
        } else if self.at >= self.offset + height {
            let furthest = self.rows.len().saturating_sub(height);
            self.offset = (self.at + 1 + height / 2).saturating_sub(height).min(furthest);
        }
    }
}
