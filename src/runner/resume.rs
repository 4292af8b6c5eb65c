//! Taking over the jobs that nobody follows any more.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use futures_util::future::join_all;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC};
use secrecy::{ExposeSecret, SecretString};
use tokio_util::sync::CancellationToken;

use super::checks::names_no_file;
use super::follow::Following;
use super::masked;
use super::press::{Begin, Watch};
use super::rows::{line, now_ms, unsent};
use super::runner::Runner;
use super::send::References;
use super::step::{Finish, Step};
use crate::domain::action::{Header, MASK, names_a_secret};
use crate::domain::activity::{Activity, Entry, Seq};
use crate::domain::job::Job;
use crate::domain::run::{Ending, Failure, Outcome, Run};
use crate::domain::validate::without_references;
use crate::secret::Masks;
use crate::source::Credentials;
use crate::store::Process;
use crate::webhook;

/// What never has to be encoded in an address.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

impl Runner {
    /// Takes over the jobs of dead processes and those that were let go, and follows them to their ends; `watch` hears
    /// each step with the run's id. One [`Finish`] for each.
    ///
    /// One whose references cannot be read here is left to somebody else: [`Finish::LetGo`], and its message says why.
    pub async fn resume(&self, watch: impl Fn(&str, Step) + Send + Sync, stop: &CancellationToken) -> Vec<Finish> {
        let Some(locks) = &self.inner.setup.locks else { return Vec::new() };
        let lives = |process: &str| !process.is_empty() && Process::lives(locks, process);
        let orphans = match self.inner.setup.store.orphan_jobs(&lives).await {
            Ok(orphans) => orphans,
            Err(error) => {
                tracing::warn!(%error, "the jobs that nobody follows could not be read");
                return Vec::new();
            }
        };
        let watch = &watch;
        let one = |(activity, job): (Activity, Job)| async move {
            let id = job.run_id.clone();
            let hear = |step| watch(&id, step);
            let finish = self.take_over(activity, job, &hear, stop).await?;
            watch(&id, Step::Ended(Box::new(finish.clone())));
            Some(finish)
        };
        join_all(orphans.into_iter().map(one)).await.into_iter().flatten().collect()
    }

    /// `None` where somebody else was first.
    async fn take_over(
        &self,
        activity: Activity,
        job: Job,
        watch: Watch<'_>,
        stop: &CancellationToken,
    ) -> Option<Finish> {
        if self.inner.leaving.is_cancelled() {
            return None;
        }
        let Activity { seq, entry: Entry::Run(run), .. } = activity else { return None };
        let over = job.until_ms <= now_ms();
        let reads_files = self.inner.setup.action_references || job.credentials_source.is_some() || over;
        if let (false, Err(refusal)) = (reads_files, names_no_file(&job.tls)) {
            return Some(not_here(seq, *run, &refusal.why));
        }
        let references = match self.references(job.references.clone()).await {
            Ok(references) => references,
            // Nothing is asked any more where its time is over.
            Err(_) if over => References::new(),
            Err(refusal) => return Some(not_here(seq, *run, &refusal.why)),
        };
        let credentials = match self.credentials(job.credentials_source.as_deref()).await {
            Ok(credentials) => credentials,
            Err(_) if over => None,
            Err(refusal) => return Some(not_here(seq, *run, &refusal.why)),
        };
        let mine = &self.inner.setup.process;
        match self.inner.setup.store.adopt_job(&run.id, &run.process, mine).await {
            Ok(true) => {}
            Ok(false) => return None,
            Err(error) => {
                tracing::warn!(%error, run = %run.id, "a job could not be taken over");
                return None;
            }
        }
        let mut begin = Begin::new(seq, *run);
        begin.run.process.clone_from(mine);
        let registered = self.inner.stops.register(&begin.run.id, begin.run.group.as_deref(), stop);
        watch(Step::Following(Box::new(line(seq, begin.run.clone()))));
        let started_at_ms = begin.run.started_at_ms;
        let fallen = begin.clone();
        let work = self.carry_on(begin, job, (&references, credentials), watch, &registered.token, move || {
            now_ms().saturating_sub(started_at_ms).max(0)
        });
        Some(if let Ok(finish) = AssertUnwindSafe(work).catch_unwind().await {
            finish
        } else {
            let look = webhook::look(&fallen.run.event_id);
            let words = format!("accepted, and andon failed inside while it followed the job: {look}");
            self.record(fallen, unsent(Outcome::Unknown, Failure::Interrupted, words)).await
        })
    }

    async fn carry_on(
        &self,
        mut begin: Begin,
        mut job: Job,
        (references, credentials): (&References, Option<Credentials>),
        watch: Watch<'_>,
        stop: &CancellationToken,
        duration_ms: impl Fn() -> i64,
    ) -> Finish {
        let mut headers: Vec<Header> = job
            .headers
            .iter()
            .map(|(name, value)| Header::with_secrecy(name.as_str(), webhook::basic(&filled(value, references)), true))
            .collect();
        let sent: Vec<SecretString> = headers
            .iter()
            .filter(|header| names_a_secret(&header.name))
            .filter_map(|header| header.expose().rsplit(' ').next().map(SecretString::from))
            .collect();
        let own = credentials.iter().flat_map(Credentials::secrets);
        begin.masks = Masks::new(references.values().cloned().chain(literals(&job)).chain(sent).chain(own))
            .with_references(references);
        let masks = begin.masks.clone();
        let watch: Watch<'_> = &|step| watch(masked::step(&masks, step));
        job.url = filled_address(&job.url, references);
        if let Some(call) = &mut job.cancel {
            (call.url, call.body) = (filled_address(&call.url, references), filled(&call.body, references));
        }
        if let Some(Err(why)) = credentials.map(|own| own.add_to_job(&mut job, &mut headers)) {
            let words = format!("accepted, but {why}: {}", webhook::look(&begin.run.event_id));
            return self.record(begin, lost(&job, words, duration_ms())).await;
        }
        if job.until_ms > now_ms()
            && (job.url.contains(MASK) || headers.iter().any(|header| header.expose().contains(MASK)))
        {
            let look = webhook::look(&begin.run.event_id);
            let words =
                format!("accepted, but polling its job needs a secret input that only the ended andon had: {look}");
            return self.record(begin, lost(&job, words, duration_ms())).await;
        }
        let following = Following {
            proxy: filled(&job.proxy, references),
            headers,
            first: std::time::Duration::from_millis(200),
            answer: None,
            state: String::new(),
            asked_to_stop: None,
            told: String::new(),
            job,
            watch,
            stop,
        };
        self.follow(begin, following, duration_ms).await
    }
}

/// The secret values that the job's headers hold as they are.
fn literals(job: &Job) -> Vec<SecretString> {
    let secret = job.headers.iter().filter(|(name, _)| names_a_secret(name));
    let literal = secret.map(|(_, value)| without_references(value, ""));
    let bare = literal.map(|value| value.rsplit(' ').next().unwrap_or_default().to_owned());
    bare.filter(|value| !value.contains(MASK)).map(SecretString::from).collect()
}

/// An address with the values of references, each so that it stays what it is of the address.
fn filled_address(text: &str, references: &References) -> String {
    let encoded = references.iter().map(|(written, value)| {
        let value: String = percent_encoding::utf8_percent_encode(value.expose_secret(), UNRESERVED).to_string();
        (written.clone(), SecretString::from(value))
    });
    filled(text, &encoded.collect())
}

/// A job that cannot be followed from here.
fn not_here(seq: Seq, mut run: Run, why: &str) -> Finish {
    run.message = format!("not followed here: {why}");
    Finish::LetGo(Box::new(line(seq, run)))
}

fn lost(job: &Job, words: String, duration_ms: i64) -> Ending {
    let mut ending = unsent(Outcome::Unknown, Failure::JobLost, words);
    ending.status = Some(job.status);
    ending.duration_ms = duration_ms;
    ending.detail.attempts.clone_from(&job.attempts);
    ending
}

/// The text with the values of those references that the action's own text had. What a value brings in is not read
/// again.
fn filled(text: &str, references: &References) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        if let Some((written, value)) = references.iter().find(|(written, _)| rest.starts_with(written.as_str())) {
            out.push_str(value.expose_secret());
            rest = &rest[written.len()..];
        } else {
            out.push_str("${");
            rest = &rest[2..];
        }
    }
    out + rest
}
