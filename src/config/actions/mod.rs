//! Actions as text: what `andon action apply` reads, `export` writes, and the form edits.
//!
//! ```text
//! TOML ── read ── ActionFile ── keep (stored secrets for ${kept:NAME}) ── the store
//! the store ── write ── TOML, without a literal secret
//! ```
//!
//! [`presets`] are such files too, with places for what differs from one house to the next. [`schema`] describes the
//! format for editors.

mod action;
mod body;
mod check;
mod headers;
mod input;
mod keep;
mod preset;
mod read;
mod schema;
mod secrets;
mod spans;
mod text;
mod value;
mod write;

pub use check::faults;
pub use input::read_input;
pub use keep::{Unkept, keep};
pub use preset::{Placeholder, from_preset, placeholders, presets};
pub use read::{ActionFile, read};
pub use schema::schema;
pub use secrets::{exported_header, holds_password};
pub use write::write;
