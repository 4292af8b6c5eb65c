//! Jobs: what an answer starts, and what an answer about a job says. Pure: nothing here asks.

use serde_json::Value;
use url::Url;

use super::answer::{message_of_json, told};
use super::job_state::{self, JobState, SHOWN, of_json, of_text};
use super::page;
use crate::domain::action::{Follow, shown_url};
use crate::domain::address::is_same_origin;
use crate::domain::run::Failure;
use crate::domain::text::clean;
use crate::template::{BodyFacts, Facts, fill_follow, holds, value};

const PAGE: &str = "a web page came in place of its state, perhaps to sign in";

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
        /// Its state as it was written; may be empty.
        state: String,
    },
    Succeeded,
    /// What is said of it beside its own words; may be empty.
    Failed(&'static str),
    /// The answer is there; `is_result`: the job has ended, and what came of it is there.
    Elsewhere {
        url: Url,
        is_result: bool,
    },
    /// It has ended, and whether well cannot be judged: the class, and why.
    Broken(Failure, String),
    /// This answer says nothing about it: why. It is asked for again.
    Trouble(String),
    /// Nothing is there (404), which may be too early.
    Missing,
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

/// Where the job is asked for from now on, where a 202 about it names the next address.
pub fn renamed(facts: &Facts<'_>, at: &Url, home: &Url, follow: &Follow) -> Option<Url> {
    let text = job_header(facts).filter(|_| facts.status == 202 && follow.next.is_empty())?;
    match place(text, at, home, follow, facts) {
        Started::Job(url) => Some(url),
        Started::Nothing | Started::Barred(_) | Started::Unclear(_) => None,
    }
}

/// Judges an answer about a job, read at `at`; `is_result`: a 303 led there.
pub fn says(facts: &Facts<'_>, at: &Url, follow: &Follow, is_result: bool) -> Says {
    let elsewhere = elsewhere(facts, at);
    if !follow.done.is_empty() {
        let judged = is_success(facts.status) || (300..=399).contains(&facts.status) && elsewhere.is_none();
        if judged || mentions_status(&follow.done) {
            match holds(&follow.done, facts) {
                Ok(true) => return ended(facts, follow),
                Ok(false) if judged => return running(facts, follow, String::new(), false),
                Err(_) if judged && is_page(facts) => return Says::Lost(PAGE.to_owned()),
                Err(error) if judged => return Says::Trouble(format!("follow.done: {error}")),
                Ok(false) | Err(_) => {}
            }
        }
    }
    match facts.status {
        401 | 403 | 410 => Says::Lost(format!("HTTP {}", facts.status)),
        404 => Says::Missing,
        303 if elsewhere.is_none() => ended(facts, follow),
        status if !is_success(status) => elsewhere.unwrap_or_else(|| Says::Trouble(format!("HTTP {status}"))),
        _ => by_words(facts, follow, is_result),
    }
}

/// A redirect of a poll.
fn elsewhere(facts: &Facts<'_>, at: &Url) -> Option<Says> {
    let is_redirect = matches!(facts.status, 301 | 302 | 303 | 307 | 308);
    let url = header(facts, "location").filter(|_| is_redirect).and_then(|text| at.join(text).ok())?;
    Some(Says::Elsewhere { url, is_result: facts.status == 303 })
}

/// Judges a 2xx by the table of words.
fn by_words(facts: &Facts<'_>, follow: &Follow, is_result: bool) -> Says {
    let goes_on = facts.status == 202;
    let state = match &facts.body {
        BodyFacts::Json(body, _) => of_json(body),
        _ if goes_on => JobState::Silent,
        BodyFacts::Cut(_) => return Says::Trouble("its answer was cut".to_owned()),
        BodyFacts::TooLarge => return Says::Trouble("its answer is over 1 MiB".to_owned()),
        BodyFacts::NotJson(_) if is_page(facts) => return Says::Lost(PAGE.to_owned()),
        BodyFacts::NotJson(text) if is_broken_json(facts, text) => {
            return Says::Trouble("its answer is not whole JSON".to_owned());
        }
        BodyFacts::NotJson(text) => match of_text(text) {
            Some(state) => state,
            None if is_result => JobState::Silent,
            None => JobState::Running { word: clean(text.trim()).chars().take(SHOWN).collect() },
        },
    };
    match state {
        JobState::Failed => Says::Failed(""),
        JobState::Cancelled => Says::Failed(CANCELLED),
        JobState::Running { word } => running(facts, follow, word, false),
        JobState::Waits { word } => running(facts, follow, format!("waits for a person ({word})"), true),
        JobState::Succeeded | JobState::Silent if goes_on => running(facts, follow, String::new(), false),
        JobState::Succeeded | JobState::Silent => ended(facts, follow),
    }
}

fn is_page(facts: &Facts<'_>) -> bool {
    matches!(&facts.body, BodyFacts::NotJson(text) if page::is_page(text, header(facts, "content-type")))
}

fn is_broken_json(facts: &Facts<'_>, text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}').trim();
    let is_told = header(facts, "content-type").is_some_and(|kind| kind.to_ascii_lowercase().contains("json"));
    !text.is_empty() && (is_told || text.starts_with(['{', '[']))
}

const CANCELLED: &str = "cancelled at the receiver";

/// It has ended: badly where the action's rules say so, or, without one, the usual words.
fn ended(facts: &Facts<'_>, follow: &Follow) -> Says {
    let judged = |name: &str, rule: &str| match rule {
        "" => Ok(None),
        rule => match holds(rule, facts) {
            Ok(is) => Ok(Some(is)),
            Err(error) => Err(Says::Broken(error.failure(), format!("{name}: {error}"))),
        },
    };
    let rules = judged("follow.cancelled", &follow.cancelled)
        .and_then(|cancelled| Ok((cancelled, judged("follow.failed", &follow.failed)?)));
    let (cancelled, failed) = match rules {
        Ok(rules) => rules,
        Err(broken) => return broken,
    };
    let state = facts.body.json().map(of_json);
    match (cancelled, failed) {
        (Some(true), _) => Says::Failed(CANCELLED),
        (None, Some(true)) if state == Some(JobState::Cancelled) => Says::Failed(CANCELLED),
        (_, Some(true)) => Says::Failed(""),
        (_, Some(false)) => Says::Succeeded,
        (_, None) => match state {
            Some(JobState::Cancelled) if cancelled.is_none() => Says::Failed(CANCELLED),
            Some(JobState::Failed | JobState::Cancelled) => Says::Failed(""),
            _ => Says::Succeeded,
        },
    }
}

/// It goes on. Its own message says more than `state`, unless it `waits` for a person: then that is said first.
fn running(facts: &Facts<'_>, follow: &Follow, state: String, waits: bool) -> Says {
    let body = facts.body.json();
    let state = if state.is_empty() { body.map(job_state::word).unwrap_or_default() } else { state };
    let words = match told(&follow.message, facts).or_else(|| body.and_then(message_of_json)) {
        Some(message) if waits => format!("{state}: {message}"),
        Some(message) => message,
        None => state.clone(),
    };
    Says::Running { fraction: body.and_then(|body| progress(body, facts, follow)), words, state }
}

/// By the action's rule, else as it usually stands there.
fn progress(body: &Value, facts: &Facts<'_>, follow: &Follow) -> Option<f64> {
    if follow.progress.is_empty() {
        return usual_progress(body);
    }
    value(&follow.progress, facts).ok().flatten().as_ref().and_then(share)
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

/// Where a job is asked for; beside the first two `Location` may be where its result will be.
fn job_header<'a>(facts: &Facts<'a>) -> Option<&'a str> {
    ["azure-asyncoperation", "operation-location", "location"].iter().find_map(|name| header(facts, name))
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
