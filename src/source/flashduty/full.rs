//! One incident in full: what is known of it now, its alerts, and its timeline.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::connection::Connection;
use super::limits::BATCH;
use super::names::Names;
use super::{list, timeline};
use crate::domain::incident::Alert;
use crate::domain::source::SourceConfig;
use crate::domain::timeline::Full;
use crate::source::account::Account;
use crate::source::{SourceError, SourceErrorKind};

/// How many pages of alerts and of the timeline are read at most.
const PAGES: usize = 10;

/// Everything there is of it. Without the incident itself it is an error; what else is missing is a warning.
pub(super) async fn full(
    config: &SourceConfig,
    connection: &Connection,
    names: &Names,
    id: &str,
) -> Result<Full, SourceError> {
    let info_body = json!({ "incident_id": id });
    let (info, alerts, feed) = tokio::join!(
        connection.ask("/incident/info", &info_body),
        paged(connection, "/incident/alert/list", json!({ "incident_id": id, "limit": BATCH })),
        // The newest first, so that they are there where not all can be.
        paged(connection, "/incident/feed", json!({ "incident_id": id, "limit": BATCH, "asc": false })),
    );
    let Value::Object(mut info) = info? else {
        let message = format!("/incident/info gave no incident for {}", crate::domain::text::clean(id));
        return Err(SourceError::new(SourceErrorKind::Rubbish, message));
    };
    let mut warnings: Vec<String> = Vec::new();
    warnings.extend(alerts.short("alerts"));
    warnings.extend(feed.short("entries of the timeline"));
    if !alerts.items.is_empty() {
        info.insert("alerts".to_owned(), alerts.items.into());
    }
    warnings.extend(names.fill(connection, std::slice::from_mut(&mut info)).await.err());
    let mut people = BTreeSet::new();
    feed.items.iter().for_each(|entry| timeline::people(entry, &mut people));
    warnings.extend(names.learn_people(connection, &people).await.err());
    warnings.dedup();
    let mut moments: Vec<_> = feed.items.iter().rev().map(|entry| timeline::moment(entry, names)).collect();
    moments.sort_by_key(|moment| moment.at_ms);
    let incident = list::read(&config.name, info, &mut Account::new(config))
        .map_err(|why| SourceError::new(SourceErrorKind::Rubbish, why))?;
    Ok(Full { incident: Some(Box::new(incident)), timeline: moments, warnings })
}

/// The alerts of an incident, as many as are read at most.
pub(super) async fn alerts(
    config: &SourceConfig,
    connection: &Connection,
    id: &str,
) -> Result<Vec<Alert>, SourceError> {
    let Paged { items, cut } =
        paged(connection, "/incident/alert/list", json!({ "incident_id": id, "limit": BATCH })).await;
    match cut {
        Some(why) if items.is_empty() => return Err(SourceError::new(SourceErrorKind::Other, why)),
        _ => {}
    }
    // Read as a part of their incident, which is what the contract's words are about.
    let whole = Map::from_iter([("incident_id".to_owned(), id.into()), ("alerts".to_owned(), items.into())]);
    let incident = list::read(&config.name, whole, &mut Account::new(config));
    incident.map(|incident| incident.alerts).map_err(|why| SourceError::new(SourceErrorKind::Rubbish, why))
}

/// What came of a list in numbered pages.
#[derive(Default)]
struct Paged {
    items: Vec<Value>,
    /// Why it is not everything.
    cut: Option<String>,
}

impl Paged {
    fn short(&self, what: &str) -> Option<String> {
        self.cut.as_ref().map(|why| format!("not all {what} came, {} did: {why}", self.items.len()))
    }
}

async fn paged(connection: &Connection, path: &str, mut body: Value) -> Paged {
    let mut out = Paged::default();
    for page in 1..=PAGES {
        body["p"] = page.into();
        let answer = match connection.ask(path, &body).await {
            Ok(Value::Object(answer)) => answer,
            Ok(_) => Map::new(),
            Err(error) => return Paged { cut: Some(error.message), ..out },
        };
        let items = answer.get("items").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let before = out.items.len();
        // A page that comes again brings nothing.
        let repeated = !items.is_empty() && out.items.ends_with(items);
        if !repeated {
            out.items.extend_from_slice(items);
        }
        if !more(&answer, items.len(), out.items.len()) {
            return out;
        }
        if out.items.len() == before {
            return Paged { cut: Some("a page of it brought nothing new".to_owned()), ..out };
        }
    }
    Paged { cut: Some(format!("more than {PAGES} pages are not read")), ..out }
}

/// Whether a page is not the last: some lists say so, others tell how many there are.
fn more(answer: &Map<String, Value>, of_page: usize, got: usize) -> bool {
    if let Some(more) = answer.get("has_next_page").and_then(Value::as_bool) {
        return more;
    }
    match answer.get("total").and_then(Value::as_u64) {
        Some(total) => usize::try_from(total).is_ok_and(|total| got < total),
        None => of_page >= BATCH,
    }
}
