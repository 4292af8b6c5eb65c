//! Any program that prints incidents: a JSON array or JSON lines, in the contract's shape or mapped to it.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use secrecy::ExposeSecret;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use super::http::{fill, other};
use super::lines::read_items;
use super::map::Map;
use super::{BoxFuture, Pages, Source, SourceError, SourceErrorKind};
use crate::domain::board::Listing;
use crate::domain::source::{CommandConfig, SourceConfig};
use crate::domain::text::clean;
use crate::secret::Resolver;

/// The most it may print, in bytes.
const SIZE_LIMIT: u64 = 256 * 1024 * 1024;
/// How much of its error output is looked at, in bytes.
const ERROR_LIMIT: u64 = 64 * 1024;
/// How much of its last error line is shown, in characters.
const ERROR_SHOWN: usize = 200;

/// A configured program.
pub(super) struct CommandSource {
    config: Arc<SourceConfig>,
    settings: Arc<CommandConfig>,
    map: Arc<Map>,
    secrets: Resolver,
}

impl CommandSource {
    pub(super) fn new(config: &SourceConfig, settings: &CommandConfig, secrets: &Resolver) -> Self {
        Self {
            config: Arc::new(config.clone()),
            settings: Arc::new(settings.clone()),
            map: Arc::new(Map::new(&settings.map)),
            secrets: secrets.clone(),
        }
    }

    async fn ask(&self) -> Result<Listing, SourceError> {
        if !self.secrets.may_run_commands() {
            return Err(other("no program is started in restricted mode"));
        }
        let (settings, secrets) = (Arc::clone(&self.settings), self.secrets.clone());
        let words = tokio::task::spawn_blocking(move || {
            settings.command.iter().map(|word| fill(&secrets, word)).collect::<Result<Vec<_>, _>>()
        });
        let words = words.await.map_err(|_| other("preparing the command failed"))??;
        let Some((program, args)) = words.split_first() else {
            return Err(other("`command` names no program"));
        };
        let shown = clean(self.settings.command.first().map_or("", |word| word.expose_secret())).into_owned();
        let mut command = Command::new(program.expose_secret());
        command.args(args.iter().map(ExposeSecret::expose_secret));
        let printed = run(command, &shown, self.settings.timeout).await?;
        let (name, map) = (self.config.name.clone(), Arc::clone(&self.map));
        let reading = tokio::task::spawn_blocking(move || {
            read_items(&name, &printed, &map)
                .map_err(|problem| SourceError::new(SourceErrorKind::Rubbish, format!("{shown} printed {problem}")))
        });
        reading.await.map_err(|_| other("reading what the command printed failed"))?
    }
}

impl Source for CommandSource {
    fn name(&self) -> &str {
        &self.config.name
    }

    fn kind(&self) -> &'static str {
        "command"
    }

    fn badge(&self) -> &str {
        &self.config.badge
    }

    fn refresh(&self) -> Duration {
        self.config.refresh
    }

    fn list<'a>(&'a self, _pages: &'a Pages) -> BoxFuture<'a, Result<Listing, SourceError>> {
        Box::pin(self.ask())
    }
}

/// What it printed. It runs without input, in a process group of its own that is killed when the time is up.
async fn run(mut command: Command, shown: &str, limit: Duration) -> Result<Vec<u8>, SourceError> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0).kill_on_drop(true);
    let mut child = command.spawn().map_err(|error| unstarted(shown, &error))?;
    let group = Group(child.id());
    let ended = timeout(limit, finish(&mut child)).await;
    let Ok(ended) = ended else {
        let message = format!("{shown} did not end within {} s; set a longer timeout", limit.as_secs());
        return Err(SourceError::new(SourceErrorKind::Unreachable, message));
    };
    // It has ended, and its number may be another's from here on.
    std::mem::forget(group);
    let (status, printed, said) = ended.map_err(|error| other(&format!("{shown} cannot be read: {}", error.kind())))?;
    if !status.success() {
        return Err(SourceError::new(SourceErrorKind::Unreachable, badly(shown, status, &said)));
    }
    if printed.len() as u64 > SIZE_LIMIT {
        return Err(SourceError::new(SourceErrorKind::Rubbish, format!("{shown} printed more than 256 MiB")));
    }
    Ok(printed)
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

async fn finish(child: &mut Child) -> io::Result<(ExitStatus, Vec<u8>, Vec<u8>)> {
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let (printed, said) = tokio::try_join!(read(out, SIZE_LIMIT + 1), read(err, ERROR_LIMIT))?;
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
fn badly(shown: &str, status: ExitStatus, said: &[u8]) -> String {
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
