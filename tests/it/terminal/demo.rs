//! The demo, from its first frame to its end.

use std::fs;

use crate::support::pty::{Ended, LIMIT, Setup};

#[test]
fn the_demo_restarts_a_server_and_leaves_no_trace() {
    let mut andon = Setup::demo().spawn();
    let first = andon.wait_for("Restart server");
    assert!(first.contains("─ 054D57 · Data stores · demo"), "{first}");
    assert!(!first.contains('✔') && !first.contains('✖'), "the activity does not begin empty\n{first}");
    andon.press("1");
    let asked = andon.wait_for("Send this?");
    assert!(asked.contains("POST http://127.0.0.1:") && asked.contains("/restart"), "{asked}");
    let for_line = asked.lines().find(|line| line.contains("for    ")).unwrap();
    assert!(for_line.contains("054D57"), "{for_line}");
    andon.press("\r");
    let done = andon.wait_for("restarting\"");
    let line = done.lines().find(|line| line.contains("restarting\"")).unwrap();
    assert!(line.contains('✔') && line.contains("200") && line.contains("054D57"), "{line}");
    andon.press("q");
    assert_eq!(andon.wait_end(LIMIT), Ended::Code(0));
    andon.assert_restored();
    assert_eq!(fs::read_dir(andon.home()).unwrap().count(), 0, "the demo wrote into the home");
    assert_eq!(andon.strange(), Vec::<String>::new());
}

#[test]
fn an_incident_is_acknowledged_commented_and_its_timeline_tells_it() {
    let mut andon = Setup::demo().spawn();
    andon.wait_for("─ 054D57 ·");
    andon.press("a");
    let done = andon.wait_for("· 054D57 acknowledged");
    let row = done.lines().find(|line| line.contains("▌■CRIT")).unwrap();
    assert!(row.contains(" ◐ "), "{row}");
    andon.press("c");
    andon.wait_for("Comment on 054D57");
    andon.type_text("the reindex");
    andon.wait_for("11 of 1024 characters");
    andon.press("\x13");
    andon.wait_for("commented \"the reindex\"");
    andon.press("\r");
    andon.wait_for("Timeline");
    andon.press("\t");
    andon.wait_for("since ");
    andon.press("\t");
    let told = andon.wait_for("triggered as Critical");
    assert!(told.contains("the reindex"), "{told}");
    andon.press("u");
    andon.wait_for("what was commented cannot be taken back");
    andon.press("q");
    assert_eq!(andon.wait_end(LIMIT), Ended::Code(0));
    andon.assert_restored();
}

#[test]
fn runs_go_side_by_side_while_the_keys_work_and_leaving_asks() {
    let mut andon = Setup::demo().spawn();
    andon.wait_for("Restart server");
    andon.press("j");
    andon.wait_for("─ 0E83EE ·");
    andon.press("3");
    andon.wait_for("type 0E83EE to send");
    andon.type_text("0E83EE");
    andon.wait_for("to send: 0E83EE");
    andon.press("\r");
    andon.wait_for("1 running");
    andon.press("k");
    andon.wait_for("─ 054D57 ·");
    andon.press("1");
    andon.wait_for("Send this?");
    andon.press("\r");
    let quick = andon.wait_for("restarting\"");
    assert!(quick.contains("1 running"), "the quick run waited for the slow one\n{quick}");
    andon.press("2");
    andon.wait_for("2 running");
    andon.press("G");
    let moved = andon.wait_for("─ A05E7D ·");
    assert!(moved.contains("2 running"), "moving waited for the runs\n{moved}");
    andon.press("q");
    let asked = andon.wait_for("Leave andon?");
    assert!(asked.contains("in flight"), "{asked}");
    andon.press("n");
    andon.wait_gone("Leave andon?");
    andon.press("q");
    andon.wait_for("Leave andon?");
    andon.press("y");
    assert_eq!(andon.wait_end(LIMIT), Ended::Code(0));
    andon.assert_restored();
}

#[test]
fn a_run_that_failed_says_why() {
    let mut andon = Setup::demo().spawn();
    andon.wait_for("Restart server");
    for _ in 0..2 {
        andon.press("j");
    }
    andon.wait_for("─ 3B91C0 ·");
    andon.press("3");
    andon.wait_for("Send this?");
    andon.press("\r");
    let failed = andon.wait_for("✖ Update");
    let line = failed.lines().rfind(|line| line.contains("✖ Update")).unwrap();
    assert!(line.contains("500") && line.contains("locked by the maintenance"), "{line}");
}

#[test]
fn a_copy_goes_to_the_clipboard_and_says_so() {
    let mut andon = Setup::demo().spawn();
    andon.wait_for("Restart server");
    andon.press("y");
    andon.wait_for("copied");
    // 054D57 in base64.
    assert_eq!(andon.strange(), ["clipboard MDU0RDU3"]);
}
