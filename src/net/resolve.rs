//! The resolver: the system's own, with notes of what was asked and found.
//!
//! It is not asked for addresses written as numbers, nor for the receiver's name where a proxy resolves it.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::Arc;
use std::thread;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::oneshot;

use super::connection_trace::ConnectionTrace;
use super::policy::HostPolicy;

/// What was found is not to be called: why, in words.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Forbidden(pub(super) String);

/// Asks the system for a name's addresses, in a thread of its own, and gives only what the policy lets through.
///
/// Not on the runtime's threads for blocking work: the runtime waits for those when it ends, and a resolver that
/// hangs would then hold up leaving the program for half a minute.
#[derive(Clone, Debug)]
pub(super) struct NotingResolver {
    policy: Arc<HostPolicy>,
}

impl NotingResolver {
    pub(super) fn new(policy: HostPolicy) -> Self {
        Self { policy: Arc::new(policy) }
    }
}

impl Resolve for NotingResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let trace = ConnectionTrace::current().unwrap_or_default();
        let name = name.as_str().to_owned();
        let policy = self.policy.clone();
        trace.asked(&name);
        Box::pin(async move {
            let found = look_up(name.clone()).await;
            trace.resolved(match &found {
                Ok(addresses) => Ok(addresses.iter().map(SocketAddr::ip).collect()),
                Err(error) => Err(error.to_string()),
            });
            let found = found?;
            // One bad address is enough: which of them is connected to is not the receiver's to choose.
            if let Some(why) = found.iter().find_map(|address| policy.judge_address(address.ip()).err()) {
                return Err(Forbidden(format!("{name} leads to {why}")).into());
            }
            let addresses: Addrs = Box::new(found.into_iter());
            Ok(addresses)
        })
    }
}

/// Asks the system for the addresses of `name`, at least one.
pub(super) async fn look_up(name: String) -> io::Result<Vec<SocketAddr>> {
    let (answer, found) = oneshot::channel();
    thread::Builder::new().name("resolve".to_owned()).spawn(move || {
        // Nobody waits any more where the deadline passed; the answer is then of no use.
        let _ = answer.send((name.as_str(), 0).to_socket_addrs().map(Vec::from_iter));
    })?;
    let addresses = found.await.map_err(io::Error::other)??;
    if addresses.is_empty() { Err(io::Error::other("the name has no address")) } else { Ok(addresses) }
}
