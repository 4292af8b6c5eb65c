//! Operations on incidents: what a key does to the selected one, or to the marked ones.
//!
//! What is asked of a source shows at once as pending and is put back with the reason where the source refuses. The
//! dialogs are in `dialog`, what their keys do in `keys`.

use std::collections::HashMap;
use std::sync::Arc;

use super::command::OperationCommand;
use super::effect::Effect;
use super::incidents::Selection;
use super::incidents::pending::Expected;
use super::keymap::Context;
use super::model::Model;
use super::modes::Mode;
use super::modes::question::Question;
use super::press;
use super::state::operations::{Chosen, Last, Target, UnderWay, words};
use crate::domain::incident::{Incident, IncidentKey};
use crate::domain::operation::{Abilities, Ability, Operation, OperationKind};
use crate::domain::operator::Operator;
use crate::domain::text::clean;

pub mod dialog;
mod keys;

pub use keys::Wish;

use dialog::{Dialog, OperationDialog};

/// An operation on what is selected or marked.
pub(super) fn command(model: &mut Model, command: OperationCommand) -> Vec<Effect> {
    let kind = match command {
        OperationCommand::Acknowledge => OperationKind::Acknowledge,
        OperationCommand::Unacknowledge => OperationKind::Unacknowledge,
        OperationCommand::CloseIncident => OperationKind::Close,
        OperationCommand::Snooze => OperationKind::Snooze,
        OperationCommand::Comment => OperationKind::Comment,
        OperationCommand::Assign => OperationKind::Assign,
    };
    let Some(chosen) = choose(model, kind) else {
        return Vec::new();
    };
    match command {
        OperationCommand::Acknowledge => return start(model, Operation::Acknowledge, chosen, false),
        OperationCommand::Unacknowledge => ask(model, Operation::Unacknowledge, chosen),
        OperationCommand::CloseIncident => ask(model, Operation::Close, chosen),
        OperationCommand::Snooze => open(model, Dialog::snooze(), chosen),
        OperationCommand::Assign => open(model, Dialog::assign(), chosen),
        OperationCommand::Comment => {
            let draft = chosen.targets.first().and_then(|target| model.operations.drafts.get(&target.key).cloned());
            open(model, Dialog::comment(&draft.unwrap_or_default()), chosen);
        }
    }
    Vec::new()
}

/// What the next operation is for: the marked ones, else the selected one, without those that it cannot be done to.
/// Where none is left it says why.
fn choose(model: &mut Model, kind: OperationKind) -> Option<Chosen> {
    if model.settings.read_only {
        model.said = Some(format!("read-only: nothing is changed from here, so nothing to {}", kind.as_str()));
        return None;
    }
    let Some(on) = model.board.selection() else {
        model.said = Some(format!("no incident is selected: nothing to {}", kind.as_str()));
        return None;
    };
    if matches!(on, Selection::Group(_)) && model.board.is_fuzzy() {
        model.said = Some(press::by_chance(model));
        return None;
    }
    let entries = model.board.entries_of(&on);
    let targets = entries
        .into_iter()
        .map(|(entry, _)| Target {
            key: entry.row.key.clone(),
            num: clean(&entry.row.num).into_owned(),
            title: clean(&entry.row.title).into_owned(),
            body: entry.row.text().into(),
        })
        .collect();
    judge(model, kind, targets)
}

/// Leaves out what cannot be done, and what is under way already.
fn judge(model: &mut Model, kind: OperationKind, targets: Vec<Target>) -> Option<Chosen> {
    let mut chosen = Chosen::default();
    let (mut left_out, mut why_not, mut why_here) = (0, String::new(), String::new());
    for target in targets {
        let unknown = Abilities::kept_here(target.key.source());
        let abilities = model.source(target.key.source()).map_or(&unknown, |source| &source.abilities);
        if model.board.under_way(&target.key).iter().any(|expected| expected.operation.kind() == kind) {
            left_out += 1;
            why_not = format!("{}: its source has not answered yet", target.num);
            continue;
        }
        match abilities.of(kind) {
            Ability::No(why) => {
                left_out += 1;
                why_not = clean(why).into_owned();
                continue;
            }
            Ability::Local(why) => why_here = format!("{}; kept here only", clean(why)),
            Ability::Source => {}
        }
        let back = match kind {
            OperationKind::Close => OperationKind::Reopen,
            OperationKind::Unacknowledge => OperationKind::Acknowledge,
            other => other,
        };
        chosen.for_good |= matches!(abilities.of(back), Ability::No(_));
        chosen.snooze_max_s = least(chosen.snooze_max_s, abilities.snooze_max_s);
        chosen.comment_max = least(chosen.comment_max, abilities.comment_max);
        chosen.targets.push(target);
    }
    if chosen.targets.is_empty() {
        model.said = Some(format!("{why_not}; nothing was done"));
        return None;
    }
    let left_out = if left_out > 0 { format!("{left_out} left out: {why_not}") } else { String::new() };
    let notes = [left_out, why_here];
    chosen.note = notes.into_iter().filter(|note| !note.is_empty()).collect::<Vec<_>>().join(" · ");
    Some(chosen)
}

fn least<T: Ord>(a: Option<T>, b: Option<T>) -> Option<T> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

/// Asks whether to do it: yes or no for one, the number typed for several where it cannot be undone.
fn ask(model: &mut Model, operation: Operation, chosen: Chosen) {
    if chosen.targets.len() > 1 && operation.kind() == OperationKind::Close {
        open(model, Dialog::count(operation), chosen);
        return;
    }
    model.modes.push(Mode::Question(Question::Operate { operation, chosen: Box::new(chosen) }));
}

fn open(model: &mut Model, dialog: Dialog, chosen: Chosen) {
    let id = format!("handle-{}", model.next_ticket());
    model.modes.push(Mode::Operation(Box::new(OperationDialog::new(dialog, chosen, id))));
}

/// Asks the sources to do it. It shows at once, as pending.
pub(super) fn start(model: &mut Model, operation: Operation, chosen: Chosen, undoes: bool) -> Vec<Effect> {
    let ticket = model.next_ticket();
    let Chosen { targets, note, .. } = chosen;
    let by = Operator { name: model.settings.operator.clone(), ..Operator::default() };
    let expected = Expected { ticket, operation: operation.clone(), by, at_s: model.now.wall_s() };
    model.board.expect(targets.iter().map(|target| target.key.clone()), expected);
    let many = model.board.marked() > 0;
    if !undoes {
        // The marks are used up; of those that are refused they come back.
        model.board.unmark_all();
    }
    if !note.is_empty() {
        model.said = Some(note);
    }
    let incidents = targets.iter().map(|target| Arc::clone(&target.body)).collect();
    model.operations.under_way.insert(ticket, UnderWay { operation: operation.clone(), targets, undoes, many });
    vec![Effect::Operate { ticket, incidents, operation }]
}

/// Takes how it went.
pub(super) fn operated(
    model: &mut Model,
    ticket: u64,
    results: Vec<(IncidentKey, Result<String, String>)>,
) -> Vec<Effect> {
    model.board.settle_ticket(ticket);
    let Some(UnderWay { operation, targets, undoes, many }) = model.operations.under_way.remove(&ticket) else {
        return Vec::new();
    };
    let results: HashMap<IncidentKey, Result<String, String>> = results.into_iter().collect();
    let (mut done, mut failed, mut notes) = (Vec::new(), Vec::new(), Vec::new());
    for target in targets {
        match results.get(&target.key) {
            Some(Ok(note)) => {
                notes.extend((!note.is_empty()).then(|| clean(note).into_owned()));
                done.push(target);
            }
            Some(Err(why)) => failed.push((target, clean(why).into_owned())),
            None => failed.push((target, "nothing was heard of it".to_owned())),
        }
    }
    model.said = Some(told(&operation, &done, &failed, notes.first()));
    if many {
        model.board.mark(failed.iter().map(|(target, _)| target.key.clone()));
    }
    let mut effects = Vec::new();
    if let (OperationKind::Comment, true, Some(first)) = (operation.kind(), failed.is_empty(), done.first())
        && model.operations.drafts.remove(&first.key).is_some()
    {
        effects.push(Effect::SaveDraft { incident: first.key.clone(), text: String::new() });
    }
    if undoes && failed.is_empty() {
        model.operations.last = None;
    } else if !undoes && !done.is_empty() {
        model.operations.last = Some(Last { operation, done });
    }
    effects
}

fn told(operation: &Operation, done: &[Target], failed: &[(Target, String)], note: Option<&String>) -> String {
    let verb = operation.kind().as_str();
    match failed {
        [] => {
            let note = note.map_or_else(String::new, |note| format!(": {note}"));
            format!("{} {}{note}", words(done), past(operation))
        }
        [(target, why)] if done.is_empty() => format!("{verb} {}: {why}", target.num),
        [(target, why), ..] => {
            let all = done.len() + failed.len();
            format!("{verb}: {} of {all} failed, {}: {why}", failed.len(), target.num)
        }
    }
}

/// What was done, in a word: the log has the rest.
fn past(operation: &Operation) -> &'static str {
    match operation.kind() {
        OperationKind::Acknowledge => "acknowledged",
        OperationKind::Unacknowledge => "unacknowledged",
        OperationKind::Close => "closed",
        OperationKind::Reopen => "reopened",
        OperationKind::Snooze => "snoozed",
        OperationKind::Wake => "woken",
        OperationKind::Comment => "commented",
        OperationKind::Assign => "assigned",
        OperationKind::SetField | OperationKind::SetText | OperationKind::Enrich => "written",
    }
}

/// Does what a dialog wants.
pub(super) fn wanted(model: &mut Model, wish: Wish) -> Vec<Effect> {
    match wish {
        Wish::Keep { incident, text } => {
            model.modes.pop();
            keep_draft(model, incident, &text)
        }
        Wish::Take(effect) => {
            model.modes.pop();
            vec![effect]
        }
        Wish::Operate { operation, chosen, counted } => operate(model, operation, chosen, counted),
    }
}

/// Takes what the editor gave, where the comment is still open.
pub(super) fn edited(model: &mut Model, result: Result<String, String>) {
    if let Mode::Operation(open) = model.modes.top_mut() {
        open.edited(result);
        return;
    }
    model.said = Some(match result {
        Ok(_) => "the comment was closed meanwhile; what the editor wrote is lost".to_owned(),
        Err(why) => clean(&why).into_owned(),
    });
}

/// Keeps what was written for the next time, also over a restart.
fn keep_draft(model: &mut Model, incident: IncidentKey, text: &str) -> Vec<Effect> {
    let text = if text.trim().is_empty() { "" } else { text };
    let drafts = &mut model.operations.drafts;
    if drafts.get(&incident).map_or("", String::as_str) == text {
        return Vec::new();
    }
    if text.is_empty() {
        drafts.remove(&incident);
    } else {
        drafts.insert(incident.clone(), text.to_owned());
        model.said = Some(model.settings.keys.hint(Context::Incidents, "not sent; <comment> goes on with it"));
    }
    vec![Effect::SaveDraft { incident, text: text.to_owned() }]
}

/// Closes the dialogs and starts, or wants the number where several get a comment.
fn operate(model: &mut Model, operation: Operation, chosen: Chosen, counted: bool) -> Vec<Effect> {
    if let Operation::Comment { text } = &operation
        && !counted
    {
        // Kept until its source has taken it.
        if let Some(first) = chosen.targets.first() {
            model.operations.drafts.insert(first.key.clone(), text.clone());
        }
        if chosen.targets.len() > 1 {
            open(model, Dialog::count(operation), chosen);
            return Vec::new();
        }
    }
    while matches!(model.modes.top(), Mode::Operation(_)) {
        model.modes.pop();
    }
    start(model, operation, chosen, false)
}

/// Undoes what was done last by its opposite; `None` where nothing was done.
pub(super) fn undo(model: &mut Model) -> Option<Vec<Effect>> {
    let Last { operation, done } = model.operations.last.clone()?;
    let mut steps: Vec<(Operation, Vec<Target>)> = Vec::new();
    for target in done {
        let before: Option<Incident> = serde_json::from_str(&target.body).ok();
        let Some(opposite) = before.and_then(|before| operation.opposite(&before)) else {
            continue;
        };
        let now = model.board.find(&target.key).map(|entry| entry.row.text().into());
        let target = Target { body: now.unwrap_or_else(|| Arc::clone(&target.body)), ..target };
        match steps.iter_mut().find(|(step, _)| *step == opposite) {
            Some((_, targets)) => targets.push(target),
            None => steps.push((opposite, vec![target])),
        }
    }
    if steps.is_empty() {
        model.said = Some(format!("what was {} cannot be taken back", past(&operation)));
        return Some(Vec::new());
    }
    let mut effects = Vec::new();
    for (opposite, targets) in steps {
        if let Some(chosen) = judge(model, opposite.kind(), targets) {
            let words = format!("undo: {} {}", opposite.kind().as_str(), chosen.words());
            effects.extend(start(model, opposite, chosen, true));
            model.said = Some(words);
        }
    }
    Some(effects)
}
