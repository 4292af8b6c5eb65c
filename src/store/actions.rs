//! Actions: buttons and their places.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::activity::Line;
use super::changes::{self, ActionChange};
use super::error::{SaveError, StoreError};
use super::rows::{channel_key, read_action, slot_number, text};
use super::store::Store;
use crate::domain::action::Action;
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
        self.change(ActionChange::Add(action.clone()), max_per_channel, by, at_ms).await
    }

    /// Puts in the actions that a program comes with: nobody made them, so the log says nothing of it.
    pub async fn install_actions(&self, actions: Vec<Action>, max_per_channel: u8) -> Result<(), SaveError> {
        let changes: Vec<ActionChange> = actions.into_iter().map(ActionChange::Add).collect();
        self.write(move |connection| {
            Box::pin(async move { changes::make(connection, &changes, max_per_channel).await.map(drop) })
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
        self.change(ActionChange::Edit(action.clone()), max_per_channel, by, at_ms).await
    }

    /// Removes an action and gives what it was. With `revision`, only if it is still at that one. Its runs stay.
    pub async fn remove_action(
        &self,
        id: &str,
        revision: Option<i64>,
        by: &Operator,
        at_ms: i64,
    ) -> Result<Action, SaveError> {
        self.change(ActionChange::Remove { id: id.to_owned(), revision }, u8::MAX, by, at_ms).await
    }

    /// Makes many changes, all or none, and gives for each the action as stored, or as it was where it was removed.
    ///
    /// The places of removed and moved actions are free for the others. One line of the log for each that changes
    /// anything. A refusal names the action that it is about ([`SaveError::Of`]).
    pub async fn apply_actions(
        &self,
        changes: Vec<ActionChange>,
        max_per_channel: u8,
        by: &Operator,
        at_ms: i64,
    ) -> Result<Vec<Action>, SaveError> {
        let by = by.clone();
        self.write(move |connection| {
            Box::pin(async move {
                let steps = changes::make(&mut *connection, &changes, max_per_channel).await?;
                let mut actions = Vec::with_capacity(steps.len());
                for step in steps {
                    if let Some(summary) = step.summary() {
                        let id = step.after.as_ref().or(step.before.as_ref()).map_or("", |action| &action.id);
                        Line::of_action(id, &by, &summary, at_ms).append(&mut *connection).await?;
                    }
                    actions.extend(step.after.or(step.before));
                }
                Ok(actions)
            })
        })
        .await
    }

    async fn change(&self, change: ActionChange, max: u8, by: &Operator, at_ms: i64) -> Result<Action, SaveError> {
        let changed = self.apply_actions(vec![change], max, by, at_ms).await?.pop();
        changed.ok_or_else(|| SaveError::Store(StoreError::other("save an action", "the store gave none back")))
    }
}
