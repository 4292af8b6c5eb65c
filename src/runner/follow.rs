//! Following a job to its end: a read, and therefore safe to repeat, to let go, and to be taken over.

use std::time::Duration;

use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::attempts::retry_after;
use super::kept::Kept;
use super::masked;
use super::press::{Begin, Watch, since_ms};
use super::rows::{line, now_ms};
use super::runner::Runner;
use super::step::{Finish, Step};
use super::verdict::{by_rule, facts};
use crate::domain::action::{DEFAULT_CONNECT_TIMEOUT_MS, Ends, Header, Success};
use crate::domain::job::Job;
use crate::domain::run::{Answer, Ending, Failure, Outcome, RunDetail};
use crate::domain::stage::Stage;
use crate::domain::time::took;
use crate::domain::verdict::Verdict;
use crate::net::{Backoff, BodyRead, ReadClass, ReadClient, Reply};
use crate::secret::Masks;
use crate::webhook;
use crate::webhook::job::{Says, is_allowed, moved, renamed, says};

/// How long one poll may take.
const POLL: Duration = Duration::from_secs(10);
/// The shortest pace, whatever an answer asks for.
const SHORTEST: Duration = Duration::from_millis(200);
/// The longest pace while polls find nothing out.
const LONGEST: Duration = Duration::from_secs(30);
/// So long before it is given up, a job is looked at for the last time.
const LAST_LOOK: Duration = Duration::from_secs(1);
/// How many redirects one poll follows.
const REDIRECTS: u32 = 3;
/// So often in a row nothing may be there: a job may not be there yet.
const MISSING: u32 = 3;
/// How often writing a job down is tried.
const WRITES: u32 = 3;

/// What a job is followed with.
pub(super) struct Following<'a> {
    pub(super) job: Job,
    pub(super) headers: Vec<Header>,
    /// The proxy with its references filled in.
    pub(super) proxy: String,
    /// How long the first poll waits.
    pub(super) first: Duration,
    /// The last answer so far.
    pub(super) answer: Option<Answer>,
    /// The state that was last told, as it was written.
    pub(super) state: String,
    /// What the row says of it.
    pub(super) told: String,
    /// What came of the call that stops it, once it was made.
    pub(super) asked_to_stop: Option<String>,
    pub(super) watch: Watch<'a>,
    pub(super) stop: &'a CancellationToken,
}

/// How following ended.
enum Over {
    Ended { outcome: Outcome, failure: Option<Failure>, message: String, body: Option<BodyRead> },
    LetGo,
}

impl Runner {
    /// Follows a job that has just begun: durable first.
    pub(super) async fn follow_new(
        &self,
        mut begin: Begin,
        job: Job,
        (headers, proxy): (Vec<Header>, String),
        ending: Ending,
        watch: Watch<'_>,
        (begun_at, stop): (Instant, &CancellationToken),
    ) -> Finish {
        match self.write_job(&masked::job(&begin.masks, &job)).await {
            Ok(true) => {}
            // The row was ended by somebody who took this process for dead: what is known becomes a correction.
            Ok(false) => return self.record(begin, ending).await,
            Err(error) => {
                let message = format!(
                    "accepted, but its job could not be written down ({error}) and is not followed: {}",
                    webhook::look(&begin.run.event_id)
                );
                let lost = Ending { outcome: Outcome::Unknown, failure: Some(Failure::JobLost), message, ..ending };
                return self.record(begin, lost).await;
            }
        }
        begin.run.following = true;
        watch(Step::Following(Box::new(line(begin.seq, begin.run.clone()))));
        let pace = Duration::from_millis(job.follow.every_ms);
        let asked = ending.detail.answer.as_ref().and_then(retry_after);
        let following = Following {
            headers,
            proxy,
            first: asked.unwrap_or(pace).max(SHORTEST),
            answer: ending.detail.answer,
            state: String::new(),
            asked_to_stop: None,
            told: String::new(),
            job,
            watch,
            stop,
        };
        self.follow(begin, following, || since_ms(begun_at)).await
    }

    async fn write_job(&self, job: &Job) -> Result<bool, String> {
        let mut tried = 0;
        loop {
            match self.inner.setup.store.follow_job(job).await {
                Ok(durable) => return Ok(durable),
                Err(error) if tried + 1 >= WRITES => return Err(error.to_string()),
                Err(_) => {
                    tried += 1;
                    sleep(Duration::from_millis(500)).await;
                }
            }
        }
    }

    /// Follows a job that is durable and ours, and ends its run, or lets it go.
    pub(super) async fn follow(
        &self,
        mut begin: Begin,
        mut following: Following<'_>,
        duration_ms: impl Fn() -> i64,
    ) -> Finish {
        match self.until_over(&begin, &mut following).await {
            Over::LetGo => {
                self.release(&begin.run.id).await;
                begin.run.process.clear();
                Finish::LetGo(Box::new(line(begin.seq, begin.run)))
            }
            Over::Ended { outcome, failure, mut message, body } => {
                if let Some(asked) = &following.asked_to_stop {
                    message.push_str(&format!(" ({asked})"));
                }
                let status = following.answer.as_ref().map_or(following.job.status, |answer| answer.status);
                let detail = RunDetail {
                    attempts: following.job.attempts.clone(),
                    answer: following.answer.take(),
                    ..RunDetail::default()
                };
                let duration_ms = duration_ms();
                let ending = Ending { outcome, failure, status: Some(status), message, duration_ms, detail };
                let kept = match (&body, &ending.detail.answer) {
                    (Some(body), Some(answer)) => Kept::of(&following.job.keep, &facts(answer, body)),
                    _ => Kept::default(),
                };
                let kept = kept.or(&following.job.kept);
                let answer = body.as_ref().map(|body| (body, kept));
                self.enrich_and_record(begin, ending, answer, following.watch).await
            }
        }
    }

    /// A job of nobody: whoever comes next may take it over at once.
    async fn release(&self, run_id: &str) {
        let (store, process) = (&self.inner.setup.store, &self.inner.setup.process);
        if let Err(error) = store.adopt_job(run_id, process, "").await {
            // Its lock goes with this process, so that it is found all the same.
            tracing::warn!(%error, run = run_id, "a job could not be let go");
        }
    }

    async fn until_over(&self, begin: &Begin, following: &mut Following<'_>) -> Over {
        let event_id = begin.run.event_id.clone();
        let reach = self.reach(&following.job.tls, &following.proxy, DEFAULT_CONNECT_TIMEOUT_MS).await;
        let client = match reach {
            Ok(reach) => self.inner.clients.polls(reach).await.map_err(|error| error.to_string()),
            Err(why) => Err(why),
        };
        let (client, mut at) = match (client, Url::parse(&following.job.url)) {
            (Ok(client), Ok(at)) => (client, at),
            (Err(why), _) => return lost(&event_id, &why),
            (_, Err(_)) => return lost(&event_id, "the address of the job is not a valid URL"),
        };
        let home = Url::parse(&following.job.home).unwrap_or_else(|_| at.clone());
        let left_ms = u64::try_from(following.job.until_ms.saturating_sub(now_ms())).unwrap_or(0);
        let until = Instant::now() + Duration::from_millis(left_ms.min(following.job.follow.limit_ms));
        let mut wait = following.first;
        let (mut troubles, mut missing) = (0_u32, 0_u32);
        let mut trouble = String::new();
        let mut looked_last = false;
        let stops = self.inner.stops.of_job(&begin.run.id, following.job.cancel.is_some());
        loop {
            let mut late = Instant::now().checked_add(wait).is_none_or(|next| next >= until);
            // However long an answer asks to wait, the job is looked at once more before it is given up.
            let left = until.saturating_duration_since(Instant::now());
            if late && !looked_last && left > LAST_LOOK {
                (late, looked_last, wait) = (false, true, left.saturating_sub(LAST_LOOK));
            }
            tokio::select! {
                biased;
                () = following.stop.cancelled() => return cancelled(&event_id),
                () = self.inner.leaving.cancelled() => return Over::LetGo,
                () = stops.cancelled(), if following.asked_to_stop.is_none() => {
                    let told = self.stop_job(&following.job, &following.headers, &following.proxy, &home).await;
                    (following.watch)(Step::At(Stage::Job { fraction: None, words: told.clone() }));
                    following.asked_to_stop = Some(told);
                }
                () = tokio::time::sleep_until(until), if late => return too_long(following, &event_id, &trouble),
                () = sleep(wait), if !late => {}
            }
            let read = tokio::select! {
                biased;
                () = following.stop.cancelled() => return cancelled(&event_id),
                () = self.inner.leaving.cancelled() => return Over::LetGo,
                read = self.poll(&client, &mut at, &home, following, (until, &begin.masks)) => read,
            };
            missing = if matches!(read, Read::Missing(_)) { missing + 1 } else { 0 };
            let asked;
            (asked, trouble) = match read {
                Read::Over(over) => return over.told(&event_id, following.job.ends),
                Read::Missing(_) if missing >= MISSING => return lost(&event_id, "HTTP 404, again and again"),
                Read::Missing(asked) => (asked, "HTTP 404".to_owned()),
                Read::Running(asked) => (asked, String::new()),
                Read::Trouble(asked, why) => (asked, why),
            };
            troubles = if trouble.is_empty() || missing > 0 { 0 } else { troubles + 1 };
            let pace = Duration::from_millis(following.job.follow.every_ms);
            let backoff = Backoff { first: pace, longest: LONGEST };
            let pace = if troubles == 0 { pace } else { backoff.after(troubles) };
            wait = asked.unwrap_or(pace).max(SHORTEST);
        }
    }

    /// Asks once.
    async fn poll(
        &self,
        client: &ReadClient,
        at: &mut Url,
        home: &Url,
        following: &mut Following<'_>,
        (until, masks): (Instant, &Masks),
    ) -> Read {
        let mut reply = match ask(client, at, following, until).await {
            Ok(reply) => reply,
            Err(read) => return read,
        };
        let asked = reply.retry_after_ms.filter(|ms| *ms > 0).map(Duration::from_millis);
        match moved(&facts(&reply.answer, &reply.body), at, home, &following.job.follow) {
            Some(Ok(next)) => return self.move_to(next, at, following, (asked.or(Some(SHORTEST)), masks)).await,
            Some(Err(place)) => {
                following.answer = Some(reply.answer);
                let why = format!("follow.next leads to {place}: follow.origin does not list it");
                return Read::Over(Told::Lost(why));
            }
            None => {}
        }
        let (mut here, mut is_result, mut hops) = (at.clone(), false, 0);
        let (said, next) = loop {
            let facts = facts(&reply.answer, &reply.body);
            let said = says(&facts, &here, &following.job.follow, is_result);
            let Says::Elsewhere { url, is_result: has_ended } = said else {
                break (said, renamed(&facts, &here, home, &following.job.follow));
            };
            if !is_allowed(&url, home, &following.job.follow.origin) {
                following.answer = Some(reply.answer);
                return Read::Over(Told::Lost("it leads to another origin, which is not read".to_owned()));
            }
            if hops >= REDIRECTS {
                return Read::Trouble(asked, "it leads elsewhere again and again".to_owned());
            }
            (hops, is_result) = (hops + 1, is_result || has_ended);
            reply = match ask(client, &url, following, until).await {
                Ok(reply) => reply,
                Err(read) => return read,
            };
            here = url;
        };
        if let Says::Running { fraction, words, .. } = &said {
            self.tell_others(following, *fraction, &masks.text(words)).await;
        }
        match (judged(said, reply, asked, following), next) {
            (Read::Running(asked), Some(next)) if next != *at => {
                self.move_to(next, at, following, (asked, masks)).await
            }
            (read, _) => read,
        }
    }

    /// Other screens see it in the row; where it cannot be written, they do not.
    async fn tell_others(&self, following: &mut Following<'_>, fraction: Option<f64>, words: &str) {
        let percent = fraction.map(|share| format!("{:.0} % ", share * 100.0)).unwrap_or_default();
        let told = format!("{percent}{words}").trim_end().to_owned();
        if told != following.told {
            let _ = self.inner.setup.store.tell_job(&following.job.run_id, &told).await;
            following.told = told;
        }
    }

    /// The job is asked for elsewhere from now on: durable first.
    async fn move_to(
        &self,
        next: Url,
        at: &mut Url,
        following: &mut Following<'_>,
        (asked, masks): (Option<Duration>, &Masks),
    ) -> Read {
        match self.inner.setup.store.move_job(&following.job.run_id, &masks.kept(next.as_str())).await {
            Ok(_) => {
                following.job.url = next.to_string();
                *at = next;
                Read::Running(asked)
            }
            Err(error) => Read::Trouble(asked, error.to_string()),
        }
    }
}

/// What one poll found out.
enum Read {
    Over(Told),
    Running(Option<Duration>),
    Missing(Option<Duration>),
    Trouble(Option<Duration>, String),
}

/// An end, before it is put into words with what to check.
enum Told {
    Well { message: String, body: BodyRead },
    Badly(Failure, String),
    Broken(Failure, String),
    Lost(String),
}

impl Told {
    fn told(self, event_id: &str, ends: Ends) -> Over {
        match self {
            Self::Well { message, body } => {
                let outcome = if ends == Ends::Accepted { Outcome::Accepted } else { Outcome::Succeeded };
                Over::Ended { outcome, failure: None, message, body: Some(body) }
            }
            Self::Badly(failure, message) => {
                Over::Ended { outcome: Outcome::Failed, failure: Some(failure), message, body: None }
            }
            Self::Broken(failure, why) => unknown(
                failure,
                format!("the job has ended, but its outcome cannot be judged ({why}): {}", webhook::look(event_id)),
            ),
            Self::Lost(why) => lost(event_id, &why),
        }
    }
}

async fn ask(client: &ReadClient, url: &Url, following: &Following<'_>, until: Instant) -> Result<Reply, Read> {
    let deadline = (Instant::now() + POLL).min(until);
    client.ask(url, &following.headers, deadline).await.map_err(|error| match error.class {
        ReadClass::Policy | ReadClass::Invalid => Read::Over(Told::Lost(error.to_string())),
        _ => Read::Trouble(error.retry_after_ms.map(Duration::from_millis), error.to_string()),
    })
}

fn judged(said: Says, reply: Reply, asked: Option<Duration>, following: &mut Following<'_>) -> Read {
    let Reply { answer, body, .. } = reply;
    let told = {
        let (facts, job) = (facts(&answer, &body), &following.job);
        let own = webhook::told(&job.follow.message, &facts).or_else(|| webhook::told(&job.message, &facts));
        own.unwrap_or_else(|| webhook::message(&answer))
    };
    let read = match said {
        Says::Running { fraction, words, state } => {
            following.state = state;
            (following.watch)(Step::At(Stage::Job { fraction, words }));
            Read::Running(asked)
        }
        Says::Trouble(why) => return Read::Trouble(asked, why),
        Says::Missing => Read::Missing(asked),
        Says::Succeeded => Read::Over(succeeded(following.job.success.as_deref(), &answer, body, told)),
        Says::Failed(words) => {
            let message = match (words, told) {
                ("", told) if told.is_empty() => "the job failed".to_owned(),
                ("", told) => told,
                (words, told) if told.is_empty() => words.to_owned(),
                (words, told) => format!("{words}: {told}"),
            };
            Read::Over(Told::Badly(Failure::JobFailed, message))
        }
        Says::Broken(failure, why) => Read::Over(Told::Broken(failure, why)),
        Says::Lost(why) => Read::Over(Told::Lost(why)),
        Says::Elsewhere { .. } => return Read::Trouble(asked, "it leads elsewhere".to_owned()),
    };
    following.answer = Some(answer);
    read
}

/// It ended well, unless the success rule, which the first answer did not satisfy, says otherwise.
fn succeeded(rule: Option<&str>, answer: &Answer, body: BodyRead, told: String) -> Told {
    match rule.map_or(Verdict::Yes, |rule| by_rule(&Success::new(rule), answer, &body)) {
        verdict if verdict.is_taken() && told.is_empty() => {
            Told::Well { message: "the job succeeded".to_owned(), body }
        }
        Verdict::Broken(failure, why) => Told::Broken(failure, why),
        verdict if verdict.is_taken() => Told::Well { message: told, body },
        Verdict::No(rule) => Told::Badly(Failure::Rule, format!("the job has ended, but not as {rule}: {told}")),
        _ => Told::Badly(Failure::Rule, told),
    }
}

fn unknown(failure: Failure, message: String) -> Over {
    Over::Ended { outcome: Outcome::Unknown, failure: Some(failure), message, body: None }
}

/// The job cannot be read any more.
fn lost(event_id: &str, why: &str) -> Over {
    let message = format!("accepted, but its job cannot be read any more ({why}): {}", webhook::look(event_id));
    unknown(Failure::JobLost, message)
}

fn too_long(following: &Following<'_>, event_id: &str, trouble: &str) -> Over {
    let limit = took(i64::try_from(following.job.follow.limit_ms).unwrap_or(i64::MAX));
    let last = if trouble.is_empty() { following.state.as_str() } else { trouble };
    let last = if last.is_empty() { String::new() } else { format!(" (last: {last})") };
    let message = format!("accepted, and its job had not ended after {limit}{last}: {}", webhook::look(event_id));
    unknown(Failure::JobLost, message)
}

fn cancelled(event_id: &str) -> Over {
    let message =
        format!("sent and accepted; no longer followed; it may still run; look at the receiver for id {event_id}");
    unknown(Failure::Cancelled, message)
}
