//! Headers: names that http allows and andon does not set itself, values that can be filled.

use super::super::action::{Header, MASK, is_plain_header};
use super::text::{line_fault, mask_fault, reference_fault};

/// Headers that andon sets by itself, lower case; `webhook-*` beside them.
const OWN_HEADERS: [&str; 5] = ["host", "content-length", "transfer-encoding", "connection", "idempotency-key"];

/// What is wrong with a header's name by itself.
pub fn header_name_fault(name: &str) -> Option<String> {
    let lower = name.to_ascii_lowercase();
    if name.is_empty() {
        Some("a header needs a name".to_owned())
    } else if http::HeaderName::from_bytes(name.as_bytes()).is_err() {
        Some("a header's name has only letters, digits and !#$%&'*+-.^_`|~".to_owned())
    } else if OWN_HEADERS.contains(&lower.as_str()) || lower.starts_with("webhook-") {
        Some(format!("andon sets {name} itself"))
    } else {
        None
    }
}

pub(super) fn duplicate_fault(headers: &[Header], at: usize) -> Option<String> {
    let name = &headers.get(at)?.name;
    let first = headers.iter().position(|header| header.name.eq_ignore_ascii_case(name))?;
    (first < at).then(|| format!("{name} is there twice; header {} has it", first + 1))
}

/// What is wrong with a header's value by itself. The sentence never holds the value.
pub fn header_value_fault(header: &Header) -> Option<String> {
    let value = header.expose();
    if value.contains('\u{2022}') && !is_plain_header(&header.name) {
        mask_fault(MASK)
    } else if let Some(fault) = mask_fault(value) {
        Some(fault)
    } else if value.is_empty() {
        Some("a value is needed".to_owned())
    } else if http::HeaderValue::from_str(value).is_err() {
        Some("a header's value cannot hold line ends or control characters".to_owned())
    } else if value.trim() != value {
        Some("a value cannot begin or end with a space".to_owned())
    } else {
        line_fault(value).or_else(|| reference_fault(value))
    }
}
