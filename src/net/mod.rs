//! How the outside is reached: one client for presses, one for reads.
//!
//! Uses `domain` and `secret`, nothing else. Whether a press was sent must never be a guess: what was not sent is known by
//! notes that are taken while the connection is made (`resolve`, `connection_trace`), never read from the text of an error.
//! Presses reuse no connection, follow no redirect and are never sent again from in here; reads may reuse.

mod backoff;
mod body;
mod cached;
mod classify;
mod client;
mod connection_trace;
mod error;
mod expiry;
mod no_proxy;
mod policy;
mod press;
mod probe;
mod reach;
mod read;
mod resolve;
mod stream_lines;
mod text;
mod trust;
mod unpack;

pub use backoff::Backoff;
pub use body::BodyRead;
pub use cached::PressClients;
pub use error::NetError;
pub use policy::HostPolicy;
pub use press::{Limits, PressClient, Tried, WireRequest};
pub use probe::probe;
pub use reach::{Identity, ProxyChoice, Reach};
pub use read::{Call, Called, ReadClass, ReadClient, ReadError, ReadLimits, Reply};
