//! What can be typed.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use super::action_args::ActionCommand;
use crate::config::Overrides;
use crate::domain::source::KINDS;
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
pub enum Invocation {
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
    /// List, show, acknowledge, snooze, close, comment and assign incidents
    #[command(subcommand)]
    Incident(IncidentCommand),
    /// List, show, add, edit, remove, export, check and test actions
    #[command(subcommand)]
    Action(ActionTop),
    /// Run an action on incidents
    Run(RunArgs),
    /// Print the activity, oldest first
    Log(LogArgs),
    /// Connect a source: ask for its key, test it, and write it into the configuration
    Login(LoginArgs),
    /// List the sources and what each can do, and test them
    #[command(subcommand)]
    Source(SourceCommand),
    /// Make, check and find the configuration
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Print every request that arrives here, and answer it: to see what a button sends
    Receiver(ReceiverArgs),
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
        /// Its id (6 characters of its beginning are enough) or number
        id: String,
    },
    #[command(flatten)]
    Handle(HandleCommand),
}

/// What is done to incidents.
#[derive(Subcommand, Debug)]
pub(super) enum HandleCommand {
    /// Say that somebody has taken them
    Ack {
        /// Their ids or numbers
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
    },
    /// Take that back
    Unack {
        /// Their ids or numbers
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
    },
    /// Say that they are over
    Close {
        /// Their ids or numbers
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
    },
    /// Say that they are not over after all
    Reopen {
        /// Their ids or numbers
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
        /// Why
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// End their quiet
    Wake {
        /// Their ids or numbers
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
    },
    /// Be quiet about them for a while
    Snooze {
        /// Their ids or numbers
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
        /// For so long, such as 2h or 90m
        #[arg(long = "for", value_name = "TIME", conflicts_with = "until", required_unless_present = "until")]
        time: Option<String>,
        /// Until then, such as 14:30 or "tomorrow 9:00"
        #[arg(long, value_name = "TIME")]
        until: Option<String>,
        /// Why
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Write something beside one
    Comment {
        /// Its id (6 characters of its beginning are enough) or number
        id: String,
        /// The text; `-` reads it from stdin
        text: String,
    },
    /// Ask somebody to take them
    Assign {
        /// Their ids or numbers
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
        /// Their e-mail address
        #[arg(long, value_name = "EMAIL")]
        to: String,
    },
    /// Write their texts and custom fields
    Edit(EditArgs),
}

#[derive(Args, Debug)]
pub(super) struct EditArgs {
    /// Their ids or numbers
    #[arg(required = true, value_name = "ID")]
    pub(super) ids: Vec<String>,
    /// One line
    #[arg(long)]
    pub(super) title: Option<String>,
    /// What it does to users
    #[arg(long)]
    pub(super) impact: Option<String>,
    /// Why it happened
    #[arg(long)]
    pub(super) root_cause: Option<String>,
    /// What ended it
    #[arg(long)]
    pub(super) resolution: Option<String>,
    /// A custom field; the value may be JSON. May be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    pub(super) field: Vec<String>,
}

#[derive(Args, Debug)]
pub(super) struct RunArgs {
    /// The action's name or id
    #[arg(required_unless_present = "resume")]
    pub(super) action: Option<String>,
    /// The incident's id or number; may be repeated
    #[arg(long, value_name = "ID", required_unless_present = "resume")]
    pub(super) incident: Vec<String>,
    #[command(flatten)]
    pub(super) press: PressArgs,
    /// So many at once, 1 to 64
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u8).range(1..=64))]
    pub(super) parallel: u8,
    /// Leave the rest cancelled once one did not succeed
    #[arg(long)]
    pub(super) stop_on_failure: bool,
    /// Take over the jobs that nobody follows any more, and follow them to their ends
    #[arg(long, conflicts_with_all = ["action", "incident", "input", "yes", "confirm", "dry_run", "stop_on_failure"])]
    pub(super) resume: bool,
}

#[derive(Args, Debug)]
pub(super) struct TestArgs {
    /// The action's name or id
    pub(super) action: String,
    /// The incident's id or number
    #[arg(long, value_name = "ID")]
    pub(super) incident: String,
    #[command(flatten)]
    pub(super) press: PressArgs,
}

/// What every press takes.
#[derive(Args, Debug)]
pub(super) struct PressArgs {
    /// A value that the action asks for; may be repeated. `@-` is read from stdin, `@FILE` from a file, `@@` stands for
    /// an `@` that begins the value
    #[arg(long, value_name = "NAME=VALUE")]
    pub(super) input: Vec<String>,
    /// Confirm what asks for Enter, also for several incidents
    #[arg(long)]
    pub(super) yes: bool,
    /// Confirm by the incident's number, or for several incidents by their count
    #[arg(long, value_name = "NUM|COUNT")]
    pub(super) confirm: Option<String>,
    /// Print what would be sent, and send nothing
    #[arg(long)]
    pub(super) dry_run: bool,
}

#[derive(Args, Debug)]
pub(super) struct CheckArgs {
    /// Only this action: its name or id
    pub(super) name: Option<String>,
    /// The actions of this file instead of the stored ones; `-` is stdin. Needs no store
    #[arg(long, value_name = "FILE")]
    pub(super) file: Option<PathBuf>,
    /// Fill the expressions for this incident: its id or number
    #[arg(long, value_name = "ID")]
    pub(super) incident: Option<String>,
}

/// What can be typed after `andon action`.
#[derive(Subcommand, Debug)]
pub(super) enum ActionTop {
    #[command(flatten)]
    Kept(Box<ActionCommand>),
    /// Look at everything an action needs on its way, without calling it
    Check(CheckArgs),
    /// Press an action on an incident, marked as a test
    Test(TestArgs),
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

#[derive(Args, Debug)]
pub(super) struct LoginArgs {
    #[arg(help = kinds_to_log_in_to())]
    pub(super) kind: String,
    /// What it is called here; default: its kind
    #[arg(long)]
    pub(super) name: Option<String>,
    /// Its address; default: the vendor's own, where it has one
    #[arg(long)]
    pub(super) url: Option<String>,
    /// The user's name, where the kind has one
    #[arg(long, value_name = "NAME")]
    pub(super) user: Option<String>,
    /// Where the key is: `env:NAME` or `file:PATH`, which it stays in, or `-` for stdin. Default: asked for on a terminal,
    /// else stdin
    #[arg(long, value_name = "PLACE")]
    pub(super) key_from: Option<String>,
}

fn kinds_to_log_in_to() -> String {
    let names: Vec<&str> = KINDS.iter().filter(|kind| kind.login().is_some()).map(|kind| kind.name).collect();
    format!("The kind of source: {}", names.join(", "))
}

#[derive(Subcommand, Debug)]
pub(super) enum SourceCommand {
    /// Name, kind, when it last answered, and what it can do
    List,
    /// Ask each for its greeting; 1 if one does not answer
    Test {
        /// Only this one
        name: Option<String>,
    },
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

#[derive(Args, Debug)]
pub(super) struct ReceiverArgs {
    /// The port; 0 takes a free one
    #[arg(long, default_value_t = 9000)]
    pub(super) port: u16,
    /// The address it listens on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub(super) host: IpAddr,
    /// The status of its answers
    #[arg(long, value_name = "CODE", default_value_t = 200)]
    pub(super) status: u16,
    /// How long it waits before it answers, such as 2s
    #[arg(long, value_name = "TIME")]
    pub(super) delay: Option<String>,
    /// Answer 401 unless the request is signed by this (Standard Webhooks): whsec_ and base64, or a reference such as
    /// ${secret:NAME}; may be repeated
    #[arg(long, value_name = "SECRET")]
    pub(super) secret: Vec<String>,
    /// Print tokens and passwords of headers and query as they came
    #[arg(long)]
    pub(super) show_secrets: bool,
}
