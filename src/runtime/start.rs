//! What the first frame needs: read from the store, before any network.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;

use super::calls::Surroundings;
use crate::app::event::{Health, Snapshot, SourceState};
use crate::app::keys::Keys;
use crate::app::state::notifications::Notifications;
use crate::app::state::settings::Settings;
use crate::config::{self, Times, Ui};
use crate::domain::activity::Activity;
use crate::domain::operator::Operator;
use crate::domain::saved_view::SavedView;
use crate::domain::theme::{Background, Colours, Letters};
use crate::runner::Runner;
use crate::source::Source;
use crate::store::{LogQuery, Store, StoreError};

/// So many incidents are read before the first frame; the rest follows it.
const FIRST_ROWS: u32 = 200;
/// So many lines of the log are read for the first frame.
const FIRST_LINES: u32 = 50;

pub struct Start {
    pub store: Store,
    pub runner: Runner,
    pub operator: Arc<Operator>,
    pub sources: Vec<Arc<dyn Source>>,
    /// How many actions a channel holds at most.
    pub max_per_channel: u8,
    pub ui: Ui,
    /// Views of the list of incidents, as the configuration has them.
    pub views: Vec<SavedView>,
    /// The keys, as the configuration has them.
    pub keys: Keys,
    /// Where the locks of living processes are; `None` in the demo, which has no other process.
    pub locks: Option<PathBuf>,
    /// The configuration's path, for the offer to connect a source.
    pub config_path: String,
    /// How long ended activity is kept.
    pub retention: Duration,
    pub demo: bool,
    /// Whether nothing may be pressed here.
    pub read_only: bool,
    /// Whether no other program is started.
    pub restricted: bool,
    /// What the start ended: the runs of processes that died.
    pub interrupted: Vec<Activity>,
}

impl Start {
    pub(super) fn settings(&self, around: &Surroundings) -> Settings {
        let ssh = !self.operator.ssh.is_empty();
        Settings {
            notifications: Notifications {
                bell: self.ui.bell,
                notify: around.way(self.ui.notify).is_some(),
                title: self.ui.title && around.takes_strings(),
            },
            presets: config::actions::presets(),
            operator: self.operator.name.clone(),
            email: self.operator.email.clone(),
            views: self.views.clone(),
            groups: self.ui.groups.clone(),
            max_per_channel: self.max_per_channel,
            zone: if self.ui.times == Times::Utc { TimeZone::UTC } else { TimeZone::system() },
            demo: self.demo,
            read_only: self.read_only,
            restricted: self.restricted,
            ssh,
            theme: self.ui.theme.clone(),
            colours: self.colours(),
            letters: letters(),
            keys: self.keys.clone(),
            has_sources: !self.sources.is_empty(),
            config_path: self.config_path.clone(),
        }
    }

    /// `NO_COLOR` counts where it is set to anything but nothing (no-color.org).
    pub(super) fn colours(&self) -> Colours {
        if std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) {
            return Colours::None;
        }
        let there = Self::colours_there();
        self.ui.theme.colours().map_or(there, |needed| needed.min(there))
    }

    /// How many colours the terminal has, by what it says of itself.
    fn colours_there() -> Colours {
        // Set but empty it says nothing.
        let colorterm = std::env::var("COLORTERM").unwrap_or_default();
        if matches!(colorterm.as_str(), "truecolor" | "24bit") {
            return Colours::True;
        }
        let term = std::env::var("TERM").unwrap_or_default();
        let many = ["256color", "direct", "kitty", "alacritty", "wezterm", "foot", "ghostty"];
        let says_many = many.iter().any(|word| term.contains(word)) || !colorterm.is_empty();
        if says_many { Colours::Many } else { Colours::Sixteen }
    }

    /// The background that the theme decides; `None`: the terminal is asked.
    pub(super) fn background(&self) -> Option<Background> {
        self.ui.theme.background()
    }

    /// How long a lone ESC waits for the rest of its sequence, milliseconds.
    pub(super) fn escape_ms(&self) -> u64 {
        self.ui.escape_ms.map_or(if self.operator.ssh.is_empty() { 50 } else { 100 }, u64::from)
    }

    /// What the store knows, enough for the first frame.
    pub(super) async fn snapshot(&self) -> Result<Snapshot, StoreError> {
        let seen = self.store.sources_seen().await?;
        let configured = |name: &str| self.sources.iter().any(|source| source.name() == name);
        let open_total: i64 = seen.iter().filter(|seen| configured(&seen.name)).map(|seen| seen.open).sum();
        let mut rows = self.store.open_incidents(Some(FIRST_ROWS)).await?;
        let whole = rows.len() < FIRST_ROWS as usize;
        rows.retain(|row| configured(row.key.source()));
        let sources = self
            .sources
            .iter()
            .map(|source| SourceState {
                name: source.name().to_owned(),
                kind: source.kind(),
                badge: source.config().badge.clone(),
                health: Health::Waiting,
                answered_s: seen.iter().find(|seen| seen.name == source.name()).map(|seen| seen.answered_at_s),
                fresh: false,
                refresh_s: i64::try_from(source.config().refresh.as_secs()).unwrap_or(i64::MAX),
                abilities: source.abilities(),
                loading: None,
            })
            .collect();
        Ok(Snapshot {
            rows,
            whole,
            open_total: usize::try_from(open_total).unwrap_or_default(),
            actions: self.store.actions().await?,
            channels: self.store.channels().await?,
            sources,
            activity: self.store.log(&LogQuery { limit: Some(FIRST_LINES), ..LogQuery::default() }).await?,
            drafts: self.store.drafts().await?,
        })
    }
}

/// By the terminal's kind and the locale, whose first variable that is set counts (POSIX).
fn letters() -> Letters {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(|name| {
        let value = std::env::var(name).ok()?;
        (!value.is_empty()).then_some(value)
    });
    letters_of(&std::env::var("TERM").unwrap_or_default(), locale.as_deref())
}

/// A locale that is not named says nothing: many bastion hosts set none, and their terminals are UTF-8.
fn letters_of(term: &str, locale: Option<&str>) -> Letters {
    let is_utf8 = locale.is_none_or(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8") || matches!(locale.as_str(), "c" | "posix")
    });
    if !is_utf8 {
        Letters::Ascii
    } else if term == "linux" {
        Letters::AsciiMarks
    } else {
        Letters::All
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_ascii_on_the_linux_console_and_all_is_where_the_locale_is_no_utf8() {
        assert_eq!(letters_of("xterm-256color", Some("en_GB.UTF-8")), Letters::All);
        assert_eq!(letters_of("xterm-256color", None), Letters::All);
        assert_eq!(letters_of("xterm", Some("C")), Letters::All);
        assert_eq!(letters_of("linux", Some("C.utf8")), Letters::AsciiMarks);
        assert_eq!(letters_of("xterm", Some("de_DE.ISO-8859-1")), Letters::Ascii);
        assert_eq!(letters_of("xterm", Some("de_DE@euro")), Letters::Ascii);
    }
}
