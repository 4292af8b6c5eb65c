//! What can be typed after `andon action`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::domain::action::{ActionKind, Confirm, Method, Redirects};

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
    #[arg(long, conflicts_with_all = ["sign_key", "previous_sign_key"])]
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
    /// What a press does (default webhook): the others start what the incident's source has configured
    #[arg(long)]
    pub(super) kind: Option<KindArg>,
    /// The id of what is started there: a Flashduty integration, a PagerDuty workflow or automation action
    #[arg(long, value_name = "ID")]
    pub(super) starts: Option<String>,
    /// A header; may be repeated. The value `@-` is read from stdin, `@FILE` from a file
    #[arg(long, value_name = "NAME: VALUE")]
    pub(super) header: Vec<String>,
    /// A header whose value is no secret and may be shown; may be repeated
    #[arg(long, value_name = "NAME: VALUE")]
    pub(super) plain_header: Vec<String>,
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
pub(super) enum KindArg {
    /// Calls the endpoint
    Webhook,
    /// A custom action of Flashduty, by the id of its integration
    Flashduty,
    /// An incident workflow of PagerDuty
    PagerdutyWorkflow,
    /// An automation action of PagerDuty, followed to its end
    PagerdutyAutomation,
}

impl From<KindArg> for ActionKind {
    fn from(arg: KindArg) -> Self {
        match arg {
            KindArg::Webhook => Self::Webhook,
            KindArg::Flashduty => Self::Flashduty,
            KindArg::PagerdutyWorkflow => Self::PagerdutyWorkflow,
            KindArg::PagerdutyAutomation => Self::PagerdutyAutomation,
        }
    }
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

/// How it is called, and what counts as its end.
#[derive(Args, Debug)]
#[command(next_help_heading = "The call")]
pub(super) struct CallArgs {
    /// The HTTP method (default POST)
    #[arg(long, value_name = "METHOD", ignore_case = true)]
    pub(super) method: Option<MethodArg>,
    /// Confirm by the incident's number, and mark it so everywhere
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true", require_equals = true)]
    pub(super) danger: Option<bool>,
    /// Refuse a press on a closed incident
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true", require_equals = true)]
    pub(super) only_open: Option<bool>,
    /// How long a press waits before it is sent, so that it can be taken back (default 0s, 2s where confirm is none)
    #[arg(long, value_name = "TIME")]
    pub(super) hold: Option<String>,
    /// How often it is sent again where it may have arrived (default 0): only where the receiver deduplicates
    #[arg(long, value_name = "N")]
    pub(super) retries: Option<u8>,
    /// Which redirects are followed (default none)
    #[arg(long)]
    pub(super) redirects: Option<RedirectsArg>,
    /// Which answers are a success: 2xx, codes, or an expression such as 'status == 200 and body.ok'
    #[arg(long, value_name = "RULE")]
    pub(super) success: Option<String>,
    /// How long a connection may take to stand (default 3s)
    #[arg(long, value_name = "TIME")]
    pub(super) connect_timeout: Option<String>,
    /// How long one attempt may take (default: the timeout)
    #[arg(long, value_name = "TIME")]
    pub(super) attempt_timeout: Option<String>,
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
    /// Sign with this key: a reference, @FILE, or @- for stdin
    #[arg(long, value_name = "KEY")]
    pub(super) sign_key: Option<String>,
    /// The key before it, while receivers change over
    #[arg(long, value_name = "KEY")]
    pub(super) previous_sign_key: Option<String>,
    /// CA certificates (PEM) to trust beside the system's
    #[arg(long, value_name = "FILE")]
    pub(super) ca: Option<String>,
    /// The client certificate (PEM)
    #[arg(long, value_name = "FILE")]
    pub(super) cert: Option<String>,
    /// Its key (PEM)
    #[arg(long, value_name = "FILE")]
    pub(super) cert_key: Option<String>,
    /// Do not ask the server to prove who it is
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true", require_equals = true)]
    pub(super) no_verify: Option<bool>,
    /// The proxy: an address, or none
    #[arg(long, value_name = "URL")]
    pub(super) proxy: Option<String>,
    #[command(flatten)]
    pub(super) follow: FollowArgs,
}

/// How a job is followed.
#[derive(Args, Debug)]
#[group(id = "follow", multiple = true)]
#[expect(clippy::struct_field_names, reason = "a field is named as its flag")]
#[command(next_help_heading = "The job that an answer starts")]
pub(super) struct FollowArgs {
    /// Where it is asked for: '{{ answer.headers.location }}api/json'
    #[arg(long, value_name = "TEMPLATE")]
    pub(super) follow_url: Option<String>,
    /// Where it is asked for once this exists
    #[arg(long, value_name = "TEMPLATE")]
    pub(super) follow_next: Option<String>,
    /// Whom it may ask: `same`, or an origin; may be repeated
    #[arg(long, value_name = "same|https://HOST")]
    pub(super) follow_origin: Vec<String>,
    /// The pace (default 2s)
    #[arg(long, value_name = "TIME")]
    pub(super) follow_every: Option<String>,
    /// It has ended where this is true
    #[arg(long, value_name = "RULE")]
    pub(super) follow_done: Option<String>,
    /// The ended job failed where this is true
    #[arg(long, value_name = "RULE")]
    pub(super) follow_failed: Option<String>,
    /// How far it is, 0 to 100
    #[arg(long, value_name = "RULE")]
    pub(super) follow_progress: Option<String>,
    /// How long it is followed (default 30m)
    #[arg(long, value_name = "TIME")]
    pub(super) follow_limit: Option<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum MethodArg {
    Post,
    Get,
    Put,
    Patch,
    Delete,
}

impl From<MethodArg> for Method {
    fn from(arg: MethodArg) -> Self {
        match arg {
            MethodArg::Post => Self::Post,
            MethodArg::Get => Self::Get,
            MethodArg::Put => Self::Put,
            MethodArg::Patch => Self::Patch,
            MethodArg::Delete => Self::Delete,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum RedirectsArg {
    /// An answer like any other
    None,
    /// To the same origin, at most 3
    SameOrigin,
}

impl From<RedirectsArg> for Redirects {
    fn from(arg: RedirectsArg) -> Self {
        match arg {
            RedirectsArg::None => Self::None,
            RedirectsArg::SameOrigin => Self::SameOrigin,
        }
    }
}
