//! Round every source: each incident that leaves it has the number that is its own, in the list and in every other answer.

use std::path::Path;
use std::sync::Arc;

use super::numbers::Numbers;
use super::{BoxFuture, Credentials, Greeting, Operated, Pages, Source, SourceError, VendorAction};
use crate::domain::action::ActionKind;
use crate::domain::board::Listing;
use crate::domain::incident::{Alert, Incident, IncidentRow};
use crate::domain::operation::{Abilities, Operation};
use crate::domain::operator::Operator;
use crate::domain::source::SourceConfig;
use crate::domain::timeline::Full;

pub(super) struct Numbered {
    source: Box<dyn Source>,
    numbers: Arc<Numbers>,
}

impl Numbered {
    pub(super) fn round(source: Box<dyn Source>) -> Self {
        Self { source, numbers: Arc::default() }
    }
}

impl Source for Numbered {
    fn config(&self) -> &SourceConfig {
        self.source.config()
    }

    fn list<'a>(&'a self, pages: &'a Pages) -> BoxFuture<'a, Result<Listing, SourceError>> {
        Box::pin(async move {
            let mut listing = self.source.list(&pages.with_numbers(&self.numbers)).await?;
            self.numbers.finish(&mut listing);
            Ok(listing)
        })
    }

    fn by_id<'a>(&'a self, ids: &'a [String]) -> BoxFuture<'a, Result<Vec<Incident>, SourceError>> {
        Box::pin(async move {
            let mut found = self.source.by_id(ids).await?;
            for incident in &mut found {
                self.numbers.number(incident);
            }
            Ok(found)
        })
    }

    fn abilities(&self) -> Abilities {
        self.source.abilities()
    }

    fn full<'a>(&'a self, incident: &'a Incident) -> BoxFuture<'a, Result<Full, SourceError>> {
        Box::pin(async move {
            let mut full = self.source.full(incident).await?;
            if let Some(incident) = &mut full.incident {
                self.numbers.number(incident);
            }
            Ok(full)
        })
    }

    fn alerts<'a>(&'a self, incident: &'a Incident) -> BoxFuture<'a, Result<Vec<Alert>, SourceError>> {
        self.source.alerts(incident)
    }

    fn operate<'a>(
        &'a self,
        incidents: &'a [Incident],
        operation: &'a Operation,
        by: &'a Operator,
    ) -> BoxFuture<'a, Vec<Result<Operated, SourceError>>> {
        Box::pin(async move {
            let mut done = self.source.operate(incidents, operation, by).await;
            for incident in done.iter_mut().flatten().filter_map(|done| done.incident.as_mut()) {
                self.numbers.number(incident);
            }
            done
        })
    }

    fn comments_on_runs(&self) -> bool {
        self.source.comments_on_runs()
    }

    fn vendor_action(&self, kind: ActionKind, id: &str) -> Result<VendorAction, SourceError> {
        self.source.vendor_action(kind, id)
    }

    fn credentials(&self) -> BoxFuture<'_, Result<Credentials, SourceError>> {
        self.source.credentials()
    }

    fn greet(&self) -> BoxFuture<'_, Result<Greeting, SourceError>> {
        self.source.greet()
    }

    fn watched(&self) -> Option<&Path> {
        self.source.watched()
    }

    fn seed(&self, known: &[IncidentRow]) {
        self.numbers.seed(self.name(), known);
        self.source.seed(known);
    }
}
