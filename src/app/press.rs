//! From a digit to a run: what was pressed is filled, shown, compared with what is true now, and sent once.

use std::sync::Arc;

use super::confirm::{Confirm, Facts};
use super::effect::Effect;
use super::incidents::channel_name;
use super::model::{Mode, Model, Place, Preparing};
use crate::domain::action::{self, Action};
use crate::domain::incident::{Incident, IncidentKey};
use crate::domain::request::{Inputs, Prepared};
use crate::domain::run::Failure;
use crate::domain::text::clean;

/// Presses the button of a slot for the incident in the detail.
pub(super) fn press(model: &mut Model, slot: u8) -> Vec<Effect> {
    let Some(entry) = model.board.selected() else {
        model.said = Some("no incident is selected".to_owned());
        return Vec::new();
    };
    let (key, channel) = (entry.row.key.clone(), entry.row.channel.clone());
    let found = model.buttons(&channel).into_iter().find(|(at, _)| *at == slot).map(|(_, action)| action.clone());
    let Some(action) = found else {
        let name = clean(channel_name(&model.channels, &channel)).into_owned();
        model.said = Some(format!("slot {slot} of {name} is empty: n adds an action"));
        return Vec::new();
    };
    prepare(model, &action, &key, Vec::new())
}

/// Asks for the request of a press. Of the presses that want a confirm only the last one counts.
fn prepare(model: &mut Model, action: &Arc<Action>, key: &IncidentKey, changed: Vec<String>) -> Vec<Effect> {
    let Some(entry) = model.board.find(key) else {
        return Vec::new();
    };
    let (body, num, start_s) = (entry.row.body.text().into(), entry.row.num.to_string(), entry.row.start_time);
    let stale_ms = model
        .stale_since(key.source(), 3)
        .map(|answered_s| model.now.wall_ms.saturating_sub(answered_s.unwrap_or(start_s).saturating_mul(1_000)).max(0));
    let ticket = model.next_ticket();
    if action.confirms() != action::Confirm::None || !changed.is_empty() {
        model.preparing.retain(|_, earlier| !earlier.asks);
    }
    let preparing = Preparing {
        asks: action.confirms() != action::Confirm::None || !changed.is_empty(),
        action: clean(&action.name).into_owned(),
        num: clean(&num).into_owned(),
        incident: key.clone(),
        changed,
    };
    model.preparing.insert(ticket, preparing);
    vec![Effect::Prepare {
        ticket,
        action: Box::new(Action::clone(action)),
        incident: key.clone(),
        body,
        stale_ms,
        inputs: Inputs::default(),
        test: false,
    }]
}

/// Takes the request that was asked for: shows it, or sends it where the action wants no confirm.
pub(super) fn prepared(
    model: &mut Model,
    ticket: u64,
    result: Result<Box<Prepared>, (Failure, String)>,
) -> Vec<Effect> {
    let Some(preparing) = model.preparing.remove(&ticket) else {
        return Vec::new();
    };
    let prepared = match result {
        Ok(prepared) => prepared,
        Err((_, words)) => {
            let words = clean(&words).into_owned();
            model.said = Some(format!("{} on {} was refused: {words}", preparing.action, preparing.num));
            return Vec::new();
        }
    };
    if preparing.asks {
        show(model, prepared, preparing);
        return Vec::new();
    }
    run(model, prepared)
}

fn show(model: &mut Model, prepared: Box<Prepared>, preparing: Preparing) {
    let over_detail = match model.mode {
        Mode::Browse if model.place == Place::Incidents => false,
        Mode::Detail(_) => true,
        // Nothing opens by itself over what the operator is doing now.
        _ => {
            model.said = Some(format!("{} on {} was not sent: press it again", preparing.action, preparing.num));
            return;
        }
    };
    let channel = prepared.incident.channel();
    let facts = Facts {
        badge: model.source(&prepared.incident.source).map(|source| source.badge.clone()).unwrap_or_default(),
        channel: channel_name(&model.channels, &channel).to_owned(),
        changed: preparing.changed,
        now_ms: model.now.wall_ms,
    };
    let confirm = Confirm::new(prepared, &facts, over_detail, &model.settings.zone, model.size);
    model.mode = Mode::Confirm(Box::new(confirm));
}

/// Enter in the confirm: sends what is shown, once, if it is still true.
pub(super) fn send(model: &mut Model) -> Vec<Effect> {
    let Mode::Confirm(confirm) = &mut model.mode else {
        return Vec::new();
    };
    if !confirm.is_answered() {
        return Vec::new();
    }
    let prepared = confirm.prepared.clone();
    close(model);
    run(model, prepared)
}

/// Leaves the confirm; nothing was sent.
pub(super) fn close(model: &mut Model) {
    if let Mode::Confirm(confirm) = &model.mode {
        model.mode = if confirm.over_detail { Mode::Detail(0) } else { Mode::Browse };
    }
}

fn run(model: &mut Model, prepared: Box<Prepared>) -> Vec<Effect> {
    let now_action = model.action(&prepared.action.id).cloned();
    let changed = differences(model, &prepared, now_action.as_deref());
    if changed.is_empty() {
        model.recent.begin(&prepared, model.now);
        return vec![Effect::Run(prepared)];
    }
    again(model, &prepared, now_action.as_ref(), changed)
}

/// The run found that what was confirmed is no longer so: nothing was sent, and it is asked again.
pub(super) fn ask_again(model: &mut Model, prepared: &Prepared, now: Option<Box<Action>>) -> Vec<Effect> {
    model.recent.withdraw(&prepared.run_id);
    let now = now.map(|action| Arc::<Action>::from(*action));
    // The runner read the store later than this screen did; else the next Enter would ask for the old action again.
    model.actions.retain(|known| known.id != prepared.action.id);
    model.actions.extend(now.clone());
    model.manage.rebuild(&model.actions, &model.channels);
    let mut changed = differences(model, prepared, now.as_deref());
    if changed.is_empty() {
        changed.push("the action".to_owned());
    }
    again(model, prepared, now.as_ref(), changed)
}

fn again(model: &mut Model, prepared: &Prepared, now: Option<&Arc<Action>>, changed: Vec<String>) -> Vec<Effect> {
    let (name, num) = (clean(&prepared.action.name).into_owned(), clean(&prepared.incident.num).into_owned());
    let key = prepared.incident.key();
    let Some(action) = now else {
        model.said = Some(format!("{name} was removed meanwhile; nothing was sent"));
        return Vec::new();
    };
    if model.board.find(&key).is_none() {
        model.said = Some(format!("{num} is no longer on the board; nothing was sent"));
        return Vec::new();
    }
    model.said = Some(format!("{name} on {num}: {} changed; nothing was sent", changed.join(", ")));
    prepare(model, action, &key, changed)
}

/// What differs between what was shown and what is true now, in words; empty = nothing.
fn differences(model: &Model, prepared: &Prepared, now: Option<&Action>) -> Vec<String> {
    let mut names = match now {
        Some(now) => action_differences(&prepared.action, now),
        None => vec!["the action (removed)".to_owned()],
    };
    match model.board.find(&prepared.incident.key()) {
        Some(entry) => {
            let mut current: Incident = entry.row.unpack();
            current.progress = entry.row.progress;
            let fields = current.differs_in(&prepared.incident);
            names.extend(fields.iter().map(|field| field.trim_start_matches("incident_").replace('_', " ")));
        }
        None => names.push("the incident (gone)".to_owned()),
    }
    names
}

fn action_differences(shown: &Action, now: &Action) -> Vec<String> {
    let mut names: Vec<String> =
        shown.differs_in(now).into_iter().map(|field| format!("the action's {field}")).collect();
    if names.is_empty() && shown.revision != now.revision {
        names.push("the action (saved again)".to_owned());
    }
    names
}
