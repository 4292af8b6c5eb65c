//! What became of a write, by one rule for all sources: only the API's own answer proves that it was done.
//!
//! Between andon and an API stand proxies that ask to sign in, redirect, or give up waiting: their answers say nothing
//! about the write, which may have been done.

use super::http::refused;
use super::said::{Shape, short};
use super::{SourceError, SourceErrorKind};
use crate::net::Called;

/// What a status says by itself after which nobody knows.
const GAVE_UP: &str = "it failed or gave up on the way; look there before you do it again";

/// What an answer's body is to the API that was called.
pub(super) enum Own<T> {
    /// It says that it was done.
    Done(T),
    /// It says in its own way that it was not, with its words and, where they tell, the class.
    Fault(String, Option<SourceErrorKind>),
    /// It is not one of its own.
    Foreign,
}

/// Judges the answer to a write. `who` is what answered, `own` reads its body as the API's.
pub(super) fn judge<T>(who: &str, called: &Called, own: Own<T>) -> Result<T, SourceError> {
    match (called.status, own) {
        (200..=299, Own::Done(done)) => Ok(done),
        (200..=299, Own::Foreign) => Err(unanswered(&format!(
            "{who} answered HTTP {} with {}, which is no answer of its API; is a proxy or a sign-in page in front of it?",
            called.status,
            Shape::of(&called.body).name()
        ))),
        (300..=399, _) => {
            let to = if called.location.is_empty() { "elsewhere" } else { &short(&called.location) };
            Err(unanswered(&format!(
                "{who} answered HTTP {} and redirects to {to}, which is not followed; is the session or the token over?",
                called.status
            )))
        }
        (status, own) => {
            let (said, kind) = match own {
                Own::Fault(said, kind) => (said, kind),
                Own::Done(_) | Own::Foreign => (Shape::of(&called.body).words(), None),
            };
            let said = if said.is_empty() && may_be_done(status) { GAVE_UP.to_owned() } else { said };
            let mut error = refused(who, called, &said);
            // One that failed inside does not say how far it came, whatever its status.
            let failed_inside = kind == Some(SourceErrorKind::Unreachable);
            error.kind = kind.unwrap_or(error.kind);
            if may_be_done(status) || failed_inside {
                error.kind = SourceErrorKind::Unanswered;
            }
            Err(error)
        }
    }
}

/// The error of a write of which nobody knows whether it was done.
pub(super) fn unanswered(message: &str) -> SourceError {
    SourceError::new(SourceErrorKind::Unanswered, message)
}

/// Whether a write that was answered with this status, which is no success, may have been done: a gateway that gave up
/// does not know, and a server that failed in the middle does not say how far it came.
pub(super) fn may_be_done(status: u16) -> bool {
    matches!(status, 408 | 500 | 502..=504 | 506..=599)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(status: u16, body: &str, own: Own<()>) -> Result<(), SourceErrorKind> {
        let called = Called {
            status,
            retry_after_ms: None,
            limits: Vec::new(),
            location: String::new(),
            body: body.as_bytes().to_vec(),
        };
        judge("it", &called, own).map_err(|error| error.kind)
    }

    #[test]
    fn only_the_apis_own_answer_is_a_success() {
        assert_eq!(judged(200, "{}", Own::Done(())), Ok(()));
        for status in [200, 202, 204, 301, 302, 303, 307, 308, 408, 500, 502, 503, 504, 520, 521, 522, 523, 524] {
            assert_eq!(judged(status, "<html>", Own::Foreign), Err(SourceErrorKind::Unanswered), "{status}");
        }
        for status in [302, 408, 500, 502, 503, 504, 524] {
            assert_eq!(judged(status, "{}", Own::Done(())), Err(SourceErrorKind::Unanswered), "{status}");
        }
    }

    #[test]
    fn what_was_refused_was_not_done() {
        let fault = |kind| Own::Fault("no".to_owned(), kind);
        assert_eq!(judged(200, "{}", fault(None)), Err(SourceErrorKind::Refused));
        assert_eq!(judged(200, "{}", fault(Some(SourceErrorKind::Missing))), Err(SourceErrorKind::Missing));
        assert_eq!(judged(200, "{}", fault(Some(SourceErrorKind::Unreachable))), Err(SourceErrorKind::Unanswered));
        for (status, kind) in [
            (400, SourceErrorKind::Refused),
            (401, SourceErrorKind::Unauthorised),
            (404, SourceErrorKind::Missing),
            (422, SourceErrorKind::Refused),
            (501, SourceErrorKind::Unreachable),
        ] {
            assert_eq!(judged(status, "<html>", Own::Foreign), Err(kind), "{status}");
        }
    }
}
