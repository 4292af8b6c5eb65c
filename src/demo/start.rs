//! Putting the demo together.

use std::io;
use std::sync::Arc;

use jiff::Timestamp;
use thiserror::Error;

use super::{DemoSource, Receiver, SOURCE, actions, serve};
use crate::domain::action::DEFAULT_MAX_PER_CHANNEL;
use crate::domain::board::{Known, Listing};
use crate::runner::{Runner, Setup};
use crate::secret::Resolver;
use crate::source::{Pages, Source, SourceError};
use crate::store::{Place, Process, SaveError, Store, StoreError};

#[derive(Debug, Error)]
pub enum DemoError {
    /// No port of the loopback address could be had.
    #[error("the demo's receiver cannot listen on 127.0.0.1: {0}")]
    Listen(#[from] io::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("a built-in action cannot be stored: {0}")]
    Action(#[from] SaveError),
    #[error(transparent)]
    Incidents(#[from] SourceError),
}

pub struct Demo {
    pub store: Store,
    pub runner: Runner,
    pub sources: Vec<Arc<dyn Source>>,
}

/// Starts the receiver and fills a store in memory. The activity starts empty.
pub async fn demo(read_only: bool) -> Result<Demo, DemoError> {
    let Receiver { address } = serve().await?;
    let store = Store::open(Place::Memory).await?;
    let now = Timestamp::now();
    let source = DemoSource::new(now.as_second())?;
    let source: Arc<dyn Source> = Arc::new(source);
    let listing: Listing = source.list(&Pages::unwanted()).await?;
    store.apply(&Known::default().take(SOURCE, listing, now.as_second())).await?;
    store.install_actions(actions(address), DEFAULT_MAX_PER_CHANNEL).await?;
    let runner = Runner::new(Setup {
        store: store.clone(),
        process: Process::detached().id().to_owned(),
        locks: None,
        secrets: Resolver::default(),
        action_references: false,
        allow_hosts: Vec::new(),
        deny_hosts: Vec::new(),
        read_only,
        sources: vec![Arc::clone(&source)],
    });
    Ok(Demo { store, runner, sources: vec![source] })
}
