//! A store in trouble: what is still shown, what is refused, and how.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::sync::mpsc::channel;

use crate::cli::support::{Home, Receiver, finish};
use crate::support::mounts::{read_only, run_apart, small_disk};

#[test]
fn a_press_is_not_sent_again_where_the_lock_of_the_first_was_removed() {
    let home = Home::new();
    let (go, held) = channel();
    let receiver = Receiver::answering_after(held, "ok");
    home.add_go(&receiver.url, &["--timeout", "30s"]);
    let first = home.start_go(&["--yes", "--json"]);
    receiver.wait();
    fs::remove_dir_all(home.path("data/locks")).unwrap();
    for _ in 0..2 {
        let second = home.go(&["--yes", "--json"]);
        assert_eq!((second.code, &second.object()["failure"]), (4, &"in_flight".into()), "{second:?}");
    }
    go.send(()).unwrap();
    let first = finish(first);
    assert_eq!((first.code, &first.object()["outcome"]), (0, &"succeeded".into()), "{first:?}");
    assert_eq!(receiver.requests().len(), 1);
    let kinds: Vec<_> = home.done(&["log", "--json"]).json().iter().map(|line| line["kind"].clone()).collect();
    assert!(!kinds.contains(&"correction".into()), "{kinds:?}");
}

#[test]
fn a_store_on_a_read_only_mount_is_shown_and_every_press_refused() {
    let home = Home::new();
    let receiver = Receiver::answering("200 OK", "ok");
    home.add_go(&receiver.url, &[]);
    home.done(&["incident", "list"]);
    let args: [(&[&str], i32, &str); 4] = [
        (&["incident", "list"], 0, "054D57"),
        (&["incident", "list", "--cached"], 0, "054D57"),
        (&["log"], 0, "added Go"),
        (&["run", "Go", "--incident", "054D57", "--yes", "--json"], 4, "\"failure\":\"store\""),
    ];
    for (args, code, said) in args {
        let mut command = read_only(&home.path("data"));
        command.arg(env!("CARGO_BIN_EXE_andon")).args(args);
        command.env("ANDON_CONFIG", home.path("config.toml")).env("ANDON_DATA_DIR", home.path("data"));
        let Some(output) = run_apart(command) else { return };
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "{args:?}: {out}{err}");
        assert!(out.contains(said), "{args:?}: {out}{err}");
        assert!(err.contains("is read-only") && err.contains("every press is refused"), "{args:?}: {err}");
    }
    assert_eq!(receiver.requests().len(), 0);
}

#[test]
fn on_a_full_disk_what_the_source_says_is_used_and_the_press_refused() {
    let home = Home::new();
    let receiver = Receiver::answering("200 OK", "ok");
    let (exe, data) = (env!("CARGO_BIN_EXE_andon"), home.path("data"));
    fs::create_dir(&data).unwrap();
    let words = format!(
        "{exe} action add --name Go --channel lab/platform --endpoint {} >/dev/null && {{ fill; {exe} incident list; \
         exec {exe} run Go --incident 054D57 --yes --json; }}",
        receiver.url
    );
    let mut command = small_disk(&data, &words);
    command.env("ANDON_CONFIG", home.path("config.toml")).env("ANDON_DATA_DIR", &data);
    let Some(output) = run_apart(command) else { return };
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(4), "{out}{err}");
    let run: serde_json::Value = serde_json::from_str(out.lines().last().unwrap()).unwrap();
    assert_eq!((&run["outcome"], &run["failure"]), (&"refused".into(), &"store".into()), "{out}{err}");
    assert_eq!(run["incident_num"], "054D57", "{out}{err}");
    assert!(out.lines().count() == 3 && out.contains("0E83EE"), "the list has what the source says: {out}{err}");
    assert!(err.contains("no space is left") && !err.contains("did not answer"), "{err}");
    assert_eq!(receiver.requests().len(), 0);
}

#[test]
fn a_folder_that_no_database_can_be_in_is_named() {
    let home = Home::new();
    let odd = home.path("").join(OsStr::from_bytes(b"bad\xff"));
    fs::create_dir(&odd).unwrap();
    for (args, code) in [(&["incident", "list"][..], 1), (&["config", "check"], 1)] {
        let ran = finish(home.command(args).env("ANDON_DATA_DIR", odd.join("data")).spawn().unwrap());
        let said = ran.out.clone() + &ran.err;
        assert_eq!(ran.code, code, "{ran:?}");
        assert!(
            said.contains("bad\\xFF/data") && said.contains("is not UTF-8") && !said.contains("postgres"),
            "{said}"
        );
    }
}
