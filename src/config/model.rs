//! What `config.toml` says, with the defaults filled in.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use crate::domain::action::DEFAULT_MAX_PER_CHANNEL;
use crate::domain::saved_view::{Group, SavedView};
use crate::domain::source::SourceConfig;
use crate::domain::theme::ThemeChoice;
use crate::secret::{Reference, Resolver};

#[derive(Clone, Debug)]
pub struct Config {
    pub operator: OperatorConfig,
    /// Where incidents come from, in the order written.
    pub sources: Vec<SourceConfig>,
    /// How many actions a channel may have, 1 to 9.
    pub max_per_channel: u8,
    /// What may be pressed, and where it may go.
    pub policy: Policy,
    /// Names for `${secret:NAME}`: only references, never values.
    pub secrets: BTreeMap<String, Reference>,
    /// How long ended activity is kept.
    pub retention: Duration,
    pub ui: Ui,
    /// Views of the list of incidents, in the order written.
    pub views: Vec<SavedView>,
    /// Key bindings: a command's name and the keys that mean it, each one that `keybinds` reads.
    pub keys: BTreeMap<String, Vec<String>>,
    /// Settings of earlier versions that the file still has: what to do about each, in words.
    pub removed: Vec<&'static str>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            operator: OperatorConfig::default(),
            sources: Vec::new(),
            max_per_channel: DEFAULT_MAX_PER_CHANNEL,
            policy: Policy::default(),
            secrets: BTreeMap::new(),
            retention: Duration::from_hours(400 * 24),
            ui: Ui::default(),
            views: Vec::new(),
            keys: BTreeMap::new(),
            removed: Vec::new(),
        }
    }
}

impl Config {
    /// What reads this configuration's references. `config_file` is where it stands: relative paths begin at its
    /// folder. Without `allow_cmd` (restricted mode) no command is run.
    pub fn resolver(&self, config_file: &Path, allow_cmd: bool) -> Resolver {
        Resolver::new(self.secrets.clone(), allow_cmd, config_file.parent().unwrap_or_else(|| Path::new("")))
    }
}

/// `[operator]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OperatorConfig {
    /// Their name; `None`: the login name.
    pub name: Option<String>,
    /// Their e-mail address; may be empty.
    pub email: String,
    /// Their id in the incident system, 0 = none.
    pub id: i64,
}

/// `[policy]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Shows everything, presses nothing.
    pub read_only: bool,
    /// Where endpoints may go; empty: anywhere that is not denied. A host's name, `*.name`, or an address; lower case.
    pub allow_hosts: Vec<String>,
    /// Where endpoints may not go; written like `allow_hosts`, and stronger.
    pub deny_hosts: Vec<String>,
    /// Whether actions of a private local store may name `${env:}` and `${file:}`.
    pub action_references: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self { read_only: false, allow_hosts: Vec::new(), deny_hosts: Vec::new(), action_references: true }
    }
}

/// `[ui]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ui {
    pub theme: ThemeChoice,
    /// The zone that clocks are shown in.
    pub times: Times,
    /// Whether the terminal's bell rings for a new critical incident and for a run that ended badly or after a while.
    pub bell: bool,
    /// Whether the terminal shows a notification then, and in which way it is asked to.
    pub notify: Notify,
    /// Whether the window's title has counts.
    pub title: bool,
    /// How long a lone ESC waits for the rest of its sequence, milliseconds; `None`: 50, over SSH 100.
    pub escape_ms: Option<u16>,
    /// What the list of incidents can be grouped by.
    pub groups: Vec<Group>,
}

impl Default for Ui {
    fn default() -> Self {
        Self {
            theme: ThemeChoice::default(),
            times: Times::default(),
            bell: true,
            notify: Notify::default(),
            title: true,
            escape_ms: None,
            groups: Group::usual(),
        }
    }
}

/// How the terminal is asked to show a notification.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Notify {
    /// As the terminal seems to know it.
    #[default]
    Auto,
    Osc9,
    Osc777,
    Off,
}

/// The zone that clocks are shown in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Times {
    #[default]
    Local,
    Utc,
}
