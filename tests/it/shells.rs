//! A request copied as curl, pasted into every usual shell: what arrives at curl is the request, and nothing else runs.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use andon::domain::curl::curl;
use andon::domain::run::SentRequest;

const SHELLS: [&str; 5] = ["sh", "bash", "dash", "zsh", "fish"];

/// Texts that leave the quotes of one shell or another, or act on a terminal.
const HOSTILE: &[&str] = &[
    "\\'; touch CANARY #",
    "\u{1b}'; touch CANARY #",
    "'; touch CANARY; '",
    "\\\\'; touch CANARY #",
    "\\",
    "a\\",
    "'\\''",
    "$(touch CANARY) `touch CANARY` (touch CANARY) ${HOME} $HOME !! %n ~ * ?",
    "\"; touch CANARY; \"",
    "line\ntouch CANARY\n",
    "\r\ttouch CANARY\u{7f}\u{9b}31m \u{202e}evil\u{200b} 队列 \u{1f525}",
    "\u{1b}[201~\ntouch CANARY\n",
    "\u{1}\u{2}\u{3}",
    "<(touch CANARY) >(touch CANARY) {a,b} \\033 %s \\n",
];

/// What curl was called with, once the command was run by `shell`.
fn arguments(folder: &Path, shell: &str, command: &str) -> Vec<u8> {
    let seen = folder.join("seen");
    let _ = fs::remove_file(&seen);
    let path = format!("{}:/usr/bin:/bin", folder.join("bin").display());
    let ran = Command::new(shell)
        .args(["-c", command])
        .current_dir(folder)
        .env_clear()
        .envs([("PATH", path.as_str()), ("HOME", "/nonexistent"), ("LC_ALL", "C.UTF-8")])
        .output()
        .unwrap();
    assert!(!folder.join("CANARY").exists(), "{shell} ran a text: {command}");
    fs::read(&seen).unwrap_or_else(|_| panic!("{shell} did not run curl: {command}\n{ran:?}"))
}

#[test]
fn no_text_of_a_request_is_run_by_the_shell_it_is_pasted_into() {
    let folder = tempfile::tempdir().unwrap();
    let bin = folder.path().join("bin");
    fs::create_dir(&bin).unwrap();
    let fake = bin.join("curl");
    fs::write(&fake, format!("#!/bin/sh\nprintf '%s\\0' \"$@\" > {}\n", folder.path().join("seen").display())).unwrap();
    fs::set_permissions(&fake, fs::Permissions::from_mode(0o755)).unwrap();
    let mut shells = 0;
    for shell in SHELLS.into_iter().filter(|shell| Path::new("/usr/bin").join(shell).exists()) {
        shells += 1;
        for text in HOSTILE {
            let request = SentRequest {
                method: "POST".to_owned(),
                endpoint: "https://ci.example/a'b\\c".to_owned(),
                headers: vec![("X-Text".to_owned(), (*text).to_owned())],
                body: (*text).to_owned(),
            };
            let expected: Vec<u8> =
                ["-X", "POST", &request.endpoint, "-H", &format!("X-Text: {text}"), "--data-raw", text]
                    .iter()
                    .flat_map(|argument| argument.bytes().chain([0]))
                    .collect();
            let seen = arguments(folder.path(), shell, &curl(&request));
            assert_eq!(String::from_utf8_lossy(&seen), String::from_utf8_lossy(&expected), "{shell}: {text:?}");
        }
    }
    let enforced = std::env::var_os("ANDON_TESTS_REQUIRE_SERVERS").is_some();
    assert!(!enforced || shells == SHELLS.len(), "only {shells} shells are installed");
}
