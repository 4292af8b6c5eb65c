//! What is made of an answer: by the action's success rule, or by the default one.

use crate::domain::action::{Action, Ends, Success};
use crate::domain::run::{Answer, Failure};
use crate::domain::verdict::{Verdict, is_redirect};
use crate::net::BodyRead;
use crate::template::{self, BodyFacts, Facts};
use crate::webhook::reports::{Reports, reports};

/// The answer as rules see it.
pub(super) fn facts<'a>(answer: &'a Answer, body: &'a BodyRead) -> Facts<'a> {
    let body = match body {
        BodyRead::Whole(text) => BodyFacts::whole(text),
        BodyRead::Cut(text) => BodyFacts::Cut(text),
        BodyRead::TooLarge => BodyFacts::TooLarge,
    };
    Facts { status: answer.status, headers: &answer.headers, body }
}

/// Judges an answer to a press; `only_reads`: the request was one that changes nothing.
pub(super) fn verdict(action: &Action, only_reads: bool, answer: &Answer, body: &BodyRead) -> Verdict {
    let judged = if action.success.is_default() {
        by_default(only_reads, answer, body)
    } else {
        by_rule(&action.success, answer, body)
    };
    match judged {
        // A job of it, if there is one, says later how it ended.
        Verdict::Yes if answer.status == 202 || action.ends == Ends::Accepted => Verdict::Accepted,
        judged => judged,
    }
}

/// By a rule of the action. One over status and headers does not look at the body at all.
pub(super) fn by_rule(success: &Success, answer: &Answer, body: &BodyRead) -> Verdict {
    if let Some(codes) = success.codes() {
        let hit = codes.iter().any(|codes| codes.contains(&answer.status));
        return if hit { Verdict::Yes } else { Verdict::No(success.as_str().to_owned()) };
    }
    match template::holds(success.as_str(), &facts(answer, body)) {
        Ok(true) => Verdict::Yes,
        Ok(false) => Verdict::No(success.as_str().to_owned()),
        Err(error) => Verdict::Broken(error.failure(), error.to_string()),
    }
}

/// 2xx, and an answer that reports no error of its own. A body that is not whole does not count.
fn by_default(only_reads: bool, answer: &Answer, body: &BodyRead) -> Verdict {
    if !only_reads && is_redirect(answer.status) {
        return Verdict::Redirected;
    }
    match Verdict::of_status(answer.status) {
        Verdict::Yes => match reports(&facts(answer, body)) {
            Reports::Nothing => Verdict::Yes,
            Reports::Unended(_) => Verdict::Accepted,
            Reports::Error(what) => Verdict::Reports(what),
            Reports::SignIn => {
                Verdict::Broken(Failure::InvalidResponse, "a page to sign in came in place of an answer".to_owned())
            }
        },
        verdict => verdict,
    }
}

/// Whether all of an answer's body is wanted, because it is read beside the log.
pub(super) fn reads_body(action: &Action) -> bool {
    let by_rule = action.success.is_default() || template::reads_body(action.success.as_str());
    let by_own = [&action.message].into_iter().chain(action.keep.iter().map(|(_, rule)| rule));
    let by_own = by_own.filter(|rule| !rule.is_empty()).any(|rule| template::reads_body(rule));
    by_rule || by_own || action.follow.as_ref().is_some_and(|follow| template::reads_body(&follow.url))
}
