//! From a digit to a run: what was pressed is asked for, filled, shown, compared with what is true now, and sent once.

use std::sync::Arc;

use serde_json::Map;

use super::asking::{Answered, Asking, Purpose};
use super::buttons::why_not;
use super::confirm::{Confirm, Facts, Shown};
use super::effect::Effect;
use super::incidents::channel_name;
use super::keymap::Context;
use super::many;
use super::model::{Model, Preparing};
use super::modes::Mode;
use crate::domain::action::{self, Action};
use crate::domain::incident::{Incident, IncidentKey};
use crate::domain::request::{Inputs, Prepared};
use crate::domain::run::{Refusal, Run};
use crate::domain::text::clean;

/// A press on one incident that is to be filled.
pub(super) struct Wish {
    /// The incident.
    pub(super) key: IncidentKey,
    /// What was asked.
    pub(super) inputs: Inputs,
    /// Whether the request says that it is a test.
    pub(super) test: bool,
    /// Whether it is shown before it is sent, whatever the action wants.
    pub(super) asks: bool,
    /// What changed since it was first confirmed.
    pub(super) changed: Vec<String>,
}

/// Presses the button of a slot: for the marked incidents, else for the incident in the detail.
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
    if model.board.marked() > 0 { many::press(model, &action) } else { start(model, &action, &key, false) }
}

/// Begins a press on one incident: says why it would be refused, asks what the action asks, then fills the request.
pub(super) fn start(model: &mut Model, action: &Arc<Action>, key: &IncidentKey, test: bool) -> Vec<Effect> {
    let refused = say_why_not(model, action, key);
    // A press that is refused is not asked anything before; it goes to the runner all the same, so that it has a row.
    if !refused && !action.inputs.is_empty() {
        ask(model, action, Purpose::One { key: key.clone(), test }, &Map::new());
        return Vec::new();
    }
    let wish = Wish { key: key.clone(), inputs: Inputs::default(), test, asks: test, changed: Vec::new() };
    prepare(model, action, wish)
}

/// Says why a press would be refused now; whether it will be before anything is confirmed.
fn say_why_not(model: &mut Model, action: &Action, key: &IncidentKey) -> bool {
    let Some(entry) = model.board.find(key) else {
        return false;
    };
    let (why, num) = (why_not(model, action, entry), clean(&entry.row.num).into_owned());
    if let Some(why) = &why {
        model.said = Some(format!("{} on {num}: {}", clean(&action.name), why.words(&model.settings.zone)));
    }
    why.is_some_and(|why| why.is_final())
}

/// Opens the dialog that asks what the action asks.
pub(super) fn ask(model: &mut Model, action: &Arc<Action>, purpose: Purpose, before: &Map<String, serde_json::Value>) {
    let target = match &purpose {
        Purpose::One { key, .. } => model
            .board
            .find(key)
            .map_or_else(String::new, |entry| format!("{} {}", clean(&entry.row.num), clean(&entry.row.title))),
        Purpose::Many => format!("{} marked incidents", model.board.marked()),
        Purpose::Again { run } => format!("run {} again", clean(run)),
    };
    let confirmed = match &purpose {
        Purpose::One { test, .. } => *test || action.confirms() != action::Confirm::None,
        Purpose::Many | Purpose::Again { .. } => true,
    };
    let mut asking = Asking::new(purpose, Arc::clone(action), target, before);
    asking.sends = !confirmed;
    model.modes.push(Mode::Asking(Box::new(asking)));
}

/// Everything that the action asks is answered: fills the request.
pub(super) fn answered(model: &mut Model, answered: Answered) -> Vec<Effect> {
    model.modes.pop();
    let Answered { purpose, action: asked, inputs } = answered;
    let Some(action) = model.action(&asked.id).cloned() else {
        model.said = Some(format!("{} was removed meanwhile; nothing was sent", clean(&asked.name)));
        return Vec::new();
    };
    let changed = action_differences(&asked, &action);
    match purpose {
        Purpose::One { key, test } => prepare(model, &action, Wish { key, inputs, test, asks: test, changed }),
        Purpose::Many => many::prepare(model, &action, inputs, changed),
        Purpose::Again { run } => prepare_again(model, &action, &run, inputs, changed),
    }
}

/// Asks for the request of a press. Of the presses that want a confirm only the last one counts.
pub(super) fn prepare(model: &mut Model, action: &Arc<Action>, wish: Wish) -> Vec<Effect> {
    let Wish { key, inputs, test, asks, changed } = wish;
    let Some(entry) = model.board.find(&key) else {
        model.said = Some("this incident is no longer on the board; nothing was sent".to_owned());
        return Vec::new();
    };
    let (body, num) = (entry.row.body.text().into(), clean(&entry.row.num).into_owned());
    // What this screen knows to be refused is never sent by a runner that knows better: it is shown first.
    let refused = why_not(model, action, entry).is_some_and(|why| why.is_final());
    let stale_ms = stale_ms(model, &key, entry.row.start_time);
    let asks = asks || refused || action.confirms() != action::Confirm::None || !changed.is_empty();
    let ticket = wait(model, asks, action, num, changed);
    let action = Box::new(Action::clone(action));
    vec![Effect::Prepare { ticket, action, incident: key, body, stale_ms, inputs, test }]
}

/// Asks for the request of the same press again. It is always shown before it is sent.
pub(super) fn prepare_again(
    model: &mut Model,
    action: &Action,
    run: &str,
    inputs: Inputs,
    changed: Vec<String>,
) -> Vec<Effect> {
    let ticket = wait(model, true, action, format!("run {}", clean(run)), changed);
    vec![Effect::PrepareAgain { ticket, run: run.to_owned(), inputs }]
}

/// A ticket for a request that is being filled.
pub(super) fn wait(model: &mut Model, asks: bool, action: &Action, num: String, changed: Vec<String>) -> u64 {
    let ticket = model.next_ticket();
    if asks {
        model.preparing.retain(|_, earlier| !earlier.asks);
    }
    let side = side(model.context());
    let action = clean(&action.name).into_owned();
    model.preparing.insert(ticket, Preparing { asks, action, num, side, changed, left_out: None });
    ticket
}

/// How old an incident is since its source gave it, where that deserves a warning, milliseconds.
pub(super) fn stale_ms(model: &Model, key: &IncidentKey, start_s: i64) -> Option<i64> {
    let answered_s = model.stale_since(key.source(), 3)?;
    Some(model.now.wall_ms.saturating_sub(answered_s.unwrap_or(start_s).saturating_mul(1_000)).max(0))
}

/// The list that a context belongs to, where a press can begin: a confirm opens only over where it began.
pub(super) fn side(context: Context) -> Option<Context> {
    match context {
        Context::Incidents | Context::Detail => Some(Context::Incidents),
        Context::Log | Context::LogDetail => Some(Context::Log),
        Context::Actions => Some(Context::Actions),
        _ => None,
    }
}

/// Takes the request that was asked for: shows it, or sends it where the action wants no confirm.
pub(super) fn prepared(model: &mut Model, ticket: u64, result: Result<Box<Prepared>, Refusal>) -> Vec<Effect> {
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
    if !may_open(model, &preparing) {
        return;
    }
    let channel = prepared.incident.channel();
    let entry = model.board.find(&prepared.incident.key());
    let why = entry.and_then(|entry| why_not(model, prepared.stored_action(), entry));
    let facts = Facts {
        badge: model.source(&prepared.incident.source).map(|source| source.badge.clone()).unwrap_or_default(),
        channel: channel_name(&model.channels, &channel).to_owned(),
        changed: preparing.changed,
        why_not: why.map(|why| why.words(&model.settings.zone)),
        now_ms: model.now.wall_ms,
    };
    let confirm = Confirm::new(prepared, &facts, &model.settings.zone, model.size);
    model.modes.push(Mode::Confirm(Box::new(confirm)));
}

/// Whether the operator is still where the press began: nothing opens by itself over what they are doing now.
pub(super) fn may_open(model: &mut Model, preparing: &Preparing) -> bool {
    let there =
        preparing.side.is_some() && side(model.context()) == preparing.side && *model.modes.top() != Mode::PickButton;
    if !there {
        model.said = Some(format!("{} on {} was not sent: press it again", preparing.action, preparing.num));
    }
    there
}

/// Enter in the confirm: sends what was shown, once, if it is still true.
pub(super) fn send(model: &mut Model, Shown { prepared, many }: Shown) -> Vec<Effect> {
    model.modes.pop();
    match many {
        Some(many) => many::send(model, prepared.stored_action(), many),
        None => run(model, prepared),
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
    if let Some(group) = &prepared.group {
        // One of many opens nothing: what was not sent is marked again when the others have ended.
        model.unsent.entry(group.clone()).or_default().push(prepared.incident.key());
        return Vec::new();
    }
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
    if prepared.resend_of.is_none() && model.board.find(&key).is_none() {
        model.said = Some(format!("{num} is no longer on the board; nothing was sent"));
        return Vec::new();
    }
    model.said = Some(format!("{name} on {num}: {} changed; nothing was sent", changed.join(", ")));
    let inputs = prepared.inputs.clone();
    if let Some(first) = &prepared.resend_of {
        let inputs = Inputs { secret: inputs.secret, ..Inputs::default() };
        return prepare_again(model, action, first, inputs, changed);
    }
    prepare(model, action, Wish { key, inputs, test: prepared.test, asks: true, changed })
}

/// What differs between what was shown and what is true now, in words; empty = nothing.
pub(super) fn differences(model: &Model, prepared: &Prepared, now: Option<&Action>) -> Vec<String> {
    let mut names = match now {
        Some(now) => action_differences(prepared.stored_action(), now),
        None => vec!["the action (removed)".to_owned()],
    };
    if prepared.resend_of.is_some() {
        // The same press again sends the incident as it was then, and says so.
        return names;
    }
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

pub(super) fn action_differences(shown: &Action, now: &Action) -> Vec<String> {
    let mut names: Vec<String> =
        shown.differs_in(now).into_iter().map(|field| format!("the action's {field}")).collect();
    if names.is_empty() && shown.revision != now.revision {
        names.push("the action (saved again)".to_owned());
    }
    names
}

/// The incident and action of an ended run, where both are still there to be pressed anew; says so where not.
pub(super) fn still_there(model: &mut Model, run: &Run) -> Option<Arc<Action>> {
    let found = model.action(&run.action_id).cloned();
    if found.is_none() {
        model.said = Some(format!("{} was removed: there is nothing to run again", clean(&run.action)));
    }
    found
}
