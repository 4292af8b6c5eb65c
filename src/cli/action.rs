//! `andon action list|show|remove|export|schema|presets`.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::action_args::ActionCommand;
use super::action_rows::{places, print, rows, to_json};
use super::confirm;
use super::exit::{CommandError, Exit};
use super::output::Output;
use super::session::Session;
use super::{action_edit, apply, find};
use crate::config::actions::{Placeholder, placeholders, presets, schema, write};
use crate::domain::action::Action;

pub(super) async fn run(command: ActionCommand, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    match command {
        ActionCommand::List => list(session).await,
        ActionCommand::Show { name } => show(session, &name).await,
        ActionCommand::Add(args) => action_edit::add(*args, session).await,
        ActionCommand::Edit(args) => action_edit::edit(*args, session).await,
        ActionCommand::Remove { name, yes } => remove(session, &name, yes).await,
        ActionCommand::Export { name } => export(session, name.as_deref()).await,
        ActionCommand::Apply(args) => apply::run(&args, session).await,
        ActionCommand::Schema => Ok(print_schema(session.out)),
        ActionCommand::Presets => Ok(list_presets(session.out)),
    }
}

async fn list(session: &mut Session<'_>) -> Result<Exit, CommandError> {
    let actions = session.opened.store.actions().await?;
    if session.out.is_json() {
        for action in &actions {
            session.out.object(to_json(action));
        }
        return Ok(Exit::Done);
    }
    let mut places: Vec<Vec<String>> = actions.iter().flat_map(by_place).collect();
    places.sort();
    session.out.table(&places);
    Ok(Exit::Done)
}

/// One row for each channel: the list is read by channel and slot, as the buttons are.
fn by_place(action: &Action) -> Vec<Vec<String>> {
    let name = if action.enabled { action.name.clone() } else { format!("{} (off)", action.name) };
    let row = |channel: &str, slot: String| {
        let confirm = action.confirm.as_str().to_owned();
        vec![channel.to_owned(), slot, name.clone(), confirm, action.target()]
    };
    if action.slots.is_empty() {
        return vec![row("-", "-".to_owned())];
    }
    action.slots.iter().map(|(channel, slot)| row(channel.as_str(), slot.to_string())).collect()
}

async fn show(session: &mut Session<'_>, name: &str) -> Result<Exit, CommandError> {
    let actions = session.opened.store.actions().await?;
    let action = find::action(&actions, name, None)?;
    if session.out.is_json() {
        session.out.object(to_json(action));
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<String>> = rows(action).into_iter().map(|(name, text)| vec![name, text]).collect();
    session.out.table(&rows);
    Ok(Exit::Done)
}

async fn remove(session: &mut Session<'_>, name: &str, yes: bool) -> Result<Exit, CommandError> {
    session.may_change()?;
    let actions = session.opened.store.actions().await?;
    let action = find::action(&actions, name, None)?;
    if !yes {
        confirm_removal(action).await?;
    }
    let now_ms = Timestamp::now().as_millisecond();
    let opened = &session.opened;
    let removed = opened.store.remove_action(&action.id, Some(action.revision), &opened.operator, now_ms).await?;
    print(session, "removed", &removed);
    Ok(Exit::Done)
}

async fn confirm_removal(action: &Action) -> Result<(), CommandError> {
    let name = &action.name;
    if !confirm::can_ask() {
        return Err(CommandError::new(
            Exit::Refused,
            format!("not removed: pass --yes to remove {name} without a terminal"),
        ));
    }
    let answer = confirm::ask(&format!("remove {name} ({})? y removes: ", places(action))).await;
    let is_yes = answer.is_some_and(|line| ["y", "yes"].iter().any(|yes| line.trim().eq_ignore_ascii_case(yes)));
    if is_yes { Ok(()) } else { Err(CommandError::new(Exit::Refused, format!("{name} was not removed"))) }
}

/// Actions as text, without literal secrets.
async fn export(session: &mut Session<'_>, name: Option<&str>) -> Result<Exit, CommandError> {
    let mut actions = session.opened.store.actions().await?;
    if let Some(name) = name {
        actions = vec![find::action(&actions, name, None)?.clone()];
    }
    // Of several origins none is written: `apply` then leaves each as it is.
    let origin = actions.first().map(|first| first.origin.clone()).unwrap_or_default();
    let is_one = actions.iter().all(|action| action.origin == origin);
    let text = write(if is_one { &origin } else { "" }, &actions);
    text.lines().for_each(|line| session.out.line(line));
    Ok(Exit::Done)
}

/// The format of actions as text, for editors: of many lines for people, on one with `--json`.
pub(super) fn print_schema(out: &mut Output) -> Exit {
    let schema = schema();
    if out.is_json() {
        out.line(&schema.to_string());
    } else {
        format!("{schema:#}").lines().for_each(|line| out.line(line));
    }
    Exit::Done
}

/// The actions that `add --preset` begins with.
pub(super) fn list_presets(out: &mut Output) -> Exit {
    for preset in presets() {
        let places = placeholders(&preset.name);
        if out.is_json() {
            let place =
                |place: &Placeholder| json!({ "name": place.name, "example": place.example, "help": place.help });
            let set: Vec<Value> = places.iter().map(place).collect();
            out.object(json!({ "name": preset.name, "title": preset.title, "about": preset.about, "set": set }));
            continue;
        }
        out.line(&format!("{}: {}", preset.name, preset.title));
        out.line(&format!("  {}", preset.about));
        let row = |place: Placeholder| vec![format!("  --set '{}={}'", place.name, place.example), place.help];
        let rows: Vec<Vec<String>> = places.into_iter().map(row).collect();
        out.table(&rows);
    }
    Exit::Done
}
