//! What makes an action valid: one sentence for each thing that can be wrong.
//!
//! The form shows these beside the field while typing, the command line prints them, the store's caller refuses
//! by them. The channel limit is not here: only the store can keep it (two processes may want the last place).
//! Whether an expression is one (and not only balanced) is judged where expressions are filled. No sentence repeats
//! what may be a secret.
//!
//! | file | what |
//! |---|---|
//! | `fault` | fields and faults |
//! | `action` | all faults of an action; the small fields |
//! | `text` | where expressions and references stand in a text |
//! | `endpoint`, `header`, `body`, `input`, `reach`, `outcome` | the fields with rules of their own |

mod action;
mod body;
mod endpoint;
mod fault;
mod header;
mod input;
mod outcome;
mod reach;
mod start;
mod text;

#[cfg(test)]
mod tests;

pub use action::{NAME_MAX, faults, name_fault, timeout_fault};
pub use endpoint::endpoint_fault;
pub use fault::{Fault, Field};
pub use header::{header_name_fault, header_value_fault};
