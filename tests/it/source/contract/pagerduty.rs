//! PagerDuty: an account of our own that keeps state as the vendor's description says.

use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;

use crate::pagerduty::KEY;
use crate::pagerduty::account::{Account, incident};
use crate::source::contract::{Fixture, keeps_the_contract};

struct Desk(TempDir, Account);

impl Fixture for Desk {
    fn config(&self) -> String {
        format!("kind = \"pagerduty\"\nurl = \"{}\"\ntoken = \"{KEY}\"\n", self.1.url)
    }

    fn folder(&self) -> &Path {
        self.0.path()
    }

    fn config_at(&self, url: &str) -> Option<String> {
        Some(format!("kind = \"pagerduty\"\nurl = \"{url}\"\ntoken = \"{KEY}\"\n"))
    }

    fn burn(&mut self) {
        self.1.state().incidents.push(incident("P1", 0));
    }

    fn patience(&self) -> Duration {
        // A service far away may take its time.
        Duration::from_secs(17)
    }

    fn tells(&self) -> bool {
        false
    }
}

#[tokio::test]
async fn a_pagerduty() {
    keeps_the_contract(Desk(tempfile::tempdir().unwrap(), Account::start(Vec::new()))).await;
}
