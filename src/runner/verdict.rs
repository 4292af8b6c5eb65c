//! What an action's success rule says of an answer.

use crate::domain::action::{Action, Success};
use crate::domain::run::{Answer, Verdict};
use crate::net::BodyRead;
use crate::template::{self, BodyFacts, Facts};

/// The answer as rules see it.
pub(super) fn facts<'a>(answer: &'a Answer, body: &'a BodyRead) -> Facts<'a> {
    let body = match body {
        BodyRead::Whole(text) => BodyFacts::whole(text),
        BodyRead::Cut(text) => BodyFacts::Cut(text),
        BodyRead::TooLarge => BodyFacts::TooLarge,
    };
    Facts { status: answer.status, headers: &answer.headers, body }
}

/// Judges an answer by the rule. A rule over status and headers does not look at the body at all.
pub(super) fn verdict(success: &Success, answer: &Answer, body: &BodyRead) -> Verdict {
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

/// Whether any rule of the action reads the body of its answer, so that all of it is wanted.
pub(super) fn reads_body(action: &Action) -> bool {
    let by_rule = action.success.codes().is_none() && template::reads_body(action.success.as_str());
    by_rule || action.follow.as_ref().is_some_and(|follow| template::reads_body(&follow.url))
}
