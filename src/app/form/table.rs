//! The field table: one row for each field of the form, in the order of the screen.
//!
//! To add a field, add a row; reading, writing, drawing, checking and "has it changed" follow from its kind.

use secrecy::ExposeSecret;

use super::body;
use super::fields::{Button, FieldSpec, Kind, Section, Write};
use crate::domain::action::{Action, ActionKind, Confirm, Follow, Method, Redirects, Sign, Success};
use crate::domain::time::{format_duration, parse_duration};
use crate::domain::validate::Field;

const CONFIRMS: [Confirm; 3] = [Confirm::None, Confirm::Enter, Confirm::Type];

/// The table.
#[rustfmt::skip] // One row for each field: broken up, it cannot be read as a table.
pub const FIELDS: &[FieldSpec] = &[
    line("Name", "What the button says: 1 to 64 characters, unique in each of its channels.", Section::First, Field::Name,
        |action| action.name.clone(), |action, text| put(&mut action.name, text.trim())),
    FieldSpec { field: Some(Field::Channels), ..row("Channels", "Where the button appears. Type to filter, arrows move, space ticks.", Section::First, Kind::Channels) },
    // A password in it (from an older file) is never shown; the validation refuses it, masked or not.
    line("Endpoint", "Where the incident is sent, such as https://ci.example/hooks/{{ incident.labels.team }}", Section::First, Field::Endpoint,
        Action::shown_endpoint, |action, text| put(&mut action.endpoint, text.trim())),
    FieldSpec { field: Some(Field::HeaderName(0)), ..row("Headers", "Sent with every request. Ctrl+N adds one.", Section::First, Kind::Headers) },
    line("Timeout", "Of the whole run, from 1s to 10m: 10s, 1m30s.", Section::First, Field::Timeout,
        |action| format_duration(action.timeout_ms), |action, text| read_into(&mut action.timeout_ms, parse_duration(text))),
    line("Description", "What it does, for whoever is about to press it.", Section::First, Field::Description,
        |action| action.description.clone(), |action, text| put(&mut action.description, text)),
    row("Enabled", "Whether it can be pressed. Space switches.", Section::First,
        Kind::Switch { words: ["cannot be pressed", "can be pressed"], read: |action| action.enabled, write: |action, on| action.enabled = on }),
    row("Confirm", "What a press asks for before anything is sent. Space or the arrows choose.", Section::First, Kind::Choice {
        options: &["none", "enter", "type the number"],
        read: |action| CONFIRMS.iter().position(|confirm| *confirm == action.confirm).unwrap_or(1),
        write: |action, at| action.confirm = CONFIRMS.get(at).copied().unwrap_or_default(),
    }),
    row("More", "Method, body, inputs, signing, TLS and proxy, outcome and press. Enter or space opens and folds it.", Section::First, Kind::More),

    row("Kind", "What a press does: calls the endpoint, or starts what the incident's source has configured, by its id.", Section::Request, Kind::Choice {
        options: &["webhook", "Flashduty action", "PagerDuty workflow", "PagerDuty automation"],
        read: |action| ActionKind::ALL.iter().position(|kind| *kind == action.kind).unwrap_or(0),
        write: |action, at| action.kind = ActionKind::ALL.get(at).copied().unwrap_or_default(),
    }),
    FieldSpec { needs: Some("Kind"), ..line("Starts", "The id of what is started there: a Flashduty integration, a PagerDuty workflow or automation action.", Section::Request, Field::Starts,
        |action| action.starts.clone(), |action, text| { if action.kind.source_kind().is_some() { put(&mut action.starts, text.trim()) } else { action.starts.clear(); None } }) },
    FieldSpec { field: Some(Field::Method), ..row("Method", "How it is sent. GET and DELETE have no body unless the action has its own.", Section::Request, Kind::Choice {
        options: &["POST", "GET", "PUT", "PATCH", "DELETE"],
        read: |action| Method::ALL.iter().position(|method| *method == action.method).unwrap_or(0),
        write: |action, at| action.method = Method::ALL.get(at).copied().unwrap_or_default(),
    }) },
    row("Body", "What is sent: the incident as it is, or a body of your own, filled in at the press.", Section::Request, Kind::Choice {
        options: body::KINDS, read: body::kind, write: body::set_kind,
    }),
    FieldSpec { field: Some(Field::Body), needs: Some("Body"), ..row("Content",
        "{{ incident.title }}, {{ inputs.version }} and ${secret:NAME} are filled in. Form: a name=value on each line.", Section::Request,
        Kind::Text { read: body::text, write: body::set_text }) },

    FieldSpec { field: Some(Field::Input(0)), ..row("Inputs", "Asked at the press, sent as inputs.NAME. Ctrl+N adds one.", Section::Inputs, Kind::Inputs) },

    secret("Signing key", "${secret:NAME}, or whsec_ and base64: requests are signed (Standard Webhooks). Empty: they are not.", Field::Sign,
        |action| action.sign.as_ref().map(|sign| sign.key.expose_secret().to_owned()).unwrap_or_default(), set_key),
    secret("Previous key", "The key before it, while receivers change over: a signature by each is sent.", Field::PreviousKey,
        |action| action.sign.as_ref().and_then(|sign| sign.previous_key.as_ref()).map(|key| key.expose_secret().to_owned()).unwrap_or_default(),
        set_previous_key),

    line("CA file", "A PEM file of certificates that are trusted beside the system's.", Section::Reach, Field::Tls,
        |action| action.tls.ca.clone(), |action, text| put(&mut action.tls.ca, text.trim())),
    line("Certificate", "A PEM file: who andon is to the receiver. It needs its key.", Section::Reach, Field::TlsCert,
        |action| action.tls.cert.clone(), |action, text| put(&mut action.tls.cert, text.trim())),
    line("Its key", "A PEM file: the private key of the certificate.", Section::Reach, Field::TlsKey,
        |action| action.tls.key.clone(), |action, text| put(&mut action.tls.key, text.trim())),
    row("Verify", "Whether the receiver must prove who it is. Off, whoever stands between can read and change everything.", Section::Reach,
        Kind::Switch { words: ["unproven: anyone between can read and change it", "the receiver proves who it is"],
            read: |action| action.tls.verify, write: |action, on| action.tls.verify = on }),
    line("Proxy", "http://, https:// or socks5://, with ${secret:NAME} for a password; none; empty: as the environment says.", Section::Reach, Field::Proxy,
        |action| action.proxy.clone(), |action, text| put(&mut action.proxy, text.trim())),

    line("Success", "Which answers are a success: 2xx, 200, 202, 3xx, or an expression such as status == 200 and body.ok", Section::Outcome, Field::Success,
        |action| action.success.as_str().to_owned(), |action, text| { action.success = Success::new(text); None }),
    line("Retries", "0 to 5: how often it is sent again after the receiver may have got it. Only where that one deduplicates.", Section::Outcome, Field::Retries,
        |action| action.retries.to_string(), |action, text| read_into(&mut action.retries, text.trim().parse().map_err(|_| "write a number from 0 to 5".to_owned()))),
    FieldSpec { field: Some(Field::Redirects), ..row("Redirects", "Which redirects are followed: none, or at most 3 to the same origin.", Section::Outcome, Kind::Choice {
        options: &["none", "same origin"],
        read: |action| usize::from(action.redirects == Redirects::SameOrigin),
        write: |action, at| action.redirects = if at == 1 { Redirects::SameOrigin } else { Redirects::None },
    }) },
    line("Connect", "How long a connection may take, from 100ms; empty: 3s.", Section::Outcome, Field::ConnectTimeout,
        |action| optional_text(action.connect_timeout_ms), |action, text| read_into(&mut action.connect_timeout_ms, optional(text))),
    line("Attempt", "How long one attempt may take, from 100ms; empty: as long as the whole run.", Section::Outcome, Field::AttemptTimeout,
        |action| optional_text(action.attempt_timeout_ms), |action, text| read_into(&mut action.attempt_timeout_ms, optional(text))),
    row("Job", "How a job that the answer starts is followed to its end: by its 202 and Location, or by a rule of your own.", Section::Outcome, Kind::Choice {
        options: &["as the answer says", "own rule"],
        read: |action| usize::from(action.follow.is_some()),
        write: |action, at| action.follow = (at == 1).then(|| action.follow.take().unwrap_or_default()),
    }),
    follow("Job address", "Where the job is asked for, from the answer; empty: its Location.", "url",
        |action| of(action, |follow| follow.url.clone()), |action, text| to(action, |follow| put(&mut follow.url, text.trim()))),
    follow("Then at", "Where it is asked for once this can be filled: a queue item that became a build.", "next",
        |action| of(action, |follow| follow.next.clone()), |action, text| to(action, |follow| put(&mut follow.next, text.trim()))),
    follow("Origins", "Which origins may be asked: same, or others such as https://ci.example, with commas.", "origin",
        |action| of(action, |follow| follow.origin.join(", ")), |action, text| to(action, |follow| {
            follow.origin = text.split([',', ' ']).filter(|origin| !origin.is_empty()).map(str::to_owned).collect();
            None
        })),
    follow("Every", "How often it is asked for, from 500ms.", "every",
        |action| of(action, |follow| format_duration(follow.every_ms)), |action, text| to(action, |follow| read_into(&mut follow.every_ms, parse_duration(text)))),
    follow("Done when", "An expression such as body.building == false; empty: by the usual words of status and state.", "done",
        |action| of(action, |follow| follow.done.clone()), |action, text| to(action, |follow| put(&mut follow.done, text.trim()))),
    follow("Failed when", "An expression such as body.result != 'SUCCESS', judged once it is done; empty: never.", "failed",
        |action| of(action, |follow| follow.failed.clone()), |action, text| to(action, |follow| put(&mut follow.failed, text.trim()))),
    follow("Progress", "An expression for how far it is, 0 to 100; empty: by the usual names.", "progress",
        |action| of(action, |follow| follow.progress.clone()), |action, text| to(action, |follow| put(&mut follow.progress, text.trim()))),
    follow("Followed", "How long it is followed, up to 24h.", "limit",
        |action| of(action, |follow| format_duration(follow.limit_ms)), |action, text| to(action, |follow| read_into(&mut follow.limit_ms, parse_duration(text)))),

    row("Danger", "A dangerous press is marked everywhere and always wants the incident's number typed.", Section::Press,
        Kind::Switch { words: ["nothing special", "dangerous: wants the number typed"], read: |action| action.danger, write: |action, on| action.danger = on }),
    row("Only open", "Whether a press on a closed incident is refused.", Section::Press,
        Kind::Switch { words: ["also on closed incidents", "refused on closed incidents"], read: |action| action.only_open, write: |action, on| action.only_open = on }),
    line("Hold", "How long a confirmed press waits and can be taken back, up to 60s; empty: 2s where nothing is confirmed.", Section::Press, Field::Hold,
        |action| optional_text(action.hold_ms), |action, text| read_into(&mut action.hold_ms, optional(text))),
    line("Cooldown", "How long after a run the same press is refused, up to 24h.", Section::Press, Field::Cooldown,
        |action| format_duration(action.cooldown_ms), |action, text| read_into(&mut action.cooldown_ms, parse_duration(text))),

    row("Save", "Saves the action. Ctrl+S does so from every field.", Section::End, Kind::Button(Button::Save)),
    row("Cancel", "Leaves the form; asks if something changed.", Section::End, Kind::Button(Button::Cancel)),
];

const fn row(label: &'static str, help: &'static str, section: Section, kind: Kind) -> FieldSpec {
    FieldSpec { label, help, section, field: None, needs: None, kind }
}

const fn line(
    label: &'static str,
    help: &'static str,
    section: Section,
    field: Field,
    read: fn(&Action) -> String,
    write: Write,
) -> FieldSpec {
    FieldSpec { label, help, section, field: Some(field), needs: None, kind: Kind::Line { read, write } }
}

const fn secret(
    label: &'static str,
    help: &'static str,
    field: Field,
    read: fn(&Action) -> String,
    write: Write,
) -> FieldSpec {
    let kind = Kind::Secret { read, write };
    FieldSpec { label, help, section: Section::Signing, field: Some(field), needs: None, kind }
}

const fn follow(
    label: &'static str,
    help: &'static str,
    part: &'static str,
    read: fn(&Action) -> String,
    write: Write,
) -> FieldSpec {
    let (field, kind) = (Some(Field::Follow(part)), Kind::Line { read, write });
    FieldSpec { label, help, section: Section::Outcome, field, needs: Some("Job"), kind }
}

fn put(place: &mut String, text: &str) -> Option<String> {
    text.clone_into(place);
    None
}

fn read_into<T>(place: &mut T, read: Result<T, String>) -> Option<String> {
    match read {
        Ok(value) => {
            *place = value;
            None
        }
        Err(fault) => Some(fault),
    }
}

fn optional(text: &str) -> Result<Option<u64>, String> {
    if text.trim().is_empty() { Ok(None) } else { parse_duration(text).map(Some) }
}

fn optional_text(ms: Option<u64>) -> String {
    ms.map(format_duration).unwrap_or_default()
}

/// A part of the follow rule; of the default one where the action has none.
fn of(action: &Action, part: fn(&Follow) -> String) -> String {
    action.follow.as_ref().map_or_else(|| part(&Follow::default()), part)
}

fn to(action: &mut Action, write: impl FnOnce(&mut Follow) -> Option<String>) -> Option<String> {
    action.follow.as_mut().and_then(write)
}

fn set_key(action: &mut Action, text: &str) -> Option<String> {
    action.sign = (!text.trim().is_empty()).then(|| Sign { key: text.trim().to_owned().into(), previous_key: None });
    None
}

/// Comes after the key: that one made the signing anew.
fn set_previous_key(action: &mut Action, text: &str) -> Option<String> {
    if text.trim().is_empty() {
        return None;
    }
    match &mut action.sign {
        Some(sign) => {
            sign.previous_key = Some(text.trim().to_owned().into());
            None
        }
        None => Some("a previous key needs a signing key".to_owned()),
    }
}
