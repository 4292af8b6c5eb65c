//! The log: pages, the filter, an incident's own history.

use andon::domain::activity::{Activity, Entry};
use andon::domain::incident::IncidentKey;
use andon::store::{LogQuery, Store};

use crate::store::contract::Home;
use crate::store::samples::{NOON, ada, added, run, started, succeeded};

/// Adds `count` operations, one a second.
async fn operations(store: &Store, count: i64) {
    for number in 0..count {
        let entry = Entry::Operation {
            incident: IncidentKey::new("prod", &format!("i{number}")),
            num: String::new(),
            operator: ada(),
            summary: format!("comment {number}"),
        };
        store.note(&entry, NOON + number * 1_000).await.unwrap();
    }
}

async fn said(store: &Store, query: LogQuery) -> Vec<String> {
    store.log(&query).await.unwrap().iter().map(Activity::summary).collect()
}

pub(crate) async fn pages_have_no_gap_and_no_double(home: Home) {
    operations(&home.store, 25).await;
    assert_eq!(home.other.log_size().await.unwrap(), 25);
    let all = home.other.log(&LogQuery::default()).await.unwrap();
    assert_eq!(all.first().map(Activity::summary).as_deref(), Some("comment 24"));
    let (mut paged, mut query) = (Vec::new(), LogQuery { limit: Some(10), ..LogQuery::default() });
    loop {
        let page = home.other.log(&query).await.unwrap();
        let Some(last) = page.last() else { break };
        query.before = Some(last.seq);
        paged.extend(page);
    }
    assert_eq!(paged, all);
    let after = LogQuery { after: Some(all[2].seq), oldest_first: true, ..LogQuery::default() };
    assert_eq!(said(&home.other, after).await, ["comment 23", "comment 24"]);
    let since = LogQuery { since_ms: Some(NOON + 23_500), ..LogQuery::default() };
    assert_eq!(said(&home.other, since).await, ["comment 24"]);
    let since = LogQuery { since_ms: Some(NOON + 99_000), ..LogQuery::default() };
    assert!(said(&home.other, since).await.is_empty());
    let oldest = LogQuery { limit: Some(1), oldest_first: true, ..LogQuery::default() };
    assert_eq!(said(&home.other, oldest).await, ["comment 0"]);
}

pub(crate) async fn the_filter_finds_in_any_case(home: Home) {
    let action = added(&home.store, "Überprüfen 100%_").await;
    started(&home.store, &run("r1", &action, "64f1", NOON)).await;
    home.store.end_run("r1", &succeeded("ES.nj.01 Restarting"), NOON).await.unwrap();
    operations(&home.store, 3).await;
    for (text, count) in [
        ("ÜBERPRÜFEN", 2),
        ("100%_", 2),
        ("100%x", 0),
        ("100_", 0),
        (r"100\%", 0),
        ("restarting", 1),
        ("054d57", 1),
        ("CPU.IDLE", 1),
        ("succeeded", 1),
        ("running", 0),
        ("ada", 5),
        ("COMMENT 2", 1),
        ("'; --", 0),
        ("", 5),
    ] {
        assert_eq!(said_count(&home, text).await, count, "{text}");
    }
    let page = LogQuery { text: Some("comment".into()), limit: Some(2), oldest_first: true, ..LogQuery::default() };
    assert_eq!(said(&home.other, page).await, ["comment 0", "comment 1"]);
}

async fn said_count(home: &Home, text: &str) -> usize {
    said(&home.other, LogQuery { text: Some(text.into()), ..LogQuery::default() }).await.len()
}

pub(crate) async fn an_incident_has_its_operations_runs_and_corrections(home: Home) {
    let action = added(&home.store, "Enrich").await;
    started(&home.store, &run("r1", &action, "64f1", NOON)).await;
    home.store.end_run("r1", &succeeded("ok"), NOON).await.unwrap();
    home.store
        .note(&Entry::Correction { run: "r1".into(), summary: "the job ended well".into() }, NOON + 1)
        .await
        .unwrap();
    let operation = Entry::Operation {
        incident: IncidentKey::new("prod", "64f1"),
        num: String::new(),
        operator: ada(),
        summary: "acknowledged".into(),
    };
    home.store.note(&operation, NOON + 2).await.unwrap();
    operations(&home.store, 2).await;
    let of = |id: &str| LogQuery { incident: Some(id.into()), oldest_first: true, ..LogQuery::default() };
    let whole = ["Enrich on 054D57: succeeded 200 \"ok\"", "the job ended well", "acknowledged"];
    assert_eq!(said(&home.other, of("64f1")).await, whole);
    assert_eq!(said(&home.other, of("054d57")).await, whole[..2], "the number of an operation is not known");
    let mut row = crate::store::samples::incident("64f1", andon::domain::incident::Severity::Info, 1);
    row.num = "054D57".into();
    let delta = andon::domain::board::Delta { source: "prod".into(), changed: vec![row], ..Default::default() };
    home.store.apply(&delta).await.unwrap();
    assert_eq!(said(&home.other, of("054d57")).await, whole, "but by the incident's own row");
    let run = Entry::Run(Box::new(run("r9", &action, "64f1", NOON)));
    assert!(home.store.note(&run, NOON).await.is_err());
}
