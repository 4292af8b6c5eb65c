//! The format as a JSON Schema, for editors.

use serde_json::Value;

/// The JSON Schema (draft 2020-12) of a file of actions.
pub fn schema() -> Value {
    serde_json::from_str(include_str!("../../../assets/actions.schema.json")).unwrap_or_default()
}
