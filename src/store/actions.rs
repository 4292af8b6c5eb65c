//! Actions: buttons and their places.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::activity::Line;
use super::error::{SaveError, StoreError};
use super::handle::Store;
use super::rows::{channel_key, plain, text};
use crate::domain::action::{Action, Document, slug};
use crate::domain::channel::ChannelKey;
use crate::domain::operator::Operator;

impl Store {
    /// All actions, ordered by name, then id.
    pub async fn actions(&self) -> Result<Vec<Action>, StoreError> {
        // One statement, so that an action is never seen with the slots of another revision.
        let query = sqlx::query(
            "SELECT action.id, revision, action.name, document, channel, slot FROM action \
             LEFT JOIN action_slot ON action_slot.action_id = action.id ORDER BY action.name, action.id",
        );
        let read = |row: &AnyRow| {
            let place = match row.try_get::<Option<i64>, _>(5)? {
                Some(slot) => Some((channel_key(&text(row, 4)?), slot_number(slot))),
                None => None,
            };
            Ok((read_action(row)?, place))
        };
        let mut actions: Vec<Action> = Vec::new();
        for (action, place) in self.read(query, read).await? {
            if actions.last().is_none_or(|last| last.id != action.id) {
                actions.push(action);
            }
            if let Some(last) = actions.last_mut() {
                last.slots.extend(place);
            }
        }
        Ok(actions)
    }

    /// Adds an action and gives it as stored: revision 1, every slot chosen.
    ///
    /// A slot 0 means the lowest free one of that channel, any other exactly that. An empty id is made of the name and
    /// made unique. `by` did it at `at_ms` (Unix milliseconds); the log says so in the same commit.
    pub async fn add_action(
        &self,
        action: &Action,
        max_per_channel: u8,
        by: &Operator,
        at_ms: i64,
    ) -> Result<Action, SaveError> {
        let (action, by) = (action.clone(), by.clone());
        self.write(move |connection| {
            Box::pin(async move {
                let added = add(&mut *connection, action, max_per_channel).await?;
                let summary = format!("added {}", with_places(&added));
                Line::of_action(&added.id, &by, &summary, at_ms).append(connection).await?;
                Ok(added)
            })
        })
        .await
    }

    /// Puts in the actions that a program comes with: nobody made them, so the log says nothing of it.
    pub async fn install_actions(&self, actions: Vec<Action>, max_per_channel: u8) -> Result<(), SaveError> {
        self.write(move |connection| {
            Box::pin(async move {
                for action in actions {
                    add(&mut *connection, action, max_per_channel).await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// Changes an action, if it is still at the revision it was read at, and gives it as stored.
    ///
    /// A slot 0 keeps the action's slot of that channel or, where it has none, takes the lowest free one. Where nothing
    /// differs, nothing is written.
    pub async fn edit_action(
        &self,
        action: &Action,
        max_per_channel: u8,
        by: &Operator,
        at_ms: i64,
    ) -> Result<Action, SaveError> {
        let (action, by) = (action.clone(), by.clone());
        self.write(move |connection| {
            Box::pin(async move {
                let (before, after) = edit(&mut *connection, action, max_per_channel).await?;
                let changes = differences(&before, &after);
                if !changes.is_empty() {
                    let summary = format!("changed {}: {}", after.name, changes.join(", "));
                    Line::of_action(&after.id, &by, &summary, at_ms).append(connection).await?;
                }
                Ok(after)
            })
        })
        .await
    }

    /// Removes an action and gives what it was. With `revision`, only if it is still at that one. Its runs stay.
    pub async fn remove_action(
        &self,
        id: &str,
        revision: Option<i64>,
        by: &Operator,
        at_ms: i64,
    ) -> Result<Action, SaveError> {
        let (id, by) = (id.to_owned(), by.clone());
        self.write(move |connection| {
            Box::pin(async move {
                let Some(action) = find(&mut *connection, &id).await? else { return Err(SaveError::Gone { id }) };
                if revision.is_some_and(|revision| revision != action.revision) {
                    return Err(SaveError::Changed(Box::new(action)));
                }
                clear_slots(&mut *connection, &id).await?;
                sqlx::query("DELETE FROM action WHERE id = $1").bind(&id).execute(&mut *connection).await?;
                let summary = format!("removed {}", with_places(&action));
                Line::of_action(&id, &by, &summary, at_ms).append(connection).await?;
                Ok(action)
            })
        })
        .await
    }
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

async fn add(connection: &mut AnyConnection, mut action: Action, max: u8) -> Result<Action, SaveError> {
    action.revision = 1;
    action.name = plain(&action.name);
    let document = json(&Value::Object(overlay(Map::new(), &action)?))?;
    if action.id.is_empty() {
        let stem = Some(slug(&action.name)).filter(|stem| !stem.is_empty()).unwrap_or_else(|| "action".to_owned());
        let mut number = 1;
        action.id.clone_from(&stem);
        while !insert(&mut *connection, &action, &document).await? {
            number += 1;
            action.id = format!("{stem}-{number}");
        }
    } else if !insert(&mut *connection, &action, &document).await? {
        return Err(SaveError::IdTaken { id: action.id });
    }
    place_all(connection, &mut action, &BTreeMap::new(), max).await?;
    Ok(action)
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

/// Before and after.
async fn edit(connection: &mut AnyConnection, mut action: Action, max: u8) -> Result<(Action, Action), SaveError> {
    let Some(before) = find(&mut *connection, &action.id).await? else { return Err(SaveError::Gone { id: action.id }) };
    if before.revision != action.revision {
        return Err(SaveError::Changed(Box::new(before)));
    }
    action.name = plain(&action.name);
    for (channel, slot) in action.slots.iter_mut().filter(|(_, slot)| **slot == 0) {
        *slot = before.slots.get(channel).copied().unwrap_or_default();
    }
    if differences(&before, &action).is_empty() {
        return Ok((before, action));
    }
    action.revision += 1;
    let row = sqlx::query("SELECT document FROM action WHERE id = $1").bind(&action.id).fetch_one(&mut *connection);
    let kept = serde_json::from_str(&text(&row.await?, 0)?).unwrap_or_default();
    let updated =
        sqlx::query("UPDATE action SET revision = $2, name = $3, document = $4 WHERE id = $1 AND revision = $5")
            .bind(&action.id)
            .bind(action.revision)
            .bind(&action.name)
            .bind(json(&Value::Object(overlay(kept, &action)?))?)
            .bind(before.revision)
            .execute(&mut *connection)
            .await?;
    if updated.rows_affected() == 0 {
        return Err(SaveError::Changed(Box::new(before)));
    }
    clear_slots(&mut *connection, &action.id).await?;
    place_all(connection, &mut action, &before.slots, max).await?;
    Ok((before, action))
}

async fn clear_slots(connection: &mut AnyConnection, id: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM action_slot WHERE action_id = $1").bind(id).execute(connection).await?;
    Ok(())
}

/// Takes a place in each channel: exact slots first, so that a chosen one never takes a wanted one.
async fn place_all(
    connection: &mut AnyConnection,
    action: &mut Action,
    before: &BTreeMap<ChannelKey, u8>,
    max: u8,
) -> Result<(), SaveError> {
    let mut wanted: Vec<(ChannelKey, u8)> =
        action.slots.iter().map(|(channel, slot)| (channel.clone(), *slot)).collect();
    wanted.sort_by_key(|(_, slot)| *slot == 0);
    for (channel, slot) in wanted {
        let place = Place { channel: &channel, slot, before: before.get(&channel).copied(), max };
        let slot = place.take(&mut *connection, action).await?;
        action.slots.insert(channel, slot);
    }
    Ok(())
}

struct Place<'a> {
    channel: &'a ChannelKey,
    slot: u8,
    before: Option<u8>,
    max: u8,
}

impl Place<'_> {
    async fn take(&self, connection: &mut AnyConnection, action: &Action) -> Result<u8, SaveError> {
        let (channel, max) = (self.channel.clone(), self.max);
        let holders = holders(&mut *connection, &channel).await?;
        if holders.iter().any(|(_, name)| *name == action.name) {
            return Err(SaveError::NameTaken { channel, name: action.name.clone() });
        }
        // A place it had before is kept, also where the limit has been lowered since.
        if self.before != Some(self.slot) {
            if self.slot > max {
                return Err(SaveError::SlotOutOfRange { channel, slot: self.slot, max });
            }
            if self.before.is_none() && holders.len() >= usize::from(max) {
                return Err(SaveError::ChannelFull { channel, max, holders });
            }
        }
        let candidates = if self.slot == 0 { 1..=max } else { self.slot..=self.slot };
        for slot in candidates {
            // The unique keys decide, not the look above: that one only chose the words.
            if insert_slot(&mut *connection, &channel, slot, action).await? {
                return Ok(slot);
            }
        }
        let held = holders.iter().find(|(slot, _)| *slot == self.slot);
        Err(match held {
            Some((slot, holder)) => SaveError::SlotTaken { channel, slot: *slot, holder: holder.clone() },
            None => SaveError::ChannelFull { channel, max, holders },
        })
    }
}

async fn holders(connection: &mut AnyConnection, channel: &ChannelKey) -> Result<Vec<(u8, String)>, StoreError> {
    let rows = sqlx::query("SELECT slot, name FROM action_slot WHERE channel = $1 ORDER BY slot")
        .bind(plain(channel.as_str()))
        .fetch_all(connection)
        .await?;
    rows.iter().map(|row| Ok((slot_number(row.try_get(0)?), text(row, 1)?))).collect()
}

async fn insert_slot(
    connection: &mut AnyConnection,
    channel: &ChannelKey,
    slot: u8,
    action: &Action,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "INSERT INTO action_slot (channel, slot, action_id, name) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
    )
    .bind(plain(channel.as_str()))
    .bind(i64::from(slot))
    .bind(&action.id)
    .bind(&action.name)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
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

/// Keys of a later version stay in the stored object.
fn overlay(mut stored: Map<String, Value>, action: &Action) -> Result<Map<String, Value>, StoreError> {
    let document = serde_json::to_value(Document::from(action)).map_err(|error| unreadable(&action.id, &error))?;
    if let Value::Object(own) = document {
        stored.extend(own);
    }
    Ok(stored)
}

fn json(value: &Value) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::other("write an action", error))
}

/// The error's own text is left out: it may quote the document, and with it a secret.
fn unreadable(id: &str, error: &serde_json::Error) -> StoreError {
    let place = format!("its document is not understood at character {}", error.column());
    StoreError::other(format!("read action {id}"), place)
}

fn read_action(row: &AnyRow) -> Result<Action, StoreError> {
    let id = text(row, 0)?;
    let document: Document = serde_json::from_str(&text(row, 3)?).map_err(|error| unreadable(&id, &error))?;
    Ok(document.into_action(id, row.try_get(1)?, text(row, 2)?))
}

fn slot_number(slot: i64) -> u8 {
    u8::try_from(slot).unwrap_or_default()
}
