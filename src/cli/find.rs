//! From what was typed to the one thing that was meant.

use super::exit::CommandError;
use super::session::Session;
use super::sources::Asked;
use crate::domain::action::Action;
use crate::domain::channel::ChannelKey;
use crate::domain::incident::IncidentRow;
use crate::domain::near::did_you_mean;

/// So many characters of an id are enough to mean it, where no other begins like it.
const SHORTEST_BEGINNING: usize = 6;

/// The incident of that id, number, `source/id`, or beginning of an id.
pub(super) async fn incident(session: &Session<'_>, asked: &Asked, wanted: &str) -> Result<IncidentRow, CommandError> {
    if wanted.trim().is_empty() {
        return Err(CommandError::usage("an empty text names no incident; give its id or its number"));
    }
    let store = &session.opened.store;
    let mut found = store.find_incidents(wanted).await?;
    if asked.has_unkept() {
        let is_wanted = |row: &IncidentRow| {
            row.key.id() == wanted || row.num.eq_ignore_ascii_case(wanted) || row.key.as_str() == wanted
        };
        found = asked.with_unkept(store.all_incidents().await?, true);
        found.retain(is_wanted);
    }
    if found.is_empty() {
        found.extend(store.incident(&wanted.into()).await?);
    }
    if found.is_empty() && wanted.len() >= SHORTEST_BEGINNING {
        let known = store.all_incidents().await?;
        let begins = |row: &IncidentRow| {
            row.key.id().get(..wanted.len()).is_some_and(|beginning| beginning.eq_ignore_ascii_case(wanted))
        };
        found.extend(known.into_iter().filter(begins));
    }
    match found.len() {
        0 => Err(no_incident(session, asked, wanted).await?),
        1 => Ok(found.swap_remove(0)),
        _ => {
            let list = found.iter().map(|row| format!("  {}  {}  {}", row.key, row.num, row.title));
            Err(ambiguous("incident", wanted, list))
        }
    }
}

async fn no_incident(session: &Session<'_>, asked: &Asked, wanted: &str) -> Result<CommandError, CommandError> {
    let known = asked.with_unkept(session.opened.store.all_incidents().await?, true);
    let mut text = format!("there is no incident \"{wanted}\"");
    if let Some(near) = did_you_mean(wanted, known.iter().map(|row| &*row.num)) {
        text.push_str(&format!("; {near}"));
    }
    if !asked.silent().is_empty() {
        text.push_str(&format!(" ({} did not answer)", asked.silent()));
    }
    Ok(CommandError::usage(text))
}

/// The action of that name or id; with `channel`, of those only the one in it.
pub(super) fn action<'a>(
    actions: &'a [Action],
    wanted: &str,
    channel: Option<&ChannelKey>,
) -> Result<&'a Action, CommandError> {
    let named: Vec<&Action> = actions.iter().filter(|action| action.name == wanted || action.id == wanted).collect();
    let is_there = |action: &Action| channel.is_none_or(|channel| action.slots.contains_key(channel));
    let found: Vec<&Action> = named.iter().copied().filter(|action| is_there(action)).collect();
    match (found.as_slice(), named.is_empty()) {
        ([only], _) => Ok(only),
        ([], true) => Err(no_action(actions, wanted, channel)),
        ([], false) => {
            let elsewhere: Vec<&str> =
                named.iter().flat_map(|action| action.slots.keys()).map(ChannelKey::as_str).collect();
            let whose = format!("\"{wanted}\" belongs to {}, not to the incident's channel", elsewhere.join(", "));
            Err(CommandError::usage(format!("{whose}; {}", has(actions, channel))))
        }
        _ => Err(ambiguous("action", wanted, found.iter().map(|action| listed(action)))),
    }
}

/// The action of that name or id which some of these channels have; of several channels, all that have one must mean
/// the same.
pub(super) fn action_in<'a>(
    actions: &'a [Action],
    wanted: &str,
    channels: &[ChannelKey],
) -> Result<&'a Action, CommandError> {
    let is_meant = |action: &&Action| {
        (action.name == wanted || action.id == wanted)
            && channels.iter().any(|channel| action.slots.contains_key(channel))
    };
    let found: Vec<&Action> = actions.iter().filter(is_meant).collect();
    match found.as_slice() {
        [only] => Ok(only),
        // Says what is wrong with the name.
        [] => action(actions, wanted, channels.first()),
        _ => Err(ambiguous("action", wanted, found.iter().map(|action| listed(action)))),
    }
}

fn listed(action: &Action) -> String {
    let places: Vec<String> = action.slots.iter().map(|(channel, slot)| format!("{channel} {slot}")).collect();
    format!("  {}  {}  ({})", action.id, action.name, places.join(", "))
}

fn no_action(actions: &[Action], wanted: &str, channel: Option<&ChannelKey>) -> CommandError {
    let near = did_you_mean(wanted, actions.iter().flat_map(|action| [&*action.name, &*action.id]));
    let more = near.unwrap_or_else(|| has(actions, channel));
    CommandError::usage(format!("there is no action \"{wanted}\"; {more}"))
}

/// What there is instead.
fn has(actions: &[Action], channel: Option<&ChannelKey>) -> String {
    let inside = |action: &&Action| channel.is_none_or(|channel| action.slots.contains_key(channel));
    let names: Vec<&str> = actions.iter().filter(inside).map(|action| action.name.as_str()).collect();
    match (channel, names.as_slice()) {
        (None, []) => "there are no actions yet: add one with `andon action add`".to_owned(),
        (None, names) => format!("there are: {}", names.join(", ")),
        (Some(channel), []) => format!("{channel} has no actions yet: add one with `andon action add`"),
        (Some(channel), names) => format!("{channel} has: {}", names.join(", ")),
    }
}

fn ambiguous(what: &str, wanted: &str, list: impl Iterator<Item = String>) -> CommandError {
    let lines: Vec<String> = list.map(|line| crate::domain::text::clean(&line).into_owned()).collect();
    CommandError::usage(format!("more than one {what} is \"{wanted}\"; say which by its id:\n{}", lines.join("\n")))
}
