//! The configuration: where it is, what it says, and what is wrong with it.
//!
//! [`load`] reads `config.toml` (none is the same as an empty one) and reports every fault at once, each with file,
//! line, column, what was expected and the nearest name. No fault ever shows a value that may be secret.

pub mod actions;
mod check;
mod edit;
mod error;
mod file;
mod model;
mod operator;
mod places;
mod sections;
mod sources;
mod table;
mod theme;
mod views;

pub use check::{Finding, Level, check};
pub use edit::{SECRETS, add_source, source_text};
pub use error::ConfigError;
pub use file::{EXAMPLE, init, load, parse};
pub use model::{Config, Notify, OperatorConfig, Policy, Times, Ui};
pub use operator::operator;
pub use places::{Overrides, Places};
