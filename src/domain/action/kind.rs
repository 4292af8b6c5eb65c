//! What pressing an action does: calls a webhook, or starts what is configured in an incident's own source.

use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum ActionKind {
    /// A request to the action's own endpoint.
    #[default]
    Webhook,
    /// A custom action configured in Flashduty, by the id of its integration.
    Flashduty,
    /// An incident workflow of PagerDuty, by its id.
    PagerdutyWorkflow,
    /// An automation action of PagerDuty, by its id; its invocation is followed to its end.
    PagerdutyAutomation,
}

impl ActionKind {
    /// All of them, in the order of the form.
    pub const ALL: [Self; 4] = [Self::Webhook, Self::Flashduty, Self::PagerdutyWorkflow, Self::PagerdutyAutomation];

    /// The word of the configuration.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The kind of source where it is started; `None`: it goes to an endpoint of its own.
    pub fn source_kind(self) -> Option<&'static str> {
        match self {
            Self::Webhook => None,
            Self::Flashduty => Some("flashduty"),
            Self::PagerdutyWorkflow | Self::PagerdutyAutomation => Some("pagerduty"),
        }
    }

    /// What is started there, in a responder's words.
    pub fn what(self) -> &'static str {
        match self {
            Self::Webhook => "a webhook",
            Self::Flashduty => "a custom action of Flashduty",
            Self::PagerdutyWorkflow => "an incident workflow of PagerDuty",
            Self::PagerdutyAutomation => "an automation action of PagerDuty",
        }
    }
}
