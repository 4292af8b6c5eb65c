//! Enter in the confirm: what was shown is compared with what is true now, and sent once or asked again.

use std::collections::HashSet;
use std::sync::Arc;

use super::confirm::Confirmed;
use super::effect::Effect;
use super::incidents::Selection;
use super::model::Model;
use super::press::{self, Wish};
use crate::domain::action::Action;
use crate::domain::incident::{Incident, IncidentKey};
use crate::domain::request::{Inputs, Prepared};
use crate::domain::text::clean;

/// Sends what the confirm has shown.
pub(super) fn confirmed(model: &mut Model, Confirmed { presses, is_marked }: Confirmed) -> Vec<Effect> {
    model.modes.pop();
    run(model, presses, is_marked)
}

/// Sends presses, if all that was shown is still true. The marks are used up by it, where it is for them.
pub(super) fn run(model: &mut Model, presses: Vec<Prepared>, is_marked: bool) -> Vec<Effect> {
    let Some(first) = presses.first() else {
        return Vec::new();
    };
    let changed = differences(model, &presses);
    if !changed.is_empty() {
        let now = model.action(&first.action.id).cloned();
        let on = if is_marked { Selection::Marked } else { Selection::One(first.incident.key()) };
        return again(model, &presses, on, now.as_ref(), changed);
    }
    if is_marked {
        model.board.unmark_all();
    }
    model.recent.begin(&presses, model.now);
    vec![Effect::Run(presses)]
}

/// A run found that what was confirmed is no longer so: nothing was sent, and it is asked again.
pub(super) fn ask_again(model: &mut Model, prepared: &Prepared, now: Option<Box<Action>>) -> Vec<Effect> {
    model.recent.withdraw(&prepared.run_id);
    let now = now.map(|action| Arc::<Action>::from(*action));
    // The runner read the store later than this screen did; else the next Enter would ask for the old action again.
    model.actions.retain(|known| known.id != prepared.action.id);
    model.actions.extend(now.clone());
    model.action_list.rebuild(&model.actions, &model.channels);
    if let Some(group) = &prepared.group {
        // One of several opens nothing: what was not sent is marked again when the others have ended.
        model.unsent.entry(group.clone()).or_default().push(prepared.incident.key());
        return Vec::new();
    }
    let presses = std::slice::from_ref(prepared);
    let mut changed = differences(model, presses);
    if changed.is_empty() {
        changed.push("the action".to_owned());
    }
    again(model, presses, Selection::One(prepared.incident.key()), now.as_ref(), changed)
}

/// Every run of a group has ended: those that were not sent because something changed are marked again.
pub(super) fn group_ended(model: &mut Model, group: &str) {
    model.recent.end_group(group);
    let Some(keys) = model.unsent.remove(group) else {
        return;
    };
    let keys: HashSet<IncidentKey> = keys.into_iter().collect();
    let count = keys.len();
    model.board.mark(keys);
    let what = if count == 1 { "1 of them was".to_owned() } else { format!("{count} of them were") };
    model.said = Some(format!("the action changed: {what} not sent; they are marked again, press to look at them"));
}

/// Asks for the requests anew, to be shown once more.
fn again(
    model: &mut Model,
    presses: &[Prepared],
    on: Selection,
    now: Option<&Arc<Action>>,
    changed: Vec<String>,
) -> Vec<Effect> {
    let Some(first) = presses.first() else {
        return Vec::new();
    };
    let name = clean(&first.action.name).into_owned();
    let Some(action) = now else {
        model.said = Some(format!("{name} was removed meanwhile; nothing was sent"));
        return Vec::new();
    };
    let subject = match presses {
        [one] => clean(&one.incident.num).into_owned(),
        all => format!("{} incidents", all.len()),
    };
    model.said = Some(format!("{name} on {subject}: {} changed; nothing was sent", changed.join(", ")));
    let inputs = first.inputs.clone();
    if let Some(resent) = &first.resend_of {
        let inputs = Inputs { secret: inputs.secret, ..Inputs::default() };
        return press::prepare_again(model, action, resent, inputs, changed);
    }
    press::prepare(model, action, Wish { on, inputs, test: first.test, asks: true, changed })
}

/// What differs between what was shown and what is true now, in words; empty = nothing.
fn differences(model: &Model, presses: &[Prepared]) -> Vec<String> {
    let Some(first) = presses.first() else {
        return Vec::new();
    };
    let mut names: Vec<String> = Vec::new();
    // Several may be pressed by several buttons of one name.
    let mut compared: HashSet<&str> = HashSet::new();
    for prepared in presses.iter().filter(|prepared| compared.insert(&prepared.action.id)) {
        let fields = match model.action(&prepared.action.id) {
            Some(now) => press::action_differences(prepared.stored_action(), now),
            None => vec!["the action (removed)".to_owned()],
        };
        names.extend(fields);
    }
    names.dedup();
    if first.resend_of.is_some() {
        // The same press again sends the incident as it was then, and says so.
        return names;
    }
    let keys: Vec<IncidentKey> = presses.iter().map(|prepared| prepared.incident.key()).collect();
    let entries = model.board.find_all(&keys);
    for (prepared, key) in presses.iter().zip(&keys) {
        let fields = match entries.get(key) {
            Some(entry) => {
                let current = Incident { progress: entry.row.progress, ..entry.row.unpack() };
                let fields = current.with_alerts_of(&prepared.incident).differs_in(&prepared.incident);
                fields.iter().map(|field| field.trim_start_matches("incident_").replace('_', " ")).collect()
            }
            None => vec!["the incident (gone)".to_owned()],
        };
        if presses.len() == 1 {
            names.extend(fields);
        } else if !fields.is_empty() {
            names.push(format!("{} ({})", clean(&prepared.incident.num), fields.join(", ")));
        }
    }
    names
}
