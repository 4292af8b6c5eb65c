//! The field table: one row for each field of an action, in the order of the form.
//!
//! Everything that goes over the fields of an action walks this table: files in and out, the flags and `show` of the
//! command line, `--json`, the form, the list of changes, what is wrong, the schema. To add a field, add it to
//! [`Action`] and add a row. Id, revision and origin say which action it is; they are no fields.

use secrecy::ExposeSecret;

use super::field::FieldSpec;
use super::field_kind::{Choice, Fills, Hides, Item, Kind, Listed, Scope, Section, Shape};
use super::parts::{
    auth_of, follow_text, of, previous_key, set_cancel, set_key, set_password, set_previous_key, set_user, signed_by,
    to,
};
use super::{Action, ActionKind, Confirm, Ends, Method, Redirects, Success, Tls};
use crate::domain::validate::{self as judge, NAME_MAX};

/// No end: what is longer than the run is judged with the whole action.
const ANY: u64 = u64::MAX;
const DAY_MS: u64 = 24 * 3_600_000;
const CONFIRMS: [Confirm; 3] = [Confirm::None, Confirm::Enter, Confirm::Type];

#[rustfmt::skip] // A row is read by its lines: names, what it is, its value.
pub const FIELDS: &[FieldSpec] = &[
    FieldSpec { label: "Name", example: "Roll back", listed: Listed::Always, shape: Shape::Length(1, NAME_MAX),
        about: "What the button says; unique in each channel",
        help: "What the button says: 1 to 64 characters, unique in each of its channels.",
        check: |action| judge::name_fault(&action.name),
        ..text("name", |action| &action.name, |action, text| text.clone_into(&mut action.name)) },
    FieldSpec { label: "Channels", listed: Listed::Always,
        about: "Where the button is",
        help: "Where the button appears. Type to filter, arrows move, space ticks.",
        ..row("channels", Kind::Channels) },
    // A password in it (from an older file) is never shown; the validation refuses it, masked or not.
    FieldSpec { label: "Endpoint", scope: Scope::Webhook, example: "https://ci.example/hooks/x", listed: Listed::Always,
        shape: Shape::Length(1, 0), hides: Hides::Userinfo,
        about: "Where it goes; {{ expressions }} may stand in parts of the host, the path and the query, ${references} in the last two",
        help: "Where the incident is sent, such as https://ci.example/hooks/{{ incident.labels.team }}",
        check: |action| judge::endpoint_fault(&action.endpoint),
        ..text("endpoint", |action| &action.endpoint, |action, text| text.clone_into(&mut action.endpoint)) },
    FieldSpec { label: "Headers", scope: Scope::Webhook,
        about: "Headers. A value is a secret unless its name or secret = false says otherwise; ${kept:NAME} keeps the stored one",
        help: "Sent with every request.",
        ..row("headers", Kind::Headers) },
    FieldSpec { label: "Timeout", flag: "timeout", listed: Listed::Always,
        about: "Of the whole run with all tries, {least} to {most}; following a job excepted",
        help: "Of the whole run, from {least} to {most}: 10s, 1m30s.",
        range_fault: "a timeout is from {least} to {most}",
        ..row("timeout", Kind::Time { range: (1_000, 600_000), get: |action| action.timeout_ms, set: |action, ms| action.timeout_ms = ms }) },
    FieldSpec { label: "Description", flag: "description",
        about: "What it does",
        help: "What it does, for whoever is about to press it.",
        check: |action| judge::mask_fault(&action.description),
        ..row("description", Kind::Prose { get: |action| &action.description, set: |action, text| text.clone_into(&mut action.description) }) },
    FieldSpec { label: "Enabled", listed: Listed::Always,
        about: "Whether it can be pressed",
        help: "Whether it can be pressed. Space switches.",
        ..switch("enabled", ["cannot be pressed", "can be pressed"], |action| action.enabled, |action, on| action.enabled = on) },
    FieldSpec { label: "Confirm", flag: "confirm", value: "CONFIRM", listed: Listed::Always,
        about: "How a press is confirmed",
        help: "What a press asks for before anything is sent. Space or the arrows choose.",
        ..row("confirm", Kind::Choice {
            options: &[choice("none", "none", "Not at all"), choice("enter", "enter", "By one key, or --yes"), choice("type", "type the number", "By the incident's number")],
            get: |action| place_of(&CONFIRMS, &action.confirm), set: |action, at| action.confirm = at_place(&CONFIRMS, at) }) },

    FieldSpec { label: "Kind", section: Section::Request, flag: "kind", value: "KIND",
        about: "What a press does: calls the endpoint, or starts what the incident's source has configured",
        help: "What a press does: calls the endpoint, or starts what the incident's source has configured, by its id.",
        ..row("kind", Kind::Choice {
            options: &[
                choice("webhook", "webhook", "Calls the endpoint"),
                choice("flashduty", "Flashduty action", "A custom action of Flashduty, by the id of its integration"),
                choice("pagerduty-workflow", "PagerDuty workflow", "An incident workflow of PagerDuty"),
                choice("pagerduty-automation", "PagerDuty automation", "An automation action of PagerDuty, followed to its end"),
            ],
            get: |action| place_of(&ActionKind::ALL, &action.kind), set: set_kind }) },
    FieldSpec { label: "Starts", section: Section::Request, scope: Scope::Started, flag: "starts", value: "ID", example: "PIJ90N7", listed: Listed::Always,
        shape: Shape::Pattern("^[A-Za-z0-9-]{1,64}$"),
        about: "The id of what is started there: a Flashduty integration, a PagerDuty workflow or automation action",
        help: "The id of what is started there: a Flashduty integration, a PagerDuty workflow or automation action.",
        check: judge::vendor_action_fault,
        ..text("starts", |action| &action.vendor_action, |action, text| text.clone_into(&mut action.vendor_action)) },
    FieldSpec { label: "Method", section: Section::Request, scope: Scope::Webhook, listed: Listed::Never, flag: "method", value: "METHOD",
        about: "The HTTP method",
        help: "How it is sent. GET and DELETE have no body unless the action has its own.",
        ..row("method", Kind::Choice {
            options: &[choice("POST", "POST", ""), choice("GET", "GET", ""), choice("PUT", "PUT", ""), choice("PATCH", "PATCH", ""), choice("DELETE", "DELETE", "")],
            get: |action| place_of(&Method::ALL, &action.method), set: |action, at| action.method = at_place(&Method::ALL, at) }) },
    FieldSpec { label: "Body", section: Section::Request, scope: Scope::Webhook,
        about: "What is sent: exactly one; by default andon's payload",
        help: "What is sent: the incident as it is, or a body of your own, filled in at the press.",
        ..row("body", Kind::Body) },
    FieldSpec { scope: Scope::Webhook, words: "auth", listed: Listed::Never, about: "User and password, sent as Basic authentication", ..row("auth", Kind::Table {
        words: ["", ""], optional: true, get: |action| action.auth.is_some(),
        set: |action, on| action.auth = on.then(|| action.auth.take().unwrap_or_else(|| auth_of("", ""))) }) },
    FieldSpec { label: "User", section: Section::Request, scope: Scope::Webhook, flag: "user", value: "USER", words: "auth",
        about: "The user of Basic authentication",
        help: "The user, where the receiver wants a user and a password. Empty: none.",
        check: judge::auth_fault,
        ..text("auth.user", |action| action.auth.as_ref().map_or("", |auth| &auth.user), set_user) },
    FieldSpec { section: Section::Request, label: "Password", flag: "password", value: "PASSWORD", words: "auth",
        about: "Its password: a reference, or the password itself, which is kept and never shown",
        help: "${secret:NAME}, or the password: it is sent as Basic authentication.",
        check: judge::password_fault,
        ..secret("auth.password", |action| action.auth.as_ref().map_or("", |auth| auth.password.expose_secret()), set_password) },

    FieldSpec { label: "Inputs", section: Section::Inputs, scope: Scope::Webhook, words: "inputs",
        about: "What is asked at the press",
        help: "Asked at the press, sent as inputs.NAME.",
        ..row("input", Kind::Inputs) },

    FieldSpec { scope: Scope::Webhook, words: "signing", listed: Listed::Never, about: "Signing by Standard Webhooks", ..row("sign", Kind::Table {
        words: ["", ""], optional: true, get: |action| action.sign.is_some(),
        set: |action, on| action.sign = on.then(|| action.sign.take().unwrap_or_else(|| signed_by(""))) }) },
    FieldSpec { label: "Signing key", flag: "sign-key", example: "${secret:WHSEC}",
        about: "The key that signs: a reference, or whsec_ and base64",
        help: "${secret:NAME}, or whsec_ and base64: requests are signed (Standard Webhooks). Empty: they are not.",
        check: |action| action.sign.as_ref().and_then(|sign| judge::key_fault(&sign.key)),
        ..secret("sign.key", |action| action.sign.as_ref().map_or("", |sign| sign.key.expose_secret()), set_key) },
    FieldSpec { label: "Previous key", flag: "previous-sign-key",
        about: "The key before it, while receivers change over",
        help: "The key before it, while receivers change over: a signature by each is sent.",
        check: |action| action.sign.as_ref().and_then(|sign| sign.previous_key.as_ref()).and_then(judge::key_fault),
        ..secret("sign.previous_key", |action| previous_key(action), set_previous_key) },

    FieldSpec { scope: Scope::Webhook, words: "TLS", listed: Listed::Never, about: "Whom the connection trusts, and who andon is to it. PEM files", ..row("tls", Kind::Table {
        words: ["", ""], optional: false, get: |action| action.tls != Tls::default(), set: |action, on| if !on { action.tls = Tls::default() } }) },
    FieldSpec { label: "CA file", flag: "ca",
        about: "CA certificates (PEM) to trust beside the system's",
        help: "A PEM file of certificates that are trusted beside the system's.",
        check: |action| judge::path_fault(&action.tls.ca),
        ..tls("tls.ca", |action| &action.tls.ca, |action, text| text.clone_into(&mut action.tls.ca)) },
    FieldSpec { label: "Certificate", flag: "cert",
        about: "The client certificate (PEM)",
        help: "A PEM file: who andon is to the receiver. It needs its key.",
        check: |action| judge::path_fault(&action.tls.cert).or_else(|| judge::cert_fault(&action.tls)),
        ..tls("tls.cert", |action| &action.tls.cert, |action, text| text.clone_into(&mut action.tls.cert)) },
    FieldSpec { label: "Its key", flag: "cert-key",
        about: "The key of the client certificate (PEM)",
        help: "A PEM file: the private key of the certificate.",
        check: |action| judge::path_fault(&action.tls.key).or_else(|| judge::cert_key_fault(&action.tls)),
        ..tls("tls.key", |action| &action.tls.key, |action, text| text.clone_into(&mut action.tls.key)) },
    FieldSpec { label: "Verify", section: Section::Reach, scope: Scope::Webhook, flag: "no-verify", words: "TLS",
        about: "Whether the server must prove who it is", flag_about: "Do not ask the server to prove who it is",
        help: "Whether the receiver must prove who it is. Off, whoever stands between can read and change everything.",
        ..row("tls.verify", Kind::Switch {
            words: ["unproven: anyone between can read and change it", "the receiver proves who it is"],
            told: ["off: whoever stands between can read and change everything", "yes"],
            get: |action| action.tls.verify, set: |action, on| action.tls.verify = on }) },
    FieldSpec { label: "Proxy", section: Section::Reach, scope: Scope::Webhook, flag: "proxy", value: "URL", hides: Hides::Password,
        about: "The proxy: an address, none, or empty for what the environment says",
        help: "http://, https:// or socks5://, with ${secret:NAME} for a password; none; empty: as the environment says.",
        check: |action| judge::proxy_fault(&action.proxy),
        ..text("proxy", |action| &action.proxy, |action, text| text.clone_into(&mut action.proxy)) },

    FieldSpec { label: "Success", section: Section::Outcome, scope: Scope::Webhook, flag: "success", fills: Fills::Rule, words: "success rule",
        about: "Which answers are a success: codes such as 2xx or 200, 202, or an expression such as status == 200 and body.ok (default: 2xx and an answer that reports no error of its own)",
        help: "2xx, 200, 202, 3xx, or an expression such as status == 200 and body.ok; empty: 2xx and no error in the answer.",
        check: |action| judge::success_fault(&action.success),
        ..text("success", |action| action.success.as_str(), |action, text| action.success = Success::new(text)) },
    FieldSpec { label: "Ends", section: Section::Outcome, scope: Scope::Webhook, flag: "ends", value: "ENDS",
        about: "What a success says of what was asked for",
        help: "What a success says: that it is done, or only that the receiver took it.",
        ..row("ends", Kind::Choice {
            options: &[choice("answer", "with the answer", "It is done"), choice("accepted", "after the answer", "It was taken, and its end is not known here")],
            get: |action| usize::from(action.ends == Ends::Accepted),
            set: |action, at| action.ends = if at == 1 { Ends::Accepted } else { Ends::Answer } }) },
    FieldSpec { label: "Message", section: Section::Outcome, scope: Scope::Webhook, flag: "message", value: "EXPRESSION", fills: Fills::Rule,
        about: "What the log says of an answer: an expression such as body.result.text (default: the usual fields)",
        help: "What the log says of an answer: an expression such as body.result.text; empty: the usual fields.",
        check: |action| (!action.message.is_empty()).then(|| judge::rule_fault(&action.message)).flatten(),
        ..text("message", |action| &action.message, |action, text| text.clone_into(&mut action.message)) },
    FieldSpec { label: "Keep", section: Section::Outcome, scope: Scope::Webhook, flag: "keep", value: "NAME=EXPRESSION",
        about: "Values of the answer that become fields of the incident: {{ incident.fields.NAME }} of later actions",
        help: "Values of the answer that become fields of the incident: ticket = body.key; several with ; between.",
        check: judge::keep_fault,
        ..row("keep", Kind::Pairs { get: |action| &action.keep, set: |action, pairs| action.keep = pairs }) },
    FieldSpec { label: "Retries", section: Section::Outcome, scope: Scope::Webhook, flag: "retries",
        about: "How often it is sent again after it may have arrived: only where the receiver deduplicates",
        help: "{least} to {most}: how often it is sent again after the receiver may have got it. Only where that one deduplicates.",
        range_fault: "it is sent again from {least} to {most} times",
        ..row("retries", Kind::Whole { range: (0, 5), get: |action| action.retries.into(), set: |action, times| action.retries = u8::try_from(times).unwrap_or(u8::MAX) }) },
    FieldSpec { label: "Retries on", section: Section::Outcome, scope: Scope::Webhook, flag: "retries-on", value: "STATUS", words: "retries on",
        about: "HTTP statuses from {least} to {most} after which it is sent again as well, while retries are left",
        help: "HTTP statuses from {least} to {most}, with commas, after which it is sent again as well: 409, 423. Needs Retries.",
        range_fault: "a status after which it is sent again is from {least} to {most}",
        check: |action| (action.retries == 0 && !action.retries_on.is_empty())
            .then(|| "nothing is sent again while retries is 0: set it to 1 or more, or leave this empty".to_owned()),
        ..row("retries_on", Kind::List { item: Item::Whole { range: (400, 599), most: 16 },
            get: |action| action.retries_on.iter().map(u16::to_string).collect(),
            set: |action, statuses| action.retries_on = statuses.iter().map(|status| status.parse().unwrap_or(u16::MAX)).collect() }) },
    FieldSpec { label: "Redirects", section: Section::Outcome, scope: Scope::Webhook, flag: "redirects", value: "REDIRECTS",
        about: "Which redirects are followed",
        help: "Which redirects are followed: none, or at most 3 to the same origin.",
        ..row("redirects", Kind::Choice {
            options: &[choice("none", "none", "An answer like any other"), choice("same-origin", "same origin", "To the same origin, at most 3")],
            get: |action| usize::from(action.redirects == Redirects::SameOrigin),
            set: |action, at| action.redirects = if at == 1 { Redirects::SameOrigin } else { Redirects::None } }) },
    FieldSpec { label: "Connect", section: Section::Outcome, flag: "connect-timeout", words: "connect timeout",
        about: "How long a connection may take to stand (default {default})",
        help: "How long a connection may take, from {least}; empty: {default}.",
        range_fault: "a connection may take {least} at least", check: judge::connect_fault,
        ..row("connect_timeout", Kind::OptionalTime { range: (100, ANY), get: |action| action.connect_timeout_ms,
            set: |action, ms| action.connect_timeout_ms = ms, used: Action::connects_ms }) },
    FieldSpec { label: "Attempt", section: Section::Outcome, flag: "attempt-timeout", words: "attempt timeout",
        about: "How long one attempt may take (default: the timeout)",
        help: "How long one attempt may take, from {least}; empty: as long as the whole run.",
        range_fault: "an attempt may take {least} at least", check: judge::attempt_fault,
        ..row("attempt_timeout", Kind::OptionalTime { range: (100, ANY), get: |action| action.attempt_timeout_ms,
            set: |action, ms| action.attempt_timeout_ms = ms, used: Action::attempts_ms }) },

    FieldSpec { label: "Job", section: Section::Outcome, scope: Scope::Webhook, words: "follow rule",
        about: "How the job that an answer starts is followed",
        help: "How a job that the answer starts is followed to its end: by its 202 and Location, or by a rule of your own.",
        ..row("follow", Kind::Table { words: ["as the answer says", "own rule"], optional: true, get: |action| action.follow.is_some(),
            set: |action, on| action.follow = on.then(|| action.follow.take().unwrap_or_default()) }) },
    FieldSpec { label: "Job address", flag: "follow-url", fills: Fills::Address, listed: Listed::Never,
        about: "Where it is asked for: '{{ answer.headers.location }}api/json' (default: the answer's Location)",
        help: "Where the job is asked for, from the answer; empty: its Location.",
        check: |action| judge::address_fault(&of(action).url),
        ..follow("follow.url", Kind::Text { get: |action| follow_text(action, |follow| &follow.url), set: |action, text| text.clone_into(&mut to(action).url) }) },
    FieldSpec { label: "Then at", flag: "follow-next", fills: Fills::Address,
        about: "Where it is asked for once this exists",
        help: "Where it is asked for once this can be filled: a queue item that became a build.",
        check: |action| judge::address_fault(&of(action).next),
        ..follow("follow.next", Kind::Text { get: |action| follow_text(action, |follow| &follow.next), set: |action, text| text.clone_into(&mut to(action).next) }) },
    FieldSpec { label: "Origins", flag: "follow-origin", value: "same|https://HOST",
        about: "Whom it may ask: same, or an origin",
        help: "Which origins may be asked: same, or others such as https://ci.example, with commas.",
        check: |action| judge::origin_fault(&of(action).origin),
        ..follow("follow.origin", Kind::List { item: Item::Text { expected: "\"same\", or origins such as [\"https://ci.example\"]" },
            get: |action| of(action).origin, set: |action, origins| to(action).origin = origins }) },
    FieldSpec { label: "Every", flag: "follow-every", listed: Listed::Always,
        about: "The pace",
        help: "How often it is asked for, from {least}.",
        range_fault: "a job is asked for every {least} at most",
        ..follow("follow.every", Kind::Time { range: (500, ANY), get: |action| of(action).every_ms, set: |action, ms| to(action).every_ms = ms }) },
    FieldSpec { label: "Done when", flag: "follow-done", fills: Fills::Rule,
        about: "It has ended where this is true",
        help: "An expression such as body.building == false; empty: by the usual words of status and state.",
        check: |action| judge::rule_fault(&of(action).done),
        ..follow("follow.done", Kind::Text { get: |action| follow_text(action, |follow| &follow.done), set: |action, text| text.clone_into(&mut to(action).done) }) },
    FieldSpec { label: "Failed when", flag: "follow-failed", fills: Fills::Rule,
        about: "The ended job failed where this is true",
        help: "An expression such as body.result != 'SUCCESS', judged once it is done; empty: never.",
        check: |action| judge::failed_fault(&of(action)),
        ..follow("follow.failed", Kind::Text { get: |action| follow_text(action, |follow| &follow.failed), set: |action, text| text.clone_into(&mut to(action).failed) }) },
    FieldSpec { label: "Cancelled when", flag: "follow-cancelled", fills: Fills::Rule,
        about: "The ended job was cancelled at the receiver where this is true",
        help: "An expression such as body.result == 'ABORTED', judged once it is done; empty: by the usual words.",
        check: |action| judge::cancelled_fault(&of(action)),
        ..follow("follow.cancelled", Kind::Text { get: |action| follow_text(action, |follow| &follow.cancelled), set: |action, text| text.clone_into(&mut to(action).cancelled) }) },
    FieldSpec { label: "It says", flag: "follow-message", fills: Fills::Rule,
        about: "What is said of an answer about the job",
        help: "An expression such as body.stage.name; empty: by the usual fields.",
        check: |action| judge::rule_fault(&of(action).message),
        ..follow("follow.message", Kind::Text { get: |action| follow_text(action, |follow| &follow.message), set: |action, text| text.clone_into(&mut to(action).message) }) },
    FieldSpec { label: "Progress", flag: "follow-progress", fills: Fills::Rule,
        about: "How far it is, 0 to 100",
        help: "An expression for how far it is, 0 to 100; empty: by the usual names.",
        check: |action| judge::rule_fault(&of(action).progress),
        ..follow("follow.progress", Kind::Text { get: |action| follow_text(action, |follow| &follow.progress), set: |action, text| text.clone_into(&mut to(action).progress) }) },
    FieldSpec { label: "Followed", flag: "follow-limit", listed: Listed::Always,
        about: "How long it is followed",
        help: "How long it is followed, up to {most}.",
        range_fault: "a job is followed for {most} at most", check: |action| judge::limit_fault(&of(action)),
        ..follow("follow.limit", Kind::Time { range: (0, DAY_MS), get: |action| of(action).limit_ms, set: |action, ms| to(action).limit_ms = ms }) },

    FieldSpec { scope: Scope::Webhook, words: "cancel", listed: Listed::Never, about: "What is called to stop a followed job at the receiver", ..row("cancel", Kind::Table {
        words: ["", ""], optional: true, get: |action| action.cancel.is_some(),
        set: |action, on| action.cancel = on.then(|| action.cancel.take().unwrap_or_default()) }) },
    FieldSpec { label: "Cancel at", flag: "cancel-endpoint", value: "TEMPLATE", fills: Fills::Address,
        about: "Where a followed job is stopped: 'https://ci.example/job/{{ answer.body.id }}'",
        help: "What is called to stop a followed job: https://ci.example/job/{{ answer.body.id }}. Empty: nothing.",
        check: judge::cancel_fault,
        ..cancel("cancel.endpoint", Kind::Text { get: |action| action.cancel.as_ref().map_or("", |cancel| &cancel.endpoint), set: set_cancel }) },
    FieldSpec { label: "Cancel by", flag: "cancel-method", value: "METHOD",
        about: "The HTTP method of that call",
        help: "How it is sent.",
        ..cancel("cancel.method", Kind::Choice {
            options: &[choice("POST", "POST", ""), choice("GET", "GET", ""), choice("PUT", "PUT", ""), choice("PATCH", "PATCH", ""), choice("DELETE", "DELETE", "")],
            get: |action| action.cancel.as_ref().map_or(0, |cancel| place_of(&Method::ALL, &cancel.method)),
            set: |action, at| if let Some(cancel) = &mut action.cancel { cancel.method = at_place(&Method::ALL, at) } }) },
    FieldSpec { label: "Cancel body", flag: "cancel-body", value: "TEXT", fills: Fills::Answer,
        about: "The body of that call",
        help: "What is sent with it: text, or a JSON document whose leaves are filled. Empty: nothing.",
        ..cancel("cancel.body", Kind::Text { get: |action| action.cancel.as_ref().map_or("", |cancel| &cancel.body),
            set: |action, text| if let Some(cancel) = &mut action.cancel { text.clone_into(&mut cancel.body) } }) },

    FieldSpec { label: "Danger", section: Section::Press, flag: "danger",
        about: "Confirm by the incident's number, and mark it so everywhere",
        help: "A dangerous press is marked everywhere and always wants the incident's number typed.",
        ..switch("danger", ["nothing special", "dangerous: wants the number typed"], |action| action.danger, |action, on| action.danger = on) },
    FieldSpec { label: "Only open", section: Section::Press, flag: "only-open", words: "only open",
        about: "Refuse a press on a closed incident",
        help: "Whether a press on a closed incident is refused.",
        ..switch("only_open", ["also on closed incidents", "refused on closed incidents"], |action| action.only_open, |action, on| action.only_open = on) },
    FieldSpec { label: "Hold", section: Section::Press, flag: "hold",
        about: "How long a press waits before it is sent, so that it can be taken back (default 0s, 2s where confirm is none)",
        help: "How long a confirmed press waits and can be taken back, up to {most}; empty: 2s where nothing is confirmed.",
        range_fault: "a press is held for {most} at most",
        ..row("hold", Kind::OptionalTime { range: (0, 60_000), get: |action| action.hold_ms, set: |action, ms| action.hold_ms = ms, used: Action::holds_ms }) },
    FieldSpec { label: "Cooldown", section: Section::Press, flag: "cooldown", listed: Listed::Always,
        about: "How long after a run the same press is refused",
        help: "How long after a run the same press is refused, up to {most}.",
        range_fault: "a cooldown is {most} at most",
        ..row("cooldown", Kind::Time { range: (0, DAY_MS), get: |action| action.cooldown_ms, set: |action, ms| action.cooldown_ms = ms }) },
];

/// The order of a file. A field that is not named here stands after the one before it in the table.
#[rustfmt::skip]
const FILE: &[&str] = &[
    "name", "channels", "kind", "starts", "endpoint", "description", "enabled", "method", "timeout",
    "connect_timeout", "attempt_timeout", "confirm", "danger", "only_open", "cooldown", "hold", "retries", "redirects",
    "success", "ends", "message", "proxy", "auth", "headers", "body", "input", "sign", "tls", "keep", "follow", "cancel",
];

/// The order in which an action is listed, likewise.
#[rustfmt::skip]
const LISTED: &[&str] = &[
    "name", "channels", "kind", "starts", "endpoint", "method", "auth", "headers", "body", "input", "sign", "tls", "proxy",
    "success", "ends", "message", "keep", "follow", "cancel", "redirects", "retries", "timeout", "connect_timeout", "attempt_timeout", "confirm", "danger",
    "only_open", "cooldown", "hold", "enabled", "description",
];

/// The fields in the order of a file.
pub fn in_file() -> Vec<&'static FieldSpec> {
    ordered(FILE)
}

/// The fields in the order in which an action is listed.
pub fn listed() -> Vec<&'static FieldSpec> {
    ordered(LISTED)
}

pub fn row_of(name: &str) -> Option<&'static FieldSpec> {
    FIELDS.iter().find(|spec| spec.name == name)
}

/// Whether an action has the table that a field stands in.
pub fn has_table_of(spec: &FieldSpec, action: &Action) -> bool {
    match spec.place().0.and_then(row_of).map(|table| &table.kind) {
        Some(Kind::Table { get, .. }) => get(action),
        _ => true,
    }
}

fn ordered(names: &[&str]) -> Vec<&'static FieldSpec> {
    let mut rank = 0;
    let ranked = FIELDS.iter().map(|spec| {
        rank = names.iter().position(|name| *name == spec.name).unwrap_or(rank);
        (rank, spec)
    });
    let mut ranked: Vec<_> = ranked.collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, spec)| spec).collect()
}

/// What differs in a later revision, in the words of people; never a value.
pub(super) fn differences(before: &Action, after: &Action) -> Vec<&'static str> {
    let differ = FIELDS.iter().filter(|spec| spec.differs(before, after));
    let mut out: Vec<&str> = differ.map(FieldSpec::changed_words).collect();
    if before.origin != after.origin {
        out.push("origin");
    }
    out.dedup();
    out
}

const fn row(name: &'static str, kind: Kind) -> FieldSpec {
    FieldSpec {
        name,
        label: "",
        section: Section::First,
        flag: "",
        value: "",
        about: "",
        flag_about: "",
        help: "",
        words: "",
        range_fault: "",
        scope: Scope::Any,
        example: "",
        shape: Shape::Any,
        fills: Fills::Nothing,
        hides: Hides::Nothing,
        listed: Listed::Changed,
        check: |_| None,
        kind,
    }
}

const fn text(name: &'static str, get: fn(&Action) -> &str, set: fn(&mut Action, &str)) -> FieldSpec {
    row(name, Kind::Text { get, set })
}

const fn switch(
    name: &'static str,
    words: [&'static str; 2],
    get: fn(&Action) -> bool,
    set: fn(&mut Action, bool),
) -> FieldSpec {
    row(name, Kind::Switch { words, told: ["no", "yes"], get, set })
}

const fn secret(
    name: &'static str,
    get: fn(&Action) -> &str,
    set: fn(&mut Action, &str) -> Result<(), String>,
) -> FieldSpec {
    let (section, scope, hides) = (Section::Signing, Scope::Webhook, Hides::Everything);
    FieldSpec { section, scope, value: "KEY", words: "signing", hides, ..row(name, Kind::Secret { get, set }) }
}

const fn tls(name: &'static str, get: fn(&Action) -> &str, set: fn(&mut Action, &str)) -> FieldSpec {
    let (section, scope) = (Section::Reach, Scope::Webhook);
    FieldSpec { section, scope, value: "FILE", words: "TLS", ..text(name, get, set) }
}

const fn follow(name: &'static str, kind: Kind) -> FieldSpec {
    let (section, scope) = (Section::Outcome, Scope::Webhook);
    FieldSpec { section, scope, words: "follow rule", ..row(name, kind) }
}

const fn cancel(name: &'static str, kind: Kind) -> FieldSpec {
    let (section, scope) = (Section::Outcome, Scope::Webhook);
    FieldSpec { section, scope, words: "cancel", ..row(name, kind) }
}

const fn choice(word: &'static str, label: &'static str, about: &'static str) -> Choice {
    Choice { word, label, about }
}

fn place_of<T: PartialEq>(all: &[T], value: &T) -> usize {
    all.iter().position(|other| other == value).unwrap_or_default()
}

fn at_place<T: Copy + Default>(all: &[T], at: usize) -> T {
    all.get(at).copied().unwrap_or_default()
}

/// A webhook starts nothing in its source.
fn set_kind(action: &mut Action, at: usize) {
    action.kind = at_place(&ActionKind::ALL, at);
    if action.kind == ActionKind::Webhook {
        action.vendor_action.clear();
    }
}
