//! The incident in full: what is shown of it, and what is done with its tabs and links.

use std::borrow::Cow;
use std::collections::HashSet;

use serde_json::Value;

use super::model::Model;
use super::modes::Mode;
use super::modes::lists::Detail;
use super::operation::dialog::{Dialog, OperationDialog, is_link};
use super::state::operations::Chosen;
use crate::domain::incident::Incident;
use crate::domain::local::LOCAL;
use crate::domain::text::clean;

/// The selected incident with all that was read of it, as far as its list knows it now.
pub(super) fn shown(model: &Model) -> Option<Cow<'_, Incident>> {
    let listed = model.board.opened()?;
    let read = model.incident_detail.history.as_ref().and_then(|history| history.full.as_ref().ok()?.incident.as_ref());
    let Some(read) = read.filter(|read| read.key() == listed.key()) else {
        return Some(Cow::Borrowed(listed));
    };
    let mut shown = Incident::clone(read);
    shown.progress = listed.progress;
    shown.ack_time = listed.ack_time;
    shown.close_time = listed.close_time;
    shown.snoozed_before = listed.snoozed_before;
    if let Some(local) = listed.extra.get(LOCAL) {
        shown.extra.insert(LOCAL.to_owned(), local.clone());
    }
    for person in &listed.responders {
        let known = |other: &&crate::domain::incident::Responder| {
            (&other.email, &other.person_name) == (&person.email, &person.person_name)
        };
        if !shown.responders.iter().any(|other| known(&other)) {
            shown.responders.push(person.clone());
        }
    }
    Some(Cow::Owned(shown))
}

/// Shows the next tab, or the one before, from its first row.
pub(super) fn turn(model: &mut Model, forward: bool) {
    model.incident_detail.turn(forward);
    model.modes.replace(Mode::Detail(Detail::default()));
}

/// The links that a source passed through, such as the runbook and the dashboard of an alert, by their names.
fn links_in(name: &str, value: &Value, to: &mut Vec<(String, String)>) {
    match value {
        Value::String(url) if is_link(url) => to.push((name.to_owned(), url.clone())),
        Value::Object(inner) => inner.iter().for_each(|(name, value)| links_in(name, value, to)),
        Value::Array(items) => items.iter().for_each(|item| links_in(name, item, to)),
        _ => {}
    }
}

/// Opens the list of what can be copied or opened: links first.
pub(super) fn pick(model: &mut Model) {
    let Some(incident) = shown(model) else {
        return;
    };
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut all: Vec<(String, String)> = vec![
        ("link".to_owned(), incident.detail_url.clone()),
        ("number".to_owned(), incident.num.clone()),
        ("title".to_owned(), incident.title.clone()),
    ];
    for enriched in model.enrichments.list() {
        all.extend(enriched.added.links.iter().map(|(name, url)| (name.clone(), url.clone())));
        all.extend(enriched.added.labels.iter().map(|(name, value)| (name.clone(), value.clone())));
        all.extend(enriched.added.fields.iter().map(|(name, value)| (name.clone(), text(value))));
    }
    all.extend(incident.labels.iter().map(|(name, value)| (name.clone(), value.clone())));
    all.extend(incident.fields.iter().map(|(name, value)| (name.clone(), text(value))));
    for alert in &incident.alerts {
        alert.extra.iter().for_each(|(name, value)| links_in(name, value, &mut all));
        all.extend(alert.labels.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
    incident.extra.iter().for_each(|(name, value)| links_in(name, value, &mut all));
    let mut items: Vec<(String, String)> = Vec::new();
    let mut known: HashSet<(String, String)> = HashSet::new();
    for (name, value) in all {
        let item = (clean(&name).into_owned(), clean(&value).into_owned());
        if !item.1.is_empty() && known.insert(item.clone()) {
            items.push(item);
        }
    }
    items.sort_by_key(|(_, value)| !is_link(value));
    let id = format!("pick-{}", model.next_ticket());
    let dialog = Dialog::Pick { items, at: 0 };
    model.modes.push(Mode::Operation(Box::new(OperationDialog::new(dialog, Chosen::default(), id))));
}
