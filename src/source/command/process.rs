//! A program of the configuration: started without a shell, waited for, stopped when it takes too long.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use super::printed;
use crate::domain::source::SourceConfig;
use crate::domain::text::clean;
use crate::secret::{Masks, Resolver, in_own_session};
use crate::source::http::{fill, other};
use crate::source::{SourceError, SourceErrorKind};

/// The most it may print, in bytes.
const SIZE_LIMIT: u64 = 256 * 1024 * 1024;
/// How much of its error output is looked at, in bytes.
const ERROR_LIMIT: u64 = 64 * 1024;
/// How much of its last error line is shown, in characters.
const ERROR_SHOWN: usize = 200;

/// A program that is ready to be started.
pub(super) struct Program {
    pub(super) command: Command,
    /// What it reads on its standard input, where that is set.
    pub(super) input: Option<SecretString>,
    /// What it is called in messages.
    pub(super) shown: String,
    /// Hides what was read from references, wherever it comes back.
    masks: Masks,
}

/// The program with its arguments, environment and input, references filled in.
pub(super) async fn prepare(
    config: &Arc<SourceConfig>,
    secrets: &Resolver,
    words: &[SecretString],
) -> Result<Program, SourceError> {
    if !secrets.may_run_commands() {
        return Err(other("no program is started in restricted mode"));
    }
    let shown = clean(words.first().map_or("", |word| word.expose_secret())).into_owned();
    let (words, secrets, config) = (words.to_vec(), secrets.clone(), Arc::clone(config));
    let filled = tokio::task::spawn_blocking(move || fill_all(&config, &secrets, &words, shown));
    filled.await.map_err(|_| other("preparing the command failed"))?
}

fn fill_all(
    config: &SourceConfig,
    secrets: &Resolver,
    words: &[SecretString],
    shown: String,
) -> Result<Program, SourceError> {
    let mut read = Vec::new();
    let mut filled = |text: &SecretString| {
        let value = fill(secrets, text)?;
        if text.expose_secret().contains("${") {
            read.push(value.clone());
        }
        Ok(value)
    };
    let words: Vec<SecretString> = words.iter().map(&mut filled).collect::<Result<_, SourceError>>()?;
    let Some((program, args)) = words.split_first() else {
        return Err(other("`command` is empty"));
    };
    let mut command = Command::new(program.expose_secret());
    command.args(args.iter().map(ExposeSecret::expose_secret));
    for (name, text) in config.named_secrets("env") {
        // A NUL cannot stand there.
        command.env(name, filled(text)?.expose_secret().replace('\0', ""));
    }
    let input = config.secret("stdin").map(&mut filled).transpose()?;
    Ok(Program { command, input, shown, masks: Masks::new(read) })
}

impl Program {
    /// How it ended, with the last line that it wrote as an error, else with what its output says.
    pub(super) fn badly(&self, badly: &Badly) -> String {
        let masked = |bytes: &[u8]| self.masks.text(&String::from_utf8_lossy(bytes)).into_owned();
        badly.words(&self.shown, &masked(&badly.said), &masked(&badly.printed))
    }
}

/// How a program ended.
pub(super) enum Ended {
    /// With 0, and this printed.
    Well(Vec<u8>),
    /// With something else.
    Badly(Badly),
    /// Not in time: it was killed.
    Late,
}

/// A program that failed, with what it wrote.
pub(super) struct Badly {
    status: ExitStatus,
    /// As errors.
    said: Vec<u8>,
    printed: Vec<u8>,
}

/// A shell ends with 128 and the signal that ended its program; these are of no other use: aborted, crashed, killed,
/// terminated.
const BY_SIGNAL: [i32; 6] = [128 + 6, 128 + 7, 128 + 8, 128 + 9, 128 + 11, 128 + 15];
/// `timeout` ends so where the time of its program is over.
const BY_TIME: i32 = 124;

impl Badly {
    /// Whether it, or what it had started, did not end by itself: then nobody knows how far that came.
    pub(super) fn is_cut(&self) -> bool {
        self.status.code().is_none_or(|code| code == BY_TIME || BY_SIGNAL.contains(&code))
    }

    fn words(&self, shown: &str, said: &str, output: &str) -> String {
        let how = match self.status.code() {
            None => format!("{shown} was ended by signal {}", self.status.signal().unwrap_or_default()),
            Some(BY_TIME) => format!("{shown} ended with {BY_TIME}: the time of what it started was over"),
            Some(code) if self.is_cut() => {
                format!("{shown} ended with {code}: what it started was ended by signal {}", code - 128)
            }
            Some(code) => format!("{shown} ended with {code}"),
        };
        let line = said.lines().rev().map(str::trim).find(|line| !line.is_empty());
        let why = match line {
            Some(line) => clean(&line.chars().take(ERROR_SHOWN).collect::<String>()).into_owned(),
            None => printed::reason(output),
        };
        if why.is_empty() { format!("{how}; run it by hand to see why") } else { format!("{how}: {why}") }
    }
}

/// Runs it with this input, in a session of its own without a terminal; its process group is killed when the time is up.
pub(super) async fn run(program: &mut Program, limit: Duration, input: Option<Vec<u8>>) -> Result<Ended, SourceError> {
    let (command, shown) = (&mut program.command, program.shown.as_str());
    let stdin = if input.is_some() { Stdio::piped() } else { Stdio::null() };
    command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    in_own_session(command.as_std_mut());
    let mut child = command.spawn().map_err(|error| unstarted(shown, &error))?;
    let group = Group(child.id());
    let Ok(ended) = timeout(limit, finish(&mut child, input)).await else { return Ok(Ended::Late) };
    // It has ended, and its number may be another's from here on.
    std::mem::forget(group);
    let (status, printed, said) = ended.map_err(|error| other(&format!("{shown} cannot be read: {}", error.kind())))?;
    if !status.success() {
        return Ok(Ended::Badly(Badly { status, said, printed }));
    }
    if printed.len() as u64 > SIZE_LIMIT {
        return Err(SourceError::new(SourceErrorKind::Rubbish, format!("{shown} printed more than 256 MiB")));
    }
    Ok(Ended::Well(program.masks.bytes(printed)))
}

/// A process group that is killed unless it is known to have ended.
struct Group(Option<u32>);

impl Drop for Group {
    fn drop(&mut self) {
        let group = self.0.and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw);
        if let Some(group) = group {
            // It may be gone already.
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
    }
}

async fn finish(child: &mut Child, input: Option<Vec<u8>>) -> io::Result<(ExitStatus, Vec<u8>, Vec<u8>)> {
    let (stdin, out, err) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let told = async {
        if let (Some(mut stdin), Some(input)) = (stdin, input) {
            // One that does not read its input closes it: no fault of either.
            let _ = stdin.write_all(&input).await;
        }
        Ok(())
    };
    let ((), printed, said) = tokio::try_join!(told, read(out, SIZE_LIMIT + 1), read(err, ERROR_LIMIT))?;
    Ok((child.wait().await?, printed, said))
}

/// At most `limit` bytes; the rest is read and thrown away, so that the program never waits for us.
async fn read(pipe: Option<impl AsyncRead + Unpin>, limit: u64) -> io::Result<Vec<u8>> {
    let Some(pipe) = pipe else { return Ok(Vec::new()) };
    let mut kept = Vec::new();
    let mut pipe = pipe.take(limit);
    pipe.read_to_end(&mut kept).await?;
    tokio::io::copy(&mut pipe.into_inner(), &mut tokio::io::sink()).await?;
    Ok(kept)
}

fn unstarted(shown: &str, error: &io::Error) -> SourceError {
    match error.kind() {
        io::ErrorKind::NotFound => {
            SourceError::new(SourceErrorKind::Missing, format!("{shown}: there is no such program; check `command`"))
        }
        io::ErrorKind::PermissionDenied => {
            SourceError::new(SourceErrorKind::Unauthorised, format!("{shown}: permission denied; check its mode"))
        }
        kind => other(&format!("{shown} cannot be started: {kind}")),
    }
}
