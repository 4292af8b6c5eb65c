//! What can be typed after `andon action`.

use clap::{Args, Subcommand, ValueEnum};

use crate::domain::action::Confirm;

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
