//! Titles, labels, names and answers from anywhere: none of them reaches the terminal as anything but text.

use serde_json::json;

use crate::support::pty::{Pty, contains};
use crate::support::receiver::{Receiver, Reply};
use crate::support::station::{Station, incident};

/// Clipboard, link, title, cursor, DCS, C1, bell; right-to-left and zero-width; wide, joined and combining letters.
const HOSTILE: &[&str] = &[
    "clip \x1b]52;c;aGk=\x07 board",
    "link \x1b]8;;https://evil.example\x1b\\here\x1b]8;;\x1b\\",
    "title \x1b]0;owned\x07 set",
    "cursor \x1b[2J\x1b[1;1Hgone",
    "dcs \x1bP1$r0m\x1b\\ and \x1b_apc\x1b\\",
    "c1 \u{9b}31m \u{9d}52;c;aGk=\u{9c} \u{85}\u{90}",
    "bell \x07\x08\x08\x7f \0 \r\n newline\ttab \x0b\x0c",
    "bidi \u{202e}gnp.exe\u{202c} \u{2066}x\u{2069}\u{200f}",
    "zero\u{200b}\u{200d}\u{feff}\u{2060}width",
    "joined 👨‍👩‍👧‍👦 flags 🇩🇪🇫🇷 skin 👍🏽",
    "队列积压订单处理延迟超过阈值需要立即处理请检查数据库连接池状态",
    "combining e\u{301}\u{301}\u{301}\u{301} a\u{30a} Z\u{351}\u{36b}\u{343}",
];

/// The column between list and detail is whole, and every box of a button closes where it opens.
fn assert_aligned(andon: &Pty) {
    let screen = andon.screen();
    let between = (0..120).find(|column| andon.cell(*column, 2).0 == "┬").unwrap();
    let last = (3..36).find(|row| andon.cell(0, *row).0 == "─").unwrap_or(35);
    for row in 3..last {
        let found = andon.cell(between, row).0;
        assert!(["│", "├"].contains(&found.as_str()), "{found:?} at {between},{row}\n{screen}");
    }
    let corners = |row: u16, which: &str| (0..120).filter(|at| andon.cell(*at, row).0 == which).collect::<Vec<u16>>();
    for row in 3..last {
        let opened = corners(row, "╭");
        if !opened.is_empty() {
            assert_eq!(corners(row + 3, "╰"), opened, "{screen}");
            assert_eq!(corners(row + 3, "╯"), corners(row, "╮"), "{screen}");
        }
    }
}

fn assert_clean(andon: &Pty) {
    assert_eq!(andon.strange(), Vec::<String>::new());
    let raw = andon.raw();
    let text = String::from_utf8(raw.clone()).unwrap();
    assert!(!text.chars().any(|ch| ('\u{80}'..='\u{9f}').contains(&ch)), "a C1 control reached the terminal");
    assert!(!text.chars().any(|ch| "\u{202e}\u{202c}\u{2066}\u{2069}\u{200f}\u{200b}\u{feff}\u{2060}".contains(ch)));
    for unwanted in [b"\x1b]52".as_slice(), b"\x1b]0;", b"\x1b]8;", b"\x07"] {
        assert!(!contains(&raw, unwanted), "{:?} reached the terminal as it is", String::from_utf8_lossy(unwanted));
    }
}

#[test]
fn hostile_incidents_and_answers_are_only_text() {
    let mut incidents = Vec::new();
    for (at, text) in HOSTILE.iter().enumerate() {
        let mut hostile = incident(&format!("{at:x}"), text);
        hostile["labels"] = json!({ "resource": text, (*text): "value" });
        hostile["description"] = json!(text.repeat(20));
        hostile["channel_name"] = json!(text);
        hostile["responders"] = json!([{ "person_name": text, "email": text }]);
        hostile["alerts"] = json!([{
            "alert_id": text, "data_source_id": "1", "title": text, "alert_key": text, "alert_severity": "Critical",
            "alert_status": "Critical", "progress": "Triggered", "created_at": 1_700_000_000, "updated_at": 1_700_000_000, "start_time": 1_700_000_000,
            "last_time": 1_700_000_000
        }]);
        incidents.push(hostile);
    }
    incidents.push(incident("ff", &"long 长 ".repeat(2_000)));
    let station = Station::with(&json!(incidents));
    let answer = json!({ "message": HOSTILE.join(" ") }).to_string();
    let receiver = Receiver::start(Reply::Text(answer));
    station.add("Restart", &receiver.url("/"), &["--description", "plain"]);
    let mut andon = station.screen().spawn();
    andon.wait_for("● prod 13");
    let cursor = |screen: &str| screen.lines().position(|row| row.contains('▌'));
    for _ in 1..incidents.len() {
        assert_aligned(&andon);
        let before = cursor(&andon.screen());
        andon.press("j");
        andon.wait_until("the cursor to move", |screen| cursor(screen) != before);
    }
    andon.press("1");
    andon.wait_for("Send this?");
    andon.press("p");
    andon.wait_for("The whole request");
    andon.press("\r");
    andon.wait_for("✔ Restart");
    assert_aligned(&andon);
    andon.press("l");
    andon.wait_until("the log", |screen| screen.contains("✔ Restart") && !screen.contains("More Actions"));
    andon.press("\r");
    andon.wait_for("200");
    for _ in 0..3 {
        andon.press("\x06");
    }
    andon.press("q");
    andon.wait_end(crate::support::pty::LIMIT);
    andon.drain();
    assert_clean(&andon);
}

/// A shell line that writes to the terminal, where there is one, and says so in `file` where there is not.
fn to_the_terminal(text: &str, file: &str) -> String {
    format!("(printf '\\033]52;c;{text}\\007' > /dev/tty) 2>/dev/null || echo none >> {file}")
}

#[test]
fn programs_of_the_configuration_have_no_terminal() {
    let station = Station::configured("");
    let file = station.path().join("no-terminal").display().to_string();
    station.incidents(&json!([incident("a1", "queue lag")]));
    let program = station.path().join("source.sh");
    let list = station.incidents_file().display().to_string();
    std::fs::write(&program, format!("{}\ncat {list}\n", to_the_terminal("U09VUkNF", &file))).unwrap();
    let command = format!("{}; echo token", to_the_terminal("U0VDUkVU", &file)).replace('\\', "\\\\");
    let config = format!(
        "[[source]]\nname = \"prod\"\nkind = \"command\"\ncommand = [\"sh\", \"{}\"]\n[secrets]\nCI = \"${{cmd:{command}}}\"\n",
        program.display()
    );
    std::fs::write(station.path().join("config.toml"), config).unwrap();
    let receiver = Receiver::start(Reply::Text("done".to_owned()));
    station.add("Restart", &receiver.url("/"), &["--header", "X-CI: ${secret:CI}"]);
    let mut andon = station.screen().spawn();
    andon.wait_for("● prod 1");
    andon.press("1");
    andon.wait_for("Send this?");
    andon.press("\r");
    andon.wait_for("✔ Restart");
    andon.press("q");
    andon.wait_end(crate::support::pty::LIMIT);
    andon.drain();
    assert!(!contains(&andon.raw(), b"\x1b]52"), "a program wrote to the terminal");
    let without = std::fs::read_to_string(&file).unwrap();
    assert!(without.lines().count() >= 2, "the source's program and the command both looked for one: {without}");
}
