//! Flashduty: an account of our own that keeps state as the vendor's description says.

use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;

use crate::source::contract::{Fixture, keeps_the_contract};
use crate::support::duty::{Account, Duty, KEY, incident};

struct Console(TempDir, Duty);

impl Fixture for Console {
    fn config(&self) -> String {
        format!("kind = \"flashduty\"\nurl = \"{}\"\napp_key = \"{KEY}\"\n", self.1.url)
    }

    fn folder(&self) -> &Path {
        self.0.path()
    }

    fn config_at(&self, url: &str) -> Option<String> {
        Some(format!("kind = \"flashduty\"\nurl = \"{url}\"\napp_key = \"{KEY}\"\n"))
    }

    fn burn(&mut self) {
        let since = jiff::Timestamp::now().as_second() - 600;
        self.1.account.lock().unwrap().incidents.push(incident(1, since));
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
async fn a_flashduty() {
    keeps_the_contract(Console(tempfile::tempdir().unwrap(), Duty::start(Account::default()).await)).await;
}
