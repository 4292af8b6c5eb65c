//! Changes to actions, one or many in one transaction: the places of removed and moved actions are free for the others.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use sqlx::{AnyConnection, Row};

use super::buttons;
use super::error::{SaveError, StoreError};
use super::rows::{channel_key, plain, read_action, slot_number, text, unreadable};
use super::slots::{self, Place};
use crate::domain::action::{Action, slug};
use crate::domain::channel::ChannelKey;

#[derive(Clone, Debug, PartialEq)]
pub enum ActionChange {
    /// As [`super::Store::add_action`].
    Add(Action),
    /// As [`super::Store::edit_action`].
    Edit(Action),
    /// As [`super::Store::remove_action`].
    Remove {
        id: String,
        /// The revision it must be at; `None` for any.
        revision: Option<i64>,
    },
}

impl ActionChange {
    /// Whom it is about, in words.
    fn subject(&self) -> String {
        match self {
            Self::Add(action) | Self::Edit(action) => action.name.clone(),
            Self::Remove { id, .. } => id.clone(),
        }
    }
}

/// What became of a change: the action as it was and as it is.
#[derive(Clone)]
pub(super) struct Step {
    pub(super) before: Option<Action>,
    pub(super) after: Option<Action>,
}

impl Step {
    /// What the log says of it, `None` where nothing changed.
    pub(super) fn summary(&self) -> Option<String> {
        match (&self.before, &self.after) {
            (None, Some(after)) => Some(format!("added {}", with_places(after))),
            (Some(before), None) => Some(format!("removed {}", with_places(before))),
            (Some(before), Some(after)) => {
                let changes = differences(before, after);
                (!changes.is_empty()).then(|| format!("changed {}: {}", after.name, changes.join(", ")))
            }
            (None, None) => None,
        }
    }

    fn differs(&self) -> bool {
        match (&self.before, &self.after) {
            (Some(before), Some(after)) => !differences(before, after).is_empty(),
            _ => true,
        }
    }
}

/// Makes all changes; where one is refused, the error says which, and the caller gives the transaction up.
///
/// First everything that gives places back, then the rows, then the places: kept ones, exact ones, free ones. So the
/// order of the changes decides nothing but who of two takes the lower free slot.
pub(super) async fn make(
    connection: &mut AnyConnection,
    changes: &[ActionChange],
    max: u8,
) -> Result<Vec<Step>, SaveError> {
    let named = |at: usize| {
        let name = (changes.len() > 1).then(|| changes.get(at).map(ActionChange::subject)).flatten();
        move |error: SaveError| error.about(name)
    };
    let mut steps = Vec::with_capacity(changes.len());
    for (at, change) in changes.iter().enumerate() {
        steps.push(give_back(&mut *connection, change.clone()).await.map_err(named(at))?);
    }
    for generated in [false, true] {
        for (at, step) in steps.iter_mut().enumerate().filter(|(_, step)| step.differs()) {
            if let Some(after) = step.after.as_mut().filter(|after| after.id.is_empty() == generated) {
                write(&mut *connection, step.before.as_ref(), after).await.map_err(named(at))?;
            }
        }
    }
    for wish in wishes(&steps) {
        let Some(action) = steps[wish.at].after.as_mut() else { continue };
        let place = Place { channel: &wish.channel, slot: wish.slot, before: wish.before, max };
        let slot = place.take(&mut *connection, action).await.map_err(named(wish.at))?;
        action.slots.insert(wish.channel, slot);
    }
    Ok(steps)
}

/// A place that a change asks for.
struct Wish {
    at: usize,
    channel: ChannelKey,
    slot: u8,
    before: Option<u8>,
}

/// Kept ones first, then exact ones, so that a chosen one never takes a wanted one.
fn wishes(steps: &[Step]) -> Vec<Wish> {
    let mut wishes = Vec::new();
    for (at, step) in steps.iter().enumerate().filter(|(_, step)| step.differs()) {
        let empty = BTreeMap::new();
        let had = step.before.as_ref().map_or(&empty, |before| &before.slots);
        for (channel, slot) in step.after.iter().flat_map(|after| &after.slots) {
            wishes.push(Wish { at, channel: channel.clone(), slot: *slot, before: had.get(channel).copied() });
        }
    }
    wishes.sort_by_key(|wish| (wish.slot == 0, wish.before != Some(wish.slot)));
    wishes
}

/// Checks the revision, fills in what an edit keeps, and frees the places of what is removed or changed.
async fn give_back(connection: &mut AnyConnection, change: ActionChange) -> Result<Step, SaveError> {
    let step = match change {
        ActionChange::Add(mut action) => {
            action.revision = 1;
            action.name = plain(&action.name);
            return Ok(Step { before: None, after: Some(action) });
        }
        ActionChange::Edit(mut action) => {
            let before = stored(&mut *connection, &action.id, Some(action.revision)).await?;
            action.name = plain(&action.name);
            for (channel, slot) in action.slots.iter_mut().filter(|(_, slot)| **slot == 0) {
                *slot = before.slots.get(channel).copied().unwrap_or_default();
            }
            Step { before: Some(before), after: Some(action) }
        }
        ActionChange::Remove { id, revision } => {
            Step { before: Some(stored(&mut *connection, &id, revision).await?), after: None }
        }
    };
    if let Some(before) = step.before.as_ref().filter(|_| step.differs()) {
        slots::clear(&mut *connection, &before.id).await?;
        if step.after.is_none() {
            buttons::remove(&mut *connection, &before.id).await?;
            sqlx::query("DELETE FROM action WHERE id = $1").bind(&before.id).execute(connection).await?;
        }
    }
    Ok(step)
}

async fn stored(connection: &mut AnyConnection, id: &str, revision: Option<i64>) -> Result<Action, SaveError> {
    let Some(action) = find(connection, id).await? else { return Err(SaveError::Gone { id: id.to_owned() }) };
    if revision.is_some_and(|revision| revision != action.revision) {
        return Err(SaveError::Changed(Box::new(action)));
    }
    Ok(action)
}

async fn write(connection: &mut AnyConnection, before: Option<&Action>, after: &mut Action) -> Result<(), SaveError> {
    match before {
        Some(before) => update(connection, before, after).await,
        None => add(connection, after).await,
    }
}

async fn add(connection: &mut AnyConnection, action: &mut Action) -> Result<(), SaveError> {
    let document = json(&Value::Object(overlay(Map::new(), action)?))?;
    if !action.id.is_empty() {
        let added = insert(connection, action, &document).await?;
        return if added { Ok(()) } else { Err(SaveError::IdTaken { id: action.id.clone() }) };
    }
    let stem = Some(slug(&action.name)).filter(|stem| !stem.is_empty()).unwrap_or_else(|| "action".to_owned());
    let mut number = 1;
    action.id.clone_from(&stem);
    while !insert(&mut *connection, action, &document).await? {
        number += 1;
        action.id = format!("{stem}-{number}");
    }
    Ok(())
}

async fn insert(connection: &mut AnyConnection, action: &Action, document: &str) -> Result<bool, StoreError> {
    let done =
        sqlx::query("INSERT INTO action (id, revision, name, document) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING")
            .bind(&action.id)
            .bind(action.revision)
            .bind(&action.name)
            .bind(document)
            .execute(connection)
            .await?;
    Ok(done.rows_affected() > 0)
}

async fn update(connection: &mut AnyConnection, before: &Action, action: &mut Action) -> Result<(), SaveError> {
    let row =
        sqlx::query("SELECT document FROM action WHERE id = $1").bind(&action.id).fetch_optional(&mut *connection);
    let Some(row) = row.await? else { return Err(SaveError::Gone { id: action.id.clone() }) };
    let kept = serde_json::from_str(&text(&row, 0)?).unwrap_or_default();
    action.revision = before.revision + 1;
    let updated =
        sqlx::query("UPDATE action SET revision = $2, name = $3, document = $4 WHERE id = $1 AND revision = $5")
            .bind(&action.id)
            .bind(action.revision)
            .bind(&action.name)
            .bind(json(&Value::Object(overlay(kept, action)?))?)
            .bind(before.revision)
            .execute(connection)
            .await?;
    if updated.rows_affected() == 0 {
        return Err(SaveError::Changed(Box::new(before.clone())));
    }
    Ok(())
}

/// Keys of a later version stay in the stored object.
fn overlay(mut stored: Map<String, Value>, action: &Action) -> Result<Map<String, Value>, StoreError> {
    let document = serde_json::to_value(action).map_err(|error| unreadable(&action.id, &error))?;
    if let Value::Object(own) = document {
        stored.extend(own);
    }
    Ok(stored)
}

fn json(value: &Value) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::other("write an action", error))
}

/// The revision of an action, `None` where there is none of that id.
pub(super) async fn revision(connection: &mut AnyConnection, id: &str) -> Result<Option<i64>, StoreError> {
    let row = sqlx::query("SELECT revision FROM action WHERE id = $1").bind(id).fetch_optional(connection).await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?)
}

/// One action with its slots.
pub(super) async fn find(connection: &mut AnyConnection, id: &str) -> Result<Option<Action>, StoreError> {
    let row = sqlx::query("SELECT id, revision, name, document FROM action WHERE id = $1")
        .bind(id)
        .fetch_optional(&mut *connection)
        .await?;
    let Some(mut action) = row.as_ref().map(read_action).transpose()? else { return Ok(None) };
    let slots = sqlx::query("SELECT channel, slot FROM action_slot WHERE action_id = $1").bind(id);
    for row in slots.fetch_all(connection).await? {
        action.slots.insert(channel_key(&text(&row, 0)?), slot_number(row.try_get(1)?));
    }
    Ok(Some(action))
}

/// `Roll back (prod/platform 2, prod/web 1)`.
fn with_places(action: &Action) -> String {
    let places: Vec<String> = action.slots.iter().map(|(channel, slot)| format!("{channel} {slot}")).collect();
    format!("{} ({})", action.name, places.join(", "))
}

/// What differs, in the words of the form; never a value.
fn differences(before: &Action, after: &Action) -> Vec<String> {
    let words = |field| match field {
        "name" => format!("name (was {})", before.name),
        "enabled" => if after.enabled { "switched on" } else { "switched off" }.to_owned(),
        field => field.to_owned(),
    };
    before.differs_in(after).into_iter().map(words).collect()
}
