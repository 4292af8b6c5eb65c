//! What is judged when an action is saved, beyond what [`validate`](crate::domain::validate) knows: references.

use crate::domain::action::{Action, has_reference};
use crate::domain::validate::{self, Fault};
use crate::secret::{Part, Reference, parse};

/// Everything that is wrong with `action`, given the other actions of its file or store. Empty means that it can be
/// saved.
pub fn faults(action: &Action, others: &[Action]) -> Vec<Fault> {
    validate::faults(action, others)
}

/// What is wrong with the references of a value: one that cannot be read at a press is a fault when it is saved. The
/// sentence never repeats what surrounds them.
pub fn reference_fault(text: &str) -> Option<String> {
    if !has_reference(text) {
        return None;
    }
    match parse(text) {
        Err(bad) => Some(bad.message),
        Ok(parts) => parts
            .iter()
            .any(|part| matches!(part, Part::Reference(Reference::Cmd(_))))
            .then(|| "an action cannot run a command; put it under [secrets] and name it by ${secret:NAME}".to_owned()),
    }
}

/// What is wrong with a value that may say that the stored one is kept: it stands alone, under its own name.
pub(super) fn kept_fault(text: &str, name: &str) -> Option<String> {
    let rest = text.split_once("${kept:")?.1;
    let is_whole =
        text.starts_with("${kept:") && rest.strip_suffix('}').is_some_and(|kept| kept.eq_ignore_ascii_case(name));
    (!is_whole).then(|| format!("${{kept:{name}}} stands for the stored value, alone and under this name"))
}
