//! One call: to the first address of the cluster that answers.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http::Method;
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

use super::model::{Group, Receiver};
use super::silence::Silence;
use crate::domain::channel::{Channel, ChannelKey};
use crate::domain::source::SourceConfig;
use crate::net::Call;
use crate::secret::Resolver;
use crate::source::http::{Http, bare, base_urls, other};
use crate::source::said::Shape;
use crate::source::write::{Own, judge};
use crate::source::{SourceError, SourceErrorKind};

/// For all addresses of the cluster together.
const TIMEOUT: Duration = Duration::from_secs(5);
/// Each address has at least this long.
const TIMEOUT_EACH: Duration = Duration::from_millis(1_500);

/// The addresses of a cluster.
pub(super) struct Connection {
    http: Http,
    urls: Vec<Url>,
    /// The address that answered last.
    preferred: AtomicUsize,
}

/// What one address answers.
pub(super) struct Answer {
    pub(super) groups: Vec<Group>,
    pub(super) channels: Vec<Channel>,
    pub(super) silences: Vec<Silence>,
}

impl Connection {
    pub(super) fn open(config: &SourceConfig, secrets: &Resolver) -> Result<Self, SourceError> {
        let (http, urls) = (Http::build(config, secrets)?, base_urls(config, secrets)?);
        Ok(Self { http, urls, preferred: AtomicUsize::new(0) })
    }

    /// Where a browser finds it.
    pub(super) fn link(&self) -> Option<Url> {
        self.urls.first().map(bare)
    }

    /// Asks the addresses in turn, first the one that answered last. A refusal is an answer.
    pub(super) async fn list(&self, config: &SourceConfig) -> Result<Answer, SourceError> {
        let count = u32::try_from(self.urls.len()).unwrap_or(u32::MAX);
        let each = (TIMEOUT / count.max(1)).max(TIMEOUT_EACH);
        let mut failure = None;
        for (at, url) in self.in_turn() {
            match self.ask_one(config, url, each).await {
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
    fn in_turn(&self) -> impl Iterator<Item = (usize, &Url)> {
        let count = self.urls.len();
        let first = self.preferred.load(Ordering::Relaxed);
        (0..count).map(move |step| (first + step) % count).map(|at| (at, &self.urls[at]))
    }

    fn answered(&self, at: usize) {
        self.preferred.store(at, Ordering::Relaxed);
    }

    async fn ask_one(&self, config: &SourceConfig, url: &Url, limit: Duration) -> Result<Answer, SourceError> {
        let (groups_url, receivers_url) = (under(url, "alerts/groups"), under(url, "receivers"));
        let receivers = async {
            match config.text("channel_label") {
                Some(_) => Vec::new(),
                // Channels without an incident are a convenience; their absence is no failure.
                None => self.http.get(&receivers_url, limit).await.unwrap_or_default(),
            }
        };
        let (groups, receivers) = tokio::join!(self.http.get(&groups_url, limit), receivers);
        let groups: Vec<Group> = serde_json::from_slice(&groups?).map_err(|error| rubbish(url, &error))?;
        let receivers: Vec<Receiver> = serde_json::from_slice(&receivers).unwrap_or_default();
        let name = &config.name;
        let channels = receivers
            .into_iter()
            .filter(|receiver| !receiver.name.is_empty())
            .map(|receiver| Channel { key: ChannelKey::new(name, &receiver.name), name: receiver.name })
            .collect();
        // Who silences, until when and why is worth a question only where something is silenced; without an answer
        // the incidents are still true.
        let any_silenced =
            groups.iter().flat_map(|group| &group.alerts).any(|alert| !alert.status.silenced_by.is_empty());
        let body = if any_silenced {
            self.http.get(&under(url, "silences"), limit).await.unwrap_or_default()
        } else {
            Vec::new()
        };
        let mut silences: Vec<Silence> = serde_json::from_slice(&body).unwrap_or_default();
        silences.retain(Silence::is_active);
        Ok(Answer { groups, channels, silences })
    }

    /// Reads from the first address that answers.
    pub(super) async fn read<T: DeserializeOwned>(&self, path: &str) -> Result<T, SourceError> {
        let mut failure = None;
        for (at, url) in self.in_turn() {
            match self.http.get(&under(url, path), TIMEOUT).await {
                Ok(body) => {
                    self.answered(at);
                    return serde_json::from_slice(&body).map_err(|error| rubbish(url, &error));
                }
                Err(error) if error.kind == SourceErrorKind::Unreachable => failure = Some(error),
                Err(error) => return Err(error),
            }
        }
        Err(failure.unwrap_or_else(|| other("no address is configured")))
    }

    /// Writes to the first address that answers. What may have been done is not done again elsewhere: the members of
    /// a cluster tell each other. `own` says whether an answer is the one that the API gives where it was done.
    pub(super) async fn write<T>(
        &self,
        method: Method,
        path: &str,
        json: Option<&Value>,
        own: fn(&Shape) -> Option<T>,
    ) -> Result<T, SourceError> {
        let mut failure = None;
        for (at, url) in self.in_turn() {
            let address = under(url, path);
            let call = Call { method: method.clone(), url: &address, json };
            match self.http.change(call, &[], TIMEOUT).await {
                Ok(called) => {
                    self.answered(at);
                    let shape = Shape::of(&called.body);
                    let own = match own(&shape) {
                        Some(done) => Own::Done(done),
                        // An error of this API is a status and words: a success that is not its own is nobody's.
                        None => Own::Foreign,
                    };
                    return judge(&place(url), &called, own);
                }
                Err(error) if error.kind == SourceErrorKind::Unreachable => failure = Some(error),
                Err(error) => return Err(error),
            }
        }
        Err(failure.unwrap_or_else(|| other("no address is configured")))
    }
}

fn place(url: &Url) -> String {
    bare(url).as_str().trim_end_matches('/').to_owned()
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
        "{} did not answer with a list of alert groups (line {}, column {}); is this an Alertmanager?",
        bare(url),
        error.line(),
        error.column()
    );
    SourceError::new(SourceErrorKind::Rubbish, message)
}
