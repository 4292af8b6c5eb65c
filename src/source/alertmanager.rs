//! Prometheus Alertmanager, API v2: one alert group is one incident, its receiver is its channel.
//!
//! It keeps no state of handling: nothing can be acknowledged there.

mod group;
mod memory;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use secrecy::ExposeSecret;
use serde::Deserialize;
use url::Url;

use super::http::{Http, bare, fill, other};
use super::{BoxFuture, Pages, Source, SourceError, SourceErrorKind};
use crate::domain::board::Listing;
use crate::domain::channel::{Channel, ChannelKey};
use crate::domain::incident::IncidentRow;
use crate::domain::source::{AlertmanagerConfig, SourceConfig};
use crate::secret::Resolver;
use group::{Group, Mapping};
use memory::Memory;

/// For all addresses of the cluster together.
const TIMEOUT: Duration = Duration::from_secs(5);
/// Each address has at least this long.
const TIMEOUT_EACH: Duration = Duration::from_millis(1_500);

/// A configured Alertmanager, or a cluster of them.
pub(super) struct Alertmanager {
    config: Arc<SourceConfig>,
    settings: Arc<AlertmanagerConfig>,
    secrets: Resolver,
    /// Built when first needed, thrown away when it was refused: then the credentials are read again.
    connection: Mutex<Option<Arc<Connection>>>,
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
    pub(super) fn new(config: &SourceConfig, settings: &AlertmanagerConfig, secrets: &Resolver) -> Self {
        Self {
            config: Arc::new(config.clone()),
            settings: Arc::new(settings.clone()),
            secrets: secrets.clone(),
            connection: Mutex::default(),
            preferred: AtomicUsize::new(0),
            memory: Mutex::default(),
        }
    }

    async fn ask(&self) -> Result<Listing, SourceError> {
        let connection = self.connection().await?;
        let answer = self.ask_cluster(&connection).await;
        if matches!(&answer, Err(error) if error.kind == SourceErrorKind::Unauthorised) {
            *self.connection.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
        let (groups, mut channels) = answer?;
        let link = connection.urls.first().map(bare);
        let mapping = Mapping { source: &self.config.name, settings: &self.settings, link: link.as_ref() };
        let groups = group::merge(groups);
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
        Ok(Listing { rows, channels, complete: true, warnings: Vec::new() })
    }

    /// The client and the addresses, references filled in.
    async fn connection(&self) -> Result<Arc<Connection>, SourceError> {
        if let Some(connection) = &*self.connection.lock().unwrap_or_else(PoisonError::into_inner) {
            return Ok(Arc::clone(connection));
        }
        let (config, settings, secrets) = (Arc::clone(&self.config), Arc::clone(&self.settings), self.secrets.clone());
        let connection = tokio::task::spawn_blocking(move || connect(&config, &settings, &secrets))
            .await
            .map_err(|_| other("preparing the connection failed"))??;
        let connection = Arc::new(connection);
        *self.connection.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&connection));
        Ok(connection)
    }

    /// Asks the addresses in turn, first the one that answered last. A refusal is an answer.
    async fn ask_cluster(&self, connection: &Connection) -> Result<(Vec<Group>, Vec<Channel>), SourceError> {
        let count = connection.urls.len();
        let each = (TIMEOUT / u32::try_from(count).unwrap_or(u32::MAX).max(1)).max(TIMEOUT_EACH);
        let first = self.preferred.load(Ordering::Relaxed);
        let mut failure = None;
        for at in (0..count).map(|step| (first + step) % count) {
            match self.ask_one(&connection.http, &connection.urls[at], each).await {
                Ok(answer) => {
                    self.preferred.store(at, Ordering::Relaxed);
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

    async fn ask_one(
        &self,
        http: &Http,
        url: &Url,
        limit: Duration,
    ) -> Result<(Vec<Group>, Vec<Channel>), SourceError> {
        let (groups_url, receivers_url) = (under(url, "alerts/groups"), under(url, "receivers"));
        let receivers = async {
            match self.settings.channel_label {
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
        Ok((groups, channels))
    }
}

impl Source for Alertmanager {
    fn name(&self) -> &str {
        &self.config.name
    }

    fn kind(&self) -> &'static str {
        "alertmanager"
    }

    fn badge(&self) -> &str {
        &self.config.badge
    }

    fn refresh(&self) -> Duration {
        self.config.refresh
    }

    fn list<'a>(&'a self, _pages: &'a Pages) -> BoxFuture<'a, Result<Listing, SourceError>> {
        Box::pin(self.ask())
    }

    fn seed(&self, known: &[IncidentRow]) {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner).seed(&self.config.name, known);
    }
}

/// A receiver as the API names it.
#[derive(Clone, Debug, Default, Deserialize)]
struct Receiver {
    #[serde(default)]
    name: String,
}

fn connect(
    config: &SourceConfig,
    settings: &AlertmanagerConfig,
    secrets: &Resolver,
) -> Result<Connection, SourceError> {
    let mut urls = Vec::new();
    for text in &settings.urls {
        let filled = fill(secrets, text)?;
        let url = Url::parse(filled.expose_secret().trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        urls.push(url.ok_or_else(|| other("`url` is not an address that begins with http:// or https://"))?);
    }
    let http = Http::build(config, &settings.auth, secrets)?;
    Ok(Connection { http, urls })
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
