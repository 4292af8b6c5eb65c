//! Sources: the connections that incidents come from, as the configuration describes them.
//!
//! Texts that may hold a secret or a reference to one are [`SecretString`]s, as written: they are filled in when
//! the source is asked, and never shown.

use std::collections::BTreeMap;
use std::time::Duration;

use secrecy::SecretString;

use super::incident::Severity;

/// The default of [`SourceConfig::refresh`].
pub const DEFAULT_REFRESH: Duration = Duration::from_secs(15);

/// A configured connection.
#[derive(Clone, Debug)]
pub struct SourceConfig {
    /// Its name, unique; `[a-z0-9][a-z0-9._-]{0,31}`. The first half of its channels' keys.
    pub name: String,
    /// A short label in rows and confirms, such as `PROD`; may be empty.
    pub badge: String,
    /// How often it is asked.
    pub refresh: Duration,
    /// Headers added to each request: name, value (may hold references).
    pub headers: Vec<(String, SecretString)>,
    /// The proxy's URL (may hold references); `None`: as the environment says, loopback never.
    pub proxy: Option<SecretString>,
    /// How its TLS is checked.
    pub tls: TlsConfig,
    /// What it is, with what only its kind has.
    pub kind: SourceKind,
}

/// The kinds of source, each with its own settings.
#[derive(Clone, Debug)]
pub enum SourceKind {
    /// Prometheus Alertmanager.
    Alertmanager(AlertmanagerConfig),
    /// Flashduty.
    Flashduty(FlashdutyConfig),
    /// A file of incidents.
    File(FileConfig),
    /// A program that prints incidents.
    Command(CommandConfig),
    /// PagerDuty.
    Pagerduty(PagerdutyConfig),
    /// Icinga 2.
    Icinga(IcingaConfig),
}

impl SourceKind {
    /// The word of the configuration.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Alertmanager(_) => "alertmanager",
            Self::Flashduty(_) => "flashduty",
            Self::File(_) => "file",
            Self::Command(_) => "command",
            Self::Pagerduty(_) => "pagerduty",
            Self::Icinga(_) => "icinga",
        }
    }
}

/// An Alertmanager, or several that are one cluster.
#[derive(Clone, Debug)]
pub struct AlertmanagerConfig {
    /// The addresses of one cluster; the first that answers counts. Never empty. May hold references.
    pub urls: Vec<SecretString>,
    /// The label that names the channel; else the receiver does.
    pub channel_label: Option<String>,
    /// Values of the label `severity` and what they mean, beside the built-in ones. Keys in lower case.
    pub severity: BTreeMap<String, Severity>,
    /// How it is asked.
    pub auth: Auth,
}

/// Who asks.
#[derive(Clone, Debug)]
pub enum Auth {
    /// Nobody in particular.
    None,
    /// `Authorization: Bearer`.
    Bearer(SecretString),
    /// `Authorization: Basic`.
    Basic {
        /// The user's name (may hold references).
        user: SecretString,
        /// The password (may hold references).
        password: SecretString,
    },
}

/// A Flashduty account.
#[derive(Clone, Debug)]
pub struct FlashdutyConfig {
    /// The key of its Open API. May hold references.
    pub app_key: SecretString,
    /// Where its Open API is. May hold references.
    pub url: SecretString,
    /// How far back open incidents are looked for, by the time they began.
    pub since: Duration,
    /// Whether a run of ours that succeeded is told there as a comment.
    pub comment_runs: bool,
}

/// The default of [`FlashdutyConfig::url`].
pub const FLASHDUTY_URL: &str = "https://api.flashcat.cloud";

/// The default of [`FlashdutyConfig::since`]: what one window of its list holds.
pub const DEFAULT_SINCE: Duration = Duration::from_hours(31 * 24);

/// A file of incidents: a JSON array or JSON lines of the contract's Incident.
#[derive(Clone, Debug)]
pub struct FileConfig {
    /// Where it is; a relative path begins at the configuration's folder. May hold references.
    pub path: SecretString,
}

/// A program that prints incidents: a JSON array or JSON lines.
#[derive(Clone, Debug)]
pub struct CommandConfig {
    /// The program and its arguments; no shell reads them. May hold references. Never empty.
    pub command: Vec<SecretString>,
    /// How long it may run.
    pub timeout: Duration,
    /// Where the contract's fields are in what it prints: field, path. Empty: it prints the contract's shape. `list` is
    /// where the list itself is.
    pub map: BTreeMap<String, String>,
    /// What acknowledges an incident, program and arguments; empty: nothing does. May hold references.
    pub ack: Vec<SecretString>,
    /// What closes one; empty: nothing does. May hold references.
    pub close: Vec<SecretString>,
    /// What writes a comment; empty: nothing does. May hold references.
    pub comment: Vec<SecretString>,
}

/// The REST API of an Icinga 2.
#[derive(Clone, Debug)]
pub struct IcingaConfig {
    /// Its address, such as `https://icinga:5665`. May hold references.
    pub url: SecretString,
    /// The `ApiUser` and its password.
    pub auth: Auth,
    /// The custom variable that names the channel; else the first host group does, else the host.
    pub channel_var: Option<String>,
}

/// The default of [`CommandConfig::timeout`].
pub const DEFAULT_COMMAND_TIMEOUT: Duration = Duration::from_secs(30);

/// A PagerDuty account, REST API v2.
#[derive(Clone, Debug)]
pub struct PagerdutyConfig {
    /// The key of its REST API. May hold references.
    pub token: SecretString,
    /// Where its REST API is. May hold references.
    pub url: SecretString,
    /// Only incidents of these services, by their ids; empty: of all.
    pub services: Vec<String>,
    /// Only incidents of these teams, by their ids; empty: of all.
    pub teams: Vec<String>,
    /// Only incidents of these urgencies, `high` and `low`; empty: of all.
    pub urgencies: Vec<String>,
}

/// The default of [`PagerdutyConfig::url`].
pub const PAGERDUTY_URL: &str = "https://api.pagerduty.com";

/// How TLS is checked. Paths may hold references.
#[derive(Clone, Debug)]
pub struct TlsConfig {
    /// A PEM file of certificate authorities that are trusted beside the system's.
    pub ca: Option<SecretString>,
    /// A PEM file with the client certificate.
    pub cert: Option<SecretString>,
    /// A PEM file with the client certificate's key.
    pub key: Option<SecretString>,
    /// Whether the server's certificate is checked.
    pub verify: bool,
}

impl Default for TlsConfig {
    fn default() -> Self {
        Self { ca: None, cert: None, key: None, verify: true }
    }
}
