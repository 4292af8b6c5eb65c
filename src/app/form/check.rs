//! What is wrong with the form, and what saving it means.

use super::fields::{FIELDS, Value, describe};
use super::inputs::InputRows;
use super::{Effect, Form, FormContext, FormStep, Purpose};
use crate::app::event::{Now, SaveRefusal};
use crate::domain::action::Action;
use crate::domain::address::is_plain_http_text;
use crate::domain::text::clean;
use crate::domain::validate::{Field, FieldFault, faults, headers_that_follow, place_of};

/// A refused save is not repeated by a key that is held down: the key must have been silent this long, milliseconds.
const SAVE_AGAIN_MS: u64 = 700;

impl Form {
    /// The action as the form says it, and what of it cannot be read.
    pub(super) fn written(&self) -> (Action, Vec<FieldFault>) {
        let mut action = self.base.clone();
        let mut out = Vec::new();
        for (value, row) in self.values.iter().zip(FIELDS.iter()).filter(|(_, row)| self.is_brought(row)) {
            if let (Some(message), Some(field)) = (value.write(&row.kind, &mut action), row.field()) {
                out.push(FieldFault { field, message });
            }
            if let Value::Inputs(asked) = value {
                let faults = asked.faults().into_iter();
                out.extend(faults.map(|(row, message)| FieldFault { field: Field::Input(row), message }));
            }
        }
        (action, out)
    }

    /// The action as the form says it, and what is wrong with it. Faults of rows are numbered by the form's rows.
    fn draft(&self, context: &FormContext) -> (Action, Vec<FieldFault>) {
        let (action, mut out) = self.written();
        // Only another action of the same name can be in the way of this one's.
        let same = context.actions.iter().filter(|other| other.name == action.name && other.id != self.base.id);
        let others: Vec<Action> = same.map(|other| Action::clone(other)).collect();
        for fault in faults(&action, &others) {
            let fault = FieldFault { field: self.row_field(fault.field), ..fault };
            if out.iter().all(|known| known.field != fault.field) {
                out.push(fault);
            }
        }
        let follows = if self.purpose == Purpose::Edit { headers_that_follow(&self.base, &action) } else { Vec::new() };
        for (at, _) in follows {
            let field = self.row_field(Field::HeaderValue(at));
            if !self.is_touched(field) && out.iter().all(|known| known.field != field) {
                let place = place_of(&self.base.endpoint);
                out.push(FieldFault { field, message: format!("a secret for {place}: type it anew, or remove it") });
            }
        }
        for value in &self.values {
            let Value::Channels(ticks) = value else { continue };
            out.extend(ticks.overfull(context).into_iter().map(|(channel, full)| FieldFault {
                field: Field::CHANNELS,
                message: format!("{channel} is full ({full}); untick it, or remove one of them there"),
            }));
        }
        (action, out)
    }

    /// The fault's field, with the number of a header or an input turned into that of its row.
    fn row_field(&self, field: Field) -> Field {
        let row = |at: usize| self.headers().map_or(at, |headers| headers.row_of(at));
        match field {
            Field::HeaderName(at) => Field::HeaderName(row(at)),
            Field::HeaderValue(at) => Field::HeaderValue(row(at)),
            Field::Input(at) => Field::Input(self.asked().map_or(at, |asked| asked.row_of(at))),
            Field::Of(_) => field,
        }
    }

    fn asked(&self) -> Option<&InputRows> {
        self.values.iter().find_map(|value| match value {
            Value::Inputs(asked) => Some(asked),
            _ => None,
        })
    }

    pub(super) fn headers(&self) -> Option<&super::Headers> {
        self.values.iter().find_map(|value| match value {
            Value::Headers(headers) => Some(headers),
            _ => None,
        })
    }

    /// What is told beside the fields now: of touched fields, and of all once a save was tried.
    pub fn faults(&self, context: &FormContext) -> Vec<FieldFault> {
        let mut out = self.draft(context).1;
        out.retain(|fault| self.tried || self.is_touched(fault.field));
        // What the store refused holds until the field says something else.
        let still =
            |fault: &FieldFault, value: &Value| self.values.get(place(fault.field)).is_some_and(|now| now.same(value));
        let refused = self.refused.iter().filter(|(fault, value)| still(fault, value)).map(|(fault, _)| fault.clone());
        let new: Vec<_> = refused.filter(|refused| out.iter().all(|fault| fault.field != refused.field)).collect();
        out.extend(new);
        out
    }

    fn is_touched(&self, field: Field) -> bool {
        let row = |at: usize, value| self.headers().and_then(|h| h.rows().get(at)).is_some_and(|r| r.is_touched(value));
        match field {
            Field::HeaderName(at) => row(at, false),
            Field::HeaderValue(at) => row(at, true),
            Field::Input(at) => self.asked().is_some_and(|asked| asked.is_touched(at)),
            Field::Of(_) => self.touched.get(place(field)).is_some_and(|touched| *touched),
        }
    }

    /// Saves, or tells everything that is wrong and goes to the first of it. A save under way is not repeated.
    pub(super) fn save(&mut self, context: &FormContext, now: Now) -> FormStep {
        let silent = now.mono_ms.saturating_sub(self.saved_at_ms);
        self.saved_at_ms = now.mono_ms;
        if self.saving || (self.conflict && silent < SAVE_AGAIN_MS) {
            return FormStep::Stay;
        }
        if self.purpose == Purpose::Edit && !self.changed() {
            return FormStep::Close;
        }
        self.tried = true;
        self.refused = None;
        let (action, faults) = self.draft(context);
        if let Some(first) = faults.iter().min_by_key(|fault| (place(fault.field), fault.field)) {
            let (things, field) = (faults.len(), first.field);
            let noun = if things == 1 { "thing" } else { "things" };
            self.notice = vec![format!("not saved: {things} {noun} to correct")];
            self.open_for(&faults);
            self.point(field);
            return FormStep::Stay;
        }
        self.values.iter_mut().for_each(Value::hide);
        self.notice.clear();
        self.conflict = false;
        self.saving = true;
        FormStep::Effects(vec![Effect::Save(Box::new(action))])
    }

    /// Unfolds what is wrong.
    fn open_for(&mut self, faults: &[FieldFault]) {
        self.more |= faults.iter().any(|fault| !self.shows(place(fault.field)));
    }

    /// The store did not save it.
    pub fn refused(&mut self, refusal: SaveRefusal) {
        self.saving = false;
        if let Some(current) = refusal.current {
            self.notice = self.rebase(*current);
            self.conflict = true;
            return;
        }
        let message = clean(&refusal.message).into_owned();
        self.notice = vec![format!("not saved: {message}")];
        if let Some(field) = refusal.field.map(|field| self.row_field(field)) {
            let fault = FieldFault { field, message };
            self.open_for(std::slice::from_ref(&fault));
            self.refused = self.values.get(place(field)).map(|value| (fault, value.clone()));
            self.point(field);
        }
    }

    /// Takes over the action as it is now: fields that were not changed here follow it, changed ones stay.
    /// What differs, in lines.
    fn rebase(&mut self, current: Action) -> Vec<String> {
        let mut out = vec!["changed meanwhile by someone else; saving again saves this form over it:".to_owned()];
        for (at, spec) in FIELDS.iter().enumerate() {
            let theirs = Value::read(&spec.kind, &current);
            let mine = self.differs(at);
            let (Some(value), Some(initial)) = (self.values.get_mut(at), self.initial.get_mut(at)) else {
                continue;
            };
            if !theirs.same(initial) {
                let label = spec.label.to_lowercase();
                let now = describe(spec, &current);
                let kept = if mine && !theirs.same(value) { "; yours stays" } else { "" };
                out.push(format!("{label}: theirs is {now}{kept}"));
            }
            match value {
                Value::Channels(ticks) if mine => ticks.rebase(&current),
                _ if mine => {}
                _ => value.clone_from(&theirs),
            }
            *initial = theirs;
        }
        if out.len() == 1 {
            out.push("nothing that this form shows is different".to_owned());
        }
        self.base = current;
        out
    }

    /// Puts the cursor where the fault is.
    fn point(&mut self, field: Field) {
        self.go(place(field), false);
        match (self.values.get_mut(place(field)), field) {
            (Some(Value::Headers(headers)), Field::HeaderName(row)) => headers.point(row, false),
            (Some(Value::Headers(headers)), Field::HeaderValue(row)) => headers.point(row, true),
            (Some(Value::Inputs(asked)), Field::Input(row)) => asked.point(row),
            _ => {}
        }
    }
}

/// The field's place in the table.
fn place(wanted: Field) -> usize {
    FIELDS.iter().position(|row| row.field().is_some_and(|field| field.row() == wanted.row())).unwrap_or(0)
}

/// What deserves a warning about an endpoint that is valid: `http` to another machine can be read on the way.
pub fn endpoint_note(endpoint: &str) -> Option<&'static str> {
    is_plain_http_text(endpoint).then_some("plain http: the request can be read on the way")
}
