//! The timeline's entries in words, each type as the vendor's description has it. Times are milliseconds there.

use std::collections::BTreeSet;

use serde_json::Value;

use super::names::Names;
use crate::domain::text::clean;
use crate::domain::timeline::{Moment, Teller};

/// The people whom an entry names by id.
pub(super) fn people(entry: &Value, into: &mut BTreeSet<i64>) {
    let of = |pointer: &str| entry.pointer(pointer).and_then(Value::as_array).into_iter().flatten();
    let notified = of("/detail/persons").filter_map(|person| person.get("person_id"));
    let ids = of("/detail/to").chain(of("/detail/person_ids")).chain(notified).chain(entry.get("creator_id"));
    into.extend(ids.filter_map(Value::as_i64).filter(|id| *id > 0));
}

/// An entry in words. One of an unknown type is shown as it is.
pub(super) fn moment(entry: &Value, names: &Names) -> Moment {
    let nothing = Value::Null;
    let kind = entry.get("type").and_then(Value::as_str).unwrap_or_default();
    let detail = Detail { of: entry.get("detail").unwrap_or(&nothing), names };
    let (what, text) = told(kind, &detail);
    let creator = entry.get("creator_id").and_then(Value::as_i64).filter(|id| *id > 0);
    let who = creator.map(|id| detail.person(id)).unwrap_or_default();
    let who = if who.is_empty() && kind == "i_new" { detail.text("reporter_email").to_owned() } else { who };
    Moment {
        at_ms: entry.get("created_at").and_then(Value::as_i64).unwrap_or_default(),
        who: clean(&who).into_owned(),
        what: clean(&what).into_owned(),
        text,
        told_by: Teller::Source,
    }
}

/// What happened, and what was said with it.
fn told(kind: &str, detail: &Detail<'_>) -> (String, String) {
    let said = |name: &str| detail.text(name).to_owned();
    let plain = |what: &str| (what.to_owned(), String::new());
    match kind {
        "i_new" => (join("created", "as", detail.text("severity")), said("title")),
        "i_assign" => (assigned(detail), String::new()),
        "i_a_rspd" => (join("added responders", "", &detail.people("to")), String::new()),
        "i_notify" => notified(detail),
        "i_storm" => (join("alert storm", "of", &detail.count("threshold", "alerts")), String::new()),
        "i_snooze" => (join("snoozed", "for", &detail.count("minutes", "min")), String::new()),
        "i_wake" => plain("woken"),
        "i_ack" => ("acknowledged".to_owned(), said("progress")),
        "i_unack" => ("unacknowledged".to_owned(), said("progress")),
        "i_comm" => ("commented".to_owned(), said("comment")),
        "i_rslv" => (format!("closed{}", closed_by(detail.text("from"))), String::new()),
        "i_reopen" => ("reopened".to_owned(), said("reason")),
        "i_merge" => (merged(detail), said("comment")),
        "i_r_title" => ("changed the title".to_owned(), from_to(detail)),
        "i_r_desc" => plain("changed the description"),
        "i_r_impact" => plain("changed the impact"),
        "i_r_rc" => plain("changed the root cause"),
        "i_r_rsltn" => plain("changed the resolution"),
        "i_r_severity" => (join("changed the severity", "from", &from_to(detail)), String::new()),
        "i_r_field" => {
            (format!("set the field {} to {}", detail.text("field_name"), detail.shown("to")), String::new())
        }
        "i_m_flapping" => (flapping(detail), String::new()),
        "i_m_reply" => plain("muted replies to a comment"),
        "i_custom" => (join("ran the action", "", &detail.named("integration_name", "integration_id")), String::new()),
        "i_wr_create" => (join("opened the war room", "", &detail.named("chat_name", "chat_id")), said("share_link")),
        "i_wr_delete" => (join("closed the war room", "", &detail.named("chat_name", "chat_id")), String::new()),
        "i_auto_refresh" => plain("refreshed its card by itself"),
        "a_merge" => plain("merged an alert into it"),
        "" => (String::from("something happened"), detail.whole()),
        other => (other.to_owned(), detail.whole()),
    }
}

fn assigned(detail: &Detail<'_>) -> String {
    let verb = match detail.text("type") {
        "reassign" => "reassigned",
        "escalate" => "escalated",
        "reopen" => "assigned again",
        _ => "assigned",
    };
    let people = Some(detail.people("to")).filter(|people| !people.is_empty());
    let people = people.unwrap_or_else(|| detail.people("person_ids"));
    let people = if people.is_empty() { detail.list("emails").join(", ") } else { people };
    let rule = detail.text("escalate_rule_name");
    let by = if rule.is_empty() { String::new() } else { format!(" by the rule {rule}{}", level(detail)) };
    format!("{}{by}", join(verb, "to", &people))
}

fn notified(detail: &Detail<'_>) -> (String, String) {
    let mut reached: Vec<String> = Vec::new();
    let mut failed: Vec<String> = Vec::new();
    // A robot's token is left where it is: it may be a key.
    for (list, name) in [("persons", ""), ("chats", "chat_name"), ("robots", "alias")] {
        for item in detail.of.get(list).and_then(Value::as_array).into_iter().flatten() {
            let item = Detail { of: item, names: detail.names };
            let who = match name {
                "" => item.of.get("person_id").and_then(Value::as_i64).map(|id| item.person(id)).unwrap_or_default(),
                name => item.text(name).to_owned(),
            };
            let who = if who.is_empty() { "somebody".to_owned() } else { who };
            match item.text("failed_reason") {
                "" => reached.push(who),
                why => failed.push(format!("not {who}: {why}")),
            }
        }
    }
    let again = if detail.text("fire_type") == "refire" { "notified again" } else { "notified" };
    let verb = if reached.is_empty() && !failed.is_empty() { "could not notify" } else { again };
    let what = join(&join(verb, "", &reached.join(", ")), "by", detail.text("by"));
    (format!("{what}{}", level(detail)), failed.join("\n"))
}

/// The level of the escalation, counted from 1.
fn level(detail: &Detail<'_>) -> String {
    let level = detail.of.get("layer_idx").and_then(Value::as_i64);
    level.map(|at| format!(", level {}", at.saturating_add(1))).unwrap_or_default()
}

fn closed_by(from: &str) -> &str {
    match from {
        "voice" => " by phone",
        "card" | "wcard" => " from a chat card",
        "event" => " by an event",
        "autorslv" => " by itself",
        "autorefresh" => " by a refresh",
        "escalation" => " by the escalation",
        _ => "",
    }
}

fn merged(detail: &Detail<'_>) -> String {
    let titles = detail.of.get("source_incidents").and_then(Value::as_array).into_iter().flatten();
    let titles: Vec<&str> = titles.filter_map(|incident| incident.get("title")?.as_str()).collect();
    let target = detail.of.pointer("/target_incident/title").and_then(Value::as_str).unwrap_or_default();
    join(&join("merged", "", &titles.join(", ")), "into", target)
}

fn from_to(detail: &Detail<'_>) -> String {
    format!("{} to {}", detail.shown("from"), detail.shown("to"))
}

fn flapping(detail: &Detail<'_>) -> String {
    let changes = detail.count("max_changes", "changes");
    let why = join(&join("flapping", "over", &changes), "in", &detail.count("in_mins", "min"));
    format!("muted{}: {why}", join("", "for", &detail.count("mute_mins", "min")))
}

/// `head word tail`, or the head alone where there is no tail.
fn join(head: &str, word: &str, tail: &str) -> String {
    match (tail, word) {
        ("", _) => head.to_owned(),
        (tail, "") => format!("{head} {tail}"),
        (tail, word) => format!("{head} {word} {tail}"),
    }
}

struct Detail<'a> {
    of: &'a Value,
    names: &'a Names,
}

impl Detail<'_> {
    fn text(&self, name: &str) -> &str {
        self.of.get(name).and_then(Value::as_str).map(str::trim).unwrap_or_default()
    }

    /// Any value as text.
    fn shown(&self, name: &str) -> String {
        match self.of.get(name) {
            None | Some(Value::Null) => "nothing".to_owned(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        }
    }

    fn list(&self, name: &str) -> Vec<&str> {
        self.of.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
    }

    fn count(&self, name: &str, unit: &str) -> String {
        self.of.get(name).and_then(Value::as_i64).map(|count| format!("{count} {unit}")).unwrap_or_default()
    }

    /// A name, or else an id.
    fn named(&self, name: &str, id: &str) -> String {
        let name = self.text(name);
        if name.is_empty() && self.of.get(id).is_some() { self.shown(id) } else { name.to_owned() }
    }

    fn people(&self, name: &str) -> String {
        let ids = self.of.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_i64);
        ids.map(|id| self.person(id)).collect::<Vec<_>>().join(", ")
    }

    fn person(&self, id: i64) -> String {
        self.names.person(id).map_or_else(|| id.to_string(), |named| named.name)
    }

    fn whole(&self) -> String {
        if self.of.is_null() { String::new() } else { self.of.to_string() }
    }
}
