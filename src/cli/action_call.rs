//! The body and the inputs of an action as they are typed.

use super::action_args::CallArgs;
use super::fields::Reading;
use crate::config::actions::read_input;
use crate::domain::action::{Action, Body};
use crate::domain::text::clean;

/// Puts what was typed into the action; what was not stays.
pub(super) fn call(reading: &mut Reading, action: &mut Action, args: &CallArgs) {
    body(reading, action, args);
    inputs(reading, action, &args.input);
}

fn body(reading: &mut Reading, action: &mut Action, args: &CallArgs) {
    if args.body_payload {
        action.body = Body::Contract;
    }
    if let Some(text) = args.body_json.as_deref().and_then(|text| reading.text_or_file("body", text)) {
        match serde_json::from_str(&text) {
            Ok(document) => action.body = Body::Json(document),
            Err(error) => {
                let place = format!("line {}, column {}", error.line(), error.column());
                reading.fault("body", &format!("this is not JSON: {} at {place}", what(&error)));
            }
        }
    }
    if let Some(text) = args.body_text.as_deref().and_then(|text| reading.text_or_file("body", text)) {
        action.body = Body::Text(text);
    }
    if !args.body_form.is_empty() {
        let pairs = args.body_form.iter().filter_map(|pair| {
            let parts = pair.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
            if parts.is_none() {
                reading.fault("body", "write a pair of a form as 'NAME=VALUE'");
            }
            parts
        });
        action.body = Body::Form(pairs.collect());
    }
}

/// The error's own text may quote the document.
fn what(error: &serde_json::Error) -> &'static str {
    if error.is_eof() { "it ends too early" } else { "there is a syntax error" }
}

/// An input takes the place of the one of its name.
fn inputs(reading: &mut Reading, action: &mut Action, texts: &[String]) {
    for text in texts {
        match read_input(text) {
            Err(error) => reading.faulty_texts(error.faults),
            Ok(input) => match action.inputs.iter_mut().find(|held| held.name == input.name) {
                Some(held) => *held = input,
                None => action.inputs.push(input),
            },
        }
    }
}

/// Takes inputs out, by name.
pub(super) fn remove_inputs(reading: &mut Reading, action: &mut Action, names: &[String]) {
    for name in names {
        let count = action.inputs.len();
        action.inputs.retain(|input| input.name != *name);
        if action.inputs.len() == count {
            reading.fault("input", &format!("there is no input {} to remove", clean(name)));
        }
    }
}
