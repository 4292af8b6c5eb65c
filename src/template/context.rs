//! What expressions see.

use std::collections::HashMap;

use secrecy::SecretString;
use serde_json::Value;

/// What expressions see: the payload, and for each `${reference}` as written the text that stands in its place.
pub struct Context {
    pub(super) payload: Value,
    pub(super) references: Option<HashMap<String, SecretString>>,
}

impl Context {
    /// For what is shown and kept: references stay as written, masks stay masks.
    pub fn shown(payload: &Value) -> Self {
        Self { payload: payload.clone(), references: None }
    }

    /// For the wire: references are what `references` says, by how they are written (`${secret:CI}`).
    pub fn wire(payload: &Value, references: HashMap<String, SecretString>) -> Self {
        Self { payload: payload.clone(), references: Some(references) }
    }
}
