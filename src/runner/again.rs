//! The same press once more.

use std::sync::Arc;

use super::rows::{self, now_ms, store_failed};
use super::runner::{Runner, press};
use super::step::PressOptions;
use crate::domain::activity::{Activity, Entry};
use crate::domain::operator::Operator;
use crate::domain::refusal::Refusal;
use crate::domain::request::Prepared;
use crate::domain::run::{Failure, Run, RunDetail, RunState};
use crate::store::RunRecord;
use crate::webhook;

impl Runner {
    /// Fills the request of the same press again: a new run with the first one's `event_id` and body. `options` holds
    /// its secret inputs, asked again.
    ///
    /// A refusal has been written down where a row could say so: that row comes along.
    pub async fn prepare_again(
        &self,
        run_id: &str,
        operator: &Arc<Operator>,
        options: PressOptions,
    ) -> Result<Prepared, (Refusal, Option<Box<Activity>>)> {
        let store = &self.inner.setup.store;
        let found = store.run_record(run_id).await.map_err(|error| (store_failed(&error), None))?;
        let Some((first, detail)) = found.and_then(the_run) else {
            return Err((Refusal::new(Failure::Template, "there is no such run in the log"), None));
        };
        match self.refill(&first, &detail, operator, options.clone()).await {
            Ok(prepared) => Ok(prepared),
            Err(refusal) => {
                let row = self.refuse_again(&first, &detail, operator, &options, &refusal).await;
                Err((refusal, Some(Box::new(row))))
            }
        }
    }

    async fn refill(
        &self,
        first: &Run,
        detail: &RunDetail,
        operator: &Arc<Operator>,
        options: PressOptions,
    ) -> Result<Prepared, Refusal> {
        let store = &self.inner.setup.store;
        if first.state != RunState::Done {
            return Err(Refusal::new(Failure::InFlight, "this run has not ended; it cannot be sent again yet"));
        }
        let actions = store.actions().await.map_err(|error| store_failed(&error))?;
        let Some(action) = actions.into_iter().find(|action| action.id == first.action_id) else {
            return Err(Refusal::new(Failure::Template, format!("the action {} no longer exists", first.action)));
        };
        let Some(row) = store.incident(&first.incident).await.map_err(|error| store_failed(&error))? else {
            let why = format!("the incident {} is no longer known", first.incident_num);
            return Err(Refusal::new(Failure::Template, why));
        };
        let (action, incident) = (Arc::new(action), Arc::new(row.unpack()));
        self.may_be_pressed(&action, &incident)?;
        let options = PressOptions { test: first.test, ..options };
        let resolved = self.resolved(&action, Some(&incident))?;
        let press = press(&resolved.action, &incident, operator, options);
        self.ready(resolved.mark(webhook::prepare_again(press, first, detail)?))
    }

    /// The row of a press that could not be filled again: it says what the first one was.
    async fn refuse_again(
        &self,
        first: &Run,
        detail: &RunDetail,
        operator: &Arc<Operator>,
        options: &PressOptions,
        refusal: &Refusal,
    ) -> Activity {
        let run = Run {
            id: uuid::Uuid::now_v7().to_string(),
            operator: Operator::clone(operator),
            process: self.inner.setup.process.clone(),
            status: None,
            attempts: 0,
            started_at_ms: now_ms(),
            group: options.group.clone(),
            resend_of: Some(first.id.clone()),
            following: false,
            ..first.clone()
        };
        let detail = RunDetail { attempts: Vec::new(), answer: None, ..detail.clone() };
        self.record_refused(rows::refused(run, refusal), &detail).await
    }
}

fn the_run(record: RunRecord) -> Option<(Run, RunDetail)> {
    match record.activity.entry {
        Entry::Run(run) => Some((*run, record.detail)),
        _ => None,
    }
}
