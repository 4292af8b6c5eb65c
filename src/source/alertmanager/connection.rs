//! Calls to the addresses of a cluster: reads ask each of them, for they do not share their alerts; a write goes to the
//! first that answers, for they tell each other of silences.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use http::Method;
use serde_json::Value;
use url::Url;

use super::member::{Member, Status};
use super::model::{self, Group};
use super::silence::Silence;
use crate::domain::channel::{Channel, ChannelKey};
use crate::domain::source::SourceConfig;
use crate::net::Call;
use crate::secret::Resolver;
use crate::source::http::{Http, bare, base_urls, hint, other, refused};
use crate::source::lenient::text;
use crate::source::said::Shape;
use crate::source::write::{Own, judge};
use crate::source::{SourceError, SourceErrorKind};

/// For one address alone.
const TIMEOUT: Duration = Duration::from_secs(5);
/// For each of several, which are asked at once: a silent one does not keep the others from the screen.
const TIMEOUT_EACH: Duration = Duration::from_millis(2_500);

/// The addresses of a cluster.
pub(super) struct Connection {
    http: Http,
    urls: Vec<Url>,
    /// The address that answered last.
    preferred: AtomicUsize,
}

/// What the cluster answers.
pub(super) struct Answer {
    pub(super) members: Vec<Member>,
    pub(super) channels: Vec<Channel>,
    pub(super) silences: Vec<Silence>,
    /// What could not be read, one sentence each.
    pub(super) warnings: Vec<String>,
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

    /// What each address has now; one at least has answered.
    pub(super) async fn members(&self) -> Result<(Vec<Member>, Vec<String>), SourceError> {
        let limit = if self.urls.len() > 1 { TIMEOUT_EACH } else { TIMEOUT };
        let mut warnings = Vec::new();
        let mut members = Vec::with_capacity(self.urls.len());
        for (at, answer) in join_all(self.urls.iter().map(|url| self.ask_one(url, limit))).await.into_iter().enumerate()
        {
            let place = place(&self.urls[at]);
            members.push(match answer {
                Ok((groups, status, odd)) => {
                    warnings.extend(odd.iter().map(|odd| format!("{place}: {odd}")));
                    Member { place, status, groups: Ok(groups) }
                }
                Err(error) => Member { place, status: Status::default(), groups: Err(error) },
            });
        }
        match members.iter().position(|member| member.groups.is_ok()) {
            Some(at) => {
                if members.get(self.preferred.load(Ordering::Relaxed)).is_none_or(|member| member.groups.is_err()) {
                    self.answered(at);
                }
                Ok((members, warnings))
            }
            None => Err(failure(members)),
        }
    }

    /// Everything of a list.
    pub(super) async fn list(&self, config: &SourceConfig) -> Result<Answer, SourceError> {
        let receivers = async {
            match config.text("channel_label") {
                Some(_) => Vec::new(),
                // Channels without an incident are a convenience; their absence is no failure.
                None => self.read_list("receivers").await.unwrap_or_default(),
            }
        };
        let (members, receivers) = tokio::join!(self.members(), receivers);
        let (members, warnings) = members?;
        let names = receivers.iter().map(|receiver| text(receiver, "name")).filter(|name| !name.is_empty());
        let channels = names.map(|name| Channel { key: ChannelKey::new(&config.name, &name), name }).collect();
        // Who silences, until when and why is worth a question only where something is silenced; without an answer
        // the incidents are still true.
        let mut alerts = members.iter().flat_map(Member::shown).flat_map(|group| &group.alerts);
        let silences = if alerts.any(|alert| !alert.status.silenced_by.is_empty()) {
            self.silences().await.unwrap_or_default()
        } else {
            Vec::new()
        };
        let silences = silences.into_iter().filter(Silence::is_active).collect();
        Ok(Answer { members, channels, silences, warnings })
    }

    pub(super) async fn silences(&self) -> Result<Vec<Silence>, SourceError> {
        Ok(self.read_list("silences").await?.iter().filter_map(Silence::read).collect())
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

    /// The groups of one address, what it says of itself, and what could not be read.
    async fn ask_one(&self, url: &Url, limit: Duration) -> Result<(Vec<Group>, Status, Vec<String>), SourceError> {
        let status = async {
            // It tells how far an empty list is to be believed.
            let answer = self.get(url, "status", limit).await;
            answer.map_or_else(|why| Status::unread(&why), |answer| Status::read(&answer))
        };
        let (groups, status) = tokio::join!(self.get(url, "alerts/groups", limit), status);
        let groups = groups?;
        let Value::Array(groups) = &groups else { return Err(rubbish(url, "JSON that is no list of alert groups")) };
        let (groups, odd) = model::groups(groups);
        Ok((groups, status, odd))
    }

    /// What a path of one address is answered.
    async fn get(&self, url: &Url, path: &str, limit: Duration) -> Result<Value, SourceError> {
        let address = under(url, path);
        let called = self.http.call(Method::GET, &address, None, &[], limit).await?;
        let shape = Shape::of(&called.body);
        if !(200..300).contains(&called.status) {
            let said = match (&shape, shape.words()) {
                (Shape::Json(_), words) => words,
                (_, words) if words.is_empty() => words,
                // Whose words these are is not known.
                (_, words) => format!("{words}; {}", hint(called.status)),
            };
            return Err(refused(&place(&address), &called, &said));
        }
        match shape {
            Shape::Json(json) => Ok(json),
            other => Err(rubbish(url, &other.name())),
        }
    }

    /// Reads from the first address that answers.
    pub(super) async fn read(&self, path: &str) -> Result<Value, SourceError> {
        let mut failure = None;
        for (at, url) in self.in_turn() {
            match self.get(url, path, TIMEOUT_EACH).await {
                Ok(answer) => {
                    self.answered(at);
                    return Ok(answer);
                }
                Err(error) if error.kind == SourceErrorKind::Unreachable => failure = Some(error),
                Err(error) => return Err(error),
            }
        }
        Err(failure.unwrap_or_else(|| other("no address is configured")))
    }

    /// A list; null is an empty one.
    async fn read_list(&self, path: &str) -> Result<Vec<Value>, SourceError> {
        match self.read(path).await? {
            Value::Array(items) => Ok(items),
            Value::Null => Ok(Vec::new()),
            _ => {
                let message = format!("{path} is no list; is this an Alertmanager?");
                Err(SourceError::new(SourceErrorKind::Rubbish, message))
            }
        }
    }

    /// Writes to the first address that answers. What may have been done is not done again elsewhere. `own` says whether
    /// an answer is the one that the API gives where it was done.
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
                    // An error of this API is a status and words: a success that is not its own is nobody's.
                    let own = own(&Shape::of(&called.body)).map_or(Own::Foreign, Own::Done);
                    return judge(&place(url), &called, own);
                }
                Err(error) if error.kind == SourceErrorKind::Unreachable => failure = Some(error),
                Err(error) => return Err(error),
            }
        }
        Err(failure.unwrap_or_else(|| other("no address is configured")))
    }
}

/// The error where nobody answered: what can be mended by who asks comes first.
fn failure(members: Vec<Member>) -> SourceError {
    let mut errors: Vec<SourceError> = members.into_iter().filter_map(|member| member.groups.err()).collect();
    errors.sort_by_key(|error| match error.kind {
        SourceErrorKind::Unauthorised | SourceErrorKind::RateLimited { .. } => 0,
        SourceErrorKind::Unreachable => 2,
        _ => 1,
    });
    errors.into_iter().next().unwrap_or_else(|| other("no address is configured"))
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

fn rubbish(url: &Url, what: &str) -> SourceError {
    let message = format!("{} answered with {what}; is this an Alertmanager?", place(url));
    SourceError::new(SourceErrorKind::Rubbish, message)
}
