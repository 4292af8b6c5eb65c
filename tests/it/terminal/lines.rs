//! Lines and terminals of every kind: any size, blocked, without colours, none at all.

use std::fs::File;
use std::process::{Command, Stdio};
use std::time::Duration;
use std::{process, thread};

use rustix::process::Signal;

use crate::support::pty::{ANDON, Ended, LIMIT, Pty, Setup, contains};
use crate::support::receiver::{Receiver, Reply};
use crate::support::station::Station;

#[test]
fn any_size_and_any_number_of_resizes_are_lived_through() {
    let mut andon = Setup::demo().spawn();
    andon.wait_for("Restart server");
    let sizes = [(1, 1), (500, 200), (2, 50), (79, 10), (200, 3), (60, 15), (59, 15), (80, 24), (1, 200), (300, 1)];
    for round in 0..6_usize {
        for (columns, rows) in sizes {
            andon.resize(columns, rows);
            andon.send(["j", "k", "G", "\x1b", "l", "i", "?", "m", "n", "e", "/", "\r", "\x1b[200~x\x1b[201~"][round]);
        }
    }
    for key in ["\x1b", "\x1b", "\x1b", "y", "i"] {
        andon.press(key);
    }
    andon.resize(120, 36);
    let whole = andon.wait_until("a whole frame", |screen| {
        screen.contains("More Actions") && screen.lines().nth(2).is_some_and(|row| row.ends_with("──"))
    });
    assert!(whole.contains("● demo 12"), "{whole}");
}

/// Changes the whole screen so many times, at a pace that is no paste.
fn change_the_screen(andon: &mut Pty, times: usize) {
    for _ in 0..times {
        for key in ["m", "i"] {
            andon.send(key);
            thread::sleep(Duration::from_millis(25));
        }
    }
}

#[test]
fn a_blocked_line_grows_nothing_and_does_not_keep_it_from_ending() {
    let station = Station::plain();
    let receiver = Receiver::start(Reply::Later(Duration::from_millis(200), "done so".to_owned()));
    station.add("Restart", &receiver.url("/"), &[]);
    let mut andon = station.screen().size(200, 60).spawn();
    andon.wait_for("● prod 1");
    andon.press("1");
    andon.wait_for("Send this?");
    andon.pause(true);
    andon.press("\r");
    receiver.wait_for(1);
    // Each key changes the whole screen; the line takes no more than its own buffer.
    change_the_screen(&mut andon, 40);
    let before = andon.resident_kib();
    change_the_screen(&mut andon, 40);
    let grown = andon.resident_kib().saturating_sub(before);
    assert!(grown < 1_024, "grew by {grown} KiB while nobody read");
    andon.signal(Signal::TERM);
    assert_eq!(andon.wait_end(Duration::from_secs(3)), Ended::Code(143));
    let runs = station.runs();
    assert_eq!((runs.len(), &runs[0]["outcome"]), (1, &"succeeded".into()), "{runs:?}");
}

#[test]
fn a_stop_on_a_blocked_line_does_not_keep_it_from_ending() {
    for stop in ["\x1a", ""] {
        let mut andon = Setup::demo().size(200, 60).spawn();
        andon.wait_for("● demo");
        andon.pause(true);
        change_the_screen(&mut andon, 40);
        if stop.is_empty() {
            andon.signal(Signal::CONT);
        } else {
            andon.press(stop);
        }
        thread::sleep(Duration::from_millis(300));
        andon.signal(Signal::TERM);
        assert_eq!(andon.wait_end(Duration::from_secs(3)), Ended::Code(143), "after {stop:?}");
    }
}

#[test]
fn without_a_terminal_it_says_so_and_writes_no_escape() {
    let folder = crate::support::pty::private_folder();
    let out = folder.path().join("out");
    let mut command = Command::new(ANDON);
    command.arg("demo").env("TERM", "xterm").stdin(Stdio::null()).stdout(File::create(&out).unwrap());
    let output: process::Output = command.stderr(Stdio::piped()).spawn().unwrap().wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("needs a terminal") && !said.contains('\x1b'), "{said:?}");
    assert_eq!(std::fs::read(out).unwrap(), b"");
}

#[test]
fn a_dumb_terminal_gets_a_message_and_no_escape() {
    let mut andon = Setup::demo().env("TERM", "dumb").spawn();
    assert_eq!(andon.wait_end(LIMIT), Ended::Code(2));
    andon.drain();
    let raw = andon.raw();
    assert!(contains(&raw, b"needs a terminal") && !raw.contains(&0x1b), "{}", String::from_utf8_lossy(&raw));
}

/// The numbers of every SGR sequence (`ESC [ … m`).
fn styles(raw: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(raw).into_owned();
    let sequences = text.split("\x1b[").skip(1).filter_map(|rest| {
        let end = rest.find(|ch: char| !ch.is_ascii_digit() && ch != ';' && ch != ':')?;
        rest[end..].starts_with('m').then(|| rest[..end].to_owned())
    });
    sequences.collect()
}

#[test]
fn no_color_is_honoured_and_the_selection_is_still_seen() {
    let mut andon = Setup::demo().env("NO_COLOR", "1").spawn();
    andon.wait_for("● demo");
    andon.press("j");
    andon.wait_for("─ 0E83EE ·");
    let row = u16::try_from(andon.screen().lines().position(|row| row.contains("▌■CRIT")).unwrap()).unwrap();
    assert!((2..48).all(|column| andon.cell(column, row).1), "the row under the cursor is not in reverse video");
    assert!(!andon.cell(2, row - 1).1 && !andon.cell(2, row + 1).1);
    for style in styles(&andon.raw()) {
        let coloured = style
            .split([';', ':'])
            .filter_map(|number| number.parse::<u32>().ok())
            .any(|number| matches!(number, 30..=38 | 40..=48 | 90..=97 | 100..=107));
        assert!(!coloured, "a colour under NO_COLOR: {style:?}");
    }
}

#[test]
fn colours_come_where_they_are_wanted_and_a_plain_xterm_works() {
    let mut andon = Setup::demo().env("TERM", "xterm").spawn();
    andon.wait_for("● demo");
    assert!(styles(&andon.raw()).iter().any(|style| style.starts_with("38;") || style.starts_with('3')));
    andon.press("q");
    assert_eq!(andon.wait_end(LIMIT), Ended::Code(0));
    andon.assert_restored();
}

#[test]
fn the_answer_about_the_background_changes_the_colours_and_types_nothing() {
    let mut andon = Setup::demo().spawn();
    andon.wait_for("● demo");
    andon.wait_raw(b"\x1b]11;?\x1b\\");
    let before = andon.raw().len();
    andon.send("\x1b]11;rgb:ffff/ffff/ffff\x1b\\");
    // The selection's background on a light terminal.
    andon.wait_raw(b"48;5;254");
    assert!(!contains(&andon.raw()[..before], b"48;5;254"));
    assert!(!andon.screen().contains("─ Activity ─"));
}

#[test]
fn terminals_that_would_show_the_question_are_not_asked_for_their_background() {
    for (term, asked) in [("screen-256color", false), ("linux", false), ("tmux-256color", true)] {
        let mut andon = Setup::demo().env("TERM", term).spawn();
        // The Linux console has ASCII marks.
        andon.wait_for(if term == "linux" { "!CRIT" } else { "■CRIT" });
        andon.press("q");
        assert_eq!(andon.wait_end(LIMIT), Ended::Code(0));
        andon.drain();
        assert_eq!(contains(&andon.raw(), b"\x1b]11;?"), asked, "TERM={term}");
    }
}

#[test]
fn an_idle_screen_is_still() {
    let andon = Setup::demo().spawn();
    andon.wait_for("● demo");
    // What came in the last hours is counted a second after the start.
    thread::sleep(Duration::from_millis(1_800));
    let (bytes, cpu) = (andon.raw().len(), andon.cpu_ms());
    thread::sleep(Duration::from_secs(2));
    // The minute of the clock may turn meanwhile.
    let (drawn, used) = (andon.raw().len() - bytes, andon.cpu_ms() - cpu);
    assert!(drawn < 100 && used <= 40, "{drawn} bytes and {used} ms of processor time in two idle seconds");
}
