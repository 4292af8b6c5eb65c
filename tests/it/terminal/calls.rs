//! Called back by the terminal itself.

use serde_json::json;

use crate::support::pty::{Ended, LIMIT, contains};
use crate::support::station::{Station, incident};

fn count(raw: &[u8], wanted: &[u8]) -> usize {
    raw.windows(wanted.len()).filter(|window| *window == wanted).count()
}

#[test]
fn the_bell_and_a_notification_come_only_while_the_window_has_no_focus() {
    let station = Station::plain();
    let mut andon = station.screen().spawn();
    andon.wait_for("queue lag");
    andon.wait_for("● prod");
    andon.wait_raw(b"\x1b]2;andon: ");
    andon.send("\x1b[O");
    station.incidents(&json!([incident("a1", "queue lag"), incident("b1", "pay \x1b]0;owned\x07 is down")]));
    andon.wait_raw("\x07\x1b]9;andon: critical: pay ␛]0;owned␇ is down\x07".as_bytes());
    andon.wait_for("is down");
    andon.send("\x1b[I");
    station.incidents(&json!([incident("b1", "pay is down"), incident("c1", "search is down")]));
    andon.wait_for("search is down");
    assert_eq!(count(&andon.raw(), b"\x1b]9;"), 1, "somebody looks");
    andon.press("q");
    assert_eq!(andon.wait_end(LIMIT), Ended::Code(0));
    andon.assert_restored();
    assert!(contains(&andon.raw(), b"\x1b[23;2t"), "the window has its own title again");
}

#[test]
fn what_is_switched_off_stays_silent() {
    let station = Station::configured(
        "[[source]]\nname = \"prod\"\nkind = \"file\"\npath = \"incidents.json\"\n\
         [ui]\nbell = false\nnotify = \"off\"\ntitle = false\n",
    );
    station.incidents(&json!([incident("a1", "queue lag")]));
    let mut andon = station.screen().spawn();
    andon.wait_for("● prod");
    andon.send("\x1b[O");
    station.incidents(&json!([incident("a1", "queue lag"), incident("b1", "pay is down")]));
    andon.wait_for("pay is down");
    andon.press("q");
    assert_eq!(andon.wait_end(LIMIT), Ended::Code(0));
    for unwanted in [b"\x07".as_slice(), b"\x1b]9;", b"\x1b]2;", b"\x1b[?1004h", b"\x1b[22;2t"] {
        assert!(!contains(&andon.raw(), unwanted), "{:?}", String::from_utf8_lossy(unwanted));
    }
}
