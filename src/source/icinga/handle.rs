//! What andon does in an Icinga: acknowledge, comment, and be quiet by downtimes.

use serde_json::{Value, json};

use super::api::{Api, Outcome};
use super::list::problems;
use super::object::object_of;
use super::remark::{Comment, Downtime, Remarks};
use crate::domain::incident::Incident;
use crate::domain::operation::{Abilities, Operation, OperationKind};
use crate::domain::operator::Operator;
use crate::domain::text::clean;
use crate::domain::timeline::{Full, Moment};
use crate::source::adapter::each_or;
use crate::source::lenient::{items, text};
use crate::source::said::short;
use crate::source::write::unanswered;
use crate::source::{Greeting, Operated, SourceError, SourceErrorKind};

/// How many objects go into one call.
const BATCH: usize = 100;
/// The texts of what wants one and was given none.
const ACKNOWLEDGED: &str = "acknowledged with andon";
const SNOOZED: &str = "snoozed with andon";

type Done = Result<Operated, SourceError>;

pub(super) fn abilities() -> Abilities {
    use OperationKind::{Acknowledge, Close, Comment, Reopen, Snooze, Unacknowledge, Wake};
    let mut out = Abilities::kept_here("Icinga")
        .with(&[Acknowledge, Unacknowledge, Snooze, Wake, Comment])
        .without(Close, "Icinga cannot close by hand: Icinga closes it when its check recovers")
        .without(Reopen, "Icinga cannot reopen: it opens again when its check fails");
    out.batch = BATCH;
    out
}

/// Does an operation on incidents, those of one kind in one call.
pub(super) async fn operate(api: &Api, incidents: &[Incident], operation: &Operation, by: &Operator) -> Vec<Done> {
    let mut out: Vec<Option<Done>> = incidents.iter().map(|_| None).collect();
    for kind in ["Host", "Service"] {
        let of_kind = incidents.iter().enumerate().filter_map(|(at, incident)| {
            let (own, name) = object_of(incident)?;
            (own == kind).then_some((at, name))
        });
        let of_kind: Vec<(usize, &str)> = of_kind.collect();
        for part in of_kind.chunks(BATCH) {
            let names: Vec<&str> = part.iter().map(|(_, name)| *name).collect();
            let done = match operation {
                Operation::Wake => wake(api, kind, &names, by).await,
                other => act(api, kind, &names, other, by).await,
            };
            for ((at, _), done) in part.iter().zip(each_or(&names, done)) {
                out[*at] = Some(done);
            }
        }
    }
    let lost = || SourceError::new(SourceErrorKind::Missing, "it does not say which object of Icinga it is");
    out.into_iter().map(|done| done.unwrap_or_else(|| Err(lost()))).collect()
}

/// One action on these objects, and what it did to each.
async fn act(
    api: &Api,
    kind: &str,
    names: &[&str],
    operation: &Operation,
    by: &Operator,
) -> Result<Vec<Done>, SourceError> {
    let by = if by.name.is_empty() { "andon" } else { &by.name };
    let (action, more) = match operation {
        Operation::Acknowledge => ("acknowledge-problem", json!({ "author": by, "comment": ACKNOWLEDGED })),
        Operation::Unacknowledge => ("remove-acknowledgement", json!({ "author": by })),
        Operation::Comment { text } => ("add-comment", json!({ "author": by, "comment": text })),
        Operation::Snooze { until_ms, from_ms, reason } => {
            let reason = if reason.trim().is_empty() { SNOOZED } else { reason.trim() };
            let from_ms = if *from_ms > 0 { *from_ms } else { jiff::Timestamp::now().as_millisecond() };
            let (start, end) = (fraction(from_ms), fraction(*until_ms));
            let time = json!({ "author": by, "comment": reason, "start_time": start, "end_time": end, "fixed": true });
            ("schedule-downtime", time)
        }
        other => {
            let message = format!("Icinga cannot {}", other.kind().as_str());
            return Err(SourceError::new(SourceErrorKind::Refused, message));
        }
    };
    let outcomes = api.act(action, &body(kind, names, more)).await?;
    Ok(names.iter().map(|name| outcome_of(name, names, &outcomes)).collect())
}

/// Unix seconds as Icinga writes them.
// Milliseconds of this century are exact in a float.
#[allow(clippy::cast_precision_loss)]
fn fraction(at_ms: i64) -> Value {
    if at_ms % 1_000 == 0 { json!(at_ms / 1_000) } else { json!(at_ms as f64 / 1_000.0) }
}

/// An action's body: objects by their whole names, so that one that is gone does not stop the others.
fn body(kind: &str, names: &[&str], more: Value) -> Value {
    let mut out = json!({
        "type": kind,
        "filter": format!("{}.__name in andon_names", kind.to_lowercase()),
        "filter_vars": { "andon_names": names },
    });
    if let (Some(out), Value::Object(more)) = (out.as_object_mut(), more) {
        out.extend(more);
    }
    out
}

/// Which of `names` an outcome is about: the longest that its words have, as `web!http` is within `web!http2`.
fn about<'a>(outcome: &Outcome, names: &[&'a str]) -> Option<&'a str> {
    let made = outcome.name.rsplit_once('!').map(|(object, _)| object);
    let exactly = made.and_then(|object| names.iter().find(|name| **name == object));
    let said = || names.iter().filter(|name| outcome.status.contains(**name)).max_by_key(|name| name.len());
    exactly.or_else(said).copied()
}

fn outcome_of(name: &str, names: &[&str], outcomes: &[Outcome]) -> Done {
    let mut own = outcomes.iter().filter(|outcome| about(outcome, names) == Some(name));
    // An outcome that names nobody is about all that were asked for, or the only one.
    let nobodys = || outcomes.iter().find(|outcome| outcome.is_bad() && about(outcome, names).is_none());
    match own.next().or_else(nobodys) {
        Some(outcome) if !outcome.is_bad() => Ok(Operated::default()),
        Some(outcome) => Err(refusal(outcome)),
        // An action has one result for each object that it was done to.
        None if outcomes.is_empty() => Err(no_such_object()),
        None if let ([outcome], [_]) = (outcomes, names)
            && outcome.names_nobody() =>
        {
            Ok(Operated::default())
        }
        None if outcomes.iter().all(|outcome| about(outcome, names).is_some()) => {
            let message = "Icinga names it in no result: either it is gone, or this ApiUser may not change it";
            Err(SourceError::new(SourceErrorKind::Missing, message))
        }
        None => Err(unanswered("Icinga did something, and does not say to what")),
    }
}

/// No result: Icinga found none of what was named.
fn no_such_object() -> SourceError {
    let message = "Icinga did it to no object: there is no such object any more, or this ApiUser may not change it";
    SourceError::new(SourceErrorKind::Refused, message)
}

/// The error of an outcome that is no success, in Icinga's own words.
fn refusal(outcome: &Outcome) -> SourceError {
    let said = short(&outcome.status);
    let said = if said.is_empty() { format!("code {}", outcome.code) } else { said };
    if outcome.may_be_done() {
        return unanswered(&format!("Icinga failed while it did it: {said}"));
    }
    SourceError::new(SourceErrorKind::Refused, format!("Icinga refused: {said}"))
}

/// Ends the downtimes that hold now on these objects; those that begin later stay.
async fn wake(api: &Api, kind: &str, names: &[&str], by: &Operator) -> Result<Vec<Done>, SourceError> {
    let downtimes = Downtime::all(&api.objects("downtimes", &json!({})).await?);
    let now_s = jiff::Timestamp::now().as_second();
    let of = |name: &str| -> Vec<&Downtime> {
        downtimes.iter().filter(|downtime| downtime.object() == name && downtime.holds(now_s)).collect()
    };
    let ends: Vec<&str> = names.iter().flat_map(|name| of(name)).map(|downtime| downtime.name.as_str()).collect();
    let outcomes = if ends.is_empty() {
        Vec::new()
    } else {
        api.act("remove-downtime", &body("Downtime", &ends, json!({ "author": by.name }))).await?
    };
    tracing::debug!(kind, count = ends.len(), "downtimes were removed");
    Ok(names.iter().map(|name| woken(&of(name), &outcomes, by)).collect())
}

/// What became of an object's downtimes. One that was a child of another may be gone by itself.
fn woken(own: &[&Downtime], outcomes: &[Outcome], by: &Operator) -> Done {
    let named = |outcome: &Outcome, downtime: &Downtime| outcome.status.contains(&downtime.name);
    let about_own = |outcome: &&Outcome| own.iter().any(|downtime| named(outcome, downtime));
    // One that names no downtime may be about any of them.
    let nobodys = |outcome: &&Outcome| !outcome.status.contains('!');
    let mut bad = outcomes.iter().filter(|outcome| outcome.is_bad());
    if let Some(outcome) = bad.find(|outcome| !own.is_empty() && (about_own(outcome) || nobodys(outcome))) {
        return Err(refusal(outcome));
    }
    if own.is_empty() {
        return Ok(Operated { incident: None, note: "it was in no downtime".to_owned() });
    }
    let mut others: Vec<&str> =
        own.iter().map(|downtime| downtime.author.as_str()).filter(|author| *author != by.name).collect();
    others.sort_unstable();
    others.dedup();
    let note = match others.as_slice() {
        [] => String::new(),
        others => format!("the downtime of {} ended too", clean(&others.join(", "))),
    };
    Ok(Operated { incident: None, note })
}

/// The timeline, from the comments and downtimes of the object.
pub(super) async fn full(api: &Api, incident: &Incident) -> Result<Full, SourceError> {
    let Some((_, name)) = object_of(incident) else { return Ok(Full::default()) };
    let (host, service) = name.split_once('!').unwrap_or((name, ""));
    let query = |kind: &str| {
        json!({
            "filter": format!("{kind}.host_name == andon_host && {kind}.service_name == andon_service"),
            "filter_vars": { "andon_host": host, "andon_service": service },
        })
    };
    let (for_comments, for_downtimes) = (query("comment"), query("downtime"));
    let (comments, downtimes) =
        tokio::join!(api.objects("comments", &for_comments), api.objects("downtimes", &for_downtimes));
    let mut out = Full::default();
    let mut remarks = Remarks::default();
    match comments {
        Ok(comments) => remarks.comments = Comment::all(&comments),
        Err(error) => out.warnings.push(format!("comments cannot be read: {error}")),
    }
    match downtimes {
        Ok(downtimes) => remarks.downtimes = Downtime::all(&downtimes),
        Err(error) => out.warnings.push(format!("downtimes cannot be read: {error}")),
    }
    out.timeline = remarks.timeline();
    out.timeline.push(Moment {
        at_ms: incident.start_time.saturating_mul(1_000),
        what: "problem began".to_owned(),
        text: incident.description.clone(),
        ..Moment::default()
    });
    out.timeline.sort_by_key(|moment| moment.at_ms);
    Ok(out)
}

/// `GET /v1`, once what a list reads can be read.
pub(super) async fn greet(api: &Api) -> Result<Greeting, SourceError> {
    let hello = api.get("").await?.into_iter().next().unwrap_or_default();
    let (_, odd) = problems(api).await?;
    let what = format!("Icinga {}", text(&hello, "version").trim_start_matches('r'));
    let permissions: Vec<String> = items(&hello, "permissions").iter().map(permission).collect();
    let may = format!("this ApiUser may {}", permissions.join(", "));
    let limits = std::iter::once(clean(&may).into_owned()).chain(odd).collect();
    Ok(Greeting { who: clean(&text(&hello, "user")).into_owned(), what: clean(&what).into_owned(), limits })
}

/// One with a filter is an object with its name.
fn permission(given: &Value) -> String {
    given.as_str().map_or_else(|| text(given, "permission"), str::to_owned)
}
