//! Putting the stored secrets where a file says `${kept:NAME}`.

use std::fmt;

use super::check::is_kept;
use crate::domain::action::{Action, FIELDS, Header, masked_query};
use crate::domain::text::clean;
use crate::domain::validate::{has_moved, holds_secret, place_of};

/// A value that is to be kept, and that the store does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unkept {
    /// Its name: a header's, a value's of the endpoint's query, `sign.key`, `sign.previous_key` or `proxy`.
    pub name: String,
    /// Where the stored value was for, where the action now goes elsewhere: it does not follow.
    pub was_for: Option<String>,
}

impl fmt::Display for Unkept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = clean(&self.name);
        if let Some(place) = &self.was_for {
            return write!(
                f,
                "${{kept:{name}}} is a secret for {}, and the endpoint goes elsewhere now: write the value for it, or a \
                 reference such as ${{secret:NAME}}",
                clean(place)
            );
        }
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
    let moved = stored.filter(|stored| has_moved(stored, action)).map(|stored| place_of(&stored.endpoint));
    let mut want = |name: &str, value: Option<String>, was_for: Option<&String>| {
        if value.is_none() || was_for.is_some() {
            missing.push(Unkept { name: name.to_owned(), was_for: value.and(was_for.cloned()) });
            return None;
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
        let was_for = moved.as_ref().filter(|_| held.is_some_and(holds_secret));
        if let Some(value) = want(&header.name, held.map(str::to_owned), was_for) {
            *header = Header::with_secrecy(header.name.clone(), value, header.is_secret());
        }
    }
    for spec in FIELDS.iter().filter(|spec| spec.hides.is_kept()) {
        if !is_kept(&spec.text(action)) {
            continue;
        }
        let held = stored.map(|stored| spec.text(stored)).filter(|held| !held.is_empty());
        if let Some(value) = want(spec.name, held, None) {
            // It stands in a place that is there.
            let _ = spec.set_text(action, &value);
        }
    }
    let kept = std::cell::RefCell::new(Vec::new());
    let endpoint = masked_query(&action.endpoint, |name, value| {
        if !is_kept(value) {
            return value.to_owned();
        }
        let held = stored.and_then(|stored| pair_of(&stored.endpoint, name));
        kept.borrow_mut().push((name.to_owned(), held.clone()));
        held.unwrap_or_default()
    });
    for (name, held) in kept.into_inner() {
        want(&name, held, moved.as_ref());
    }
    action.endpoint = endpoint;
    if missing.is_empty() { Ok(()) } else { Err(missing) }
}

/// The value of that name in the query of an address, as written.
fn pair_of(endpoint: &str, name: &str) -> Option<String> {
    let found = std::cell::RefCell::new(None);
    masked_query(endpoint, |own, value| {
        if own == name {
            found.borrow_mut().get_or_insert_with(|| value.to_owned());
        }
        value.to_owned()
    });
    found.into_inner()
}
