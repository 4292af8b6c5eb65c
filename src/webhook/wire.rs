//! The request as it goes: with the real values, the time and the signature.

use std::collections::HashMap;
use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::headers::{self, SIGNATURE, TIMESTAMP};
use super::payload::with_secrets;
use super::{prepare, secrets, sign};
use crate::domain::action::Header;
use crate::domain::address::length_fault;
use crate::domain::refusal::Refusal;
use crate::domain::request::Prepared;
use crate::domain::run::Failure;
use crate::template::{self, Context};

/// The request as it goes over the wire. Holds secrets: it goes to the network and nowhere else.
pub struct Wire {
    /// The whole address.
    pub endpoint: String,
    /// Every header, in the order sent.
    pub headers: Vec<Header>,
    /// The body; empty: none.
    pub body: String,
    /// The action's proxy with its references filled in; empty: what the environment says.
    pub proxy: String,
    /// What of it must not come back: every value that was read for it, and what the action keeps secret.
    pub secrets: Vec<SecretString>,
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Wire({} headers, {} bytes)", self.headers.len(), self.body.len())
    }
}

/// The request with the real values, the time and the signature.
///
/// `references` has the value of each of the press's references, by how it is written; `now_s` is the time of this sending,
/// Unix seconds. What is not masked goes byte for byte as it was shown. The refusal never holds a value.
#[allow(clippy::implicit_hasher, reason = "one caller, one hasher")]
pub fn wire(prepared: &Prepared, references: HashMap<String, SecretString>, now_s: i64) -> Result<Wire, Refusal> {
    if let Some(unread) = prepared.references.iter().find(|written| !references.contains_key(*written)) {
        return Err(Refusal::new(Failure::Secret, format!("{unread} was not read")));
    }
    let action = &prepared.action;
    let payload = with_secrets(&prepared.payload, &prepared.inputs);
    let context = Context::wire(&payload, references);
    let (endpoint, body) = if prepared.masked {
        (prepare::fill_endpoint(action, &context)?, prepare::fill_body(action, &payload, &context)?)
    } else {
        (prepared.endpoint.clone(), prepared.body.to_string())
    };
    if let Some(fault) = Url::parse(&endpoint).ok().as_ref().and_then(length_fault) {
        return Err(Refusal::new(Failure::Template, format!("endpoint: {fault}")));
    }
    let proxy = template::fill_text(action.proxy.trim(), &context)
        .map_err(|error| Refusal::new(Failure::Template, format!("proxy: {}", error.message)))?;
    let signature = signature(prepared, &body, now_s, &context)?;
    let mut headers = Vec::with_capacity(prepared.headers.len());
    for header in &prepared.headers {
        headers.push(match (header.name.as_str(), custom(prepared, header)) {
            (TIMESTAMP, None) => Header::with_secrecy(TIMESTAMP, now_s.to_string(), false),
            (SIGNATURE, None) => Header::with_secrecy(SIGNATURE, signature.clone(), false),
            (_, None) => header.clone(),
            (_, Some(custom)) => headers::fill_wire(&custom, &context)?,
        });
    }
    let secrets = secrets::of(prepared, &context, (&endpoint, &proxy));
    Ok(Wire { endpoint, headers, body, proxy, secrets })
}

/// The header of the action that a prepared one was filled from. The type of a body that is sent again belongs to that
/// body, not to the action as it is now.
fn custom(prepared: &Prepared, header: &Header) -> Option<Header> {
    let is_stored = prepared.resend_of.is_some() && header.name.eq_ignore_ascii_case("content-type");
    let same = |custom: &&Header| custom.name.eq_ignore_ascii_case(&header.name);
    let of_action = prepared.action.headers.iter().find(same).cloned();
    of_action.or_else(|| prepared.action.auth_header().filter(|auth| same(&auth))).filter(|_| !is_stored)
}

/// A signature by each key, the present one first; empty where nothing is signed.
fn signature(prepared: &Prepared, body: &str, now_s: i64, context: &Context) -> Result<String, Refusal> {
    let mut signatures = Vec::new();
    for key in sign::keys(&prepared.action) {
        let wrong = |words: String| Refusal::new(Failure::Secret, format!("sign: {words}"));
        let key = SecretString::from(template::fill_text(key, context).map_err(|error| wrong(error.message))?);
        signatures.push(sign::sign(key.expose_secret(), &prepared.event_id, now_s, body).map_err(wrong)?);
    }
    Ok(signatures.join(" "))
}
