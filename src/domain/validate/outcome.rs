//! What a press comes to: the success rule, the follow rule, and the times of a run.

use url::Url;

use super::super::action::{Action, Follow, Success};
use super::text::{line_fault, mask_fault};

/// What is wrong with a success rule.
pub(in crate::domain) fn success_fault(success: &Success) -> Option<String> {
    if success.is_default() {
        return None;
    }
    let text = success.as_str();
    // `99` would be an expression that is always true.
    let meant_codes = text.chars().all(|ch| ch.is_ascii_digit() || matches!(ch, 'x' | 'X' | ',' | '-' | ' '));
    match success.codes() {
        Some(codes) if !codes.is_empty() => None,
        _ if meant_codes => {
            Some("codes are written like 200, 202, 3xx, from 100 to 599; all else is an expression".to_owned())
        }
        _ => rule_fault(text),
    }
}

/// What is wrong with an expression that stands alone.
pub(in crate::domain) fn rule_fault(text: &str) -> Option<String> {
    if text.contains("{{") || text.contains("{%") || text.contains("{#") {
        Some("an expression stands here without braces, such as body.ok == true".to_owned())
    } else if text.contains("${") {
        Some("references are not allowed in a rule".to_owned())
    } else {
        mask_fault(text)
    }
}

/// A template of an address: it begins with an expression, a scheme, or the path on the endpoint's own host.
pub(in crate::domain) fn address_fault(text: &str) -> Option<String> {
    if text.is_empty() {
        return None;
    }
    if text.contains("${") {
        return Some("references are not allowed in an address".to_owned());
    }
    let begins = ["{{", "/", "http://", "https://"].iter().any(|start| text.starts_with(start));
    if !begins {
        return Some("it begins with an expression, with / or with https://".to_owned());
    }
    line_fault(text).or_else(|| mask_fault(text))
}

/// What is wrong with the origins that a job may be asked at.
pub(in crate::domain) fn origin_fault(origins: &[String]) -> Option<String> {
    let fine = |origin: &String| {
        origin == "same"
            || Url::parse(origin).is_ok_and(|url| {
                let bare = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
                matches!(url.scheme(), "http" | "https") && url.path() == "/" && url.query().is_none() && bare
            })
    };
    let wrong = origins.is_empty() || !origins.iter().all(fine);
    wrong.then(|| "write same, or origins such as https://ci.example, with no path".to_owned())
}

/// What is wrong with when an ended job counts as failed.
pub(in crate::domain) fn failed_fault(follow: &Follow) -> Option<String> {
    let is_never_judged = follow.done.is_empty() && !follow.failed.is_empty();
    is_never_judged
        .then(|| "needs follow.done: only a job that is done is judged".to_owned())
        .or_else(|| rule_fault(&follow.failed))
}

/// What is wrong with when an ended job counts as cancelled.
pub(in crate::domain) fn cancelled_fault(follow: &Follow) -> Option<String> {
    let is_never_judged = follow.done.is_empty() && !follow.cancelled.is_empty();
    is_never_judged
        .then(|| "needs follow.done: only a job that is done is judged".to_owned())
        .or_else(|| rule_fault(&follow.cancelled))
}

/// What is wrong with what is kept of an answer.
pub(in crate::domain) fn keep_fault(action: &Action) -> Option<String> {
    action.keep.iter().enumerate().find_map(|(at, (name, value))| {
        let is_name = |ch: char| ch.is_alphanumeric() || matches!(ch, '_' | '-' | '.');
        if name.is_empty() || name.len() > 100 || !name.chars().all(is_name) {
            return Some("a field's name has letters, digits and _".to_owned());
        }
        if action.keep[..at].iter().any(|(other, _)| other == name) {
            return Some(format!("{name} is there twice"));
        }
        if value.is_empty() {
            return Some(format!("{name} needs an expression, such as body.key"));
        }
        rule_fault(value).map(|fault| format!("{name}: {fault}"))
    })
}

/// What is wrong with where a job is stopped.
pub(in crate::domain) fn cancel_fault(action: &Action) -> Option<String> {
    let cancel = action.cancel.as_ref()?;
    if cancel.endpoint.is_empty() {
        return Some("it needs an address, such as https://ci.example/job/{{ answer.body.id }}".to_owned());
    }
    address_fault(&cancel.endpoint)
}

/// What is wrong with how long a job is followed, beside its range.
pub(in crate::domain) fn limit_fault(follow: &Follow) -> Option<String> {
    let message = "a job is followed at least as long as it waits before it is asked for";
    (follow.limit_ms < follow.every_ms).then(|| message.to_owned())
}

/// What is wrong with how long a connection may take, beside its range.
pub(in crate::domain) fn connect_fault(action: &Action) -> Option<String> {
    let ms = action.connect_timeout_ms?;
    if ms > action.timeout_ms {
        Some("a connection cannot take longer than the timeout".to_owned())
    } else if action.attempt_timeout_ms.is_some_and(|attempt| ms > attempt) {
        Some("a connection cannot take longer than an attempt".to_owned())
    } else {
        None
    }
}

/// What is wrong with how long an attempt may take, beside its range.
pub(in crate::domain) fn attempt_fault(action: &Action) -> Option<String> {
    let is_longer = action.attempt_timeout_ms? > action.timeout_ms;
    is_longer.then(|| "an attempt cannot take longer than the timeout".to_owned())
}
