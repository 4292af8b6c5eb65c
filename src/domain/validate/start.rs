//! What is wrong with an action that is started in its incident's source: the id, and what only a webhook has.

use super::super::action::{Action, ActionKind, Body, Method, Redirects, Success, Tls};
use super::fault::{Fault, Field};

/// The limit of an id, in characters.
const ID_MAX: usize = 64;

/// What is wrong with the id of what is started.
pub(super) fn starts_fault(action: &Action) -> Option<String> {
    let id = action.starts.as_str();
    match action.kind {
        ActionKind::Webhook => {
            (!id.is_empty()).then(|| "only an action of another kind than webhook has it".to_owned())
        }
        kind if id.is_empty() => Some(format!("the id of what is started is needed: {}", kind.what())),
        // A 64-bit number there; anything else would be refused at the press.
        ActionKind::Flashduty => (!id.parse::<i64>().is_ok_and(|id| id > 0))
            .then(|| "the id of a Flashduty integration is a number".to_owned()),
        ActionKind::PagerdutyWorkflow | ActionKind::PagerdutyAutomation => {
            let is_id = id.len() <= ID_MAX && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
            (!is_id).then(|| "an id of PagerDuty has letters and digits, such as PIJ90N7".to_owned())
        }
    }
}

/// What the action has although its source decides it.
pub(super) fn own_faults(action: &Action) -> Vec<Fault> {
    let own = [
        (Field::Endpoint, !action.endpoint.trim().is_empty(), "endpoint"),
        (Field::Method, action.method != Method::default(), "method"),
        (Field::HeaderName(0), !action.headers.is_empty(), "headers"),
        (Field::Body, action.body != Body::default(), "body"),
        (Field::Input(0), !action.inputs.is_empty(), "inputs"),
        (Field::Sign, action.sign.is_some(), "signing key"),
        (Field::Tls, action.tls != Tls::default(), "TLS settings"),
        (Field::Proxy, !action.proxy.is_empty(), "proxy"),
        (Field::Success, action.success != Success::default(), "success rule"),
        (Field::Follow("url"), action.follow.is_some(), "follow rule"),
        (Field::Retries, action.retries > 0, "retries"),
        (Field::Redirects, action.redirects != Redirects::default(), "redirects"),
    ];
    let fault = |(field, _, what): (Field, bool, &str)| Fault {
        field,
        message: format!("{} has no {what} of its own: it is started there", action.kind.what()),
    };
    own.into_iter().filter(|(_, has, _)| *has).map(fault).collect()
}
