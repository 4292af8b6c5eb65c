//! What a confirm is made of.

use crate::app::state::presses::LeftOut;
use crate::domain::request::Prepared;

/// A request, and what the screen knows of where it goes.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// The request as it will be sent.
    pub prepared: Prepared,
    /// The badge of the incident's source; may be empty.
    pub badge: String,
    /// The name of the incident's channel.
    pub channel: String,
    /// Why the runner would refuse it as things are now; clean.
    pub why_not: Option<String>,
}

/// What the confirm says beside the requests.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// What differs from what was shown before, where it is asked again.
    pub changed: Vec<String>,
    /// What is left out, where it is for the marked incidents.
    pub left_out: Option<LeftOut>,
    /// Those whose request could not be filled: number, and why. Clean.
    pub refused: Vec<(String, String)>,
    /// Now, Unix milliseconds.
    pub now_ms: i64,
    /// What there is to say, with its keys, of a press that is held.
    pub held: String,
    /// The key that shows the whole request.
    pub whole_request: String,
}
