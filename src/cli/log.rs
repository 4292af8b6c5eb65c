//! `andon log`: the activity, oldest first.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::args::LogArgs;
use super::exit::{CommandError, Exit};
use super::session::Session;
use super::signals::Signals;
use crate::config::{Config, Times};
use crate::domain::activity::{Activity, Entry, Seq};
use crate::domain::run::RunState;
use crate::domain::time::{parse_duration, took};
use crate::store::LogQuery;

/// Lines read at once, so that a log of a million lines is never held whole.
const PAGE: u32 = 1_000;
/// How often a followed log looks whether there is more.
const LOOK: Duration = Duration::from_millis(250);

pub(super) async fn run(args: LogArgs, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    let query = query(&args)?;
    let mut printer = Printer { zone: zone(&session.opened.config), last: 0, open: BTreeSet::new() };
    if !args.follow {
        printer.first(session, &query, args.limit).await?;
        return Ok(Exit::Done);
    }
    let signals = Signals::listen()?;
    // Asked before the first lines are read: what comes in between is then seen as a change.
    let mut token = session.opened.store.watch_token().await?;
    printer.first(session, &query, args.limit).await?;
    loop {
        session.out.flush();
        tokio::select! {
            exit = signals.any() => return Ok(exit),
            () = tokio::time::sleep(LOOK) => {}
        }
        if session.out.is_gone() {
            return Ok(Exit::Done);
        }
        let now = session.opened.store.watch_token().await?;
        if now != token {
            token = now;
            printer.more(session, &query).await?;
        }
    }
}

fn query(args: &LogArgs) -> Result<LogQuery, CommandError> {
    let since = args.since.as_deref().map(parse_duration).transpose();
    let since = since.map_err(|problem| CommandError::usage(format!("--since: {problem}")))?;
    let now_ms = Timestamp::now().as_millisecond();
    let since_ms = since.map(|ms| now_ms.saturating_sub(i64::try_from(ms).unwrap_or(i64::MAX)));
    Ok(LogQuery { since_ms, incident: args.incident.clone(), oldest_first: true, ..LogQuery::default() })
}

struct Printer {
    zone: TimeZone,
    last: Seq,
    /// Runs that were printed before they had ended.
    open: BTreeSet<Seq>,
}

impl Printer {
    /// Everything asked for, or the newest `limit` lines of it.
    async fn first(
        &mut self,
        session: &mut Session<'_>,
        query: &LogQuery,
        limit: Option<u32>,
    ) -> Result<(), CommandError> {
        if let Some(limit) = limit {
            let newest = LogQuery { limit: Some(limit), oldest_first: false, ..query.clone() };
            let mut lines = session.opened.store.log(&newest).await?;
            lines.reverse();
            for line in &lines {
                self.print(session, line);
            }
            if lines.is_empty() {
                // Followed from here on: what is there already was not asked for.
                let newest = LogQuery { limit: Some(1), ..LogQuery::default() };
                self.last = session.opened.store.log(&newest).await?.first().map_or(0, |line| line.seq);
            }
            return Ok(());
        }
        self.rest(session, query).await
    }

    /// Every line after the last one printed.
    async fn rest(&mut self, session: &mut Session<'_>, query: &LogQuery) -> Result<(), CommandError> {
        loop {
            let page = LogQuery { after: Some(self.last), limit: Some(PAGE), ..query.clone() };
            let lines = session.opened.store.log(&page).await?;
            for line in &lines {
                self.print(session, line);
            }
            if lines.len() < PAGE as usize || session.out.is_gone() {
                return Ok(());
            }
        }
    }

    /// Runs that have ended since they were printed, then what is new.
    async fn more(&mut self, session: &mut Session<'_>, query: &LogQuery) -> Result<(), CommandError> {
        for seq in std::mem::take(&mut self.open) {
            let one = LogQuery { after: Some(seq - 1), before: Some(seq + 1), ..LogQuery::default() };
            match session.opened.store.log(&one).await?.first() {
                Some(line) if is_unended(line) => {
                    self.open.insert(seq);
                }
                Some(line) => self.print(session, line),
                None => {}
            }
        }
        self.rest(session, query).await
    }

    fn print(&mut self, session: &mut Session<'_>, line: &Activity) {
        self.last = self.last.max(line.seq);
        if is_unended(line) {
            self.open.insert(line.seq);
        }
        if session.out.is_json() {
            session.out.object(line.to_json());
        } else {
            session.out.line(&self.text(line));
        }
    }

    fn text(&self, line: &Activity) -> String {
        let at = date_time(line.at_ms, &self.zone);
        let (mark, operator, duration) = match &line.entry {
            Entry::Run(run) => (
                run.outcome.map_or("…", crate::domain::run::Outcome::mark),
                run.operator.name.as_str(),
                run.duration_ms,
            ),
            Entry::Action { operator, .. } | Entry::Operation { operator, .. } => ("·", operator.name.as_str(), None),
            Entry::Correction { .. } => ("·", "", None),
        };
        let mut out = format!("{at}  {mark} {}", line.summary());
        if let Some(duration_ms) = duration.filter(|ms| *ms > 0) {
            out.push_str(&format!("  {}", took(duration_ms)));
        }
        if !operator.is_empty() {
            out.push_str(&format!("  {operator}"));
        }
        out
    }
}

fn is_unended(line: &Activity) -> bool {
    matches!(&line.entry, Entry::Run(run) if run.state != RunState::Done)
}

/// The zone that times are printed in.
pub(super) fn zone(config: &Config) -> TimeZone {
    match config.ui.times {
        Times::Local => TimeZone::system(),
        Times::Utc => TimeZone::UTC,
    }
}

/// `2025-11-24 16:00:00`, in the given zone.
pub(super) fn date_time(at_ms: i64, zone: &TimeZone) -> String {
    Timestamp::from_millisecond(at_ms).map_or_else(
        |_| String::new(),
        |at| at.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string(),
    )
}
