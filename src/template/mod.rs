//! Expressions: what `{{ ... }}` and `${...}` in an action stand for, and what its rules say of an answer.
//!
//! Labels and titles are written by whoever can send an alert. So the action's text is taken apart first, and what a
//! value brought in is never read again: it is not expanded, and it cannot leave its leaf, its path segment or its host.

mod context;
mod error;
mod fill;
mod rule;

pub use context::Context;
pub use error::{RuleError, TemplateError};
pub use fill::{check_json, check_rule, check_text, check_url, fill_json, fill_text, fill_url, references};
pub use rule::{BodyFacts, Facts, fill_follow, holds, reads_body, value};
