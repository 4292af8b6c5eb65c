//! What the README says is so.

use andon::app::command::{
    ActionCommand, Command, GlobalCommand, IncidentCommand, ListCommand, MarkCommand, Motion, OperationCommand,
    PlaceCommand, RunCommand,
};
use andon::app::keymap::{BINDINGS, Context};
use andon::domain::run::Outcome;
use andon::domain::source::kind_named;

const README: &str = include_str!("../../README.md");

/// The keys that the README shows, all of the board.
const SHOWN: [Command; 25] = [
    Command::Place(PlaceCommand::Incident(IncidentCommand::Press(1))),
    Command::Move(Motion::Down),
    Command::Move(Motion::Up),
    Command::Place(PlaceCommand::Incident(IncidentCommand::NewestCritical)),
    Command::Open,
    Command::Place(PlaceCommand::Filter),
    Command::Place(PlaceCommand::List(ListCommand::Shares)),
    Command::Place(PlaceCommand::List(ListCommand::NextView)),
    Command::Place(PlaceCommand::List(ListCommand::Sort)),
    Command::Place(PlaceCommand::List(ListCommand::Group)),
    Command::Place(PlaceCommand::Action(ActionCommand::NewAction)),
    Command::Place(PlaceCommand::Action(ActionCommand::EditAction)),
    Command::Place(PlaceCommand::Global(GlobalCommand::GoActions)),
    Command::Place(PlaceCommand::Global(GlobalCommand::GoLog)),
    Command::Place(PlaceCommand::Run(RunCommand::NextUnseen)),
    Command::Place(PlaceCommand::Operate(OperationCommand::Acknowledge)),
    Command::Place(PlaceCommand::Operate(OperationCommand::CloseIncident)),
    Command::Place(PlaceCommand::Operate(OperationCommand::Snooze)),
    Command::Place(PlaceCommand::Operate(OperationCommand::Comment)),
    Command::Place(PlaceCommand::Operate(OperationCommand::Assign)),
    Command::Place(PlaceCommand::Global(GlobalCommand::TakeBack)),
    Command::Place(PlaceCommand::Run(RunCommand::CancelRun)),
    Command::Place(PlaceCommand::Marks(MarkCommand::Mark)),
    Command::Back,
    Command::Place(PlaceCommand::Global(GlobalCommand::Quit)),
];

/// What stands between two markers.
fn between(name: &str) -> &'static str {
    let (_, rest) = README.split_once(&format!("<!-- {name} -->\n")).expect("the first marker");
    rest.split_once(&format!("<!-- /{name} -->")).expect("the second marker").0
}

/// The table of keys, made from the key table.
fn key_table() -> String {
    let mut table = "| key | does |\n|---|---|\n".to_owned();
    for command in SHOWN {
        let on_board = |contexts: &[Context]| contexts.contains(&Context::Incidents);
        let binding = BINDINGS.iter().find(|binding| on_board(binding.contexts) && binding.command == command);
        let binding = binding.unwrap_or_else(|| panic!("the board has no key for {command:?}"));
        let keys: Vec<_> = binding.keys.iter().map(|key| format!("`{key}`")).collect();
        let row = match command {
            Command::Place(PlaceCommand::Incident(IncidentCommand::Press(_))) => {
                "| `1`..`9` | press the button of that number |\n".to_owned()
            }
            _ => format!("| {} | {} |\n", keys.join(" "), binding.help),
        };
        table.push_str(&row);
    }
    table
}

#[test]
fn its_keys_are_those_of_the_key_table() {
    let table = key_table();
    assert!(between("keys") == table, "put this between the markers of README.md:\n{table}");
}

#[test]
fn its_marks_are_those_of_the_screen() {
    for outcome in [Outcome::Succeeded, Outcome::Failed, Outcome::Unknown, Outcome::Cancelled, Outcome::Refused] {
        let row = format!("| {} | {} |", outcome.mark(), outcome.as_str());
        assert!(README.contains(&row), "README.md has no row that begins with {row}");
    }
}

#[test]
fn what_it_logs_in_to_is_a_kind_of_source() {
    let (_, rest) = README.split_once("`andon login ").expect("a login");
    let kind = kind_named(rest.split('`').next().unwrap_or_default()).expect("a kind");
    assert!(kind.login().is_some() && README.contains(kind.title), "{kind:?}");
}

#[test]
fn its_picture_comes_early_and_its_files_exist() {
    let before = README.split_once("src=\"assets/board.svg\"").expect("a picture").0;
    assert!(before.split_whitespace().count() <= 110, "the picture stands too far down");
    let links = README.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
    let pictures = ["src=\"", "srcset=\""].into_iter().flat_map(|name| README.split(name).skip(1));
    let pictures = pictures.filter_map(|rest| rest.split_once('"'));
    let files: Vec<_> = links.chain(pictures).map(|(file, _)| file).filter(|file| !file.starts_with("http")).collect();
    assert!(files.len() >= 5, "{files:?}");
    for file in files {
        assert!(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(file).exists(), "README.md names {file}");
    }
}

#[test]
fn its_configuration_is_read_without_a_fault() {
    let toml = README.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a configuration");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.toml");
    std::fs::write(&file, toml).unwrap();
    let config = andon::config::load(&file).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(config.sources.len(), 1);
}
