//! What an action says beside its endpoint: who it is, what of an answer is told and kept, how a job is told and stopped.

use andon::domain::action::{Action, Auth, Cancel, Ends, Follow, Input, Method, Success};
use andon::domain::run::RunRef;
use andon::domain::stage::Stage;
use andon::runner::{PressOptions, Step};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::runs::bench::{Bench, answers, incident};
use crate::support::peer::{answer, header};

#[tokio::test]
async fn user_and_password_go_as_basic_authentication_to_the_press_and_to_its_polls() {
    let bench = Bench::new().await;
    let peer = answers(vec![
        answer("202 Accepted", "Location: /jobs/1\r\nRetry-After: 0.2\r\n", ""),
        answer("200 OK", "", r#"{"status":"done"}"#),
    ])
    .await;
    let action = bench.action(peer.url("/"), |action| {
        action.auth = Some(Auth { user: "ops@example.com".to_owned(), password: "p$${x}:y".to_owned().into() });
    });
    let told = bench.press(&action.await).await;
    assert_eq!(told.facts().0, "succeeded");
    for request in peer.seen.requests() {
        // ops@example.com:p${x}:y
        assert_eq!(header(&request, "authorization"), Some("Basic b3BzQGV4YW1wbGUuY29tOnAke3h9Onk="), "{request}");
    }
    let shown = format!("{:?}", told.detail.request.headers);
    assert!(shown.contains("Authorization") && !shown.contains("p$") && !shown.contains("b3Bz"), "{shown}");
}

#[tokio::test]
async fn a_message_of_ones_own_stands_in_place_of_the_usual_fields() {
    let bench = Bench::new().await;
    for (rule, body, words) in [
        ("body.result.text", r#"{"message":"ok","result":{"text":"web-01 is up"}}"#, "web-01 is up"),
        ("body.n", r#"{"n":3}"#, "3"),
        ("body.missing", r#"{"message":"the usual"}"#, "the usual"),
        ("status ~ ' for ' ~ body.id", r#"{"id":7}"#, "200 for 7"),
    ] {
        let peer = answers(vec![answer("200 OK", "", body)]).await;
        let action = bench.action(peer.url("/"), |action| {
            action.id = String::new();
            action.name = format!("says {}", peer.address.port());
            rule.clone_into(&mut action.message);
        });
        assert_eq!(bench.press(&action.await).await.run.message, words, "{rule}");
    }
}

#[tokio::test]
async fn what_is_kept_of_an_answer_is_a_field_for_later_actions() {
    let bench = Bench::new().await;
    let peer = answers(vec![answer("201 Created", "", r#"{"key":"OPS-1","id":7}"#)]).await;
    let first = bench.action(peer.url("/"), |action| {
        action.keep = vec![("ticket".to_owned(), "body.key".to_owned()), ("board".to_owned(), "body.board".to_owned())];
    });
    let told = bench.press(&first.await).await;
    assert!(told.run.message.ends_with("nothing to keep as board in its answer"), "{}", told.run.message);
    let kept = bench.runner.kept(&incident().key()).await;
    assert_eq!(json!(kept), json!({"ticket": "OPS-1"}));
    let second = bench.action(peer.url("/t/{{ incident.fields.ticket }}"), |action| {
        action.id = String::new();
        action.name = "Close the ticket".to_owned();
    });
    let asked = PressOptions { kept, ..PressOptions::default() };
    let prepared = bench.runner.prepare(&second.await, &incident(), &bench.operator, asked).unwrap();
    assert!(prepared.endpoint.ends_with("/t/OPS-1"), "{}", prepared.endpoint);
    assert_eq!(prepared.payload["incident"]["fields"]["ticket"], "OPS-1");
}

#[tokio::test]
async fn a_default_is_filled_from_the_incident_at_the_press() {
    let bench = Bench::new().await;
    let input = |default: &str| Input {
        name: "what".to_owned(),
        default: Some(default.into()),
        pattern: "[0-9A-Z-]+".to_owned(),
        ..Input::default()
    };
    let press = async |name: &str, default: &str, given: Option<&str>| {
        let action = bench.action("http://127.0.0.1:9/{{ inputs.what }}", |action| {
            action.id = String::new();
            name.clone_into(&mut action.name);
            action.inputs = vec![input(default)];
        });
        let mut asked = PressOptions::default();
        asked.inputs.plain.extend(given.map(|given| ("what".to_owned(), given.into())));
        bench.runner.prepare(&action.await, &incident(), &bench.operator, asked)
    };
    assert!(press("a", "A-{{ incident.num }}", None).await.unwrap().endpoint.ends_with("/A-0000A1"));
    let left = press("b", "{{ incident.num }}", Some("{{ incident.num }}")).await.unwrap();
    assert!(left.endpoint.ends_with("/0000A1"), "the prompt that was left as it stood: {}", left.endpoint);
    assert!(press("c", "{{ incident.num }}", Some("X")).await.unwrap().endpoint.ends_with("/X"));
    assert!(press("d", "{{ incident.labels.host }}", None).await.unwrap_err().why.contains("host"));
    let odd = press("e", "{{ incident.title }}", None).await.unwrap_err();
    assert!(odd.why.contains("does not match"), "what comes out is judged as if it were typed: {}", odd.why);
}

fn job(action: &mut Action) {
    action.follow = Some(Follow {
        every_ms: 500,
        done: "body.state != 'running'".to_owned(),
        failed: "body.state == 'bad'".to_owned(),
        cancelled: "body.state == 'gone'".to_owned(),
        message: "body.stage".to_owned(),
        ..Follow::default()
    });
}

#[tokio::test]
async fn a_job_is_told_in_the_words_of_its_rules() {
    let bench = Bench::new().await;
    for (end, facts, message) in [
        (r#"{"state":"good","stage":"live"}"#, ("succeeded", ""), "live"),
        (r#"{"state":"bad","stage":"no quota"}"#, ("failed", "job_failed"), "no quota"),
        (r#"{"state":"gone","stage":"by bob"}"#, ("failed", "job_failed"), "cancelled at the receiver: by bob"),
    ] {
        let peer = answers(vec![
            answer("202 Accepted", "Location: /jobs/1\r\nRetry-After: 0.2\r\n", ""),
            answer("200 OK", "Retry-After: 0.2\r\n", r#"{"state":"running","stage":"step two","message":"no"}"#),
            answer("200 OK", "", end),
        ])
        .await;
        let action = bench.action(peer.url("/"), |action| {
            job(action);
            action.id = String::new();
            action.name = format!("job {}", peer.address.port());
        });
        let told = bench.press(&action.await).await;
        let (outcome, failure, ..) = told.facts();
        assert_eq!((outcome, failure, told.run.message.as_str()), (facts.0, facts.1, message));
        let at_two = |step: &Step| matches!(step, Step::At(Stage::Job { words, .. }) if words == "step two");
        assert!(told.steps.iter().any(at_two), "{:?}", told.steps);
    }
}

#[tokio::test]
async fn without_a_failed_rule_the_usual_words_still_tell_a_failure() {
    let bench = Bench::new().await;
    for (end, outcome, message) in [
        (r#"{"state":"failed","message":"no quota"}"#, "failed", "no quota"),
        (r#"{"state":"canceled"}"#, "failed", "cancelled at the receiver: canceled"),
        (r#"{"state":"zorp"}"#, "succeeded", "zorp"),
    ] {
        let started = answer("202 Accepted", "Location: /jobs/1\r\nRetry-After: 0.2\r\n", "");
        let peer = answers(vec![started, answer("200 OK", "", end)]).await;
        let action = bench.action(peer.url("/"), |action| {
            action.id = String::new();
            action.name = format!("job {}", peer.address.port());
            action.follow = Some(Follow { done: "body.state".to_owned(), ..Follow::default() });
        });
        let told = bench.press(&action.await).await;
        assert_eq!((told.facts().0, told.run.message.as_str()), (outcome, message));
    }
}

#[tokio::test]
async fn a_followed_job_is_stopped_at_its_receiver_and_followed_on() {
    let bench = Bench::new().await;
    let running = || answer("200 OK", "Retry-After: 0.2\r\n", r#"{"state":"running","percent":40}"#);
    let peer = answers(vec![
        answer("202 Accepted", "Location: /jobs/1\r\nRetry-After: 0.2\r\n", r#"{"id":"a b"}"#),
        running(),
        answer("202 Accepted", "", ""),
        answer("200 OK", "Retry-After: 0.2\r\n", r#"{"state":"canceling"}"#),
        answer("200 OK", "", r#"{"state":"canceled"}"#),
    ])
    .await;
    let action = bench.action(peer.url("/"), |action| {
        action.cancel = Some(Cancel {
            method: Method::Delete,
            endpoint: "/jobs/{{ answer.body.id }}".to_owned(),
            body: r#"{"by":"{{ incident.num }}"}"#.to_owned(),
        });
    });
    let (action, runner) = (action.await, bench.runner.clone());
    let store = bench.store.clone();
    let seen = std::sync::Mutex::new(false);
    let told = bench
        .press_until(&action, &CancellationToken::new(), |step| {
            if matches!(step, Step::At(Stage::Job { .. })) && !std::mem::replace(&mut *seen.lock().unwrap(), true) {
                let (runner, store) = (runner.clone(), store.clone());
                tokio::spawn(async move {
                    let run = store.unended().await.unwrap().remove(0);
                    let run = crate::runs::bench::run_of(run);
                    assert_eq!(runner.cancel(&RunRef::Run(run.id)), 1);
                });
            }
        })
        .await;
    let requests = peer.seen.requests();
    assert!(
        requests[2].starts_with("DELETE /jobs/a%20b ") && requests[2].ends_with(r#"{"by":"0000A1"}"#),
        "{requests:?}"
    );
    assert_eq!((told.facts().0, told.facts().1), ("failed", "job_failed"));
    let message = "cancelled at the receiver: canceled (asked to stop: HTTP 202)";
    assert_eq!(told.run.message, message);
}

/// A press whose job is asked to stop by this call as often as it is heard of; what was sent, and how it ended.
async fn stopped(cancel: Cancel, stops: usize) -> (Vec<String>, String) {
    let bench = Bench::new().await;
    let running = || answer("200 OK", "Retry-After: 0.1\r\n", r#"{"state":"running","percent":40}"#);
    let peer = answers(vec![
        answer("202 Accepted", "Location: /jobs/1\r\nRetry-After: 0.1\r\n", r#"{"id":"a"}"#),
        running(),
        running(),
        running(),
        answer("200 OK", "", r#"{"state":"canceled"}"#),
    ])
    .await;
    let action = bench.action(peer.url("/"), move |action| action.cancel = Some(cancel)).await;
    let (runner, store) = (bench.runner.clone(), bench.store.clone());
    let left = std::sync::Mutex::new(stops);
    let told = bench
        .press_until(&action, &CancellationToken::new(), |step| {
            let mut left = left.lock().unwrap();
            if matches!(step, Step::At(Stage::Job { .. })) && *left > 0 {
                *left -= 1;
                let (runner, store) = (runner.clone(), store.clone());
                tokio::spawn(async move {
                    let run = crate::runs::bench::run_of(store.unended().await.unwrap().remove(0));
                    assert_eq!(runner.cancel(&RunRef::Run(run.id)), 1);
                });
            }
        })
        .await;
    let requests = peer.seen.requests().into_iter().map(|request| request.lines().next().unwrap().to_owned());
    (requests.collect(), format!("{}: {}", told.facts().0, told.run.message))
}

#[tokio::test]
async fn a_call_that_cannot_be_filled_is_not_sent_and_the_run_says_why() {
    for (endpoint, body, why) in [
        ("/jobs/{{ answer.body.number }}", "", "the endpoint that stops it"),
        ("/jobs/1", r#"{"why":"{{ incident.labels.nobody }}"}"#, "the body of the call that stops it cannot be filled"),
    ] {
        let cancel = Cancel { method: Method::Delete, endpoint: endpoint.to_owned(), body: body.to_owned() };
        let (requests, ended) = stopped(cancel, 1).await;
        assert!(requests.iter().all(|request| !request.starts_with("DELETE")), "{requests:?}");
        assert!(ended.contains("not asked to stop: ") && ended.contains(why), "{ended}");
    }
}

#[tokio::test]
async fn a_second_stop_after_the_receiver_was_asked_sends_nothing_and_ends_the_following() {
    let cancel = Cancel { method: Method::Delete, endpoint: "/jobs/1".to_owned(), body: String::new() };
    let (requests, ended) = stopped(cancel, 2).await;
    assert_eq!(requests.iter().filter(|request| request.starts_with("DELETE")).count(), 1, "{requests:?}");
    assert!(ended.starts_with("unknown: ") && ended.contains("(asked to stop: "), "{ended}");
}

#[tokio::test]
async fn others_read_in_the_row_how_far_a_followed_job_is() {
    let bench = Bench::new().await;
    let peer = answers(vec![
        answer("202 Accepted", "Location: /jobs/1\r\nRetry-After: 0.2\r\n", ""),
        answer("200 OK", "Retry-After: 0.4\r\n", r#"{"state":"running","percent":40,"message":"step two"}"#),
        answer("200 OK", "Retry-After: 0.4\r\n", r#"{"state":"running","percent":40,"message":"step two"}"#),
        answer("200 OK", "", r#"{"state":"done","message":"live"}"#),
    ])
    .await;
    let action = bench.action(peer.url("/"), |action| action.ends = Ends::Accepted).await;
    let (store, found) = (bench.store.clone(), std::sync::Arc::new(std::sync::Mutex::new(Vec::new())));
    let told = bench
        .press_until(&action, &CancellationToken::new(), |step| {
            if matches!(step, Step::At(Stage::Job { .. })) {
                let (store, found) = (store.clone(), std::sync::Arc::clone(&found));
                tokio::spawn(async move {
                    let unended = store.unended().await.unwrap();
                    found
                        .lock()
                        .unwrap()
                        .extend(unended.into_iter().map(|line| crate::runs::bench::run_of(line).message));
                });
            }
        })
        .await;
    assert!(found.lock().unwrap().iter().any(|message| message == "40 % step two"), "{found:?}");
    assert_eq!(
        (told.facts().0, told.run.message.as_str()),
        ("accepted", "live"),
        "ends = accepted holds for a job, too"
    );
}

#[tokio::test]
async fn there_is_no_cooldown_where_nothing_was_sent() {
    let bench = Bench::new().await;
    let action = bench.action("http://127.0.0.1:1/", |action| {
        action.cooldown_ms = 60_000;
        action.success = Success::new("200");
    });
    let action = action.await;
    assert_eq!(bench.press(&action).await.facts().1, "connect");
    assert_eq!(bench.press(&action).await.facts().1, "connect", "not cooldown");
}
