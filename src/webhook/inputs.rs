//! What was asked at a press, judged by what the action asks.

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use crate::domain::action::{Input, MASK};
use crate::domain::refusal::Refusal;
use crate::domain::request::Inputs;
use crate::domain::run::Failure;
use crate::domain::text::clean;
use crate::template::{self, Context};

/// The values of `asked`: typed texts become values, defaults stand where nothing was given, filled from `context`, names that are not asked
/// for are refused. The refusal never repeats a value.
pub(super) fn accept(asked: &[Input], mut given: Inputs, context: &Context) -> Result<Inputs, Refusal> {
    let known = |name: &String| asked.iter().any(|input| input.name == *name);
    if let Some(name) = given.plain.keys().chain(given.secret.keys()).find(|name| !known(name)) {
        return Err(unknown(name, asked));
    }
    let mut out = Inputs::default();
    for input in asked {
        let value = accept_one(input, &mut given, context).map_err(|words| about(&input.name, &words))?;
        match value {
            Some(Value::String(text)) if input.is_secret() => {
                out.secret.insert(input.name.clone(), SecretString::from(text));
            }
            Some(value) => {
                out.plain.insert(input.name.clone(), value);
            }
            None => {}
        }
    }
    Ok(out)
}

fn accept_one(input: &Input, given: &mut Inputs, context: &Context) -> Result<Option<Value>, String> {
    let plain = given.plain.shift_remove(&input.name).filter(|value| !value.is_null());
    let text = match (given.secret.remove(&input.name), plain) {
        (Some(_), _) if !input.is_secret() => {
            return Err("it was given as a secret, but it is shown and kept; give it as a plain value".to_owned());
        }
        (Some(secret), _) => secret,
        (None, Some(Value::String(text))) => SecretString::from(text),
        (None, Some(value @ (Value::Bool(_) | Value::Number(_)))) => SecretString::from(value.to_string()),
        (None, Some(_)) => return Err("one value is needed, not a list or a map".to_owned()),
        (None, None) => SecretString::from(input.default_text()),
    };
    if text.expose_secret().contains(MASK) {
        return Err("this is the mask, not the value; type the value".to_owned());
    }
    if !input.is_filled() || text.expose_secret() != input.default_text() {
        return input.accept(text.expose_secret());
    }
    let filled = template::fill_text(text.expose_secret(), context).map_err(|error| error.message)?;
    // As if it had been typed; its braces are nobody's any more.
    Input { default: None, ..input.clone() }.accept(&filled)
}

pub(super) fn about(name: &str, words: &str) -> Refusal {
    Refusal::new(Failure::Input, format!("input {}: {words}", clean(name)))
}

fn unknown(name: &str, asked: &[Input]) -> Refusal {
    let names: Vec<&str> = asked.iter().map(|input| input.name.as_str()).collect();
    let rest = if names.is_empty() {
        "the action asks for none".to_owned()
    } else {
        format!("there are {}", names.join(", "))
    };
    Refusal::new(Failure::Input, format!("there is no input {}: {}", clean(name), clean(&rest)))
}
