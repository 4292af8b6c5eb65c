//! What keys do in the dialogs for handling incidents.

use crossterm::event::{KeyCode, KeyEvent};

use super::dialog::{Dialog, Handle, PRESETS, at_end};
use super::{Chosen, open, start};
use crate::app::effect::Effect;
use crate::app::full::is_link;
use crate::app::keymap::Command;
use crate::app::model::Model;
use crate::app::modes::Mode;
use crate::domain::operation::Operation;

/// A wish in one of the dialogs.
pub(in crate::app) fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let Mode::Handle(handle) = model.modes.top_mut() else {
        return Vec::new();
    };
    match (&mut handle.dialog, command) {
        (_, Command::Back) => return close(model),
        (Dialog::Snooze { line, .. } | Dialog::Assign { line } | Dialog::Count { line, .. }, Command::Undo) => {
            line.undo();
        }
        (Dialog::Snooze { line, at }, Command::Down | Command::Up) => {
            let last = PRESETS.len() - 1;
            *at = if command == Command::Down { (*at + 1).min(last) } else { at.saturating_sub(1) };
            line.clear();
            handle.fault = None;
        }
        (Dialog::Pick { items, at }, Command::Down) => *at = (*at + 1).min(items.len().saturating_sub(1)),
        (Dialog::Pick { at, .. }, Command::Up) => *at = at.saturating_sub(1),
        (Dialog::Pick { .. }, Command::CopyNumber | Command::Open) => return picked(model, command),
        (Dialog::Comment { text, .. }, Command::Undo) => text.undo(),
        (Dialog::Comment { button, .. }, Command::NextField) => *button = !*button,
        (Dialog::Comment { text, button: false }, Command::Open) => text.insert("\n"),
        (Dialog::Comment { text, button: button @ false }, Command::Down) => *button = !text.step(true),
        (Dialog::Comment { button: button @ true, .. }, Command::Up) => *button = false,
        (Dialog::Comment { text, .. }, Command::Up) => {
            text.step(false);
        }
        (Dialog::Comment { text, .. }, Command::Editor) => {
            if model.settings.restricted {
                handle.fault = Some("restricted: no editor is started from here".to_owned());
                return Vec::new();
            }
            return vec![Effect::EditText { text: text.value().to_owned() }];
        }
        (_, Command::Open | Command::Save) => return go_on(model),
        _ => {}
    }
    Vec::new()
}

/// A key that the table does not know: text.
pub(in crate::app) fn key(handle: &mut Handle, key: KeyEvent) -> bool {
    handle.fault = None;
    match &mut handle.dialog {
        Dialog::Snooze { line, at } => {
            // An `m` alone is the morning: the preset shows what it comes to.
            if line.value().is_empty() && key.code == KeyCode::Char('m') {
                *at = PRESETS.len() - 1;
                return true;
            }
            line.key(key);
        }
        Dialog::Assign { line } | Dialog::Count { line, .. } => {
            line.key(key);
        }
        Dialog::Comment { text, button: false } => text.key(key),
        Dialog::Comment { .. } | Dialog::Pick { .. } => {}
    }
    false
}

/// Takes pasted text, in one piece.
pub(in crate::app) fn paste(handle: &mut Handle, pasted: &str) {
    handle.fault = None;
    match &mut handle.dialog {
        Dialog::Snooze { line, .. } | Dialog::Assign { line } => line.paste(pasted),
        Dialog::Comment { text, .. } => text.paste(pasted),
        Dialog::Count { .. } => handle.fault = Some("a paste is not taken here; nothing was done".to_owned()),
        Dialog::Pick { .. } => {}
    }
}

/// Takes what the editor gave.
pub(in crate::app) fn edited(model: &mut Model, result: Result<String, String>) {
    let words = match (result, model.modes.top_mut()) {
        (Ok(written), Mode::Handle(handle)) => {
            if let Dialog::Comment { text, .. } = &mut handle.dialog {
                *text = at_end(written.replace("\r\n", "\n").trim_end());
            }
            return;
        }
        (Err(why), Mode::Handle(handle)) => {
            handle.fault = Some(crate::domain::text::clean(&why).into_owned());
            return;
        }
        (Ok(_), _) => "the comment was closed meanwhile; what the editor wrote is lost".to_owned(),
        (Err(why), _) => crate::domain::text::clean(&why).into_owned(),
    };
    model.said = Some(words);
}

fn close(model: &mut Model) -> Vec<Effect> {
    let Some(Mode::Handle(handle)) = model.modes.pop() else {
        return Vec::new();
    };
    let Handle { dialog, chosen, .. } = *handle;
    match dialog {
        Dialog::Comment { text, .. } => keep_draft(model, &chosen, text.value()),
        _ => Vec::new(),
    }
}

/// Keeps what was written for the next time, also over a restart.
fn keep_draft(model: &mut Model, chosen: &Chosen, text: &str) -> Vec<Effect> {
    let Some(key) = chosen.targets.first().map(|target| target.key.clone()) else {
        return Vec::new();
    };
    let text = if text.trim().is_empty() { "" } else { text };
    let drafts = &mut model.handling.drafts;
    if drafts.get(&key).map_or("", String::as_str) == text {
        return Vec::new();
    }
    if text.is_empty() {
        drafts.remove(&key);
    } else {
        drafts.insert(key.clone(), text.to_owned());
        model.said = Some("not sent; c goes on with it".to_owned());
    }
    vec![Effect::SaveDraft { incident: key, text: text.to_owned() }]
}

/// Does what the dialog says, if that can be read.
fn go_on(model: &mut Model) -> Vec<Effect> {
    let (now_s, zone) = (model.now.wall_s(), model.settings.zone.clone());
    let Mode::Handle(handle) = model.modes.top_mut() else {
        return Vec::new();
    };
    let operation = match &handle.dialog {
        Dialog::Snooze { .. } => {
            handle.until(now_s, &zone).map(|until_s| Operation::Snooze { until_s, reason: String::new() })
        }
        Dialog::Assign { line } => match line.value().trim() {
            "" => Err("to whom? an e-mail address or a name".to_owned()),
            to => Ok(Operation::Assign { to: to.to_owned() }),
        },
        Dialog::Comment { text, .. } => match (text.value().trim(), handle.written()) {
            ("", _) => Err("there is nothing to send yet".to_owned()),
            (_, (written, Some(most))) if written > most => {
                Err(format!("{written} characters, {} too many for its source", written - most))
            }
            (text, _) => Ok(Operation::Comment { text: text.to_owned() }),
        },
        Dialog::Count { operation, line } => {
            let wanted = handle.chosen.targets.len().to_string();
            let typed = line.value().trim();
            if typed == wanted {
                Ok(operation.clone())
            } else {
                let typed = crate::domain::text::clean(typed);
                Err(format!("\"{typed}\" is not {wanted}; nothing was done"))
            }
        }
        Dialog::Pick { .. } => return Vec::new(),
    };
    match operation {
        Ok(operation) => done(model, operation),
        Err(fault) => {
            handle.fault = Some(fault);
            Vec::new()
        }
    }
}

/// Closes the dialog and starts, or wants the number where several get a comment.
fn done(model: &mut Model, operation: Operation) -> Vec<Effect> {
    let Mode::Handle(handle) = model.modes.top_mut() else {
        return Vec::new();
    };
    let chosen = handle.chosen.clone();
    let counted = matches!(handle.dialog, Dialog::Count { .. });
    if let Operation::Comment { text } = &operation
        && !counted
    {
        // Kept until its source has taken it.
        if let Some(first) = chosen.targets.first() {
            model.handling.drafts.insert(first.key.clone(), text.clone());
        }
        if chosen.targets.len() > 1 {
            open(model, Dialog::count(operation), chosen);
            return Vec::new();
        }
    }
    while matches!(model.modes.top(), Mode::Handle(_)) {
        model.modes.pop();
    }
    start(model, operation, chosen, false)
}

/// Copies what the cursor is on, or opens it where it is a link.
fn picked(model: &mut Model, command: Command) -> Vec<Effect> {
    let Mode::Handle(handle) = model.modes.top_mut() else {
        return Vec::new();
    };
    let Dialog::Pick { items, at } = &handle.dialog else {
        return Vec::new();
    };
    let Some((_, value)) = items.get(*at).cloned() else {
        return Vec::new();
    };
    let link = is_link(&value);
    let what = if link { "link" } else { "value" };
    let opens = link && command == Command::Open;
    if opens && (model.settings.ssh || model.settings.restricted) {
        // The person's browser is elsewhere: the link stays there to be selected.
        let why = if model.settings.ssh { "over SSH" } else { "restricted:" };
        handle.fault = Some(format!("{why} nothing is started: the link is copied, and stands here"));
        return vec![Effect::Copy { text: value, what }];
    }
    model.modes.pop();
    if opens { vec![Effect::OpenLink { url: value }] } else { vec![Effect::Copy { text: value, what }] }
}
