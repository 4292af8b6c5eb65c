//! What has to change so that the store is as the files say.

use std::collections::BTreeMap;

use super::files::Source;
use crate::cli::action_rows::{Difference, differences, rows};
use crate::cli::exit::{CommandError, Exit};
use crate::config::actions::{faults, keep};
use crate::domain::action::{Action, has_reference, names_a_secret};
use crate::domain::channel::ChannelKey;
use crate::domain::text::clean;
use crate::domain::validate::Field;
use crate::store::ActionChange;

/// What becomes of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ChangeKind {
    Added,
    Changed,
    Removed,
}

impl ChangeKind {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Removed => "removed",
        }
    }

    /// The same of what is not done yet.
    pub(super) fn would(self) -> &'static str {
        match self {
            Self::Added => "would add",
            Self::Changed => "would change",
            Self::Removed => "would remove",
        }
    }
}

/// What becomes of one action.
pub(super) struct Change {
    pub(super) kind: ChangeKind,
    /// As it will be; as it was where it is removed.
    pub(super) action: Action,
    pub(super) differences: Vec<Difference>,
}

impl Change {
    pub(super) fn for_store(&self) -> ActionChange {
        match self.kind {
            ChangeKind::Added => ActionChange::Add(self.action.clone()),
            ChangeKind::Changed => ActionChange::Edit(self.action.clone()),
            ChangeKind::Removed => {
                ActionChange::Remove { id: self.action.id.clone(), revision: Some(self.action.revision) }
            }
        }
    }
}

/// Everything that has to change.
pub(super) struct Plan {
    pub(super) changes: Vec<Change>,
    /// How many actions of the files are stored as they are written.
    pub(super) unchanged: usize,
    pub(super) warnings: Vec<String>,
}

impl Plan {
    /// The same with the slots that the store chose.
    pub(super) fn saved(mut self, saved: Vec<Action>) -> Self {
        for (change, action) in self.changes.iter_mut().zip(saved) {
            change.action = action;
        }
        self
    }
}

/// Compares the files with what is stored; with `prune`, what is stored of their origins and in none goes.
/// The error has everything that forbids it, each with file and line.
pub(super) fn make(files: &[Source], stored: &[Action], prune: bool, max: u8) -> Result<Plan, CommandError> {
    let mut plan = Plan { changes: Vec::new(), unchanged: 0, warnings: Vec::new() };
    let mut wrong = Vec::new();
    let mut told: Vec<(String, usize)> = Vec::new();
    for file in files {
        for (action, line) in file.read.actions.iter().zip(&file.read.lines) {
            let place = format!("{}:{line}: {}", file.name, clean(&action.name));
            let before = stored.iter().find(|before| before.id == action.id);
            let mut action = action.clone();
            plan.warnings.extend(literal_secrets(&action).map(|warning| format!("{place}: {warning}")));
            if let Err(missing) = keep(&mut action, before) {
                wrong.extend(missing.iter().map(|unkept| format!("{place}: {unkept}")));
            }
            match changed(action, before) {
                Some(change) => {
                    told.push((place, plan.changes.len()));
                    plan.changes.push(change);
                }
                None => plan.unchanged += 1,
            }
        }
    }
    if prune {
        let gone = stored.iter().filter(|action| is_gone(action, files));
        plan.changes.extend(gone.map(removed));
    }
    let after = after(stored, &plan.changes);
    for (place, at) in told {
        for fault in faults(&plan.changes[at].action, &after).iter().filter(|fault| fault.field == Field::NAME) {
            wrong.push(format!("{place}: {}", fault.message));
        }
    }
    if !wrong.is_empty() {
        return Err(CommandError { exit: Exit::Usage, messages: wrong });
    }
    full(stored, &after, max).map_or(Ok(plan), |text| Err(CommandError::new(Exit::Refused, text)))
}

/// The change that makes of the stored action the one of the file; `None` where they are the same.
fn changed(mut action: Action, before: Option<&Action>) -> Option<Change> {
    let Some(before) = before else {
        let new = |(field, text)| Difference { field, before: None, after: Some(text) };
        let differences = rows(&action).into_iter().map(new).collect();
        return Some(Change { kind: ChangeKind::Added, action, differences });
    };
    action.revision = before.revision;
    // A file without an origin takes no action from the one it has.
    if action.origin.is_empty() {
        action.origin.clone_from(&before.origin);
    }
    for (channel, slot) in action.slots.iter_mut().filter(|(_, slot)| **slot == 0) {
        *slot = before.slots.get(channel).copied().unwrap_or_default();
    }
    if before.differs_in(&action).is_empty() {
        return None;
    }
    let differences = differences(before, &action);
    Some(Change { kind: ChangeKind::Changed, action, differences })
}

fn removed(action: &Action) -> Change {
    let gone = |(field, text)| Difference { field, before: Some(text), after: None };
    let differences = rows(action).into_iter().map(gone).collect();
    Change { kind: ChangeKind::Removed, action: action.clone(), differences }
}

/// Whether an action belongs to the origin of a file, and no file has it.
fn is_gone(action: &Action, files: &[Source]) -> bool {
    !action.origin.is_empty()
        && files.iter().any(|file| file.read.origin == action.origin)
        && !files.iter().any(|file| file.read.actions.iter().any(|other| other.id == action.id))
}

/// The actions as they will be.
fn after(stored: &[Action], changes: &[Change]) -> Vec<Action> {
    let is_changed = |action: &Action| changes.iter().any(|change| change.action.id == action.id);
    let kept = stored.iter().filter(|action| !is_changed(action)).cloned();
    kept.chain(changes.iter().filter(|change| change.kind != ChangeKind::Removed).map(|change| change.action.clone()))
        .collect()
}

/// The channel that would hold more than it may. The store decides; this one answers before anything is tried.
fn full(stored: &[Action], after: &[Action], max: u8) -> Option<String> {
    let held = |actions: &[Action]| {
        let mut held: BTreeMap<ChannelKey, usize> = BTreeMap::new();
        let channels = actions.iter().flat_map(|action| action.slots.keys());
        channels.for_each(|channel| *held.entry(channel.clone()).or_default() += 1);
        held
    };
    let before = held(stored);
    let grown = held(after).into_iter().find(|(channel, count)| {
        *count > usize::from(max) && *count > before.get(channel).copied().unwrap_or_default()
    });
    grown.map(|(channel, count)| {
        format!("{channel} would have {count} actions, at most {max} are allowed: nothing was changed")
    })
}

/// Secrets that stand in the file itself.
fn literal_secrets(action: &Action) -> impl Iterator<Item = String> {
    let is_literal = |header: &&crate::domain::action::Header| {
        header.is_secret() && names_a_secret(&header.name) && !has_reference(header.expose())
    };
    action.headers.iter().filter(is_literal).map(|header| {
        format!("the value of header {} is written in the file; use a reference: ${{secret:NAME}}", clean(&header.name))
    })
}
