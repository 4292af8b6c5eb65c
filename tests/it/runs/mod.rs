//! A press from its confirmation to its record: what goes over the wire, in how many requests, and what the row says.

mod bench;
mod defaults;
mod guards;
mod jobs;
mod many;
mod property;
mod report_to_source;
mod resume;
mod sayings;
mod tries;
