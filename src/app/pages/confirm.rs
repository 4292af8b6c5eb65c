//! What a confirm says, row by row: what will be sent, for what, and what deserves a second look.

use jiff::tz::TimeZone;
use secrecy::ExposeSecret;

use super::sheet::{DANGER, Row, Tone, body_rows};
use crate::app::state::presses::LeftOut;
use crate::domain::action::{Action, Body, MASK, shown_url};
use crate::domain::address::is_plain_http_text;
use crate::domain::incident::{Incident, Progress, Severity};
use crate::domain::request::Prepared;
use crate::domain::text::{TITLE_SHOWN, clean, shorten};
use crate::domain::time::{age, clock, format_duration};

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
pub(in crate::app) fn rows(shown: &[Shown], facts: &Facts, zone: &TimeZone) -> Vec<Row> {
    let Some(Shown { prepared, .. }) = shown.first() else {
        return Vec::new();
    };
    let mut rows = changed_rows(facts);
    rows.extend(action_rows(prepared));
    if let [one] = shown {
        rows.extend(target_rows(one));
        rows.extend(facts.left_out.as_ref().map(|left_out| labelled("marked").and(Tone::Plain, &counted(1, left_out))));
        rows.extend(again_row(prepared));
        // Before what may be long: what warns must be seen on a small screen, too.
        rows.extend(incident_warnings(one, facts, zone));
        rows.extend(warnings(shown));
    } else {
        if shown.iter().any(|one| one.prepared.endpoint != prepared.endpoint) {
            rows.push(labelled("").and(Tone::Dim, "and to other addresses for the others: p shows each"));
        }
        let left_out = facts.left_out.clone().unwrap_or_default();
        rows.push(labelled("for").and(Tone::Head, &counted(shown.len(), &left_out)));
        rows.extend(warnings(shown));
        rows.extend(shown.iter().map(incident_row));
    }
    rows.extend(left_out_rows(facts));
    rows.extend(input_rows(prepared));
    rows.extend(references_row(&prepared.action));
    if shown.len() > 1 {
        for one in shown {
            rows.extend(incident_warnings(one, facts, zone).iter().map(|row| about(&one.prepared.incident, row)));
        }
    }
    rows.extend(description_rows(&prepared.action));
    rows
}

/// The one incident it is for.
fn target_rows(shown: &Shown) -> [Row; 3] {
    let incident = &shown.prepared.incident;
    let name = labelled("for")
        .and(Tone::Head, &format!("{} ", incident.num))
        .and(Tone::Plain, &shorten(&incident.title, TITLE_SHOWN));
    let state = format!("{} · {}", incident.incident_severity.as_str(), incident.progress.as_str());
    let state = labelled("").and(severity_tone(incident.incident_severity), &state);
    let place = labelled("from").and(Tone::Head, &shown.badge);
    let gap = if shown.badge.is_empty() { "" } else { " " };
    [name, state, place.and(Tone::Plain, &format!("{gap}{} · source {}", shown.channel, incident.source))]
}

/// How many it is for, and how many of them the list does not show.
fn counted(count: usize, left_out: &LeftOut) -> String {
    let s = if count == 1 { "" } else { "s" };
    let hidden = if left_out.hidden > 0 {
        format!(", {} of them not shown in the list", left_out.hidden)
    } else {
        String::new()
    };
    format!("{count} incident{s}{hidden}")
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
        .and(severity_tone(incident.incident_severity), &format!("{:<8} ", incident.incident_severity.as_str()))
        .and(Tone::Head, &format!("{} {badge}", incident.num))
        .and(Tone::Plain, &shorten(&incident.title, MANY_TITLE_SHOWN))
        .and(Tone::Dim, &format!("  {}", incident.source))
}

fn changed_rows(facts: &Facts) -> Vec<Row> {
    if facts.changed.is_empty() {
        return Vec::new();
    }
    let words = format!("Changed since it was shown: {}. Nothing was sent; look again.", facts.changed.join(", "));
    vec![Row::new(Tone::Bad, &words), Row::default()]
}

fn action_rows(prepared: &Prepared) -> Vec<Row> {
    let action = &prepared.action;
    let name = labelled("action").and(Tone::Head, &action.name);
    let name = if action.danger { name.and(Tone::Bad, &format!("  {DANGER}")) } else { name };
    let endpoint = format!("{} {}", prepared.method, shown_url(&prepared.endpoint));
    vec![name, labelled("sends").and(Tone::Plain, &endpoint)]
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
fn references_row(action: &Action) -> Option<Row> {
    let names = references(action);
    (!names.is_empty()).then(|| labelled("reads").and(Tone::Plain, &names.join(" ")))
}

fn again_row(prepared: &Prepared) -> Option<Row> {
    prepared.resend_of.as_ref()?;
    let words = "the same press again: id and body of the first one; a receiver that deduplicates does it once";
    Some(labelled("again").and(Tone::Warn, words))
}

/// Every `${...}` in an action's own text, each once, in the order of the form. What labels and inputs bring in is
/// plain text.
pub fn references(action: &Action) -> Vec<String> {
    let mut found = Vec::new();
    for header in &action.headers {
        find(header.expose(), &mut found);
    }
    match &action.body {
        Body::Contract => {}
        Body::Json(value) => find(&value.to_string(), &mut found),
        Body::Form(pairs) => pairs.iter().for_each(|(_, value)| find(value, &mut found)),
        Body::Text(text) => find(text, &mut found),
    }
    if let Some(sign) = &action.sign {
        find(sign.key.expose_secret(), &mut found);
        sign.previous_key.iter().for_each(|key| find(key.expose_secret(), &mut found));
    }
    find(&action.proxy, &mut found);
    found
}

fn find(text: &str, found: &mut Vec<String>) {
    for kind in ["${secret:", "${env:", "${file:", "${cmd:"] {
        for (at, _) in text.match_indices(kind) {
            let rest = text.get(at..).unwrap_or_default();
            let Some(end) = rest.find('}') else { continue };
            let reference = rest.get(..=end).unwrap_or_default().to_owned();
            if !found.contains(&reference) {
                found.push(reference);
            }
        }
    }
}

pub fn severity_tone(severity: Severity) -> Tone {
    match severity {
        Severity::Critical => Tone::Critical,
        Severity::Warning => Tone::Warn,
        Severity::Info => Tone::Info,
    }
}

/// What deserves a second look about the incident.
fn incident_warnings(shown: &Shown, facts: &Facts, zone: &TimeZone) -> Vec<Row> {
    let (prepared, mut rows) = (&shown.prepared, Vec::new());
    if let Some(stale_ms) = prepared.stale_ms {
        let since_ms = facts.now_ms.saturating_sub(stale_ms);
        let words = format!(
            "{} has not answered for {}: this incident is as of {}",
            prepared.incident.source,
            age(since_ms.div_euclid(1_000), facts.now_ms.div_euclid(1_000)).replace("now", "less than a minute"),
            clock(since_ms, zone).get(..5).unwrap_or_default()
        );
        rows.push(Row::new(Tone::Warn, &words));
    }
    if prepared.incident.progress == Progress::Closed {
        rows.push(Row::new(Tone::Warn, "this incident is closed"));
    }
    if let Some(why) = &shown.why_not {
        rows.push(Row::new(Tone::Warn, &format!("as it is now it will be refused: {why}")));
    }
    rows
}

/// What deserves a second look about the way the requests go.
fn warnings(shown: &[Shown]) -> Vec<Row> {
    let Some(Shown { prepared, .. }) = shown.first() else {
        return Vec::new();
    };
    let action = &prepared.action;
    let mut words = Vec::new();
    if prepared.test {
        words.push("a test: the payload says \"test\": true; whether that matters is the receiver's choice".to_owned());
    }
    if shown.iter().any(|one| is_plain_http_text(&one.prepared.endpoint)) {
        words.push("plain http: the request can be read on the way".to_owned());
    }
    if !action.tls.verify {
        words.push("verification is off: whoever stands between can read and change everything".to_owned());
    }
    let proxy = action.proxy.trim();
    if !proxy.is_empty() && !proxy.eq_ignore_ascii_case("none") {
        words.push(format!("it goes through the proxy {}", clean(&shown_url(proxy))));
    }
    if action.retries > 0 {
        words.push(format!("sent again up to {} times, also after the receiver may have got it", action.retries));
    }
    let mut rows: Vec<Row> = words.iter().map(|words| Row::new(Tone::Warn, words)).collect();
    if action.holds_ms() > 0 {
        let held = format_duration(action.holds_ms());
        rows.push(Row::new(Tone::Info, &format!("held for {held} after Enter: u takes it back before it is sent")));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::action::Header;

    #[test]
    fn references_are_found_in_the_actions_text_alone_and_once() {
        let mut action = Action::new("Restart", "https://ci.example/");
        action.headers = vec![Header::new("Authorization", "Bearer ${secret:CI}"), Header::new("X-B", "literal")];
        action.body = Body::Json(serde_json::json!({"a": "${secret:CI}", "b": ["${env:REGION}"], "c": "${other}"}));
        action.proxy = "http://${secret:PROXY}@proxy.example:3128".to_owned();
        assert_eq!(references(&action), ["${secret:CI}", "${env:REGION}", "${secret:PROXY}"]);
    }
}
