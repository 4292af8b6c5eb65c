use proptest::prelude::*;
use serde_json::json;

use super::words::{CANCELLED, ENDED, FAILED, RUNNING, STOPPED, SUCCEEDED, WAITS};
use super::*;

fn table() -> Vec<(&'static str, Class)> {
    let of = |words: &'static [&'static str], class| words.iter().map(move |word| (*word, class));
    of(&RUNNING, Class::Running)
        .chain(of(&WAITS, Class::Waits))
        .chain(of(&FAILED, Class::Failed))
        .chain(of(&CANCELLED, Class::Cancelled))
        .chain(of(&SUCCEEDED, Class::Succeeded))
        .chain(of(&ENDED, Class::Ended))
        .chain(of(&STOPPED, Class::Stopped))
        .collect()
}

fn is_running(state: &JobState) -> bool {
    matches!(state, JobState::Running { .. } | JobState::Waits { .. })
}

#[test]
fn each_word_says_the_same_however_it_is_written_and_wherever_it_stands() {
    for (word, class) in table() {
        let expected = state(class, word.to_owned());
        for body in [json!({"state": word}), json!({"data": {"attributes": {"Phase": word}}}), json!({"outcome": word})]
        {
            assert_eq!(of_json(&body), expected, "{body}");
        }
        let written = format!("BUILD_STATUS_{}", word.to_uppercase());
        assert_eq!(of_json(&json!({ "status": written })), state(class, written), "{word}");
    }
    for (written, word) in [("Timed Out", "timedout"), ("not-started", "notstarted"), (" In_Progress ", "inprogress")] {
        assert_eq!(class(written), class(word), "{written}");
    }
    assert_eq!(class("policy_soft_failed"), Some(Class::Failed));
    assert_eq!(class("0 of 3 tests failed"), None);
}

#[test]
fn running_wins_then_failed_and_an_end_is_decided_by_the_result_beside_it() {
    for (body, expected) in [
        (json!({"state": "running", "status": "FAILURE"}), JobState::Running { word: "running".to_owned() }),
        (json!({"state": "running", "status": "SUCCESS"}), JobState::Running { word: "running".to_owned() }),
        (json!({"status": "success", "data": {"status": "failed"}}), JobState::Failed),
        (json!({"state": "completed", "result": "canceled"}), JobState::Cancelled),
        (json!({"state": "terminated", "result": "success"}), JobState::Succeeded),
        (json!({"state": "terminated"}), JobState::Failed),
        (json!({"state": "finished"}), JobState::Succeeded),
        (json!({"state": "finished", "result": "neutral"}), JobState::Running { word: "neutral".to_owned() }),
        (json!({"status": "ok", "data": {"state": "odd"}}), JobState::Running { word: "odd".to_owned() }),
        (json!({"status": "succeeded", "result": "42 rows"}), JobState::Succeeded),
        (json!({"status": "paused"}), JobState::Waits { word: "paused".to_owned() }),
        (json!({"done": true, "error": {"code": 7}}), JobState::Failed),
        (json!({"done": true, "error": null}), JobState::Succeeded),
        (json!({"building": false, "result": null}), JobState::Running { word: String::new() }),
        (json!({"state": {"type": "COMPLETED", "name": "Cached"}}), JobState::Succeeded),
        (json!({"state": {"current": "FAILED"}}), JobState::Failed),
        (
            json!({"status": {"conditions": [{"type": "Succeeded", "status": "Unknown"}]}}),
            JobState::Running { word: "Succeeded".to_owned() },
        ),
        (json!({"message": "v41 is live"}), JobState::Silent),
        (json!({"status": 200}), JobState::Silent),
        (json!({"error": "no quota"}), JobState::Failed),
        (json!({"a": {"state": "failed"}}), JobState::Silent),
    ] {
        assert_eq!(of_json(&body), expected, "{body}");
    }
}

#[test]
fn recorded_answers_are_told_as_they_were() {
    let (mut right, mut all) = (0, 0);
    for line in include_str!("recorded.jsonl").lines() {
        let (truth, status, body): (String, u16, Value) = serde_json::from_str(line).unwrap();
        let told = of_json(&body);
        let succeeded = matches!(told, JobState::Succeeded | JobState::Silent) && status != 202;
        all += 1;
        right += u32::from(match truth.as_str() {
            "running" | "waiting" => is_running(&told),
            "failed" => matches!(told, JobState::Failed | JobState::Cancelled),
            "succeeded" => succeeded,
            _ => true,
        });
        assert!(!succeeded || matches!(truth.as_str(), "succeeded" | "neither"), "{line} is told as succeeded");
    }
    assert!(right * 100 >= all * 96, "{right} of {all}");
}

proptest! {
    #[test]
    fn a_word_outside_the_table_is_never_a_success_and_is_shown(word in "[ -~]{1,40}", field in 0..STATES.len()) {
        prop_assume!(class(&word).is_none() && !word.trim().is_empty());
        let name = STATES[field];
        let shown = JobState::Running { word: word.trim().to_owned() };
        for body in [
            json!({ name: word }),
            json!({ name: word, "result": "success", "success": true }),
            json!({ name: word, "done": true }),
            json!({ "status": "ok", "data": { name: word } }),
        ] {
            let told = of_json(&body);
            prop_assert!(is_running(&told), "{} is told as {:?}", body, told);
        }
        prop_assume!(fold(&word) != "ready");
        prop_assert_eq!(of_json(&json!({ name: word })), shown);
    }
}

#[test]
fn a_known_prefix_of_a_vendor_is_no_part_of_the_word_and_any_other_is() {
    let says = |word: &str| std::mem::discriminant(&of_json(&json!({ "state": word })));
    for (word, plain) in [
        ("STATE_RUNNING", "running"),
        ("JOB_STATE_SUCCEEDED", "succeeded"),
        ("JOB_STATE_PARTIALLY_SUCCEEDED", "partially_succeeded"),
        ("STATUS_FAILED", "failed"),
        ("Build_State_Cancelled", "cancelled"),
        ("STATE_PENDING", "pending"),
    ] {
        assert_eq!(says(word), says(plain), "{word}");
    }
    for word in
        ["NOT_STATE_SUCCEEDED", "STATE_NOT_SUCCEEDED", "JOB_STATE_UNSPECIFIED", "STATE_", "ALMOST_OK", "PRE_STATE_OK"]
    {
        assert_ne!(says(word), says("succeeded"), "{word}");
    }
}
