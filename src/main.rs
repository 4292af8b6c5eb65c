//! The door: errors, arguments, exit code.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Arc;

use andon::app::keys::Keys;
use andon::cli::{self, Global, Invocation};
use andon::config::{self, Places};
use andon::demo::demo;
use andon::domain::action::DEFAULT_MAX_PER_CHANNEL;
use andon::runner::{self, OpenError};
use andon::runtime::{self, Leaving, Start};
use andon::store::StoreError;

/// A door that stays shut: what is said on stderr, and the exit code.
struct Shut(String, i32);

impl From<StoreError> for Shut {
    fn from(error: StoreError) -> Self {
        Self(format!("error: {error}"), 1)
    }
}

impl From<OpenError> for Shut {
    fn from(error: OpenError) -> Self {
        match error {
            // A configuration's faults come ready to print.
            OpenError::Config(error) => Self(error.to_string(), 2),
            OpenError::Store(error) => error.into(),
        }
    }
}

fn main() -> ExitCode {
    // Files are for this user alone, whatever the shell's umask.
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    let wanted = cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return shut(Shut(format!("error: the system gives no threads: {error}"), 1)),
    };
    runtime::catch_panics();
    let code = runtime.block_on(async {
        match wanted {
            Invocation::Command(line) => Ok(cli::run(line).await),
            Invocation::Screen(global) => screen(global).await,
            Invocation::Demo(global) => demo_screen(global).await,
        }
    });
    // What still reads a source on a thread of its own is not waited for.
    runtime.shutdown_background();
    code.map_or_else(shut, exit)
}

async fn screen(global: Global) -> Result<i32, Shut> {
    terminal_or_shut()?;
    let places = Places::find(&global.overrides()).map_err(OpenError::from)?;
    let opened = runner::open(places, &global.flags()).await?;
    runtime::log_to(&opened.places.log_file);
    opened.config.removed.iter().for_each(|words| tracing::warn!("config.toml: {words}"));
    let keys = Keys::with(&opened.config.keys)
        .map_err(|error| Shut(format!("error: {}: {error}", opened.places.config_file.display()), 2))?;
    let left = runtime::run(Start {
        store: opened.store,
        runner: opened.runner,
        operator: opened.operator,
        sources: opened.sources,
        max_per_channel: opened.config.max_per_channel,
        ui: opened.config.ui,
        views: opened.config.views,
        keys,
        locks: Some(opened.places.locks),
        config_path: opened.places.config_file.display().to_string(),
        retention: opened.config.retention,
        demo: false,
        read_only: opened.read_only,
        restricted: global.restricted,
        interrupted: opened.interrupted,
    })
    .await?;
    drop(opened.process);
    Ok(farewell(&left))
}

async fn demo_screen(global: Global) -> Result<i32, Shut> {
    terminal_or_shut()?;
    let demo = demo(global.read_only).await.map_err(|error| Shut(format!("error: {error}"), 1))?;
    let operator = Arc::new(config::operator(&config::OperatorConfig::default(), global.operator.as_deref()));
    let left = runtime::run(Start {
        store: demo.store,
        runner: demo.runner,
        operator,
        sources: demo.sources,
        max_per_channel: DEFAULT_MAX_PER_CHANNEL,
        ui: config::Ui::default(),
        views: Vec::new(),
        keys: Keys::default(),
        locks: None,
        config_path: String::new(),
        retention: config::Config::default().retention,
        demo: true,
        read_only: global.read_only,
        restricted: global.restricted,
        interrupted: Vec::new(),
    })
    .await?;
    Ok(farewell(&left))
}

/// Escape codes are for terminals only.
fn terminal_or_shut() -> Result<(), Shut> {
    let dumb = std::env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb");
    if io::stdin().is_terminal() && io::stdout().is_terminal() && !dumb {
        return Ok(());
    }
    let text = "error: the screen needs a terminal; without one use `andon incident list`, `andon run` and `andon log` \
                (see `andon --help`)";
    Err(Shut(text.to_owned(), 2))
}

/// What has to be said once the terminal is the shell's again.
fn farewell(left: &Leaving) -> i32 {
    for run in &left.unrecorded {
        say(&format!("not recorded: {} (run {}); the store could not be written", run.summary(), run.id));
    }
    if let Some(error) = &left.error {
        say(&format!("error: the terminal failed: {error}"));
    }
    left.code
}

/// Says a line on stderr, cleaned. A terminal that is gone hears nothing, and that is no fault.
fn say(text: &str) {
    let mut err = io::stderr();
    for line in text.lines() {
        let _ = writeln!(err, "{}", andon::domain::text::clean(line));
    }
}

fn shut(Shut(text, code): Shut) -> ExitCode {
    say(&text);
    exit(code)
}

fn exit(code: i32) -> ExitCode {
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}
