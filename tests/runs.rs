//! A press from its confirmation to its record: what goes over the wire, in how many requests, and what the row says.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

#[path = "support/peer.rs"]
mod peer;

#[path = "runs/bench.rs"]
mod bench;
#[path = "runs/guards.rs"]
mod guards;
#[path = "runs/jobs.rs"]
mod jobs;
#[path = "runs/many.rs"]
mod many;
#[path = "runs/property.rs"]
mod property;
#[path = "runs/resume.rs"]
mod resume;
#[path = "runs/tell.rs"]
mod tell;
#[path = "runs/tries.rs"]
mod tries;
