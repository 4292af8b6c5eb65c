//! A place where andon runs: configuration, data, a file of incidents, and its commands.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::pty::{ANDON, Setup, places, private_folder};

/// A folder with all that belongs to one operator.
pub(crate) struct Station(TempDir);

impl Station {
    /// A station whose one source `prod` is a file with these incidents.
    pub(crate) fn with(incidents: &Value) -> Self {
        let station = Self::configured("[[source]]\nname = \"prod\"\nkind = \"file\"\npath = \"incidents.json\"\n");
        station.incidents(incidents);
        station
    }

    /// A station with one plain incident, 0000A1.
    pub(crate) fn plain() -> Self {
        Self::with(&json!([incident("a1", "queue lag")]))
    }

    /// A station with this configuration.
    pub(crate) fn configured(config: &str) -> Self {
        let station = Self(private_folder());
        fs::write(station.path().join("config.toml"), format!("[operator]\nname = \"ada\"\n{config}")).unwrap();
        station
    }

    /// Its folder.
    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Where the incidents stand.
    pub(crate) fn incidents_file(&self) -> PathBuf {
        self.path().join("incidents.json")
    }

    /// Replaces the incidents, as an editor does: by another file.
    pub(crate) fn incidents(&self, incidents: &Value) {
        let new = self.path().join("incidents.new");
        fs::write(&new, incidents.to_string()).unwrap();
        fs::rename(new, self.incidents_file()).unwrap();
    }

    /// The screen on it.
    pub(crate) fn screen(&self) -> Setup {
        Setup::screen(self.path())
    }

    /// Runs a command on it.
    pub(crate) fn command(&self, args: &[&str]) -> Output {
        let mut command = Command::new(ANDON);
        command.args(places(self.path())).args(args).env_clear().env("HOME", self.path()).env("PATH", "/usr/bin:/bin");
        command.output().unwrap()
    }

    /// Runs a command that must end with 0 and gives what it printed.
    pub(crate) fn done(&self, args: &[&str]) -> String {
        let output = self.command(args);
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "andon {args:?}: {text}{}", String::from_utf8_lossy(&output.stderr));
        text
    }

    /// Adds an action to the channel `prod/web`.
    pub(crate) fn add(&self, name: &str, endpoint: &str, more: &[&str]) {
        let mut args = vec!["action", "add", "--name", name, "--channel", "prod/web", "--endpoint", endpoint];
        args.extend(more);
        self.done(&args);
    }

    /// The log, oldest first.
    pub(crate) fn log(&self) -> Vec<Value> {
        self.done(&["log", "--json"]).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The runs of the log.
    pub(crate) fn runs(&self) -> Vec<Value> {
        self.log().into_iter().filter(|line| line["kind"] == "run").collect()
    }
}

/// An open critical incident of the channel `web`, since a minute ago; its number ends with its id.
pub(crate) fn incident(id: &str, title: &str) -> Value {
    let since = jiff::Timestamp::now().as_second() - 60;
    json!({
        "incident_id": id, "num": format!("{:0>6}", id.to_uppercase()), "title": title,
        "incident_severity": "Critical", "incident_status": "Critical", "progress": "Triggered",
        "created_at": since, "updated_at": since, "start_time": since,
        "channel_key": "web", "channel_name": "Web", "labels": { "resource": "web-01" },
        "detail_url": "https://prod.example/i/1"
    })
}
