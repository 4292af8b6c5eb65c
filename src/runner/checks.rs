//! What refuses a press before anything is asked of the store or the network.

use url::Url;

use crate::domain::action::{Action, MASK, Tls};
use crate::domain::address::length_fault;
use crate::domain::incident::{Incident, Progress};
use crate::domain::refusal::Refusal;
use crate::domain::request::Prepared;
use crate::domain::run::Failure;
use crate::domain::validate;
use crate::net::{HostPolicy, ProxyChoice, Reach};

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

/// Where actions may read nothing of whoever presses, their certificates may name no file either: one that others wrote
/// would read the presser's keys, and show them to a server of its choice.
pub(super) fn names_no_file(tls: &Tls) -> Result<(), Refusal> {
    let files = [("tls.ca", &tls.ca), ("tls.cert", &tls.cert), ("tls.key", &tls.key)];
    match files.into_iter().find(|(_, path)| !path.is_empty()) {
        Some((setting, _)) => {
            let why = "names a file of whoever presses, which no action may read here (policy.action_references)";
            Err(Refusal::new(Failure::Secret, format!("{setting} {why}")))
        }
        None => Ok(()),
    }
}

/// The environment's proxy that a request will go through, host and port.
pub(super) fn environments_proxy(prepared: &Prepared) -> Option<String> {
    let choice = ProxyChoice::of_action(&prepared.action.proxy);
    if choice != ProxyChoice::Environment {
        return None;
    }
    let proxy = Reach::default().proxy_for(&Url::parse(&prepared.endpoint).ok()?)?;
    let port = proxy.port_or_known_default().map_or_else(String::new, |port| format!(":{port}"));
    Some(format!("{}{port}", proxy.host_str()?))
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
    if let Some(fault) = length_fault(&url) {
        return Err(Refusal::new(Failure::Template, format!("endpoint: {fault}")));
    }
    policy.judge(&url).map_err(|why| Refusal::new(Failure::Policy, why))
}
