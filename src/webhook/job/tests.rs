//! Every word, status and rule of a job.

use serde_json::{Value, json};

use super::*;

fn answer<'a>(status: u16, headers: &'a [(String, String)], text: &'a str) -> Facts<'a> {
    Facts { status, headers, body: BodyFacts::whole(text) }
}

fn at() -> Url {
    Url::parse("https://ci.example/run").unwrap()
}

fn heads(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn polled(status: u16, body: &str, follow: &Follow) -> Says {
    says(&answer(status, &[], body), &at(), follow, false)
}

fn usual(status: u16, body: &str) -> Says {
    polled(status, body, &Follow::default())
}

fn own(done: &str, failed: &str) -> Follow {
    Follow { done: done.to_owned(), failed: failed.to_owned(), ..Follow::default() }
}

#[test]
fn a_job_is_where_the_answer_says_and_on_its_own_origin() {
    let start = |status, headers: &[(&str, &str)]| {
        let headers = heads(headers);
        started(&answer(status, &headers, ""), &at(), None, &Value::Null)
    };
    let job = |url: &str| Started::Job(Url::parse(url).unwrap());
    assert_eq!(start(202, &[("location", "/jobs/1")]), job("https://ci.example/jobs/1"));
    assert_eq!(start(202, &[("Location", "jobs/1#x")]), job("https://ci.example/jobs/1"));
    assert_eq!(start(202, &[("operation-location", "/op"), ("location", "/result")]), job("https://ci.example/op"));
    assert_eq!(start(202, &[]), Started::Nothing);
    assert_eq!(start(202, &[("location", "")]), Started::Nothing);
    assert_eq!(start(200, &[("location", "/jobs/1")]), Started::Nothing, "200 is the end");
    for elsewhere in ["https://other.example/j", "http://ci.example/j", "//other.example/j", "file:///etc/passwd"] {
        assert!(matches!(start(202, &[("location", elsewhere)]), Started::Barred(_)), "{elsewhere}");
    }
    let Started::Barred(words) = start(202, &[("location", "https://ada:pw@other.example/j?token=x")]) else {
        panic!()
    };
    assert!(!words.contains("pw") && !words.contains("token"), "{words}");
}

#[test]
fn the_actions_own_rule_finds_it_anywhere_that_its_list_allows() {
    let follow = Follow {
        url: "{{ answer.body.job.url }}".to_owned(),
        origin: vec!["same".to_owned(), "https://jobs.example".to_owned()],
        ..Follow::default()
    };
    let start = |body: Value| started(&answer(200, &[], &body.to_string()), &at(), Some(&follow), &Value::Null);
    let job = |url: &str| Started::Job(Url::parse(url).unwrap());
    assert_eq!(start(json!({"job": {"url": "https://jobs.example/7"}})), job("https://jobs.example/7"));
    assert_eq!(start(json!({"job": {"url": "/7"}})), job("https://ci.example/7"));
    assert!(matches!(start(json!({"job": {"url": "https://evil.example/7"}})), Started::Barred(_)));
    assert!(matches!(start(json!({})), Started::Unclear(_)), "the rule says that there is a job");
    let by_header = Follow::default();
    let none = started(&answer(200, &[], "{}"), &at(), Some(&by_header), &Value::Null);
    assert_eq!(none, Started::Nothing);
}

#[test]
fn the_usual_words_say_how_it_is() {
    for body in ["", "done", "{}", r#"{"status":"succeeded"}"#, r#"{"status":200}"#, "[1]"] {
        assert_eq!(usual(200, body), Says::Succeeded, "{body}");
    }
    assert!(matches!(usual(202, ""), Says::Running { .. }));
    assert!(matches!(usual(202, r#"{"status":"succeeded"}"#), Says::Running { .. }));
    assert_eq!(usual(204, ""), Says::Succeeded);
    assert_eq!(usual(200, r#"{"state":"FAILED"}"#), Says::Failed(""));
    assert_eq!(usual(200, r#"{"state":"Aborted"}"#), Says::Failed("cancelled at the receiver"));
    for (body, words, state) in [
        (r#"{"state":"RollingBack"}"#, "RollingBack", "RollingBack"),
        (r#"{"data":{"state":"odd"},"message":"step 2"}"#, "step 2", "odd"),
        (r#"{"state":"on_hold"}"#, "waits for a person (on_hold)", "waits for a person (on_hold)"),
        ("rolling back", "rolling back", "rolling back"),
    ] {
        let expected = Says::Running { fraction: None, words: words.to_owned(), state: state.to_owned() };
        assert_eq!(usual(200, body), expected, "{body}");
    }
}

#[test]
fn what_cannot_be_read_is_lost_at_once_and_other_faults_are_not() {
    for status in [401, 403, 410] {
        assert!(matches!(usual(status, ""), Says::Lost(_)), "{status}");
        assert!(matches!(polled(status, "", &own("not body.building", "")), Says::Lost(_)), "{status}");
    }
    for status in [400, 408, 429, 500, 502, 503, 301] {
        assert!(matches!(usual(status, r#"{"status":"failed"}"#), Says::Trouble(_)), "{status}");
    }
    assert_eq!(usual(404, ""), Says::Missing);
    for body in [BodyFacts::Cut("{"), BodyFacts::TooLarge, BodyFacts::whole(r#"{"status":"running","#)] {
        let not_whole = Facts { status: 200, headers: &[], body };
        assert!(matches!(says(&not_whole, &at(), &Follow::default(), true), Says::Trouble(_)));
    }
    for page in ["<!DOCTYPE html><title>Sign in", " \n<html>"] {
        assert!(matches!(usual(200, page), Says::Lost(_)), "{page}");
        assert!(matches!(polled(200, page, &own("not body.building", "")), Says::Lost(_)), "{page}");
    }
}

#[test]
fn a_redirect_says_where_the_answer_is_and_after_a_303_any_text_is_the_result() {
    let headers = heads(&[("location", "/result")]);
    let url = Url::parse("https://ci.example/result").unwrap();
    for status in [301, 302, 303, 307, 308] {
        for follow in [Follow::default(), own("not body.building", "")] {
            let told = says(&answer(status, &headers, "{}"), &at(), &follow, false);
            assert_eq!(told, Says::Elsewhere { url: url.clone(), is_result: status == 303 });
        }
    }
    assert_eq!(usual(303, ""), Says::Succeeded);
    let of = |status, body| says(&answer(status, &[], body), &at(), &Follow::default(), true);
    assert_eq!(of(200, "ok"), Says::Succeeded);
    assert_eq!(of(200, "three hosts, none left"), Says::Succeeded);
    assert_eq!(of(200, r#"{"status":"failed"}"#), Says::Failed(""));
    assert!(of(404, "") == Says::Missing && matches!(of(500, ""), Says::Trouble(_)));
}

#[test]
fn the_newest_202_names_the_address() {
    let headers = heads(&[("azure-asyncoperation", "/op/2"), ("location", "/result")]);
    let of = |status, headers| renamed(&answer(status, headers, ""), &at(), &at(), &Follow::default());
    assert_eq!(of(202, &headers), Some(Url::parse("https://ci.example/op/2").unwrap()));
    assert_eq!(of(200, &headers), None);
    assert_eq!(of(202, &heads(&[("location", "https://evil.example/")])), None);
}

#[test]
fn done_is_judged_first_and_only_then_failed() {
    let rule = own("body.building == false", "body.result != 'SUCCESS'");
    let judged = |body: Value| polled(200, &body.to_string(), &rule);
    assert!(matches!(judged(json!({"building": true, "result": "FAILURE"})), Says::Running { .. }));
    assert!(matches!(judged(json!({"why": "waiting"})), Says::Running { .. }), "a missing path is not yet");
    assert_eq!(judged(json!({"building": false, "result": "SUCCESS"})), Says::Succeeded);
    assert_eq!(judged(json!({"building": false, "result": "FAILURE"})), Says::Failed(""));
    assert!(matches!(polled(200, "busy", &rule), Says::Trouble(_)), "no JSON says nothing");
    let error = json!({"error": "try later"}).to_string();
    assert!(matches!(polled(500, &error, &own("not body.building", "")), Says::Trouble(_)), "an error is no end");
    assert_eq!(polled(404, "", &own("status == 404", "")), Says::Succeeded, "a rule over the status judges any");
    assert!(matches!(polled(200, "{}", &own("status == 404", "")), Says::Running { .. }));
}

#[test]
fn progress_has_many_names() {
    for (body, share) in [
        (json!({"percent": 40}), Some(0.4)),
        (json!({"percentComplete": 100}), Some(1.0)),
        (json!({"progress": 0.25}), Some(0.25)),
        (json!({"progress": "55 %"}), Some(0.55)),
        (json!({"percent": 1}), Some(0.01)),
        (json!({"percent": 250}), Some(1.0)),
        (json!({"percent": -5}), Some(0.0)),
        (json!({"step": 3, "steps": 4}), Some(0.75)),
        (json!({"step": 3, "steps": 0}), None),
        (json!({"percent": {"of": 3}}), None),
    ] {
        let mut body = body;
        body["status"] = "running".into();
        let Says::Running { fraction, words, .. } = usual(200, &body.to_string()) else { panic!("{body}") };
        assert_eq!((fraction, words.as_str()), (share, "running"), "{body}");
    }
    let rule = Follow { progress: "body.done / body.all".to_owned(), ..own("body.over", "") };
    let Says::Running { fraction, .. } = polled(200, r#"{"done": 1, "all": 4}"#, &rule) else { panic!() };
    assert_eq!(fraction, Some(0.25));
}

#[test]
fn next_is_followed_once_its_path_exists_and_only_where_it_may_lead() {
    let follow = Follow { next: "{{ body.executable.url }}api/json".to_owned(), ..own("body.building == false", "") };
    let next = |status, body: Value| moved(&answer(status, &[], &body.to_string()), &at(), &at(), &follow);
    assert_eq!(next(200, json!({"why": "queued"})), None);
    let build = Url::parse("https://ci.example/job/7/api/json").unwrap();
    assert_eq!(next(200, json!({"executable": {"url": "/job/7/"}})), Some(Ok(build)));
    assert_eq!(next(500, json!({"executable": {"url": "/job/7/"}})), None);
    assert!(matches!(next(200, json!({"executable": {"url": "https://evil.example/"}})), Some(Err(_))));
}

#[test]
fn a_relative_next_is_seen_from_the_answer_that_gave_it_and_home_only_judges_its_origin() {
    let follow = Follow { next: "{{ body.executable }}".to_owned(), ..own("body.building == false", "") };
    let home = Url::parse("https://ci.example/").unwrap();
    let at = Url::parse("https://ci.example/builds/queue/77").unwrap();
    let next = |text: &str| {
        let body = json!({ "executable": text }).to_string();
        moved(&answer(200, &[], &body), &at, &home, &follow)
    };
    assert_eq!(next("../run/7"), Some(Ok(Url::parse("https://ci.example/builds/run/7").unwrap())));
    assert!(matches!(next("//evil.example/run/7"), Some(Err(_))));
}
