//! The keys as they are in this andon: the table, with what the configuration binds otherwise.

use std::collections::{BTreeMap, HashSet};

use crossterm::event::KeyEvent;
use keybinds::{KeyInput, KeySeq, Match};

use super::command::{AnswerCommand, Command, IncidentCommand, PlaceCommand};
use super::keymap::{BINDINGS, Binding, Context, Typing};

/// One row of the table with its keys.
#[derive(Clone, Debug)]
pub struct Bound {
    /// The keys in words; the first is shown in the footer.
    pub names: Vec<String>,
    keys: Vec<KeySeq>,
    /// What it means, where it holds, and its words.
    pub binding: &'static Binding,
}

/// The table as it holds here.
#[derive(Clone, Debug)]
pub struct Keys(Vec<Bound>);

impl Default for Keys {
    fn default() -> Self {
        Self(BINDINGS.iter().map(|binding| bound(binding, binding.keys.iter().map(ToString::to_string))).collect())
    }
}

impl Keys {
    /// The table with changes: a command's name ([`Binding::name`]) and the keys that mean it from now on.
    ///
    /// The error says which name or key, and what to do; nothing of the changes holds then.
    pub fn with(changes: &BTreeMap<String, Vec<String>>) -> Result<Self, String> {
        let mut keys = Self::default();
        for (name, wanted) in changes {
            keys.change(name, wanted)?;
        }
        keys.one_meaning_each()?;
        Ok(keys)
    }

    /// What a key means in a context; `None` = nothing (or text, where text is typed).
    pub fn resolve(&self, context: Context, key: KeyEvent) -> Option<Command> {
        self.find(context, key).map(|row| row.binding.command)
    }

    /// The row of a key in a context.
    pub fn find(&self, context: Context, key: KeyEvent) -> Option<&Bound> {
        let input = [KeyInput::from(key)];
        self.rows(context).find(|row| row.keys.iter().any(|wanted| wanted.match_to(&input) == Match::Matched))
    }

    /// The rows of a context, in the table's order: what help and footer show.
    pub fn rows(&self, context: Context) -> impl Iterator<Item = &Bound> {
        self.0.iter().filter(move |row| row.binding.contexts.contains(&context))
    }

    /// A text with its keys: `<open>` becomes the key of the command with that name, here or, where it has none here,
    /// elsewhere. Prose names no key itself, so that it is true after a key was bound otherwise.
    pub fn hint(&self, context: Context, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('<') {
            out.push_str(before);
            let found = after.split_once('>').and_then(|(name, behind)| Some((self.key_of(context, name)?, behind)));
            rest = if let Some((key, behind)) = found {
                out.push_str(&key);
                behind
            } else {
                out.push('<');
                after
            };
        }
        out.push_str(rest);
        out
    }

    fn key_of(&self, context: Context, name: &str) -> Option<String> {
        let elsewhere = || self.0.iter().find(|row| row.binding.name == name);
        let row = self.rows(context).find(|row| row.binding.name == name).or_else(elsewhere)?;
        row.names.first().map(|key| shown(key))
    }

    fn change(&mut self, name: &str, wanted: &[String]) -> Result<(), String> {
        let rows: Vec<&mut Bound> = self.0.iter_mut().filter(|row| row.binding.name == name).collect();
        let Some(first) = rows.first() else {
            return Err(format!("[keys] {name}: no command has this name"));
        };
        if matches!(
            first.binding.command,
            Command::Place(PlaceCommand::Incident(IncidentCommand::Press(_)))
                | Command::Answer(AnswerCommand::Send | AnswerCommand::Yes)
        ) {
            return Err(format!("[keys] {name}: the keys that press and confirm cannot be changed"));
        }
        for row in rows {
            // Where text is typed, a letter is text.
            let usable = wanted.iter().filter(|key| !types_text(row.binding) || !is_text(key));
            let changed = bound(row.binding, usable.cloned());
            if changed.keys.len() != changed.names.len() || changed.keys.iter().any(|key| key.as_slice().len() != 1) {
                return Err(format!("[keys] {name}: one key each, such as \"j\", \"Ctrl+r\" or \"PageUp\""));
            }
            if !changed.keys.is_empty() {
                *row = changed;
            }
        }
        Ok(())
    }

    fn one_meaning_each(&self) -> Result<(), String> {
        let mut seen = HashSet::new();
        for row in &self.0 {
            for (name, context) in
                row.names.iter().flat_map(|name| row.binding.contexts.iter().map(move |at| (name, at)))
            {
                if !seen.insert((name, context)) {
                    return Err(format!("[keys] {}: {name} means something else there already", row.binding.name));
                }
            }
        }
        Ok(())
    }
}

fn bound(binding: &'static Binding, names: impl Iterator<Item = String>) -> Bound {
    let names: Vec<String> = names.collect();
    let keys = names.iter().filter_map(|name| name.parse().ok()).collect();
    Bound { names, keys, binding }
}

/// A key as prose shows it: arrows as arrows, a letter behind a modifier as on the keyboard.
fn shown(key: &str) -> String {
    match (key, key.rsplit_once('+')) {
        ("Up", _) => "↑".to_owned(),
        ("Down", _) => "↓".to_owned(),
        (_, Some((modifier, letter))) if letter.chars().count() == 1 => format!("{modifier}+{}", letter.to_uppercase()),
        _ => key.to_owned(),
    }
}

fn types_text(binding: &Binding) -> bool {
    binding.contexts.iter().any(|at| at.typing() != Typing::Nothing)
}

fn is_text(key: &str) -> bool {
    key.chars().count() == 1 || key.eq_ignore_ascii_case("space")
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyCode, KeyModifiers};

    use super::*;
    use crate::app::command::{ActionCommand, FieldCommand, GlobalCommand};

    fn with(name: &str, keys: &[&str]) -> Result<Keys, String> {
        Keys::with(&BTreeMap::from([(name.to_owned(), keys.iter().map(ToString::to_string).collect())]))
    }

    fn press(keys: &Keys, context: Context, code: KeyCode) -> Option<Command> {
        keys.resolve(context, KeyEvent::new(code, KeyModifiers::NONE))
    }

    #[test]
    fn every_key_of_the_table_reads_and_none_stands_twice_in_a_context() {
        let keys = Keys::default();
        assert!(keys.0.iter().all(|row| row.keys.len() == row.binding.keys.len()), "a key of the table cannot be read");
        keys.one_meaning_each().unwrap();
    }

    #[test]
    fn capital_letters_are_other_keys() {
        let keys = Keys::default();
        let press = |context, code, modifiers| keys.resolve(context, KeyEvent::new(code, modifiers));
        let (none, shift) = (KeyModifiers::NONE, KeyModifiers::SHIFT);
        assert_eq!(
            press(Context::Actions, KeyCode::Char('d'), none),
            Some(Command::Place(PlaceCommand::Action(ActionCommand::DeleteAction)))
        );
        assert_eq!(
            press(Context::Actions, KeyCode::Char('D'), shift),
            Some(Command::Place(PlaceCommand::Action(ActionCommand::DuplicateAction)))
        );
        assert_eq!(
            press(Context::Actions, KeyCode::Char('D'), none),
            Some(Command::Place(PlaceCommand::Action(ActionCommand::DuplicateAction)))
        );
        assert_eq!(press(Context::Form, KeyCode::BackTab, shift), Some(Command::Edit(FieldCommand::PrevField)));
        assert_eq!(
            press(Context::Incidents, KeyCode::Char('?'), shift),
            Some(Command::Place(PlaceCommand::Global(GlobalCommand::Help)))
        );
    }

    #[test]
    fn a_command_gets_other_keys_and_loses_its_own() {
        let keys = with("go-log", &["W", "Ctrl+g"]).unwrap();
        assert_eq!(
            press(&keys, Context::Incidents, KeyCode::Char('W')),
            Some(Command::Place(PlaceCommand::Global(GlobalCommand::GoLog)))
        );
        assert_eq!(press(&keys, Context::Incidents, KeyCode::Char('l')), None);
        assert!(keys.rows(Context::Incidents).any(|row| row.names[0] == "W"), "help and footer follow");
    }

    /// They stand in people's files: a command may be renamed, its name may not.
    const NAMES: &str = "acknowledge add-header assign back bottom cancel-run check-action close-incident comment complete \
        complete-back copy-curl copy-link copy-links copy-number copy-request delete-action down duplicate-action edit-action editor \
        filter go-actions go-incidents go-log group help jump-back mark mark-all mark-invert mark-range new-action \
        new-press newer newest-critical next-field next-tab next-unseen next-view older open page-down page-up palette \
        pick-link presets press-1 press-2 press-3 press-4 press-5 press-6 press-7 press-8 press-9 prev-field prev-tab prev-view quit \
        redraw refresh remove-added remove-header reveal run-again run-with same-press save send \
        shares show-request snooze sort suspend take-back test-action toggle top unacknowledge undo up yes yes-all \
        yes-one";

    #[test]
    fn every_command_has_one_name_that_stays() {
        let mut names: Vec<(&str, Command)> = Vec::new();
        for row in BINDINGS {
            match names.iter().find(|(name, command)| *name == row.name || *command == row.command) {
                Some(known) => assert_eq!(*known, (row.name, row.command)),
                None => names.push((row.name, row.command)),
            }
        }
        let mut names: Vec<&str> = names.into_iter().map(|(name, _)| name).collect();
        names.sort_unstable();
        assert_eq!(names, NAMES.split_whitespace().collect::<Vec<_>>());
    }

    #[test]
    fn what_cannot_be_bound_is_refused_in_words() {
        assert!(with("go-moon", &["x"]).unwrap_err().contains("no command has this name"));
        assert!(with("send", &["x"]).unwrap_err().contains("cannot be changed"));
        assert!(with("press-1", &["x"]).unwrap_err().contains("cannot be changed"));
        assert!(with("help", &["g g"]).unwrap_err().contains("one key each"));
        assert!(with("help", &["j"]).unwrap_err().contains("means something else"));
    }
}
