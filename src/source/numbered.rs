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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::source::kind_named;

    /// Gives whatever is asked for with a number that all of its incidents have, or with none.
    struct Same(SourceConfig, &'static str);

    impl Same {
        fn incident(&self, id: &str) -> Incident {
            Incident { incident_id: id.into(), num: self.1.into(), source: "lab".into(), ..Incident::default() }
        }
    }

    impl Source for Same {
        fn config(&self) -> &SourceConfig {
            &self.0
        }

        fn list<'a>(&'a self, _pages: &'a Pages) -> BoxFuture<'a, Result<Listing, SourceError>> {
            // Packed by itself: a source that forgets to ask for the number.
            let rows = ["one-7712345", "two-7712345"].map(|id| IncidentRow::pack(&self.incident(id))).into();
            Box::pin(async move { Ok(Listing { rows, complete: true, ..Listing::default() }) })
        }

        fn by_id<'a>(&'a self, ids: &'a [String]) -> BoxFuture<'a, Result<Vec<Incident>, SourceError>> {
            Box::pin(async move { Ok(ids.iter().map(|id| self.incident(id)).collect()) })
        }

        fn full<'a>(&'a self, incident: &'a Incident) -> BoxFuture<'a, Result<Full, SourceError>> {
            let incident = Some(Box::new(self.incident(&incident.incident_id)));
            Box::pin(async move { Ok(Full { incident, ..Full::default() }) })
        }

        fn operate<'a>(
            &'a self,
            incidents: &'a [Incident],
            _operation: &'a Operation,
            _by: &'a Operator,
        ) -> BoxFuture<'a, Vec<Result<Operated, SourceError>>> {
            let done = |incident: &Incident| {
                let incident = Some(Box::new(self.incident(&incident.incident_id)));
                Ok(Operated { incident, note: String::new() })
            };
            Box::pin(async move { incidents.iter().map(done).collect() })
        }
    }

    #[tokio::test]
    async fn every_answer_of_a_source_has_the_same_number_for_an_incident() {
        for (given, nums) in [("AB12", ["AB12", "712345"]), ("", ["712345", "7712345"])] {
            let same = Same(SourceConfig::new("lab", kind_named("file").unwrap()), given);
            let source = Numbered::round(Box::new(same));
            let listing = source.list(&Pages::unwanted()).await.unwrap();
            let listed: Vec<Incident> = listing.incidents().collect();
            assert_eq!(listed.iter().map(|incident| incident.num.as_str()).collect::<Vec<_>>(), nums);
            assert_eq!(listing.warnings.len(), usize::from(!given.is_empty()), "{:?}", listing.warnings);
            let ids: Vec<String> = listed.iter().map(|incident| incident.incident_id.clone()).collect();
            assert_eq!(source.by_id(&ids).await.unwrap().iter().map(|one| one.num.as_str()).collect::<Vec<_>>(), nums);
            let done = source.operate(&listed, &Operation::Acknowledge, &Operator::default()).await;
            for ((incident, done), num) in listed.iter().zip(done).zip(nums) {
                assert_eq!(done.unwrap().incident.unwrap().num, num);
                assert_eq!(source.full(incident).await.unwrap().incident.unwrap().num, num);
            }
        }
    }
}
