//! The resolver: the system's own, with notes of what was asked and found.
//!
//! It is not asked for addresses written as numbers, nor for the receiver's name where a proxy resolves it.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::thread;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::oneshot;

use super::stood::Trace;

/// Asks the system for a name's addresses, in a thread of its own.
///
/// Not on the runtime's threads for blocking work: the runtime waits for those when it ends, and a resolver that
/// hangs would then hold up leaving the program for half a minute.
#[derive(Clone, Copy, Debug)]
pub(super) struct NotingResolver;

impl Resolve for NotingResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let trace = Trace::current().unwrap_or_default();
        let name = name.as_str().to_owned();
        trace.asked(&name);
        Box::pin(async move {
            let found = look_up(name).await;
            trace.resolved(match &found {
                Ok(addresses) => Ok(addresses.iter().map(SocketAddr::ip).collect()),
                Err(error) => Err(error.to_string()),
            });
            let addresses: Addrs = Box::new(found?.into_iter());
            Ok(addresses)
        })
    }
}

async fn look_up(name: String) -> io::Result<Vec<SocketAddr>> {
    let (answer, found) = oneshot::channel();
    thread::Builder::new().name("resolve".to_owned()).spawn(move || {
        // Nobody waits any more where the deadline passed; the answer is then of no use.
        let _ = answer.send((name.as_str(), 0).to_socket_addrs().map(Vec::from_iter));
    })?;
    let addresses = found.await.map_err(io::Error::other)??;
    if addresses.is_empty() { Err(io::Error::other("the name has no address")) } else { Ok(addresses) }
}
