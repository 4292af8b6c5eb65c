//! What can be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::config::Overrides;
use crate::domain::action::Confirm;
use crate::runner::Flags;

/// Incidents, and the buttons that fix them, in one terminal.
#[derive(Parser, Debug)]
#[command(name = "andon", version, about, after_help = EXITS)]
pub(super) struct Cli {
    #[command(flatten)]
    pub(super) global: Global,
    #[command(subcommand)]
    pub(super) command: Option<Top>,
}

const EXITS: &str = "Without a command: the screen.\n\nExit codes: 0 done, 1 failed, 2 usage or configuration, \
    3 unknown (sent, and it may have run), 4 refused (nothing was sent), 130 cancelled.";

/// What every command knows.
#[derive(Args, Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag that is typed or not")]
pub struct Global {
    /// Print JSON, one object a line
    #[arg(long, global = true)]
    pub json: bool,
    /// Do not ask the sources; use what is known
    #[arg(long, global = true)]
    pub cached: bool,
    /// The configuration file
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The folder of the database, the locks and the log
    #[arg(long, global = true, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Who presses
    #[arg(long, global = true, value_name = "NAME")]
    pub operator: Option<String>,
    /// Show everything, press and change nothing
    #[arg(long, global = true)]
    pub read_only: bool,
    /// Start no other program
    #[arg(long, global = true)]
    pub restricted: bool,
}

impl Global {
    /// What the flags say about places.
    pub fn overrides(&self) -> Overrides {
        Overrides { config: self.config.clone(), data_dir: self.data_dir.clone() }
    }

    /// What the flags say about presses.
    pub fn flags(&self) -> Flags {
        Flags { operator: self.operator.clone(), read_only: self.read_only, restricted: self.restricted }
    }
}

/// What was asked for.
#[derive(Debug)]
pub enum Wanted {
    /// The screen.
    Screen(Global),
    /// The screen on built-in incidents.
    Demo(Global),
    /// A command without a screen, for [`run`](super::run).
    Command(CommandLine),
}

/// A command without a screen, as typed.
#[derive(Debug)]
pub struct CommandLine {
    pub(super) global: Global,
    pub(super) command: Box<Command>,
}

#[derive(Subcommand, Debug)]
pub(super) enum Top {
    /// The screen on built-in incidents; needs nothing, touches nothing
    Demo,
    #[command(flatten)]
    Command(Box<Command>),
}

#[derive(Subcommand, Debug)]
pub(super) enum Command {
    /// List and show incidents
    #[command(subcommand)]
    Incident(IncidentCommand),
    /// List, show, add, edit, remove and export actions
    #[command(subcommand)]
    Action(ActionCommand),
    /// Run an action on an incident
    Run(RunArgs),
    /// Print the activity, oldest first
    Log(LogArgs),
    /// Make, check and find the configuration
    #[command(subcommand)]
    Config(ConfigCommand),
}

#[derive(Subcommand, Debug)]
pub(super) enum IncidentCommand {
    /// List open incidents
    List {
        /// Closed ones too: everything the sources gave and the store knows
        #[arg(long)]
        all: bool,
    },
    /// Show one incident
    Show {
        /// Its id or number
        id: String,
    },
}

#[derive(Subcommand, Debug)]
pub(super) enum ActionCommand {
    /// List all actions
    List,
    /// Show one action
    Show {
        /// Its name or id
        name: String,
    },
    /// Add an action
    Add(AddArgs),
    /// Change an action; what is not named stays
    Edit(EditArgs),
    /// Remove an action; its runs stay in the log
    Remove {
        /// Its name or id
        name: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// Print actions as TOML, without literal secrets
    Export {
        /// Only this one: its name or id
        name: Option<String>,
    },
}

#[derive(Args, Debug)]
pub(super) struct AddArgs {
    /// What the button says
    #[arg(long)]
    pub(super) name: String,
    /// A channel it belongs to; may be repeated
    #[arg(long, value_name = "SOURCE/ID", required = true)]
    pub(super) channel: Vec<String>,
    /// Where the webhook goes
    #[arg(long, value_name = "URL")]
    pub(super) endpoint: String,
    #[command(flatten)]
    pub(super) shared: SharedArgs,
    /// Add it switched off
    #[arg(long)]
    pub(super) disabled: bool,
}

#[derive(Args, Debug)]
pub(super) struct EditArgs {
    /// The action's name or id
    pub(super) action: String,
    /// Its new name
    #[arg(long, visible_alias = "name", value_name = "NEW")]
    pub(super) rename: Option<String>,
    /// Its channels from now on, in place of the present ones; may be repeated
    #[arg(long, value_name = "SOURCE/ID")]
    pub(super) channel: Vec<String>,
    /// One more channel; may be repeated
    #[arg(long, value_name = "SOURCE/ID")]
    pub(super) add_channel: Vec<String>,
    /// A channel it leaves; may be repeated
    #[arg(long, value_name = "SOURCE/ID")]
    pub(super) remove_channel: Vec<String>,
    /// Where the webhook goes
    #[arg(long, value_name = "URL")]
    pub(super) endpoint: Option<String>,
    #[command(flatten)]
    pub(super) shared: SharedArgs,
    /// A header it no longer sends; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(super) remove_header: Vec<String>,
    /// Switch it on
    #[arg(long)]
    pub(super) enable: bool,
    /// Switch it off
    #[arg(long, conflicts_with = "enable")]
    pub(super) disable: bool,
}

/// What adding and changing share.
#[derive(Args, Debug)]
pub(super) struct SharedArgs {
    /// A header; may be repeated. The value `@-` is read from stdin, `@FILE` from a file
    #[arg(long, value_name = "NAME: VALUE")]
    pub(super) header: Vec<String>,
    /// Of the whole run, 1s to 10m (default 10s)
    #[arg(long, value_name = "TIME")]
    pub(super) timeout: Option<String>,
    /// How a press is confirmed (default enter)
    #[arg(long)]
    pub(super) confirm: Option<ConfirmArg>,
    /// Its number in the channels named (default: the lowest free one)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=9))]
    pub(super) slot: Option<u8>,
    /// What it does
    #[arg(long, value_name = "TEXT")]
    pub(super) description: Option<String>,
    /// How long after a run the same press is refused (default 2s)
    #[arg(long, value_name = "TIME")]
    pub(super) cooldown: Option<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum ConfirmArg {
    /// Not at all
    None,
    /// By Enter, or --yes
    Enter,
    /// By the incident's number
    Type,
}

impl From<ConfirmArg> for Confirm {
    fn from(arg: ConfirmArg) -> Self {
        match arg {
            ConfirmArg::None => Self::None,
            ConfirmArg::Enter => Self::Enter,
            ConfirmArg::Type => Self::Type,
        }
    }
}

#[derive(Args, Debug)]
pub(super) struct RunArgs {
    /// The action's name or id
    pub(super) action: String,
    /// The incident's id or number
    #[arg(long, value_name = "ID", required = true)]
    pub(super) incident: Vec<String>,
    /// Confirm what asks for Enter
    #[arg(long)]
    pub(super) yes: bool,
    /// Confirm by the incident's number
    #[arg(long, value_name = "NUM")]
    pub(super) confirm: Option<String>,
    /// Print the request and send nothing
    #[arg(long)]
    pub(super) dry_run: bool,
}

#[derive(Args, Debug)]
pub(super) struct LogArgs {
    /// Only of this last time, such as 1h
    #[arg(long, value_name = "TIME")]
    pub(super) since: Option<String>,
    /// Only the newest lines
    #[arg(long, value_name = "N")]
    pub(super) limit: Option<u32>,
    /// Only about this incident: its id or number
    #[arg(long, value_name = "ID")]
    pub(super) incident: Option<String>,
    /// Go on printing lines as they come; a run is printed again when it has ended
    #[arg(long)]
    pub(super) follow: bool,
}

#[derive(Subcommand, Clone, Copy, Debug)]
pub(super) enum ConfigCommand {
    /// Write an annotated config.toml; overwrites nothing
    Init,
    /// Say what is wrong with the configuration
    Check,
    /// Print where andon's files are
    Path,
}
