//! Everything that is wrong with an action, field by field.

use super::super::action::{Action, FIELDS, Field, FieldSpec, Kind, Scope};
use super::super::text::clean;
use super::body::body_fault;
use super::fault::FieldFault;
use super::header::{duplicate_fault, header_name_fault, header_value_fault};
use super::input::input_fault;

/// Everything that is wrong with `action`, given the other actions of the store. Empty means valid.
pub fn faults(action: &Action, others: &[Action]) -> Vec<FieldFault> {
    let mut out = Vec::new();
    for spec in FIELDS {
        if spec.applies(action) {
            row_faults(spec, action, &mut |field, fault| {
                out.extend(fault.map(|message| FieldFault { field, message }));
            });
        } else if let Some(fault) = own_fault(spec, action) {
            // The parts of a table say the same.
            if out.iter().all(|told| told.message != fault.message) {
                out.push(fault);
            }
        }
    }
    let taken = taken_fault(action, others).filter(|_| out.iter().all(|fault| fault.field != Field::NAME));
    out.extend(taken.map(|message| FieldFault { field: Field::NAME, message }));
    out
}

fn row_faults(spec: &FieldSpec, action: &Action, add: &mut impl FnMut(Field, Option<String>)) {
    match spec.kind {
        Kind::Channels => add(spec.field(), action.slots.is_empty().then(|| "tick at least one channel".to_owned())),
        Kind::Headers => {
            for (at, header) in action.headers.iter().enumerate() {
                let name = header_name_fault(&header.name).or_else(|| duplicate_fault(&action.headers, at));
                add(Field::HeaderName(at), name);
                add(Field::HeaderValue(at), header_value_fault(header));
            }
        }
        Kind::Body => add(spec.field(), body_fault(&action.body)),
        Kind::Inputs => (0..action.inputs.len()).for_each(|at| add(Field::Input(at), input_fault(&action.inputs, at))),
        _ => add(spec.field(), spec.fault(action)),
    }
}

/// A field that the action has although its kind decides it.
fn own_fault(spec: &FieldSpec, action: &Action) -> Option<FieldFault> {
    if spec.is_default(action) || spec.label.is_empty() {
        return None;
    }
    let message = match spec.scope {
        Scope::Started => "only an action of another kind than webhook has it".to_owned(),
        _ => format!("{} has no {} of its own: it is started there", action.kind.what(), spec.changed_words()),
    };
    Some(FieldFault { field: spec.field(), message })
}

fn taken_fault(action: &Action, others: &[Action]) -> Option<String> {
    others.iter().filter(|other| other.id != action.id && other.name == action.name).find_map(|other| {
        let channel = other.slots.keys().find(|channel| action.slots.contains_key(*channel))?;
        Some(format!("{} already has an action named \"{}\"", clean(channel.as_str()), clean(&action.name)))
    })
}
