//! What an answer means for a run: the one place where an outcome is decided.

use super::run::{Attempt, Failure, Outcome};

/// Statuses of a gateway that gave up: it does not know what became of the request either.
pub fn is_gateway_doubt(status: u16) -> bool {
    matches!(status, 408 | 502 | 504 | 520..=524)
}

/// Whether an answer sends elsewhere, so that who asked does not know what became of the request.
pub fn is_redirect(status: u16) -> bool {
    matches!(status, 301..=303 | 305..=308)
}

/// What is made of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Yes,
    /// A success that says only that it was taken.
    Accepted,
    /// No success: which rule of the action said so, in words.
    No(String),
    /// No rule of the action, and the answer itself reports an error: which, in words.
    Reports(String),
    /// No rule of the action, and it is outside 2xx: the status says it.
    Status,
    /// A redirect that is not followed, after what may have done its work, and that no rule of the action is about.
    Redirected,
    /// It could not be judged: the class (`rule_error`, `invalid_response` or `too_large`), and why, in words.
    Broken(Failure, String),
}

impl Verdict {
    /// What the status alone says.
    pub fn of_status(status: u16) -> Self {
        if (200..=299).contains(&status) { Self::Yes } else { Self::Status }
    }

    /// Whether the receiver took it.
    pub fn is_taken(&self) -> bool {
        matches!(self, Self::Yes | Self::Accepted)
    }
}

/// Judges the attempts of a run that is over: the one place where an outcome is decided.
///
/// `verdict` is what is made of the last answer, where there is one; `None`: as the status says.
///
/// The rule that overrides all: once any attempt may have been received, the run ends by what a later attempt was
/// answered, or `unknown`; never as `dns`, `connect` or `tls`. A forbidden address is a refusal only before that.
pub fn judge(attempts: &[Attempt], verdict: Option<&Verdict>) -> (Outcome, Option<Failure>, Option<u16>) {
    let Some(last) = attempts.last() else {
        return (Outcome::Failed, Some(Failure::Connect), None);
    };
    let doubt = attempts.iter().any(|attempt| attempt.may_have_been_received);
    match (last.failure, last.status) {
        (None, Some(status)) => {
            let (outcome, failure) = judge_answer(status, verdict);
            (outcome, failure, Some(status))
        }
        (Some(failure), _) if failure.is_before_connection() && !doubt => (Outcome::Failed, Some(failure), None),
        (Some(Failure::Policy), _) if !doubt => (Outcome::Refused, Some(Failure::Policy), None),
        (Some(failure), _) if failure.is_before_connection() || failure == Failure::Policy => {
            let received = attempts.iter().rev().find(|attempt| attempt.may_have_been_received);
            // What was answered first (a redirect, a "try again") says nothing of what became of it.
            let otherwise = if failure == Failure::Policy { failure } else { Failure::ConnectionLost };
            (Outcome::Unknown, Some(received.and_then(|attempt| attempt.failure).unwrap_or(otherwise)), None)
        }
        (Some(failure), status) => (Outcome::Unknown, Some(failure), status),
        (None, None) => (Outcome::Unknown, Some(Failure::ConnectionLost), None),
    }
}

fn judge_answer(status: u16, verdict: Option<&Verdict>) -> (Outcome, Option<Failure>) {
    let by_status = Verdict::of_status(status);
    let is_success = (200..=299).contains(&status);
    match verdict.unwrap_or(&by_status) {
        Verdict::Yes => (Outcome::Succeeded, None),
        Verdict::Accepted => (Outcome::Accepted, None),
        Verdict::No(_) | Verdict::Reports(_) if is_success => (Outcome::Failed, Some(Failure::Rule)),
        Verdict::Broken(failure, _) if is_success => (Outcome::Unknown, Some(*failure)),
        // An answer outside 2xx that no rule calls a success is what its status says.
        Verdict::Redirected => (Outcome::Unknown, Some(Failure::HttpStatus)),
        Verdict::Broken(..) if is_redirect(status) => (Outcome::Unknown, Some(Failure::HttpStatus)),
        _ if is_gateway_doubt(status) => (Outcome::Unknown, Some(Failure::HttpStatus)),
        _ => (Outcome::Failed, Some(Failure::HttpStatus)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(failure: Failure, received: bool) -> Attempt {
        Attempt { failure: Some(failure), may_have_been_received: received, ..Attempt::default() }
    }

    fn answered(status: u16) -> Attempt {
        Attempt { status: Some(status), may_have_been_received: true, ..Attempt::default() }
    }

    #[test]
    fn before_a_connection_nothing_was_sent() {
        for class in [Failure::Dns, Failure::Connect, Failure::Tls] {
            assert_eq!(judge(&[failed(class, false)], None), (Outcome::Failed, Some(class), None));
        }
    }

    #[test]
    fn what_may_have_been_received_is_never_called_unsent() {
        let attempts = [failed(Failure::ConnectionLost, true), failed(Failure::Connect, false)];
        assert_eq!(judge(&attempts, None), (Outcome::Unknown, Some(Failure::ConnectionLost), None));
    }

    #[test]
    fn a_forbidden_address_is_refused_unless_something_was_received() {
        let refused = failed(Failure::Policy, false);
        let nothing = [failed(Failure::Dns, false), refused.clone()];
        assert_eq!(judge(&nothing, None), (Outcome::Refused, Some(Failure::Policy), None));
        let redirected = [answered(307), refused.clone()];
        assert_eq!(judge(&redirected, None), (Outcome::Unknown, Some(Failure::Policy), None));
        let lost = [failed(Failure::Timeout, true), refused];
        assert_eq!(judge(&lost, None), (Outcome::Unknown, Some(Failure::Timeout), None));
    }

    #[test]
    fn statuses_are_judged_and_gateways_do_not_know() {
        assert_eq!(judge(&[answered(204)], None).0, Outcome::Succeeded);
        assert_eq!(judge(&[answered(302)], None).0, Outcome::Failed);
        assert_eq!(judge(&[answered(500)], None).0, Outcome::Failed);
        for status in [408, 502, 504, 520, 524] {
            assert_eq!(judge(&[answered(status)], None), (Outcome::Unknown, Some(Failure::HttpStatus), Some(status)));
        }
    }

    #[test]
    fn the_rule_of_the_action_judges_the_answer() {
        let no = Verdict::No("body.ok".to_owned());
        assert_eq!(judge(&[answered(200)], Some(&no)), (Outcome::Failed, Some(Failure::Rule), Some(200)));
        assert_eq!(judge(&[answered(302)], Some(&Verdict::Yes)).0, Outcome::Succeeded);
        assert_eq!(judge(&[answered(504)], Some(&no)).0, Outcome::Unknown);
        let broken = Verdict::Broken(Failure::InvalidResponse, "not JSON".to_owned());
        let unknown = (Outcome::Unknown, Some(Failure::InvalidResponse), Some(200));
        assert_eq!(judge(&[answered(200)], Some(&broken)), unknown);
        assert_eq!(judge(&[answered(500)], Some(&broken)).1, Some(Failure::HttpStatus));
    }

    #[test]
    fn what_was_taken_is_no_success_and_what_was_sent_elsewhere_is_not_known() {
        assert_eq!(judge(&[answered(202)], Some(&Verdict::Accepted)), (Outcome::Accepted, None, Some(202)));
        let reports = Verdict::Reports("no such method".to_owned());
        assert_eq!(judge(&[answered(200)], Some(&reports)), (Outcome::Failed, Some(Failure::Rule), Some(200)));
        let redirected = (Outcome::Unknown, Some(Failure::HttpStatus), Some(302));
        assert_eq!(judge(&[answered(302)], Some(&Verdict::Redirected)), redirected);
        let broken = Verdict::Broken(Failure::InvalidResponse, "no JSON".to_owned());
        assert_eq!(judge(&[answered(302)], Some(&broken)), redirected);
        let no = Verdict::No("200".to_owned());
        assert_eq!(judge(&[answered(302)], Some(&no)), (Outcome::Failed, Some(Failure::HttpStatus), Some(302)));
    }
}
