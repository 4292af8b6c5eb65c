//! Expressions: what `{{ ... }}` and `${...}` in an action stand for, and what its rules say of an answer.
//!
//! Labels and titles are written by whoever can send an alert. So the action's text is taken apart first, and what a
//! value brought in is never read again: it is not expanded, and it cannot leave its leaf, its path segment or its host.
//!
//! ```text
//! {{ incident.labels.team | default("-") }}   a path of the payload; missing ones refuse, unless a default is given
//! status == 200 and body.ok                   a rule; missing paths are false
//! ```
//!
//! Filters: `default json urlencode xml lower upper replace first join length`. No loops, no macros, no calls.

mod context;
mod contract;
mod engine;
mod error;
mod fill;
mod item;
mod order;
mod parts;
mod rule;
mod save;
mod tokens;
mod tree;
mod url;
mod value;

pub use context::Context;
pub use error::{RuleError, TemplateError};
pub use fill::{fill_encoded, fill_hidden, fill_json, fill_text, has_expressions, literals, plain_name, references};
pub use item::{Item, Unfilled, check_item_condition, check_item_text, condition_paths};
pub use rule::{BodyFacts, Facts, fill_answer, fill_follow, holds, reads_body, value};
pub use save::{check_answer_text, check_default, check_follow, check_json, check_rule, check_text, check_url};
pub use url::fill_url;

/// The most that is filled in at once, in bytes.
const OUTPUT_LIMIT: usize = 1024 * 1024;
