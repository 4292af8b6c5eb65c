//! What will be sent, shown before it is. What is sent is what was shown.

use crossterm::event::KeyEvent;
use jiff::tz::TimeZone;
use ratatui::layout::Rect;

use super::command::{AnswerCommand, Command, CopyCommand, FieldCommand, Motion};
use super::effect::Effect;
use super::keymap::Context;
use super::layer::{Layer, Step};
use super::layout::dialog;
use super::line::Line;
use super::pages::confirm as page;
use super::pages::must_see::{Part, lay_out};
use super::pages::sheet::{Row, Sheet, Tone};
use super::pages::shown::{Facts, Shown};
use super::state::place::Place;
use crate::domain::action;
use crate::domain::curl;
use crate::domain::request::Prepared;
use crate::domain::text::clean;

#[derive(Clone, Debug, PartialEq)]
pub struct Confirm {
    /// What is wrong, or what was done; stays until the next key.
    pub notice: Option<String>,
    /// The requests, in the board's order. Never empty.
    presses: Vec<Prepared>,
    is_marked: bool,
    field: Option<Line>,
    in_field: bool,
    parts: Vec<Part>,
    summary: Sheet,
    /// How many of the first rows have to be seen before anything is sent, and how many have been.
    to_see: usize,
    seen: usize,
    request: Option<Sheet>,
    size: (u16, u16),
}

/// What was shown, and is to be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Confirmed {
    /// The requests, in order.
    pub presses: Vec<Prepared>,
    /// Whether they are for the marked incidents.
    pub is_marked: bool,
}

impl Confirm {
    /// Shows what will be sent; `None` where that is nothing. For more than one the count has to be typed, for one its
    /// number where the action wants that.
    pub fn new(shown: Vec<Shown>, facts: &Facts, zone: &TimeZone, size: (u16, u16)) -> Option<Self> {
        let types = shown.len() > 1 || shown.first()?.prepared.action.confirms() == action::Confirm::Type;
        let parts = page::parts(&shown, facts, zone);
        let mut new = Self {
            notice: None,
            presses: shown.into_iter().map(|one| one.prepared).collect(),
            is_marked: facts.left_out.is_some(),
            field: types.then(|| Line::new("")),
            in_field: types,
            parts,
            summary: Sheet::default(),
            to_see: 0,
            seen: 0,
            request: None,
            size,
        };
        new.fit(size);
        Some(new)
    }

    /// The requests that are shown; at least one.
    pub fn presses(&self) -> &[Prepared] {
        &self.presses
    }

    /// The first request. All are of one action.
    pub fn first(&self) -> &Prepared {
        &self.presses[0]
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
        if self.presses.len() > 1 {
            return self.presses.len().to_string();
        }
        let incident = &self.first().incident;
        if incident.num.is_empty() { incident.incident_id.clone() } else { incident.num.clone() }
    }

    /// The text shown: what will be sent in short, or the whole request.
    pub fn sheet(&self) -> &Sheet {
        self.request.as_ref().unwrap_or(&self.summary)
    }

    pub fn shows_request(&self) -> bool {
        self.request.is_some()
    }

    pub fn area(&self) -> Rect {
        let rows = self.summary.rows().len() + 2 + self.bottom_rows();
        let wanted = if self.shows_request() { u16::MAX } else { u16::try_from(rows).unwrap_or(u16::MAX) };
        dialog(self.size, wanted)
    }

    /// Rows under the text: the field, the notice, the keys.
    pub fn bottom_rows(&self) -> usize {
        3 + usize::from(self.field.is_some())
    }

    /// Does what a key means here. What has to be typed before it is sent was typed then.
    pub fn command(&mut self, command: Command) -> Step<Confirmed> {
        self.notice = None;
        match command {
            Command::Back => return Step::Close,
            Command::Answer(AnswerCommand::Send) => {
                if self.is_answered() && self.is_seen() {
                    return Step::Want(Confirmed { presses: self.presses.clone(), is_marked: self.is_marked });
                }
            }
            Command::Copy(CopyCommand::CopyCurl) => {
                return Step::Do(Effect::Copy { text: self.curl(), what: "curl command" });
            }
            Command::Edit(FieldCommand::NextField) => self.in_field = self.field.is_some() && !self.in_field,
            Command::Answer(AnswerCommand::ShowRequest) => {
                self.request = if self.shows_request() { None } else { Some(Sheet::new(self.request_rows(), 0, 0)) };
                self.fit(self.size);
            }
            Command::Move(motion) => {
                self.request.as_mut().unwrap_or(&mut self.summary).go(motion);
                self.look();
            }
            Command::Open | Command::Place(_) | Command::Copy(_) | Command::Edit(_) | Command::Answer(_) => {}
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

    /// Whether all that has to be seen was on the screen; shows more of it where not.
    fn is_seen(&mut self) -> bool {
        let seen = self.seen >= self.to_see;
        if !seen {
            self.request = None;
            self.summary.go(Motion::PageDown);
            self.look();
            self.notice = Some("there is more to see before it is sent: look, then send again".to_owned());
        }
        seen
    }

    /// Remembers how far the summary has been on the screen.
    fn look(&mut self) {
        if !self.shows_request() {
            self.seen = self.seen.max(self.summary.scroll() + self.summary.height());
        }
    }

    /// The requests as `curl` commands one after the other, secrets masked.
    fn curl(&self) -> String {
        self.presses.iter().map(curl::of_prepared).collect::<Vec<_>>().join("\n")
    }

    fn request_rows(&self) -> Vec<Row> {
        let mut all = Vec::new();
        for (at, press) in self.presses.iter().enumerate() {
            if at > 0 {
                all.push(Row::default());
            }
            if self.presses.len() > 1 {
                let words = format!("{} of {} · {}", at + 1, self.presses.len(), press.incident.num);
                all.push(Row::new(Tone::Info, &words));
            }
            all.extend(page::request_rows(press));
        }
        all
    }
}

impl Layer for Confirm {
    fn context(&self, _: Place) -> Context {
        if self.in_field { Context::ConfirmText } else { Context::Confirm }
    }

    /// The group, or the run that it would become.
    fn id(&self) -> Option<String> {
        let first = self.first();
        Some(format!("confirm {}", first.group.as_ref().unwrap_or(&first.run_id)))
    }

    fn fit(&mut self, size: (u16, u16)) {
        self.size = size;
        let inside =
            |area: Rect| (usize::from(area.width.saturating_sub(4)), usize::from(area.height.saturating_sub(2)));
        // How high it is depends on how its text wraps, so that the width comes first.
        let (columns, most) = inside(dialog(size, u16::MAX));
        let (rows, to_see) = lay_out(&self.parts, columns, most.saturating_sub(self.bottom_rows()));
        if self.to_see != to_see || self.summary.rows() != rows {
            (self.to_see, self.seen) = (to_see, 0);
        }
        self.summary.fit(columns, 1);
        self.summary.replace(rows);
        let height = inside(self.area()).1.saturating_sub(self.bottom_rows());
        self.summary.fit(columns, height);
        self.look();
        if let Some(request) = &mut self.request {
            request.fit(columns, height);
        }
    }

    fn on_key(&mut self, key: KeyEvent) {
        self.notice = None;
        if let Some(field) = self.field.as_mut().filter(|_| self.in_field) {
            field.key(key);
        }
    }

    /// Dropped whole: the first letters of a burst are in the field before it is known for one.
    fn on_paste(&mut self, _: &str) {
        let what = if self.presses.len() > 1 { "number" } else { "incident's number" };
        if let Some(field) = self.field.as_mut().filter(|_| self.in_field) {
            field.clear();
        }
        self.notice = Some(format!("what was pasted was dropped: type the {what}"));
    }
}
