//! Flashduty, by its Open API: incidents with their channels, people and timeline, handled there.
//!
//! Every call is a POST with JSON and answers in an envelope; facts about single calls are those of the vendor's own
//! OpenAPI description, which the conformance test runs against.

mod connection;
mod full;
mod limits;
mod list;
mod member;
mod names;
mod operate;
mod timeline;
mod vendor_action;

use std::sync::Arc;

use super::adapter::each_or;
use super::cached::CachedConnection;
use super::http::bare;
use super::{BoxFuture, Credentials, Greeting, Operated, Pages, Source, SourceError, VendorAction};
use crate::domain::action::ActionKind;
use crate::domain::board::Listing;
use crate::domain::incident::{Alert, Incident};
use crate::domain::operation::{Abilities, Operation, OperationKind};
use crate::domain::operator::Operator;
use crate::domain::source::SourceConfig;
use crate::domain::timeline::Full;
use crate::secret::Resolver;
use connection::Connection;
use limits::{BATCH, COMMENT_MAX, SNOOZE_MAX_S};
use names::Names;

pub(super) struct Flashduty {
    config: Arc<SourceConfig>,
    connection: CachedConnection<Connection>,
    names: Names,
}

impl Flashduty {
    pub(super) fn new(config: Arc<SourceConfig>, secrets: &Resolver) -> Self {
        let connection = CachedConnection::new(&config, secrets, Connection::open);
        Self { config, connection, names: Names::default() }
    }

    async fn greeting(&self) -> Result<Greeting, SourceError> {
        let connection = self.connection.get().await?;
        let since = self.config.duration("since");
        let (account, open) = list::peek(&connection, since).await?;
        let days = (since.as_secs() / 86_400).clamp(1, 31);
        Ok(Greeting {
            who: account,
            what: format!("Flashduty at {} with {open} open incidents of the last {days} days", bare(connection.url())),
            limits: vec![
                "It may be asked 50 times a second and 1,000 times a minute, by everybody of the account together."
                    .to_owned(),
                "It lists in windows of at most 31 days and in pages of 100.".to_owned(),
                "A snooze is at most 24 h, a comment at most 1,024 characters.".to_owned(),
            ],
        })
    }
}

impl Source for Flashduty {
    fn config(&self) -> &SourceConfig {
        &self.config
    }

    fn list<'a>(&'a self, pages: &'a Pages) -> BoxFuture<'a, Result<Listing, SourceError>> {
        Box::pin(async move {
            let connection = self.connection.get().await?;
            let reading = list::Reading::new(&self.config, &connection, &self.names, pages);
            self.connection.checked(reading.read(self.config.duration("since")).await)
        })
    }

    fn by_id<'a>(&'a self, ids: &'a [String]) -> BoxFuture<'a, Result<Vec<Incident>, SourceError>> {
        Box::pin(async move {
            let connection = self.connection.get().await?;
            self.connection.checked(list::by_id(&self.config, &connection, &self.names, ids).await)
        })
    }

    fn abilities(&self) -> Abilities {
        let mut abilities = Abilities::kept_here(self.config.kind.title).with(OperationKind::ALL);
        abilities.snooze_max_s = Some(SNOOZE_MAX_S);
        abilities.comment_max = Some(COMMENT_MAX);
        abilities.batch = BATCH;
        abilities
    }

    fn full<'a>(&'a self, incident: &'a Incident) -> BoxFuture<'a, Result<Full, SourceError>> {
        Box::pin(async move {
            let connection = self.connection.get().await?;
            self.connection.checked(full::full(&self.config, &connection, &self.names, &incident.incident_id).await)
        })
    }

    fn alerts<'a>(&'a self, incident: &'a Incident) -> BoxFuture<'a, Result<Vec<Alert>, SourceError>> {
        Box::pin(async move {
            let connection = self.connection.get().await?;
            self.connection.checked(full::alerts(&self.config, &connection, &incident.incident_id).await)
        })
    }

    fn operate<'a>(
        &'a self,
        incidents: &'a [Incident],
        operation: &'a Operation,
        _by: &'a Operator,
    ) -> BoxFuture<'a, Vec<Result<Operated, SourceError>>> {
        Box::pin(async move {
            let done = async { operate::operate(&*self.connection.get().await?, incidents, operation).await };
            each_or(incidents, done.await).into_iter().map(|done| self.connection.checked(done)).collect()
        })
    }

    fn comments_on_runs(&self) -> bool {
        self.config.flag("comment_runs")
    }

    fn vendor_action(&self, _kind: ActionKind, id: &str) -> Result<VendorAction, SourceError> {
        vendor_action::request(&self.config, id)
    }

    fn credentials(&self) -> BoxFuture<'_, Result<Credentials, SourceError>> {
        Box::pin(async move { self.connection.get().await?.credentials().await })
    }

    fn greet(&self) -> BoxFuture<'_, Result<Greeting, SourceError>> {
        Box::pin(async move { self.connection.checked(self.greeting().await) })
    }
}
