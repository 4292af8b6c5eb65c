//! Putting the stored secrets where a file says `${kept:NAME}`.

use std::fmt;

use super::check::is_kept;
use crate::domain::action::{Action, FIELDS, Header};
use crate::domain::text::clean;

/// A value that is to be kept, and that the store does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unkept {
    /// Its name: a header's, `sign.key`, `sign.previous_key` or `proxy`.
    pub name: String,
}

impl fmt::Display for Unkept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = clean(&self.name);
        write!(
            f,
            "${{kept:{name}}} refers to a stored value, but none is stored: write a reference such as ${{secret:NAME}}, or \
             set the value first"
        )
    }
}

/// Puts the values of `stored`, the action of the same id, where `action` says `${kept:NAME}`.
/// The error has every value that is not stored: the action must not be saved then.
pub fn keep(action: &mut Action, stored: Option<&Action>) -> Result<(), Vec<Unkept>> {
    let mut missing = Vec::new();
    let mut want = |name: &str, value: Option<String>| {
        if value.is_none() {
            missing.push(Unkept { name: name.to_owned() });
        }
        value
    };
    for header in &mut action.headers {
        if !is_kept(header.expose()) {
            continue;
        }
        let held = stored.and_then(|stored| {
            stored.headers.iter().find(|held| held.name.eq_ignore_ascii_case(&header.name)).map(Header::expose)
        });
        if let Some(value) = want(&header.name, held.map(str::to_owned)) {
            *header = Header::with_secrecy(header.name.clone(), value, header.is_secret());
        }
    }
    for spec in FIELDS.iter().filter(|spec| spec.hides.is_kept()) {
        if !is_kept(&spec.text(action)) {
            continue;
        }
        let held = stored.map(|stored| spec.text(stored)).filter(|held| !held.is_empty());
        if let Some(value) = want(spec.name, held) {
            // It stands in a place that is there.
            let _ = spec.set_text(action, &value);
        }
    }
    if missing.is_empty() { Ok(()) } else { Err(missing) }
}
