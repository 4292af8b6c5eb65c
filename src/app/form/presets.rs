//! The list of presets over the form, and what choosing one does.

use crossterm::event::KeyEvent;

use super::fields::{FIELDS, Value};
use super::{Form, FormContext};
use crate::app::line::Line;
use crate::domain::action::Action;
use crate::domain::preset::Preset;
use crate::domain::text::clean;
use crate::domain::validate::Field;

/// The open list: what was typed to filter it, and the cursor's row of what is left.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Picker {
    filter: Line,
    at: usize,
}

/// What the form held before and after a preset filled it.
#[derive(Clone, PartialEq)]
pub(super) struct Filled {
    before: Vec<Value>,
    after: Vec<Value>,
}

impl Picker {
    /// What was typed to filter the list.
    pub fn filter(&self) -> &Line {
        &self.filter
    }

    /// The presets that the filter leaves.
    pub fn rows<'a>(&self, context: &FormContext<'a>) -> Vec<&'a Preset> {
        let wanted = self.filter.value().trim().to_lowercase();
        let told = |preset: &Preset| format!("{} {} {}", preset.name, preset.title, preset.about).to_lowercase();
        context.presets.iter().filter(|preset| wanted.is_empty() || told(preset).contains(&wanted)).collect()
    }

    /// The cursor's place in the rows.
    pub fn cursor(&self, rows: usize) -> usize {
        self.at.min(rows.saturating_sub(1))
    }

    pub(super) fn step(&mut self, context: &FormContext, down: bool) {
        let rows = self.rows(context).len();
        let at = self.cursor(rows);
        self.at = if down { (at + 1).min(rows.saturating_sub(1)) } else { at.saturating_sub(1) };
    }

    pub(super) fn key(&mut self, key: KeyEvent) {
        self.edit(|line| {
            line.key(key);
        });
    }

    pub(super) fn edit(&mut self, edit: impl FnOnce(&mut Line)) {
        let before = self.filter.value().to_owned();
        edit(&mut self.filter);
        if before != self.filter.value() {
            self.at = 0;
        }
    }
}

impl Form {
    pub(super) fn pick(&mut self, context: &FormContext) {
        if self.picker.take().is_some() {
            return;
        }
        if context.presets.is_empty() {
            self.said = Some("There are no presets.".to_owned());
            return;
        }
        if let Some(value) = self.values.get_mut(self.active) {
            value.hide();
        }
        self.picker = Some(Picker::default());
    }

    /// Fills the form from the preset under the cursor.
    pub(super) fn choose(&mut self, context: &FormContext) {
        let Some(picker) = self.picker.take() else {
            return;
        };
        let rows = picker.rows(context);
        if let Some(preset) = rows.get(picker.cursor(rows.len())) {
            self.fill(&preset.action);
            self.said =
                Some(format!("Filled from {}. {}", clean(&preset.title), context.hint("<undo> takes it back.")));
        }
    }

    /// Takes over everything but the channels, and the name where one was typed.
    fn fill(&mut self, action: &Action) {
        let before = self.values.clone();
        for (value, row) in self.values.iter_mut().zip(FIELDS.iter()) {
            let keeps = match &*value {
                Value::Line(line) if row.is(Field::NAME) => !line.value().trim().is_empty(),
                Value::Channels(_) => true,
                _ => false,
            };
            if !keeps {
                *value = Value::read(&row.kind, action);
            }
        }
        self.filled = Some(Filled { before, after: self.values.clone() });
    }

    /// Takes a preset back where nothing was changed since. Whether it did.
    pub(super) fn unfill(&mut self) -> bool {
        let Some(filled) = self.filled.take() else {
            return false;
        };
        let same = self.values.iter().zip(&filled.after).all(|(now, then)| now.same(then));
        if same {
            self.values = filled.before;
        }
        same
    }
}
