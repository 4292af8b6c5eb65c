//! What parts of the screen know, whichever layer is on top. They know nothing of the model.

pub mod enrichments;
pub mod filtered;
pub mod incident_detail;
pub mod last_runs;
pub mod notifications;
pub mod operations;
pub mod place;
pub mod presses;
pub mod settings;
