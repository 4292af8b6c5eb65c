//! What refuses a press before anything is asked of the store or the network.

use secrecy::ExposeSecret;

use crate::domain::action::{Action, Header, has_reference};
use crate::domain::run::{Failure, Refusal};
use crate::domain::validate;
use crate::secret::{Allowed, Resolver};

/// Checks what needs no answer from outside.
pub(super) fn before_confirm(action: &Action, read_only: bool) -> Result<(), Refusal> {
    if read_only {
        return Err((Failure::ReadOnly, "read-only: nothing is pressed here".to_owned()));
    }
    if !action.enabled {
        return Err((Failure::Disabled, format!("{} is switched off; edit it to switch it on", action.name)));
    }
    // An action of another version or hand may hold what this one cannot send.
    match validate::faults(action, &[]).into_iter().find(|fault| fault.field != validate::Field::Channels) {
        Some(fault) => Err((Failure::Input, format!("{}: {}; edit the action", fault.field, fault.message))),
        None => Ok(()),
    }
}

/// Reads the references in the headers' values. Blocks: files may be slow.
///
/// The refusal names the reference and the header, never a value.
pub(super) fn fill_headers(headers: &[Header], secrets: &Resolver, allowed: Allowed) -> Result<Vec<Header>, Refusal> {
    headers.iter().map(|header| fill(header, secrets, allowed)).collect()
}

fn fill(header: &Header, secrets: &Resolver, allowed: Allowed) -> Result<Header, Refusal> {
    if !has_reference(header.expose()) {
        return Ok(header.clone());
    }
    let value = secrets
        .resolve(header.expose(), allowed)
        .map_err(|error| (Failure::Secret, format!("header {}: {error}", header.name)))?;
    if http::HeaderValue::from_str(value.expose_secret()).is_err() {
        let text = format!("header {}: what its reference holds cannot stand in a header", header.name);
        return Err((Failure::Secret, text));
    }
    Ok(Header::with_secrecy(header.name.clone(), value.expose_secret(), true))
}
