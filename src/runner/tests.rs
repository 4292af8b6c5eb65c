//! Which attempt is followed by another: for every sequence of what can happen.

use proptest::prelude::*;

use super::attempts::{Next, Tries};
use crate::domain::action::Action;
use crate::domain::run::{Attempt, Failure};
use crate::net::Tried;

/// What one attempt came to.
#[derive(Clone, Debug)]
enum Came {
    /// No connection stood.
    Unsent(Failure),
    /// It may have been received, and no answer came.
    Lost(Failure),
    /// It was answered, and the rule did not accept it.
    Status(u16, Option<u64>),
    /// Another try is sure to end the same.
    Hopeless,
    /// The operator, or the policy.
    Barred(Failure),
}

fn came() -> impl Strategy<Value = Came> {
    let unsent = prop::sample::select(vec![Failure::Dns, Failure::Connect, Failure::Tls]);
    let lost = prop::sample::select(vec![Failure::Timeout, Failure::ConnectionLost, Failure::InvalidResponse]);
    let status = prop::sample::select(vec![400_u16, 404, 408, 429, 500, 502, 503, 504, 524]);
    prop_oneof![
        4 => unsent.prop_map(Came::Unsent),
        3 => lost.prop_map(Came::Lost),
        4 => (status, prop::option::of(0_u64..50_000)).prop_map(|(status, asked)| Came::Status(status, asked)),
        1 => Just(Came::Hopeless),
        1 => prop::sample::select(vec![Failure::Cancelled, Failure::Policy]).prop_map(Came::Barred),
    ]
}

fn next(tries: &mut Tries, came: &Came) -> Next {
    let failed = |failure, received, is_permanent| Tried {
        attempt: Attempt { failure: Some(failure), may_have_been_received: received, ..Attempt::default() },
        is_permanent,
        ..Tried::default()
    };
    match came {
        Came::Lost(failure) => tries.after_failure(&failed(*failure, true, false)),
        Came::Hopeless => tries.after_failure(&failed(Failure::Tls, false, true)),
        Came::Unsent(failure) | Came::Barred(failure) => tries.after_failure(&failed(*failure, false, false)),
        Came::Status(status, asked) => tries.after_status(*status, *asked),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_may_have_been_received_is_sent_again_only_as_often_as_allowed(
        all in prop::collection::vec(came(), 1..30),
        retries in 0_u8..4,
        retries_on in prop::collection::vec(prop::sample::select(vec![400_u16, 404, 500]), 0..3),
    ) {
        let mut action = Action::new("Restart", "https://ci.example/");
        (action.retries, action.retries_on) = (retries, retries_on.clone());
        let mut tries = Tries::new(&action);
        let (mut unsent, mut resent) = (0, 0);
        for came in &all {
            let next = next(&mut tries, came);
            match (came, &next) {
                (_, Next::Hop(_)) => prop_assert!(false, "nothing was redirected"),
                (Came::Unsent(_), Next::Again { .. }) => unsent += 1,
                (Came::Hopeless | Came::Barred(_), Next::Again { .. }) => {
                    prop_assert!(false, "{came:?} was tried again");
                }
                (Came::Status(status @ (400 | 404 | 500), asked), Next::Again { wait, .. }) => {
                    prop_assert!(retries_on.contains(status), "{came:?} was tried again");
                    prop_assert!(wait.as_millis() >= u128::from(asked.unwrap_or_default()), "{came:?}: {wait:?}");
                    resent += 1;
                }
                // The receiver itself asks to be called later.
                (Came::Status(429, Some(asked)), again) => {
                    let Next::Again { wait, .. } = again else { panic!("{came:?} ended") };
                    prop_assert!(wait.as_millis() >= u128::from((*asked).max(200)), "{came:?}: {wait:?}");
                }
                (_, Next::Again { .. }) => resent += 1,
                (_, Next::End) => break,
            }
        }
        prop_assert!(unsent <= 2, "{unsent} more tries");
        prop_assert!(resent <= u32::from(retries), "{resent} sends again, {retries} allowed");
    }
}

#[test]
fn the_waits_are_the_ones_of_the_rules() {
    let mut tries = Tries::new(&Action::new("Restart", "https://ci.example/"));
    let refused = Came::Unsent(Failure::Connect);
    for (least, most) in [(200, 400), (800, 1_600)] {
        let Next::Again { wait, .. } = next(&mut tries, &refused) else { panic!("ended") };
        assert!((least..=most).contains(&wait.as_millis()), "{wait:?}");
    }
    assert_eq!(next(&mut tries, &refused), Next::End);
}
