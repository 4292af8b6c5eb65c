//! Everything by its name: what the keys here mean, the buttons of the incident, incidents, actions, views, orders.

use crossterm::event::KeyEvent;

use crate::app::command::{Command, FieldCommand, Motion};
use crate::app::keymap::Context;
use crate::app::layer::{Layer, Step};
use crate::app::line::Line;
use crate::app::state::place::Place;
use crate::domain::incident::IncidentKey;
use crate::domain::saved_view::{Group, Sort};

/// What a line of the palette does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    Command(Command),
    /// To this incident.
    Incident(IncidentKey),
    /// Edit the action of this id.
    Edit(String),
    /// The view at this place.
    View(usize),
    Sort(Sort),
    Group(Group),
}

/// A line of the palette.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What it is about: `key`, `button`, `view`.
    pub kind: &'static str,
    /// Clean.
    pub name: String,
    /// The key that does the same; empty where none does.
    pub key: String,
    pub deed: Deed,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Palette {
    pub line: Line,
    /// All but incidents, in the order in which they stand where nothing is typed.
    items: Vec<Item>,
    /// What is typed finds these, the nearest first.
    pub found: Vec<Item>,
    pub at: usize,
}

impl Palette {
    pub fn new(items: Vec<Item>) -> Self {
        let mut palette = Self { line: Line::default(), items, found: Vec::new(), at: 0 };
        palette.search(Vec::new());
        palette
    }

    /// Does what a command wants of it; the item that was chosen is wanted.
    pub fn command(&mut self, command: Command) -> Step<Item> {
        let last = self.found.len().saturating_sub(1);
        match command {
            Command::Back => return Step::Close,
            Command::Open => {
                return self.found.get(self.at).cloned().map_or(Step::Stay, Step::Want);
            }
            Command::Move(Motion::Down) => self.at = (self.at + 1).min(last),
            Command::Move(Motion::Up) => self.at = self.at.saturating_sub(1),
            Command::Move(Motion::PageDown) => self.at = (self.at + 10).min(last),
            Command::Move(Motion::PageUp) => self.at = self.at.saturating_sub(10),
            Command::Edit(FieldCommand::Undo) => {
                self.line.undo();
            }
            _ => {}
        }
        Step::Stay
    }

    /// Looks for what is typed, in its items and in these incidents: what begins a word comes first.
    pub(in crate::app) fn search(&mut self, incidents: Vec<Item>) {
        let typed = self.line.value().trim().to_lowercase();
        let words: Vec<&str> = typed.split_whitespace().collect();
        let mut ranked: Vec<(usize, &Item)> =
            self.items.iter().filter_map(|item| Some((rank(item, &typed, &words)?, item))).collect();
        ranked.sort_by_key(|(rank, _)| *rank);
        // What has the words in it comes before what has their letters only.
        let loose = ranked.partition_point(|(rank, _)| *rank < LOOSE);
        let item = |(_, item): &(usize, &Item)| Item::clone(item);
        let (near, far) = ranked.split_at(loose);
        self.found = near.iter().map(item).chain(incidents).chain(far.iter().map(item)).collect();
        self.at = 0;
    }
}

/// So far is what has only the letters of what is typed.
const LOOSE: usize = 4;

/// How far an item is from what is typed: its key, then its beginning, the beginning of a word, anywhere, its letters in
/// their order; `None` where it is not meant.
fn rank(item: &Item, typed: &str, words: &[&str]) -> Option<usize> {
    if typed.is_empty() {
        return Some(0);
    }
    let name = format!("{} {}", item.kind, item.name.to_lowercase());
    let begins = |word: &&str| name.split([' ', '-', ',', ':']).any(|known| known.starts_with(*word));
    if item.key.split(' ').any(|key| key.to_lowercase() == typed) {
        Some(0)
    } else if item.name.to_lowercase().starts_with(typed) {
        Some(1)
    } else if words.iter().all(begins) {
        Some(2)
    } else if words.iter().all(|word| name.contains(word)) {
        Some(3)
    } else {
        let mut letters = name.chars();
        typed.chars().filter(|ch| !ch.is_whitespace()).all(|ch| letters.any(|known| known == ch)).then_some(LOOSE)
    }
}

impl Layer for Palette {
    fn context(&self, _: Place) -> Context {
        Context::Palette
    }

    fn id(&self) -> Option<String> {
        Some("palette".to_owned())
    }

    fn covers(&self) -> bool {
        true
    }

    fn on_key(&mut self, key: KeyEvent) {
        self.line.key(key);
    }

    fn on_paste(&mut self, text: &str) {
        self.line.paste(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::command::{GlobalCommand, PlaceCommand};

    fn found(typed: &str) -> Vec<String> {
        let item = |kind: &'static str, name: &str, key: &str| Item {
            kind,
            name: name.to_owned(),
            key: key.to_owned(),
            deed: Deed::Command(Command::Place(PlaceCommand::Global(GlobalCommand::Help))),
        };
        let items = vec![
            item("button", "Restart server", "1"),
            item("key", "to the activity log", "l"),
            item("key", "assign it to somebody", "s"),
            item("view", "Bad runs", ""),
        ];
        let mut palette = Palette::new(items);
        palette.line.set(typed);
        palette.search(Vec::new());
        palette.found.into_iter().map(|item| item.name).collect()
    }

    #[test]
    fn the_nearest_comes_first_and_a_key_finds_its_line() {
        assert_eq!(found("").len(), 4);
        assert_eq!(found("l")[0], "to the activity log");
        assert_eq!(found("s")[0], "assign it to somebody");
        assert_eq!(found("serv"), ["Restart server"]);
        assert_eq!(found("view"), ["Bad runs"]);
        assert_eq!(found("rs srv")[0], "Restart server");
        assert_eq!(found("act log"), ["to the activity log"]);
        assert!(found("xyzzy").is_empty());
    }
}
