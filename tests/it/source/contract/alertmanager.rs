//! The real Alertmanager.

use std::path::Path;

use andon::domain::operation::Operation;
use andon::source::SourceErrorKind;
use serde_json::json;

use crate::source::contract::{Fixture, keeps_the_contract, operate, source, until};
use crate::support::alertmanager::Alertmanager;
use crate::support::peer::{Peer, answer};
use crate::support::servers::free_port;

/// One whose groups are of a name and a cluster.
struct Grouped(Alertmanager);

impl Grouped {
    fn start() -> Option<Self> {
        let route = "route:\n  receiver: platform\n  group_by: [alertname, cluster]\n  group_wait: 1s\n";
        Alertmanager::start(&format!("{route}receivers:\n- name: platform\n")).map(Self)
    }

    fn fire(&self, labels: &serde_json::Value) {
        self.0.post("alerts", &json!([{"labels": labels, "annotations": {"summary": "cpu is high"}}]));
    }
}

impl Fixture for Grouped {
    fn config(&self) -> String {
        self.config_at(&self.0.url()).unwrap()
    }
    fn folder(&self) -> &Path {
        self.0.folder()
    }
    fn config_at(&self, url: &str) -> Option<String> {
        Some(format!("kind = \"alertmanager\"\nurl = \"{url}\"\n"))
    }
    fn burn(&mut self) {
        self.fire(&json!({"alertname": "cpu", "host": "web-1"}));
    }
}

#[tokio::test]
async fn an_alertmanager() {
    let Some(server) = Grouped::start() else { return };
    keeps_the_contract(server).await;
}

#[tokio::test]
async fn a_silence_is_for_one_group_and_one_of_somebody_else_is_shown_and_ends_with_a_word() {
    let Some(mut server) = Grouped::start() else { return };
    server.burn();
    server.fire(&json!({"alertname": "cpu", "cluster": "nj"}));
    let source = source(server.folder(), &server.config());
    let both = until(&*source, |incidents| incidents.len() == 2).await;
    let plain = both.iter().find(|incident| !incident.labels.contains_key("cluster")).unwrap();
    let until_s = jiff::Timestamp::now().as_second() + 600;
    let done = operate(&*source, plain, &Operation::snooze_until(until_s, String::new())).await.unwrap();
    assert_eq!(done.note, "", "the group of the cluster nj has the label too, and is not meant");
    let seen = until(&*source, |incidents| incidents.iter().any(|one| one.snoozed_before == until_s)).await;
    for one in &seen {
        assert_eq!(one.snoozed_before == until_s, one.incident_id == plain.incident_id, "{one:?}");
    }
    let words = |incident: &andon::domain::incident::Incident| {
        incident.fields.get("silenced_by").and_then(|words| words.as_str()).unwrap_or_default().to_owned()
    };
    let silenced = seen.iter().find(|one| one.snoozed_before > 0).unwrap();
    assert!(words(silenced).starts_with("ada until 20") && words(silenced).ends_with(": snoozed with andon"));

    // One made elsewhere, over both.
    let end = jiff::Timestamp::from_second(until_s + 600).unwrap().to_string();
    server.0.post(
        "silences",
        &json!({"matchers": [{"name": "alertname", "value": "c.*", "isRegex": true}], "createdBy": "bob",
            "startsAt": jiff::Timestamp::now().to_string(), "endsAt": end, "comment": "moving house"}),
    );
    let seen = until(&*source, |incidents| incidents.iter().all(|one| one.snoozed_before == until_s + 600)).await;
    assert!(seen.iter().all(|one| words(one).contains("bob until") && words(one).contains("moving house")));
    let done = operate(&*source, plain, &Operation::Wake).await.unwrap();
    assert_eq!(done.note, "the silence of bob covered 1 other incidents too");
    until(&*source, |incidents| incidents.iter().all(|one| one.snoozed_before == 0)).await;

    // It ends, and what fires again is another incident; what has ended cannot be silenced.
    let resolved =
        json!([{"labels": {"alertname": "cpu", "host": "web-1"}, "endsAt": jiff::Timestamp::now().to_string()}]);
    server.0.post("alerts", &resolved);
    until(&*source, |incidents| incidents.len() == 1).await;
    let error = operate(&*source, plain, &Operation::Wake).await.unwrap_err();
    assert!(error.kind == SourceErrorKind::Missing && error.message.contains("have ended"), "{error}");
    server.burn();
    let again = until(&*source, |incidents| incidents.len() == 2).await;
    assert!(again.iter().all(|one| one.incident_id != plain.incident_id));
}

#[tokio::test]
async fn a_write_whose_answer_was_lost_is_not_tried_at_the_next_of_a_cluster() {
    let folder = tempfile::tempdir().unwrap();
    let groups = json!([{"labels": {"alertname": "cpu"}, "receiver": {"name": "platform"}, "alerts": [
        {"fingerprint": "f1", "labels": {"alertname": "cpu"}, "startsAt": "2026-11-23T10:00:00Z"}]}])
    .to_string();
    let script = move |mut conn: crate::support::peer::Conn| {
        let groups = groups.clone();
        async move {
            // A POST is read, and the connection closed without a word.
            if conn.request().await.starts_with("GET") {
                conn.say(answer("200 OK", "Connection: close\r\n", &groups)).await;
            }
        }
    };
    let (first, second) = (Peer::start(script.clone()).await, Peer::start(script).await);
    let gone = free_port();
    let urls = format!("\"http://127.0.0.1:{gone}\", \"{}\", \"{}\"", first.url(""), second.url(""));
    let source = source(folder.path(), &format!("kind = \"alertmanager\"\nurls = [{urls}]\n"));
    let one = until(&*source, |incidents| incidents.len() == 1).await.remove(0);
    let operation = Operation::snooze_until(2_000_000_000, "x".to_owned());
    let error = operate(&*source, &one, &operation).await.unwrap_err();
    assert_eq!(error.kind, SourceErrorKind::Unanswered, "{error}");
    let posts = |peer: &Peer| peer.seen.requests().iter().filter(|request| request.starts_with("POST")).count();
    assert_eq!((posts(&first), posts(&second)), (1, 0));
}

#[tokio::test]
async fn a_later_silence_of_ours_takes_the_place_of_the_earlier_and_anothers_that_lasts_is_told() {
    let Some(mut server) = Grouped::start() else { return };
    server.burn();
    let source = source(server.folder(), &server.config());
    let one = until(&*source, |incidents| incidents.len() == 1).await.remove(0);
    let now_s = jiff::Timestamp::now().as_second();
    let snooze = |seconds: i64| Operation::snooze_until(now_s + seconds, String::new());
    for seconds in [7_200, 600, 1_200] {
        let done = operate(&*source, &one, &snooze(seconds)).await.unwrap();
        assert_eq!(done.note, "");
        until(&*source, |incidents| incidents[0].snoozed_before == now_s + seconds).await;
    }
    let end = jiff::Timestamp::from_second(now_s + 9_000).unwrap().to_string();
    server.0.post(
        "silences",
        &json!({"matchers": [{"name": "alertname", "value": "cpu", "isRegex": false}], "createdBy": "bob",
            "startsAt": jiff::Timestamp::now().to_string(), "endsAt": end, "comment": "moving house"}),
    );
    until(&*source, |incidents| incidents[0].snoozed_before == now_s + 9_000).await;
    let done = operate(&*source, &one, &snooze(300)).await.unwrap();
    assert!(done.note.starts_with("the silence of bob until 20") && done.note.ends_with("stays"), "{}", done.note);
}
