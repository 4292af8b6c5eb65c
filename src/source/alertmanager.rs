//! Prometheus Alertmanager, API v2: one alert group is one incident, its receiver is its channel.
//!
//! It keeps no state of handling but silences: snoozing makes one, nothing can be acknowledged there.

mod connection;
mod group;
mod handle;
mod member;
mod memory;
mod model;
mod silence;
mod words;

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

use super::account::Account;
use super::adapter::each_or;
use super::cached::CachedConnection;
use super::{BoxFuture, Greeting, Operated, Pages, Source, SourceError};
use crate::domain::board::Listing;
use crate::domain::channel::Channel;
use crate::domain::incident::{Incident, IncidentRow};
use crate::domain::operation::{Abilities, Operation};
use crate::domain::operator::Operator;
use crate::domain::source::SourceConfig;
use crate::domain::text::{clean, counted};
use crate::domain::timeline::Full;
use crate::secret::Resolver;
use connection::{Answer, Connection};
use group::Mapping;
use member::Member;
use memory::Memory;
use model::merge;

/// A configured Alertmanager, or a cluster of them.
pub(super) struct Alertmanager {
    config: Arc<SourceConfig>,
    connection: CachedConnection<Connection>,
    memory: Mutex<Memory>,
}

impl Alertmanager {
    pub(super) fn new(config: Arc<SourceConfig>, secrets: &Resolver) -> Self {
        let connection = CachedConnection::new(&config, secrets, Connection::open);
        Self { config, connection, memory: Mutex::default() }
    }

    async fn ask(&self, pages: &Pages) -> Result<Listing, SourceError> {
        let connection = self.connection.get().await?;
        let answer = self.connection.checked(connection.list(&self.config).await)?;
        let Answer { members, mut channels, silences, mut warnings } = answer;
        let link = connection.link();
        let groups = merge(members.iter().flat_map(Member::shown).cloned().collect());
        let names = group::names(&groups);
        let mapping = Mapping { config: &self.config, link: link.as_ref(), silences: &silences, names: &names };
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let complete = warnings.is_empty();
        let now_s = Timestamp::now().as_second();
        let doubts = memory.doubts(&members, now_s);
        // Whoever is doubted makes the list no whole one; what has ended all the same is told as closed.
        let closed = if complete && doubts.count > 0 { memory.close(&doubts.ended, now_s) } else { Vec::new() };
        let complete = complete && doubts.count == 0;
        if doubts.count > 0 {
            let reasons: Vec<String> = doubts.reasons.into_iter().collect();
            warnings.push(format!(
                "{} in no list now and kept as known: {}",
                counted(doubts.count, "incident"),
                clean(&reasons.join("; "))
            ));
        }
        let firings = memory.identify(&self.config.name, &groups, &members, !complete);
        let mut account = Account::new(&self.config);
        account.report.items = groups.len();
        let mut rows = Vec::with_capacity(groups.len());
        for (group, firing) in groups.iter().zip(&firings) {
            let incident = mapping.incident(group, firing, &memory.grouped_by(&group.receiver), &mut account);
            let channel = Channel { key: incident.channel(), name: incident.channel_name.clone() };
            if !channels.contains(&channel) {
                channels.push(channel);
            }
            rows.push(pages.row(incident));
        }
        memory.told(&groups, &rows);
        rows.extend(doubts.rows.into_iter().chain(closed));
        warnings.extend(account.report.warnings());
        let report = account.report;
        Ok(Listing { rows, channels, complete, warnings, report, ..Listing::default() })
    }
}

impl Source for Alertmanager {
    fn config(&self) -> &SourceConfig {
        &self.config
    }

    fn list<'a>(&'a self, pages: &'a Pages) -> BoxFuture<'a, Result<Listing, SourceError>> {
        Box::pin(self.ask(pages))
    }

    fn abilities(&self) -> Abilities {
        handle::abilities()
    }

    fn full<'a>(&'a self, incident: &'a Incident) -> BoxFuture<'a, Result<Full, SourceError>> {
        Box::pin(async move { handle::full(&*self.connection.get().await?, incident).await })
    }

    fn operate<'a>(
        &'a self,
        incidents: &'a [Incident],
        operation: &'a Operation,
        by: &'a Operator,
    ) -> BoxFuture<'a, Vec<Result<Operated, SourceError>>> {
        Box::pin(async move {
            let done = async { handle::operate(&*self.connection.get().await?, incidents, operation, by).await };
            each_or(incidents, done.await)
        })
    }

    fn greet(&self) -> BoxFuture<'_, Result<Greeting, SourceError>> {
        Box::pin(async move { handle::greet(&*self.connection.get().await?).await })
    }

    fn seed(&self, known: &[IncidentRow]) {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner).seed(&self.config.name, known);
    }
}
