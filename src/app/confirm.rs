//! What will be sent, shown before it is. What is sent is what was shown.

mod rows;

use crossterm::event::KeyEvent;
use jiff::tz::TimeZone;
use ratatui::layout::Rect;

use super::effect::Effect;
use super::keymap::Command;
use super::layout::dialog;
use super::line::Line;
use super::sheet::{Row, Sheet, Tone};
use super::step::Step;
use crate::domain::action;
use crate::domain::curl;
use crate::domain::request::Prepared;
use crate::domain::text::clean;

pub use rows::{references, severity_tone};

/// What the confirm says beside the request itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// The source's badge; may be empty.
    pub badge: String,
    /// The channel's name.
    pub channel: String,
    /// What differs from what was shown before, where it is asked again.
    pub changed: Vec<String>,
    /// Why the runner would refuse it as things are now; clean.
    pub why_not: Option<String>,
    /// Now, Unix milliseconds.
    pub now_ms: i64,
}

/// A press on many incidents.
#[derive(Clone, Debug, PartialEq)]
pub struct Many {
    /// What its runs will share.
    pub group: String,
    /// The requests, in the board's order; at least one.
    pub presses: Vec<Prepared>,
    /// Marked ones that are left out: number, and why. Clean.
    pub skipped: Vec<(String, String)>,
    /// Marked ones whose request could not be filled: number, and why. Clean.
    pub refused: Vec<(String, String)>,
    /// How many of them the list does not show.
    pub hidden: usize,
}

/// What is shown and asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Confirm {
    /// The request as it will be sent; the first of many.
    pub prepared: Box<Prepared>,
    /// All of them, where the press is on many.
    pub many: Option<Many>,
    /// What is wrong, or what was done; stays until the next key.
    pub notice: Option<String>,
    field: Option<Line>,
    in_field: bool,
    summary: Sheet,
    request: Option<Sheet>,
    size: (u16, u16),
}

/// What was shown, and is to be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// The request; the first of many.
    pub prepared: Box<Prepared>,
    /// All of them, where the press is on many.
    pub many: Option<Many>,
}

impl Confirm {
    /// Shows what will be sent. The incident's number is wanted where the action wants it.
    pub fn new(prepared: Box<Prepared>, facts: &Facts, zone: &TimeZone, size: (u16, u16)) -> Self {
        let rows = rows::one(&prepared, facts, zone);
        Self::open(prepared, None, rows, size)
    }

    /// Shows what will be sent for many incidents; `None` where there is none. For more than one the count is wanted.
    pub fn of_many(many: Many, facts: &Facts, zone: &TimeZone, size: (u16, u16)) -> Option<Self> {
        let first = Box::new(many.presses.first()?.clone());
        let rows = rows::many(&first, &many, facts, zone);
        Some(Self::open(first, Some(many), rows, size))
    }

    fn open(prepared: Box<Prepared>, many: Option<Many>, rows: Vec<Row>, size: (u16, u16)) -> Self {
        let several = many.as_ref().is_some_and(|many| many.presses.len() > 1);
        let types = several || prepared.action.confirms() == action::Confirm::Type;
        let summary = Sheet::new(rows, usize::from(dialog(size, 0).width.saturating_sub(4)), 0);
        let field = types.then(|| Line::new(""));
        let mut new = Self { prepared, many, notice: None, field, in_field: types, summary, request: None, size };
        new.fit(size);
        new
    }

    /// What tells this question from any other: the run that it would become, or the group.
    pub fn id(&self) -> &str {
        self.many.as_ref().map_or(&self.prepared.run_id, |many| &many.group)
    }

    /// Whether characters go into the field.
    pub fn typing(&self) -> bool {
        self.in_field
    }

    /// The field that wants the incident's number or the count, where it does.
    pub fn field(&self) -> Option<&Line> {
        self.field.as_ref()
    }

    /// What has to be typed.
    pub fn wanted(&self) -> String {
        let count = self.many.as_ref().map_or(1, |many| many.presses.len());
        if count > 1 {
            return count.to_string();
        }
        let incident = &self.prepared.incident;
        if incident.num.is_empty() { incident.incident_id.clone() } else { incident.num.clone() }
    }

    /// The text shown: what will be sent in short, or the whole request.
    pub fn sheet(&self) -> &Sheet {
        self.request.as_ref().unwrap_or(&self.summary)
    }

    /// Whether the whole request is shown.
    pub fn shows_request(&self) -> bool {
        self.request.is_some()
    }

    /// Where the dialog stands.
    pub fn area(&self) -> Rect {
        let rows = self.summary.rows().len() + 2 + self.bottom_rows();
        let wanted = if self.shows_request() { u16::MAX } else { u16::try_from(rows).unwrap_or(u16::MAX) };
        dialog(self.size, wanted)
    }

    /// Rows under the text: the field, the notice, the keys.
    pub fn bottom_rows(&self) -> usize {
        3 + usize::from(self.field.is_some())
    }

    /// Fits it to another size of the screen.
    pub fn fit(&mut self, size: (u16, u16)) {
        self.size = size;
        let inside =
            |area: Rect| (usize::from(area.width.saturating_sub(4)), usize::from(area.height.saturating_sub(2)));
        // How high it is depends on how its text wraps, so that the width comes first.
        let columns = inside(self.area()).0;
        self.summary.fit(columns, 1);
        let height = inside(self.area()).1.saturating_sub(self.bottom_rows());
        self.summary.fit(columns, height);
        if let Some(request) = &mut self.request {
            request.fit(columns, height);
        }
    }

    /// Takes a character for the field.
    pub fn key(&mut self, key: KeyEvent) {
        self.notice = None;
        if let Some(field) = self.field.as_mut().filter(|_| self.in_field) {
            field.key(key);
        }
    }

    /// Does what a key means here. What has to be typed before it is sent was typed then.
    pub fn command(&mut self, command: Command) -> Step<Shown> {
        self.notice = None;
        match command {
            Command::Back => return Step::Close,
            Command::Send => {
                if self.is_answered() {
                    return Step::Want(Shown { prepared: self.prepared.clone(), many: self.many.clone() });
                }
            }
            Command::CopyCurl => return Step::Do(Effect::Copy { text: self.curl(), what: "curl command" }),
            Command::NextField => self.in_field = self.field.is_some() && !self.in_field,
            Command::ShowRequest => {
                self.request = if self.shows_request() { None } else { Some(Sheet::new(self.request_rows(), 0, 0)) };
                self.fit(self.size);
            }
            _ => {
                self.request.as_mut().unwrap_or(&mut self.summary).command(command);
            }
        }
        Step::Stay
    }

    /// Whether what had to be typed was typed; says so where not.
    fn is_answered(&mut self) -> bool {
        let typed = self.field.as_ref().map(|field| field.value().trim().to_owned());
        let right = typed.as_ref().is_none_or(|typed| typed.eq_ignore_ascii_case(&self.wanted()));
        if !right {
            self.notice = Some(match typed.as_deref() {
                None | Some("") => format!("type {} to send; nothing was sent", clean(&self.wanted())),
                Some(typed) => format!("\"{}\" is not {}; nothing was sent", clean(typed), clean(&self.wanted())),
            });
        }
        right
    }

    /// The request as a `curl` command, secrets masked; of many one after the other.
    fn curl(&self) -> String {
        match &self.many {
            None => curl::of_prepared(&self.prepared),
            Some(many) => many.presses.iter().map(curl::of_prepared).collect::<Vec<_>>().join("\n"),
        }
    }

    fn request_rows(&self) -> Vec<Row> {
        let Some(many) = self.many.as_ref().filter(|many| many.presses.len() > 1) else {
            return rows::request_rows(&self.prepared);
        };
        let mut all = Vec::new();
        for (at, press) in many.presses.iter().enumerate() {
            if at > 0 {
                all.push(Row::default());
            }
            let words = format!("{} of {} · {}", at + 1, many.presses.len(), press.incident.num);
            all.push(Row::new(Tone::Info, &words));
            all.extend(rows::request_rows(press));
        }
        all
    }
}
