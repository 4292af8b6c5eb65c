//! Calls of Icinga's REST API: results with a code of their own each, and errors in words.

use std::time::Duration;

use http::Method;
use jiff::tz::TimeZone;
use serde_json::Value;
use url::Url;

use crate::domain::action::Header;
use crate::domain::source::SourceConfig;
use crate::net::{Call, Called};
use crate::secret::Resolver;
use crate::source::http::{Http, bare, base_url, refused};
use crate::source::lenient::{number, text};
use crate::source::said::Shape;
use crate::source::times::{self, Time};
use crate::source::write::{Own, judge, may_be_done};
use crate::source::{SourceError, SourceErrorKind};

/// Until the head of an answer is there.
const TIMEOUT: Duration = Duration::from_secs(5);
/// A read with a body goes as a POST that says it is a GET.
const OVERRIDE: &str = "X-HTTP-Method-Override";
/// What it says where an action finds nothing that it may be done to.
const NO_OBJECT: &str = "No objects found.";

/// A client and the address.
pub(super) struct Api {
    http: Http,
    url: Url,
}

/// What became of one object of an action.
#[derive(Clone, Debug, Default)]
pub(super) struct Outcome {
    /// As an HTTP status; a fraction where Icinga counts in floats.
    pub(super) code: f64,
    /// In words, with the object's name.
    pub(super) status: String,
    /// What was made, `OBJECT!ID`; empty where nothing was.
    pub(super) name: String,
}

impl Outcome {
    fn read(item: &Value) -> Self {
        Self { code: number(item, "code"), status: text(item, "status"), name: text(item, "name") }
    }

    /// Whether it is no success.
    pub(super) fn is_bad(&self) -> bool {
        !(200.0..300.0).contains(&self.code)
    }

    /// Whether it says of no object that it is about it: Icinga quotes their names.
    pub(super) fn names_nobody(&self) -> bool {
        self.name.is_empty() && !self.status.contains('\'')
    }

    /// Whether it may have been done all the same.
    pub(super) fn may_be_done(&self) -> bool {
        // What is no refusal, and no success, says nothing.
        self.is_bad()
            && (!(400.0..500.0).contains(&self.code) || u16::try_from(seconds(self.code)).is_ok_and(may_be_done))
    }
}

impl Api {
    /// Reads what the settings refer to. Blocks.
    pub(super) fn connect(config: &SourceConfig, secrets: &Resolver) -> Result<Self, SourceError> {
        let url = base_url(config, secrets)?;
        Ok(Self { http: Http::build(config, secrets)?, url })
    }

    /// What a GET of `path` has as results.
    pub(super) async fn get(&self, path: &str) -> Result<Vec<Value>, SourceError> {
        let called = self.http.call(Method::GET, &self.under(path), None, &[], TIMEOUT).await?;
        self.results(path, &called)
    }

    /// The objects of a kind (`services`) that `query` asks for.
    pub(super) async fn objects(&self, kind: &str, query: &Value) -> Result<Vec<Value>, SourceError> {
        let path = format!("objects/{kind}");
        let headers = [Header::new(OVERRIDE, "GET")];
        let called = self.http.call(Method::POST, &self.under(&path), Some(query), &headers, TIMEOUT).await?;
        if called.status == 404 {
            // An empty answer is `results: []`; this one hides what the user may not see.
            let message = format!(
                "{} shows no {kind}: either it has none, or this ApiUser may not read them; give it the permission \
                 objects/query/{}",
                self.place(),
                capital(kind)
            );
            return Err(SourceError::new(SourceErrorKind::Unauthorised, message));
        }
        self.results(&path, &called)
    }

    /// Does an action. What it did to which object stands in the outcomes, whatever the status of the whole.
    pub(super) async fn act(&self, action: &str, body: &Value) -> Result<Vec<Outcome>, SourceError> {
        let url = self.under(&format!("actions/{action}"));
        let called = self.http.change(Call { method: Method::POST, url: &url, json: Some(body) }, &[], TIMEOUT).await?;
        let shape = Shape::of(&called.body);
        if let Some(results) = results_of(&shape).filter(|_| !(300..400).contains(&called.status)) {
            return Ok(results.iter().map(Outcome::read).collect());
        }
        let said = if let Shape::Json(json) = &shape { text(json, "status") } else { String::new() };
        if called.status == 404 && said == NO_OBJECT {
            let message = format!(
                "{}: no such object: either it is gone, or this ApiUser may not do that; it needs the permission \
                 actions/{action}",
                self.place()
            );
            return Err(SourceError::new(SourceErrorKind::Refused, message));
        }
        let own = if said.is_empty() { Own::Foreign } else { Own::Fault(said, None) };
        judge(&self.place(), &called, own)
    }

    fn results(&self, path: &str, called: &Called) -> Result<Vec<Value>, SourceError> {
        if !(200..300).contains(&called.status) {
            return Err(self.failure(called));
        }
        let shape = Shape::of(&called.body);
        results_of(&shape).map(<[Value]>::to_vec).ok_or_else(|| {
            let asked = if path.is_empty() { String::new() } else { format!(" {path}") };
            let message = format!("{} answers{asked} with {}; is this an Icinga 2?", self.place(), shape.name());
            SourceError::new(SourceErrorKind::Rubbish, message)
        })
    }

    fn failure(&self, called: &Called) -> SourceError {
        refused(&self.place(), called, &Shape::of(&called.body).words())
    }

    /// The address as messages show it.
    fn place(&self) -> String {
        bare(&self.url).as_str().trim_end_matches('/').to_owned()
    }

    fn under(&self, path: &str) -> Url {
        let mut url = self.url.clone();
        let slash = if path.is_empty() { "" } else { "/" };
        url.set_path(&format!("{}/v1{slash}{path}", self.url.path().trim_end_matches('/')));
        url.set_fragment(None);
        url
    }
}

/// What is in the envelope of every answer.
fn results_of(shape: &Shape) -> Option<&[Value]> {
    let Shape::Json(json) = shape else { return None };
    json.get("results")?.as_array().map(Vec::as_slice)
}

/// `services` is `Service` in the name of a permission.
fn capital(kind: &str) -> String {
    let kind = kind.strip_suffix('s').unwrap_or(kind);
    let mut letters = kind.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

/// Unix seconds of a time in fractions of them.
// Times of this century are far within the range, and fractions of a second say nothing here.
#[allow(clippy::cast_possible_truncation)]
pub(super) fn seconds(time: f64) -> i64 {
    time as i64
}

/// A time in Unix seconds and fractions of them, 0 where it has not happened; and what nobody can read as one.
pub(super) fn time(attrs: &Value, name: &str) -> (f64, Option<Value>) {
    let Some(given) = attrs.get(name) else { return (0.0, None) };
    let own = number(attrs, name);
    // -1 is its own word for never.
    if given.is_number() && own <= 0.0 {
        return (0.0, None);
    }
    match times::read(given, &TimeZone::UTC) {
        Time::At(at) if seconds(own) == at => (own, None),
        // Seconds of this century are exact.
        #[allow(clippy::cast_precision_loss)]
        Time::At(at) => (at as f64, None),
        Time::Never => (0.0, None),
        Time::Unread => (0.0, Some(given.clone())),
    }
}

/// Unix milliseconds of a time in fractions of seconds.
#[allow(clippy::cast_possible_truncation)]
pub(super) fn milliseconds(time: f64) -> i64 {
    (time * 1_000.0).round() as i64
}
