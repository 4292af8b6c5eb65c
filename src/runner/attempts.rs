//! The attempts of one run: tried again only while it is certain that nothing was sent.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::domain::action::Header;
use crate::domain::request::Prepared;
use crate::domain::run::{Answer, Attempt, Failure};
use crate::net::{Limits, PressClient, Tried, WireRequest};

/// How many times a request is tried again where no connection stood.
const MORE_TRIES: usize = 2;
/// The wait before the first further try; four times as long before the second.
const FIRST_WAIT: Duration = Duration::from_millis(200);

/// Sends, and tries again what certainly was not sent, until `stop`. `say` hears what is going on, in words.
pub(super) async fn send(
    client: &PressClient,
    prepared: &Prepared,
    headers: &[Header],
    stop: &CancellationToken,
    say: &(dyn Fn(String) + Send + Sync),
) -> (Vec<Attempt>, Option<Answer>) {
    let deadline = Instant::now() + Duration::from_millis(prepared.action.timeout_ms);
    let limits =
        Limits { deadline, attempt: Duration::from_millis(prepared.action.attempts_ms()), stop, hear: &|_| {} };
    let request = WireRequest {
        method: prepared.method,
        endpoint: &prepared.endpoint,
        headers,
        body: &prepared.body,
        reads_body: false,
    };
    let mut waits = ExponentialBuilder::new()
        .with_min_delay(FIRST_WAIT)
        .with_factor(4.0)
        .with_max_times(MORE_TRIES)
        .with_jitter()
        .build();
    let mut attempts: Vec<Attempt> = Vec::new();
    while !stop.is_cancelled() {
        let number = u32::try_from(attempts.len() + 1).unwrap_or(u32::MAX);
        let tried = client.attempt(&request, number, &limits).await;
        let Tried { attempt, answer, same_again, .. } = tried;
        let again = !same_again && is_certainly_unsent(&attempt);
        attempts.push(attempt);
        if !again {
            return (attempts, answer);
        }
        match waits.next().filter(|wait| Instant::now() + *wait < deadline) {
            Some(wait) => {
                say(format!("try {} of {}", number + 1, MORE_TRIES + 1));
                tokio::select! {
                    () = sleep(wait) => {}
                    () = stop.cancelled() => {}
                }
            }
            None => return (attempts, answer),
        }
    }
    (attempts, None)
}

/// Only then may it be sent again without being asked: the receiver cannot have got it.
fn is_certainly_unsent(attempt: &Attempt) -> bool {
    !attempt.may_have_been_received && attempt.failure.is_some_and(Failure::is_before_connection)
}
