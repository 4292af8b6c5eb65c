//! The open incidents page by page, and single ones by their ids.

use std::collections::HashSet;

use futures_util::future::join_all;
use serde_json::Value;

use super::super::{Page, Pages, SourceError, SourceErrorKind};
use super::connection::Connection;
use super::incident::{incident, millis};
use super::windows::{Window, filters};
use crate::domain::board::Listing;
use crate::domain::channel::Channel;
use crate::domain::incident::Incident;
use crate::domain::source::SourceConfig;
use crate::source::account::Account;

/// The most incidents of a page.
const LIMIT: usize = 100;
/// How far pages reach: offset and limit together.
const REACH: usize = 10_000;
/// How many single incidents are asked for at once.
const TOGETHER: usize = 8;

/// What is open. What was read before an error is kept, as a list that is not whole.
pub(super) async fn open(
    connection: &Connection,
    config: &SourceConfig,
    pages: &Pages,
) -> Result<Listing, SourceError> {
    let mut reading = Reading {
        connection,
        filters: filters(config),
        config,
        account: Account::new(config),
        pages,
        listing: Listing::default(),
        seen: HashSet::new(),
        oldest_s: i64::MAX,
        total: None,
        unread: 0,
    };
    let whole = reading.read().await;
    let mut listing = reading.listing;
    listing.warnings.extend(reading.account.report.warnings());
    listing.report = reading.account.report;
    listing.report.items = listing.rows.len() + reading.unread;
    if reading.unread > 0 {
        listing.warnings.push(format!("{} of its incidents have no id and are left out", reading.unread));
    }
    match whole {
        Ok(whole) => listing.complete = whole,
        Err(error) if listing.rows.is_empty() => return Err(error),
        Err(error) => {
            listing.complete = false;
            listing.warnings.push(format!(
                "only {} could be read: {error}",
                crate::domain::text::counted(listing.rows.len(), "incident")
            ));
        }
    }
    Ok(listing)
}

/// These incidents as they are now, without those that are not known there.
pub(super) async fn by_id(
    connection: &Connection,
    config: &SourceConfig,
    ids: &[String],
) -> Result<Vec<Incident>, SourceError> {
    let mut out = Vec::with_capacity(ids.len());
    for some in ids.chunks(TOGETHER) {
        for answer in join_all(some.iter().map(|id| one(connection, config, id))).await {
            out.extend(answer?);
        }
    }
    Ok(out)
}

async fn one(connection: &Connection, config: &SourceConfig, id: &str) -> Result<Option<Incident>, SourceError> {
    match connection.get(&["incidents", id], &[]).await {
        Ok(answer) => incident(config, &answer["incident"], &mut Account::new(config))
            .map(Some)
            .ok_or_else(|| no_list("incident")),
        Err(error) if error.kind == SourceErrorKind::Missing => Ok(None),
        Err(error) => Err(error),
    }
}

/// The error of an answer without what it is there for.
pub(super) fn no_list(name: &str) -> SourceError {
    let message = format!("PagerDuty gave an answer without `{name}`; is this its REST API?");
    SourceError::new(SourceErrorKind::Rubbish, message)
}

struct Reading<'a> {
    connection: &'a Connection,
    filters: Vec<(&'static str, String)>,
    config: &'a SourceConfig,
    account: Account<'a>,
    pages: &'a Pages,
    listing: Listing,
    seen: HashSet<String>,
    /// When the oldest so far was made, Unix seconds.
    oldest_s: i64,
    total: Option<usize>,
    unread: usize,
}

/// How a way through pages ended.
enum End {
    /// There is no more.
    Whole,
    /// There is more than pages reach.
    Far,
}

impl Reading<'_> {
    /// Whether everything was read.
    async fn read(&mut self) -> Result<bool, SourceError> {
        if matches!(self.window(Window::All).await?, End::Whole) {
            return Ok(true);
        }
        let first_s = self.first_s().await?;
        let mut until_s = self.oldest_s;
        loop {
            let window = Window::before(until_s);
            let Window::Between(since_s, _) = window else { return Ok(true) };
            match self.window(window).await? {
                End::Whole if since_s <= first_s => return Ok(true),
                End::Whole => until_s = since_s,
                End::Far if self.oldest_s < until_s => until_s = self.oldest_s,
                End::Far => {
                    let more = format!("more than {REACH} incidents were made in one second; the rest is not read");
                    self.listing.warnings.push(more);
                    return Ok(false);
                }
            }
        }
    }

    /// When the oldest open incident was made, Unix seconds.
    async fn first_s(&self) -> Result<i64, SourceError> {
        let answer = self.ask(Window::All, "created_at:asc", 1, 0).await?;
        Ok(answer["incidents"].get(0).map_or(self.oldest_s, |item| millis(item, "created_at") / 1_000))
    }

    async fn window(&mut self, window: Window) -> Result<End, SourceError> {
        for offset in (0..=REACH - LIMIT).step_by(LIMIT) {
            let answer = self.ask(window, "created_at:desc", LIMIT, offset).await?;
            let items = answer["incidents"].as_array().ok_or_else(|| no_list("incidents"))?;
            if let Some(total) = answer["total"].as_u64().filter(|_| window == Window::All) {
                self.total = usize::try_from(total).ok();
            }
            let new = self.take(items);
            if answer["more"] != Value::Bool(true) || items.is_empty() {
                return Ok(End::Whole);
            }
            // A server may say for ever that there is more. Only where two windows meet may a page be known already.
            let known_second = |item| window.latest_s().is_some_and(|at| millis(item, "created_at") / 1_000 == at);
            if new == 0 && !items.iter().any(known_second) {
                self.listing.warnings.push("it says that there is more, and gives the same again".to_owned());
                return Ok(End::Whole);
            }
        }
        Ok(End::Far)
    }

    async fn ask(&self, window: Window, sort: &str, limit: usize, offset: usize) -> Result<Value, SourceError> {
        let mut query = self.filters.clone();
        query.extend(window.query());
        query.extend([("sort_by", sort.to_owned()), ("limit", limit.to_string()), ("offset", offset.to_string())]);
        if window == Window::All && offset == 0 && limit == LIMIT {
            query.push(("total", "true".to_owned()));
        }
        let query: Vec<(&str, &str)> = query.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.connection.get(&["incidents"], &query).await
    }

    /// Takes a page, hands over what is new of it, and says how many that are.
    fn take(&mut self, items: &[Value]) -> usize {
        let mut rows = Vec::new();
        for item in items {
            let Some(incident) = incident(self.config, item, &mut self.account) else {
                self.unread += 1;
                continue;
            };
            if incident.created_at > 0 {
                self.oldest_s = self.oldest_s.min(incident.created_at);
            }
            if !self.seen.insert(incident.incident_id.clone()) {
                continue;
            }
            let channel = Channel { key: incident.channel(), name: incident.channel_name.clone() };
            if !self.listing.channels.contains(&channel) {
                self.listing.channels.push(channel);
            }
            rows.push(self.pages.row(incident));
        }
        let new = rows.len();
        self.listing.rows.extend_from_slice(&rows);
        let got = self.listing.rows.len();
        self.pages.hand(Page { rows, got, of: self.total.filter(|total| *total >= got) });
        new
    }
}
