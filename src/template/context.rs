//! What expressions see.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use minijinja::{Error, ErrorKind, UndefinedBehavior, Value};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value as Json;

use super::TemplateError;
use super::contract::complete;
use super::engine::{check, engine, path_with_default, words};
use super::error::refuse;
use super::tree::{Held, MapOptions, Missing, Notes, Seen, grow, map};
use super::value::forget_written;
use crate::domain::action::MASK;
use crate::domain::text::{clean, shorten};

/// What expressions see: the payload, and for each `${reference}` as written the text that stands in its place.
pub struct Context {
    scope: Scope,
    references: Option<HashMap<String, SecretString>>,
    hid: AtomicBool,
}

impl Context {
    /// For what is shown and kept: references stay as written, and what an expression makes of a masked input is a
    /// mask.
    pub fn shown(payload: &Json) -> Self {
        Self { scope: Scope::of_payload(payload), references: None, hid: AtomicBool::new(false) }
    }

    /// For the wire: references are what `references` says, by how they are written (`${secret:CI}`).
    pub fn wire(payload: &Json, references: HashMap<String, SecretString>) -> Self {
        let scope = Scope::of_payload(payload);
        Self { scope, references: Some(references), hid: AtomicBool::new(false) }
    }

    /// For names of its own; references are not read.
    pub(super) fn of_scope(scope: Scope) -> Self {
        Self { scope, references: None, hid: AtomicBool::new(false) }
    }

    /// Whether anything that was filled since this was last asked holds a mask or a reference, so that it is not what
    /// goes over the wire.
    pub fn take_hid(&self) -> bool {
        self.hid.swap(false, Ordering::Relaxed)
    }

    /// The values of the references that it has.
    pub fn values(&self) -> impl Iterator<Item = &SecretString> {
        self.references.iter().flat_map(HashMap::values)
    }

    /// What stands for a reference; whether it is the reference itself.
    pub(super) fn reference<'a>(&'a self, written: &'a str) -> Result<(&'a str, bool), TemplateError> {
        match &self.references {
            None => {
                self.hid.store(true, Ordering::Relaxed);
                Ok((written, true))
            }
            Some(values) => match values.get(written) {
                Some(value) => Ok((value.expose_secret(), false)),
                None => Err(refuse(&format!("{} was not read", clean(written)))),
            },
        }
    }

    /// What `turn` makes of an expression's value; `None` where it must not be shown.
    pub(super) fn evaluate<T>(
        &self,
        expression: &str,
        turn: impl Fn(&Value) -> Result<T, Error>,
    ) -> Result<Option<T>, TemplateError> {
        let (value, secret) = self.scope.evaluate(expression, UndefinedBehavior::Strict, turn).map_err(|fault| {
            let words = match fault {
                // The engine's own words may hold what it was reading.
                EvalError::Other(_) if self.references.is_some() => {
                    "it cannot be filled with the real values".to_owned()
                }
                EvalError::Missing(missing) => {
                    format!("{}; add | default(...) where it may be missing", missing.message)
                }
                fault => fault.words(),
            };
            refuse(&format!("{{{{ {} }}}}: {words}", shown(expression)))
        })?;
        if secret {
            self.hid.store(true, Ordering::Relaxed);
        }
        Ok((!secret).then_some(value))
    }
}

/// An expression as it is repeated in an error.
pub(super) fn shown(expression: &str) -> String {
    clean(shorten(expression, 120).as_ref()).into_owned()
}

/// Why an expression has no value.
pub(super) enum EvalError {
    /// A path does not exist.
    Missing(Missing),
    /// Something does not exist that has no path of its own: a member of null.
    Undefined,
    /// It reads the body of an answer that has none.
    NoBody,
    /// All else, in words.
    Other(String),
}

impl EvalError {
    pub(super) fn words(self) -> String {
        match self {
            Self::Missing(missing) => missing.message,
            Self::Undefined => "it uses a value that does not exist".to_owned(),
            Self::NoBody => "the answer has no body that it could read".to_owned(),
            Self::Other(words) => words,
        }
    }
}

/// The names that an expression finds.
pub(super) struct Scope {
    root: Value,
    notes: Notes,
    /// One evaluation at a time: what was seen belongs to it.
    turn: Mutex<()>,
}

impl Scope {
    pub(super) fn new(root: Value, notes: Notes) -> Self {
        Self { root, notes, turn: Mutex::new(()) }
    }

    fn of_payload(payload: &Json) -> Self {
        let notes = Notes::default();
        let root = map(payload_members(payload, &notes).into_iter(), "", &notes, MapOptions::default());
        Self::new(root, notes)
    }

    /// What `turn` makes of an expression's value, and whether a value was read for it that must not be shown.
    pub(super) fn evaluate<T>(
        &self,
        expression: &str,
        missing: UndefinedBehavior,
        turn: impl Fn(&Value) -> Result<T, Error>,
    ) -> Result<(T, bool), EvalError> {
        check(expression).map_err(EvalError::Other)?;
        self.evaluate_checked(expression, missing, turn)
    }

    /// As [`Scope::evaluate`], of an expression that was judged in the form it was written in.
    pub(super) fn evaluate_checked<T>(
        &self,
        expression: &str,
        missing: UndefinedBehavior,
        turn: impl Fn(&Value) -> Result<T, Error>,
    ) -> Result<(T, bool), EvalError> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let result = self.once(expression, missing, &turn);
        let result = match (&result, path_with_default(expression)) {
            // `a.b.c | default(x)` is a way out also where `a.b` is missing already.
            (Err(EvalError::Missing(_) | EvalError::Undefined), Some((path, rest)))
                if matches!(
                    self.once(path, missing, &|_| Ok(())),
                    Err(EvalError::Missing(_) | EvalError::Undefined)
                ) =>
            {
                self.once(&format!("__nothing {rest}"), missing, &turn)
            }
            _ => result,
        };
        let secret = self.notes.lock().secret;
        result.map(|value| (value, secret))
    }

    fn once<T>(
        &self,
        expression: &str,
        missing: UndefinedBehavior,
        turn: &impl Fn(&Value) -> Result<T, Error>,
    ) -> Result<T, EvalError> {
        *self.notes.lock() = Seen::default();
        forget_written();
        let env = engine(missing);
        let compiled = env.compile_expression(expression).map_err(|error| EvalError::Other(words(&error)))?;
        let result = compiled.eval(self.root.clone()).and_then(|value| {
            if value.is_undefined() && matches!(missing, UndefinedBehavior::Strict) {
                return Err(Error::from(ErrorKind::UndefinedError));
            }
            turn(&value)
        });
        let mut seen = self.notes.lock();
        if seen.absent_body {
            return Err(EvalError::NoBody);
        }
        result.map_err(|error| match (error.kind(), seen.missing.take()) {
            (ErrorKind::UndefinedError, Some(missing)) => EvalError::Missing(missing),
            (ErrorKind::UndefinedError, None) => EvalError::Undefined,
            _ => EvalError::Other(words(&error)),
        })
    }
}

/// The members of the payload as expressions see them. What the contract calls optional is there, and empty.
pub(super) fn payload_members(payload: &Json, notes: &Notes) -> Vec<(String, Held)> {
    let grown = |(name, value): (&String, &Json)| match value {
        Json::Object(inputs) if name == "inputs" => {
            let is_mask = |value: &Json| value.as_str() == Some(MASK);
            let secret = inputs.iter().filter(|(_, value)| is_mask(value)).map(|(name, _)| name.clone()).collect();
            let members =
                inputs.iter().map(|(name, value)| (name.clone(), grow(value, &format!("inputs.{name}"), notes)));
            (name.clone(), map(members, name, notes, MapOptions { secret, ..MapOptions::default() }).into())
        }
        value => (name.clone(), grow(value, name, notes)),
    };
    complete(payload).iter().map(grown).collect()
}
