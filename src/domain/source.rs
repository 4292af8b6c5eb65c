//! Sources: the connections that incidents come from, as the configuration describes them.
//!
//! Texts that may hold a secret or a reference to one are [`SecretString`]s, as written: they are filled in when
//! the source is asked, and never shown.

mod kind;
mod kinds;

use std::collections::BTreeMap;
use std::time::Duration;

use secrecy::SecretString;

use super::words::Words;

pub use kind::{AuthRule, Kind, Login, Setting, SettingType};
pub use kinds::{KINDS, kind_named};

/// The default of [`SourceConfig::refresh`].
pub const DEFAULT_REFRESH: Duration = Duration::from_secs(15);

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
    /// The credentials of each request, for kinds that take `token`, or `user` and `password`.
    pub auth: Auth,
    /// The proxy's URL (may hold references); `None`: as the environment says, loopback never.
    pub proxy: Option<SecretString>,
    pub tls: TlsConfig,
    /// What its words for severity and progress mean.
    pub words: Words,
    /// The zone of its times that name none; `None`: where andon runs.
    pub time_zone: Option<String>,
    pub kind: &'static Kind,
    /// The settings of its kind by name, defaults filled in.
    pub settings: BTreeMap<&'static str, SettingValue>,
}

#[derive(Clone, Debug)]
pub enum SettingValue {
    /// Texts that may hold references.
    Secrets(Vec<SecretString>),
    Texts(Vec<String>),
    /// A field and the texts that may fill it, the first first.
    Map(BTreeMap<String, Vec<String>>),
    /// Texts by name that may hold references.
    Named(Vec<(String, SecretString)>),
    Duration(Duration),
    Flag(bool),
}

impl SourceConfig {
    /// A source of this kind with no settings but the defaults.
    pub fn new(name: &str, kind: &'static Kind) -> Self {
        Self {
            name: name.to_owned(),
            badge: String::new(),
            refresh: DEFAULT_REFRESH,
            headers: Vec::new(),
            auth: Auth::None,
            proxy: None,
            tls: TlsConfig::default(),
            words: Words::default(),
            time_zone: None,
            kind,
            settings: kind.settings.iter().filter_map(|own| Some((own.name, own.default_value()?))).collect(),
        }
    }

    fn setting(&self, name: &str) -> Option<&SettingValue> {
        debug_assert!(self.kind.setting(name).is_some(), "{} has no setting `{name}`", self.kind.name);
        self.settings.get(name)
    }

    /// A setting that may hold references; of a list the first.
    pub fn secret(&self, name: &str) -> Option<&SecretString> {
        self.secrets(name).first()
    }

    /// A list that may hold references; empty where it is not set.
    pub fn secrets(&self, name: &str) -> &[SecretString] {
        if let Some(SettingValue::Secrets(texts)) = self.setting(name) { texts } else { &[] }
    }

    /// A setting that is plain text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.texts(name).first().map(String::as_str)
    }

    /// A list of plain texts; empty where it is not set.
    pub fn texts(&self, name: &str) -> &[String] {
        if let Some(SettingValue::Texts(texts)) = self.setting(name) { texts } else { &[] }
    }

    /// Where the fields of an incident are in what the source gives.
    pub fn map(&self, name: &str) -> Option<&BTreeMap<String, Vec<String>>> {
        if let Some(SettingValue::Map(map)) = self.setting(name) { Some(map) } else { None }
    }

    /// A table of texts that may hold references; empty where it is not set.
    pub fn named_secrets(&self, name: &str) -> &[(String, SecretString)] {
        if let Some(SettingValue::Named(texts)) = self.setting(name) { texts } else { &[] }
    }

    /// A time; kinds give each of theirs a default.
    pub fn duration(&self, name: &str) -> Duration {
        if let Some(SettingValue::Duration(duration)) = self.setting(name) { *duration } else { Duration::ZERO }
    }

    pub fn flag(&self, name: &str) -> bool {
        matches!(self.setting(name), Some(SettingValue::Flag(true)))
    }

    /// Every text that may hold references.
    pub fn all_secrets(&self) -> Vec<&SecretString> {
        let settings = self.settings.values().flat_map(|value| match value {
            SettingValue::Secrets(texts) => texts.iter().collect::<Vec<_>>(),
            SettingValue::Named(texts) => texts.iter().map(|(_, text)| text).collect(),
            _ => Vec::new(),
        });
        let headers = self.headers.iter().map(|(_, value)| value);
        let tls = [&self.tls.ca, &self.tls.cert, &self.tls.key, &self.proxy];
        settings.chain(headers).chain(tls.into_iter().flatten()).chain(self.auth.secrets()).collect()
    }

    /// Whether its requests carry credentials.
    pub fn has_credentials(&self) -> bool {
        !matches!(self.auth, Auth::None) || self.kind.credential().is_some_and(|own| self.secret(own.name).is_some())
    }

    /// Where it is asked, as written; empty for kinds that are asked without a network.
    pub fn addresses(&self) -> &[SecretString] {
        if self.kind.setting("url").is_some() { self.secrets("url") } else { &[] }
    }
}

/// Who asks.
#[derive(Clone, Debug)]
pub enum Auth {
    None,
    Bearer(SecretString),
    Basic {
        /// The user's name (may hold references).
        user: SecretString,
        /// The password (may hold references).
        password: SecretString,
    },
}

impl Auth {
    fn secrets(&self) -> Vec<&SecretString> {
        match self {
            Self::None => Vec::new(),
            Self::Bearer(token) => vec![token],
            Self::Basic { user, password } => vec![user, password],
        }
    }
}

/// How TLS is checked. Paths may hold references.
#[derive(Clone, Debug)]
pub struct TlsConfig {
    /// A PEM file of certificate authorities that are trusted beside the system's.
    pub ca: Option<SecretString>,
    /// A PEM file with the client certificate.
    pub cert: Option<SecretString>,
    /// A PEM file with the client certificate's key.
    pub key: Option<SecretString>,
    pub verify: bool,
}

impl Default for TlsConfig {
    fn default() -> Self {
        Self { ca: None, cert: None, key: None, verify: true }
    }
}
