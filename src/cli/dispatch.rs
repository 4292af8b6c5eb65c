//! From what was typed to what is done.

use std::process::exit;

use clap::Parser;

use super::action_args::ActionCommand;
use super::args::{ActionTop, Cli, Command, CommandLine, Invocation, Top};
use super::exit::{CommandError, Exit};
use super::output::{Output, error, say};
use super::session::Session;
use super::{action, check, config, incident, log, login, receiver, run as run_command, source};
use crate::config::Places;
use crate::domain::text::clean;

/// Reads the arguments of this process. A usage error ends it with 2, `--help` and `--version` with 0.
pub fn parse() -> Invocation {
    let Cli { global, command } = Cli::try_parse().unwrap_or_else(|error| turned_away(&error));
    match command {
        None => Invocation::Screen(global),
        Some(Top::Demo) => Invocation::Demo(global),
        Some(Top::Command(command)) => Invocation::Command(CommandLine { global, command }),
    }
}

/// Says what is wrong with the arguments, or the help that was asked for. The parser repeats an argument as it came, so
/// it is made to read them cleaned.
fn turned_away(error: &clap::Error) -> ! {
    if !error.use_stderr() {
        error.exit();
    }
    let cleaned = std::env::args_os().map(|argument| clean(&argument.to_string_lossy()).into_owned());
    match Cli::try_parse_from(cleaned) {
        Err(same) if same.kind() == error.kind() => same.exit(),
        _ => {
            say(error.to_string().trim_end());
            exit(Exit::Usage.code());
        }
    }
}

/// Does what was typed and gives the exit code. Needs a tokio runtime.
pub async fn run(line: CommandLine) -> i32 {
    let mut out = Output::new(line.global.json);
    let exit = match perform(line, &mut out).await {
        Ok(exit) => exit,
        Err(failed) => {
            out.flush();
            failed.messages.iter().for_each(|message| error(message));
            failed.exit
        }
    };
    out.finish(exit).code()
}

async fn perform(line: CommandLine, out: &mut Output) -> Result<Exit, CommandError> {
    let CommandLine { global, command } = line;
    let places = Places::find(&global.overrides())?;
    match *command {
        Command::Login(args) => login::run(args, &global, &places, out).await,
        Command::Source(command) => source::run(command, &mut Session::open(global, places, out).await?).await,
        Command::Config(command) => config::run(command, &places, out),
        Command::Receiver(args) => receiver::run(args, &global, &places, out).await,
        Command::Run(args) => run_command::run(args, global, places, out).await,
        Command::Incident(command) => incident::run(command, &mut Session::open(global, places, out).await?).await,
        Command::Action(ActionTop::Check(args)) => check::run(args, global, places, out).await,
        Command::Action(ActionTop::Test(args)) => run_command::test(args, global, places, out).await,
        Command::Action(ActionTop::Kept(command)) => match *command {
            // These two need no store.
            ActionCommand::Schema => Ok(action::print_schema(out)),
            ActionCommand::Presets => Ok(action::list_presets(out)),
            command => action::run(command, &mut Session::open(global, places, out).await?).await,
        },
        Command::Log(args) => log::run(args, &mut Session::open(global, places, out).await?).await,
    }
}
