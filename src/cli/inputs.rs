//! What an action asks at the press: read from the command line, from files, or typed without being shown.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;

use secrecy::SecretString;
use serde_json::Map;
use tokio::sync::oneshot;

use super::confirm::{ask_secret, can_ask};
use super::exit::CommandError;
use super::fields::value_from;
use super::output::warn;
use crate::domain::action::{Action, Input};
use crate::domain::near::did_you_mean;
use crate::domain::request::Inputs;
use crate::domain::text::clean;

/// One `--input`, as typed.
#[derive(Debug)]
pub(super) struct Typed {
    name: String,
    value: String,
}

/// Splits what was typed. The fault never repeats a value.
pub(super) fn split(texts: &[String]) -> Result<Vec<Typed>, CommandError> {
    let one = |(at, text): (usize, &String)| match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => {
            Ok(Typed { name: name.trim().to_owned(), value: value.to_owned() })
        }
        _ => {
            let number = at + 1;
            Err(CommandError::usage(format!("input {number}: write it as 'name=value', 'name=@FILE' or 'name=@-'")))
        }
    };
    texts.iter().enumerate().map(one).collect()
}

/// The inputs of a press. Secret ones that were not given are asked for on a terminal. The error says what is wrong
/// with which, and never repeats a secret.
///
/// What is missing beside them is found by who fills the request.
pub(super) async fn read(typed: &[Typed], action: &Action) -> Result<Inputs, String> {
    let mut given = BTreeMap::new();
    let mut stdin_was_read = false;
    for Typed { name, value } in typed {
        let input = named(action, name)?;
        let text = text_of(input, value, &mut stdin_was_read).await;
        let text = text.map_err(|why| format!("input {}: {why}", input.name))?;
        if given.insert(input.name.as_str(), text).is_some() {
            return Err(format!("input {}: given twice", input.name));
        }
    }
    let mut out = Inputs { plain: Map::new(), secret: BTreeMap::new() };
    for input in &action.inputs {
        let text = match given.remove(input.name.as_str()) {
            Some(text) => text,
            None if input.is_secret() => missing(input).await?,
            None => continue,
        };
        accept(input, text, &mut out).map_err(|why| format!("input {}: {why}", input.name))?;
    }
    Ok(out)
}

fn accept(input: &Input, text: String, out: &mut Inputs) -> Result<(), String> {
    match (input.accept(&text)?, input.is_secret()) {
        (None, _) => {}
        (Some(_), true) => {
            out.secret.insert(input.name.clone(), SecretString::from(text));
        }
        (Some(value), false) => {
            out.plain.insert(input.name.clone(), value);
        }
    }
    Ok(())
}

fn named<'a>(action: &'a Action, name: &str) -> Result<&'a Input, String> {
    if let Some(input) = action.inputs.iter().find(|input| input.name == name) {
        return Ok(input);
    }
    let names: Vec<&str> = action.inputs.iter().map(|input| input.name.as_str()).collect();
    let more = match (did_you_mean(name, names.iter().copied()), names.as_slice()) {
        (Some(near), _) => near,
        (None, []) => "it has no inputs".to_owned(),
        (None, names) => format!("it asks for {}", names.join(", ")),
    };
    Err(format!("{} does not ask for \"{}\"; {}", action.name, clean(name), clean(&more)))
}

async fn text_of(input: &Input, value: &str, stdin_was_read: &mut bool) -> Result<String, String> {
    let Some(place) = value.strip_prefix('@') else {
        if input.is_secret() {
            warn(&format!(
                "input {0}: its value is visible in the process list; use '{0}=@-' or '{0}=@FILE'",
                input.name
            ));
        }
        return Ok(value.to_owned());
    };
    match place {
        "-" if std::mem::replace(stdin_was_read, true) => Err("stdin can be read for one input only".to_owned()),
        _ if place.starts_with('@') => Ok(place.to_owned()),
        _ => value_at(place.to_owned()).await,
    }
}

/// On a thread of its own: nobody may ever write there, and a signal must still end the command.
async fn value_at(place: String) -> Result<String, String> {
    let (reply, value) = oneshot::channel();
    std::thread::spawn(move || {
        let shown = clean(&place);
        let read = if place == "-" {
            value_from(io::stdin().lock(), "stdin")
        } else {
            File::open(&place)
                .map_err(|error| format!("{shown} cannot be read: {}", error.kind()))
                .and_then(|file| value_from(file, &shown))
        };
        // Nobody waits any more where a signal came first.
        let _ = reply.send(read);
    });
    value.await.unwrap_or_else(|_| Err("reading it failed inside andon".to_owned()))
}

/// A secret that was not given: typed on a terminal, else left out or refused.
async fn missing(input: &Input) -> Result<String, String> {
    if !can_ask() {
        let name = &input.name;
        return if input.required {
            Err(format!("input {name}: a value is needed: '--input {name}=@-', or press it on a terminal"))
        } else {
            Ok(String::new())
        };
    }
    let help = if input.help.is_empty() { String::new() } else { format!(" ({})", input.help) };
    let typed = ask_secret(&format!("{}{help}, not shown: ", input.name)).await;
    typed.ok_or_else(|| format!("input {}: nothing was typed", input.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::action::InputKind;

    fn action() -> Action {
        let input = |name: &str, kind| Input { name: name.to_owned(), kind, ..Input::default() };
        let inputs = vec![input("version", InputKind::Number), input("password", InputKind::Secret)];
        Action { inputs, ..Action::new("Roll back", "https://ci.example/x") }
    }

    async fn reading(texts: &[&str]) -> Result<Inputs, String> {
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        read(&split(&texts).unwrap(), &action()).await
    }

    #[tokio::test]
    async fn values_get_their_kind_and_secrets_stay_apart() {
        let inputs = reading(&["version=41", "password=@@s3=cret"]).await.unwrap();
        assert_eq!(inputs.plain["version"], 41);
        assert!(inputs.secret.contains_key("password") && !format!("{inputs:?}").contains("s3"));
    }

    #[tokio::test]
    async fn what_is_wrong_is_named_without_its_value() {
        for (texts, said) in [
            (&["versoin=1"][..], "did you mean `version`?"),
            (&["version=x"], "input version: write a number"),
            (&["version=1", "version=2"], "given twice"),
            (&["password=@/does/not/exist"], "input password: /does/not/exist cannot be read"),
        ] {
            let error = reading(texts).await.unwrap_err();
            assert!(error.contains(said), "{error}");
        }
        assert!(!format!("{:?}", split(&["s3cret".to_owned()]).unwrap_err()).contains("s3cret"));
    }
}
