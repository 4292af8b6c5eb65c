//! How often a request goes out, and what stops it.

use std::time::Duration;

use andon::domain::action::{Confirm, Redirects, Success};
use andon::domain::run::RunState;
use andon::domain::stage::Stage;
use andon::runner::Step;
use tokio_util::sync::CancellationToken;

use crate::runs::bench::{Bench, answers};
use crate::support::peer::{Peer, answer, header};

fn ids(peer: &Peer) -> Vec<String> {
    peer.seen
        .requests()
        .iter()
        .map(|request| header(request, "idempotency-key").unwrap_or_default().to_owned())
        .collect()
}

#[tokio::test]
async fn a_429_waits_for_its_retry_after_and_is_sent_again_with_the_same_id() {
    let bench = Bench::new().await;
    let busy = answer("429 Too Many Requests", "Retry-After: 1\r\n", "");
    let peer = answers(vec![busy, answer("200 OK", "", r#"{"message":"done"}"#)]).await;
    let told = bench.press(&bench.action(peer.url("/"), |_| {}).await).await;
    assert_eq!(told.facts(), ("succeeded", "", 200, 2));
    assert!(told.run.duration_ms.unwrap() >= 1_000, "{:?}", told.run);
    assert_eq!(ids(&peer), [told.run.event_id.clone(), told.run.event_id.clone()]);
    let says = |step: &Step| matches!(step, Step::At(Stage::Trying(words)) if words.contains("tries again in"));
    assert!(told.steps.iter().any(says), "{:?}", told.steps);
}

#[tokio::test]
async fn a_retry_after_of_a_year_does_not_outlive_the_deadline() {
    let bench = Bench::new().await;
    let peer = answers(vec![answer("429 Too Many Requests", "Retry-After: 31536000\r\n", "")]).await;
    let told = bench.press(&bench.action(peer.url("/"), |action| action.timeout_ms = 1_000).await).await;
    assert_eq!(told.facts(), ("failed", "http_status", 429, 1));
    assert!(told.run.duration_ms.unwrap() < 3_000, "{:?}", told.run);
}

#[tokio::test]
async fn what_a_receiver_may_have_got_is_sent_again_only_where_the_action_says_so() {
    let bench = Bench::new().await;
    let peer = answers(vec![String::new(), answer("200 OK", "", "ok")]).await;
    let told = bench.press(&bench.action(peer.url("/"), |_| {}).await).await;
    assert_eq!(told.facts(), ("unknown", "connection_lost", 0, 1));
    assert!(told.run.message.contains(&told.run.event_id), "it says what to look for: {}", told.run.message);

    let peer = answers(vec![String::new(), answer("503 Busy", "", ""), answer("200 OK", "", "ok")]).await;
    let again = bench.action(peer.url("/"), |action| {
        action.name = "Again".to_owned();
        action.id = "again".to_owned();
        action.retries = 2;
    });
    let told = bench.press(&again.await).await;
    assert_eq!(told.facts(), ("succeeded", "", 200, 3));
    assert_eq!(told.detail.attempts.len(), 3, "every attempt is in the log");
    assert_eq!(ids(&peer), vec![told.run.event_id.clone(); 3]);
}

#[tokio::test]
async fn a_status_that_the_action_names_is_sent_again_while_retries_are_left() {
    let bench = Bench::new().await;
    let locked = answer("409 Conflict", "", r#"{"message":"locked"}"#);
    let ok = answer("200 OK", "", r#"{"message":"done"}"#);
    for (name, replies, retries, retries_on, facts) in [
        ("not named", vec![locked.clone(), ok.clone()], 2, vec![], ("failed", "http_status", 409, 1)),
        ("other", vec![locked.clone(), ok.clone()], 2, vec![423, 503], ("failed", "http_status", 409, 1)),
        ("named", vec![locked.clone(), locked.clone(), ok.clone()], 2, vec![409, 503], ("succeeded", "", 200, 3)),
        ("spent", vec![locked.clone(), locked.clone(), ok], 1, vec![409], ("failed", "http_status", 409, 2)),
    ] {
        let peer = answers(replies).await;
        let action = bench.action(peer.url("/"), |action| {
            (action.id, action.name) = (String::new(), name.to_owned());
            (action.retries, action.retries_on) = (retries, retries_on);
        });
        let told = bench.press(&action.await).await;
        assert_eq!(told.facts(), facts, "{name}: {}", told.run.message);
        let attempts = usize::try_from(facts.3).unwrap();
        assert_eq!(ids(&peer), vec![told.run.event_id.clone(); attempts], "{name}: the same press, with the same id");
        let statuses: Vec<_> = told.detail.attempts.iter().map(|attempt| attempt.status).collect();
        let mut wanted = vec![Some(409); attempts];
        *wanted.last_mut().unwrap() = Some(facts.2);
        assert_eq!(statuses, wanted, "{name}: every attempt is in the log");
        let resends = |step: &&Step| matches!(step, Step::At(Stage::Trying(words)) if words.contains("sends again"));
        assert_eq!(told.steps.iter().filter(resends).count(), attempts - 1, "{name}");
    }
}

#[tokio::test]
async fn a_named_status_waits_for_its_retry_after_as_a_503_does() {
    let bench = Bench::new().await;
    let locked = answer("423 Locked", "Retry-After: 1\r\n", "");
    let peer = answers(vec![locked, answer("200 OK", "", "ok")]).await;
    let action = bench.action(peer.url("/"), |action| (action.retries, action.retries_on) = (1, vec![423]));
    let told = bench.press(&action.await).await;
    assert_eq!(told.facts(), ("succeeded", "", 200, 2));
    assert!(told.run.duration_ms.unwrap() >= 1_000, "{:?}", told.run);
    assert_eq!(ids(&peer), vec![told.run.event_id.clone(); 2]);
}

#[tokio::test]
async fn after_an_answer_that_was_lost_no_refused_connection_makes_it_unsent() {
    let bench = Bench::new().await;
    let peer = Peer::start(|mut conn| async move {
        conn.request().await;
    })
    .await;
    // The second try meets nobody: the receiver is gone.
    let action = bench.action(peer.url("/"), |action| action.retries = 1).await;
    let told = bench.press(&action).await;
    let (outcome, failure, ..) = told.facts();
    assert_eq!(outcome, "unknown");
    assert!(!["dns", "connect", "tls"].contains(&failure), "{told:?}");
}

#[tokio::test]
async fn redirects_are_followed_only_to_the_same_origin_and_by_their_own_rules() {
    let bench = Bench::new().await;
    let elsewhere = answers(vec![answer("200 OK", "", "elsewhere")]).await;
    for (status, location, allowed, facts, methods) in [
        ("307 Temporary Redirect", "/there".to_owned(), false, ("unknown", "http_status", 307, 1), vec!["POST /"]),
        ("307 Temporary Redirect", "/there".to_owned(), true, ("succeeded", "", 200, 2), vec!["POST /", "POST /there"]),
        ("303 See Other", "/there".to_owned(), true, ("succeeded", "", 200, 2), vec!["POST /", "GET /there"]),
        ("302 Found", "/there".to_owned(), true, ("unknown", "http_status", 302, 1), vec!["POST /"]),
        ("307 Temporary Redirect", elsewhere.url("/"), true, ("unknown", "http_status", 307, 1), vec!["POST /"]),
    ] {
        let first = answer(status, &format!("Location: {location}\r\n"), "");
        let peer = answers(vec![first, answer("200 OK", "", "there")]).await;
        let action = bench.action(peer.url("/"), |action| {
            action.name = format!("{status} {allowed} {location}").chars().take(60).collect();
            action.id = String::new();
            action.redirects = if allowed { Redirects::SameOrigin } else { Redirects::None };
        });
        let told = bench.press(&action.await).await;
        assert_eq!(told.facts(), facts, "{status} {location}");
        let seen = peer.seen.requests();
        let lines: Vec<_> = seen.iter().map(|text| text.split(" HTTP/").next().unwrap()).collect();
        assert_eq!(lines, methods, "{status} {location}");
    }
    assert_eq!(elsewhere.seen.connections(), 0);
}

#[tokio::test]
async fn the_success_rule_has_the_last_word_over_2xx() {
    let bench = Bench::new().await;
    for (rule, reply, facts) in [
        ("200, 302", answer("302 Found", "Location: /x\r\n", ""), ("succeeded", "", 302, 1)),
        ("200", answer("204 No Content", "", ""), ("failed", "rule", 204, 1)),
        ("status == 200 and body.ok", answer("200 OK", "", r#"{"ok":true}"#), ("succeeded", "", 200, 1)),
        ("status == 200 and body.ok", answer("200 OK", "", r#"{"ok":false}"#), ("failed", "rule", 200, 1)),
        ("status == 200 and body.ok", answer("200 OK", "", r#"{"other":1}"#), ("failed", "rule", 200, 1)),
        ("status == 200 and body.ok", answer("200 OK", "", "<html>"), ("unknown", "invalid_response", 200, 1)),
        ("not body.error", answer("200 OK", "", r#"{"data":1}"#), ("succeeded", "", 200, 1)),
        ("body.n / 0 == 1", answer("200 OK", "", r#"{"n":1}"#), ("unknown", "rule_error", 200, 1)),
        ("status == 200 and body.ok", answer("200 OK", "", &"x".repeat(1_100_000)), ("unknown", "too_large", 200, 1)),
        ("status == 200", answer("200 OK", "", &"x".repeat(1_100_000)), ("succeeded", "", 200, 1)),
        ("2xx", answer("200 OK", "", r#"{"error":"bad token"}"#), ("succeeded", "", 200, 1)),
    ] {
        let peer = answers(vec![reply]).await;
        let action = bench.action(peer.url("/"), |action| {
            action.id = String::new();
            action.name = format!("rule {}", peer.address.port());
            action.success = Success::new(rule);
        });
        let told = bench.press(&action.await).await;
        assert_eq!(told.facts(), facts, "{rule}: {}", told.run.message);
    }
}

#[tokio::test]
async fn a_held_press_is_pending_and_taken_back_without_a_byte_and_without_a_cooldown() {
    let bench = Bench::new().await;
    let peer = answers(vec![answer("200 OK", "", "ok")]).await;
    let action = bench.action(peer.url("/"), |action| {
        action.confirm = Confirm::None;
        action.cooldown_ms = 60_000;
        action.hold_ms = Some(1_500);
    });
    let (action, stop) = (action.await, CancellationToken::new());
    let taken_back = stop.clone();
    let told = bench
        .press_until(&action, &stop, |step| {
            if let Step::Held { activity, left_ms } = step {
                assert_eq!(*left_ms, 1_500);
                let andon::domain::activity::Entry::Run(run) = &activity.entry else { panic!("no run") };
                assert_eq!(run.state, RunState::Pending);
                taken_back.cancel();
            }
        })
        .await;
    assert_eq!(told.facts(), ("cancelled", "cancelled", 0, 0));
    assert_eq!(peer.seen.connections(), 0);
    // Nothing ran, so the next press may go at once; it waits out its time and is sent.
    let told = bench.press(&action).await;
    assert_eq!(told.facts(), ("succeeded", "", 200, 1));
    assert!(told.run.duration_ms.is_some() && peer.seen.connections() == 1);
}

#[tokio::test]
async fn stopped_after_the_send_it_is_unknown_and_says_so() {
    let bench = Bench::new().await;
    let peer = Peer::start(|mut conn| async move {
        conn.request().await;
        conn.hang().await;
    })
    .await;
    let action = bench.action(peer.url("/"), |_| {}).await;
    let stop = CancellationToken::new();
    let (later, seen) = (stop.clone(), peer.seen.clone());
    tokio::spawn(async move {
        while seen.requests().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        later.cancel();
    });
    let told = bench.press_until(&action, &stop, |_| {}).await;
    assert_eq!(told.facts(), ("unknown", "cancelled", 0, 1));
    assert!(told.run.message.contains("may have run"), "{}", told.run.message);
}

#[tokio::test]
async fn lines_of_an_answer_are_heard_as_they_come() {
    let bench = Bench::new().await;
    let peer = Peer::start(|mut conn| async move {
        conn.request().await;
        conn.say("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n").await;
        for line in ["draining\n", "restarting\n", "healthy\n"] {
            conn.say(format!("{:x}\r\n{line}\r\n", line.len())).await;
        }
        conn.say("0\r\n\r\n").await;
    })
    .await;
    let told = bench.press(&bench.action(peer.url("/"), |_| {}).await).await;
    assert_eq!(told.facts(), ("succeeded", "", 200, 1));
    let heard: Vec<&str> = told
        .steps
        .iter()
        .filter_map(|step| if let Step::At(Stage::Line(line)) = step { Some(line.as_str()) } else { None })
        .collect();
    assert_eq!(heard, ["draining", "restarting", "healthy"]);
    assert_eq!(told.detail.answer.unwrap().body, "draining\nrestarting\nhealthy\n", "the log has all of them");
}

#[tokio::test]
async fn a_metadata_address_is_refused_before_anything_goes() {
    let bench = Bench::new().await;
    for url in ["http://169.254.169.254/latest", "http://2852039166/", "http://[::ffff:169.254.169.254]/"] {
        let action = bench.action(url, |action| {
            action.id = String::new();
            action.name = url.chars().skip(7).take(30).collect();
        });
        let action = action.await;
        let refusal = bench.runner.prepare(
            &action,
            &crate::runs::bench::incident(),
            &bench.operator,
            andon::runner::PressOptions::default(),
        );
        let refusal = refusal.unwrap_err();
        assert_eq!(refusal.class.as_str(), "policy", "{url}: {}", refusal.why);
    }
}
