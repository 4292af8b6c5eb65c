//! What does not change while andon runs.

use jiff::tz::TimeZone;

use super::notifications::Notifications;
use crate::app::keys::Keys;
use crate::domain::preset::Preset;
use crate::domain::saved_view::{Group, SavedView};
use crate::domain::theme::{Colours, Letters, ThemeChoice};

/// What does not change while andon runs.
// Independent facts of the environment, not a state in disguise.
#[allow(clippy::struct_excessive_bools)]
#[derive(Clone, Debug)]
pub struct Settings {
    /// Who presses, as the header shows it.
    pub operator: String,
    /// Their address, by which sources may know them; may be empty.
    pub email: String,
    /// Views of the list of incidents beside those that are always there.
    pub views: Vec<SavedView>,
    /// What the list can be grouped by, in this order.
    pub groups: Vec<Group>,
    /// How many actions a channel holds at most, 1 to 9.
    pub max_per_channel: u8,
    /// The zone in which times are shown.
    pub zone: TimeZone,
    pub demo: bool,
    /// Whether nothing may be pressed here.
    pub read_only: bool,
    /// Whether no other program is started (`--restricted`).
    pub restricted: bool,
    /// Whether the terminal is at the other end of SSH: spinners turn once a second, no program is started.
    pub ssh: bool,
    pub theme: ThemeChoice,
    pub colours: Colours,
    /// Which letters there are.
    pub letters: Letters,
    /// The keys as the configuration has them.
    pub keys: Keys,
    /// Whether a source is configured; without one the board offers the demo and connecting one.
    pub has_sources: bool,
    /// Where the configuration file is or would be, for the offer of connecting a source.
    pub config_path: String,
    /// How a person who looks elsewhere is called back.
    pub notifications: Notifications,
    /// What a form for an action can begin from.
    pub presets: Vec<Preset>,
}

/// The defaults of the configuration, on a terminal with many colours: the one place where a new setting needs a value
/// beside the screen's own start.
impl Default for Settings {
    fn default() -> Self {
        Self {
            operator: String::new(),
            email: String::new(),
            views: Vec::new(),
            groups: Group::usual(),
            max_per_channel: 3,
            zone: TimeZone::UTC,
            demo: false,
            read_only: false,
            restricted: false,
            ssh: false,
            theme: ThemeChoice::default(),
            colours: Colours::default(),
            letters: Letters::default(),
            keys: Keys::default(),
            has_sources: true,
            config_path: String::new(),
            notifications: Notifications::default(),
            presets: Vec::new(),
        }
    }
}

impl Settings {
    /// How long a spinner shows one mark, milliseconds.
    pub fn spin_ms(&self) -> u64 {
        if self.ssh { 1_000 } else { 250 }
    }
}
