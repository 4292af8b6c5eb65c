//! One press on the wire: what is sent, and what the answer says.
//!
//! The format is Flashduty's custom-action push, so that a receiver written for it works unchanged. Nothing here
//! sends: `net` does.

mod again;
mod answer;
mod body;
mod describe;
mod headers;
mod inputs;
pub mod job;
mod job_state;
mod page;
mod payload;
mod prepare;
mod press;
mod preview;
pub mod reports;
mod secrets;
mod sign;
mod wire;

pub use again::prepare_again;
pub use answer::{message, told};
pub use describe::{Known, describe, look, said};
pub use headers::basic;
pub use payload::payload;
pub use prepare::{prepare, sent_request, unfilled};
pub use press::Press;
pub use preview::preview;
pub use wire::{Wire, wire};
