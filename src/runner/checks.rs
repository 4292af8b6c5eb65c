//! What refuses a press before anything is asked of the store or the network.

use url::Url;

use crate::domain::action::{Action, MASK};
use crate::domain::incident::{Incident, Progress};
use crate::domain::refusal::Refusal;
use crate::domain::run::Failure;
use crate::domain::validate;
use crate::net::HostPolicy;

/// Checks what needs no filled request.
pub(super) fn before_confirm(action: &Action, incident: &Incident, read_only: bool) -> Result<(), Refusal> {
    if read_only {
        return Err(Refusal::read_only());
    }
    if !action.enabled {
        return Err(Refusal::disabled(action));
    }
    if action.only_open && incident.progress == Progress::Closed {
        return Err(Refusal::closed(action));
    }
    // An action of another version or hand may hold what this one cannot send.
    match validate::faults(action, &[]).into_iter().find(|fault| fault.field != validate::Field::CHANNELS) {
        Some(fault) => {
            Err(Refusal::new(Failure::Input, format!("{}: {}; edit the action", fault.field, fault.message)))
        }
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
            let why = format!("the filled endpoint is not a valid URL ({error}); edit the action");
            return Err(Refusal::new(Failure::Template, why));
        }
    };
    policy.judge(&url).map_err(|why| Refusal::new(Failure::Policy, why))
}
