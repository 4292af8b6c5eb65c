//! `andon source test`: whether a source answers, and what reading its list found out. It reads what the list reads.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::time::{Instant, timeout_at};

use super::super::exit::{CommandError, Exit};
use super::super::output::Output;
use super::super::session::Session;
use super::super::sources::{keep, known_of};
use super::can::Can;
use crate::domain::board::Listing;
use crate::domain::incident::IncidentRow;
use crate::domain::near::did_you_mean;
use crate::domain::time::format_duration;
use crate::source::{Greeting, Page, Pages, Source, ask_for_missing};

/// For the answers of one source.
const PATIENCE: Duration = Duration::from_secs(45);

/// What a source that can be read said.
struct Tested {
    greeting: Greeting,
    /// How many incidents came.
    count: usize,
    /// The whole list; `None` where it went on for longer than anybody waits.
    listing: Option<Listing>,
}

pub(in crate::cli) async fn test(session: &mut Session<'_>, name: Option<&str>) -> Result<Exit, CommandError> {
    let all = &session.opened.sources;
    let wanted: Vec<&Arc<dyn Source>> =
        all.iter().filter(|source| name.is_none_or(|name| source.name() == name)).collect();
    if let (Some(name), true) = (name, wanted.is_empty()) {
        let near = did_you_mean(name, all.iter().map(|source| source.name()));
        let near = near.map_or_else(String::new, |near| format!("; {near}"));
        return Err(CommandError::usage(format!("no source is named {name}{near}")));
    }
    let known = session.opened.store.open_incidents(None).await?;
    let mut exit = Exit::Done;
    for (source, tested) in join_all(wanted.into_iter().map(|source| ask(source.as_ref(), &known))).await {
        if tested.is_err() {
            exit = exit.worst(Exit::Failed);
        }
        tell(session.out, source, &tested);
        // What was read is as good as what any list reads.
        if let Ok(Tested { listing: Some(listing), .. }) = tested {
            let _ = keep(session, &known, source.name(), listing).await;
        }
    }
    Ok(exit)
}

async fn ask<'a>(source: &'a dyn Source, known: &[IncidentRow]) -> (&'a dyn Source, Result<Tested, String>) {
    let deadline = Instant::now() + PATIENCE;
    let late = || format!("no answer within {} s", PATIENCE.as_secs());
    source.seed(known);
    let greeting = match timeout_at(deadline, source.greet()).await {
        Ok(Ok(greeting)) => greeting,
        Ok(Err(error)) => return (source, Err(error.to_string())),
        Err(_) => return (source, Err(late())),
    };
    let came: Arc<Mutex<usize>> = Arc::default();
    let pages = {
        let came = Arc::clone(&came);
        Pages::new(move |page: Page| *came.lock().unwrap_or_else(PoisonError::into_inner) = page.got)
    };
    let list = async {
        let mut listing = source.list(&pages).await?;
        ask_for_missing(source, &known_of(source.name(), known), &mut listing).await;
        Ok::<_, crate::source::SourceError>(listing)
    };
    let tested = match timeout_at(deadline, list).await {
        Ok(Ok(listing)) => {
            let count = listing.rows.len() + listing.same.len();
            Ok(Tested { greeting, count, listing: Some(listing) })
        }
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => match *came.lock().unwrap_or_else(PoisonError::into_inner) {
            0 => Err(late()),
            count => Ok(Tested { greeting, count, listing: None }),
        },
    };
    (source, tested)
}

fn tell(out: &mut Output, source: &dyn Source, tested: &Result<Tested, String>) {
    let abilities = source.abilities();
    let can = Can::of(&abilities);
    if out.is_json() {
        let mut object = match tested {
            Ok(tested) => json_of(tested),
            Err(why) => json!({"ok": false, "error": why}),
        };
        object["source"] = source.name().into();
        object["kind"] = source.kind().into();
        if let (Value::Object(object), Value::Object(can)) = (&mut object, can.json()) {
            object.extend(can);
        }
        return out.object(object);
    }
    let Tested { greeting, count, listing } = match tested {
        Ok(tested) => tested,
        Err(why) => return out.line(&format!("✖ {}: {why}", source.name())),
    };
    let who = if greeting.who.is_empty() { String::new() } else { format!(", as {}", greeting.who) };
    let so_far = if listing.is_some() { "" } else { "more than " };
    let s = if *count == 1 { "" } else { "s" };
    out.line(&format!("✔ {}: {} with {so_far}{count} incident{s}{who}", source.name(), greeting.what));
    for sentence in findings(listing.as_ref()).iter().chain(&greeting.limits) {
        out.line(&format!("  {sentence}"));
    }
    out.line(&format!("  {}", can.words()));
    if let Some(most_s) = abilities.snooze_max_s {
        let most_ms = u64::try_from(most_s).unwrap_or(0).saturating_mul(1_000);
        out.line(&format!("  snoozes for at most {}", format_duration(most_ms)));
    }
    for why in can.reasons() {
        out.line(&format!("  {why}"));
    }
}

/// What reading the list found out, one sentence each: warnings that its report does not have too.
fn findings(listing: Option<&Listing>) -> Vec<String> {
    let Some(listing) = listing else { return Vec::new() };
    let mut out = listing.report.sentences();
    let more: Vec<&String> = listing.warnings.iter().filter(|warning| !out.contains(warning)).collect();
    out.extend(more.into_iter().cloned().collect::<Vec<_>>());
    out
}

fn json_of(Tested { greeting, count, listing }: &Tested) -> Value {
    let report = listing.as_ref().map(|listing| &listing.report);
    json!({
        "ok": true,
        "who": greeting.who,
        "what": greeting.what,
        "limits": greeting.limits,
        "incidents": count,
        "items": report.map(|report| report.items),
        "left_out": report.map(crate::domain::list_report::ListReport::left_out_count),
        "unwanted": report.map(|report| report.unwanted),
        "findings": findings(listing.as_ref()),
    })
}
