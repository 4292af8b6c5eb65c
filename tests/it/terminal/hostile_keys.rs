//! Only a person presses: what a terminal types by itself, through the program's real reading of the terminal.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::support::pty::{APART, HUMAN, Pty, Setup};
use crate::support::station::Station;

/// What terminals send without being touched, or in one piece. Every digit in them is a button somewhere.
const STREAMS: &[(&str, &[u8])] = &[
    ("the background, ended by BEL", b"\x1b]11;rgb:2222/1111/2222\x07"),
    ("the background, ended by ST", b"\x1b]11;rgb:1111/2222/1111\x1b\\"),
    ("a DCS answer", b"\x1bP1$r2;1 q\x1b\\"),
    ("arrows", b"\x1b[A\x1b[1;2B\x1bOA\x1b[2~"),
    ("a paste", b"\x1b[200~1\r\x1b[201~"),
    ("a paste of a button without a confirm", b"\x1b[200~2\x1b[201~"),
];

fn board() -> Pty {
    let andon = Setup::demo().spawn();
    andon.wait_for("Restart server");
    andon.wait_for("● demo");
    andon
}

/// Sends a stream in two pieces, cut at each byte in turn, and looks each time.
fn cut_everywhere(andon: &mut Pty, stream: &[u8], pause: Duration, look: impl Fn(&mut Pty, usize)) {
    for cut in 1..stream.len() {
        andon.send(&stream[..cut]);
        thread::sleep(pause);
        andon.send(&stream[cut..]);
        thread::sleep(APART);
        look(andon, cut);
    }
}

fn on_every_stream(check: fn(&'static str, &'static [u8], Duration)) {
    let pauses = [0, 30, 80].map(Duration::from_millis);
    thread::scope(|scope| {
        for (name, stream) in STREAMS {
            for pause in pauses {
                scope.spawn(move || check(name, stream, pause));
            }
        }
    });
}

#[test]
fn what_a_terminal_types_by_itself_presses_no_button() {
    on_every_stream(|name, stream, pause| {
        let mut andon = board();
        cut_everywhere(&mut andon, stream, pause, |andon, cut| {
            let screen = andon.screen();
            let calm = !screen.contains("─ Activity ─") && screen.contains("More Actions");
            assert!(calm && !screen.contains("Send this?"), "{name}, cut at {cut}, {pause:?} apart:\n{screen}");
        });
        // It was alive all along: a person's key still counts.
        andon.press("1");
        andon.wait_for("Send this?");
    });
}

#[test]
fn what_a_terminal_types_by_itself_confirms_nothing() {
    thread::scope(|scope| {
        for pause in [0, 30].map(Duration::from_millis) {
            for (name, stream) in STREAMS {
                scope.spawn(move || {
                    let mut andon = board();
                    andon.press("1");
                    andon.wait_for("Send this?");
                    cut_everywhere(&mut andon, stream, pause, |andon, cut| {
                        let screen = andon.screen();
                        let asks = screen.contains("Send this?");
                        // Where the rest comes late, a lone ESC is the key that cancels.
                        let may_cancel = cut == 1 && !pause.is_zero();
                        let calm = !screen.contains("─ Activity ─") && (asks || may_cancel);
                        assert!(calm, "{name}, cut at {cut}, {pause:?} apart:\n{screen}");
                        if !asks {
                            andon.press("1");
                            andon.wait_for("Send this?");
                        }
                    });
                    andon.press("\r");
                    andon.wait_for("restarting\"");
                });
            }
        }
    });
}

#[test]
fn typing_ahead_sends_nothing() {
    let mut andon = board();
    andon.send("1\r");
    andon.press("?");
    andon.wait_for("press the button of that slot");
    andon.press("q");
    let screen = andon.wait_for("More Actions");
    assert!(!screen.contains("─ Activity ─"), "{screen}");
    assert!(!screen.contains("Send this?"), "{screen}");
}

#[test]
fn a_held_digit_is_one_press() {
    let mut andon = board();
    thread::sleep(HUMAN);
    let repeat = |andon: &mut Pty, key: &str, times: usize| {
        for _ in 0..times {
            andon.send(key);
            thread::sleep(Duration::from_millis(33));
        }
    };
    repeat(&mut andon, "1", 30);
    andon.wait_for("Send this?");
    andon.press("\x1b");
    andon.wait_gone("Send this?");
    repeat(&mut andon, "1", 15);
    // The help shows that everything before it was taken.
    andon.press("?");
    andon.wait_for("press the button of that slot");
    andon.press("q");
    assert!(!andon.wait_for("More Actions").contains("Send this?"), "a held digit opened a second confirm");
    thread::sleep(HUMAN);
    repeat(&mut andon, "2", 60);
    let screen = andon.wait_for("✔ Enrich");
    assert_eq!(screen.lines().filter(|line| line.contains("✔ Enrich")).count(), 1, "{screen}");
}

#[test]
fn an_enter_before_the_confirm_is_on_the_screen_sends_nothing() {
    let mut andon = board();
    andon.pause(true);
    // More than the line holds: the frame of the confirm cannot be written.
    for _ in 0..40 {
        for key in ["m", "i"] {
            andon.send(key);
            thread::sleep(Duration::from_millis(25));
        }
    }
    for key in ["1", "\r", "\r"] {
        thread::sleep(Duration::from_millis(300));
        andon.send(key);
    }
    thread::sleep(HUMAN);
    andon.pause(false);
    let screen = andon.wait_for("Send this?");
    assert!(!screen.contains("─ Activity ─"), "{screen}");
    // What came before may be one Enter that is held down.
    thread::sleep(APART);
    andon.press("\r");
    andon.wait_for("restarting\"");
}

#[test]
fn a_field_takes_a_paste_and_nothing_that_the_terminal_types_by_itself() {
    thread::scope(|scope| {
        for (name, stream) in STREAMS {
            scope.spawn(move || {
                let mut andon = board();
                andon.press("n");
                andon.wait_for("New action");
                let typed = if stream.starts_with(b"\x1b[200~") { stream[6..7].to_vec() } else { Vec::new() };
                let typed = String::from_utf8(typed).unwrap();
                for cut in 1..stream.len() {
                    andon.send(&stream[..cut]);
                    thread::sleep(Duration::from_millis(30));
                    andon.send(&stream[cut..]);
                    thread::sleep(APART);
                    let screen = andon.screen();
                    let row = screen.lines().find(|row| row.contains("Name  ")).unwrap_or(&screen);
                    let value = row.trim_matches(['│', '▌', ' ']).trim_start_matches("Name").trim();
                    let wanted = if typed.is_empty() { "–" } else { &typed };
                    assert!(value == wanted || value == typed, "{name}, cut at {cut}: {value:?}\n{screen}");
                    // Back to an empty field, wherever the arrows went.
                    andon.press("\x1b");
                    let left = |screen: &str| !screen.contains("New action") || screen.contains("Leave the form?");
                    if andon.wait_until("the form to be left", left).contains("Leave the form?") {
                        andon.press("y");
                    }
                    andon.wait_gone("New action");
                    andon.press("n");
                    andon.wait_for("New action");
                }
            });
        }
    });
}

#[test]
fn a_large_paste_is_taken_at_once() {
    let mut andon = board();
    let paste = format!("\x1b[200~{}\x1b[201~", "xyzzy 12 plugh\r".repeat(8_000));
    // Onto the board: nothing. Into a filter: it finds nothing. Into a name: it is too long.
    andon.send(&paste);
    andon.press("/");
    andon.send(&paste);
    andon.wait_gone("─ 054D57 ·");
    andon.press("\x1b");
    andon.wait_for("─ 054D57 ·");
    andon.press("n");
    andon.wait_for("New action");
    andon.send(&paste);
    andon.wait_for("at most 64");
    andon.press("\x1b");
    andon.wait_for("Leave the form?");
    andon.press("y");
    assert!(!andon.wait_for("More Actions").contains("─ Activity ─"));
}

/// A station whose source writes down what it is asked for.
fn station(keys: &str) -> Station {
    let station = Station::plain();
    let script = station.path().join("operate");
    let quoted = |path: &Path| format!("\"{}\"", path.display());
    let (list, operate) = (quoted(&station.incidents_file()), quoted(&script));
    let config = format!(
        "[[source]]\nname = \"prod\"\nkind = \"command\"\ncommand = [\"cat\", {list}]\n\
         ack = [{operate}]\nclose = [{operate}]\n{keys}"
    );
    fs::write(station.path().join("config.toml"), config).unwrap();
    let asked = station.path().join("asked");
    fs::write(&script, format!("#!/bin/sh\necho $ANDON_OPERATION >> {}\n", asked.display())).unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o700)).unwrap();
    station
}

fn asked(station: &Station) -> String {
    fs::read_to_string(station.path().join("asked")).unwrap_or_default()
}

#[test]
fn what_comes_with_the_key_that_asks_answers_nothing() {
    let rebound = "[keys]\nacknowledge = \"w\"\nclose-incident = \"h\"\n";
    thread::scope(|scope| {
        for (keys, close, bursts) in
            [("", "x", ["x\r", "xy", "x\ry\rz\r", "xa", "ya"]), (rebound, "h", ["h\r", "hy", "hw", "jw", "w\r"])]
        {
            scope.spawn(move || {
                let station = station(keys);
                let mut andon = station.screen().spawn();
                andon.wait_for("queue lag");
                for burst in bursts {
                    thread::sleep(APART);
                    andon.send(burst);
                    thread::sleep(APART);
                    let screen = andon.screen();
                    assert_eq!(asked(&station), "", "{burst:?}:\n{screen}");
                    andon.press("\x1b");
                    andon.wait_gone("Close it?");
                }
                thread::sleep(APART);
                andon.press(close);
                andon.wait_for("Close it?");
                andon.press("y");
                andon.wait_for("closed");
                assert_eq!(asked(&station), "close\n");
            });
        }
    });
}

#[test]
fn what_comes_with_the_key_that_deletes_deletes_nothing() {
    let mut andon = board();
    for burst in ["d\r", "dy", "d\ry"] {
        andon.press("m");
        andon.wait_for("duplicate");
        andon.press("j");
        thread::sleep(HUMAN);
        andon.send(burst);
        let screen = andon.wait_for("Delete this action?");
        thread::sleep(APART);
        assert!(andon.screen().contains("Delete this action?"), "{burst:?} answered:\n{screen}");
        andon.press("n");
        andon.wait_gone("Delete this action?");
        andon.press("i");
        andon.wait_for("More Actions");
        thread::sleep(APART);
    }
}

#[test]
fn the_first_key_after_a_resize_or_a_report_of_the_terminal_counts() {
    let mut andon = board();
    let help = |andon: &mut Pty, what: &str| {
        andon.press("?");
        andon.wait_until(&format!("the help after {what}"), |screen| screen.contains("press the button of that slot"));
        andon.press("q");
        andon.wait_gone("press the button of that slot");
    };
    for size in [(100, 30), (120, 36), (90, 28), (121, 36)] {
        andon.resize(size.0, size.1);
        help(&mut andon, "a resize");
    }
    for report in ["\x1b[O", "\x1b[I", "\x1b[<35;12;1M", "\x1b[M 1!"] {
        andon.send(report);
        help(&mut andon, report);
    }
    andon.resize(120, 36);
    andon.press("1");
    andon.wait_for("Send this?");
    andon.resize(110, 36);
    andon.press("\r");
    andon.wait_for("restarting\"");
}

#[test]
fn a_paste_without_an_end_does_not_make_it_deaf() {
    let mut andon = board();
    for begun in [&b"\x1b[200~abc"[..], b"\x1bP1$", b"\x1b[", b"\xe9", b"\x1b]11;rgb"] {
        andon.send(begun);
        thread::sleep(Duration::from_millis(2_500));
        andon.press("?");
        andon.wait_for("press the button of that slot");
        andon.press("q");
        andon.wait_gone("press the button of that slot");
    }
}
