//! One press on the wire: what leaves, how it can end, and that the log is never told a lie about it.

mod answers;
mod endings;
mod policy;
mod probe;
mod reach;
mod request;
mod streams;
mod tls;

use std::time::Duration;

use andon::domain::action::Header;
use andon::net::{Limits, PressClient, Tried, WireRequest};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Long enough that no test meets it unless it means to.
const AMPLE: Duration = Duration::from_secs(20);

/// Presses once with a client of its own.
async fn press(endpoint: &str, within: Duration) -> Tried {
    press_with(&PressClient::new().unwrap(), endpoint, within).await
}

async fn press_with(client: &PressClient, endpoint: &str, within: Duration) -> Tried {
    let headers = [Header::new("Content-Type", "application/json"), Header::new("X-Token", "s3cret")];
    send(client, &WireRequest { headers: &headers, ..post(endpoint) }, within).await
}

/// A request without headers of its own.
fn post(endpoint: &str) -> WireRequest<'_> {
    WireRequest { method: "POST", endpoint, headers: &[], body: r#"{"a":1}"#, reads_body: false }
}

/// Sends it; nobody stops it, and nobody listens.
async fn send(client: &PressClient, request: &WireRequest<'_>, within: Duration) -> Tried {
    let stop = CancellationToken::new();
    let limits = Limits { deadline: Instant::now() + within, attempt: within, stop: &stop, on_line: &|_| {} };
    client.attempt(request, 1, &limits).await
}
