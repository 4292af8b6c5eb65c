//! The id of what is started in the incident's source.

use super::super::action::{Action, ActionKind};

/// The limit of an id, in characters.
const ID_MAX: usize = 64;

/// What is wrong with the id of what is started.
pub(in crate::domain) fn vendor_action_fault(action: &Action) -> Option<String> {
    let id = action.vendor_action.as_str();
    match action.kind {
        ActionKind::Webhook => None,
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
