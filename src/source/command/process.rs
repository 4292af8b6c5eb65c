//! A program of the configuration: started without a shell, waited for, stopped when it takes too long.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::domain::text::clean;
use crate::secret::{Resolver, in_own_session};
use crate::source::http::{fill, other};
use crate::source::{SourceError, SourceErrorKind};

/// The most it may print, in bytes.
const SIZE_LIMIT: u64 = 256 * 1024 * 1024;
/// How much of its error output is looked at, in bytes.
const ERROR_LIMIT: u64 = 64 * 1024;
/// How much of its last error line is shown, in characters.
const ERROR_SHOWN: usize = 200;

/// The program with its arguments, references filled in, and what it is called in messages.
pub(super) async fn prepare(secrets: &Resolver, words: &[SecretString]) -> Result<(Command, String), SourceError> {
    if !secrets.may_run_commands() {
        return Err(other("no program is started in restricted mode"));
    }
    let shown = clean(words.first().map_or("", |word| word.expose_secret())).into_owned();
    let (words, secrets) = (words.to_vec(), secrets.clone());
    let filled = tokio::task::spawn_blocking(move || {
        words.iter().map(|word| fill(&secrets, word)).collect::<Result<Vec<_>, _>>()
    });
    let filled = filled.await.map_err(|_| other("preparing the command failed"))??;
    let Some((program, args)) = filled.split_first() else {
        return Err(other("`command` is empty"));
    };
    let mut command = Command::new(program.expose_secret());
    command.args(args.iter().map(ExposeSecret::expose_secret));
    Ok((command, shown))
}

/// How a program ended.
pub(super) enum Ended {
    /// With 0, and this printed.
    Well(Vec<u8>),
    /// With something else, and this written as errors.
    Badly(ExitStatus, Vec<u8>),
    /// Not in time: it was killed.
    Late,
}

/// Runs it with this input, in a session of its own without a terminal; its process group is killed when the time is up.
pub(super) async fn run(
    mut command: Command,
    shown: &str,
    limit: Duration,
    input: Option<Vec<u8>>,
) -> Result<Ended, SourceError> {
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
        return Ok(Ended::Badly(status, said));
    }
    if printed.len() as u64 > SIZE_LIMIT {
        return Err(SourceError::new(SourceErrorKind::Rubbish, format!("{shown} printed more than 256 MiB")));
    }
    Ok(Ended::Well(printed))
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

/// How it ended, with the last line that it wrote as an error.
pub(super) fn badly(shown: &str, status: ExitStatus, said: &[u8]) -> String {
    let how = match (status.code(), status.signal()) {
        (Some(code), _) => format!("{shown} ended with {code}"),
        (None, signal) => format!("{shown} was ended by signal {}", signal.unwrap_or_default()),
    };
    let said = String::from_utf8_lossy(said);
    match said.lines().rev().map(str::trim).find(|line| !line.is_empty()) {
        Some(line) => {
            let line: String = line.chars().take(ERROR_SHOWN).collect();
            format!("{how}: {}", clean(&line))
        }
        None => format!("{how}; run it by hand to see why"),
    }
}
