//! The demo: built-in incidents, actions, and a receiver of its own on loopback.
//!
//! It needs nothing and leaves nothing: the store is in memory, no file of the user's is read or written, and no
//! packet leaves the machine.

mod actions;
mod content;
mod memory;
mod receiver;
mod source;
mod start;

use actions::actions;
pub use content::{Content, content};
use receiver::{Receiver, serve};
use source::{DemoSource, SOURCE};
pub use start::{Demo, DemoError, demo};
