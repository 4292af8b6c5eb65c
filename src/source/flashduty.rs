//! Flashduty, by its Open API: incidents with their channels, people and timeline, handled there.
//!
//! Every call is a POST with JSON and answers in an envelope; facts about single calls are those of the vendor's own
//! OpenAPI description, which the conformance test runs against.

mod connection;
mod full;
mod list;
mod member;
mod names;
mod operate;
mod start;
mod timeline;

use std::sync::Arc;
use std::time::Duration;

use super::http::bare;
use super::kept::Kept;
use super::{BoxFuture, Credentials, Greeting, Operated, Pages, Source, SourceError, SourceErrorKind, Start};
use crate::domain::action::ActionKind;
use crate::domain::board::Listing;
use crate::domain::incident::Incident;
use crate::domain::operation::{Abilities, Operation, OperationKind};
use crate::domain::operator::Operator;
use crate::domain::source::{FlashdutyConfig, SourceConfig};
use crate::domain::timeline::Full;
use crate::secret::Resolver;
use connection::Connection;
use names::Names;

/// The longest snooze, seconds.
const SNOOZE_MAX_S: i64 = 24 * 3_600;
/// The most characters of a comment.
const COMMENT_MAX: usize = 1_024;
/// How many incidents a call takes at most.
const BATCH: usize = 100;

/// A configured Flashduty account.
pub(super) struct Flashduty {
    config: Arc<SourceConfig>,
    settings: Arc<FlashdutyConfig>,
    secrets: Resolver,
    connection: Kept<Connection>,
    names: Names,
}

impl Flashduty {
    pub(super) fn new(config: &SourceConfig, settings: &FlashdutyConfig, secrets: &Resolver) -> Self {
        Self {
            config: Arc::new(config.clone()),
            settings: Arc::new(settings.clone()),
            secrets: secrets.clone(),
            connection: Kept::default(),
            names: Names::default(),
        }
    }

    /// The client, the address and the key, references filled in.
    async fn connection(&self) -> Result<Arc<Connection>, SourceError> {
        let (config, settings, secrets) = (Arc::clone(&self.config), Arc::clone(&self.settings), self.secrets.clone());
        self.connection.get(move || Connection::open(&config, &settings, &secrets)).await
    }

    async fn greeting(&self) -> Result<Greeting, SourceError> {
        let connection = self.connection().await?;
        let (account, open) = list::peek(&connection, self.settings.since).await?;
        let days = (self.settings.since.as_secs() / 86_400).clamp(1, 31);
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
    fn name(&self) -> &str {
        &self.config.name
    }

    fn kind(&self) -> &'static str {
        "flashduty"
    }

    fn badge(&self) -> &str {
        &self.config.badge
    }

    fn refresh(&self) -> Duration {
        self.config.refresh
    }

    fn list<'a>(&'a self, pages: &'a Pages) -> BoxFuture<'a, Result<Listing, SourceError>> {
        Box::pin(async move {
            let connection = self.connection().await?;
            let reading = list::Reading::new(&self.config.name, &connection, &self.names, pages);
            self.connection.judge(reading.read(self.settings.since).await)
        })
    }

    fn by_id<'a>(&'a self, ids: &'a [String]) -> BoxFuture<'a, Result<Vec<Incident>, SourceError>> {
        Box::pin(async move {
            let connection = self.connection().await?;
            self.connection.judge(list::by_id(&self.config.name, &connection, &self.names, ids).await)
        })
    }

    fn abilities(&self) -> Abilities {
        let mut abilities = Abilities::kept_here("Flashduty").with(&OperationKind::ALL);
        abilities.snooze_max_s = Some(SNOOZE_MAX_S);
        abilities.comment_max = Some(COMMENT_MAX);
        abilities.batch = BATCH;
        abilities.starts = &[ActionKind::Flashduty];
        abilities
    }

    fn full<'a>(&'a self, incident: &'a Incident) -> BoxFuture<'a, Result<Full, SourceError>> {
        Box::pin(async move {
            let connection = self.connection().await?;
            self.connection.judge(full::full(&self.config.name, &connection, &self.names, &incident.incident_id).await)
        })
    }

    fn operate<'a>(
        &'a self,
        incidents: &'a [Incident],
        operation: &'a Operation,
        _by: &'a Operator,
    ) -> BoxFuture<'a, Vec<Result<Operated, SourceError>>> {
        Box::pin(async move {
            let results = match self.connection().await {
                Ok(connection) => operate::operate(&connection, incidents, operation).await,
                Err(error) => incidents.iter().map(|_| Err(error.clone())).collect(),
            };
            results.into_iter().map(|result| self.connection.judge(result)).collect()
        })
    }

    fn tells_runs(&self) -> bool {
        self.settings.comment_runs
    }

    fn start(&self, _kind: ActionKind, id: &str) -> Result<Start, SourceError> {
        start::start(&self.config, &self.settings, id)
    }

    fn credentials(&self) -> BoxFuture<'_, Result<Credentials, SourceError>> {
        Box::pin(async move { self.connection().await?.credentials().await })
    }

    fn greet(&self) -> BoxFuture<'_, Result<Greeting, SourceError>> {
        Box::pin(async move { self.connection.judge(self.greeting().await) })
    }
}
