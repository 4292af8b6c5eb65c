//! Other programs that a person wants: their editor, their browser.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::effects::EffectRunner;
use super::inbox::{Inbox, Message};
use crate::app::event::Event;
use crate::domain::incident::IncidentKey;

/// The longest text that is taken from an editor, bytes.
const LONGEST: u64 = 1 << 20;
/// What is started where neither `$VISUAL` nor `$EDITOR` says.
const EDITOR: &str = "vi";

/// Opens the text in the person's editor; the terminal is lent to it. Ends in `Message::Edited`.
pub(super) fn edit(text: String, inbox: &Inbox) {
    let inbox = inbox.clone();
    tokio::spawn(async move {
        let path =
            std::env::temp_dir().join(format!("andon-comment-{}-{}.md", std::process::id(), inbox.clock().mono_ms()));
        let file = path.clone();
        // On a task of its own: whatever happens there, the terminal comes back.
        let edited = tokio::spawn(async move { edit_file(&file, &text).await }).await;
        let edited =
            edited.unwrap_or_else(|_| Err("the editor could not be followed; the log file says why".to_owned()));
        let _ = std::fs::remove_file(&path);
        inbox.send(Message::Edited(edited));
    });
}

async fn edit_file(path: &PathBuf, text: &str) -> Result<String, String> {
    let cannot = |what: &str, error: &io::Error| format!("{} {what}: {error}", path.display());
    write_private(path, text).map_err(|error| cannot("cannot be written", &error))?;
    let wanted = ["VISUAL", "EDITOR"].into_iter().filter_map(|name| std::env::var(name).ok());
    let wanted = wanted.map(|words| words.trim().to_owned()).find(|words| !words.is_empty());
    let words = wanted.unwrap_or_else(|| EDITOR.to_owned());
    let mut words = words.split_whitespace();
    let program = words.next().unwrap_or(EDITOR);
    let status = tokio::process::Command::new(program).args(words).arg(path).status().await;
    let status = status.map_err(|error| format!("the editor {program} cannot be started: {error}; set $EDITOR"))?;
    if !status.success() {
        return Err(format!("the editor {program} ended with {status}; the text is as it was before"));
    }
    // By its name: most editors write another file and move it there.
    read_back(path).map_err(|error| cannot("cannot be read back", &error))
}

/// A file that nobody else can read, and that did not exist before.
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.rewind()
}

fn read_back(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    File::open(path)?.take(LONGEST).read_to_string(&mut text)?;
    Ok(text)
}

impl EffectRunner {
    /// Shows a link in the desktop's browser.
    pub(super) fn open_link(&self, url: String) {
        let fallen = Event::Said(format!("not opened: {url}"));
        self.task(fallen, move |_| async move {
            // It begins with http:// or https://, so that no program can take it for an option; xdg-open knows no `--`.
            let program = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
            let mut command = tokio::process::Command::new(program);
            command.arg(&url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            match command.spawn() {
                Ok(mut child) => {
                    tokio::spawn(async move { child.wait().await });
                    Event::Said(format!("opened {url}"))
                }
                Err(error) => Event::Said(format!("{program} cannot be started ({error}); {url}")),
            }
        });
    }

    /// Keeps what was begun of a comment.
    pub(super) fn save_draft(&self, incident: IncidentKey, text: String) {
        let fallen = Event::StoreTrouble("the draft could not be kept".to_owned());
        self.task(fallen, move |effects| async move {
            match effects.store.set_draft(&incident, &text).await {
                Ok(()) => Event::Said(String::new()),
                Err(error) => Event::StoreTrouble(error.to_string()),
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_file_is_for_its_owner_only_and_is_never_one_that_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("comment.md");
        write_private(&path, "half a\nthought").unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(read_back(&path).unwrap(), "half a\nthought");
        assert!(write_private(&path, "other").is_err());
    }
}
