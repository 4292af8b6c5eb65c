//! Only a person presses: every stream a terminal may send by itself, split at every byte.

use andon::app::event::Background;
use andon::app::model::InputMode;
use andon::runtime::input::{Gate, Input};
use crossterm::event::{Event as Raw, KeyCode, KeyEvent, KeyModifiers};

/// How crossterm 0.29 turns bytes that are readable together into events (its own parser is private): a lone ESC
/// at the end of a read is the Esc key, `ESC [` waits for its end, any other `ESC x` is Alt and x.
#[derive(Default)]
struct Parser(Vec<u8>);

impl Parser {
    fn read(&mut self, bytes: &[u8]) -> Vec<Raw> {
        let mut out = Vec::new();
        for (at, byte) in bytes.iter().enumerate() {
            self.0.push(*byte);
            match parse(&self.0, at + 1 < bytes.len()) {
                Parsed::More => {}
                Parsed::Event(event) => {
                    out.push(event);
                    self.0.clear();
                }
                Parsed::Error => self.0.clear(),
            }
        }
        out
    }
}

enum Parsed {
    More,
    Event(Raw),
    Error,
}

fn key(code: KeyCode, modifiers: KeyModifiers) -> Raw {
    Raw::Key(KeyEvent::new(code, modifiers))
}

fn parse(buffer: &[u8], more: bool) -> Parsed {
    match buffer {
        [0x1b] if more => Parsed::More,
        [0x1b] | [0x1b, 0x1b] => Parsed::Event(key(KeyCode::Esc, KeyModifiers::NONE)),
        [0x1b, b'[' | b'O'] => Parsed::More,
        [0x1b, b'[', rest @ ..] => parse_csi(rest),
        [0x1b, b'O', last] => arrow(*last).map_or(Parsed::Error, |code| Parsed::Event(key(code, KeyModifiers::NONE))),
        [0x1b, rest @ ..] => match parse(rest, more) {
            Parsed::Event(Raw::Key(mut event)) => {
                event.modifiers |= KeyModifiers::ALT;
                Parsed::Event(Raw::Key(event))
            }
            other => other,
        },
        [b'\r' | b'\n'] => Parsed::Event(key(KeyCode::Enter, KeyModifiers::NONE)),
        [b'\t'] => Parsed::Event(key(KeyCode::Tab, KeyModifiers::NONE)),
        [byte @ 1..=26] => Parsed::Event(key(KeyCode::Char(char::from(byte - 1 + b'a')), KeyModifiers::CONTROL)),
        bytes => match std::str::from_utf8(bytes) {
            Ok(text) => {
                let ch = text.chars().next().unwrap();
                let shift = if ch.is_uppercase() { KeyModifiers::SHIFT } else { KeyModifiers::NONE };
                Parsed::Event(key(KeyCode::Char(ch), shift))
            }
            Err(_) if bytes.len() < 4 => Parsed::More,
            Err(_) => Parsed::Error,
        },
    }
}

fn arrow(last: u8) -> Option<KeyCode> {
    Some(match last {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        _ => return None,
    })
}

fn parse_csi(rest: &[u8]) -> Parsed {
    if let Some(pasted) = rest.strip_prefix(b"200~") {
        return pasted
            .strip_suffix(b"\x1b[201~")
            .map_or(Parsed::More, |text| Parsed::Event(Raw::Paste(String::from_utf8_lossy(text).into_owned())));
    }
    match rest.last() {
        Some(last @ 0x40..=0x7e) => {
            arrow(*last).map_or(Parsed::Error, |code| Parsed::Event(key(code, KeyModifiers::NONE)))
        }
        _ => Parsed::More,
    }
}

/// Feeds chunks of bytes, each readable at its time, and lets a second pass.
fn run(gate: &mut Gate, mode: InputMode, chunks: &[(u64, &[u8])]) -> Vec<Input> {
    let mut parser = Parser::default();
    let mut out = Vec::new();
    for (at, bytes) in chunks {
        for raw in parser.read(bytes) {
            out.extend(gate.feed(raw, *at, mode));
        }
    }
    let last = chunks.last().map_or(0, |(at, _)| *at);
    while let Some(deadline) = gate.deadline().filter(|deadline| *deadline < last + 5_000) {
        out.extend(gate.poll(deadline, mode));
    }
    out
}

fn acts(out: &[Input]) -> Vec<KeyEvent> {
    out.iter()
        .filter_map(|input| match input {
            Input::Key(key)
                if key.modifiers.is_empty() && matches!(key.code, KeyCode::Char('0'..='9') | KeyCode::Enter) =>
            {
                Some(*key)
            }
            _ => None,
        })
        .collect()
}

const ANSWERS: [&[u8]; 5] = [
    b"\x1b]11;rgb:1111/1111/1111\x07",
    b"\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\",
    b"\x1bP1$r0 q\x1b\\",
    b"\x1b_G1;1;OK\x1b\\",
    b"\x1b^11111111\x1b\\",
];

#[test]
fn answers_of_the_terminal_press_nothing_wherever_they_are_split() {
    for answer in ANSWERS {
        for split in 0..=answer.len() {
            for gap in [0, 5, 20, 45] {
                let (head, tail) = answer.split_at(split);
                for mode in [InputMode::Buttons, InputMode::Confirm { text: false }, InputMode::Confirm { text: true }]
                {
                    let out = run(&mut Gate::new(50), mode, &[(1_000, head), (1_000 + gap, tail)]);
                    assert!(
                        !out.iter().any(|input| matches!(input, Input::Key(_) | Input::Paste(_))),
                        "{answer:?} split at {split} after {gap} ms in {mode:?}: {out:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn an_answer_that_comes_a_byte_at_a_time_is_still_folded_and_understood() {
    for answer in &ANSWERS[..2] {
        let chunks: Vec<(u64, &[u8])> =
            answer.iter().enumerate().map(|(at, byte)| (1_000 + at as u64 * 15, std::slice::from_ref(byte))).collect();
        let out = run(&mut Gate::new(50), InputMode::Buttons, &chunks);
        assert_eq!(out, [Input::Background(Background::Dark)]);
    }
    let light = run(&mut Gate::new(50), InputMode::Text, &[(1, b"\x1b]11;rgb:ffff/ffff/f0f0\x1b\\")]);
    assert_eq!(light, [Input::Background(Background::Light)]);
}

#[test]
fn arrows_split_on_a_slow_line_are_arrows() {
    for (sequence, code) in [(&b"\x1b[A"[..], KeyCode::Up), (b"\x1b[B", KeyCode::Down), (b"\x1bOA", KeyCode::Up)] {
        for split in 0..=sequence.len() {
            let (head, tail) = sequence.split_at(split);
            let out = run(&mut Gate::new(100), InputMode::Buttons, &[(1_000, head), (1_080, tail)]);
            assert_eq!(out, [Input::Key(code.into())], "split at {split}");
        }
    }
}

#[test]
fn a_paste_neither_presses_nor_confirms_wherever_it_is_split() {
    for paste in [&b"\x1b[200~1\r1\r054D57\r\x1b[201~"[..], b"1\r1\r11\r\r22", b"restart 1\r"] {
        for split in 0..=paste.len() {
            for gap in [0, 5, 30] {
                let (head, tail) = paste.split_at(split);
                for mode in [InputMode::Buttons, InputMode::Confirm { text: false }, InputMode::Confirm { text: true }]
                {
                    // Without brackets, one digit and then 15 ms of nothing is what a person's key looks like.
                    if mode == InputMode::Buttons && gap > 15 && head == b"1" {
                        continue;
                    }
                    let out = run(&mut Gate::new(50), mode, &[(1_000, head), (1_000 + gap, tail)]);
                    let pressed = match mode {
                        InputMode::Buttons => acts(&out).iter().any(|key| key.code != KeyCode::Enter),
                        _ => acts(&out).iter().any(|key| key.code == KeyCode::Enter),
                    };
                    assert!(!pressed, "{paste:?} split at {split} after {gap} ms in {mode:?}: {out:?}");
                }
            }
        }
    }
}

#[test]
fn a_paste_into_a_field_is_text_in_one_piece() {
    let out = run(&mut Gate::new(50), InputMode::Text, &[(1_000, b"\x1b[200~https://ci.example/1\x1b[201~")]);
    assert_eq!(out, [Input::Paste("https://ci.example/1".into())]);
    for split in 1..7 {
        let (head, tail) = b"\x1b[200~two\rlines".split_at(split);
        let out = run(&mut Gate::new(50), InputMode::Text, &[(1_000, head), (1_020, tail)]);
        if split == 1 {
            assert_eq!(out, [Input::Paste("two\nlines".into())], "split at {split}");
        }
        assert_eq!(acts(&out), [], "split at {split}");
    }
    let typed = run(&mut Gate::new(50), InputMode::Text, &[(1_000, b"abcdef\rgh")]);
    let text: String = typed
        .iter()
        .map(|input| match input {
            Input::Key(key) => key.code.to_string(),
            Input::Paste(text) => text.clone(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(text, "abcdef\ngh");
}

#[test]
fn a_digit_presses_only_alone_and_once() {
    let press = |chunks: &[(u64, &[u8])]| acts(&run(&mut Gate::new(50), InputMode::Buttons, chunks)).len();
    assert_eq!(press(&[(1_000, b"1")]), 1);
    assert_eq!(press(&[(1_000, b"j"), (1_039, b"1")]), 0, "39 ms after a key");
    assert_eq!(press(&[(1_000, b"j"), (1_040, b"1")]), 1);
    assert_eq!(press(&[(1_000, b"1"), (1_014, b"j")]), 0, "14 ms before a key");
    assert_eq!(press(&[(1_000, b"1"), (1_016, b"j")]), 1);
    assert_eq!(press(&[(1_000, b"1"), (1_500, b"1"), (2_100, b"1"), (2_700, b"1")]), 1, "held down or hammered");
    assert_eq!(press(&[(1_000, b"1"), (1_701, b"1")]), 2);
    assert_eq!(press(&[(1_000, b"1"), (1_100, b"2")]), 2, "another button is another press");
    assert_eq!(press(&[(1_000, b"\x1b1")]), 0, "Alt and a digit is no press");
}

#[test]
fn keys_that_were_readable_before_the_confirms_frame_are_dropped() {
    let mode = InputMode::Confirm { text: false };
    let enter = || key(KeyCode::Enter, KeyModifiers::NONE);
    let mut gate = Gate::new(50);
    gate.confirm_opened();
    assert_eq!(gate.feed(enter(), 1_000, mode), []);
    assert_eq!(gate.poll(1_100, mode), [], "typed ahead of the frame");
    gate.frame_written(1_200);
    assert_eq!(gate.feed(enter(), 1_200, mode), []);
    assert_eq!(gate.poll(1_300, mode), [], "readable before the frame was written");
    assert_eq!(gate.feed(enter(), 1_400, mode), []);
    assert_eq!(gate.poll(1_415, mode).len(), 1, "after it, no other delay than the 15 ms");
}

#[test]
fn enter_held_down_confirms_at_most_once_and_a_number_goes_into_its_field_at_once() {
    let repeat: Vec<(u64, &[u8])> = (0..30).map(|n| (1_000 + n * 33, &b"\r"[..])).collect();
    let out = run(&mut Gate::new(50), InputMode::Confirm { text: false }, &repeat);
    assert!(acts(&out).len() <= 1, "{out:?}");
    let mut gate = Gate::new(50);
    let typed = gate.feed(key(KeyCode::Char('7'), KeyModifiers::NONE), 1_000, InputMode::Confirm { text: true });
    assert_eq!(typed, [Input::Key(KeyCode::Char('7').into())]);
}

#[test]
fn moving_keys_held_down_are_no_paste_and_a_lone_escape_comes_through() {
    let held: Vec<(u64, &[u8])> = (0..20).map(|n| (1_000 + n * 8, &b"j"[..])).collect();
    assert_eq!(run(&mut Gate::new(50), InputMode::Buttons, &held).len(), 20);
    let mut gate = Gate::new(50);
    assert_eq!(gate.feed(key(KeyCode::Esc, KeyModifiers::NONE), 1_000, InputMode::Buttons), []);
    assert_eq!(gate.deadline(), Some(1_050));
    assert_eq!(gate.poll(1_050, InputMode::Buttons), [Input::Key(KeyCode::Esc.into())]);
}
