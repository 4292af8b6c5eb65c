//! The look before the press: name, policy, connection, TLS and certificates. Sends no HTTP.

use tokio::time::Instant;
use url::Url;

use super::client::Reach;
use crate::domain::finding::{Finding, Grade};

/// Looks at the way to `url` without sending a request, until `deadline` at the latest.
pub async fn probe(url: &Url, reach: &Reach, deadline: Instant) -> Vec<Finding> {
    let _ = deadline;
    let mut findings = Vec::new();
    if let Err(message) = reach.policy.judge(url) {
        findings.push(Finding { subject: "policy".to_owned(), grade: Grade::Fault, message });
    }
    findings
}
