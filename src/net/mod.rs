//! How the outside is reached: one client for presses, one for reads.
//!
//! Uses `domain` and `secret`, nothing else. A press must never be told a lie about: what was not sent is known by
//! notes that are taken while the connection is made (`resolve`, `connection_trace`), never read from the text of an error.
//! Presses reuse no connection, follow no redirect and are never sent again from in here; reads may reuse.

mod body;
mod cached;
mod classify;
mod client;
mod connection_trace;
mod expiry;
mod policy;
mod press;
mod probe;
mod read;
mod resolve;
mod stream_lines;
mod trust;

pub use body::BodyRead;
pub use cached::PressClients;
pub use client::{NetError, ProxyChoice, Reach};
pub use policy::HostPolicy;
pub use press::{Limits, PressClient, Tried, WireRequest};
pub use probe::probe;
pub use read::{Call, Called, ReadClass, ReadClient, ReadError, ReadLimits, Reply};
pub use trust::Identity;
