//! What an action asks at the press: a row for each input, with cells for what can be said of it.

use crossterm::event::{KeyCode, KeyEvent};
use serde_json::Value as Json;

use super::secret;
use crate::app::line::Line;
use crate::domain::action::{Action, Input, InputKind};
use crate::domain::exact;

/// The cells of a row, in the order of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Name,
    Kind,
    Required,
    /// Choices, pattern or bounds, by the kind.
    Rule,
    /// What stands there before anything is typed.
    Default,
    /// One line for whoever fills it in.
    Help,
}

const PARTS: [Part; 6] = [Part::Name, Part::Kind, Part::Required, Part::Rule, Part::Default, Part::Help];

/// The rows, and where the cursor is: a stop for each cell, then one that adds a row.
#[derive(Clone, Default, PartialEq)]
pub struct InputRows {
    rows: Vec<InputRow>,
    at: usize,
    removed: Vec<(usize, InputRow)>,
}

#[derive(Clone, Default, PartialEq)]
pub struct InputRow {
    name: Line,
    kind: InputKind,
    required: bool,
    rule: Line,
    default: Line,
    help: Line,
    /// Whether the default was stored or typed as a secret.
    secret_default: bool,
    stored: Option<Input>,
    touched: bool,
}

impl InputRow {
    fn read(input: &Input) -> Self {
        Self {
            name: Line::new(input.name.as_str()),
            kind: input.kind,
            required: input.required,
            rule: Line::new(rule_text(input)),
            default: Line::new(input.default_text()),
            help: Line::new(input.help.as_str()),
            secret_default: input.is_secret(),
            stored: Some(input.clone()),
            touched: false,
        }
    }

    /// The line of a cell that holds text.
    pub fn line(&self, part: Part) -> Option<&Line> {
        match part {
            Part::Name => Some(&self.name),
            Part::Rule => Some(&self.rule),
            Part::Default => Some(&self.default),
            Part::Help => Some(&self.help),
            Part::Kind | Part::Required => None,
        }
    }

    fn line_mut(&mut self, part: Part) -> Option<&mut Line> {
        match part {
            Part::Name => Some(&mut self.name),
            Part::Rule => Some(&mut self.rule),
            Part::Default => Some(&mut self.default),
            Part::Help => Some(&mut self.help),
            Part::Kind | Part::Required => None,
        }
    }

    pub fn kind(&self) -> InputKind {
        self.kind
    }

    pub fn required(&self) -> bool {
        self.required
    }

    /// Whether bullets stand for its default.
    pub fn hides_default(&self) -> bool {
        (self.kind == InputKind::Secret || self.secret_default) && !self.default.value().is_empty()
    }

    /// What stands for a hidden default, and the cursor's column in it.
    pub fn mask(&self) -> (String, usize) {
        secret::mask(&self.default, self.default_is_stored())
    }

    fn default_is_stored(&self) -> bool {
        self.stored.as_ref().is_some_and(|stored| stored.default_text() == self.default.value())
    }

    /// What the rule is called for this kind; empty where there is none.
    pub fn rule_word(&self) -> &'static str {
        match self.kind {
            InputKind::Choice => "choices",
            InputKind::Number => "from..to",
            InputKind::String | InputKind::Secret => "pattern",
            InputKind::Boolean => "",
        }
    }

    fn is_empty(&self) -> bool {
        PARTS.iter().all(|part| self.line(*part).is_none_or(|line| line.value().trim().is_empty()))
    }

    /// The input that the row says; what is wrong with its bounds where they cannot be read.
    fn input(&self) -> (Input, Option<String>) {
        if let Some(stored) = self.stored.as_ref().filter(|stored| self.says(stored)) {
            return (stored.clone(), None);
        }
        let mut input = Input {
            name: self.name.value().trim().to_owned(),
            kind: self.kind,
            required: self.required,
            default: self.default_value(),
            help: self.help.value().trim().to_owned(),
            ..Input::default()
        };
        let rule = self.rule.value();
        let mut fault = None;
        match self.kind {
            InputKind::Choice => input.choices = self.choices(),
            InputKind::String | InputKind::Secret => rule.clone_into(&mut input.pattern),
            InputKind::Number => match bounds(rule) {
                Ok(bounds) => (input.min, input.max) = bounds,
                Err(message) => fault = Some(message),
            },
            InputKind::Boolean => {}
        }
        (input, fault)
    }

    /// Whether the row is as it was read from this input.
    fn says(&self, input: &Input) -> bool {
        let read = Self::read(input);
        let same = |part: &Part| self.line(*part).map(Line::value) == read.line(*part).map(Line::value);
        self.kind == read.kind && self.required == read.required && PARTS.iter().all(same)
    }

    fn choices(&self) -> Vec<String> {
        let kept = self.stored.as_ref().filter(|stored| stored.choices.join(", ") == self.rule.value());
        if let Some(stored) = kept {
            // A choice may hold a comma that the line cannot tell.
            return stored.choices.clone();
        }
        self.rule.value().split(',').map(str::trim).filter(|choice| !choice.is_empty()).map(str::to_owned).collect()
    }

    fn default_value(&self) -> Option<Json> {
        let text = self.default.value();
        if text.is_empty() {
            return None;
        }
        match self.kind {
            InputKind::Number => exact::value(text.trim()).ok().filter(Json::is_number),
            InputKind::Boolean => Input { kind: InputKind::Boolean, ..Input::default() }.accept(text).ok().flatten(),
            InputKind::String | InputKind::Choice | InputKind::Secret => None,
        }
        .or_else(|| Some(text.into()))
    }

    fn set_kind(&mut self, kind: InputKind) {
        self.kind = kind;
        if kind != InputKind::Secret && self.secret_default {
            // What was a secret must not come to light by another kind, nor by undo.
            self.default = Line::default();
            self.secret_default = false;
        }
    }

    fn edit_default(&mut self, key: KeyEvent) {
        if self.hides_default() && self.default_is_stored() {
            secret::type_over(&mut self.default, key);
        } else {
            self.default.key(key);
        }
        self.secret_default |= self.kind == InputKind::Secret;
    }
}

/// The rule of an input as its cell shows it.
fn rule_text(input: &Input) -> String {
    match input.kind {
        InputKind::Choice => input.choices.join(", "),
        InputKind::String | InputKind::Secret => input.pattern.clone(),
        InputKind::Number if input.min.is_none() && input.max.is_none() => String::new(),
        InputKind::Number => {
            let text = |bound: Option<f64>| bound.map(|bound| bound.to_string()).unwrap_or_default();
            format!("{}..{}", text(input.min), text(input.max))
        }
        InputKind::Boolean => String::new(),
    }
}

type Bounds = (Option<f64>, Option<f64>);

fn bounds(rule: &str) -> Result<Bounds, String> {
    let wrong = || "bounds are written like 1..5, 1.. or ..5".to_owned();
    let bound = |text: &str| match text.trim() {
        "" => Ok(None),
        text => text.parse::<f64>().map(Some).map_err(|_| wrong()),
    };
    if rule.trim().is_empty() {
        return Ok((None, None));
    }
    let (min, max) = rule.split_once("..").ok_or_else(wrong)?;
    Ok((bound(min)?, bound(max)?))
}

impl InputRows {
    pub(super) fn read(action: &Action) -> Self {
        Self { rows: action.inputs.iter().map(InputRow::read).collect(), ..Self::default() }
    }

    /// The inputs that the rows say; rows with nothing in them are left out.
    pub(super) fn inputs(&self) -> Vec<Input> {
        self.kept().map(|(_, row)| row.input().0).collect()
    }

    /// What cannot be read, by row.
    pub(super) fn faults(&self) -> Vec<(usize, String)> {
        self.kept().filter_map(|(at, row)| Some((at, row.input().1?))).collect()
    }

    fn kept(&self) -> impl Iterator<Item = (usize, &InputRow)> {
        self.rows.iter().enumerate().filter(|(_, row)| !row.is_empty())
    }

    /// The row of input number `at` of [`Self::inputs`].
    pub(super) fn row_of(&self, at: usize) -> usize {
        self.kept().nth(at).map_or(at, |(row, _)| row)
    }

    pub(super) fn is_touched(&self, row: usize) -> bool {
        self.rows.get(row).is_some_and(|row| row.touched)
    }

    pub fn rows(&self) -> &[InputRow] {
        &self.rows
    }

    /// The cursor's row and cell; `None`: the row after the last, which adds.
    pub fn cursor(&self) -> Option<(usize, Part)> {
        let part = *PARTS.get(self.at % PARTS.len())?;
        (self.at / PARTS.len() < self.rows.len()).then_some((self.at / PARTS.len(), part))
    }

    /// To the first stop, or the last.
    pub(super) fn enter(&mut self, last: bool) {
        self.at = if last { self.rows.len() * PARTS.len() } else { 0 };
    }

    /// To the first cell of this row.
    pub(super) fn point(&mut self, row: usize) {
        self.leave();
        self.at = row.min(self.rows.len()) * PARTS.len();
    }

    /// The cursor leaves its cell: what is wrong is told once the row was left.
    pub(super) fn leave(&mut self) {
        if let Some(row) = self.rows.get_mut(self.at / PARTS.len()).filter(|row| !row.is_empty()) {
            row.touched = true;
        }
    }

    /// Moves by one cell, or by one row. False where the rows end.
    pub(super) fn step(&mut self, forward: bool, by_row: bool) -> bool {
        let (end, before) = (self.rows.len() * PARTS.len(), self.at);
        let far = if by_row { PARTS.len() } else { 1 };
        let mut at = self.at;
        loop {
            at = match (forward, at == end) {
                (true, true) => return false,
                (true, false) => (at + far).min(end),
                // The row that adds has one stop: the one before it is the last cell, the row before it its name.
                (false, true) if end > 0 => end - far,
                (false, _) => match at.checked_sub(far) {
                    Some(to) => to,
                    None => return false,
                },
            };
            if !self.is_void(at) {
                break;
            }
        }
        if before / PARTS.len() != at / PARTS.len() {
            self.leave();
        }
        self.at = at;
        true
    }

    /// A kind without a rule has no cell for one.
    fn is_void(&self, at: usize) -> bool {
        let rule = PARTS.get(at % PARTS.len()) == Some(&Part::Rule);
        rule && self.rows.get(at / PARTS.len()).is_some_and(|row| row.rule_word().is_empty())
    }

    /// Adds a row after the last and goes to its name. An empty last row serves again.
    pub(super) fn add(&mut self) {
        self.leave();
        if self.rows.last().is_none_or(|row| !row.is_empty()) {
            self.rows.push(InputRow::default());
        }
        self.at = (self.rows.len() - 1) * PARTS.len();
    }

    /// Removes the row of the cursor; undo brings it back.
    pub(super) fn remove(&mut self) {
        let at = self.at / PARTS.len();
        if at < self.rows.len() {
            let row = self.rows.remove(at);
            self.removed.push((at, row));
            self.at = at * PARTS.len();
        }
    }

    /// Takes back the last change of the cell, else the last removal of a row.
    pub(super) fn undo(&mut self) {
        let cell = self.cursor().and_then(|(at, part)| self.rows.get_mut(at)?.line_mut(part));
        if cell.is_some_and(Line::undo) {
            return;
        }
        if let Some((at, row)) = self.removed.pop() {
            let at = at.min(self.rows.len());
            self.rows.insert(at, row);
            self.at = at * PARTS.len();
        }
    }

    /// Switches what can be switched in the cursor's cell. Whether there was something.
    pub(super) fn toggle(&mut self, forward: bool) -> bool {
        let Some((at, part)) = self.cursor() else {
            return false;
        };
        let Some(row) = self.rows.get_mut(at) else {
            return false;
        };
        match part {
            Part::Kind => row.set_kind(beside(row.kind, forward)),
            Part::Required => row.required = !row.required,
            Part::Name | Part::Rule | Part::Default | Part::Help => return false,
        }
        true
    }

    pub(super) fn key(&mut self, key: KeyEvent) {
        let space = key.code == KeyCode::Char(' ');
        let Some((at, part)) = self.cursor() else {
            if space {
                self.add();
            }
            return;
        };
        if matches!(part, Part::Kind | Part::Required) {
            if space || matches!(key.code, KeyCode::Left | KeyCode::Right) {
                self.toggle(key.code != KeyCode::Left);
            }
            return;
        }
        let Some(row) = self.rows.get_mut(at) else {
            return;
        };
        if part == Part::Default {
            row.edit_default(key);
        } else if let Some(line) = row.line_mut(part) {
            line.key(key);
        }
    }

    pub(super) fn paste(&mut self, text: &str) {
        let Some((at, part)) = self.cursor() else {
            return;
        };
        let Some(row) = self.rows.get_mut(at) else {
            return;
        };
        if part == Part::Default {
            if row.hides_default() && row.default_is_stored() {
                row.default.clear();
            }
            row.secret_default |= row.kind == InputKind::Secret;
        }
        if let Some(line) = row.line_mut(part) {
            line.paste(text);
        }
    }
}

fn beside(kind: InputKind, forward: bool) -> InputKind {
    let all = InputKind::ALL;
    let at = all.iter().position(|other| *other == kind).unwrap_or(0);
    let to = (at + if forward { 1 } else { all.len() - 1 }) % all.len();
    all.get(to).copied().unwrap_or_default()
}
