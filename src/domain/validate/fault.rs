//! What is wrong with a field.

use super::super::action::Field;

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldFault {
    pub field: Field,
    /// What is wrong and what to do, in one sentence. Clean text.
    pub message: String,
}
