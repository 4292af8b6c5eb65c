//! What can be typed after `andon action`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::action_flags::FieldFlags;

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
    Add(Box<AddArgs>),
    /// Change an action; what is not named stays
    Edit(Box<EditArgs>),
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
    /// Make the actions of a file those of the store: all or none
    Apply(ApplyArgs),
    /// Print the JSON Schema of such files, for editors
    Schema,
    /// List the presets that `add --preset` knows, and what each wants with `--set`
    Presets,
}

#[derive(Args, Debug)]
pub(super) struct ApplyArgs {
    /// A file, a folder of .toml files, or - for stdin
    #[arg(value_name = "FILE|DIR|-")]
    pub(super) path: PathBuf,
    /// Only show what would change
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Exit with 1 where something would change
    #[arg(long, requires = "dry_run")]
    pub(super) exit_code: bool,
    /// Remove the actions of the file's origin that it does not have
    #[arg(long)]
    pub(super) prune: bool,
}

#[derive(Args, Debug)]
pub(super) struct AddArgs {
    /// What the button says
    #[arg(long, required_unless_present = "preset")]
    pub(super) name: Option<String>,
    /// A channel it belongs to; may be repeated
    #[arg(long, value_name = "SOURCE/ID", required = true)]
    pub(super) channel: Vec<String>,
    /// Where the webhook goes
    #[arg(long, value_name = "URL", required_unless_present_any = ["preset", "starts"])]
    pub(super) endpoint: Option<String>,
    /// Begin with the action of a well-known receiver: `andon action presets` names them
    #[arg(long, value_name = "NAME")]
    pub(super) preset: Option<String>,
    /// What stands in a place of the preset; may be repeated
    #[arg(long, value_name = "KEY=VALUE", requires = "preset")]
    pub(super) set: Vec<String>,
    #[command(flatten)]
    pub(super) shared: SharedArgs,
    #[command(flatten)]
    pub(super) call: CallArgs,
    /// Add it switched off
    #[arg(long)]
    pub(super) disabled: bool,
}

#[derive(Args, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag that is typed or not")]
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
    #[command(flatten)]
    pub(super) call: CallArgs,
    /// An input it no longer asks for; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(super) remove_input: Vec<String>,
    /// Sign no longer
    #[arg(long, conflicts_with_all = ["sign-key", "previous-sign-key"])]
    pub(super) no_sign: bool,
    /// Follow no job any more, but for a 202 with its Location
    #[arg(long, conflicts_with = "follow")]
    pub(super) no_follow: bool,
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
    /// A header whose value is no secret and may be shown; may be repeated
    #[arg(long, value_name = "NAME: VALUE")]
    pub(super) plain_header: Vec<String>,
    /// Its number in the channels named (default: the lowest free one)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=9))]
    pub(super) slot: Option<u8>,
    #[command(flatten)]
    pub(super) fields: FieldFlags,
}

/// What is sent, and what is asked before.
#[derive(Args, Debug)]
#[command(next_help_heading = "The call")]
pub(super) struct CallArgs {
    /// Send this JSON document; @FILE and @- read it
    #[arg(long, value_name = "JSON", group = "body")]
    pub(super) body_json: Option<String>,
    /// Send this pair of a form; may be repeated
    #[arg(long, value_name = "NAME=VALUE", group = "body")]
    pub(super) body_form: Vec<String>,
    /// Send this text; @FILE and @- read it
    #[arg(long, value_name = "TEXT", group = "body")]
    pub(super) body_text: Option<String>,
    /// Send andon's own payload
    #[arg(long, group = "body")]
    pub(super) body_payload: bool,
    /// Ask for a value at the press, written as in a file; may be repeated
    #[arg(long, value_name = "{ name = \"version\", required = true }")]
    pub(super) input: Vec<String>,
}
