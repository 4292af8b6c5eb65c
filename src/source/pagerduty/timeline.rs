//! Its log entries and notes, in words.

use serde_json::Value;

use super::incident::{millis, text};
use crate::domain::text::clean;
use crate::domain::time::minute_utc;
use crate::domain::timeline::{Moment, Teller};

/// What happened, oldest first. Log entries that only repeat a note are left out where the notes are there.
pub(super) fn timeline(entries: &[Value], notes: &[Value]) -> Vec<Moment> {
    let repeats = |entry: &&Value| !notes.is_empty() && text(entry, "type").starts_with("annotate_log_entry");
    let mut out: Vec<Moment> = entries.iter().filter(|entry| !repeats(entry)).map(moment).collect();
    out.extend(notes.iter().map(note));
    out.sort_by_key(|moment| moment.at_ms);
    out
}

fn note(note: &Value) -> Moment {
    Moment {
        at_ms: millis(note, "created_at"),
        who: name(&note["user"]),
        what: "commented".to_owned(),
        text: text(note, "content").to_owned(),
        told_by: Teller::Source,
    }
}

fn moment(entry: &Value) -> Moment {
    let (what, said) = words(entry);
    Moment {
        at_ms: millis(entry, "created_at"),
        who: name(&entry["agent"]),
        what: clean(&what).into_owned(),
        text: said,
        told_by: Teller::Source,
    }
}

/// What an entry says in a few words, and what was said with it.
fn words(entry: &Value) -> (String, String) {
    let summary = || text(entry, "summary").to_owned();
    let plain = |what: &str| (what.to_owned(), String::new());
    let kind = text(entry, "type").trim_end_matches("_reference");
    match kind {
        "trigger_log_entry" => ("triggered".to_owned(), told(entry)),
        "acknowledge_log_entry" => plain("acknowledged"),
        "unacknowledge_log_entry" => plain("unacknowledged"),
        "resolve_log_entry" => plain("closed"),
        "assign_log_entry" => (with("assigned to", &names(&entry["assignees"])), String::new()),
        "escalate_log_entry" => (with("escalated to", &names(&entry["assignees"])), String::new()),
        "delegate_log_entry" => (with("delegated to", &names(&entry["assignees"])), String::new()),
        "notify_log_entry" => (with("notified", &name(&entry["user"])), text(&entry["channel"], "type").to_owned()),
        "snooze_log_entry" => (snoozed(entry), String::new()),
        "annotate_log_entry" => ("commented".to_owned(), told(entry)),
        "urgency_change_log_entry" => ("changed the urgency".to_owned(), summary()),
        "priority_change_log_entry" => ("changed the priority".to_owned(), summary()),
        "custom_field_value_change_log_entry" | "field_value_change_log_entry" => {
            ("changed a field".to_owned(), summary())
        }
        "repeat_escalation_path_log_entry" => plain("began the escalation again"),
        "exhaust_escalation_path_log_entry" => plain("came to the end of the escalation"),
        "reach_ack_limit_log_entry" => plain("reached the limit of acknowledgements"),
        "reach_trigger_limit_log_entry" => plain("reached the limit of triggers"),
        // As it is: a new one tells more by its own name than by none.
        "" => ("something happened".to_owned(), summary()),
        other => (other.to_owned(), summary()),
    }
}

/// What was said with an entry, where its kind keeps that.
fn told(entry: &Value) -> String {
    let candidates = [
        text(&entry["event_details"], "description"),
        text(&entry["channel"], "content"),
        text(&entry["channel"], "summary"),
        text(entry, "summary"),
    ];
    candidates.into_iter().find(|text| !text.is_empty()).unwrap_or_default().to_owned()
}

fn snoozed(entry: &Value) -> String {
    let changed = entry["changed_actions"].as_array().into_iter().flatten();
    match changed.map(|action| millis(action, "at")).max().filter(|at_ms| *at_ms > 0) {
        Some(at_ms) => format!("snoozed until {}", minute_utc(at_ms)),
        None => "snoozed".to_owned(),
    }
}

fn with(what: &str, whom: &str) -> String {
    if whom.is_empty() { what.trim_end_matches(" to").to_owned() } else { format!("{what} {whom}") }
}

fn names(list: &Value) -> String {
    let names: Vec<String> = list.as_array().into_iter().flatten().map(name).collect();
    names.join(", ")
}

fn name(agent: &Value) -> String {
    let name =
        [text(agent, "name"), text(agent, "summary"), text(agent, "id")].into_iter().find(|name| !name.is_empty());
    clean(name.unwrap_or_default()).into_owned()
}
