//! What a confirm says, row by row: what will be sent, for what, and what deserves a second look.

use jiff::tz::TimeZone;

use super::many;
use super::must_see::Part;
use super::sheet::{DANGER, Row, Tone, body_rows};
use super::shown::{Facts, Shown};
use crate::domain::action::{Action, MASK, shown_url};
use crate::domain::incident::Severity;
use crate::domain::request::Prepared;
use crate::domain::risk::{self, Risk, Weight};
use crate::domain::text::{TITLE_SHOWN, clean, shorten};
use crate::domain::time::clock;

/// How much of an input's value is shown, in characters.
const VALUE_SHOWN: usize = 240;
/// How much of each title a confirm of many shows, in characters.
const MANY_TITLE_SHOWN: usize = 60;

/// The whole request, as it will be sent, secrets masked.
pub(in crate::app) fn request_rows(prepared: &Prepared) -> Vec<Row> {
    let mut rows = vec![Row::new(Tone::Head, &format!("{} {}", prepared.method, shown_url(&prepared.endpoint)))];
    rows.extend(
        prepared
            .headers
            .iter()
            .map(|header| Row::new(Tone::Dim, &format!("{}: ", header.name)).and(Tone::Plain, &header.shown())),
    );
    rows.push(Row::default());
    if prepared.body.is_empty() {
        rows.push(Row::new(Tone::Dim, "no body"));
    }
    rows.extend(body_rows(&prepared.body));
    rows
}

/// What is asked.
pub(in crate::app) fn parts(shown: &[Shown], facts: &Facts, zone: &TimeZone) -> Vec<Part> {
    let Some(Shown { prepared, .. }) = shown.first() else {
        return Vec::new();
    };
    let mut parts = changed_parts(facts);
    if shown.len() > 1 {
        parts.push(many::tally_row(shown.len(), facts).seen(2, 1));
    }
    parts.extend(action_parts(prepared, shown.iter().any(|one| one.prepared.action.danger)));
    if let [one] = shown {
        let [name, state, place] = target_rows(one, zone);
        parts.extend([name.seen(4, 1), state.read(), place.read()]);
        let of_many =
            facts.left_out.iter().map(|_| Row::labelled("of").and(Tone::Plain, &many::tally(1, facts)).seen(2, 1));
        parts.extend(of_many);
        parts.extend(again_row(prepared).map(|row| row.seen(2, 1)));
        // Before what may be long: what warns must be seen on a small screen, too.
        parts.extend(incident_warnings(one, facts, zone).into_iter().map(|row| row.seen(3, 1)));
        parts.extend(warnings(shown, facts));
    } else {
        if shown.iter().any(|one| one.prepared.endpoint != prepared.endpoint) {
            let words = format!("and to other addresses for the others: {} shows each", facts.whole_request);
            parts.push(Row::labelled("").and(Tone::Dim, &words).seen(2, 1));
        }
        parts.extend(many::parts(shown));
        parts.extend(warnings(shown, facts));
    }
    parts.extend(many::left_out_rows(facts).into_iter().map(Row::read));
    parts.extend(input_rows(prepared).into_iter().map(|row| row.seen(2, 1)));
    let mut rest: Vec<Row> = references_row(shown).into_iter().collect();
    if shown.len() > 1 {
        let warned = shown.iter().flat_map(|one| {
            let rows = incident_warnings(one, facts, zone);
            rows.into_iter().map(|row| (one.prepared.incident.num.clone(), row.text()))
        });
        rest.extend(
            many::by_kind(warned.collect())
                .into_iter()
                .map(|(nums, words)| Row::new(Tone::Warn, &format!("{nums}: ")).and(Tone::Warn, &words)),
        );
        rest.push(Row::default());
        rest.extend(shown.iter().map(incident_row));
    }
    rest.extend(description_rows(&prepared.action));
    parts.extend(rest.into_iter().map(Row::read));
    parts
}

/// The one incident it is for.
fn target_rows(shown: &Shown, zone: &TimeZone) -> [Row; 3] {
    let incident = &shown.prepared.incident;
    let name = Row::labelled("for")
        .and(Tone::Head, &format!("{} ", incident.num))
        .and(Tone::Plain, &shorten(&incident.title, TITLE_SHOWN));
    let read_at = incident.alerts_read_at().map(|at_s| clock(at_s.saturating_mul(1_000), zone));
    let alerts = read_at.map(|at| format!(" · alerts read {at}")).unwrap_or_default();
    let state = format!("{} · {}{alerts}", incident.severity_word(), incident.progress_word());
    let state = Row::labelled("").and(severity_tone(incident.incident_severity), &state);
    let place = Row::labelled("from").and(Tone::Head, &shown.badge);
    let gap = if shown.badge.is_empty() { "" } else { " " };
    [name, state, place.and(Tone::Plain, &format!("{gap}{} · source {}", shown.channel, incident.source))]
}

/// One incident of several.
fn incident_row(shown: &Shown) -> Row {
    let incident = &shown.prepared.incident;
    let badge = if shown.badge.is_empty() { String::new() } else { format!("{} ", shown.badge) };
    Row::labelled("")
        .and(severity_tone(incident.incident_severity), &format!("{:<8} ", incident.severity_word()))
        .and(Tone::Head, &format!("{} {badge}", incident.num))
        .and(Tone::Plain, &shorten(&incident.title, MANY_TITLE_SHOWN))
        .and(Tone::Dim, &format!("  {}", incident.source))
}

fn changed_parts(facts: &Facts) -> Vec<Part> {
    if facts.changed.is_empty() {
        return Vec::new();
    }
    let words = format!("Changed since it was shown: {}. Nothing was sent; look again.", facts.changed.join(", "));
    vec![Row::new(Tone::Bad, &words).seen(4, 2), Row::default().read()]
}

fn action_parts(prepared: &Prepared, danger: bool) -> [Part; 2] {
    let action = &prepared.action;
    let name = Row::labelled("action").and(Tone::Head, &action.name);
    let name = if danger { name.and(Tone::Bad, &format!("  {DANGER}")) } else { name };
    let label = Row::labelled("sends").and(Tone::Plain, &format!("{} ", prepared.method));
    [name.seen(2, 2), Part::address(label, clean(&shown_url(&prepared.endpoint)).into_owned())]
}

fn description_rows(action: &Action) -> Vec<Row> {
    let text = action.description.trim();
    if text.is_empty() {
        return Vec::new();
    }
    std::iter::once(Row::default()).chain(text.lines().map(|line| Row::new(Tone::Dim, line))).collect()
}

/// What was asked at the press; a secret is never shown.
fn input_rows(prepared: &Prepared) -> Vec<Row> {
    let inputs = &prepared.inputs;
    let plain = inputs.plain.iter().map(|(name, value)| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        (name, shorten(&text, VALUE_SHOWN).into_owned())
    });
    let secret = inputs.secret.keys().map(|name| (name, MASK.to_owned()));
    let all: Vec<(&String, String)> = plain.chain(secret).collect();
    let widest = all.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0).min(20);
    let row = |(at, (name, value)): (usize, (&String, String))| {
        let name = format!("{name:<widest$}  ");
        Row::labelled(if at == 0 { "with" } else { "" }).and(Tone::Dim, &name).and(Tone::Plain, &value)
    };
    all.into_iter().enumerate().map(row).collect()
}

/// The references that the presses read from the configuration of whoever presses.
fn references_row(shown: &[Shown]) -> Option<Row> {
    let mut names: Vec<&str> = Vec::new();
    for name in shown.iter().flat_map(|one| &one.prepared.references) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    (!names.is_empty()).then(|| Row::labelled("reads").and(Tone::Plain, &names.join(" ")))
}

fn again_row(prepared: &Prepared) -> Option<Row> {
    prepared.resend_of.as_ref()?;
    let words = "the same press again: id and body of the first one; a receiver that deduplicates does it once";
    Some(Row::labelled("again").and(Tone::Warn, words))
}

pub fn severity_tone(severity: Severity) -> Tone {
    match severity {
        Severity::Critical => Tone::Critical,
        Severity::Warning => Tone::Warn,
        Severity::Info => Tone::Info,
    }
}

fn risk_row(risk: &Risk) -> Row {
    Row::new(if risk.weight == Weight::Note { Tone::Info } else { Tone::Warn }, &risk.text)
}

/// What deserves a second look about the incident.
fn incident_warnings(shown: &Shown, facts: &Facts, zone: &TimeZone) -> Vec<Row> {
    let as_of =
        |stale_ms: i64| clock(facts.now_ms.saturating_sub(stale_ms), zone).get(..5).unwrap_or_default().to_owned();
    let as_of = shown.prepared.stale_ms.map(as_of);
    let mut rows: Vec<Row> = risk::of_incident(&shown.prepared, as_of.as_deref()).iter().map(risk_row).collect();
    if let Some(why) = &shown.why_not {
        rows.push(Row::new(Tone::Warn, &format!("as it is now it will be refused: {why}")));
    }
    rows
}

/// What deserves a second look about the way the requests go.
fn warnings(shown: &[Shown], facts: &Facts) -> Vec<Part> {
    let risks = risk::of_way(shown.iter().map(|one| &one.prepared), &facts.held);
    let part = |risk: &Risk| {
        let row = risk_row(risk);
        if risk.weight == Weight::Note { row.read() } else { row.seen(3, 1) }
    };
    risks.iter().map(part).collect()
}
