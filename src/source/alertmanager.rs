//! Prometheus Alertmanager, API v2: one alert group is one incident, its receiver is its channel.
//!
//! It keeps no state of handling but silences: snoozing makes one, nothing can be acknowledged there.

mod group;
mod handle;
mod memory;
mod silence;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::Deserialize;
use url::Url;

use super::cached::CachedConnection;
use super::http::{Http, bare, base_urls, other};
use super::{BoxFuture, Greeting, Operated, Pages, Source, SourceError, SourceErrorKind};
use crate::domain::board::Listing;
use crate::domain::channel::{Channel, ChannelKey};
use crate::domain::incident::{Incident, IncidentRow};
use crate::domain::operation::{Abilities, Operation};
use crate::domain::operator::Operator;
use crate::domain::source::SourceConfig;
use crate::domain::timeline::Full;
use crate::secret::Resolver;
use group::{Group, Mapping};
use memory::Memory;
use silence::Silence;

/// For all addresses of the cluster together.
const TIMEOUT: Duration = Duration::from_secs(5);
/// Each address has at least this long.
const TIMEOUT_EACH: Duration = Duration::from_millis(1_500);

/// A configured Alertmanager, or a cluster of them.
pub(super) struct Alertmanager {
    config: Arc<SourceConfig>,
    connection: CachedConnection<Connection>,
    /// The address that answered last.
    preferred: AtomicUsize,
    memory: Mutex<Memory>,
}

/// What stays between two questions.
struct Connection {
    http: Http,
    urls: Vec<Url>,
}

impl Alertmanager {
    pub(super) fn new(config: Arc<SourceConfig>, secrets: &Resolver) -> Self {
        let connection = CachedConnection::new(&config, secrets, Connection::open);
        Self { config, connection, preferred: AtomicUsize::new(0), memory: Mutex::default() }
    }

    async fn ask(&self) -> Result<Listing, SourceError> {
        let connection = self.connection.get().await?;
        let Answer { groups, mut channels, silences } = self.connection.checked(self.ask_cluster(&connection).await)?;
        let link = connection.urls.first().map(bare);
        let groups = group::merge(groups);
        let names = group::names(&groups);
        let mapping = Mapping { config: &self.config, link: link.as_ref(), silences: &silences, names: &names };
        let firings = self.memory.lock().unwrap_or_else(PoisonError::into_inner).identify(&self.config.name, &groups);
        let mut rows = Vec::with_capacity(groups.len());
        for (group, firing) in groups.iter().zip(&firings) {
            let incident = mapping.incident(group, firing);
            let channel = Channel { key: incident.channel(), name: incident.channel_name.clone() };
            if !channels.contains(&channel) {
                channels.push(channel);
            }
            rows.push(IncidentRow::pack(&incident));
        }
        Ok(Listing { rows, channels, complete: true, ..Listing::default() })
    }

    /// Asks the addresses in turn, first the one that answered last. A refusal is an answer.
    async fn ask_cluster(&self, connection: &Connection) -> Result<Answer, SourceError> {
        let count = u32::try_from(connection.urls.len()).unwrap_or(u32::MAX);
        let each = (TIMEOUT / count.max(1)).max(TIMEOUT_EACH);
        let mut failure = None;
        for (at, url) in self.in_turn(connection) {
            match self.ask_one(&connection.http, url, each).await {
                Ok(answer) => {
                    self.answered(at);
                    return Ok(answer);
                }
                Err(error) => {
                    let refused =
                        matches!(error.kind, SourceErrorKind::Unauthorised | SourceErrorKind::RateLimited { .. });
                    if refused {
                        return Err(error);
                    }
                    failure = Some(error);
                }
            }
        }
        Err(failure.unwrap_or_else(|| other("no address is configured")))
    }

    /// The addresses in the order in which they are asked: first the one that answered last.
    fn in_turn<'a>(&self, connection: &'a Connection) -> impl Iterator<Item = (usize, &'a Url)> + use<'a> {
        let count = connection.urls.len();
        let first = self.preferred.load(Ordering::Relaxed);
        (0..count).map(move |step| (first + step) % count).map(|at| (at, &connection.urls[at]))
    }

    fn answered(&self, at: usize) {
        self.preferred.store(at, Ordering::Relaxed);
    }

    async fn ask_one(&self, http: &Http, url: &Url, limit: Duration) -> Result<Answer, SourceError> {
        let (groups_url, receivers_url) = (under(url, "alerts/groups"), under(url, "receivers"));
        let receivers = async {
            match self.config.text("channel_label") {
                Some(_) => Vec::new(),
                // Channels without an incident are a convenience; their absence is no failure.
                None => http.get(&receivers_url, limit).await.unwrap_or_default(),
            }
        };
        let (groups, receivers) = tokio::join!(http.get(&groups_url, limit), receivers);
        let groups: Vec<Group> = serde_json::from_slice(&groups?).map_err(|error| rubbish(url, &error))?;
        let receivers: Vec<Receiver> = serde_json::from_slice(&receivers).unwrap_or_default();
        let name = &self.config.name;
        let channels = receivers
            .into_iter()
            .filter(|receiver| !receiver.name.is_empty())
            .map(|receiver| Channel { key: ChannelKey::new(name, &receiver.name), name: receiver.name })
            .collect();
        // Who silences, until when and why is worth a question only where something is silenced; without an answer
        // the incidents are still true.
        let any_silenced =
            groups.iter().flat_map(|group| &group.alerts).any(|alert| !alert.status.silenced_by.is_empty());
        let body =
            if any_silenced { http.get(&under(url, "silences"), limit).await.unwrap_or_default() } else { Vec::new() };
        let mut silences: Vec<Silence> = serde_json::from_slice(&body).unwrap_or_default();
        silences.retain(Silence::is_active);
        Ok(Answer { groups, channels, silences })
    }
}

impl Source for Alertmanager {
    fn config(&self) -> &SourceConfig {
        &self.config
    }

    fn list<'a>(&'a self, _pages: &'a Pages) -> BoxFuture<'a, Result<Listing, SourceError>> {
        Box::pin(self.ask())
    }

    fn abilities(&self) -> Abilities {
        handle::abilities()
    }

    fn full<'a>(&'a self, incident: &'a Incident) -> BoxFuture<'a, Result<Full, SourceError>> {
        Box::pin(self.read_full(incident))
    }

    fn operate<'a>(
        &'a self,
        incidents: &'a [Incident],
        operation: &'a Operation,
        by: &'a Operator,
    ) -> BoxFuture<'a, Vec<Result<Operated, SourceError>>> {
        Box::pin(self.operate_all(incidents, operation, by))
    }

    fn greet(&self) -> BoxFuture<'_, Result<Greeting, SourceError>> {
        Box::pin(self.say_hello())
    }

    fn seed(&self, known: &[IncidentRow]) {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner).seed(&self.config.name, known);
    }
}

/// What one address answers.
struct Answer {
    groups: Vec<Group>,
    channels: Vec<Channel>,
    silences: Vec<Silence>,
}

/// A receiver as the API names it.
#[derive(Clone, Debug, Default, Deserialize)]
struct Receiver {
    #[serde(default)]
    name: String,
}

impl Connection {
    fn open(config: &SourceConfig, secrets: &Resolver) -> Result<Self, SourceError> {
        Ok(Self { http: Http::build(config, secrets)?, urls: base_urls(config, secrets)? })
    }
}

/// The address of an API path; what stands before it (a prefix behind a proxy) stays, and a query goes with it.
fn under(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}/api/v2/{path}", base.path().trim_end_matches('/')));
    url.set_fragment(None);
    url
}

/// Only the place of the fault: its text may repeat what was answered.
fn rubbish(url: &Url, error: &serde_json::Error) -> SourceError {
    let message = format!(
        "{} answers what is no list of alert groups (line {}, column {}); is this an Alertmanager?",
        bare(url),
        error.line(),
        error.column()
    );
    SourceError::new(SourceErrorKind::Rubbish, message)
}
