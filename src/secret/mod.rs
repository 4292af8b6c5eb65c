//! Secrets: references to values that are kept elsewhere, and how they are read.
//!
//! ```text
//! ${env:NAME}     an environment variable
//! ${file:PATH}    the content of a file
//! ${cmd:COMMAND}  what a command prints (configuration only)
//! ${secret:NAME}  one that the configuration names under [secrets]
//! ```
//!
//! Errors name the reference, never a value. Nothing here is cached: who asks twice reads twice.

mod masks;
mod read;
mod reference;
mod resolver;
mod search;
mod session;
mod spellings;

pub use masks::Masks;
pub use reference::{BadReference, Part, Reference, parse};
pub use resolver::{Allowed, Resolver, SecretError};
pub use session::in_own_session;
