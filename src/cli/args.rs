//! What can be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use super::action_args::ActionCommand;
use crate::config::Overrides;
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
