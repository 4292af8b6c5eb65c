//! What falls over in the background ends itself and nothing else.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::sync::Notify;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio_util::task::TaskTracker;

use super::effects::{EffectRunner, SourceSignal};
use super::inbox::{Clock, Inbox, Message};
use super::sources::Feed;
use crate::app::event::{Event, Health, SourceState};
use crate::domain::board::{Known, Listing};
use crate::domain::operation::Abilities;
use crate::domain::operator::Operator;
use crate::domain::source::{KINDS, SourceConfig};
use crate::runner::{Runner, Setup};
use crate::secret::Resolver;
use crate::source::{Pages, Source, SourceError};
use crate::store::{Place, Process, Store};

async fn effect_runner() -> (EffectRunner, UnboundedReceiver<Message>) {
    let store = Store::open(Place::Memory).await.unwrap();
    let (inbox, messages) = Inbox::new(Clock::start());
    let runner = Runner::new(Setup {
        store: store.clone(),
        process: Process::detached().id().to_owned(),
        locks: None,
        secrets: Resolver::default(),
        action_references: false,
        allow_hosts: Vec::new(),
        deny_hosts: Vec::new(),
        read_only: false,
        sources: Vec::new(),
    });
    let effects = EffectRunner {
        store,
        runner,
        operator: Arc::new(Operator::default()),
        max_per_channel: 3,
        inbox,
        signals: Vec::new(),
        runs: TaskTracker::new(),
        buttons: Arc::new(Notify::new()),
    };
    (effects, messages)
}

async fn next_event(messages: &mut UnboundedReceiver<Message>) -> Event {
    match messages.recv().await {
        Some(Message::Event(event)) => event,
        _ => panic!("no event came"),
    }
}

#[tokio::test]
async fn an_effect_that_panics_still_ends_in_its_event() {
    let (effects, mut messages) = effect_runner().await;
    let fallen = Event::StoreTrouble("it fell over".to_owned());
    effects.task(fallen.clone(), |_| async { panic!("inside") });
    assert_eq!(next_event(&mut messages).await, fallen);
    effects.task(fallen, |_| async { Event::Said("and the next one works".to_owned()) });
    assert_eq!(next_event(&mut messages).await, Event::Said("and the next one works".to_owned()));
}

struct Falls(SourceConfig);

impl Source for Falls {
    fn config(&self) -> &SourceConfig {
        &self.0
    }

    fn list<'a>(&'a self, _pages: &'a Pages) -> BoxFuture<'a, Result<Listing, SourceError>> {
        Box::pin(async { panic!("inside") })
    }
}

#[tokio::test]
async fn a_source_that_panics_is_failing_and_is_asked_again() {
    let (effects, mut messages) = effect_runner().await;
    let state = SourceState {
        name: "falls".to_owned(),
        kind: "file",
        badge: String::new(),
        health: Health::Waiting,
        answered_s: None,
        fresh: false,
        refresh_s: 1,
        abilities: Abilities::default(),
        loading: None,
    };
    let signal = Arc::new(SourceSignal::new("falls"));
    let config = SourceConfig { refresh: Duration::from_millis(1), ..SourceConfig::new("falls", &KINDS[0]) };
    let feed =
        Feed { source: Arc::new(Falls(config)), state, store: effects.store.clone(), inbox: effects.inbox, signal };
    tokio::spawn(feed.run(Known::default()));
    for _ in 0..2 {
        let Event::Source(state) = next_event(&mut messages).await else { panic!("another event came") };
        assert!(matches!(&state.health, Health::Failing { reason, .. } if reason.contains("failed inside andon")));
    }
}
