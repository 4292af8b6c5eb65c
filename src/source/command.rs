//! Any program that prints incidents: a JSON array or JSON lines, in the contract's shape or mapped to it.

mod handle;
mod process;

use std::sync::Arc;

use super::http::other;
use super::lines::read_items;
use super::map::Map;
use super::{BoxFuture, Operated, Pages, Source, SourceError, SourceErrorKind};
use crate::domain::board::{Before, Listing};
use crate::domain::incident::Incident;
use crate::domain::operation::{Abilities, Operation};
use crate::domain::operator::Operator;
use crate::domain::source::SourceConfig;
use crate::secret::Resolver;
use process::{Ended, badly, prepare, run};

pub(super) struct CommandSource {
    config: Arc<SourceConfig>,
    map: Arc<Map>,
    secrets: Resolver,
}

impl CommandSource {
    pub(super) fn new(config: Arc<SourceConfig>, secrets: &Resolver) -> Self {
        let map = config.map("map").map(Map::new).unwrap_or_default();
        Self { config, map: Arc::new(map), secrets: secrets.clone() }
    }

    async fn ask(&self, before: Before) -> Result<Listing, SourceError> {
        let (command, shown) = prepare(&self.secrets, self.config.secrets("command")).await?;
        let limit = self.config.duration("timeout");
        let unreachable = |message: String| Err(SourceError::new(SourceErrorKind::Unreachable, message));
        let printed = match run(command, &shown, limit, None).await? {
            Ended::Well(printed) => printed,
            Ended::Badly(status, said) => return unreachable(badly(&shown, status, &said)),
            Ended::Late => {
                let message = format!("{shown} did not end within {} s; set a longer timeout", limit.as_secs());
                return unreachable(message);
            }
        };
        let (config, map) = (Arc::clone(&self.config), Arc::clone(&self.map));
        let reading = tokio::task::spawn_blocking(move || {
            read_items(&config, &mut printed.as_slice(), &map, &before)
                .map_err(|problem| SourceError::new(SourceErrorKind::Rubbish, format!("{shown} printed {problem}")))
        });
        reading.await.map_err(|_| other("reading what the command printed failed"))?
    }
}

impl Source for CommandSource {
    fn config(&self) -> &SourceConfig {
        &self.config
    }

    fn list<'a>(&'a self, pages: &'a Pages) -> BoxFuture<'a, Result<Listing, SourceError>> {
        Box::pin(self.ask(pages.before().clone()))
    }

    fn abilities(&self) -> Abilities {
        handle::abilities(&self.config)
    }

    fn operate<'a>(
        &'a self,
        incidents: &'a [Incident],
        operation: &'a Operation,
        by: &'a Operator,
    ) -> BoxFuture<'a, Vec<Result<Operated, SourceError>>> {
        Box::pin(handle::operate(&self.config, &self.secrets, incidents, operation, by))
    }
}
