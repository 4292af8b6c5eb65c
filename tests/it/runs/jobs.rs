//! Work that a receiver accepted, followed to its end.

use std::time::Duration;

use andon::domain::action::Follow;
use andon::domain::activity::Entry;
use andon::domain::stage::Stage;
use andon::runner::Step;
use tokio_util::sync::CancellationToken;

use crate::runs::bench::{Bench, answers};
use crate::support::peer::{Peer, answer, header};

fn accepted(location: &str) -> String {
    answer("202 Accepted", &format!("Location: {location}\r\nRetry-After: 1\r\n"), r#"{"message":"queued"}"#)
}

#[tokio::test]
async fn a_202_with_a_location_is_followed_with_the_headers_and_its_progress_is_heard() {
    let bench = Bench::new().await;
    let peer = answers(vec![
        accepted("/jobs/1"),
        answer("200 OK", "Retry-After: 1\r\n", r#"{"status":"Running","step":1,"steps":4,"message":"draining"}"#),
        answer("200 OK", "", r#"{"status":"done","message":"v41 is live"}"#),
    ])
    .await;
    let action = bench.action(peer.url("/go"), |action| {
        action.headers.push(andon::domain::action::Header::new("X-Token", "s3cret"));
    });
    let told = bench.press(&action.await).await;
    assert_eq!(told.facts(), ("succeeded", "", 200, 1));
    assert_eq!(told.run.message, "v41 is live");
    let seen = peer.seen.requests();
    assert!(seen[1].starts_with("GET /jobs/1 ") && header(&seen[1], "x-token") == Some("s3cret"), "{seen:?}");
    let far = told.steps.iter().find_map(|step| match step {
        Step::At(Stage::Job { fraction, words }) if !words.is_empty() => Some((*fraction, words.clone())),
        _ => None,
    });
    assert_eq!(far, Some((Some(0.25), "draining".to_owned())));
    let followed = told.steps.iter().any(|step| match step {
        Step::Following(line) => matches!(&line.entry, Entry::Run(run) if run.following),
        _ => false,
    });
    assert!(followed, "the row says that it is followed");
}

#[tokio::test]
async fn each_end_of_a_job_has_its_outcome() {
    let bench = Bench::new().await;
    for (polls, facts) in [
        (vec![answer("200 OK", "", r#"{"state":"FAILED","message":"no space"}"#)], ("failed", "job_failed")),
        (vec![answer("200 OK", "", r#"{"status":"timed_out"}"#)], ("failed", "job_failed")),
        (vec![answer("200 OK", "", r#"{"status":"Canceled"}"#)], ("failed", "job_failed")),
        (vec![answer("404 Not Found", "Retry-After: 0.2\r\n", "")], ("unknown", "job_lost")),
        (vec![answer("200 OK", "Content-Type: text/html\r\n", "<html><title>Sign in")], ("unknown", "job_lost")),
        (vec![answer("302 Found", "Location: https://sso.example/\r\n", "")], ("unknown", "job_lost")),
        (
            vec![answer("404 Not Found", "Retry-After: 0.2\r\n", ""), answer("200 OK", "", r#"{"done":true}"#)],
            ("succeeded", ""),
        ),
        (
            vec![answer("302 Found", "Location: /result\r\n", ""), answer("200 OK", "", r#"{"state":"failed"}"#)],
            ("failed", "job_failed"),
        ),
        (vec![answer("403 Forbidden", "", "")], ("unknown", "job_lost")),
        (vec![answer("500 Oops", "", ""), answer("204 No Content", "", "")], ("succeeded", "")),
        (vec![answer("303 See Other", "Location: /result\r\n", ""), answer("200 OK", "", "done")], ("succeeded", "")),
    ] {
        let mut all = vec![accepted("/jobs/1")];
        all.extend(polls);
        let peer = answers(all).await;
        let action = bench.action(peer.url("/"), |action| {
            action.id = String::new();
            action.name = format!("job {}", peer.address.port());
            action.follow = None;
        });
        let told = bench.press(&action.await).await;
        let (outcome, failure, ..) = told.facts();
        assert_eq!((outcome, failure), facts, "{}", told.run.message);
    }
}

#[tokio::test]
async fn a_job_on_another_origin_is_not_followed_without_leave() {
    let bench = Bench::new().await;
    let elsewhere = answers(vec![answer("200 OK", "", r#"{"status":"done"}"#)]).await;
    let peer = answers(vec![accepted(&elsewhere.url("/jobs/1"))]).await;
    let told = bench.press(&bench.action(peer.url("/"), |_| {}).await).await;
    assert_eq!(elsewhere.seen.connections(), 0, "{told:?}");
    assert_eq!(told.facts(), ("accepted", "", 202, 1));
    assert!(told.run.message.contains("accepted") && told.run.message.contains("not followed"), "{}", told.run.message);
}

#[tokio::test]
async fn a_job_that_never_ends_stops_at_its_limit_as_unknown() {
    let bench = Bench::new().await;
    let peer = answers(vec![accepted("/jobs/1"), answer("200 OK", "", r#"{"status":"RollingBack"}"#)]).await;
    let action = bench.action(peer.url("/"), |action| {
        action.follow = Some(Follow { every_ms: 500, limit_ms: 1_500, ..Follow::default() });
    });
    let told = bench.press(&action.await).await;
    let (outcome, failure, ..) = told.facts();
    assert_eq!((outcome, failure), ("unknown", "job_lost"), "{}", told.run.message);
    assert!(told.run.message.contains("(last: RollingBack)"), "{}", told.run.message);
}

#[tokio::test]
async fn a_202_that_names_a_job_is_followed_whatever_the_rule_says_and_the_newest_address_counts() {
    let bench = Bench::new().await;
    for (end, facts) in [(r#"{"ok":true}"#, ("succeeded", "")), (r#"{"result":"ok"}"#, ("failed", "rule"))] {
        let peer = answers(vec![
            accepted("/jobs/1"),
            answer("202 Accepted", "Location: /jobs/2\r\nRetry-After: 0.2\r\n", ""),
            answer("200 OK", "", end),
        ])
        .await;
        let action = bench.action(peer.url("/"), |action| {
            action.id = String::new();
            action.name = format!("job {}", peer.address.port());
            action.success = andon::domain::action::Success::new("body.ok");
        });
        let told = bench.press(&action.await).await;
        let (outcome, failure, ..) = told.facts();
        assert_eq!((outcome, failure), facts, "{}", told.run.message);
        let seen = peer.seen.requests();
        assert!(seen[2].starts_with("GET /jobs/2 "), "{seen:?}");
    }
}

#[tokio::test]
async fn the_actions_own_rule_is_judged_done_first_and_moves_on_to_the_next_address() {
    let bench = Bench::new().await;
    let peer = answers(vec![
        answer("201 Created", "Location: /queue/7/\r\n", ""),
        answer("200 OK", "", r#"{"why":"waiting"}"#),
        answer("200 OK", "", r#"{"executable":{"url":"/job/x/12/"}}"#),
        answer("200 OK", "", r#"{"building":true,"result":null,"percent":50}"#),
        answer("200 OK", "", r#"{"building":false,"result":"FAILURE"}"#),
    ])
    .await;
    let action = bench.action(peer.url("/job/x/buildWithParameters"), |action| {
        action.follow = Some(Follow {
            url: "{{ answer.headers.location }}api/json".to_owned(),
            next: "{{ body.executable.url }}api/json".to_owned(),
            every_ms: 500,
            done: "body.building == false".to_owned(),
            failed: "body.result != 'SUCCESS'".to_owned(),
            progress: "body.percent".to_owned(),
            limit_ms: 20_000,
            ..Follow::default()
        });
    });
    let told = bench.press(&action.await).await;
    let (outcome, failure, ..) = told.facts();
    assert_eq!((outcome, failure), ("failed", "job_failed"), "{}", told.run.message);
    let seen = peer.seen.requests();
    let paths: Vec<_> = seen.iter().map(|text| text.split(' ').nth(1).unwrap().to_owned()).collect();
    assert_eq!(paths[1], "/queue/7/api/json");
    assert_eq!(paths.last().unwrap(), "/job/x/12/api/json");
}

#[tokio::test]
async fn letting_a_job_go_leaves_its_row_running_for_the_next() {
    let bench = Bench::new().await;
    let peer = answers(vec![accepted("/jobs/1"), answer("200 OK", "", r#"{"status":"running"}"#)]).await;
    let action = bench.action(peer.url("/"), |_| {}).await;
    let incident = crate::runs::bench::incident();
    let prepared =
        bench.runner.prepare(&action, &incident, &bench.operator, andon::runner::PressOptions::default()).unwrap();
    let runner = bench.runner.clone();
    let watch = move |step: Step| {
        if matches!(step, Step::Following(_)) {
            runner.let_go();
        }
    };
    let stop = CancellationToken::new();
    let finish = bench.run(prepared, watch, &stop);
    let finish = tokio::time::timeout(Duration::from_secs(10), finish).await.unwrap();
    let andon::runner::Finish::LetGo(line) = finish else { panic!("{finish:?}") };
    let Entry::Run(run) = line.entry else { panic!("no run") };
    assert_eq!((run.outcome, run.following), (None, true));
    let unended = bench.store.unended().await.unwrap();
    assert_eq!(unended.len(), 1, "nobody called it ended");
    assert_eq!(
        bench.store.end_interrupted_runs(&|_| false, 2).await.unwrap(),
        [],
        "a followed job is not lost with its process"
    );
    assert!(bench.store.job(&run.id).await.unwrap().is_some());
}

#[tokio::test]
async fn what_an_answer_adds_to_the_incident_is_kept() {
    let bench = Bench::new().await;
    let body = r#"{"message":"ok","andon":{"labels":{"owner":"ada"},"links":["https://g.example/"],"note":"look"}}"#;
    let peer: Peer = answers(vec![answer("200 OK", "", body)]).await;
    let told = bench.press(&bench.action(peer.url("/"), |_| {}).await).await;
    assert_eq!(told.facts(), ("succeeded", "", 200, 1));
    let added = bench.store.enriched(&crate::runs::bench::incident().key()).await.unwrap();
    assert_eq!((added.len(), added[0].action.as_str(), added[0].added.note.as_str()), (1, "Restart", "look"));
    assert!(told.steps.iter().any(|step| matches!(step, Step::Enriched(_))));
}
