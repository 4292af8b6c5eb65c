//! From the durable row to the ending: references, the request, the verdict, the job, what it adds, the record.

use std::collections::HashMap;
use std::sync::Arc;

use secrecy::SecretString;
use serde_json::Value;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::attempts::{self, Sending, Sent};
use super::kept::Kept;
use super::masked;
use super::new_job::job;
use super::press::{Begin, Watch, since_ms};
use super::record::Waiting;
use super::redirect::headers_of_a_read;
use super::rows::{STOPPED, finished, line, now_ms, refused_ending, unsent};
use super::runner::Runner;
use super::step::{Finish, Step};
use super::vendor_action::with_credentials;
use super::verdict::facts;
use crate::domain::activity::Entry;
use crate::domain::enrichment::{Enriched, Enrichment};
use crate::domain::exact;
use crate::domain::refusal::Refusal;
use crate::domain::request::Prepared;
use crate::domain::run::{Attempt, Ending, Failure, Outcome, RunDetail};
use crate::domain::verdict::judge;
use crate::net::{BodyRead, PressClient};
use crate::secret::{Allowed, Masks};
use crate::source::Credentials;
use crate::store::Recorded;
use crate::webhook::job::{Started, started};
use crate::webhook::{self, Known, Wire};

/// The values of references, by how they are written.
pub(super) type References = HashMap<String, SecretString>;

impl Runner {
    /// Sends, and ends the run.
    pub(super) async fn send(
        &self,
        mut begin: Begin,
        prepared: &Prepared,
        watch: Watch<'_>,
        stop: &CancellationToken,
    ) -> Finish {
        let begun_at = Instant::now();
        let references = match self.references(prepared.references.clone()).await {
            Ok(references) => references,
            Err(refusal) => return self.record(begin, refused_ending(&refusal)).await,
        };
        let credentials = match self.credentials(prepared.credentials_source()).await {
            Ok(credentials) => credentials,
            Err(refusal) => return self.record(begin, refused_ending(&refusal)).await,
        };
        let first = webhook::wire(prepared, references.clone(), now_ms().div_euclid(1_000));
        let first = match first.and_then(|wire| with_credentials(wire, credentials.as_ref())) {
            Ok(wire) => wire,
            Err(refusal) => return self.record(begin, refused_ending(&refusal)).await,
        };
        let masks = Masks::new(first.secrets.iter().cloned()).with_references(&references);
        begin.masks = masks.clone();
        let watch: Watch<'_> = &|step| watch(masked::step(&masks, step));
        let sent = match self.client(prepared, &first).await {
            Ok(client) => {
                let wire = || stamped(prepared, &references, credentials.as_ref());
                let (action, method) = (&*prepared.action, prepared.method);
                attempts::send(&Sending { action, client: &client, method, wire: &wire, stop, watch }, first).await
            }
            Err(why) => Sent { attempts: vec![no_way_out(why)], last: None },
        };
        let ending = judged(prepared, &masked::sent(&masks, &sent), stop, since_ms(begun_at));
        let Some(last) = &sent.last else { return self.record(begin, ending).await };
        let answered = facts(&last.answer, &last.body);
        let kept = Kept::of(&prepared.action.keep, &answered);
        let follow = prepared.action.follow.as_ref();
        let job_of = started(&answered, &last.at, follow, &prepared.payload);
        if !ending.outcome.is_taken() {
            // A 202 is not the end that the success rule is about.
            let was_read = sent.attempts.last().is_some_and(|attempt| attempt.failure.is_none());
            let goes_on = last.answer.status == 202 && was_read && !stop.is_cancelled();
            if !goes_on || !matches!(job_of, Started::Job(_)) {
                return self.record(begin, ending).await;
            }
        }
        match job_of {
            Started::Nothing => self.enrich_and_record(begin, ending, Some((&last.body, kept)), watch).await,
            Started::Barred(place) => {
                let ending = barred(ending, &place, prepared);
                self.enrich_and_record(begin, ending, Some((&last.body, kept)), watch).await
            }
            Started::Unclear(why) => self.record(begin, lost_from_the_start(ending, &why, prepared)).await,
            Started::Job(url) => {
                let wire = stamped(prepared, &references, credentials.as_ref());
                let mut headers = headers_of_a_read(&wire.headers);
                let mut job = job(prepared, last, &url, sent.attempts.clone());
                job.kept = kept.fields;
                if let Some(Err(why)) = credentials.map(|own| own.add_to_job(&mut job, &mut headers)) {
                    return self.record(begin, lost_from_the_start(ending, &why, prepared)).await;
                }
                self.follow_new(begin, job, (headers, wire.proxy), ending, watch, (begun_at, stop)).await
            }
        }
    }

    /// Reads each reference, once. Blocks nobody: files may be slow, and a command has 5 s.
    pub(super) async fn references(&self, written: Vec<String>) -> Result<References, Refusal> {
        if written.is_empty() {
            return Ok(References::new());
        }
        let inner = Arc::clone(&self.inner);
        let allowed = if inner.setup.action_references { Allowed::LocalAction } else { Allowed::SharedAction };
        let read = move || {
            let read = |text: String| match inner.setup.secrets.resolve(&text, allowed) {
                Ok(value) => Ok((text, value)),
                Err(error) => Err(Refusal::new(Failure::Secret, error.to_string())),
            };
            written.into_iter().map(read).collect()
        };
        tokio::task::spawn_blocking(read)
            .await
            .unwrap_or_else(|_| Err(Refusal::new(Failure::Secret, "reading a reference failed inside andon")))
    }

    async fn client(&self, prepared: &Prepared, wire: &Wire) -> Result<PressClient, String> {
        let action = &prepared.action;
        let reach = self.reach(&action.tls, &wire.proxy, action.connects_ms()).await?;
        self.inner.clients.get(reach).await.map_err(|error| error.to_string())
    }

    /// What the answer adds to the incident is durable before the run's end says that it was taken.
    pub(super) async fn enrich_and_record(
        &self,
        begin: Begin,
        mut ending: Ending,
        answer: Option<(&BodyRead, Kept)>,
        watch: Watch<'_>,
    ) -> Finish {
        let (added, missing) = answer.filter(|_| ending.outcome.is_taken()).map(taken).unwrap_or_default();
        let added = added.map(|added| masked::enrichment(&begin.masks, added));
        if !missing.is_empty() {
            ending.message.push_str(&format!("; nothing to keep as {} in its answer", missing.join(", ")));
        }
        if let Some(added) = added.clone() {
            let run = &begin.run;
            let mut enriched = Enriched {
                id: 0,
                incident: run.incident.clone(),
                run_id: run.id.clone(),
                action: run.action.clone(),
                at_ms: now_ms(),
                added,
            };
            match self.inner.setup.store.enrich(&enriched).await {
                Ok(id) => {
                    enriched.id = id;
                    watch(Step::Enriched(Box::new(enriched)));
                }
                Err(error) => ending.message.push_str(&format!("; what its answer adds could not be stored: {error}")),
            }
        }
        let finish = self.record(begin, ending).await;
        if let Finish::Ended { activity, .. } = &finish
            && let Entry::Run(run) = &activity.entry
        {
            self.report_to_source(run, added);
        }
        finish
    }

    /// Writes down how a run ended. Where that fails it waits and is tried again.
    pub(super) async fn record(&self, begin: Begin, ending: Ending) -> Finish {
        let Begin { seq, run, masks } = begin;
        let ending = masked::ending(&masks, ending);
        let run = finished(run, &ending);
        let waiting = Waiting { run: run.clone(), ending, at_ms: now_ms() };
        let store = &self.inner.setup.store;
        let not_recorded = match self.inner.unrecorded.write(store, waiting).await {
            Ok(Recorded::Written) => None,
            Ok(Recorded::AlreadyEnded { .. }) => {
                // Another process took this one for dead: its row stands, and a correction was added to it.
                tracing::warn!(run = %run.id, "the run had been ended by another process");
                None
            }
            Err(error) => Some(error.to_string()),
        };
        Finish::Ended { activity: Box::new(line(seq, run)), not_recorded }
    }
}

/// The request of one attempt. Filling it worked once with the same values, so it does again.
fn stamped(prepared: &Prepared, references: &References, credentials: Option<&Credentials>) -> Wire {
    let now_s = now_ms().div_euclid(1_000);
    let wire = webhook::wire(prepared, references.clone(), now_s);
    wire.and_then(|wire| with_credentials(wire, credentials)).unwrap_or_else(|_| Wire {
        // Not a valid URL: the attempt ends before anything is sent.
        endpoint: String::new(),
        headers: Vec::new(),
        body: String::new(),
        proxy: String::new(),
        secrets: Vec::new(),
    })
}

/// The ending that the attempts and the rule give, before a job is looked for.
fn judged(prepared: &Prepared, sent: &Sent, stop: &CancellationToken, duration_ms: i64) -> Ending {
    let received = sent.attempts.iter().any(|attempt| attempt.may_have_been_received);
    let verdict = sent.last.as_ref().map(|last| &last.verdict);
    let detail = RunDetail {
        attempts: sent.attempts.clone(),
        answer: sent.last.as_ref().map(|last| last.answer.clone()),
        ..RunDetail::default()
    };
    if stop.is_cancelled() && !received {
        let ending = unsent(Outcome::Cancelled, Failure::Cancelled, STOPPED.to_owned());
        return Ending { duration_ms, detail, ..ending };
    }
    let (outcome, failure, status) = judge(&sent.attempts, verdict);
    let own = sent.last.as_ref();
    let own = own.and_then(|last| webhook::told(&prepared.action.message, &facts(&last.answer, &last.body)));
    let message = webhook::describe(&Known {
        attempts: &sent.attempts,
        answer: detail.answer.as_ref(),
        own: own.as_deref(),
        last_line: sent.last.as_ref().and_then(|last| last.last_line.as_deref()),
        verdict,
        event_id: &prepared.event_id,
        timeout_ms: prepared.action.timeout_ms,
        attempt_ms: prepared.action.attempts_ms(),
    });
    Ending { outcome, failure, status, message, duration_ms, detail }
}

/// Accepted, and its job may not be followed: by the default rule that is the end, by the action's own it is lost.
fn barred(mut ending: Ending, place: &str, prepared: &Prepared) -> Ending {
    let words = format!("its job at {place} is not followed: another origin; follow.origin may list it");
    if prepared.action.follow.is_some() {
        return lost_from_the_start(ending, &words, prepared);
    }
    ending.message = format!("accepted; {words}");
    ending
}

fn lost_from_the_start(ending: Ending, why: &str, prepared: &Prepared) -> Ending {
    let message = format!("accepted, but {why}: {}", webhook::look(&prepared.event_id));
    Ending { outcome: Outcome::Unknown, failure: Some(Failure::JobLost), message, ..ending }
}

/// What an answer adds to the incident, and the names that were to be kept and are not in it.
fn taken((body, kept): (&BodyRead, Kept)) -> (Option<Enrichment>, Vec<String>) {
    let json = match body {
        BodyRead::Whole(text) => exact::value(text.trim_start_matches('\u{feff}')).unwrap_or_default(),
        BodyRead::Cut(_) | BodyRead::TooLarge => Value::Null,
    };
    let mut added = Enrichment::from_answer(&json);
    added.fields.extend(kept.fields);
    (Some(added).filter(|added| !added.is_empty()), kept.missing)
}

/// The action's own files or proxy cannot be used: no connection was made.
fn no_way_out(why: String) -> Attempt {
    Attempt { number: 1, started_at_ms: now_ms(), failure: Some(Failure::Tls), error: why, ..Attempt::default() }
}
