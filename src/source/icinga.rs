//! Icinga 2, by its REST API: one problem of a host or a service is one incident.
//!
//! It keeps acknowledgements, comments and downtimes itself. Nothing is closed there by hand: a check that recovers
//! closes it.

mod api;
mod handle;
mod list;
mod memory;
mod object;
mod problem;
mod remark;
mod state;

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::json;

use super::account::Account;
use super::adapter::each_or;
use super::cached::CachedConnection;
use super::{BoxFuture, Greeting, Operated, Pages, Source, SourceError};
use crate::domain::board::Listing;
use crate::domain::channel::Channel;
use crate::domain::incident::{Incident, IncidentRow};
use crate::domain::operation::{Abilities, Operation};
use crate::domain::operator::Operator;
use crate::domain::source::SourceConfig;
use crate::domain::timeline::Full;
use crate::secret::Resolver;
use api::Api;
use list::problems;
use memory::Memory;
use object::Object;
use remark::{Comment, Downtime, Remarks};

pub(super) struct Icinga {
    config: Arc<SourceConfig>,
    connection: CachedConnection<Api>,
    memory: Mutex<Memory>,
}

impl Icinga {
    pub(super) fn new(config: Arc<SourceConfig>, secrets: &Resolver) -> Self {
        let connection = CachedConnection::new(&config, secrets, Api::connect);
        Self { config, connection, memory: Mutex::default() }
    }

    async fn ask(&self, pages: &Pages) -> Result<Listing, SourceError> {
        let api = self.connection.get().await?;
        let (objects, mut warnings) = self.connection.checked(problems(&api).await)?;
        let complete = warnings.is_empty();
        let remarks = remarks_of(&api, &objects, &mut warnings).await;
        let name = &self.config.name;
        let problems = self.memory.lock().unwrap_or_else(PoisonError::into_inner).identify(name, &objects, complete);
        let mut listing = Listing { complete, warnings, ..Listing::default() };
        let mut known = std::collections::HashSet::new();
        let mut account = Account::new(&self.config);
        for (object, problem) in objects.iter().zip(&problems) {
            let incident = object.incident(&self.config, problem, &remarks, &mut account);
            if known.insert(incident.channel_key.clone()) {
                listing.channels.push(Channel { key: incident.channel(), name: incident.channel_name.clone() });
            }
            listing.rows.push(pages.row(incident));
        }
        account.report.items = listing.rows.len();
        listing.warnings.extend(account.report.warnings());
        listing.report = account.report;
        Ok(listing)
    }
}

/// Who has taken them and who is quiet about them, asked only where somebody is. What may not be read is a warning:
/// the problems themselves are true.
async fn remarks_of(api: &Api, objects: &[Object], warnings: &mut Vec<String>) -> Remarks {
    let mut out = Remarks::default();
    if objects.iter().any(|object| object.attrs.acknowledgement > 0.0) {
        let query = json!({ "filter": "comment.entry_type == 4" });
        match api.objects("comments", &query).await {
            Ok(comments) => out.comments = Comment::all(&comments),
            Err(error) => warnings.push(format!("who acknowledged is not known: {error}")),
        }
    }
    if objects.iter().any(|object| object.attrs.downtime_depth > 0.0) {
        match api.objects("downtimes", &json!({})).await {
            Ok(downtimes) => out.downtimes = Downtime::all(&downtimes),
            Err(error) => warnings.push(format!("until when downtimes last is not known: {error}")),
        }
    }
    out
}

impl Source for Icinga {
    fn config(&self) -> &SourceConfig {
        &self.config
    }

    fn list<'a>(&'a self, pages: &'a Pages) -> BoxFuture<'a, Result<Listing, SourceError>> {
        Box::pin(self.ask(pages))
    }

    fn abilities(&self) -> Abilities {
        handle::abilities()
    }

    fn full<'a>(&'a self, incident: &'a Incident) -> BoxFuture<'a, Result<Full, SourceError>> {
        Box::pin(async move { handle::full(&*self.connection.get().await?, incident).await })
    }

    fn operate<'a>(
        &'a self,
        incidents: &'a [Incident],
        operation: &'a Operation,
        by: &'a Operator,
    ) -> BoxFuture<'a, Vec<Result<Operated, SourceError>>> {
        Box::pin(async move {
            let done = async { Ok(handle::operate(&*self.connection.get().await?, incidents, operation, by).await) };
            each_or(incidents, done.await)
        })
    }

    fn greet(&self) -> BoxFuture<'_, Result<Greeting, SourceError>> {
        Box::pin(async move { handle::greet(&*self.connection.get().await?).await })
    }

    fn seed(&self, known: &[IncidentRow]) {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner).seed(&self.config.name, known);
    }
}
