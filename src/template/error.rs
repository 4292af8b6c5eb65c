//! What can be wrong with an expression.

use std::fmt;

use crate::domain::run::Failure;

/// Why a text cannot be filled, or cannot be saved. Clean text, without secrets: it names the path that does not exist
/// and what is near.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateError {
    /// One sentence.
    pub message: String,
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for TemplateError {}

/// The error of a sentence that is clean already.
pub(super) fn refuse(message: &str) -> TemplateError {
    TemplateError { message: message.to_owned() }
}

/// Why a rule says nothing of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleError {
    /// It does not evaluate (`rule_error`): why, in words.
    Rule(String),
    /// It reads a body that is not there: `InvalidResponse` or `TooLarge`, and why, in words.
    NoBody(Failure, String),
}

impl RuleError {
    /// The class that it ends a run with.
    pub fn failure(&self) -> Failure {
        match self {
            Self::Rule(_) => Failure::RuleError,
            Self::NoBody(failure, _) => *failure,
        }
    }
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Rule(message) | Self::NoBody(_, message)) = self;
        f.write_str(message)
    }
}

impl std::error::Error for RuleError {}
