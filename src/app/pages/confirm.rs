//! What a confirm says, row by row: what will be sent, for what, and what deserves a second look.

use jiff::tz::TimeZone;

use super::must_see::Part;
use super::sheet::{DANGER, Row, Tone, body_rows};
use crate::app::state::presses::LeftOut;
use crate::domain::action::{Action, MASK, shown_url};
use crate::domain::incident::{Incident, Severity};
use crate::domain::request::Prepared;
use crate::domain::risk::{self, Risk, Weight};
use crate::domain::text::{self, TITLE_SHOWN, clean, shorten};
use crate::domain::time::clock;

/// How much of an input's value is shown, in characters.
const VALUE_SHOWN: usize = 240;
/// How much of each title a confirm of many shows, in characters.
const MANY_TITLE_SHOWN: usize = 60;

/// A request, and what the screen knows of where it goes.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// The request as it will be sent.
    pub prepared: Prepared,
    /// The badge of the incident's source; may be empty.
    pub badge: String,
    /// The name of the incident's channel.
    pub channel: String,
    /// Why the runner would refuse it as things are now; clean.
    pub why_not: Option<String>,
}

/// What the confirm says beside the requests.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// What differs from what was shown before, where it is asked again.
    pub changed: Vec<String>,
    /// What is left out, where it is for the marked incidents.
    pub left_out: Option<LeftOut>,
    /// Those whose request could not be filled: number, and why. Clean.
    pub refused: Vec<(String, String)>,
    /// Now, Unix milliseconds.
    pub now_ms: i64,
    /// What there is to say, with its keys, of a press that is held.
    pub held: String,
    /// The key that shows the whole request.
    pub whole_request: String,
}

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
    parts.extend(action_parts(prepared));
    if let [one] = shown {
        let [name, state, place] = target_rows(one, zone);
        parts.extend([name.seen(4, 1), state.read(), place.read()]);
        let marked = |left_out| labelled("marked").and(Tone::Plain, &counted(1, left_out)).seen(1, 1);
        parts.extend(facts.left_out.as_ref().map(marked));
        parts.extend(again_row(prepared).map(|row| row.seen(2, 1)));
        // Before what may be long: what warns must be seen on a small screen, too.
        parts.extend(incident_warnings(one, facts, zone).into_iter().map(|row| row.seen(3, 1)));
        parts.extend(warnings(shown, facts));
    } else {
        if shown.iter().any(|one| one.prepared.endpoint != prepared.endpoint) {
            let words = format!("and to other addresses for the others: {} shows each", facts.whole_request);
            parts.push(labelled("").and(Tone::Dim, &words).seen(2, 1));
        }
        let left_out = facts.left_out.clone().unwrap_or_default();
        parts.push(labelled("for").and(Tone::Head, &counted(shown.len(), &left_out)).seen(1, 1));
        parts.extend(warnings(shown, facts));
        parts.extend(shown.iter().map(|one| incident_row(one).read()));
    }
    parts.extend(left_out_rows(facts).into_iter().map(Row::read));
    parts.extend(input_rows(prepared).into_iter().map(|row| row.seen(2, 1)));
    let mut rest: Vec<Row> = references_row(prepared).into_iter().collect();
    if shown.len() > 1 {
        for one in shown {
            rest.extend(incident_warnings(one, facts, zone).iter().map(|row| about(&one.prepared.incident, row)));
        }
    }
    rest.extend(description_rows(&prepared.action));
    parts.extend(rest.into_iter().map(Row::read));
    parts
}

/// The one incident it is for.
fn target_rows(shown: &Shown, zone: &TimeZone) -> [Row; 3] {
    let incident = &shown.prepared.incident;
    let name = labelled("for")
        .and(Tone::Head, &format!("{} ", incident.num))
        .and(Tone::Plain, &shorten(&incident.title, TITLE_SHOWN));
    let read_at = incident.alerts_read_at().map(|at_s| clock(at_s.saturating_mul(1_000), zone));
    let alerts = read_at.map(|at| format!(" · alerts read {at}")).unwrap_or_default();
    let state = format!("{} · {}{alerts}", incident.severity_word(), incident.progress_word());
    let state = labelled("").and(severity_tone(incident.incident_severity), &state);
    let place = labelled("from").and(Tone::Head, &shown.badge);
    let gap = if shown.badge.is_empty() { "" } else { " " };
    [name, state, place.and(Tone::Plain, &format!("{gap}{} · source {}", shown.channel, incident.source))]
}

/// How many it is for, and how many of them the list does not show.
fn counted(count: usize, left_out: &LeftOut) -> String {
    let hidden = if left_out.hidden > 0 {
        format!(", {} of them not shown in the list", left_out.hidden)
    } else {
        String::new()
    };
    format!("{}{hidden}", text::counted(count, "incident"))
}

fn left_out_rows(facts: &Facts) -> Vec<Row> {
    let skipped = facts.left_out.iter().flat_map(|left_out| &left_out.skipped).map(|left| ("", left));
    let refused = facts.refused.iter().map(|left| ("refused: ", left));
    let row = |(what, (num, why)): (&str, &(String, String))| {
        Row::new(Tone::Warn, "skips  ").and(Tone::Head, &format!("{num} ")).and(Tone::Plain, &format!("{what}{why}"))
    };
    skipped.chain(refused).map(row).collect()
}

fn about(incident: &Incident, row: &Row) -> Row {
    Row::new(Tone::Warn, &format!("{}: ", incident.num)).and(Tone::Warn, &row.text())
}

/// One incident of several.
fn incident_row(shown: &Shown) -> Row {
    let incident = &shown.prepared.incident;
    let badge = if shown.badge.is_empty() { String::new() } else { format!("{} ", shown.badge) };
    labelled("")
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

fn action_parts(prepared: &Prepared) -> [Part; 2] {
    let action = &prepared.action;
    let name = labelled("action").and(Tone::Head, &action.name);
    let name = if action.danger { name.and(Tone::Bad, &format!("  {DANGER}")) } else { name };
    let label = labelled("sends").and(Tone::Plain, &format!("{} ", prepared.method));
    [name.seen(2, 2), Part::address(label, clean(&shown_url(&prepared.endpoint)).into_owned())]
}

fn description_rows(action: &Action) -> Vec<Row> {
    let text = action.description.trim();
    if text.is_empty() {
        return Vec::new();
    }
    std::iter::once(Row::default()).chain(text.lines().map(|line| Row::new(Tone::Dim, line))).collect()
}

/// A label in front of what it names.
fn labelled(label: &str) -> Row {
    Row::new(Tone::Dim, &format!("{label:<7}"))
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
        labelled(if at == 0 { "with" } else { "" }).and(Tone::Dim, &name).and(Tone::Plain, &value)
    };
    all.into_iter().enumerate().map(row).collect()
}

/// The references that a press reads from the configuration of whoever presses.
fn references_row(prepared: &Prepared) -> Option<Row> {
    let names = &prepared.references;
    (!names.is_empty()).then(|| labelled("reads").and(Tone::Plain, &names.join(" ")))
}

fn again_row(prepared: &Prepared) -> Option<Row> {
    prepared.resend_of.as_ref()?;
    let words = "the same press again: id and body of the first one; a receiver that deduplicates does it once";
    Some(labelled("again").and(Tone::Warn, words))
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
