//! What a source is to the rest of andon, whatever its kind.

use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;

use super::error::{SourceError, SourceErrorKind};
use super::numbers::Numbers;
use super::vendor_action::{Credentials, VendorAction};
use crate::domain::action::ActionKind;
use crate::domain::board::{Before, Listing};
use crate::domain::incident::{Alert, Incident, IncidentRow};
use crate::domain::operation::{Abilities, Operation};
use crate::domain::operator::Operator;
use crate::domain::source::SourceConfig;
use crate::domain::timeline::Full;

/// What an asynchronous call of a source gives.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A connection that incidents come from.
pub trait Source: Send + Sync {
    fn config(&self) -> &SourceConfig;
    fn name(&self) -> &str {
        &self.config().name
    }
    /// The word of its kind in the configuration.
    fn kind(&self) -> &'static str {
        self.config().kind.name
    }
    /// What is open now, everything that was handed to `pages` included. May be called again before an earlier call
    /// ended.
    fn list<'a>(&'a self, pages: &'a Pages) -> BoxFuture<'a, Result<Listing, SourceError>>;
    /// These incidents as they are now, by the source's ids: what a list of the open ones does not have any more is
    /// asked for once. Those that it does not know are left out, and count as closed.
    fn by_id<'a>(&'a self, _ids: &'a [String]) -> BoxFuture<'a, Result<Vec<Incident>, SourceError>> {
        Box::pin(async { Ok(Vec::new()) })
    }
    fn abilities(&self) -> Abilities {
        Abilities::kept_here(self.name())
    }
    /// What it has of an incident beyond its list: for the incident that is open on the screen.
    fn full<'a>(&'a self, _incident: &'a Incident) -> BoxFuture<'a, Result<Full, SourceError>> {
        Box::pin(async { Ok(Full::default()) })
    }
    /// Its alerts, where the list comes without them: for a press, which sends them along. None where the list has all.
    fn alerts<'a>(&'a self, _incident: &'a Incident) -> BoxFuture<'a, Result<Vec<Alert>, SourceError>> {
        Box::pin(async { Ok(Vec::new()) })
    }
    /// Does `operation` on each incident, sent whatever progress andon last knew: the source judges. One result for
    /// each incident, in their order. Asked only for what [`Source::abilities`] says the source does itself.
    fn operate<'a>(
        &'a self,
        incidents: &'a [Incident],
        operation: &'a Operation,
        _by: &'a Operator,
    ) -> BoxFuture<'a, Vec<Result<Operated, SourceError>>> {
        let error =
            SourceError::new(SourceErrorKind::Refused, format!("{} cannot {}", self.name(), operation.kind().as_str()));
        Box::pin(async move { each_or(incidents, Err(error)) })
    }
    /// Whether a run that succeeded is written there as a comment.
    fn comments_on_runs(&self) -> bool {
        false
    }
    /// What an action that is started here sends, by the id of what it starts. The error says why it is not.
    fn vendor_action(&self, kind: ActionKind, _id: &str) -> Result<VendorAction, SourceError> {
        let message = format!("{} ({}) cannot start {}", self.name(), self.kind(), kind.what());
        Err(SourceError::new(SourceErrorKind::Refused, message))
    }
    /// The credentials for a request of [`Source::vendor_action`], read when it is sent. Waits for its turn in the account's budget.
    fn credentials(&self) -> BoxFuture<'_, Result<Credentials, SourceError>> {
        let message = format!("{} has no credentials to start anything with", self.name());
        Box::pin(async { Err(SourceError::new(SourceErrorKind::Refused, message)) })
    }
    /// What it is, and who we are to it. Whether its list can be read, the list says.
    fn greet(&self) -> BoxFuture<'_, Result<Greeting, SourceError>> {
        let what = self.config().kind.title.to_owned();
        Box::pin(async { Ok(Greeting { what, ..Greeting::default() }) })
    }
    /// A file whose change means that it is worth asking at once; watch its folder. Known at the latest after the
    /// first [`Source::list`].
    fn watched(&self) -> Option<&Path> {
        None
    }
    /// Tells it, before it is first asked, what is known to be open, so that an incident keeps its identity over a
    /// restart. Rows of other sources are ignored.
    fn seed(&self, _known: &[IncidentRow]) {}
}

/// Takes the pages of a list as they come, so that the first is on the screen before the last is read.
#[derive(Clone)]
pub struct Pages {
    take: Arc<dyn Fn(Page) + Send + Sync>,
    before: Before,
    numbers: Arc<Numbers>,
}

/// A page of a list that is not at its end.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    pub rows: Vec<IncidentRow>,
    /// How many have come so far, this page included.
    pub got: usize,
    /// How many there will be, where the source says so.
    pub of: Option<usize>,
}

impl Pages {
    /// Hands each page to `take`.
    pub fn new(take: impl Fn(Page) + Send + Sync + 'static) -> Self {
        Self { take: Arc::new(take), before: Before::default(), numbers: Arc::default() }
    }

    /// Tells what was known before, so that only what is new need be kept of a long list.
    #[must_use]
    pub fn after(self, before: Before) -> Self {
        Self { before, ..self }
    }

    pub fn before(&self) -> &Before {
        &self.before
    }

    /// Nobody wants the pages before the list is whole.
    pub fn unwanted() -> Self {
        Self::new(drop)
    }

    /// The same pages, with the numbers of their source.
    pub(super) fn with_numbers(&self, numbers: &Arc<Numbers>) -> Self {
        Self { numbers: Arc::clone(numbers), ..self.clone() }
    }

    /// The row of an incident, which gets its number here.
    pub(super) fn row(&self, mut incident: Incident) -> IncidentRow {
        self.numbers.number(&mut incident);
        IncidentRow::pack(&incident)
    }

    /// Hands over a page. The rows are shared with the listing: cloning one copies no text.
    pub fn hand(&self, mut page: Page) {
        self.numbers.check(&mut page.rows);
        (self.take)(page);
    }
}

/// The results of an operation; where it failed as a whole, that error for each.
pub(super) fn each_or<T>(
    of: &[T],
    done: Result<Vec<Result<Operated, SourceError>>, SourceError>,
) -> Vec<Result<Operated, SourceError>> {
    done.unwrap_or_else(|error| of.iter().map(|_| Err(error.clone())).collect())
}

/// What became of an operation that the source did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Operated {
    /// The incident as it is now, where the answer has it.
    pub incident: Option<Box<Incident>>,
    /// What else there is to say of it, such as `until 14:30 at most`; empty where nothing. Clean.
    pub note: String,
}

/// What a source answers to a first question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Greeting {
    /// Who we are to it, such as a name or an address; empty where it does not say.
    pub who: String,
    /// What it is, such as `Alertmanager 0.25`.
    pub what: String,
    /// How far its limits are, one sentence each.
    pub limits: Vec<String>,
}
