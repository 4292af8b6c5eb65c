//! What keys do in the dialogs of operations.

use crossterm::event::{KeyCode, KeyEvent};
use jiff::tz::TimeZone;

use super::dialog::{Dialog, OperationDialog, PRESETS, at_end, is_link};
use crate::app::command::{Command, CopyCommand, FieldCommand, Motion};
use crate::app::effect::Effect;
use crate::app::keymap::Context;
use crate::app::layer::{Layer, Step};
use crate::app::state::operations::Chosen;
use crate::app::state::place::Place;
use crate::app::state::settings::Settings;
use crate::domain::incident::IncidentKey;
use crate::domain::operation::Operation;
use crate::domain::text::clean;

/// What a dialog wants of the world around it.
#[derive(Clone, Debug, PartialEq)]
pub enum Wish {
    /// It closes; what was begun of a comment is kept.
    Keep { incident: IncidentKey, text: String },
    /// It closes, and this is carried out.
    Take(Effect),
    /// It is done to these; `counted` says that their number was typed.
    Operate {
        operation: Operation,
        chosen: Chosen,
        /// Whether their number was typed.
        counted: bool,
    },
}

impl OperationDialog {
    pub fn command(&mut self, command: Command, now_ms: i64, settings: &Settings) -> Step<Wish> {
        match (&mut self.dialog, command) {
            (_, Command::Back) => return self.leave(),
            (
                Dialog::Snooze { line, .. } | Dialog::Assign { line } | Dialog::Count { line, .. },
                Command::Edit(FieldCommand::Undo),
            ) => {
                line.undo();
            }
            (Dialog::Snooze { line, at }, Command::Move(motion @ (Motion::Down | Motion::Up))) => {
                let last = PRESETS.len() - 1;
                *at = if motion == Motion::Down { (*at + 1).min(last) } else { at.saturating_sub(1) };
                line.clear();
                self.fault = None;
            }
            (Dialog::Pick { items, at }, Command::Move(Motion::Down)) => {
                *at = (*at + 1).min(items.len().saturating_sub(1));
            }
            (Dialog::Pick { at, .. }, Command::Move(Motion::Up)) => *at = at.saturating_sub(1),
            (Dialog::Pick { .. }, Command::Open) => return self.picked(true, settings),
            (Dialog::Pick { .. }, Command::Copy(CopyCommand::CopyNumber)) => return self.picked(false, settings),
            (Dialog::Comment { text, .. }, Command::Edit(FieldCommand::Undo)) => text.undo(),
            (Dialog::Comment { button, .. }, Command::Edit(FieldCommand::NextField)) => *button = !*button,
            (Dialog::Comment { text, button: false }, Command::Open) => text.insert("\n"),
            (Dialog::Comment { text, button: button @ false }, Command::Move(Motion::Down)) => {
                *button = !text.step(true);
            }
            (Dialog::Comment { button: button @ true, .. }, Command::Move(Motion::Up)) => *button = false,
            (Dialog::Comment { text, .. }, Command::Move(Motion::Up)) => {
                text.step(false);
            }
            (Dialog::Comment { text, .. }, Command::Edit(FieldCommand::Editor)) => {
                if !settings.restricted {
                    return Step::Do(Effect::EditText { text: text.value().to_owned() });
                }
                self.fault = Some("restricted: no editor is started from here".to_owned());
            }
            (_, Command::Open | Command::Edit(FieldCommand::Save)) => return self.go_on(now_ms, &settings.zone),
            (_, Command::Move(_) | Command::Place(_) | Command::Copy(_) | Command::Edit(_) | Command::Answer(_)) => {}
        }
        Step::Stay
    }

    fn leave(&self) -> Step<Wish> {
        if let (Dialog::Comment { text, .. }, Some(first)) = (&self.dialog, self.chosen.targets.first()) {
            return Step::Want(Wish::Keep { incident: first.key.clone(), text: text.value().to_owned() });
        }
        Step::Close
    }

    /// Does what the dialog says, if that can be read.
    fn go_on(&mut self, now_ms: i64, zone: &TimeZone) -> Step<Wish> {
        let operation = match &self.dialog {
            Dialog::Snooze { .. } => {
                let until_ms = self.until_ms(now_ms, zone);
                until_ms.map(|until_ms| Operation::Snooze { until_ms, from_ms: now_ms, reason: String::new() })
            }
            Dialog::Assign { line } => match line.value().trim() {
                "" => Err("to whom? an e-mail address or a name".to_owned()),
                to => Ok(Operation::Assign { to: to.to_owned() }),
            },
            Dialog::Comment { text, .. } => match (text.value().trim(), self.written()) {
                ("", _) => Err("there is nothing to send yet".to_owned()),
                (_, (written, Some(most))) if written > most => {
                    Err(format!("{written} characters, {} too many for its source", written - most))
                }
                (text, _) => Ok(Operation::Comment { text: text.to_owned() }),
            },
            Dialog::Count { operation, line } => {
                let wanted = self.chosen.targets.len().to_string();
                let typed = line.value().trim();
                if typed == wanted {
                    Ok(operation.clone())
                } else {
                    Err(format!("\"{}\" is not {wanted}; nothing was done", clean(typed)))
                }
            }
            Dialog::Pick { .. } => return Step::Stay,
        };
        match operation {
            Ok(operation) => {
                let counted = matches!(self.dialog, Dialog::Count { .. });
                Step::Want(Wish::Operate { operation, chosen: self.chosen.clone(), counted })
            }
            Err(fault) => {
                self.fault = Some(fault);
                Step::Stay
            }
        }
    }

    /// Copies what the cursor is on, or opens it where it is a link.
    fn picked(&mut self, opens: bool, settings: &Settings) -> Step<Wish> {
        let Dialog::Pick { items, at } = &self.dialog else {
            return Step::Stay;
        };
        let Some((_, value)) = items.get(*at).cloned() else {
            return Step::Stay;
        };
        let link = is_link(&value);
        let what = if link { "link" } else { "value" };
        if !(link && opens) {
            return Step::Want(Wish::Take(Effect::Copy { text: value, what }));
        }
        if settings.ssh || settings.restricted {
            // The person's browser is elsewhere: the link stays there to be selected.
            let why = if settings.ssh { "over SSH" } else { "restricted:" };
            self.fault = Some(format!("{why} nothing is started: the link is copied, and stands here"));
            return Step::Do(Effect::Copy { text: value, what });
        }
        Step::Want(Wish::Take(Effect::OpenLink { url: value }))
    }

    /// Takes what the editor gave.
    pub(in crate::app) fn edited(&mut self, result: Result<String, String>) {
        match (result, &mut self.dialog) {
            (Ok(written), Dialog::Comment { text, .. }) => {
                *text = at_end(written.replace("\r\n", "\n").trim_end());
            }
            (Ok(_), _) => {}
            (Err(why), _) => self.fault = Some(clean(&why).into_owned()),
        }
    }
}

impl Layer for OperationDialog {
    fn context(&self, _: Place) -> Context {
        match self.dialog {
            Dialog::Snooze { .. } | Dialog::Assign { .. } => Context::Operation,
            Dialog::Comment { .. } => Context::Comment,
            Dialog::Count { .. } => Context::Count,
            Dialog::Pick { .. } => Context::Pick,
        }
    }

    fn id(&self) -> Option<String> {
        Some(self.id.clone())
    }

    fn on_button(&self) -> bool {
        matches!(self.dialog, Dialog::Comment { button: true, .. })
    }

    fn on_key(&mut self, key: KeyEvent) {
        self.fault = None;
        match &mut self.dialog {
            Dialog::Snooze { line, at } => {
                // An `m` alone is the morning: the preset shows what it comes to.
                if line.value().is_empty() && key.code == KeyCode::Char('m') {
                    *at = PRESETS.len() - 1;
                } else {
                    line.key(key);
                }
            }
            Dialog::Assign { line } | Dialog::Count { line, .. } => {
                line.key(key);
            }
            Dialog::Comment { text, button: false } => text.key(key),
            Dialog::Comment { .. } | Dialog::Pick { .. } => {}
        }
    }

    fn on_paste(&mut self, pasted: &str) {
        self.fault = None;
        match &mut self.dialog {
            Dialog::Snooze { line, .. } | Dialog::Assign { line } => line.paste(pasted),
            Dialog::Comment { text, .. } => text.paste(pasted),
            Dialog::Count { line, .. } => {
                line.clear();
                self.fault = Some("what was pasted was dropped: type the number".to_owned());
            }
            Dialog::Pick { .. } => {}
        }
    }
}
