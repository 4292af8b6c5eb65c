//! One press on all marked incidents.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::Map;

use super::asking::Purpose;
use super::confirm::{Confirm, Facts, Many};
use super::effect::{Effect, Target};
use super::incidents::channel_name;
use super::model::{LeftOut, Model};
use super::modes::Mode;
use super::press;
use crate::domain::action::Action;
use crate::domain::incident::IncidentKey;
use crate::domain::request::{Inputs, Prepared};
use crate::domain::run::Refusal;
use crate::domain::text::clean;

/// Presses an action for all marked incidents.
pub(super) fn press(model: &mut Model, action: &Arc<Action>) -> Vec<Effect> {
    if !action.inputs.is_empty() && action.enabled && !model.settings.read_only {
        press::ask(model, action, Purpose::Many, &Map::new());
        return Vec::new();
    }
    prepare(model, action, Inputs::default(), Vec::new())
}

/// Asks for the requests of a press on the marked incidents. What it leaves out is named in the confirm.
pub(super) fn prepare(model: &mut Model, action: &Arc<Action>, inputs: Inputs, changed: Vec<String>) -> Vec<Effect> {
    let (mut targets, mut left_out) = (Vec::new(), LeftOut::default());
    for (entry, shown) in model.board.marked_entries() {
        if action.slots.contains_key(&entry.row.channel) {
            let (incident, body) = (entry.row.key.clone(), entry.row.body.text().into());
            let stale_ms = press::stale_ms(model, &incident, entry.row.start_time);
            targets.push(Target { incident, body, stale_ms });
            left_out.hidden += usize::from(!shown);
        } else {
            let name = channel_name(&model.channels, &entry.row.channel);
            let why = format!("{} has no {}", clean(name), clean(&action.name));
            left_out.skipped.push((clean(&entry.row.num).into_owned(), why));
        }
    }
    if targets.is_empty() {
        model.said = Some(format!("no marked incident's channel has {}; nothing was sent", clean(&action.name)));
        return Vec::new();
    }
    let count = targets.len();
    let num = if count == 1 { "1 incident".to_owned() } else { format!("{count} incidents") };
    let ticket = press::wait(model, true, action, num, changed);
    if let Some(preparing) = model.preparing.get_mut(&ticket) {
        preparing.left_out = Some(left_out);
    }
    vec![Effect::PrepareMany { ticket, action: Box::new(Action::clone(action)), targets, inputs }]
}

/// Takes the requests that were asked for, and shows them.
pub(super) fn prepared(
    model: &mut Model,
    ticket: u64,
    group: String,
    results: Vec<(IncidentKey, Result<Box<Prepared>, Refusal>)>,
) {
    let Some(preparing) = model.preparing.remove(&ticket) else {
        return;
    };
    let (mut presses, mut refused) = (Vec::new(), Vec::new());
    for (key, result) in results {
        match result {
            Ok(prepared) => presses.push(Prepared { group: Some(group.clone()), ..*prepared }),
            Err((_, words)) => {
                let num = model.board.find(&key).map_or(key.id(), |entry| &entry.row.num);
                refused.push((clean(num).into_owned(), clean(&words).into_owned()));
            }
        }
    }
    if presses.is_empty() {
        let why = refused.first().map_or("nothing is left of it", |(_, why)| why.as_str());
        model.said = Some(format!("{} on {} was refused: {why}", preparing.action, preparing.num));
        return;
    }
    if !press::may_open(model, &preparing) {
        return;
    }
    let LeftOut { skipped, hidden } = preparing.left_out.unwrap_or_default();
    let facts = Facts { changed: preparing.changed, now_ms: model.now.wall_ms, ..Facts::default() };
    let many = Many { group, presses, skipped, refused, hidden };
    if let Some(confirm) = Confirm::of_many(many, &facts, &model.settings.zone, model.size) {
        model.modes.push(Mode::Confirm(Box::new(confirm)));
    }
}

/// Enter in the confirm of many: sends what is shown, if all of it is still true. The marks are used up by it.
pub(super) fn send(model: &mut Model, shown: &Arc<Action>, many: Many) -> Vec<Effect> {
    let Some(action) = model.action(&shown.id).cloned() else {
        model.said = Some(format!("{} was removed meanwhile; nothing was sent", clean(&shown.name)));
        return Vec::new();
    };
    let mut changed: Vec<String> = press::action_differences(shown, &action);
    if changed.is_empty() {
        for press in &many.presses {
            let names = press::differences(model, press, Some(&action));
            if !names.is_empty() {
                changed.push(format!("{} ({})", clean(&press.incident.num), names.join(", ")));
            }
        }
    }
    if changed.is_empty() {
        model.board.unmark_all();
        model.recent.begin_many(&many.group, &many.presses, model.now);
        return vec![Effect::RunMany { group: many.group, presses: many.presses }];
    }
    let inputs = many.presses.first().map(|press| press.inputs.clone()).unwrap_or_default();
    model.said = Some(format!("{} changed; nothing was sent", changed.join(", ")));
    prepare(model, &action, inputs, changed)
}

/// Every run of a group has ended: those that were not sent because something changed are marked again.
pub(super) fn ended(model: &mut Model, group: &str) {
    model.recent.end_many(group);
    let Some(keys) = model.unsent.remove(group) else {
        return;
    };
    let keys: HashSet<IncidentKey> = keys.into_iter().collect();
    let count = keys.len();
    model.board.mark(keys);
    let what = if count == 1 { "1 of them was".to_owned() } else { format!("{count} of them were") };
    model.said = Some(format!("the action changed: {what} not sent; they are marked again, press to look at them"));
}
