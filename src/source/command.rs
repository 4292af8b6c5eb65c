//! Any program that prints incidents: a JSON array or JSON lines, in the contract's shape or mapped to it.

mod handle;
mod printed;
mod process;

use std::sync::Arc;

use secrecy::ExposeSecret;

use super::http::other;
use super::lines::read_items;
use super::map::Map;
use super::reading::Reader;
use super::{BoxFuture, Operated, Pages, Source, SourceError, SourceErrorKind};
use crate::domain::board::Listing;
use crate::domain::incident::Incident;
use crate::domain::operation::{Abilities, Operation};
use crate::domain::operator::Operator;
use crate::domain::source::SourceConfig;
use crate::secret::Resolver;
use process::{Ended, prepare, run};

pub(super) struct CommandSource {
    config: Arc<SourceConfig>,
    map: Arc<Map>,
    secrets: Resolver,
}

impl CommandSource {
    pub(super) fn new(config: Arc<SourceConfig>, secrets: &Resolver) -> Self {
        let map = Arc::new(Map::of(&config));
        Self { config, map, secrets: secrets.clone() }
    }

    async fn ask(&self, pages: Pages) -> Result<Listing, SourceError> {
        let mut program = prepare(&self.config, &self.secrets, self.config.secrets("command")).await?;
        let input = program.input.take().map(|input| input.expose_secret().as_bytes().to_vec());
        let limit = self.config.duration("timeout");
        let unreachable = |message: String| Err(SourceError::new(SourceErrorKind::Unreachable, message));
        let printed = match run(&mut program, limit, input).await? {
            Ended::Well(printed) => printed,
            Ended::Badly(badly) => return unreachable(program.badly(&badly)),
            Ended::Late => {
                let message =
                    format!("{} did not end within {} s; set a longer timeout", program.shown, limit.as_secs());
                return unreachable(message);
            }
        };
        let (config, map) = (Arc::clone(&self.config), Arc::clone(&self.map));
        let shown = program.shown;
        let reading = tokio::task::spawn_blocking(move || {
            let reader = Reader { config: &config, map: &map, pages: &pages };
            read_items(reader, &mut printed.as_slice())
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
        Box::pin(self.ask(pages.clone()))
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
