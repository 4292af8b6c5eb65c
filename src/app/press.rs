//! From a digit to the confirm: what was pressed, for one incident or the marked ones, is asked for, filled and shown.

use std::sync::Arc;

use serde_json::Map;

use super::buttons::{WhyNot, why_not};
use super::confirm::Confirm;
use super::effect::{Effect, Target};
use super::incidents::{Entry, Selection, channel_name};
use super::keymap::Context;
use super::model::Model;
use super::modes::Mode;
use super::modes::input_prompt::{Answered, InputPrompt, Purpose};
use super::pages::shown::{Facts, Shown};
use super::state::presses::{LeftOut, Preparing};
use crate::domain::action::{self, Action};
use crate::domain::incident::IncidentKey;
use crate::domain::refusal::Refusal;
use crate::domain::request::{Inputs, Prepared};
use crate::domain::text::{clean, counted};

/// A press that is to be filled.
pub(super) struct Wish {
    /// Which incidents it is for.
    pub(super) on: Selection,
    /// What was asked, once for all.
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
    let (Some(entry), Some(on)) = (model.board.subject(), model.board.selection()) else {
        model.said = Some("no incident is selected".to_owned());
        return Vec::new();
    };
    if matches!(on, Selection::Group(_)) && model.board.is_fuzzy() {
        model.said = Some(by_chance(model));
        return Vec::new();
    }
    let channel = entry.row.channel.clone();
    let found = model.buttons(&channel).into_iter().find(|(at, _)| *at == slot).map(|(_, action)| action.clone());
    let Some(action) = found else {
        let name = clean(channel_name(&model.channels, &channel)).into_owned();
        let add = model.settings.keys.hint(Context::Incidents, "<new-action> adds an action");
        model.said = Some(format!("slot {slot} of {name} is empty: {add}"));
        return Vec::new();
    };
    start(model, &action, on, false)
}

/// Why nothing is done to all that a loose filter found.
pub(super) fn by_chance(model: &Model) -> String {
    format!("/{} matches loosely: mark one by one, or filter by whole words", clean(model.board.filter()))
}

/// Begins a press: says why it would be refused, asks what the action asks, then fills the requests.
pub(super) fn start(model: &mut Model, action: &Arc<Action>, on: Selection, test: bool) -> Vec<Effect> {
    let refused = say_why_not(model, action, &on);
    // A press that is refused is not asked anything before; it goes to the runner all the same, so that it has a row.
    if !refused && !action.inputs.is_empty() {
        ask(model, action, Purpose::Press { on, test }, &Map::new());
        return Vec::new();
    }
    prepare(model, action, Wish { on, inputs: Inputs::default(), test, asks: test, changed: Vec::new() })
}

/// Says why a press would be refused now; whether all of it will be before anything is confirmed.
fn say_why_not(model: &mut Model, action: &Arc<Action>, on: &Selection) -> bool {
    let entries = model.board.entries_of(on).into_iter().map(|(entry, _)| entry);
    let whys: Vec<_> = entries
        .filter_map(|entry| {
            let own = own_button(model, action, on, entry)?;
            Some((clean(&entry.row.num).into_owned(), why_not(model, own, entry)))
        })
        .collect();
    let refused = whys.iter().all(|(_, why)| why.as_ref().is_some_and(WhyNot::is_final));
    if let [(num, Some(why)), others @ ..] = whys.as_slice()
        && (refused || others.is_empty())
    {
        model.said = Some(format!("{} on {num}: {}", clean(&action.name), why.words(&model.settings.zone)));
    }
    refused
}

/// What is pressed for an incident: this action; for one of several the button of its name in the incident's own
/// channel, if there is one.
fn own_button<'a>(model: &'a Model, action: &'a Arc<Action>, on: &Selection, entry: &Entry) -> Option<&'a Arc<Action>> {
    let channel = &entry.row.channel;
    if !on.is_many() || action.slots.contains_key(channel) {
        return Some(action);
    }
    model.actions.iter().find(|other| other.name == action.name && other.slots.contains_key(channel))
}

/// Opens the dialog that asks what the action asks.
pub(super) fn ask(model: &mut Model, action: &Arc<Action>, purpose: Purpose, before: &Map<String, serde_json::Value>) {
    let target = match &purpose {
        Purpose::Press { on: Selection::One(key), .. } => model
            .board
            .find(key)
            .map_or_else(String::new, |entry| format!("{} {}", clean(&entry.row.num), clean(&entry.row.title))),
        Purpose::Press { on: Selection::Marked, .. } => counted(model.board.marked(), "marked incident"),
        Purpose::Press { on: Selection::Group(keys), .. } => counted(keys.len(), "incident"),
        Purpose::Resend { run } => format!("run {} again", clean(run)),
    };
    let confirmed = match &purpose {
        Purpose::Press { on: Selection::One(_), test } => *test || action.confirms() != action::Confirm::None,
        Purpose::Press { .. } | Purpose::Resend { .. } => true,
    };
    let mut asking = InputPrompt::new(purpose, Arc::clone(action), target, before);
    asking.sends = !confirmed;
    model.modes.push(Mode::InputPrompt(Box::new(asking)));
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
        Purpose::Press { on, test } => prepare(model, &action, Wish { on, inputs, test, asks: test, changed }),
        Purpose::Resend { run } => prepare_again(model, &action, &run, inputs, changed),
    }
}

/// Asks for the requests of a press. Of the presses that want a confirm only the last one counts.
pub(super) fn prepare(model: &mut Model, action: &Arc<Action>, wish: Wish) -> Vec<Effect> {
    let Wish { on, inputs, test, mut asks, changed } = wish;
    let (mut targets, mut subjects, mut left_out) =
        (Vec::new(), Vec::new(), LeftOut { marked: on == Selection::Marked, ..LeftOut::default() });
    for (entry, shown) in model.board.entries_of(&on) {
        let num = clean(&entry.row.num).into_owned();
        let Some(own) = own_button(model, action, &on, entry) else {
            let name = channel_name(&model.channels, &entry.row.channel);
            left_out.skipped.push((num, format!("{} has no {}", clean(name), clean(&action.name))));
            continue;
        };
        // What this screen knows to be refused is never sent by a runner that knows better: it is shown first.
        asks |= why_not(model, own, entry).is_some_and(|why| why.is_final());
        left_out.hidden += usize::from(!shown);
        let (incident, body) = (entry.row.key.clone(), entry.row.text().into());
        let stale_ms = stale_ms(model, &incident, entry.row.start_time);
        let own = (own.id != action.id).then(|| Arc::clone(own));
        targets.push(Target { incident, body, own, stale_ms });
        subjects.push(num);
    }
    let is_many = on.is_many();
    if targets.is_empty() {
        model.said = Some(if is_many {
            format!("no channel of these incidents has {}; nothing was sent", clean(&action.name))
        } else {
            "this incident is no longer on the board; nothing was sent".to_owned()
        });
        return Vec::new();
    }
    asks |= is_many || action.confirms() != action::Confirm::None || !changed.is_empty();
    let ticket = wait(model, asks, action, subjects, changed, is_many.then_some(left_out));
    vec![Effect::Prepare { ticket, action: Box::new(Action::clone(action)), targets, inputs, test }]
}

/// Asks for the request of the same press again. It is always shown before it is sent.
pub(super) fn prepare_again(
    model: &mut Model,
    action: &Action,
    run: &str,
    inputs: Inputs,
    changed: Vec<String>,
) -> Vec<Effect> {
    let ticket = wait(model, true, action, vec![format!("run {}", clean(run))], changed, None);
    vec![Effect::PrepareAgain { ticket, run: run.to_owned(), inputs }]
}

/// A ticket for requests that are being filled.
fn wait(
    model: &mut Model,
    asks: bool,
    action: &Action,
    subjects: Vec<String>,
    changed: Vec<String>,
    left_out: Option<LeftOut>,
) -> u64 {
    let ticket = model.next_ticket();
    if asks {
        model.preparing.retain(|_, earlier| !earlier.asks);
    }
    let side = model.context().list();
    let action = clean(&action.name).into_owned();
    model.preparing.insert(ticket, Preparing { asks, action, subjects, side, changed, left_out });
    ticket
}

/// How old an incident is since its source gave it, where that deserves a warning, milliseconds.
fn stale_ms(model: &Model, key: &IncidentKey, start_s: i64) -> Option<i64> {
    let answered_s = model.stale_since(key.source(), 3)?;
    Some(model.now.wall_ms.saturating_sub(answered_s.unwrap_or(start_s).saturating_mul(1_000)).max(0))
}

/// Takes the requests that were asked for and shows them; gives those that are sent at once, because the action wants
/// no confirm.
pub(super) fn prepared(model: &mut Model, ticket: u64, results: Vec<Result<Box<Prepared>, Refusal>>) -> Vec<Prepared> {
    let Some(preparing) = model.preparing.remove(&ticket) else {
        return Vec::new();
    };
    let (mut presses, mut refused) = (Vec::new(), Vec::new());
    for (subject, result) in preparing.subjects.iter().zip(results) {
        match result {
            Ok(prepared) => presses.push(*prepared),
            Err(refusal) => refused.push((subject.clone(), clean(&refusal.message()).into_owned())),
        }
    }
    if presses.is_empty() {
        let why = refused.first().map_or("", |(_, why)| why.as_str());
        model.said = Some(format!("{} was refused: {why}", preparing.words()));
        return Vec::new();
    }
    if preparing.asks {
        show(model, presses, refused, preparing);
        return Vec::new();
    }
    presses
}

fn show(model: &mut Model, presses: Vec<Prepared>, refused: Vec<(String, String)>, preparing: Preparing) {
    if !may_open(model, &preparing) {
        return;
    }
    let keys: Vec<IncidentKey> = presses.iter().map(|prepared| prepared.incident.key()).collect();
    let entries = model.board.find_all(&keys);
    let shown = presses.into_iter().zip(&keys).map(|(prepared, key)| {
        let why = entries.get(key).and_then(|entry| why_not(model, prepared.stored_action(), entry));
        Shown {
            badge: model.source(key.source()).map(|source| source.badge.clone()).unwrap_or_default(),
            channel: channel_name(&model.channels, &prepared.incident.channel()).to_owned(),
            why_not: why.map(|why| why.words(&model.settings.zone)),
            prepared,
        }
    });
    let Preparing { changed, left_out, .. } = preparing;
    let facts = Facts {
        changed,
        left_out,
        refused,
        now_ms: model.now.wall_ms,
        held: model.settings.keys.hint(Context::Confirm, "after <send>: <take-back> takes it back before it is sent"),
        whole_request: model.settings.keys.hint(Context::Confirm, "<show-request>"),
    };
    if let Some(confirm) = Confirm::new(shown.collect(), &facts, &model.settings.zone, model.size) {
        model.modes.push(Mode::Confirm(Box::new(confirm)));
    }
}

/// Whether the operator is still where the press began: nothing opens by itself over what they are doing now.
fn may_open(model: &mut Model, preparing: &Preparing) -> bool {
    let there =
        preparing.side.is_some() && model.context().list() == preparing.side && *model.modes.top() != Mode::PickButton;
    if !there {
        model.said = Some(format!("{} was not sent: press it again", preparing.words()));
    }
    there
}

/// What differs in the action, in words; empty = nothing.
pub(super) fn action_differences(shown: &Action, now: &Action) -> Vec<String> {
    let mut names: Vec<String> =
        shown.differs_in(now).into_iter().map(|field| format!("the action's {field}")).collect();
    if names.is_empty() && shown.revision != now.revision {
        names.push("the action (saved again)".to_owned());
    }
    names
}
