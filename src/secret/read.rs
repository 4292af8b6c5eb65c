//! Reading one value: a variable, a file, what a command prints. Bounded in size and time.

use std::io::{ErrorKind, Read};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use secrecy::SecretString;
use zeroize::{Zeroize, Zeroizing};

use super::session::in_own_session;

/// The most a value may have, in bytes.
const SIZE_LIMIT: usize = 64 * 1024;
/// How long a command may take.
pub(super) const COMMAND_LIMIT: Duration = Duration::from_secs(5);

/// An environment variable. One that is set and empty is a value.
pub(super) fn variable(name: &str) -> Result<SecretString, String> {
    match std::env::var_os(name) {
        None => Err("the variable is not set; set it in the environment that starts andon".to_owned()),
        Some(value) => value.into_string().map(SecretString::from).map_err(|_| "its value is not UTF-8".to_owned()),
    }
}

/// The content of a file, without one line end at its end.
pub(super) fn file(path: &Path) -> Result<SecretString, String> {
    let wrong = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound => "there is no such file".to_owned(),
        ErrorKind::PermissionDenied => "the file cannot be read: permission denied".to_owned(),
        kind => format!("the file cannot be read: {kind}"),
    };
    // Asked before it is opened: opening a named pipe waits for a writer.
    if !std::fs::metadata(path).map_err(wrong)?.is_file() {
        return Err("this is not a regular file".to_owned());
    }
    let mut bytes = Zeroizing::new(Vec::new());
    std::fs::File::open(path)
        .and_then(|file| file.take(SIZE_LIMIT as u64 + 1).read_to_end(&mut bytes))
        .map_err(wrong)?;
    value_of(std::mem::take(&mut *bytes))
}

/// What a command prints, without one line end at its end.
///
/// It runs as `sh -c` in a session of its own without a terminal and with an empty input; what it prints as errors is
/// not seen. What is left of its process group after the time is up is killed.
pub(super) fn command(line: &str, limit: Duration) -> Result<SecretString, String> {
    let deadline = Instant::now() + limit;
    let mut command = Command::new("sh");
    command.args(["-c", line]).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    in_own_session(&mut command);
    let mut child = command.spawn().map_err(|error| format!("the command cannot be started: {}", error.kind()))?;
    let bytes = match output(&mut child, deadline) {
        Ok(bytes) => bytes,
        Err(problem) => {
            end(&mut child);
            return Err(problem.unwrap_or_else(|| too_slow(limit)));
        }
    };
    match wait(&mut child, deadline) {
        Some(status) if status.success() => value_of(bytes),
        Some(status) => Err(ended(status)),
        None => {
            end(&mut child);
            Err(too_slow(limit))
        }
    }
}

/// All that the command prints; an error without a message where the time was up first.
fn output(child: &mut Child, deadline: Instant) -> Result<Vec<u8>, Option<String>> {
    let Some(pipe) = child.stdout.take() else {
        return Err(Some("the command has no output".to_owned()));
    };
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = pipe.take(SIZE_LIMIT as u64 + 1).read_to_end(&mut bytes);
        // Nobody listens any more where the time was up.
        let _ = sender.send(read.map(|_| bytes));
    });
    match receiver.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
        Ok(Ok(bytes)) if bytes.len() > SIZE_LIMIT => Err(Some(too_large())),
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) => Err(Some(format!("its output cannot be read: {}", error.kind()))),
        Err(_) => Err(None),
    }
}

fn wait(child: &mut Child, deadline: Instant) -> Option<ExitStatus> {
    loop {
        if let Ok(Some(status)) = child.try_wait() {
            return Some(status);
        }
        if Instant::now() >= deadline {
            return None;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Kills what is left of a command that was not waited for yet: until then its number cannot be another's.
fn end(child: &mut Child) {
    if let Some(group) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
        // The group may be gone already.
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    let _ = child.wait();
}

fn ended(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(127), _) => "the command was not found (sh ended with 127)".to_owned(),
        (Some(code), _) => format!("the command ended with {code}; run it by hand to see why"),
        (None, signal) => format!("the command was ended by signal {}", signal.unwrap_or_default()),
    }
}

fn too_slow(limit: Duration) -> String {
    format!("the command did not end within {} s", limit.as_secs())
}

fn too_large() -> String {
    "it is larger than 64 KiB".to_owned()
}

fn value_of(bytes: Vec<u8>) -> Result<SecretString, String> {
    if bytes.len() > SIZE_LIMIT {
        return Err(too_large());
    }
    let mut text = String::from_utf8(bytes).map_err(|error| {
        error.into_bytes().zeroize();
        "it is not UTF-8 text".to_owned()
    })?;
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    Ok(text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_hangs_or_floods_is_ended_with_its_children() {
        let began = Instant::now();
        let error = command("sleep 60 & sleep 60", Duration::from_millis(200)).unwrap_err();
        assert!(error.contains("did not end"), "{error}");
        assert!(command("yes", COMMAND_LIMIT).unwrap_err().contains("64 KiB"));
        assert!(began.elapsed() < Duration::from_secs(5));
    }

    #[test]
    fn a_command_has_a_session_of_its_own() {
        let ids = command("ps -o sid= -p $$; echo $$", COMMAND_LIMIT).unwrap();
        let ids: Vec<&str> = secrecy::ExposeSecret::expose_secret(&ids).split_whitespace().collect();
        assert!(ids.len() == 2 && ids[0] == ids[1], "its session is its own process: {ids:?}");
    }

    #[test]
    fn what_is_no_value_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("v");
        assert!(file(&path).unwrap_err().contains("no such file"));
        assert!(file(dir.path()).unwrap_err().contains("not a regular file"));
        std::fs::write(&path, [0xff, 0xfe]).unwrap();
        assert!(file(&path).unwrap_err().contains("UTF-8"));
        std::fs::write(&path, "x".repeat(SIZE_LIMIT + 1)).unwrap();
        assert!(file(&path).unwrap_err().contains("64 KiB"));
    }
}
