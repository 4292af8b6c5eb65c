//! Places of actions in their channels. The unique keys decide who gets one, never a look before the write.

use sqlx::{AnyConnection, Row};

use super::error::{SaveError, StoreError};
use super::rows::{plain, slot_number, text};
use crate::domain::action::Action;
use crate::domain::channel::ChannelKey;

pub(super) async fn clear(connection: &mut AnyConnection, id: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM action_slot WHERE action_id = $1").bind(id).execute(connection).await?;
    Ok(())
}

/// A place that an action takes.
pub(super) struct Place<'a> {
    pub(super) channel: &'a ChannelKey,
    /// 0 for the lowest free one.
    pub(super) slot: u8,
    /// The place it had there before this change.
    pub(super) before: Option<u8>,
    pub(super) max: u8,
}

impl Place<'_> {
    /// Takes it and gives its slot.
    pub(super) async fn take(&self, connection: &mut AnyConnection, action: &Action) -> Result<u8, SaveError> {
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
