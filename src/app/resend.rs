//! Running an ended run again: the same press, or a new one.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::effect::Effect;
use super::incidents::Selection;
use super::keymap::Context;
use super::log_lines;
use super::model::Model;
use super::modes::input_prompt::{Purpose, still_fits};
use super::modes::resend::{Answer, ResendQuestion};
use super::modes::{Mode, Modes};
use super::press::{self, Wish};
use crate::domain::action::Action;
use crate::domain::request::Inputs;
use crate::domain::run::{Outcome, Run, RunState};
use crate::domain::text::clean;

/// Opens the line under the cursor where it is not open yet, and asks how to run it again; `edits` goes straight to the
/// inputs of a new press.
pub(super) fn open(model: &mut Model, edits: bool) -> Vec<Effect> {
    let line = log_lines::here(model);
    let Some(run) = line.as_ref().and_then(|line| line.entry.run()) else {
        model.said = Some("only a run can be run again".to_owned());
        return Vec::new();
    };
    if run.state != RunState::Done {
        model.said = Some(model.settings.keys.hint(Context::Log, "this run has not ended; <cancel-run> cancels it"));
        return Vec::new();
    }
    let run = Box::new(run.clone());
    let effects = match line.filter(|_| model.modes.find(Mode::log_detail).is_none()) {
        Some(line) => log_lines::open(model, line),
        None => Vec::new(),
    };
    if edits {
        let mut all = effects;
        all.extend(anew(model, &run, true));
        return all;
    }
    model.modes.push(Mode::Resend(ResendQuestion { run }));
    effects
}

/// Runs it again, as it was answered.
pub(super) fn answered(model: &mut Model, answer: Answer) -> Vec<Effect> {
    model.modes.pop();
    match answer {
        Answer::SamePress(run) => same(model, &run),
        Answer::NewPress(run) => anew(model, &run, false),
    }
}

fn same(model: &mut Model, run: &Run) -> Vec<Effect> {
    if run.outcome == Some(Outcome::Refused) {
        model.said = Some("nothing was sent then: only a new press can be made of it".to_owned());
        return Vec::new();
    }
    let Some(action) = still_there(model, run) else {
        return Vec::new();
    };
    if action.inputs.iter().any(crate::domain::action::Input::is_secret) {
        press::ask(model, &action, Purpose::Resend { run: run.id.clone() }, &Map::new());
        return Vec::new();
    }
    press::prepare_again(model, &action, &run.id, Inputs::default(), Vec::new())
}

fn anew(model: &mut Model, run: &Run, edits: bool) -> Vec<Effect> {
    let Some(action) = still_there(model, run) else {
        return Vec::new();
    };
    if model.board.find(&run.incident).is_none() {
        let num = clean(&run.incident_num);
        model.said = Some(format!("{num} is not on the board any more: a new press needs it there"));
        return Vec::new();
    }
    if edits && action.inputs.is_empty() {
        let again = model.settings.keys.hint(Context::Log, "<run-again> runs it again");
        model.said = Some(format!("{} asks for nothing: {again}", clean(&action.name)));
        return Vec::new();
    }
    let mut inputs = Inputs::default();
    if !action.inputs.is_empty() {
        let Some(before) = answered_then(&mut model.modes) else {
            model.said = Some("what was asked then is still being read: press it again".to_owned());
            return Vec::new();
        };
        if let Some(same) = still_fits(&action, &before).filter(|_| !edits) {
            inputs = same;
        } else {
            let purpose = Purpose::Press { on: Selection::One(run.incident.clone()), test: run.test };
            press::ask(model, &action, purpose, &before);
            return Vec::new();
        }
    }
    let on = Selection::One(run.incident.clone());
    let wish = Wish { on, inputs, test: run.test, asks: true, changed: Vec::new() };
    press::prepare(model, &action, wish)
}

/// The action of an ended run, where it is still there to be pressed; says so where not.
fn still_there(model: &mut Model, run: &Run) -> Option<Arc<Action>> {
    let found = model.action(&run.action_id).cloned();
    if found.is_none() {
        model.said = Some(format!("{} was removed: there is nothing to run again", clean(&run.action)));
    }
    found
}

fn answered_then(modes: &mut Modes) -> Option<Map<String, Value>> {
    modes.find(Mode::log_detail)?.inputs().cloned()
}
