//! What came back of a call, without the values that were read for it: before it is shown, told or written.

use serde_json::{Map, Value};

use super::attempts::{Answered, Sent};
use super::step::Step;
use crate::domain::enrichment::{Enriched, Enrichment};
use crate::domain::job::{CancelCall, Job};
use crate::domain::run::{Answer, Attempt, Ending};
use crate::domain::stage::Stage;
use crate::domain::verdict::Verdict;
use crate::secret::Masks;

/// What a call's answer says, for words and records. What a rule or a job reads of it is the answer itself.
pub(super) fn answer(masks: &Masks, answer: &Answer) -> Answer {
    let hidden = |text: &String| masks.text(text).into_owned();
    Answer {
        headers: answer.headers.iter().map(|(name, value)| (hidden(name), masks.cut_text(value))).collect(),
        body: masks.body(&answer.body, answer.note.is_some()),
        note: answer.note.as_ref().map(hidden),
        ..answer.clone()
    }
}

fn attempts(masks: &Masks, attempts: &[Attempt]) -> Vec<Attempt> {
    let one = |attempt: &Attempt| Attempt { error: masks.text(&attempt.error).into_owned(), ..attempt.clone() };
    attempts.iter().map(one).collect()
}

/// Everything that went out, as it may be told.
pub(super) fn sent(masks: &Masks, sent: &Sent) -> Sent {
    let last = sent.last.as_ref().map(|last| Answered {
        answer: answer(masks, &last.answer),
        body: last.body.clone(),
        verdict: match &last.verdict {
            Verdict::Yes | Verdict::Accepted | Verdict::No(_) | Verdict::Status | Verdict::Redirected => {
                last.verdict.clone()
            }
            Verdict::Reports(what) => Verdict::Reports(masks.text(what).into_owned()),
            Verdict::Broken(failure, why) => Verdict::Broken(*failure, masks.text(why).into_owned()),
        },
        at: last.at.clone(),
        last_line: last.last_line.as_ref().map(|line| masks.text(line).into_owned()),
    });
    Sent { attempts: attempts(masks, &sent.attempts), last }
}

/// How a run ended, as it is recorded.
pub(super) fn ending(masks: &Masks, ending: Ending) -> Ending {
    let mut detail = ending.detail;
    detail.attempts = attempts(masks, &detail.attempts);
    detail.answer = detail.answer.as_ref().map(|own| answer(masks, own));
    Ending { message: masks.text(&ending.message).into_owned(), detail, ..ending }
}

/// A step, as it is told.
pub(super) fn step(masks: &Masks, step: Step) -> Step {
    let hidden = |text: String| masks.text(&text).into_owned();
    match step {
        Step::At(Stage::Line(line)) => Step::At(Stage::Line(masks.cut_text(&line))),
        Step::At(Stage::Trying(words)) => Step::At(Stage::Trying(hidden(words))),
        Step::At(Stage::Job { fraction, words }) => Step::At(Stage::Job { fraction, words: hidden(words) }),
        Step::Enriched(enriched) => {
            let added = enrichment(masks, enriched.added.clone());
            Step::Enriched(Box::new(Enriched { added, ..*enriched }))
        }
        step => step,
    }
}

/// What an answer adds to an incident.
pub(super) fn enrichment(masks: &Masks, added: Enrichment) -> Enrichment {
    let hidden = |text: &str| masks.text(text).into_owned();
    let pair = |(name, text): &(String, String)| (hidden(name), hidden(text));
    // A link whose address is hidden leads nowhere.
    let leads = |(_, url): &&(String, String)| hidden(url) == *url;
    Enrichment {
        labels: added.labels.iter().map(pair).collect(),
        links: added.links.iter().filter(leads).map(pair).collect(),
        note: hidden(&added.note),
        fields: members(masks, added.fields),
    }
}

fn members(masks: &Masks, of: Map<String, Value>) -> Map<String, Value> {
    let mut of = Value::Object(of);
    masks.json(&mut of);
    if let Value::Object(hidden) = of { hidden } else { Map::new() }
}

/// A job as it is written down: references as they are written, all else that was read hidden.
pub(super) fn job(masks: &Masks, job: &Job) -> Job {
    let cancel = job.cancel.as_ref().map(|call| CancelCall {
        url: masks.kept(&call.url),
        body: masks.kept(&call.body),
        fault: masks.text(&call.fault).into_owned(),
        ..call.clone()
    });
    let kept = members(masks, job.kept.clone());
    Job { url: masks.kept(&job.url), cancel, kept, ..job.clone() }
}
