//! What holds for every sequence of attempts.

use andon::domain::run::{Attempt, Failure, Outcome};
use andon::domain::verdict::{Verdict, judge};
use proptest::prelude::*;

fn attempt() -> impl Strategy<Value = Attempt> {
    let before = prop_oneof![Just(Failure::Dns), Just(Failure::Connect), Just(Failure::Tls), Just(Failure::Policy)];
    let after = prop_oneof![Just(Failure::Timeout), Just(Failure::ConnectionLost), Just(Failure::Cancelled)];
    let failed = |failure: Failure, received: bool| Attempt {
        failure: Some(failure),
        may_have_been_received: received,
        ..Attempt::default()
    };
    prop_oneof![
        before.prop_map(move |failure| failed(failure, false)),
        after.prop_map(move |failure| failed(failure, true)),
        (100_u16..600).prop_map(|status| Attempt {
            status: Some(status),
            may_have_been_received: true,
            ..Attempt::default()
        }),
    ]
}

fn verdict() -> impl Strategy<Value = Option<Verdict>> {
    prop_oneof![
        Just(None),
        Just(Some(Verdict::Yes)),
        Just(Some(Verdict::Accepted)),
        Just(Some(Verdict::Reports("error".to_owned()))),
        Just(Some(Verdict::Redirected)),
        Just(Some(Verdict::Status)),
        Just(Some(Verdict::No("body.ok".to_owned()))),
        Just(Some(Verdict::Broken(Failure::RuleError, "broken".to_owned()))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_may_have_been_received_is_never_called_unsent(
        attempts in prop::collection::vec(attempt(), 1..6),
        verdict in verdict(),
    ) {
        let received = attempts.iter().any(|attempt| attempt.may_have_been_received);
        let (outcome, failure, _) = judge(&attempts, verdict.as_ref());
        if received {
            prop_assert!(!failure.is_some_and(Failure::is_before_connection), "{outcome:?} {failure:?}");
            prop_assert!(outcome != Outcome::Refused, "{outcome:?} {failure:?}");
            prop_assert!(outcome != Outcome::Cancelled);
        } else {
            prop_assert!(matches!(outcome, Outcome::Failed | Outcome::Refused), "{outcome:?} {failure:?}");
        }
        // A failure or a success is known only from an answer.
        let answered = attempts.last().is_some_and(|last| last.status.is_some() && last.failure.is_none());
        if received && !answered {
            prop_assert_eq!(outcome, Outcome::Unknown);
        }
        prop_assert_eq!(outcome.is_taken(), failure.is_none());
    }
}
