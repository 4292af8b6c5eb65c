//! `incident ack` and what else is done to incidents, where their source keeps no state of handling.

use crate::cli::support::Home;

#[test]
fn what_the_source_cannot_keep_is_kept_here_and_says_so_everywhere() {
    let home = Home::new();
    let ran = home.done(&["incident", "ack", "054D57", "0E83EE", "--operator", "ada"]);
    assert_eq!(
        ran.out,
        "054D57 acknowledged (lab cannot acknowledge; kept here only)\n\
         0E83EE acknowledged (lab cannot acknowledge; kept here only)\n"
    );
    let shown = home.done(&["incident", "show", "054D57", "--json"]).object();
    assert_eq!((&shown["progress"], &shown["local"]["acknowledged_by"]), (&"Processing".into(), &"ada".into()));
    // The source writes its list anew, and knows nothing of it.
    let list = std::fs::read_to_string(home.path("incidents.json")).unwrap();
    home.write("incidents.json", &list.replace("cpu", "CPU"));
    assert!(home.done(&["incident", "show", "054D57"]).out.contains("ada, here only"));
    let log = home.done(&["log", "--json", "--incident", "054D57"]).object();
    assert_eq!(
        (&log["kind"], &log["operator"], &log["incident_num"]),
        (&"operation".into(), &"ada".into(), &"054D57".into())
    );
    assert_eq!(log["summary"], "054D57 acknowledged (lab cannot acknowledge; kept here only)");

    home.done(&["incident", "unack", "054D57"]);
    let shown = home.done(&["incident", "show", "054D57", "--json"]).object();
    assert_eq!((&shown["progress"], shown.get("local")), (&"Triggered".into(), None));
}

#[test]
fn comments_and_assignments_are_kept_here_too() {
    let home = Home::new();
    home.done(&["incident", "comment", "054D57", "looking at it\nswap is full", "--operator", "ada"]);
    let ran = home.with_input(&["incident", "comment", "054D57", "-"], "from a pipe");
    assert_eq!(ran.code, 0, "{ran:?}");
    home.done(&["incident", "assign", "054D57", "--to", "bob@example.com"]);
    let shown = home.done(&["incident", "show", "054D57", "--json"]).object();
    assert_eq!(shown["local_notes"][0]["text"], "looking at it\nswap is full");
    assert_eq!(
        (&shown["local_notes"][0]["by"], &shown["local_notes"][1]["text"]),
        (&"ada".into(), &"from a pipe".into())
    );
    assert_eq!(shown["local"]["assigned_to"], "bob@example.com");
    let text = home.done(&["incident", "show", "054D57"]).out;
    assert!(text.contains("swap is full") && text.contains("bob@example.com, here only"), "{text}");
}

#[test]
fn what_cannot_be_done_says_why_and_leaves_a_row() {
    let home = Home::new();
    let ran = home.andon(&["incident", "close", "054D57", "--json"]);
    assert_eq!(ran.code, 1);
    let line = ran.object();
    assert_eq!(
        (&line["result"], &line["operation"], &line["message"]),
        (&"failed".into(), &"close".into(), &"lab cannot close".into())
    );
    assert!(ran.err.contains("error: 054D57 not closed: lab cannot close"), "{}", ran.err);
    assert_eq!(home.done(&["log", "--json"]).object()["summary"], "054D57 not closed: lab cannot close");
    assert_eq!(home.andon(&["incident", "snooze", "054D57", "--for", "2h"]).code, 1);
}

#[test]
fn nothing_is_done_where_one_is_unknown_or_nothing_may_be_changed() {
    let home = Home::new();
    let ran = home.andon(&["incident", "ack", "054D57", "054D75"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    let ran = home.andon(&["incident", "ack", "054D57", "--read-only", "--json"]);
    assert_eq!((ran.code, &ran.object()["result"]), (4, &"refused".into()));
    for args in [&["incident", "ack"][..], &["incident", "snooze", "054D57"], &["incident", "comment", "054D57", " "]] {
        assert_eq!(home.andon(args).code, 2, "{args:?}");
    }
    assert_eq!(home.andon(&["incident", "snooze", "054D57", "--for", "soon"]).code, 2);
    let shown = home.done(&["incident", "show", "054D57", "--json"]).object();
    assert_eq!(shown["progress"], "Triggered");
}
