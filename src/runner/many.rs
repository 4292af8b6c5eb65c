//! The presses of a group: some at a time, one row each.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::Semaphore;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::press::{Begin, Far, Watch};
use super::rows::{STOPPED, line};
use super::setup::Runner;
use super::step::{Finish, Many, Step};
use super::stops::Registered;
use crate::domain::activity::Entry;
use crate::domain::request::Prepared;
use crate::domain::run::{Outcome, RunState};

/// At most so many at once.
const MOST_AT_ONCE: usize = 64;

/// One press of a group whose row is durable.
struct Waiting {
    prepared: Prepared,
    registered: Registered,
    far: Far,
    begun: Result<Begin, Finish>,
}

/// The turns of a group.
struct Turns {
    places: Semaphore,
    stop_on_failure: bool,
    /// Cancelled when those that have not begun are not to begin any more.
    halt: CancellationToken,
}

impl Runner {
    /// Runs the presses of a group; `watch` hears each step with the run's id. One [`Finish`] for each, in order.
    ///
    /// All rows are `pending` first. With `stop_on_failure` those that have not begun when one ends badly (or is
    /// refused) are left cancelled; cancelling `stop` stops those that have begun, too.
    pub async fn run_many(
        &self,
        presses: Vec<Prepared>,
        many: Many,
        watch: impl Fn(&str, Step) + Send + Sync,
        stop: &CancellationToken,
    ) -> Vec<Finish> {
        let watch: &(dyn Fn(&str, Step) + Send + Sync) = &watch;
        let turns = Turns {
            places: Semaphore::new(many.parallel.clamp(1, MOST_AT_ONCE)),
            stop_on_failure: many.stop_on_failure,
            halt: CancellationToken::new(),
        };
        // Together, so that their rows share commits; and all of them before the first is sent.
        let waiting = join_all(presses.into_iter().map(|prepared| self.queue(prepared, watch, stop))).await;
        let turns = &turns;
        join_all(waiting.into_iter().map(|waiting| async move {
            let id = waiting.prepared.run_id.clone();
            let finish = self.take_turn(waiting, turns, &|step| watch(&id, step)).await;
            if turns.stop_on_failure && went_badly(&finish) {
                turns.halt.cancel();
            }
            watch(&id, Step::Ended(Box::new(finish.clone())));
            finish
        }))
        .await
    }

    async fn queue(
        &self,
        prepared: Prepared,
        watch: &(dyn Fn(&str, Step) + Send + Sync),
        stop: &CancellationToken,
    ) -> Waiting {
        let registered = self.inner.stops.register(&prepared.run_id, prepared.group.as_deref(), stop);
        let far = Far::default();
        let begun = self.begin(&prepared, RunState::Pending).await;
        if let Ok(begin) = &begun {
            far.is(begin);
            watch(&prepared.run_id, Step::Queued(Box::new(line(begin.seq, begin.run.clone()))));
        }
        Waiting { prepared, registered, far, begun }
    }

    async fn take_turn(&self, waiting: Waiting, turns: &Turns, watch: Watch<'_>) -> Finish {
        let Waiting { prepared, registered, far, begun } = waiting;
        let begin = match begun {
            Ok(begin) => begin,
            Err(finish) => return finish,
        };
        let stop = &registered.token;
        let whole = async {
            let holds_ms = prepared.action.holds_ms();
            if holds_ms > 0 {
                let activity = Box::new(line(begin.seq, begin.run.clone()));
                watch(Step::Held { activity, left_ms: holds_ms });
                tokio::select! {
                    biased;
                    () = stop.cancelled() => {}
                    () = sleep(Duration::from_millis(holds_ms)) => {}
                }
            }
            let place = tokio::select! {
                biased;
                () = stop.cancelled() => return self.take_back(begin, STOPPED).await,
                () = turns.halt.cancelled() => {
                    let words = "not begun, because one of the group did not succeed: nothing was sent";
                    return self.take_back(begin, words).await;
                }
                place = turns.places.acquire() => place,
            };
            // In a box of its own, so that those who wait take little.
            let finish = Box::pin(self.go(begin, &prepared, watch, stop, &far)).await;
            // Before the place is free, so that the next one does not begin in between.
            if turns.stop_on_failure && went_badly(&finish) {
                turns.halt.cancel();
            }
            drop(place);
            finish
        };
        self.caught(whole, &prepared, &far).await
    }
}

/// Whether those that have not begun are better left: it failed, is unknown, was refused, or has changed meanwhile.
fn went_badly(finish: &Finish) -> bool {
    match finish {
        Finish::Changed(_) => true,
        Finish::LetGo(_) => false,
        Finish::Ended { activity, .. } => match &activity.entry {
            Entry::Run(run) => !matches!(run.outcome, Some(Outcome::Succeeded | Outcome::Cancelled)),
            _ => true,
        },
    }
}
