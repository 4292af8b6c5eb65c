//! What the expressions of the form come to: asked while typing, one question at a time, the newest wins.

use super::Form;
use super::fields::Value;
use crate::domain::action::{Action, Body, MASK};
use crate::domain::text::{clean, clean_lines};
use crate::domain::validate::Field;

/// What was asked, and what came back.
#[derive(Clone, Default, PartialEq)]
pub(super) struct Preview {
    /// The action that was asked about last.
    asked: Option<Box<Action>>,
    /// The question whose answer is still to come.
    waits_for: Option<u64>,
    filled: Vec<(Field, Result<String, String>)>,
}

/// What stands below a field, in clean lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// What it comes to.
    Filled(Vec<String>),
    /// Why it cannot be filled.
    Fault(String),
}

impl Form {
    /// The action to ask about now: where expressions or rules stand in it, it is not what was asked about before, and no
    /// question is open.
    pub(in crate::app) fn question(&self) -> Option<Box<Action>> {
        if self.saving || self.preview.waits_for.is_some() {
            return None;
        }
        let action = self.written().0;
        let asks = has_expressions(&action) || is_rule(&action) || action.follow.is_some();
        (asks && self.preview.asked.as_deref() != Some(&action)).then(|| Box::new(action))
    }

    /// What the expressions of a field come to, where it has any. A header by its row; a hidden value stays hidden.
    pub fn preview(&self, field: Field) -> Option<Shown> {
        let (now, asked) = (self.written().0, self.preview.asked.as_deref()?);
        let known = match field {
            Field::HeaderValue(row) => Field::HeaderValue(self.headers()?.number_of(row)?),
            field => field,
        };
        let stands = match known {
            Field::HeaderValue(at) => {
                let (now, asked) = (now.headers.get(at)?, asked.headers.get(at)?);
                now.name == asked.name && now.expose().contains("{{")
            }
            Field::ENDPOINT => now.endpoint.contains("{{"),
            Field::BODY => body_has_expressions(&now.body),
            Field::SUCCESS => now.success == asked.success && is_rule(&now),
            _ if is_follow(known) => now.follow.is_some() && now.follow == asked.follow,
            _ => false,
        };
        let (_, result) = self.preview.filled.iter().find(|(of, _)| stands && *of == known)?;
        Some(match result {
            // A rule is judged when there is an answer: that it can be read says nothing more.
            Ok(_) if field == Field::SUCCESS || is_follow(field) => return None,
            Ok(text) if self.hides(field) || text.contains(MASK) => Shown::Filled(vec!["can be filled".to_owned()]),
            Ok(text) if field == Field::BODY => Shown::Filled(clean_lines(text)),
            Ok(text) => Shown::Filled(vec![clean(text).into_owned()]),
            Err(fault) => Shown::Fault(clean(fault).into_owned()),
        })
    }

    /// Notes that this was asked; the answer comes with the ticket.
    pub(in crate::app) fn previews(&mut self, ticket: u64, action: Box<Action>) {
        self.preview.asked = Some(action);
        self.preview.waits_for = Some(ticket);
    }

    /// Takes an answer; whether it is the one to the last question.
    pub(in crate::app) fn heard(&mut self, ticket: u64, filled: Vec<(Field, Result<String, String>)>) -> bool {
        let last = self.preview.waits_for == Some(ticket);
        if last {
            self.preview.waits_for = None;
            self.preview.filled = filled;
        }
        last
    }

    fn hides(&self, field: Field) -> bool {
        let Field::HeaderValue(at) = field else {
            return false;
        };
        let hides = |headers: &super::Headers| {
            headers.rows().get(at).is_some_and(super::headers::HeaderRow::is_hidden) && !headers.is_revealed(at)
        };
        self.values.iter().any(|value| matches!(value, Value::Headers(headers) if hides(headers)))
    }
}

fn has_expressions(action: &Action) -> bool {
    action.endpoint.contains("{{")
        || action.headers.iter().any(|header| header.expose().contains("{{"))
        || body_has_expressions(&action.body)
}

fn is_follow(field: Field) -> bool {
    field.row().starts_with("follow.")
}

fn is_rule(action: &Action) -> bool {
    action.success.codes().is_none()
}

fn body_has_expressions(body: &Body) -> bool {
    match body {
        Body::Contract => false,
        Body::Json(document) => document.to_string().contains("{{"),
        Body::Form(pairs) => pairs.iter().any(|(_, value)| value.contains("{{")),
        Body::Text(text) => text.contains("{{"),
    }
}
