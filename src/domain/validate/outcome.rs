//! What a press comes to: the success rule, the follow rule, and the times of a run.

use url::Url;

use super::super::action::{Action, Follow, Success};
use super::fault::Field;
use super::text::{line_fault, mask_fault};

const DAY_MS: u64 = 24 * 3_600_000;

/// What is wrong with a success rule.
pub(super) fn success_fault(success: &Success) -> Option<String> {
    let text = success.as_str();
    // `99` would be an expression that is always true.
    let meant_codes = text.chars().all(|ch| ch.is_ascii_digit() || matches!(ch, 'x' | 'X' | ',' | '-' | ' '));
    match success.codes() {
        Some(codes) if !codes.is_empty() => None,
        _ if text.is_empty() || meant_codes => {
            Some("codes are written like 200, 202, 3xx, from 100 to 599; all else is an expression".to_owned())
        }
        _ => rule_fault(text),
    }
}

/// What is wrong with an expression that stands alone.
fn rule_fault(text: &str) -> Option<String> {
    if text.contains("{{") || text.contains("{%") || text.contains("{#") {
        Some("an expression stands here without braces, such as body.ok == true".to_owned())
    } else if text.contains("${") {
        Some("references cannot stand in a rule".to_owned())
    } else {
        mask_fault(text)
    }
}

/// Everything that is wrong with a follow rule.
pub(super) fn follow_faults(follow: &Follow) -> impl Iterator<Item = (Field, Option<String>)> {
    [
        ("url", address_fault(&follow.url)),
        ("next", address_fault(&follow.next)),
        ("origin", origin_fault(&follow.origin)),
        ("every", (follow.every_ms < 500).then(|| "a job is asked for every 500ms at most".to_owned())),
        ("done", rule_fault(&follow.done)),
        ("failed", rule_fault(&follow.failed)),
        ("progress", rule_fault(&follow.progress)),
        ("limit", limit_fault(follow)),
    ]
    .into_iter()
    .map(|(part, fault)| (Field::Follow(part), fault))
}

/// A template of an address: it begins with an expression, a scheme, or the path on the endpoint's own host.
fn address_fault(text: &str) -> Option<String> {
    if text.is_empty() {
        return None;
    }
    if text.contains("${") {
        return Some("references cannot stand in an address".to_owned());
    }
    let begins = ["{{", "/", "http://", "https://"].iter().any(|start| text.starts_with(start));
    if !begins {
        return Some("it begins with an expression, with / or with https://".to_owned());
    }
    line_fault(text).or_else(|| mask_fault(text))
}

fn origin_fault(origins: &[String]) -> Option<String> {
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

fn limit_fault(follow: &Follow) -> Option<String> {
    if follow.limit_ms > DAY_MS {
        Some("a job is followed for 24h at most".to_owned())
    } else if follow.limit_ms < follow.every_ms {
        Some("a job is followed at least as long as it waits before it is asked for".to_owned())
    } else {
        None
    }
}

/// What is wrong with how long a connection may take.
pub(super) fn connect_fault(action: &Action) -> Option<String> {
    let ms = action.connect_timeout_ms?;
    if ms < 100 {
        Some("a connection may take 100ms at least".to_owned())
    } else if ms > action.timeout_ms {
        Some("a connection cannot take longer than the timeout".to_owned())
    } else if action.attempt_timeout_ms.is_some_and(|attempt| ms > attempt) {
        Some("a connection cannot take longer than an attempt".to_owned())
    } else {
        None
    }
}

/// What is wrong with how long an attempt may take.
pub(super) fn attempt_fault(action: &Action) -> Option<String> {
    let ms = action.attempt_timeout_ms?;
    if ms < 100 {
        Some("an attempt may take 100ms at least".to_owned())
    } else if ms > action.timeout_ms {
        Some("an attempt cannot take longer than the timeout".to_owned())
    } else {
        None
    }
}

/// What is wrong with how long a press is held.
pub(super) fn hold_fault(action: &Action) -> Option<String> {
    action.hold_ms.is_some_and(|ms| ms > 60_000).then(|| "a press is held for 60s at most".to_owned())
}

/// What is wrong with the cooldown.
pub(super) fn cooldown_fault(ms: u64) -> Option<String> {
    (ms > DAY_MS).then(|| "a cooldown is 24h at most".to_owned())
}

/// What is wrong with how often it is sent again.
pub(super) fn retries_fault(retries: u8) -> Option<String> {
    (retries > 5).then(|| "it is sent again from 0 to 5 times".to_owned())
}
