//! What refuses a press before anything is asked of the store or the network.

use url::Url;

use crate::domain::action::{Action, MASK};
use crate::domain::incident::{Incident, Progress};
use crate::domain::run::{Failure, Refusal};
use crate::domain::validate;
use crate::net::HostPolicy;

/// Checks what needs no filled request.
pub(super) fn before_confirm(action: &Action, incident: &Incident, read_only: bool) -> Result<(), Refusal> {
    if read_only {
        return Err((Failure::ReadOnly, "read-only: nothing is pressed here".to_owned()));
    }
    if !action.enabled {
        return Err((Failure::Disabled, format!("{} is switched off; edit it to switch it on", action.name)));
    }
    if action.only_open && incident.progress == Progress::Closed {
        let message = format!("the incident is closed, and {} is only for open ones", action.name);
        return Err((Failure::Closed, message));
    }
    // An action of another version or hand may hold what this one cannot send.
    match validate::faults(action, &[]).into_iter().find(|fault| fault.field != validate::Field::CHANNELS) {
        Some(fault) => Err((Failure::Input, format!("{}: {}; edit the action", fault.field, fault.message))),
        None => Ok(()),
    }
}

/// Checks where the filled request would go. Names that resolve to a forbidden address are refused when they do.
pub(super) fn endpoint(endpoint: &str, policy: &HostPolicy) -> Result<(), Refusal> {
    let url = match Url::parse(endpoint) {
        Ok(url) => url,
        // Where a secret input stands in the host, only the sending sees what it becomes, and judges it.
        Err(_) if endpoint.contains(MASK) => return Ok(()),
        Err(error) => {
            return Err((Failure::Template, format!("the endpoint becomes no address ({error}); edit the action")));
        }
    };
    policy.judge(&url).map_err(|why| (Failure::Policy, format!("nothing was sent: {why}")))
}
