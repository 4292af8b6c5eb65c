//! What is read of an Alertmanager's groups, and how far a cluster's silence is believed.

use std::sync::{Arc, Mutex};

use andon::domain::board::Listing;
use andon::domain::incident::{Incident, IncidentRow, Progress};
use andon::domain::operation::Operation;
use andon::domain::operator::Operator;
use andon::source::Source;
use serde_json::{Value, json};

use super::{alertmanager, answer, serve, source};

/// An alert of these labels and annotations that began so many minutes ago.
fn alert(labels: &Value, annotations: &Value, minutes: i64) -> Value {
    let began = jiff::Timestamp::now().checked_sub(jiff::SignedDuration::from_mins(minutes)).unwrap().to_string();
    json!({"fingerprint": labels.to_string(), "labels": labels, "annotations": annotations, "startsAt": began,
        "updatedAt": began, "generatorURL": "https://prom.example/graph", "receivers": [{"name": "ops"}],
        "status": {"state": "active", "silencedBy": [], "inhibitedBy": []}})
}

fn group(labels: &Value, alerts: &[Value]) -> Value {
    json!({"labels": labels, "receiver": {"name": "ops"}, "alerts": alerts})
}

fn slow() -> Value {
    group(&json!({"alertname": "Slow"}), &[alert(&json!({"alertname": "Slow"}), &json!({"summary": "it is slow"}), 2)])
}

/// A member: what it shows, since when it runs, and the silences that were posted to it.
#[derive(Clone, Default)]
struct Member {
    groups: Arc<Mutex<Vec<Value>>>,
    started: Arc<Mutex<String>>,
    config: Arc<Mutex<String>>,
    posted: Arc<Mutex<Vec<Value>>>,
    /// What `/status` is answered in place of what it has.
    status: Arc<Mutex<Option<(&'static str, Value)>>>,
}

impl Member {
    fn showing(groups: &[Value]) -> Self {
        let member = Self::default();
        member.show(groups);
        "2026-01-01T00:00:00Z".clone_into(&mut member.started.lock().unwrap());
        member
    }

    fn show(&self, groups: &[Value]) {
        *self.groups.lock().unwrap() = groups.to_vec();
    }

    fn start_now(&self) {
        *self.started.lock().unwrap() = jiff::Timestamp::now().to_string();
    }

    fn serve(&self) -> String {
        let own = self.clone();
        serve(move |request| {
            let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
            if let Some((status, body)) = own.status.lock().unwrap().clone().filter(|_| path == "/api/v2/status") {
                return answer(status, "", &body.to_string());
            }
            let json = match path.as_str() {
                "/api/v2/alerts/groups" => Value::from(own.groups.lock().unwrap().clone()),
                "/api/v2/status" => json!({"uptime": *own.started.lock().unwrap(), "cluster": {"status": "ready"},
                    "config": {"original": *own.config.lock().unwrap()}}),
                "/api/v2/silences" if request.starts_with("POST") => {
                    let body = request.split("\r\n\r\n").nth(1).unwrap_or_default();
                    own.posted.lock().unwrap().push(serde_json::from_str(body).unwrap_or_default());
                    json!({"silenceID": "s1"})
                }
                _ => json!([]),
            };
            answer("200 OK", "", &json.to_string())
        })
        .0
    }
}

fn cluster(dir: &std::path::Path, members: &[&Member]) -> Box<dyn Source> {
    let urls: Vec<String> = members.iter().map(|member| format!("\"{}\"", member.serve())).collect();
    source(dir, &format!("kind = \"alertmanager\"\nurls = [{}]", urls.join(", ")))
}

fn source_at(dir: &std::path::Path, url: &str) -> Box<dyn Source> {
    alertmanager(dir, url, "")
}

async fn list(source: &dyn Source) -> Listing {
    source.list(&andon::source::Pages::unwanted()).await.unwrap()
}

async fn only(groups: &[Value]) -> Incident {
    let dir = tempfile::tempdir().unwrap();
    let listing = list(&*cluster(dir.path(), &[&Member::showing(groups)])).await;
    assert_eq!(listing.rows.len(), 1, "{:?}", listing.warnings);
    listing.rows[0].unpack()
}

#[tokio::test]
async fn an_empty_member_closes_nothing_that_another_still_shows() {
    let dir = tempfile::tempdir().unwrap();
    let (first, second) = (Member::showing(&[slow()]), Member::showing(&[slow()]));
    let source = cluster(dir.path(), &[&first, &second]);
    let before = list(&*source).await;
    assert_eq!((before.rows.len(), before.complete), (1, true), "what two members show is one incident");
    first.show(&[]);
    let after = list(&*source).await;
    assert_eq!((after.rows[0].key.clone(), after.complete), (before.rows[0].key.clone(), true));
    second.show(&[]);
    let over = list(&*source).await;
    assert_eq!((over.rows.len(), over.complete), (0, true), "both have seen its end");
}

#[tokio::test]
async fn one_that_was_just_started_closes_nothing_and_says_why() {
    let dir = tempfile::tempdir().unwrap();
    let slow = slow();
    let member = Member::showing(std::slice::from_ref(&slow));
    let url = member.serve();
    let source = source_at(dir.path(), &url);
    let before = list(&*source).await;
    member.show(&[]);
    member.start_now();
    let after = list(&*source).await;
    assert_eq!((after.rows.len(), after.complete), (0, false));
    assert!(
        after.warnings[0].contains("was started") && after.warnings[0].contains("1 incident in no list"),
        "{after:?}"
    );
    // Prometheus tells it again: it is the same incident, and now its end is believed.
    member.show(&[slow]);
    let (again, again_started) = (list(&*source).await, member.started.lock().unwrap().clone());
    assert_eq!(again.rows[0].key, before.rows[0].key);
    member.show(&[]);
    assert!(list(&*source).await.complete);
    // So it is for one who knows it from the store only, such as a command.
    member.start_now();
    let restarted = source_at(dir.path(), &url);
    restarted.seed(&before.rows);
    assert!(!list(&*restarted).await.complete);
    let restarted = source_at(dir.path(), &url);
    restarted.seed(&again.rows);
    assert!(!list(&*restarted).await.complete, "it was started again since");
    *member.started.lock().unwrap() = again_started;
    let restarted = source_at(dir.path(), &url);
    restarted.seed(&again.rows);
    assert!(list(&*restarted).await.complete, "it has shown it, and shows it no more");
}

#[tokio::test]
async fn one_that_does_not_say_since_when_it_runs_closes_nothing_at_once() {
    let ready = json!({"status": "ready"});
    for (said, why) in [
        (("503 Starting", json!("starting")), "HTTP 503"),
        (("403 Forbidden", json!({"error": "not for you"})), "not for you"),
        (("404 Not Found", json!(null)), "HTTP 404"),
        (("200 OK", json!({"cluster": ready, "uptime": null})), "no uptime"),
        (("200 OK", json!({"cluster": ready})), "no uptime"),
        (("200 OK", json!({"cluster": ready, "uptime": "a while"})), "a while, which is no time"),
        (("200 OK", json!({"cluster": {"status": "settling"}, "uptime": "2026-01-01T00:00:00Z"})), "settling"),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let member = Member::showing(&[slow()]);
        let url = member.serve();
        let source = source_at(dir.path(), &url);
        let before = list(&*source).await;
        member.show(&[]);
        *member.status.lock().unwrap() = Some(said.clone());
        let after = list(&*source).await;
        assert!(!after.complete && after.warnings.len() == 1, "{said:?}: {after:?}");
        let warning = &after.warnings[0];
        assert!(warning.contains("1 incident in no list now") && warning.contains(why), "{warning}");
        assert!(warning.contains("ended after 5 min"), "{warning}");
        assert_eq!(after.rows[0].key, before.rows[0].key, "{said:?}");
        // Whoever knows it from the store goes on counting, and closes it in time.
        let mut row = after.rows[0].unpack();
        let since = &mut row.fields["alertmanager"]["missing_since"][url.trim_end_matches('/')];
        *since = (since.as_i64().unwrap() - 300).into();
        let later = source_at(dir.path(), &url);
        later.seed(&[IncidentRow::pack(&row)]);
        let over = list(&*later).await;
        assert_eq!((over.rows.len(), over.complete, &over.warnings[..]), (0, true, &[][..]), "{said:?}");
        // It is told as closed also where something else is still waited for.
        let later = source_at(dir.path(), &url);
        later.seed(&[IncidentRow::pack(&row)]);
        let known =
            only(&[group(&json!({"alertname": "B"}), &[alert(&json!({"alertname": "B"}), &json!({}), 2)])]).await;
        later.seed(&[IncidentRow::pack(&known)]);
        let over = list(&*later).await;
        let told = |row: &IncidentRow| (row.key == before.rows[0].key, row.progress == Progress::Closed);
        assert_eq!(over.rows.iter().map(told).collect::<Vec<_>>(), [(false, false), (true, true)], "{said:?}");
        assert!(!over.complete);
        // What is in no list now cannot be silenced, and nobody claims that it has ended.
        let operation = Operation::snooze_until(2_000_000_000, String::new());
        let done = later.operate(&[known], &operation, &Operator::default()).await.remove(0).unwrap_err();
        assert!(done.message.contains(why) && !done.message.contains("have ended"), "{done}");
    }
}

#[tokio::test]
async fn a_member_that_does_not_answer_closes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let second = Member::showing(&[]);
    let gone = serve(|_| answer("503 Down", "", "")).0;
    let urls = format!("kind = \"alertmanager\"\nurls = [\"{gone}\", \"{}\"]", second.serve());
    let source = source(dir.path(), &urls);
    let known = only(&[slow()]).await;
    source.seed(&[IncidentRow::pack(&known)]);
    let listing = list(&*source).await;
    assert!(!listing.complete && listing.warnings[0].contains("503"), "{listing:?}");
}

#[tokio::test]
async fn a_group_reads_as_its_worst_and_newest_alert() {
    let labels = |name: &str, severity: &str| json!({"alertname": name, "namespace": "shop", "severity": severity});
    let incident = only(&[group(
        &json!({"namespace": "shop"}),
        &[
            alert(&labels("Throttled", "info"), &json!({"summary": "CPU is throttled"}), 3_000),
            alert(&labels("Old", "critical"), &json!({"summary": "an old one"}), 90),
            alert(&labels("NoLeader", "critical"), &json!({"summary": "no leader", "message": "of etcd"}), 3),
        ],
    )])
    .await;
    assert_eq!((incident.title.as_str(), incident.description.as_str()), ("no leader", "of etcd"));
    assert_eq!(IncidentRow::pack(&incident).notes().apart, "namespace=shop");
    // Without a summary it is called by the name of the worst.
    let bare = only(&[group(
        &json!({"namespace": "shop"}),
        &[alert(&labels("A", "info"), &json!({"summary": "x"}), 9), alert(&labels("B", "warning"), &json!({}), 3)],
    )])
    .await;
    assert_eq!(bare.title, "B namespace=shop");
    assert_eq!(IncidentRow::pack(&bare).notes().apart, "", "the title says where it is");
}

#[tokio::test]
async fn who_is_notified_of_nothing_is_marked_and_nothing_that_was_said_is_lost() {
    let mut night = alert(&json!({"alertname": "Night"}), &json!({"title": "night job", "info": "it is late"}), 2);
    night["status"] =
        json!({"state": "suppressed", "silencedBy": [], "inhibitedBy": [], "mutedBy": ["offhours"], "why": 7});
    night["somethingNew"] = json!({"a": 1});
    let incident = only(&[group(&json!({"alertname": "Night"}), &[night])]).await;
    assert_eq!(incident.marks(), ["muted"]);
    assert_eq!(incident.marks_in_full().collect::<Vec<_>>(), ["muted: offhours"]);
    assert_eq!((incident.title.as_str(), incident.description.as_str()), ("night job", "it is late"));
    let said = Value::Object(incident.to_contract()).to_string();
    for kept in ["\"mutedBy\":[\"offhours\"]", "\"somethingNew\":{\"a\":1}", "\"why\":7"] {
        assert!(said.contains(kept), "{kept} in {said}");
    }
    // One alert of it that somebody is notified of is enough.
    let mut silenced = alert(&json!({"alertname": "A", "n": "1"}), &json!({}), 2);
    silenced["status"] = json!({"state": "suppressed", "silencedBy": ["s1"]});
    let loud = alert(&json!({"alertname": "A", "n": "2"}), &json!({}), 2);
    assert!(only(&[group(&json!({"alertname": "A"}), &[silenced, loud])]).await.marks().is_empty());
}

#[tokio::test]
async fn a_silence_is_not_for_what_has_a_label_that_its_group_lacks() {
    let dir = tempfile::tempdir().unwrap();
    let nobodys = group(&json!({"alertname": "C"}), &[alert(&json!({"alertname": "C"}), &json!({}), 2)]);
    let labels = json!({"alertname": "C", "team": "x"});
    let of_team = group(&labels, &[alert(&labels, &json!({}), 2)]);
    let operation = Operation::snooze_until(2_000_000_000, String::new());
    let without_team = |member: &Member| {
        let posted = member.posted.lock().unwrap();
        let matchers = posted.last().unwrap()["matchers"].as_array().unwrap().clone();
        matchers.contains(&json!({"name": "team", "value": "", "isRegex": false, "isEqual": true}))
    };
    // It was seen a moment ago, also by one who knows it from the store only.
    let member = Member::showing(&[nobodys.clone(), of_team]);
    let before = list(&*cluster(dir.path(), &[&member])).await;
    member.show(std::slice::from_ref(&nobodys));
    let later = cluster(dir.path(), &[&member]);
    later.seed(&before.rows);
    let listed: Vec<Incident> = list(&*later).await.incidents().collect();
    later.operate(&listed, &operation, &Operator::default()).await.remove(0).unwrap();
    assert!(without_team(&member));
    // It was never seen: the configuration says by what is grouped.
    let member = Member::showing(&[nobodys]);
    "route:\n  group_by:\n  - alertname\n  - team\n".clone_into(&mut member.config.lock().unwrap());
    let source = alertmanager(dir.path(), &member.serve(), "");
    let listed: Vec<Incident> = list(&*source).await.incidents().collect();
    source.operate(&listed, &operation, &Operator::default()).await.remove(0).unwrap();
    assert!(without_team(&member));
}
