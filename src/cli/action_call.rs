//! What of an action is typed about its call: method, body, inputs, signing, reach, and what counts as its end.

use super::action_args::{CallArgs, FollowArgs};
use super::fields::Reading;
use crate::config::actions::read_input;
use crate::domain::action::{Action, Body, Follow, Sign, Success};
use crate::domain::text::clean;

/// Puts what was typed into the action; what was not stays.
pub(super) fn call(reading: &mut Reading, action: &mut Action, args: &CallArgs) {
    set(&mut action.method, args.method.map(Into::into));
    set(&mut action.danger, args.danger);
    set(&mut action.only_open, args.only_open);
    set(&mut action.retries, args.retries);
    set(&mut action.redirects, args.redirects.map(Into::into));
    set(&mut action.success, args.success.as_deref().map(Success::new));
    let mut time = |field: &str, text: &Option<String>| text.as_deref().and_then(|text| reading.duration(field, text));
    set(&mut action.hold_ms, time("hold", &args.hold).map(Some));
    set(&mut action.connect_timeout_ms, time("connect_timeout", &args.connect_timeout).map(Some));
    set(&mut action.attempt_timeout_ms, time("attempt_timeout", &args.attempt_timeout).map(Some));
    set(&mut action.tls.ca, args.ca.clone());
    set(&mut action.tls.cert, args.cert.clone());
    set(&mut action.tls.key, args.cert_key.clone());
    set(&mut action.tls.verify, args.no_verify.map(|off| !off));
    set(&mut action.proxy, args.proxy.clone());
    body(reading, action, args);
    inputs(reading, action, &args.input);
    sign(reading, action, args);
    follow(reading, action, &args.follow);
}

fn set<T>(field: &mut T, typed: Option<T>) {
    if let Some(typed) = typed {
        *field = typed;
    }
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
    if error.is_eof() { "it ends too early" } else { "something unexpected stands" }
}

/// An input takes the place of the one of its name.
fn inputs(reading: &mut Reading, action: &mut Action, texts: &[String]) {
    for text in texts {
        match read_input(text) {
            Err(error) => reading.faults.extend(error.faults),
            Ok(input) => match action.inputs.iter_mut().find(|held| held.name == input.name) {
                Some(held) => *held = input,
                None => action.inputs.push(input),
            },
        }
    }
}

fn sign(reading: &mut Reading, action: &mut Action, args: &CallArgs) {
    let mut read = |key: &Option<String>| key.as_deref().and_then(|key| reading.secret("sign", "--sign-key", key));
    let (key, previous) = (read(&args.sign_key), read(&args.previous_sign_key));
    match (&mut action.sign, key) {
        (Some(sign), key) => {
            set(&mut sign.key, key.map(Into::into));
            set(&mut sign.previous_key, previous.map(|key| Some(key.into())));
        }
        (None, Some(key)) => {
            action.sign = Some(Sign { key: key.into(), previous_key: previous.map(Into::into) });
        }
        (None, None) if args.previous_sign_key.is_some() => {
            reading.fault("sign", "a previous key needs the key that took its place: --sign-key");
        }
        (None, None) => {}
    }
}

fn follow(reading: &mut Reading, action: &mut Action, args: &FollowArgs) {
    let texts = [&args.follow_url, &args.follow_next, &args.follow_done, &args.follow_failed, &args.follow_progress];
    let times = [&args.follow_every, &args.follow_limit];
    if texts.iter().chain(&times).all(|typed| typed.is_none()) && args.follow_origin.is_empty() {
        return;
    }
    let follow = action.follow.get_or_insert_with(Follow::default);
    set(&mut follow.url, args.follow_url.clone());
    set(&mut follow.next, args.follow_next.clone());
    set(&mut follow.done, args.follow_done.clone());
    set(&mut follow.failed, args.follow_failed.clone());
    set(&mut follow.progress, args.follow_progress.clone());
    set(&mut follow.origin, Some(args.follow_origin.clone()).filter(|origins| !origins.is_empty()));
    let mut time = |field: &str, text: &Option<String>| text.as_deref().and_then(|text| reading.duration(field, text));
    set(&mut follow.every_ms, time("follow.every", &args.follow_every));
    set(&mut follow.limit_ms, time("follow.limit", &args.follow_limit));
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
