//! The open incidents: windows of at most 31 days, newest first, each in pages of 100 by cursor.

use std::collections::HashSet;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::connection::Connection;
use super::limits::BATCH;
use super::names::Names;
use crate::domain::board::Listing;
use crate::domain::channel::Channel;
use crate::domain::incident::{Incident, IncidentRow};
use crate::domain::source::SourceConfig;
use crate::source::account::Account;
use crate::source::item;
use crate::source::{Page, Pages, SourceError, SourceErrorKind};

/// The longest window of the vendor's list, seconds.
const WINDOW_S: i64 = 31 * 86_400;
/// The list ends so far in the future: incidents are not to be missed because our clock is behind theirs.
const AHEAD_S: i64 = 300;
/// The most items of a list that warnings name one by one.
const NAMED: usize = 3;
/// What is open there.
const OPEN: &str = "Triggered,Processing";

/// One reading of the list.
pub(super) struct Reading<'a> {
    account: Account<'a>,
    source: &'a str,
    connection: &'a Connection,
    names: &'a Names,
    pages: &'a Pages,
    seen: HashSet<String>,
    listing: Listing,
    unread: usize,
    /// Why names are missing; then they are not asked for again in this reading.
    nameless: Option<String>,
}

/// How a window ended.
enum End {
    Whole,
    /// Not everything came, for this reason.
    Cut(String),
}

impl<'a> Reading<'a> {
    pub(super) fn new(
        config: &'a SourceConfig,
        connection: &'a Connection,
        names: &'a Names,
        pages: &'a Pages,
    ) -> Self {
        let listing = Listing { complete: true, ..Listing::default() };
        let (account, source) = (Account::new(config), config.name.as_str());
        Self { account, source, connection, names, pages, seen: HashSet::new(), listing, unread: 0, nameless: None }
    }

    /// Everything that is open and began within `since`. What was read before an error stays, and the list is then not
    /// complete; an error before anything was read is the answer.
    pub(super) async fn read(mut self, since: Duration) -> Result<Listing, SourceError> {
        let windows = windows(Timestamp::now().as_second(), since);
        let last = windows.len().saturating_sub(1);
        for (at, window) in windows.into_iter().enumerate() {
            let end = match self.window(window, at == last).await {
                Err(error) if self.seen.is_empty() && at == 0 => return Err(error),
                Err(error) => End::Cut(error.message),
                Ok(end) => end,
            };
            if let End::Cut(why) = end {
                let got = self.listing.rows.len();
                self.listing.complete = false;
                self.listing.warnings.push(format!(
                    "the list is not whole, {} came: {why}",
                    crate::domain::text::counted(got, "incident")
                ));
                break;
            }
        }
        if self.unread > NAMED {
            self.listing.warnings.push(format!("{} more incidents were left out", self.unread - NAMED));
        }
        self.listing.warnings.extend(self.nameless);
        self.listing.warnings.extend(self.account.report.warnings());
        self.account.report.items = self.seen.len() + self.unread;
        self.listing.report = self.account.report;
        Ok(self.listing)
    }

    async fn window(&mut self, (start, end): (i64, i64), last: bool) -> Result<End, SourceError> {
        let mut cursors = HashSet::new();
        let mut cursor = String::new();
        let before = self.seen.len();
        loop {
            let mut body = json!({ "start_time": start, "end_time": end, "progress": OPEN, "limit": BATCH });
            if !cursor.is_empty() {
                body["search_after_ctx"] = cursor.as_str().into();
            }
            let answer = self.connection.ask("/incident/list", &body).await?;
            let Some(items) = items(&answer) else {
                let message = "/incident/list gave no `items`; is this Flashduty's Open API?";
                return Err(SourceError::new(SourceErrorKind::Rubbish, message));
            };
            let of_window = answer.get("total").and_then(Value::as_u64).and_then(|total| usize::try_from(total).ok());
            let (empty, news) = (items.is_empty(), self.take(items).await);
            let got = self.seen.len();
            // How many there will be is known of the windows that were begun only.
            self.hand(news.as_slice(), got, of_window.filter(|_| last).map(|of| (before + of).max(got)));
            if answer.get("has_next_page").and_then(Value::as_bool) != Some(true) {
                return Ok(End::Whole);
            }
            let next = answer.get("search_after_ctx").and_then(Value::as_str).unwrap_or_default();
            let fault = if empty || news.is_empty() {
                "a page of it brought nothing new"
            } else if next.is_empty() {
                "it says that there is more, but not where"
            } else if cursors.contains(next) {
                "it came back to a page that it had given"
            } else {
                next.clone_into(&mut cursor);
                cursors.insert(cursor.clone());
                continue;
            };
            let whole = of_window.is_some_and(|of| self.seen.len() - before >= of);
            return Ok(if whole { End::Whole } else { End::Cut(fault.to_owned()) });
        }
    }

    /// Reads the incidents of a page; gives the rows that are new.
    async fn take(&mut self, items: Vec<Value>) -> Vec<IncidentRow> {
        let mut fields: Vec<Map<String, Value>> = Vec::new();
        for item in items {
            match item {
                Value::Object(item) if is_new(&item, &self.seen) => fields.push(item),
                Value::Object(_) => {}
                _ => self.leave_out("an incident was left out: it is not an object"),
            }
        }
        match self.nameless {
            None => self.nameless = self.names.fill(self.connection, &mut fields).await.err(),
            // What is known already costs nothing.
            Some(_) => self.names.fill_known(&mut fields),
        }
        let mut rows = Vec::with_capacity(fields.len());
        for fields in fields {
            match read(self.source, fields, &mut self.account) {
                Ok(incident) => {
                    self.seen.insert(incident.incident_id.clone());
                    let channel = Channel { key: incident.channel(), name: incident.channel_name.clone() };
                    if !self.listing.channels.contains(&channel) {
                        self.listing.channels.push(channel);
                    }
                    rows.push(self.pages.row(incident));
                }
                Err(why) => self.leave_out(&format!("an incident was left out: {why}")),
            }
        }
        rows
    }

    fn hand(&mut self, news: &[IncidentRow], got: usize, of: Option<usize>) {
        self.listing.rows.extend_from_slice(news);
        if !news.is_empty() {
            self.pages.hand(Page { rows: news.to_vec(), got, of });
        }
    }

    fn leave_out(&mut self, why: &str) {
        self.unread += 1;
        if self.unread <= NAMED {
            self.listing.warnings.push(why.to_owned());
        }
    }
}

/// These incidents as they are now; those that it does not know are left out.
pub(super) async fn by_id(
    config: &SourceConfig,
    connection: &Connection,
    names: &Names,
    ids: &[String],
) -> Result<Vec<Incident>, SourceError> {
    let (mut out, mut account) = (Vec::new(), Account::new(config));
    for ids in ids.chunks(BATCH) {
        let answer = connection.ask("/incident/list-by-ids", &json!({ "incident_ids": ids })).await?;
        let items = items(&answer).unwrap_or_default();
        let mut fields: Vec<_> = items
            .into_iter()
            .filter_map(|item| match item {
                Value::Object(item) => Some(item),
                _ => None,
            })
            .collect();
        // Without names there are the ids.
        let _ = names.fill(connection, &mut fields).await;
        out.extend(fields.into_iter().filter_map(|fields| read(&config.name, fields, &mut account).ok()));
    }
    out.retain(|incident| ids.contains(&incident.incident_id));
    Ok(out)
}

/// The account's name, as far as an open incident tells it, and how many are open in the newest window.
pub(super) async fn peek(connection: &Connection, since: Duration) -> Result<(String, u64), SourceError> {
    let Some((start, end)) = windows(Timestamp::now().as_second(), since).into_iter().next() else {
        return Ok((String::new(), 0));
    };
    let body = json!({ "start_time": start, "end_time": end, "progress": OPEN, "limit": 1 });
    let answer = connection.ask("/incident/list", &body).await?;
    let account = answer.pointer("/items/0/account_name").and_then(Value::as_str).unwrap_or_default();
    let open = answer.get("total").and_then(Value::as_u64).unwrap_or_default();
    Ok((crate::domain::text::clean(account.trim()).into_owned(), open))
}

/// An incident as this API gives it.
pub(super) fn read(
    source: &str,
    mut fields: Map<String, Value>,
    account: &mut Account<'_>,
) -> Result<Incident, std::borrow::Cow<'static, str>> {
    for alert in fields.get_mut("alerts").and_then(Value::as_array_mut).into_iter().flatten() {
        settle_alert(alert);
    }
    item::incident(source, fields, account)
}

/// Alerts say there by their status alone whether they are over.
pub(super) fn settle_alert(alert: &mut Value) {
    if let Value::Object(alert) = alert
        && !alert.contains_key("progress")
        && alert.get("alert_status").and_then(Value::as_str) == Some("Ok")
    {
        alert.insert("progress".to_owned(), "Closed".into());
    }
}

fn items(answer: &Value) -> Option<Vec<Value>> {
    match answer.get("items")? {
        Value::Array(items) => Some(items.clone()),
        Value::Null => Some(Vec::new()),
        _ => None,
    }
}

fn is_new(item: &Map<String, Value>, seen: &HashSet<String>) -> bool {
    item.get("incident_id").and_then(Value::as_str).is_none_or(|id| !seen.contains(id))
}

/// From the newest to the oldest: start and end, Unix seconds.
fn windows(now_s: i64, since: Duration) -> Vec<(i64, i64)> {
    let since = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
    let mut end = now_s.saturating_add(AHEAD_S);
    let oldest = end.saturating_sub(since).max(0);
    let mut out = Vec::new();
    while end > oldest {
        let start = end.saturating_sub(WINDOW_S).max(oldest);
        out.push((start, end));
        end = start;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_hours(24);

    #[test]
    fn windows_join_without_a_gap_and_none_is_too_long() {
        assert_eq!(windows(10_000_000, 31 * DAY), [(10_000_300 - WINDOW_S, 10_000_300)]);
        let windows = windows(1_800_000_000, 90 * DAY);
        assert_eq!(windows.len(), 3);
        assert_eq!((windows[0].1, windows[2].0), (1_800_000_300, 1_800_000_300 - 90 * 86_400));
        assert!(windows.windows(2).all(|pair| pair[0].0 == pair[1].1));
        assert!(windows.iter().all(|(start, end)| end - start <= WINDOW_S && end > start));
    }
}
