//! Ends that nobody asked for, and stops: the terminal is as before and what ran is recorded.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::support::pty::{ANDON, Ended, LIMIT, Pty, Setup, contains};
use crate::support::receiver::{Receiver, Reply};
use crate::support::station::Station;

/// A station whose button 1 takes two seconds, and a screen on it with that run in flight.
fn busy() -> (Station, Receiver, Pty) {
    let station = Station::plain();
    let receiver = Receiver::start(Reply::Later(Duration::from_secs(2), "web-01 restarted".to_owned()));
    station.add("Restart", &receiver.url("/"), &[]);
    let mut andon = station.screen().spawn();
    andon.wait_for("● prod 1");
    andon.press("1");
    andon.wait_for("Send this?");
    andon.press("\r");
    andon.wait_for("1 running");
    receiver.wait_for(1);
    (station, receiver, andon)
}

fn assert_recorded(station: &Station, receiver: &Receiver) {
    let runs = station.runs();
    assert_eq!(runs.len(), 1, "{runs:?}");
    assert_eq!(runs[0]["outcome"], "succeeded", "{runs:?}");
    assert_eq!(runs[0]["message"], "web-01 restarted", "{runs:?}");
    assert_eq!(receiver.requests().len(), 1);
}

fn signalled(signal: Signal, code: u32) {
    let (station, receiver, mut andon) = busy();
    andon.signal(signal);
    assert_eq!(andon.wait_end(LIMIT), Ended::Code(code));
    andon.assert_restored();
    assert_recorded(&station, &receiver);
}

#[test]
fn sigterm_gives_the_terminal_back_and_records_what_runs() {
    signalled(Signal::TERM, 143);
}

#[test]
fn sighup_gives_the_terminal_back_and_records_what_runs() {
    signalled(Signal::HUP, 129);
}

#[test]
fn a_lost_line_ends_it_without_a_busy_loop_and_records_what_runs() {
    let (station, receiver, mut andon) = busy();
    andon.hang_up();
    let (cpu, since) = (andon.cpu_ms(), Instant::now());
    while since.elapsed() < Duration::from_secs(1) && !andon.has_ended() {
        thread::sleep(Duration::from_millis(20));
    }
    let used = andon.cpu_ms().saturating_sub(cpu);
    assert!(used < 100, "{used} ms of processor time in the second after the line was lost");
    assert_eq!(andon.wait_end(LIMIT), Ended::Code(129));
    assert_recorded(&station, &receiver);
}

#[test]
fn a_lost_line_is_noticed_without_a_signal_too() {
    let folder = crate::support::pty::private_folder();
    let code = folder.path().join("code");
    let script = format!("trap '' HUP; {ANDON} demo; echo $? > {}", code.display());
    let mut shell = Setup::new("/bin/sh", ["-c", &script]).spawn();
    shell.wait_for("Restart server");
    shell.hang_up();
    assert_eq!(shell.wait_end(LIMIT), Ended::Code(0));
    assert_eq!(fs::read_to_string(code).unwrap(), "129\n");
}

/// Waits until the shell waits.
fn wait_prompt(shell: &Pty) {
    shell.wait_until("a prompt", |screen| screen.trim_end().ends_with("shell>"));
}

/// A shell with job control that has started the demo.
fn under_a_shell() -> Pty {
    let mut shell = Setup::new("/bin/bash", ["--norc", "--noprofile", "-i"]).env("PS1", "shell> ").spawn();
    wait_prompt(&shell);
    shell.send(format!("{ANDON} demo\r"));
    shell.wait_for("Restart server");
    shell.wait_for("● demo");
    shell
}

#[test]
fn a_terminal_that_was_left_strange_is_set_right_at_the_start_and_at_the_end() {
    let mut shell = Setup::new("/bin/bash", ["--norc", "--noprofile", "-i"]).env("PS1", "shell> ").spawn();
    wait_prompt(&shell);
    shell.send("printf '\\033=\\033[?1h\\033[?66h\\033[4h\\033[?1003h\\033[?1006h\\033[?2004h\\033[?1004h'\r");
    wait_prompt(&shell);
    let begun = shell.raw().len();
    shell.send(format!("{ANDON} demo\r"));
    shell.wait_for("Restart server");
    let modes: [&[u8]; 8] =
        [b"\x1b>", b"\x1b[?1l", b"\x1b[?66l", b"\x1b[4l", b"\x1b[20l", b"\x1b[?1003l", b"\x1b[?1004l", b"\x1b[?9l"];
    let set_right = |shell: &Pty, from: usize| modes.iter().all(|mode| contains(&shell.raw()[from..], mode));
    assert!(set_right(&shell, begun), "at the start");
    shell.wait_for("● demo");
    let ends = shell.raw().len();
    shell.press("q");
    shell.wait_gone("More Actions");
    wait_prompt(&shell);
    assert!(set_right(&shell, ends), "at the end");
}

#[test]
fn it_stops_and_goes_on() {
    let mut shell = under_a_shell();
    for _ in 0..2 {
        shell.press("\x1a");
        let stopped = shell.wait_for("Stopped");
        assert!(!stopped.contains("More Actions"), "{stopped}");
        wait_prompt(&shell);
        shell.send("fg\r");
        shell.wait_for("Restart server");
        assert!(shell.is_raw_mode());
    }
    shell.press("j");
    shell.wait_for("─ 0E83EE ·");
    shell.press("q");
    wait_prompt(&shell);
    shell.send("echo code $?\r");
    shell.wait_for("code 0");
}

/// The process that the shell has started.
fn child_of(shell: &Pty) -> Pid {
    let children = format!("/proc/{0}/task/{0}/children", shell.pid());
    let first: i32 = fs::read_to_string(children).unwrap().split_whitespace().next().unwrap().parse().unwrap();
    Pid::from_raw(first).unwrap()
}

#[test]
fn a_stop_that_it_could_not_prepare_for_is_lived_through() {
    let mut shell = under_a_shell();
    kill_process(child_of(&shell), Signal::STOP).unwrap();
    shell.wait_for("Stopped");
    shell.send("fg\r");
    shell.wait_for("Restart server");
    shell.press("j");
    shell.wait_for("─ 0E83EE ·");
    assert!(shell.is_raw_mode());
    // In the background it stays stopped and leaves the shell alone.
    shell.press("\x1a");
    shell.wait_until("a stop", |screen| !screen.contains("More Actions") && screen.contains("Stopped"));
    wait_prompt(&shell);
    shell.send("bg\r");
    shell.send("echo $((6*7))th answer\r");
    shell.wait_for("42th answer");
    shell.send("fg\r");
    shell.wait_for("─ 0E83EE ·");
    shell.press("q");
    shell.wait_gone("More Actions");
    wait_prompt(&shell);
    shell.send("echo code $?\r");
    shell.wait_for("code 0");
}

#[test]
fn it_does_not_stop_with_a_run_in_flight_and_says_so() {
    let mut shell = under_a_shell();
    shell.press("2");
    shell.wait_for("1 running");
    shell.press("\x1a");
    shell.wait_for("in flight");
    let screen = shell.wait_for("✔ Enrich");
    assert!(screen.contains("More Actions"), "{screen}");
}

#[test]
fn a_stop_from_outside_is_followed_by_a_whole_frame() {
    let (station, receiver, andon) = busy();
    andon.signal(Signal::STOP);
    // The answer comes while it is stopped, and its deadline is judged after it was read.
    thread::sleep(Duration::from_secs(3));
    andon.signal(Signal::CONT);
    andon.wait_for("✔ Restart");
    andon.resize(110, 30);
    andon.wait_until("a frame of the new size", |screen| screen.lines().nth(2).is_some_and(|row| row.ends_with("──")));
    assert_recorded(&station, &receiver);
}

#[test]
fn a_killed_process_leaves_unknown_and_nothing_is_sent_again() {
    let station = Station::plain();
    let receiver = Receiver::start(Reply::Silence);
    station.add("Restart", &receiver.url("/"), &[]);
    let mut andon = station.screen().spawn();
    andon.wait_for("● prod 1");
    andon.press("1");
    andon.wait_for("Send this?");
    andon.press("\r");
    receiver.wait_for(1);
    andon.signal(Signal::KILL);
    andon.wait_end(LIMIT);
    let mut next = station.screen().spawn();
    let screen = next.wait_for("? Restart");
    assert!(!screen.contains("running"), "{screen}");
    next.press("q");
    assert_eq!(next.wait_end(LIMIT), Ended::Code(0));
    let runs = station.runs();
    assert_eq!((runs.len(), &runs[0]["outcome"], &runs[0]["failure"]), (1, &"unknown".into(), &"interrupted".into()));
    assert_eq!(receiver.requests().len(), 1);
}
