//! Everything that is wrong with an action, field by field.

use super::super::action::Action;
use super::super::text::clean;
use super::body::body_fault;
use super::endpoint::endpoint_fault;
use super::fault::{Fault, Field};
use super::header::{duplicate_fault, header_name_fault, header_value_fault};
use super::input::input_fault;
use super::text::mask_fault;
use super::{outcome, reach, start};

/// Everything that is wrong with `action`, given the other actions of the store. Empty means valid.
pub fn faults(action: &Action, others: &[Action]) -> Vec<Fault> {
    let mut out = Vec::new();
    let mut add = |field, fault: Option<String>| out.extend(fault.map(|message| Fault { field, message }));
    add(Field::Name, name_fault(&action.name).or_else(|| taken_fault(action, others)));
    add(Field::Channels, action.slots.is_empty().then(|| "tick at least one channel".to_owned()));
    add(Field::Starts, start::starts_fault(action));
    if action.kind.source_kind().is_none() {
        request_faults(action, &mut add);
    }
    add(Field::Timeout, timeout_fault(action.timeout_ms));
    add(Field::Description, mask_fault(&action.description));
    add(Field::ConnectTimeout, outcome::connect_fault(action));
    add(Field::AttemptTimeout, outcome::attempt_fault(action));
    add(Field::Hold, outcome::hold_fault(action));
    add(Field::Cooldown, outcome::cooldown_fault(action.cooldown_ms));
    if action.kind.source_kind().is_some() {
        out.extend(start::own_faults(action));
    }
    out
}

/// What only an action with a request of its own has.
fn request_faults(action: &Action, add: &mut impl FnMut(Field, Option<String>)) {
    add(Field::Endpoint, endpoint_fault(&action.endpoint));
    for (at, header) in action.headers.iter().enumerate() {
        add(Field::HeaderName(at), header_name_fault(&header.name).or_else(|| duplicate_fault(&action.headers, at)));
        add(Field::HeaderValue(at), header_value_fault(header));
    }
    add(Field::Body, body_fault(&action.body));
    for at in 0..action.inputs.len() {
        add(Field::Input(at), input_fault(&action.inputs, at));
    }
    reach_faults(action, add);
    add(Field::Success, outcome::success_fault(&action.success));
    for (field, fault) in action.follow.iter().flat_map(outcome::follow_faults) {
        add(field, fault);
    }
    add(Field::Retries, outcome::retries_fault(action.retries));
}

fn reach_faults(action: &Action, add: &mut impl FnMut(Field, Option<String>)) {
    if let Some(sign) = &action.sign {
        add(Field::Sign, reach::key_fault(&sign.key));
        add(Field::PreviousKey, sign.previous_key.as_ref().and_then(reach::key_fault));
    }
    let tls = &action.tls;
    add(Field::Tls, reach::path_fault(&tls.ca));
    add(Field::TlsCert, reach::path_fault(&tls.cert).or_else(|| reach::cert_fault(tls)));
    add(Field::TlsKey, reach::path_fault(&tls.key).or_else(|| reach::cert_key_fault(tls)));
    add(Field::Proxy, reach::proxy_fault(&action.proxy));
}

/// The limit of a name, in characters.
pub const NAME_MAX: usize = 64;

/// What is wrong with a name by itself.
pub fn name_fault(name: &str) -> Option<String> {
    let length = name.chars().count();
    if name.trim().is_empty() {
        Some("a name is needed: it is what the button says".to_owned())
    } else if length > NAME_MAX {
        Some(format!("{length} characters; a name has at most {NAME_MAX}"))
    } else if clean(name) != name {
        Some("a name cannot hold control or invisible characters".to_owned())
    } else if name.trim() != name {
        Some("a name cannot begin or end with a space".to_owned())
    } else {
        mask_fault(name)
    }
}

fn taken_fault(action: &Action, others: &[Action]) -> Option<String> {
    others.iter().filter(|other| other.id != action.id && other.name == action.name).find_map(|other| {
        let channel = other.slots.keys().find(|channel| action.slots.contains_key(*channel))?;
        Some(format!("{} already has an action named \"{}\"", clean(channel.as_str()), clean(&action.name)))
    })
}

/// What is wrong with a timeout, in milliseconds.
pub fn timeout_fault(ms: u64) -> Option<String> {
    (!(1_000..=600_000).contains(&ms)).then(|| "a timeout is from 1s to 10m".to_owned())
}
