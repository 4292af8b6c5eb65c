//! Why a press is refused: nothing was sent, by andon's own decision.

use super::action::Action;
use super::run::Failure;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The class, for programs.
    pub class: Failure,
    /// What is wrong and what to do, for people.
    pub why: String,
}

impl Refusal {
    pub fn new(class: Failure, why: impl Into<String>) -> Self {
        Self { class, why: why.into() }
    }

    pub fn read_only() -> Self {
        Self::new(Failure::ReadOnly, "read-only: nothing is pressed here")
    }

    pub fn disabled(action: &Action) -> Self {
        Self::new(Failure::Disabled, format!("{} is switched off; edit it to switch it on", action.name))
    }

    /// The incident is closed, and the action is only for open ones.
    pub fn closed(action: &Action) -> Self {
        Self::new(Failure::Closed, format!("the incident is closed, and {} is only for open ones", action.name))
    }

    /// What is told of it. What fails beside the press itself says that nothing was sent.
    pub fn message(&self) -> String {
        match self.class {
            Failure::Store | Failure::Secret | Failure::Policy => format!("nothing was sent: {}", self.why),
            _ => self.why.clone(),
        }
    }
}
