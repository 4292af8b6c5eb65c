//! One press on the wire: what leaves, how it can end, and that the log is never told a lie about it.
#![allow(clippy::unwrap_used, reason = "a test stops where its own setting cannot be made")]

#[path = "../support/peer.rs"]
mod peer;

mod answers;
mod endings;
mod request;
mod tls;

use std::time::Duration;

use andon::domain::action::Header;
use andon::net::{PressClient, Tried, WireRequest};
use tokio::time::Instant;

/// Long enough that no test meets it unless it means to.
const AMPLE: Duration = Duration::from_secs(20);

/// Presses once with a client of its own.
async fn press(endpoint: &str, within: Duration) -> Tried {
    press_with(&PressClient::new().unwrap(), endpoint, within).await
}

async fn press_with(client: &PressClient, endpoint: &str, within: Duration) -> Tried {
    let headers = [Header::new("Content-Type", "application/json"), Header::new("X-Token", "s3cret")];
    let request = WireRequest { method: "POST", endpoint, headers: &headers, body: r#"{"a":1}"# };
    client.attempt(&request, 1, Instant::now() + within).await
}
