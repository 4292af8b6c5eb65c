//! What a kind of source is, as data: what configuration, login and documentation need to know of it.

use std::fmt;
use std::time::Duration;

use super::SettingValue;

pub struct Kind {
    /// The word of the configuration.
    pub name: &'static str,
    pub title: &'static str,
    /// Its own settings, in the order in which the annotated configuration has them.
    pub settings: &'static [Setting],
    /// Whether it takes `token`, or `user` and `password`.
    pub auth: AuthRule,
}

/// Whether a kind takes `token`, or `user` and `password`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthRule {
    /// It does not: it has a credential of its own, or needs none.
    Own,
    Optional,
    Required,
}

#[derive(Clone, Copy, Debug)]
pub struct Setting {
    pub name: &'static str,
    pub holds: SettingType,
    /// An example as TOML; the default where there is one.
    pub example: &'static str,
    /// What it is for: the comment of the annotated configuration.
    pub help: &'static str,
}

#[derive(Clone, Copy, Debug)]
pub enum SettingType {
    /// An address that begins with `http://` or `https://`; without a default it must be there.
    Url(Option<&'static str>),
    /// The addresses of one cluster: `url`, or `urls` in its place. One must be there.
    Cluster,
    /// A key that must be there; what it is in words.
    Credential(&'static str),
    /// A file that must be there.
    Path,
    /// A program and its arguments.
    Program {
        required: bool,
    },
    Text,
    /// A time between `min` and `max`.
    Duration {
        min: Duration,
        max: Duration,
        default: Duration,
    },
    /// Yes or no, with its default.
    Flag(bool),
    /// Ids of letters and digits.
    Ids,
    Words(&'static [&'static str]),
    /// Fields of an incident and where each is in what the source gives.
    Map,
    /// An expression over an item.
    Condition,
    /// Names and values for a program's environment.
    Environment,
    /// A text that may hold references.
    SecretText,
}

/// What `andon login` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Login {
    /// An example of the address, where one must be given.
    pub url: Option<&'static str>,
    /// Whether there is a user's name beside the key.
    pub user: bool,
    /// The setting that holds the key.
    pub key: &'static str,
    /// What the key is in words.
    pub words: &'static str,
    /// Whether it may have no key at all.
    pub optional: bool,
}

impl Kind {
    pub fn setting(&self, name: &str) -> Option<&Setting> {
        self.settings.iter().find(|setting| setting.name == name)
    }

    /// The key of its own, where it has one.
    pub fn credential(&self) -> Option<&Setting> {
        self.settings.iter().find(|setting| matches!(setting.holds, SettingType::Credential(_)))
    }

    /// What `andon login` asks for; `None` where there is nothing to log in to.
    pub fn login(&self) -> Option<Login> {
        let url = self.settings.iter().find(|own| matches!(own.holds, SettingType::Url(None) | SettingType::Cluster));
        let url = url.map(|setting| setting.example.trim_matches('"'));
        let (key, words) = match self.auth {
            AuthRule::Optional => ("token", "bearer token"),
            AuthRule::Required => ("password", "password"),
            AuthRule::Own => match self.credential()? {
                Setting { name, holds: SettingType::Credential(words), .. } => (*name, *words),
                _ => return None,
            },
        };
        let (user, optional) = (self.auth == AuthRule::Required, self.auth == AuthRule::Optional);
        Some(Login { url, user, key, words, optional })
    }
}

impl Setting {
    pub fn is_required(&self) -> bool {
        use SettingType::{Cluster, Credential, Path, Program, Url};
        matches!(self.holds, Url(None) | Cluster | Credential(_) | Path | Program { required: true })
    }

    /// What holds where it is not set.
    pub(super) fn default_value(&self) -> Option<SettingValue> {
        match self.holds {
            SettingType::Url(default) => default.map(|url| SettingValue::Secrets(vec![url.into()])),
            SettingType::Duration { default, .. } => Some(SettingValue::Duration(default)),
            SettingType::Flag(default) => Some(SettingValue::Flag(default)),
            _ => None,
        }
    }
}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
