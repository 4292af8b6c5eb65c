//! Jobs: what an answer starts, and what an answer about a job says. Pure: nothing here asks.

use serde_json::Value;
use url::Url;

use super::answer::message_of_json;
use crate::domain::action::{Follow, shown_url};
use crate::domain::address::is_same_origin;
use crate::domain::run::Failure;
use crate::domain::text::clean;
use crate::template::{BodyFacts, Facts, fill_follow, holds, value};

/// The words of `status` and `state` that say that a job goes on.
const RUNNING: [&str; 11] = [
    "accepted",
    "queued",
    "pending",
    "created",
    "sent",
    "started",
    "running",
    "processing",
    "in_progress",
    "inprogress",
    "waiting",
];
/// Those that say that it ended badly.
const FAILED: [&str; 8] = ["failed", "failure", "error", "errored", "aborted", "cancelled", "canceled", "timed_out"];

/// What an accepting answer starts.
#[derive(Clone, Debug, PartialEq)]
pub enum Started {
    /// No job: the answer is the end.
    Nothing,
    /// A job, to be asked for at this address.
    Job(Url),
    /// A job whose address the origin list does not allow: where it is, in words.
    Barred(String),
    /// The action's rule says that there is a job, and it cannot be found in the answer: why, in words.
    Unclear(String),
}

/// What an answer about a job says.
#[derive(Clone, Debug, PartialEq)]
pub enum Says {
    /// It goes on.
    Running {
        /// How far it is, 0 to 1, where the answer says.
        fraction: Option<f64>,
        /// In words, clean, one line; may be empty.
        words: String,
    },
    Succeeded,
    Failed,
    /// It ended; what came of it is there.
    Elsewhere(Url),
    /// It has ended, and whether well cannot be judged: the class, and why.
    Broken(Failure, String),
    /// This answer says nothing about it: why. It is asked for again.
    Trouble(String),
    /// It cannot be read any more: why.
    Lost(String),
}

/// What an answer that counts as a success starts. `at` is the address that gave it; `follow` is the action's own rule.
pub fn started(facts: &Facts<'_>, at: &Url, follow: Option<&Follow>, payload: &Value) -> Started {
    let Some(rule) = follow else {
        return match job_header(facts).filter(|_| facts.status == 202) {
            Some(text) => place(text, at, at, &Follow::default(), facts),
            None => Started::Nothing,
        };
    };
    if rule.url.is_empty() {
        return job_header(facts).map_or(Started::Nothing, |text| place(text, at, at, rule, facts));
    }
    match fill_follow(&rule.url, payload, facts) {
        Ok(Some(text)) => place(&text, at, at, rule, facts),
        Ok(None) => Started::Unclear("the answer has no value for follow.url".to_owned()),
        Err(error) => Started::Unclear(format!("follow.url: {error}")),
    }
}

/// Where the job is asked for from now on, once `follow.next` has its path. The error is in words.
pub fn moved(facts: &Facts<'_>, at: &Url, home: &Url, follow: &Follow) -> Option<Result<Url, String>> {
    if follow.next.is_empty() || !is_success(facts.status) {
        return None;
    }
    let text = match fill_follow(&follow.next, &Value::Null, facts) {
        Ok(text) => text?,
        // Its path may come to exist.
        Err(_) => return None,
    };
    match place(&text, at, home, follow, facts) {
        Started::Job(url) if url == *at => None,
        Started::Job(url) => Some(Ok(url)),
        Started::Barred(words) | Started::Unclear(words) => Some(Err(words)),
        Started::Nothing => None,
    }
}

/// Whether the job may be asked for there: its home origin where the list says `same`, or one that it names.
pub fn is_allowed(url: &Url, home: &Url, origins: &[String]) -> bool {
    origins.iter().any(|origin| match origin.trim() {
        "same" => is_same_origin(url, home),
        other => Url::parse(other).is_ok_and(|other| is_same_origin(url, &other)),
    })
}

/// Judges an answer about a job, read at `at`.
pub fn says(facts: &Facts<'_>, at: &Url, follow: &Follow) -> Says {
    let by_rule = !follow.done.is_empty();
    let judged = is_success(facts.status) || (300..=399).contains(&facts.status);
    if by_rule && (judged || mentions_status(&follow.done)) {
        match holds(&follow.done, facts) {
            Ok(true) => return ended(facts, follow),
            Ok(false) if judged => return running(facts, follow),
            Err(error) if judged => return Says::Trouble(format!("follow.done: {error}")),
            Ok(false) | Err(_) => {}
        }
    }
    match facts.status {
        401 | 403 | 404 | 410 => Says::Lost(format!("HTTP {}", facts.status)),
        303 => match header(facts, "location").and_then(|text| at.join(text).ok()) {
            Some(url) => Says::Elsewhere(url),
            None => ended(facts, follow),
        },
        _ if !is_success(facts.status) => Says::Trouble(format!("HTTP {}", facts.status)),
        status => match &facts.body {
            BodyFacts::Cut(_) => Says::Trouble("its answer was cut".to_owned()),
            _ if says_failed(facts) => Says::Failed,
            _ if status == 202 || word(facts).is_some_and(|word| RUNNING.contains(&word.as_str())) => {
                running(facts, follow)
            }
            _ => ended(facts, follow),
        },
    }
}

/// What the place that a 303 named says of a job that has ended.
pub fn says_result(facts: &Facts<'_>, follow: &Follow) -> Says {
    match facts.status {
        401 | 403 | 404 | 410 => Says::Lost(format!("it ended, but its result answers HTTP {}", facts.status)),
        status if !is_success(status) => Says::Trouble(format!("HTTP {status}")),
        _ if says_failed(facts) => Says::Failed,
        _ => ended(facts, follow),
    }
}

/// It has ended: badly where the action's rule says so.
fn ended(facts: &Facts<'_>, follow: &Follow) -> Says {
    if follow.failed.is_empty() {
        return Says::Succeeded;
    }
    match holds(&follow.failed, facts) {
        Ok(true) => Says::Failed,
        Ok(false) => Says::Succeeded,
        Err(error) => Says::Broken(error.failure(), format!("follow.failed: {error}")),
    }
}

fn running(facts: &Facts<'_>, follow: &Follow) -> Says {
    let BodyFacts::Json(body, _) = &facts.body else {
        return Says::Running { fraction: None, words: String::new() };
    };
    let fraction = if follow.progress.is_empty() {
        usual_progress(body)
    } else {
        value(&follow.progress, facts).ok().flatten().as_ref().and_then(share)
    };
    let words = message_of_json(body).or_else(|| word(facts)).unwrap_or_default();
    Says::Running { fraction, words }
}

fn usual_progress(body: &Value) -> Option<f64> {
    let named = ["percent", "percentComplete", "progress"].iter().find_map(|name| share(body.get(*name)?));
    named.or_else(|| {
        let (step, steps) = (number(body.get("step")?)?, number(body.get("steps")?)?);
        (steps > 0.0).then(|| (step / steps).clamp(0.0, 1.0))
    })
}

/// A share of 1: from 0 to 100, or from 0 to 1 where it is written with a fraction.
fn share(value: &Value) -> Option<f64> {
    let size = number(value)?;
    let is_share = (0.0..=1.0).contains(&size) && written_with_fraction(value);
    Some(if is_share { size } else { size / 100.0 }.clamp(0.0, 1.0))
}

fn number(value: &Value) -> Option<f64> {
    let size = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().trim_end_matches('%').trim_end().parse().ok(),
        _ => None,
    };
    size.filter(|size| size.is_finite())
}

fn written_with_fraction(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.is_f64(),
        Value::String(text) => text.contains('.') && !text.contains('%'),
        _ => false,
    }
}

fn says_failed(facts: &Facts<'_>) -> bool {
    word(facts).is_some_and(|word| FAILED.contains(&word.as_str()))
}

/// The word of `status` or `state`, in lower case.
fn word(facts: &Facts<'_>) -> Option<String> {
    let BodyFacts::Json(body, _) = &facts.body else { return None };
    let text = ["status", "state"].iter().find_map(|name| body.get(*name)?.as_str())?;
    Some(clean(&text.trim().to_lowercase()).into_owned())
}

/// The address in `text`, seen from `at`; judged by the origin list.
fn place(text: &str, at: &Url, home: &Url, follow: &Follow, facts: &Facts<'_>) -> Started {
    let Ok(mut url) = at.join(text.trim()) else {
        return Started::Unclear(format!("HTTP {} names an address that is not a valid URL", facts.status));
    };
    url.set_fragment(None);
    if is_allowed(&url, home, &follow.origin) {
        Started::Job(url)
    } else {
        url.set_query(None);
        Started::Barred(clean(&shown_url(url.as_str())).into_owned())
    }
}

/// `Operation-Location` is where a job is asked for; beside it `Location` may be where its result will be.
fn job_header<'a>(facts: &Facts<'a>) -> Option<&'a str> {
    header(facts, "operation-location").or_else(|| header(facts, "location"))
}

fn header<'a>(facts: &Facts<'a>, name: &str) -> Option<&'a str> {
    let found = facts.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
}

fn is_success(status: u16) -> bool {
    (200..=299).contains(&status)
}

/// Whether the rule reads the answer's status itself, and not a `status` of its body: then it may judge any status.
fn mentions_status(rule: &str) -> bool {
    let part = |ch: char| ch.is_alphanumeric() || ch == '_';
    rule.match_indices("status").any(|(at, found)| {
        let before = rule[..at].chars().next_back();
        let after = rule[at + found.len()..].chars().next();
        !before.is_some_and(|ch| part(ch) || matches!(ch, '.' | '\'' | '"')) && !after.is_some_and(part)
    })
}

#[cfg(test)]
mod tests;
