//! Only a person presses: every stream a terminal may send by itself, split at every byte.

mod bursts;
mod table;

use andon::app::input_rules::{Focus, InputRules};
use andon::app::keymap::Context;
use andon::app::keys::Keys;
use andon::domain::theme::Background;
use andon::runtime::input::{Decoder, Gate, Input};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// Buttons, a question, a question with a field, text.
const PLACES: [Context; 4] = [Context::Incidents, Context::Confirm, Context::ConfirmText, Context::Form];

/// Feeds chunks of bytes, each readable at its time, and lets time pass.
fn run(gate: &mut Gate, context: Context, chunks: &[(u64, &[u8])]) -> Vec<Input> {
    let keys = Keys::default();
    let rules = InputRules::new(&keys, Focus { context, on_button: false });
    let mut decoder = Decoder::default();
    let mut out = Vec::new();
    for (at, bytes) in chunks {
        for key in decoder.keys(bytes) {
            pass(gate, &rules, *at, &mut out);
            out.extend(gate.feed(key, *at, &rules));
        }
    }
    let last = chunks.last().map_or(0, |(at, _)| *at);
    pass(gate, &rules, last + 5_000, &mut out);
    out
}

fn pass(gate: &mut Gate, rules: &InputRules<'_>, until: u64, out: &mut Vec<Input>) {
    while let Some(deadline) = gate.deadline().filter(|deadline| *deadline <= until) {
        out.extend(gate.poll(deadline, rules));
    }
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
                for mode in &PLACES[..3] {
                    let out = run(&mut Gate::new(50), *mode, &[(1_000, head), (1_000 + gap, tail)]);
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
        let out = run(&mut Gate::new(50), Context::Incidents, &chunks);
        assert_eq!(out, [Input::Background(Background::Dark)]);
    }
    let light = run(&mut Gate::new(50), Context::Form, &[(1, b"\x1b]11;rgb:ffff/ffff/f0f0\x1b\\")]);
    assert_eq!(light, [Input::Background(Background::Light)]);
}

#[test]
fn arrows_split_on_a_slow_line_are_arrows() {
    for (sequence, code) in [(&b"\x1b[A"[..], KeyCode::Up), (b"\x1b[B", KeyCode::Down), (b"\x1bOA", KeyCode::Up)] {
        for split in 0..=sequence.len() {
            let (head, tail) = sequence.split_at(split);
            let out = run(&mut Gate::new(100), Context::Incidents, &[(1_000, head), (1_080, tail)]);
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
                for mode in &PLACES[..3] {
                    // Without brackets, one digit and then 15 ms of nothing is what a person's key looks like.
                    if *mode == Context::Incidents && gap > 15 && head == b"1" {
                        continue;
                    }
                    let out = run(&mut Gate::new(50), *mode, &[(1_000, head), (1_000 + gap, tail)]);
                    let pressed = match mode {
                        Context::Incidents => acts(&out).iter().any(|key| key.code != KeyCode::Enter),
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
    let out = run(&mut Gate::new(50), Context::Form, &[(1_000, b"\x1b[200~https://ci.example/1\x1b[201~")]);
    assert_eq!(out, [Input::Paste("https://ci.example/1".into())]);
    for split in 1..7 {
        let (head, tail) = b"\x1b[200~two\rlines".split_at(split);
        let out = run(&mut Gate::new(50), Context::Form, &[(1_000, head), (1_020, tail)]);
        if split == 1 {
            assert_eq!(out, [Input::Paste("two\nlines".into())], "split at {split}");
        }
        assert_eq!(acts(&out), [], "split at {split}");
    }
    let typed = run(&mut Gate::new(50), Context::Form, &[(1_000, b"abcdef\rgh")]);
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
    let press = |chunks: &[(u64, &[u8])]| acts(&run(&mut Gate::new(50), Context::Incidents, chunks)).len();
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
fn what_a_terminal_says_slowly_is_still_no_key() {
    let streams: [&[u8]; 7] = [
        ANSWERS[0],
        ANSWERS[1],
        b"\x1b[<35;12;1M\x1b[<35;13;2M",
        b"\x1b[?61;4;6;7;14;21;22c",
        b"\x1b[>41;354;0c",
        b"\x1b[M 1!",
        b"\x1b[200~1\x1b[201~",
    ];
    for stream in streams {
        for gap in [1, 20, 55, 100, 300] {
            let bytes = stream.iter().enumerate();
            let chunks: Vec<(u64, &[u8])> =
                bytes.map(|(at, byte)| (1_000 + at as u64 * gap, std::slice::from_ref(byte))).collect();
            for context in &PLACES[..2] {
                let out = run(&mut Gate::new(50), *context, &chunks);
                let keys = out.iter().filter(|input| matches!(input, Input::Key(key) if key.code != KeyCode::Esc));
                assert_eq!(keys.count(), 0, "{stream:?}, {gap} ms a byte in {context:?}: {out:?}");
            }
        }
    }
}

#[test]
fn what_is_never_ended_does_not_make_it_deaf() {
    let begun: [&[u8]; 6] = [b"\x1b[200~abc", b"\x1bP1$", b"\x1b[", b"\xe9", b"\x1b]11;rgb", b"\x1b[M"];
    for begun in begun {
        let out = run(&mut Gate::new(50), Context::Incidents, &[(1_000, begun), (4_000, b"?")]);
        assert_eq!(out, [Input::Key(KeyCode::Char('?').into())], "{begun:?}");
    }
}

#[test]
fn no_enter_confirms_that_came_with_anything_else() {
    let with: [&[u8]; 8] =
        [b"\x1b\r", b"\0\r", b"\x1b[<35;12;1M\r", b"\x1b[M !!\r", b"\x1b[I\r", b"\xe9\r", b"\x1b\x1b\r", b"\x1b[13u\r"];
    for stream in with {
        for context in [Context::Confirm, Context::ConfirmText] {
            let out = run(&mut Gate::new(50), context, &[(1_000, stream)]);
            assert_eq!(acts(&out), [], "{stream:?} in {context:?}");
        }
    }
    let coded = run(&mut Gate::new(50), Context::Confirm, &[(1_000, b"\x1b[13u")]);
    assert_eq!(acts(&coded).len(), 1, "a key that is told as a sequence is one key");
}

#[test]
fn a_key_after_a_report_of_the_mouse_or_the_focus_counts() {
    for report in [&b"\x1b[I"[..], b"\x1b[O", b"\x1b[<35;12;1M", b"\x1b[<35;12;1m", b"\x1b[M !!"] {
        for (context, key) in [(Context::Confirm, b"\r"), (Context::Incidents, b"1")] {
            let out = run(&mut Gate::new(50), context, &[(1_000, report), (1_040, key)]);
            assert_eq!(acts(&out).len(), 1, "{report:?}, then a key: {out:?}");
        }
    }
}

#[test]
fn function_keys_and_their_modifiers_are_read() {
    let key = |bytes: &[u8]| match run(&mut Gate::new(50), Context::Help, &[(1_000, bytes)]).as_slice() {
        [Input::Key(key)] => *key,
        other => panic!("{bytes:?}: {other:?}"),
    };
    for (bytes, number) in [
        (&b"\x1bOP"[..], 1),
        (b"\x1b[[A", 1),
        (b"\x1b[11~", 1),
        (b"\x1b[15~", 5),
        (b"\x1b[17~", 6),
        (b"\x1b[21~", 10),
        (b"\x1b[24~", 12),
    ] {
        assert_eq!(key(bytes), KeyCode::F(number).into());
    }
    let with = |code, modifiers| KeyEvent::new(code, modifiers);
    assert_eq!(key(b"\x1b[1;5A"), with(KeyCode::Up, KeyModifiers::CONTROL));
    assert_eq!(key(b"\x1b[Z"), with(KeyCode::BackTab, KeyModifiers::SHIFT));
    assert_eq!(key(b"\x1bx"), with(KeyCode::Char('x'), KeyModifiers::ALT));
    assert_eq!(key("é".as_bytes()), KeyCode::Char('é').into());
    assert_eq!(key(b"\x12"), with(KeyCode::Char('r'), KeyModifiers::CONTROL));
    assert_eq!(key(b"\x1b[97;5u"), with(KeyCode::Char('a'), KeyModifiers::CONTROL));
}

#[test]
fn keys_that_were_readable_before_the_dialogs_frame_are_dropped() {
    let keys = Keys::default();
    let rules = InputRules::new(&keys, Focus { context: Context::Confirm, on_button: false });
    let enter = || KeyCode::Enter.into();
    let mut gate = Gate::new(50);
    // A frame that was on its way when the dialog opened does not show it.
    gate.frame_drawn();
    gate.dialog(Some("one".to_owned()));
    gate.frame_written(900);
    assert_eq!(gate.feed(enter(), 1_000, &rules), None);
    assert_eq!(gate.poll(1_100, &rules), None, "typed ahead of the frame");
    gate.frame_drawn();
    gate.frame_written(2_000);
    assert_eq!(gate.feed(enter(), 2_000, &rules), None);
    assert_eq!(gate.poll(2_100, &rules), None, "readable before the frame was written");
    assert_eq!(gate.feed(enter(), 3_000, &rules), None);
    assert_eq!(gate.poll(3_015, &rules), Some(Input::Key(enter())), "after it, no other delay than the 15 ms");
    gate.dialog(Some("another".to_owned()));
    assert_eq!(gate.feed(enter(), 4_000, &rules), None);
    assert_eq!(gate.poll(4_100, &rules), None, "another dialog was never seen");
    gate.dialog(None);
    assert_eq!(gate.feed(KeyCode::Char('p').into(), 5_000, &rules), Some(Input::Key(KeyCode::Char('p').into())));
}

#[test]
fn text_that_is_typed_ahead_of_its_form_is_not_lost() {
    let keys = Keys::default();
    let rules = InputRules::new(&keys, Focus { context: Context::Form, on_button: false });
    let mut gate = Gate::new(50);
    gate.dialog(Some("form".to_owned()));
    let typed = KeyCode::Char('n').into();
    assert_eq!(gate.feed(typed, 1_000, &rules), Some(Input::Key(typed)));
    let save = KeyEvent::new(KeyCode::Char('s'), KeyModifiers::CONTROL);
    assert_eq!(gate.feed(save, 1_100, &rules), None);
    assert_eq!(gate.poll(1_200, &rules), None);
}

#[test]
fn enter_held_down_never_confirms_by_its_repeats_and_a_number_goes_into_its_field_at_once() {
    for (first, gap) in [(33, 33), (250, 30), (500, 33), (660, 40), (660, 60)] {
        let repeats = (0..30).map(|n| (1_000 + first + n * gap, &b"\r"[..]));
        let held: Vec<(u64, &[u8])> = std::iter::once((1_000, &b"\r"[..])).chain(repeats).collect();
        // The first press opened the question; what follows is none.
        let mut gate = Gate::new(50);
        let opened = run(&mut gate, Context::InputPrompt, &held[..1]);
        assert_eq!(opened.len(), 1);
        assert_eq!(acts(&run(&mut gate, Context::Confirm, &held[1..])), [], "{first} ms, then every {gap} ms");
        assert!(acts(&run(&mut Gate::new(50), Context::Confirm, &held)).len() <= 1);
    }
    let typed = run(&mut Gate::new(50), Context::ConfirmText, &[(1_000, b"7")]);
    assert_eq!(typed, [Input::Key(KeyCode::Char('7').into())]);
}

#[test]
fn the_same_key_after_another_is_no_repeat_unless_it_is_a_digit() {
    let acting = |keys: &[&[u8]]| {
        let chunks: Vec<(u64, &[u8])> =
            keys.iter().enumerate().map(|(at, key)| (1_000 + at as u64 * 150, *key)).collect();
        let out = run(&mut Gate::new(50), Context::Incidents, &chunks);
        let keys = out.iter().filter_map(|input| if let Input::Key(key) = input { Some(key.code) } else { None });
        keys.filter(|code| matches!(code, KeyCode::Char('a' | '1'))).count()
    };
    assert_eq!(acting(&[b"a", b"a", b"a"]), 1);
    assert_eq!(acting(&[b"a", b"j", b"a", b"j", b"a"]), 3, "one incident after the other");
    assert_eq!(acting(&[b"1", b"j", b"1", b"j", b"1"]), 1);
}

#[test]
fn moving_keys_held_down_are_no_paste_and_a_lone_escape_comes_through() {
    let held: Vec<(u64, &[u8])> = (0..20).map(|n| (1_000 + n * 8, &b"j"[..])).collect();
    assert_eq!(run(&mut Gate::new(50), Context::Incidents, &held).len(), 20);
    let keys = Keys::default();
    let rules = InputRules::new(&keys, Focus { context: Context::Incidents, on_button: false });
    let mut gate = Gate::new(50);
    assert_eq!(gate.feed(KeyCode::Esc.into(), 1_000, &rules), None);
    assert_eq!(gate.deadline(), Some(1_050));
    assert_eq!(gate.poll(1_050, &rules), Some(Input::Key(KeyCode::Esc.into())));
}

/// The bytes of a stream, each readable this long after the one before.
fn spaced(bytes: &[u8], gap: u64) -> Vec<(u64, &[u8])> {
    (1_000..).step_by(usize::try_from(gap).unwrap()).zip(bytes.chunks(1)).collect()
}

#[test]
fn a_string_of_the_terminal_presses_nothing_on_a_line_that_is_slower_than_the_wait_for_an_escape() {
    let strings = ANSWERS.iter().copied().chain([&b"\x1bP1+r544e=787465726d\x1b\\"[..], b"\x1bX1\x1b\\"]);
    for string in strings {
        for gap in [60, 70, 80, 100, 300] {
            let out = run(&mut Gate::new(50), Context::Incidents, &spaced(string, gap));
            assert_eq!(acts(&out), [], "{string:?}, {gap} ms a byte");
        }
    }
}

#[test]
fn a_key_of_the_keypad_is_its_character_or_nothing_however_it_is_cut() {
    let keypad = |last: char| match last {
        'M' => KeyCode::Enter,
        'q' => KeyCode::Char('1'),
        'y' => KeyCode::Char('9'),
        'n' => KeyCode::Char('.'),
        other => panic!("{other}"),
    };
    for last in ['M', 'q', 'y', 'n'] {
        let bytes = format!("\x1bO{last}").into_bytes();
        for gap in [1, 5, 30, 45, 60, 80, 300] {
            for context in [Context::Incidents, Context::Question, Context::Stop, Context::Confirm] {
                let out = run(&mut Gate::new(50), context, &spaced(&bytes, gap));
                let wrong = out.iter().find(
                    |input| !matches!(input, Input::Key(key) if key.code == keypad(last) || key.code == KeyCode::Esc),
                );
                assert_eq!(wrong, None, "ESC O {last}, {gap} ms a byte in {context:?}");
            }
        }
        let out = run(&mut Gate::new(50), Context::Form, &[(1_000, &bytes)]);
        assert_eq!(out, [Input::Key(keypad(last).into())]);
    }
    // rxvt's Ctrl-arrows, and a final that nobody knows.
    for bytes in [&b"\x1bOc"[..], b"\x1bOZ", b"\x1bO5"] {
        assert_eq!(run(&mut Gate::new(50), Context::Incidents, &[(1_000, bytes)]), [], "{bytes:?}");
    }
}

#[test]
fn a_key_with_super_means_nothing_and_a_lock_changes_nothing() {
    for bytes in [&b"\x1b[121;9u"[..], b"\x1b[113;17u", b"\x1b[1;33A"] {
        for context in [Context::Question, Context::Stop] {
            assert_eq!(run(&mut Gate::new(50), context, &[(1_000, bytes)]), [], "{bytes:?}");
        }
    }
    let out = run(&mut Gate::new(50), Context::Form, &[(1_000, b"\x1b[97;65u")]);
    assert_eq!(out, [Input::Key(KeyCode::Char('a').into())]);
}

#[test]
fn the_ends_of_lines_in_a_paste_are_one_kind() {
    let out =
        run(&mut Gate::new(50), Context::Comment, &[(1_000, b"\x1b[200~one\r\ntwo\rthree\nfour\r\n\r\n\x1b[201~")]);
    assert_eq!(out, [Input::Paste("one\ntwo\nthree\nfour\n\n".to_owned())]);
}

#[test]
fn an_old_report_of_the_mouse_is_counted_in_bytes() {
    for report in [&b"\x1b[M \xc3\xa9"[..], b"\x1b[M \xff\xfe", b"\x1b[M \xc3A"] {
        let out = run(&mut Gate::new(50), Context::Form, &[(1_000, report), (1_100, b"X")]);
        assert_eq!(out, [Input::Key(KeyEvent::new(KeyCode::Char('X'), KeyModifiers::SHIFT))], "{report:?}");
    }
}

#[test]
fn a_control_of_eight_bits_is_read_as_esc_and_its_letter() {
    let down = KeyEvent::from(KeyCode::Down);
    for bytes in [&b"\x9bB"[..], b"\xc2\x9bB", b"\x1b[B"] {
        assert_eq!(run(&mut Gate::new(50), Context::Incidents, &[(1_000, bytes)]), [Input::Key(down)], "{bytes:?}");
    }
    for answer in [&b"\x9d11;rgb:1111/1111/1111\x9c"[..], b"\x90>|xterm\x9c", b"\x9b?1;2c", b"\x9f1\x9c", b"\x9e11\x9c"]
    {
        for mode in &PLACES[..3] {
            let out = run(&mut Gate::new(50), *mode, &[(1_000, answer)]);
            assert!(
                !out.iter().any(|input| matches!(input, Input::Key(_) | Input::Paste(_))),
                "{answer:?} {mode:?} {out:?}"
            );
        }
    }
}

#[test]
fn rxvt_s_shift_and_delete_takes_no_key_after_it() {
    for (bytes, held) in [
        (&b"\x1b[3$"[..], KeyModifiers::SHIFT),
        (b"\x1b[3^", KeyModifiers::CONTROL),
        (b"\x1b[3@", KeyModifiers::CONTROL | KeyModifiers::SHIFT),
    ] {
        let out = run(&mut Gate::new(50), Context::Incidents, &[(1_000, bytes), (1_100, b"j")]);
        let deleted = Input::Key(KeyEvent::new(KeyCode::Delete, held));
        assert!(
            out == [deleted, Input::Key(KeyCode::Char('j').into())] || out == [Input::Key(KeyCode::Char('j').into())],
            "{bytes:?} {out:?}"
        );
    }
    // The answer to a question about a mode has a `$`, too.
    assert_eq!(run(&mut Gate::new(50), Context::Incidents, &[(1_000, b"\x1b[?2026;2$y\x1b[4;1$y")]), []);
}

#[test]
fn a_hammered_enter_sends_nothing_and_that_is_told_once() {
    let keys = Keys::default();
    let rules = InputRules::new(&keys, Focus { context: Context::Confirm, on_button: false });
    let mut gate = Gate::new(50);
    let (mut told, mut out) = (0, Vec::new());
    for at in (1_000..3_000).step_by(100) {
        pass(&mut gate, &rules, at, &mut out);
        out.extend(gate.feed(KeyCode::Enter.into(), at, &rules));
        told += usize::from(gate.has_ignored());
    }
    assert_eq!((acts(&out).len(), told), (1, 1), "the first one alone");
}

#[test]
fn what_comes_before_an_enter_in_one_read_keeps_it_from_acting() {
    for before in [
        &b"\x1b"[..],
        b"\x00",
        b"\x1b[M !!",
        b"\x1b[<0;1;1M",
        b"\x1b[I",
        b"\xff",
        b"\x9bI",
        b"\x1b[3$",
        b"\x1b[200~x\x1b[201~",
    ] {
        let bytes = [before, b"\r"].concat();
        for gap in [0, 5, 20] {
            let parts: [&[(u64, &[u8])]; 2] = [&[(1_000, &bytes)], &[(1_000, before), (1_000 + gap, b"\r")]];
            for chunks in parts {
                let out = run(&mut Gate::new(50), Context::Confirm, chunks);
                assert_eq!(acts(&out), [], "{before:?} {gap}: {out:?}");
            }
        }
    }
}

#[test]
fn a_paste_where_an_answer_is_wanted_typed_comes_as_one_that_is_refused_in_words() {
    let keys = run(&mut Gate::new(50), Context::ConfirmText, &[(1_000, b"3833")]);
    assert!(matches!(keys.last(), Some(Input::Paste(text)) if text == "3"), "{keys:?}");
    let bracketed = run(&mut Gate::new(50), Context::ConfirmText, &[(1_000, b"\x1b[200~383\r\x1b[201~")]);
    assert_eq!(bracketed, [Input::Paste("383\n".to_owned())]);
    assert_eq!(run(&mut Gate::new(50), Context::Confirm, &[(1_000, b"\x1b[200~383\r\x1b[201~")]), []);
}
