//! What makes an action valid: one sentence for each thing that can be wrong.
//!
//! The form shows these beside the field while typing, the command line prints them, the store's caller refuses
//! by them. The channel limit is not here: only the store can keep it (two processes may want the last place).
//! Whether an expression is one (and not only balanced) is judged where expressions are filled. No sentence repeats
//! what may be a secret.
//!
//! | file | what |
//! |---|---|
//! | `fault` | what a fault is |
//! | `action` | all faults of an action: the field table, row by row |
//! | `text` | where expressions and references stand in a text |
//! | the others | what a row of the table checks beside its range |

mod action;
mod body;
mod endpoint;
mod fault;
mod header;
mod input;
mod moved;
mod name;
mod outcome;
mod reach;
mod text;
mod vendor_action;

#[cfg(test)]
mod tests;

pub use action::faults;
pub use endpoint::{endpoint_fault, references_are_behind_the_host};
pub use fault::FieldFault;
pub use header::{header_name_fault, header_value_fault};
pub use moved::{has_moved, headers_that_follow, holds_secret, place_of};
pub use name::{NAME_MAX, name_fault};
pub(super) use outcome::{
    address_fault, attempt_fault, cancel_fault, cancelled_fault, connect_fault, failed_fault, keep_fault, limit_fault,
    origin_fault, rule_fault, success_fault,
};
pub(super) use reach::{auth_fault, cert_fault, cert_key_fault, key_fault, password_fault, path_fault, proxy_fault};
pub(super) use text::mask_fault;
pub use text::without_references;
pub(super) use vendor_action::vendor_action_fault;

pub use super::action::Field;
