//! What parts of the screen know, and what a key does to that. They know nothing of the model.

pub mod enrichments;
pub mod findings;
pub mod help;
pub mod incident_detail;
pub mod input_prompt;
pub mod notifications;
pub mod operations;
pub mod place;
pub mod presses;
pub mod question;
pub mod resend;
pub mod settings;
