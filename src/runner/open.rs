//! What every command needs before it can do anything: configuration, store, lock, operator, runner.

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use thiserror::Error;

use super::runner::{Runner, Setup};
use crate::config::{self, Config, ConfigError, Places};
use crate::domain::activity::{Activity, Entry};
use crate::domain::operator::Operator;
use crate::domain::run::{Ending, Failure, Outcome, RunDetail};
use crate::domain::time::took;
use crate::source::{self, Source};
use crate::store::{Place, Process, Store, StoreError};
use crate::webhook;

/// What the command line says beside the configuration.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    pub operator: Option<String>,
    pub read_only: bool,
    /// `--restricted`: no other program is started.
    pub restricted: bool,
}

impl Flags {
    /// Whether nothing may be pressed or changed: by the flag, or by the policy.
    pub fn is_read_only(&self, config: &Config) -> bool {
        self.read_only || config.policy.read_only
    }
}

#[derive(Debug, Error)]
pub enum OpenError {
    /// The configuration is wrong: exit 2, nothing was changed.
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

pub struct Opened {
    pub config: Config,
    pub places: Places,
    pub store: Store,
    pub operator: Arc<Operator>,
    /// Whether nothing may be pressed or changed.
    pub read_only: bool,
    pub runner: Runner,
    pub sources: Vec<Arc<dyn Source>>,
    /// The runs of dead processes, ended at the start.
    pub interrupted: Vec<Activity>,
    /// This process's lock; held while it lives.
    pub process: Process,
}

/// Reads the configuration, opens the store, takes the lock and ends the runs that dead processes left.
pub async fn open(places: Places, flags: &Flags) -> Result<Opened, OpenError> {
    let config = config::load(&places.config_file)?;
    let store = Store::open(Place::File(places.database.clone())).await?;
    // Where no run can begin, nobody asks whether this process lives; and there may be no place for its lock.
    let process = if store.unwritable().is_some() { Process::detached() } else { Process::start(&places.locks)? };
    let interrupted = end_interrupted_runs(&store, &places.locks).await;
    let operator = Arc::new(config::operator(&config.operator, flags.operator.as_deref()));
    let secrets = config.resolver(&places.config_file, !flags.restricted);
    let sources: Vec<Arc<dyn Source>> =
        config.sources.iter().map(|source| source::build(source, &secrets).into()).collect();
    let read_only = flags.is_read_only(&config);
    let runner = Runner::new(Setup {
        store: store.clone(),
        process: process.id().to_owned(),
        locks: Some(places.locks.clone()),
        secrets,
        action_references: config.policy.action_references,
        allow_hosts: config.policy.allow_hosts.clone(),
        deny_hosts: config.policy.deny_hosts.clone(),
        read_only,
        sources: sources.clone(),
    });
    Ok(Opened { config, places, store, operator, read_only, runner, sources, interrupted, process })
}

/// Ends the runs of processes that died, and removes what these left behind. A store that cannot be written does not
/// keep anyone from looking.
pub async fn end_interrupted_runs(store: &Store, locks: &Path) -> Vec<Activity> {
    if store.unwritable().is_some() {
        return Vec::new();
    }
    let now_ms = Timestamp::now().as_millisecond();
    let ended = async {
        let mut interrupted = store.end_interrupted_runs(&|process| Process::lives(locks, process), now_ms).await?;
        interrupted.extend(give_up_jobs(store, locks, now_ms).await?);
        let unended = store.unended().await?.into_iter();
        let named = unended.filter_map(|line| if let Entry::Run(run) = line.entry { Some(run.process) } else { None });
        Process::sweep(locks, &named.collect());
        Ok::<_, StoreError>(interrupted)
    };
    ended.await.unwrap_or_else(|error| {
        tracing::warn!(%error, "the runs of dead processes could not be ended");
        Vec::new()
    })
}

/// Ends the runs whose jobs nobody follows and whose time is over, so that their buttons can be pressed again.
async fn give_up_jobs(store: &Store, locks: &Path, now_ms: i64) -> Result<Vec<Activity>, StoreError> {
    let lives = |process: &str| !process.is_empty() && Process::lives(locks, process);
    let mut ended = Vec::new();
    for (activity, job) in store.orphan_jobs(&lives).await? {
        let Entry::Run(run) = &activity.entry else { continue };
        if job.until_ms > now_ms {
            continue;
        }
        let limit = took(i64::try_from(job.follow.limit_ms).unwrap_or(i64::MAX));
        let message = format!("accepted, and nobody saw its job end within {limit}: {}", webhook::look(&run.event_id));
        let ending = Ending {
            outcome: Outcome::Unknown,
            failure: Some(Failure::JobLost),
            status: Some(job.status),
            message,
            duration_ms: now_ms.saturating_sub(run.started_at_ms).max(0),
            detail: RunDetail { attempts: job.attempts.clone(), ..RunDetail::default() },
        };
        store.end_run(&run.id, &ending, now_ms).await?;
        ended.extend(store.run_record(&run.id).await?.map(|record| record.activity));
    }
    Ok(ended)
}
