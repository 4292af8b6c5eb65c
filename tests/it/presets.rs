//! Each preset's request, filled for a sample incident, is what the vendor documents: method, address, headers, body.

use std::sync::Arc;

use andon::config::actions::{faults, from_preset, placeholders, presets};
use andon::domain::channel::ChannelKey;
use andon::domain::incident::Incident;
use andon::domain::operator::Operator;
use andon::domain::request::{Inputs, Prepared};
use andon::template::{BodyFacts, Facts, fill_follow, holds};
use andon::webhook::{Press, prepare};
use serde_json::{Value, json};

const NAMES: [&str; 10] = [
    "flashduty-receiver",
    "jenkins-build",
    "github-workflow",
    "rundeck-job",
    "awx-job",
    "argocd-sync",
    "argocd-rollback",
    "buildbot-force",
    "statuspage-incident",
    "slack-message",
];

fn prepared(name: &str, inputs: &Value) -> Prepared {
    let preset = presets().into_iter().find(|preset| preset.name == name).unwrap();
    let incident: Incident = serde_json::from_value(json!({
        "incident_id": "64f1", "num": "054D57", "title": "cpu <!channel> & \"idle\"", "incident_severity": "Critical",
        "incident_status": "Critical", "progress": "Triggered", "start_time": 1_763_990_000, "source": "prod",
        "channel_key": "prod/platform",
    }))
    .unwrap();
    let press = Press {
        action: &Arc::new(preset.action),
        incident: &Arc::new(incident),
        operator: &Arc::new(Operator::default()),
        inputs: Inputs { plain: inputs.as_object().unwrap().clone(), ..Inputs::default() },
        run_id: "0197-run".to_owned(),
        event_time_ms: 1_763_990_100_000,
        group: None,
        test: false,
        kept: serde_json::Map::new(),
    };
    prepare(press).unwrap_or_else(|refusal| panic!("{name}: {refusal:?}"))
}

/// Method, address, the headers that it needs, body.
fn assert_request(name: &str, inputs: &Value, line: &str, headers: &[(&str, &str)], body: &str) {
    let prepared = prepared(name, inputs);
    assert_eq!(format!("{} {}", prepared.method, prepared.endpoint), line, "{name}");
    for (header, value) in headers {
        let sent: Vec<&str> = prepared
            .headers
            .iter()
            .filter(|sent| sent.name.eq_ignore_ascii_case(header))
            .map(andon::domain::action::Header::expose)
            .collect();
        assert_eq!(sent, [*value], "{name}: {header}");
    }
    assert_eq!(&*prepared.body, body, "{name}");
}

#[test]
fn all_are_there_and_can_be_saved_once_they_have_a_channel() {
    for name in NAMES {
        let examples: Vec<_> = placeholders(name).into_iter().map(|place| (place.name, place.example)).collect();
        from_preset(name, &examples).unwrap_or_else(|texts| panic!("{}", texts.join("\n")));
    }
    let all = presets();
    let mut names: Vec<&str> = all.iter().map(|preset| preset.name.as_str()).collect();
    names.sort_unstable();
    let mut wanted = NAMES;
    wanted.sort_unstable();
    assert_eq!(names, wanted);
    for preset in &all {
        let mut action = preset.action.clone();
        action.slots.insert(ChannelKey::new("prod", "platform"), 1);
        assert_eq!(faults(&action, &[]), [], "{}", preset.name);
        assert!(!preset.title.is_empty() && preset.about.len() > 30 && !preset.about.contains('\n'), "{preset:?}");
        let secret = preset.action.headers.iter().filter(|header| header.is_secret());
        assert!(secret.clone().all(|header| header.expose().contains("${secret:")), "{}", preset.name);
        let places = placeholders(&preset.name);
        assert!(!format!("{:?}", preset.action).contains("@{"), "{}", preset.name);
        let values: Vec<(String, String)> = places.into_iter().map(|place| (place.name, place.example)).collect();
        assert_eq!(from_preset(&preset.name, &values).unwrap(), preset.action);
        assert!(from_preset(&preset.name, &[]).unwrap_err()[0].contains("wants --set"), "{}", preset.name);
    }
}

#[test]
fn values_stay_inside_their_places() {
    let values =
        [("url".to_owned(), "https://ci.example".to_owned()), ("job".to_owned(), "x\"\nname = \"evil".to_owned())];
    let faults = from_preset("jenkins-build", &values).unwrap_err().join("\n");
    assert!(faults.contains("cannot hold spaces"), "{faults}");
    assert!(from_preset("jenkinz-build", &[]).unwrap_err()[0].contains("did you mean `jenkins-build`?"));
    let unknown = [("ulr".to_owned(), String::new())];
    assert!(from_preset("flashduty-receiver", &unknown).unwrap_err()[0].contains("did you mean `url`?"));
}

#[test]
fn ci_requests_are_as_their_vendors_document_them() {
    assert_request(
        "jenkins-build",
        &json!({}),
        "POST https://jenkins.example/job/rollback/buildWithParameters",
        &[("Authorization", "Basic ${secret:JENKINS}"), ("Content-Type", "application/x-www-form-urlencoded")],
        "VERSION=previous&INCIDENT=054D57",
    );
    assert_request(
        "github-workflow",
        &json!({"version": "v41"}),
        "POST https://api.github.com/repos/acme/platform/actions/workflows/rollback.yml/dispatches",
        &[
            ("Accept", "application/vnd.github+json"),
            ("Authorization", "Bearer ${secret:GITHUB_TOKEN}"),
            ("X-GitHub-Api-Version", "2022-11-28"),
        ],
        r#"{"ref":"main","inputs":{"incident":"054D57","version":"v41"},"return_run_details":true}"#,
    );
    assert_request(
        "rundeck-job",
        &json!({}),
        "POST https://rundeck.example/api/18/job/c8cc9270-a333-4a9b-9957-82f6527678e5/run",
        &[("X-Rundeck-Auth-Token", "${secret:RUNDECK_TOKEN}"), ("Accept", "application/json")],
        r#"{"options":{"incident":"054D57","version":"previous"}}"#,
    );
    assert_request(
        "awx-job",
        &json!({}),
        "POST https://awx.example/api/v2/job_templates/42/launch/",
        &[("Authorization", "Bearer ${secret:AWX_TOKEN}"), ("Content-Type", "application/json")],
        r#"{"extra_vars":{"incident":"054D57","version":"previous"}}"#,
    );
    assert_request(
        "buildbot-force",
        &json!({"service": "web-01"}),
        "POST https://buildbot.example/api/v2/forceschedulers/force-rollback",
        &[("Cookie", "${secret:BUILDBOT_COOKIE}"), ("Content-Type", "application/json")],
        r#"{"jsonrpc":"2.0","id":"0197-run","method":"force","params":{"service":"web-01","version":"previous","incident":"054D57"}}"#,
    );
}

#[test]
fn argocd_numbers_and_flags_keep_their_types() {
    assert_request(
        "argocd-sync",
        &json!({"prune": true}),
        "POST https://argocd.example/api/v1/applications/guestbook/sync",
        &[("Authorization", "Bearer ${secret:ARGOCD_TOKEN}")],
        r#"{"prune":true,"dryRun":false}"#,
    );
    assert_request(
        "argocd-rollback",
        &json!({"id": 7}),
        "POST https://argocd.example/api/v1/applications/guestbook/rollback",
        &[("Authorization", "Bearer ${secret:ARGOCD_TOKEN}")],
        r#"{"id":7,"prune":false,"dryRun":false}"#,
    );
}

#[test]
fn messages_are_as_their_vendors_document_them() {
    assert_request(
        "statuspage-incident",
        &json!({"name": "Slow logins", "message": "We look into it."}),
        "POST https://api.statuspage.io/v1/pages/kctbh9vrtdwd/incidents",
        &[("Authorization", "OAuth ${secret:STATUSPAGE_KEY}")],
        r#"{"incident":{"name":"Slow logins","status":"investigating","body":"We look into it."}}"#,
    );
    assert_request(
        "slack-message",
        &json!({}),
        "POST https://slack.com/api/chat.postMessage",
        &[("Authorization", "Bearer ${secret:SLACK_TOKEN}"), ("Content-Type", "application/json; charset=utf-8")],
        r#"{"channel":"C1234567890","text":"054D57 Critical: cpu &lt;!channel&gt; &amp; \"idle\""}"#,
    );
    let flashduty = prepared("flashduty-receiver", &json!({}));
    assert_eq!((flashduty.method, flashduty.endpoint.as_str()), ("POST", "https://hooks.example/flashduty"));
    let body: Value = serde_json::from_str(&flashduty.body).unwrap();
    assert_eq!((&body["event_type"], &body["event_id"]), (&json!("i_custom"), &json!("0197-run")));
    assert_eq!((&body["event_time"], &body["incident"]["num"]), (&json!(1_763_990_100_000_i64), &json!("054D57")));
}

fn facts<'a>(status: u16, headers: &'a [(String, String)], body: &'a str) -> Facts<'a> {
    Facts { status, headers, body: BodyFacts::whole(body) }
}

/// The vendors' own answers, from the start of a job to its end.
#[test]
fn answers_and_jobs_are_read_as_their_vendors_document_them() {
    for (name, answer, url, polls) in [
        (
            "jenkins-build",
            (201, ""),
            "https://jenkins.example/queue/item/7/api/json",
            &[
                (r#"{"blocked":false,"why":"In the quiet period"}"#, None),
                (r#"{"executable":{"number":3,"url":"https://jenkins.example/job/rollback/3/"}}"#, None),
                (r#"{"building":true,"result":null}"#, None),
                (r#"{"building":false,"result":"SUCCESS"}"#, Some(false)),
                (r#"{"building":false,"result":"FAILURE"}"#, Some(true)),
                (r#"{"cancelled":true}"#, Some(true)),
            ][..],
        ),
        (
            "github-workflow",
            (200, r#"{"workflow_run_id":9,"run_url":"https://api.github.com/repos/acme/platform/actions/runs/9"}"#),
            "https://api.github.com/repos/acme/platform/actions/runs/9",
            &[
                (r#"{"status":"queued","conclusion":null}"#, None),
                (r#"{"status":"completed","conclusion":"success"}"#, Some(false)),
                (r#"{"status":"completed","conclusion":"cancelled"}"#, Some(true)),
            ],
        ),
        (
            "rundeck-job",
            (200, r#"{"id":12,"status":"running"}"#),
            "https://rundeck.example/api/18/execution/12",
            &[
                (r#"{"id":12,"status":"running"}"#, None),
                (r#"{"id":12,"status":"succeeded"}"#, Some(false)),
                (r#"{"id":12,"status":"aborted"}"#, Some(true)),
            ],
        ),
        (
            "awx-job",
            (201, r#"{"job":51,"ignored_fields":{},"status":"pending"}"#),
            "https://awx.example/api/v2/jobs/51/",
            &[
                (r#"{"status":"waiting"}"#, None),
                (r#"{"status":"successful"}"#, Some(false)),
                (r#"{"status":"canceled"}"#, Some(true)),
            ],
        ),
        (
            "argocd-sync",
            (200, "{}"),
            "https://argocd.example/api/v1/applications/guestbook",
            &[
                (r#"{"operation":{"sync":{}},"status":{"operationState":{"phase":"Succeeded"}}}"#, None),
                (r#"{"status":{"operationState":{"phase":"Running"}}}"#, None),
                (r#"{"status":{"operationState":{"phase":"Succeeded"}}}"#, Some(false)),
                (r#"{"status":{"operationState":{"phase":"Error"}}}"#, Some(true)),
            ],
        ),
        (
            "buildbot-force",
            (200, r#"{"id":"x","jsonrpc":"2.0","result":[1,{"2":1}]}"#),
            "https://buildbot.example/api/v2/buildsets/1",
            &[
                (r#"{"buildsets":[{"complete":false,"results":-1}]}"#, None),
                (r#"{"buildsets":[{"complete":true,"results":0}]}"#, Some(false)),
                (r#"{"buildsets":[{"complete":true,"results":2}]}"#, Some(true)),
            ],
        ),
    ] {
        let action = presets().into_iter().find(|preset| preset.name == name).unwrap().action;
        let follow = action.follow.clone().unwrap();
        let headers = [("location".to_owned(), "https://jenkins.example/queue/item/7/".to_owned())];
        let first = facts(answer.0, &headers, answer.1);
        let is_code = |codes: Vec<std::ops::RangeInclusive<u16>>| codes.iter().any(|range| range.contains(&answer.0));
        let succeeded = action.success.codes().map_or_else(|| holds(action.success.as_str(), &first).unwrap(), is_code);
        assert!(succeeded, "{name}");
        assert_eq!(fill_follow(&follow.url, &json!({}), &first).unwrap().as_deref(), Some(url), "{name}");
        for (body, failed) in polls {
            let poll = facts(200, &[], body);
            assert_eq!(holds(&follow.done, &poll).unwrap(), failed.is_some(), "{name}: {body}");
            if let Some(failed) = failed {
                assert_eq!(holds(&follow.failed, &poll).unwrap(), *failed, "{name}: {body}");
            }
            if !follow.next.is_empty() {
                let next = fill_follow(&follow.next, &json!({}), &poll).unwrap();
                assert_eq!(next.is_some(), body.contains("executable"), "{name}: {body}");
            }
        }
    }
}

#[test]
fn answers_of_200_that_ran_nothing_are_failures() {
    for (name, body) in [
        ("slack-message", r#"{"ok":false,"error":"invalid_auth"}"#),
        ("buildbot-force", r#"{"id":"x","jsonrpc":"2.0","result":null}"#),
        ("rundeck-job", r#"{"error":true,"message":"no"}"#),
    ] {
        let action = presets().into_iter().find(|preset| preset.name == name).unwrap().action;
        assert!(!holds(action.success.as_str(), &facts(200, &[], body)).unwrap(), "{name}");
    }
}
