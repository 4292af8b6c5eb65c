//! The presses of one decision, from their confirmation to their records: one alone, or some at a time.

use std::panic::AssertUnwindSafe;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::join_all;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::rows::{
    self, LEFT, STOPPED, ahead, cooling, ended, in_flight, line, now_ms, refused_ending, store_failed, unsent,
    unwritten,
};
use super::runner::Runner;
use super::step::{Finish, RunOptions, Step};
use super::stops::Registered;
use crate::domain::activity::{Activity, Entry, Seq};
use crate::domain::refusal::Refusal;
use crate::domain::request::Prepared;
use crate::domain::run::{Ending, Failure, Outcome, Run, RunState};
use crate::secret::Masks;
use crate::store::{Begun, RunRecord, StoreError};
use crate::webhook;

/// At most so many at once.
const MOST_AT_ONCE: usize = 64;

/// Hears the steps of one run.
pub(super) type Watch<'a> = &'a (dyn Fn(Step) + Send + Sync);

/// A row that is durable and has not ended.
#[derive(Clone, Debug)]
pub(super) struct Begin {
    pub(super) seq: Seq,
    pub(super) run: Run,
    /// The values that were read for it: hidden in all that is told and written of it.
    pub(super) masks: Masks,
}

impl Begin {
    /// A row for which nothing was read yet.
    pub(super) fn new(seq: Seq, run: Run) -> Self {
        Self { seq, run, masks: Masks::default() }
    }
}

/// How far a run's row is, so that a fault inside andon can be told truly.
#[derive(Debug, Default)]
struct RunProgress(Mutex<Option<Begin>>);

impl RunProgress {
    fn reached(&self, begin: &Begin) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(begin.clone());
    }

    fn get(&self) -> Option<Begin> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A press whose row is durable, or how it ended instead.
struct Entered {
    prepared: Prepared,
    registered: Registered,
    progress: RunProgress,
    begun: Result<Begin, Finish>,
}

/// The turns of presses that run together.
struct Turns {
    places: Semaphore,
    stop_on_failure: bool,
    /// Cancelled when those that have not begun are not to begin any more.
    halt: CancellationToken,
}

impl Runner {
    /// Runs the presses of one decision that was confirmed; `watch` hears each step with the run's id. One [`Finish`]
    /// for each, in order.
    ///
    /// A press alone is `running` from its first row on, unless it is held; of several all rows are `pending` before the
    /// first is sent. With `stop_on_failure` those that have not begun when one ends badly (or is refused) are left
    /// cancelled. A run ends early when the operator cancels `stop` (or [`Runner::cancel`] names it): cancelled, or
    /// unknown once an attempt may have been received. An answer whose status has come still counts.
    ///
    /// A fault inside andon ends the run that it happened to and nothing else.
    pub async fn run(
        &self,
        presses: Vec<Prepared>,
        options: RunOptions,
        watch: impl Fn(&str, Step) + Send + Sync,
        stop: &CancellationToken,
    ) -> Vec<Finish> {
        let watch: &(dyn Fn(&str, Step) + Send + Sync) = &watch;
        let turns = Turns {
            places: Semaphore::new(options.parallel.clamp(1, MOST_AT_ONCE)),
            stop_on_failure: options.stop_on_failure,
            halt: CancellationToken::new(),
        };
        let is_alone = presses.len() == 1;
        // Together, so that their rows share commits; and all of them before the first is sent.
        let entered = join_all(presses.into_iter().map(|prepared| self.enter(prepared, is_alone, watch, stop))).await;
        let turns = &turns;
        join_all(entered.into_iter().map(|entered| async move {
            let id = entered.prepared.run_id.clone();
            let finish = self.take_turn(entered, turns, &|step| watch(&id, step)).await;
            if turns.stop_on_failure && went_badly(&finish) {
                turns.halt.cancel();
            }
            watch(&id, Step::Ended(Box::new(finish.clone())));
            finish
        }))
        .await
    }

    /// Writes the row of a press down, which from now on can be stopped by its id.
    async fn enter(
        &self,
        prepared: Prepared,
        is_alone: bool,
        watch: &(dyn Fn(&str, Step) + Send + Sync),
        stop: &CancellationToken,
    ) -> Entered {
        let registered = self.inner.stops.register(&prepared.run_id, prepared.group.as_deref(), stop);
        let progress = RunProgress::default();
        let waits = !is_alone || prepared.action.holds_ms() > 0;
        let state = if waits { RunState::Pending } else { RunState::Running };
        let row = async {
            let begin = self.begin(&prepared, state).await?;
            progress.reached(&begin);
            if !is_alone {
                watch(&prepared.run_id, Step::Queued(Box::new(line(begin.seq, begin.run.clone()))));
            }
            Ok(begin)
        };
        let begun = self.caught(row, &prepared, &progress).await.and_then(|row| row);
        Entered { prepared, registered, progress, begun }
    }

    async fn take_turn(&self, entered: Entered, turns: &Turns, watch: Watch<'_>) -> Finish {
        let Entered { prepared, registered, progress, begun } = entered;
        let begin = match begun {
            Ok(begin) => begin,
            Err(finish) => return finish,
        };
        let stop = &registered.token;
        let whole = async {
            let mut place = None;
            if begin.run.state == RunState::Pending {
                match wait(&begin, &prepared, turns, watch, stop).await {
                    Ok(own) => place = Some(own),
                    Err(words) => return Box::pin(self.take_back(begin, words)).await,
                }
            }
            // In a box of its own, so that those who wait take little.
            let finish = Box::pin(self.go(begin, &prepared, watch, stop, &progress)).await;
            // Before the place is free, so that the next one does not begin in between.
            if turns.stop_on_failure && went_badly(&finish) {
                turns.halt.cancel();
            }
            drop(place);
            finish
        };
        self.caught(whole, &prepared, &progress).await.unwrap_or_else(|finish| finish)
    }

    /// Carries a run on whatever happens inside: a panic becomes its ending, which is the error.
    async fn caught<T>(
        &self,
        work: impl Future<Output = T>,
        prepared: &Prepared,
        progress: &RunProgress,
    ) -> Result<T, Finish> {
        if let Ok(done) = AssertUnwindSafe(work).catch_unwind().await {
            return Ok(done);
        }
        tracing::error!(run = %prepared.run_id, "a run failed inside andon");
        Err(Box::pin(self.fallen(prepared, progress.get())).await)
    }

    /// Checks, wins the guard and writes the row. The error is how it ended instead.
    async fn begin(&self, prepared: &Prepared, state: RunState) -> Result<Begin, Finish> {
        if let Err(refusal) = self.still_may_go(prepared) {
            return Err(ended(self.refuse_prepared(prepared, &refusal).await));
        }
        let run = self.row(prepared, state);
        let action = &prepared.action;
        let begun = self.inner.setup.store.begin_run(&run, &ahead(prepared), action.revision, action.cooldown_ms).await;
        let refusal = match begun {
            Ok(Begun::Started(seq)) => return Ok(Begin::new(seq, run)),
            Ok(Begun::InFlight(other)) => Refusal::new(Failure::InFlight, in_flight(&other)),
            Ok(Begun::Cooldown { last, until_ms }) => Refusal::new(Failure::Cooldown, cooling(&last, until_ms)),
            Ok(Begun::ActionChanged(now)) => return Err(Finish::Changed(now)),
            Err(error) => return Err(Box::pin(self.not_begun(run, &error)).await),
        };
        Err(ended(self.refuse_prepared(prepared, &refusal).await))
    }

    /// The row could not be written, as far as is known: nothing is sent. A commit whose answer was lost may have
    /// written it all the same; then it ends as what it is, so that it does not keep its guard.
    async fn not_begun(&self, run: Run, error: &StoreError) -> Finish {
        if let Ok(Some(record)) = self.inner.setup.store.run_record(&run.id).await {
            let begin = Begin::new(record.activity.seq, run);
            return self.record(begin, refused_ending(&store_failed(error))).await;
        }
        unwritten(run, error)
    }

    /// From the durable row to the end: a row that is `pending` becomes `running` first, unless it was stopped.
    async fn go(
        &self,
        mut begin: Begin,
        prepared: &Prepared,
        watch: Watch<'_>,
        stop: &CancellationToken,
        progress: &RunProgress,
    ) -> Finish {
        if begin.run.state == RunState::Pending {
            if stop.is_cancelled() {
                return self.take_back(begin, STOPPED).await;
            }
            match self.inner.setup.store.start_run(&begin.run.id).await {
                Ok(true) => begin.run.state = RunState::Running,
                // Another process took this one for dead and ended the row: nothing may be sent.
                Ok(false) => {
                    let words =
                        "another andon took this process for dead before the request went out: nothing was sent"
                            .to_owned();
                    let ending = unsent(Outcome::Cancelled, Failure::Interrupted, words);
                    return Box::pin(self.as_recorded(begin, ending)).await;
                }
                Err(error) => {
                    return self.take_back(begin, &store_failed(&error).message()).await;
                }
            }
            progress.reached(&begin);
        }
        watch(Step::Begun(Box::new(line(begin.seq, begin.run.clone()))));
        Box::pin(self.send(begin, prepared, watch, stop)).await
    }

    /// Ends a run that was not sent yet: cancelled.
    async fn take_back(&self, begin: Begin, words: &str) -> Finish {
        let ending = unsent(Outcome::Cancelled, Failure::Cancelled, words.to_owned());
        match self.inner.setup.store.end_pending(&begin.run.id, &ending, now_ms()).await {
            Ok(true) => ended(line(begin.seq, rows::finished(begin.run, &ending))),
            Ok(false) => Box::pin(self.as_recorded(begin, ending)).await,
            // It waits with the other endings: what was not sent is ended as such whenever it can be written.
            Err(_) => self.record(begin, ending).await,
        }
    }

    /// A run that was not sent and is not `pending` any more: as its row says, where somebody else has ended it. Where
    /// it says `running` (a commit whose answer was lost), `ending` ends it.
    async fn as_recorded(&self, begin: Begin, ending: Ending) -> Finish {
        match self.inner.setup.store.run_record(&begin.run.id).await {
            Ok(Some(record)) if is_over(&record.activity) => ended(record.activity),
            Ok(None) => ended(line(begin.seq, rows::finished(begin.run, &ending))),
            Ok(Some(_)) | Err(_) => self.record(begin, ending).await,
        }
    }

    /// Ends a run whose task died, by what its row says of how far it was.
    pub async fn abandon(&self, prepared: &Prepared) -> Finish {
        match self.inner.setup.store.run_record(&prepared.run_id).await {
            Ok(None) => self.fallen(prepared, None).await,
            Ok(Some(RunRecord { activity: Activity { seq, entry: Entry::Run(run), .. }, .. }))
                if run.state != RunState::Done =>
            {
                self.fallen(prepared, Some(Begin::new(seq, *run))).await
            }
            Ok(Some(record)) => ended(record.activity),
            // It may have begun: then this waits until it can be written.
            Err(_) => {
                let run = self.row(prepared, RunState::Running);
                self.fallen(prepared, Some(Begin::new(0, run))).await
            }
        }
    }

    /// Ends a run that failed inside andon, by how far it was.
    async fn fallen(&self, prepared: &Prepared, far: Option<Begin>) -> Finish {
        let Some(begin) = far else {
            let why = "andon failed inside; the log file says where";
            return ended(self.refuse_prepared(prepared, &Refusal::new(Failure::Store, why)).await);
        };
        if begin.run.state == RunState::Pending {
            let words = "andon failed inside before this was sent: nothing was sent".to_owned();
            return self.record(begin, unsent(Outcome::Cancelled, Failure::Interrupted, words)).await;
        }
        let words = format!("andon failed inside while this ran: {}", webhook::look(&prepared.event_id));
        self.record(begin, unsent(Outcome::Unknown, Failure::Interrupted, words)).await
    }
}

/// Waits until a press may be sent: its hold is over and one of the places is free. The error says why it is not sent.
async fn wait<'a>(
    begin: &Begin,
    prepared: &Prepared,
    turns: &'a Turns,
    watch: Watch<'_>,
    stop: &CancellationToken,
) -> Result<SemaphorePermit<'a>, &'static str> {
    let turn = async {
        let left_ms = prepared.action.holds_ms();
        if left_ms > 0 {
            watch(Step::Held { activity: Box::new(line(begin.seq, begin.run.clone())), left_ms });
            sleep(Duration::from_millis(left_ms)).await;
        }
        turns.places.acquire().await
    };
    tokio::select! {
        biased;
        () = stop.cancelled() => Err(STOPPED),
        () = turns.halt.cancelled() => Err(LEFT),
        place = turn => place.map_err(|_| LEFT),
    }
}

/// Whether those that have not begun are better left: it failed, is unknown, was refused, or has changed meanwhile.
fn went_badly(finish: &Finish) -> bool {
    match finish {
        Finish::Changed(_) => true,
        Finish::LetGo(_) => false,
        Finish::Ended { activity, .. } => match &activity.entry {
            Entry::Run(run) => !run.outcome.is_some_and(|outcome| outcome.is_taken() || outcome == Outcome::Cancelled),
            _ => true,
        },
    }
}

fn is_over(activity: &Activity) -> bool {
    matches!(&activity.entry, Entry::Run(run) if run.state == RunState::Done)
}

/// How long ago it was, milliseconds.
pub(super) fn since_ms(begun_at: Instant) -> i64 {
    i64::try_from(begun_at.elapsed().as_millis()).unwrap_or(i64::MAX)
}
