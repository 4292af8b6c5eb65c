//! `andon action add|edit`.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::action_args::{AddArgs, EditArgs, SharedArgs};
use super::action_call::{call, remove_inputs};
use super::action_rows::print;
use super::exit::{CommandError, Exit};
use super::fields::Reading;
use super::find;
use super::output::warn;
use super::session::Session;
use crate::config::actions::{faults, from_preset};
use crate::domain::action::{Action, Header};
use crate::domain::channel::ChannelKey;
use crate::domain::validate::{Field, headers_that_follow, place_of};

pub(super) async fn add(args: AddArgs, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    session.may_change()?;
    let others = session.opened.store.actions().await?;
    let mut reading = Reading::default();
    let mut action = begin(&args, &mut reading)?;
    // The store makes one of the name that nobody has.
    action.id.clear();
    action.enabled = !args.disabled;
    let slot = args.shared.slot.unwrap_or_default();
    action.slots = channels(&mut reading, &args.channel).into_iter().map(|channel| (channel, slot)).collect();
    shared(&mut reading, &mut action, &args.shared);
    call(&mut reading, &mut action, &args.call);
    check(&mut reading, &action, &others, session).await?;
    let opened = &session.opened;
    let max = opened.config.max_per_channel;
    let added = opened.store.add_action(&action, max, &opened.operator, now_ms()).await?;
    print(session, "added", &added);
    Ok(Exit::Done)
}

pub(super) async fn edit(args: EditArgs, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    session.may_change()?;
    let others = session.opened.store.actions().await?;
    let before = find::action(&others, &args.action, None)?;
    let mut reading = Reading::default();
    let mut action = before.clone();
    if let Some(name) = &args.rename {
        action.name.clone_from(name);
    }
    if let Some(endpoint) = &args.endpoint {
        action.endpoint.clone_from(endpoint);
    }
    if args.enable || args.disable {
        action.enabled = args.enable;
    }
    action.slots = slots(&mut reading, before, &args);
    remove_inputs(&mut reading, &mut action, &args.remove_input);
    if args.no_sign {
        action.sign = None;
    }
    if args.no_follow {
        action.follow = None;
    }
    for name in &args.remove_header {
        let count = action.headers.len();
        action.headers.retain(|header| !header.name.eq_ignore_ascii_case(name));
        if action.headers.len() == count {
            reading.fault("header", &format!("there is no header {name} to remove"));
        }
    }
    shared(&mut reading, &mut action, &args.shared);
    call(&mut reading, &mut action, &args.call);
    let is_given = |name: &str| {
        let begins = |text: &String| text.split(':').next().is_some_and(|own| own.trim().eq_ignore_ascii_case(name));
        args.shared.header.iter().any(begins)
    };
    for (_, name) in headers_that_follow(before, &action).into_iter().filter(|(_, name)| !is_given(name)) {
        let place = place_of(&before.endpoint);
        reading
            .fault("endpoint", &format!("{name} holds a secret for {place}: give it anew with --header, or remove it"));
    }
    check(&mut reading, &action, &others, session).await?;
    let opened = &session.opened;
    let max = opened.config.max_per_channel;
    let changed = opened.store.edit_action(&action, max, &opened.operator, now_ms()).await?;
    let done = if changed.revision == before.revision { "nothing to change in" } else { "changed" };
    print(session, done, &changed);
    Ok(Exit::Done)
}

/// The action that was typed, or the preset's with what was typed in its places.
fn begin(args: &AddArgs, reading: &mut Reading) -> Result<Action, CommandError> {
    let mut action = match &args.preset {
        None => Action::new("", ""),
        Some(preset) => {
            let values = args.set.iter().filter_map(|pair| {
                let parts = pair.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
                if parts.is_none() {
                    reading.fault("set", "write it as 'KEY=VALUE'");
                }
                parts
            });
            let values: Vec<(String, String)> = values.collect();
            reading.judge()?;
            from_preset(preset, &values).map_err(|messages| CommandError { exit: Exit::Usage, messages })?
        }
    };
    if let Some(name) = &args.name {
        action.name.clone_from(name);
    }
    if let Some(endpoint) = &args.endpoint {
        action.endpoint.clone_from(endpoint);
    }
    Ok(action)
}

fn now_ms() -> i64 {
    Timestamp::now().as_millisecond()
}

fn channels(reading: &mut Reading, texts: &[String]) -> Vec<ChannelKey> {
    texts.iter().filter_map(|text| reading.channel(text)).collect()
}

/// The channels after the edit: a slot 0 keeps the present place, or takes the lowest free one.
fn slots(reading: &mut Reading, before: &Action, args: &EditArgs) -> BTreeMap<ChannelKey, u8> {
    let (instead, more) = (channels(reading, &args.channel), channels(reading, &args.add_channel));
    let mut out = if instead.is_empty() { before.slots.clone() } else { BTreeMap::new() };
    let named: Vec<&ChannelKey> = instead.iter().chain(&more).collect();
    for channel in &named {
        out.entry((*channel).clone()).or_insert(0);
    }
    if let Some(slot) = args.shared.slot {
        let meant = out.iter_mut().filter(|(channel, _)| named.is_empty() || named.contains(channel));
        meant.for_each(|(_, place)| *place = slot);
    }
    for channel in channels(reading, &args.remove_channel) {
        if out.remove(&channel).is_none() {
            reading.fault("channels", &format!("it is not in {channel}"));
        }
    }
    out
}

/// What adding and changing read alike. A header takes the place of the one of its name.
fn shared(reading: &mut Reading, action: &mut Action, args: &SharedArgs) {
    let mut set: Vec<String> = Vec::new();
    let secret = args.header.iter().map(|text| (text, false));
    for (at, (text, plain)) in secret.chain(args.plain_header.iter().map(|text| (text, true))).enumerate() {
        let Some(mut header) = reading.header(at + 1, text) else { continue };
        if plain {
            header = Header::with_secrecy(header.name.clone(), header.expose(), false);
        }
        let name = header.name.to_ascii_lowercase();
        let held = action.headers.iter_mut().find(|held| held.name.eq_ignore_ascii_case(&name));
        match held {
            // Given twice in one command: kept twice, so that it is refused as a duplicate.
            Some(held) if !set.contains(&name) => *held = header,
            _ => action.headers.push(header),
        }
        set.push(name);
    }
    args.fields.put_into(reading, action);
}

/// Every fault at once, then the warnings: nothing was saved yet.
async fn check(
    reading: &mut Reading,
    action: &Action,
    others: &[Action],
    session: &Session<'_>,
) -> Result<(), CommandError> {
    let has_bad_channel = reading.has_fault("channels");
    for fault in faults(action, others) {
        match fault.field {
            Field::CHANNELS if has_bad_channel => {}
            Field::CHANNELS => reading.fault("channels", "name at least one channel with --channel source/id"),
            field => reading.fault(&field.to_string(), &fault.message),
        }
    }
    reading.judge()?;
    warn_of_channels(reading, action, session).await?;
    reading.warnings.iter().for_each(|warning| warn(warning));
    Ok(())
}

/// An action may come before the first incident: allowed, and told.
pub(super) async fn warn_of_channels(
    reading: &mut Reading,
    action: &Action,
    session: &Session<'_>,
) -> Result<(), CommandError> {
    let known = session.opened.store.channels().await?;
    let sources = &session.opened.config.sources;
    for channel in action.slots.keys() {
        if !sources.iter().any(|source| source.name == channel.source()) {
            reading.warnings.push(format!("{channel}: no source named {} is configured", channel.source()));
        } else if !known.iter().any(|seen| seen.key == *channel) {
            reading.warnings.push(format!("{channel}: no incident of this channel was seen yet"));
        }
    }
    Ok(())
}
