//! A full disk and a read-only store, made by settings of the connection (root is stopped by no file's mode), and
//! the plans of what every start asks.

use crate::domain::incident::IncidentKey;
use sqlx::{AssertSqlSafe, Connection, Executor, Row};

use super::{LogQuery, Place, SaveError, Store, StoreError};
use crate::domain::action::Action;
use crate::domain::activity::Entry;
use crate::domain::operator::Operator;

async fn open(folder: &tempfile::TempDir, extra: &'static str) -> Store {
    Store::open_with(Place::File(folder.path().join("data/andon.db")), extra).await.unwrap()
}

fn note(length: usize) -> Entry {
    Entry::Operation {
        incident: IncidentKey::new("prod", "64f1"),
        num: String::new(),
        operator: Operator::default(),
        summary: "x".repeat(length),
    }
}

#[tokio::test]
async fn a_full_disk_refuses_the_write_and_the_rest_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(&folder, "").await);
    let store = open(&folder, "PRAGMA max_page_count=80;").await;
    let error = store.note(&note(1_000_000), 1).await.unwrap_err();
    assert!(matches!(&error, StoreError::Full { path } if path.ends_with("andon.db")), "{error:?}");
    assert_eq!(store.log_size().await.unwrap(), 0);
    store.note(&note(10), 2).await.unwrap();
    assert_eq!(store.log_size().await.unwrap(), 1);
}

/// As SQLite does where it has no room: the transaction is gone, and the driver does not know.
#[tokio::test]
async fn a_rollback_of_the_database_s_own_ends_its_write_and_no_later_one() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder, "").await;
    for alone in [true, false] {
        let lost = store.write(|connection| {
            Box::pin(async move {
                connection.execute("ROLLBACK").await?;
                Err::<(), _>(StoreError::other("write", "no room"))
            })
        });
        if alone {
            lost.await.unwrap_err();
        } else {
            let (before, after) = (note(10), note(10));
            let (_, failed, _) = tokio::join!(store.note(&before, 1), lost, store.note(&after, 1));
            failed.unwrap_err();
        }
        assert!(store.write_trouble().is_some());
        let before = store.log_size().await.unwrap();
        store.note(&note(10), 2).await.unwrap();
        store.note(&note(10), 3).await.unwrap();
        assert_eq!(store.log_size().await.unwrap(), before + 2);
        assert_eq!(store.write_trouble(), None);
    }
}

#[tokio::test]
async fn a_read_only_store_is_read_and_says_so_when_written() {
    let folder = tempfile::tempdir().unwrap();
    open(&folder, "").await.note(&note(10), 1).await.unwrap();
    let store = open(&folder, "PRAGMA query_only=1;").await;
    assert_eq!(store.log_size().await.unwrap(), 1);
    let error = store.note(&note(10), 2).await.unwrap_err();
    assert!(matches!(&error, StoreError::ReadOnly { path } if path.ends_with("andon.db")), "{error:?}");
    let mut action = Action::new("Enrich", "https://ci.example/");
    action.slots.insert(crate::domain::channel::ChannelKey::new("prod", "a"), 0);
    let error = store.add_action(&action, 3, &Operator::default(), 3).await.unwrap_err();
    assert!(matches!(error, SaveError::Store(StoreError::ReadOnly { .. })), "{error:?}");
}

#[tokio::test]
async fn what_every_start_asks_is_answered_by_a_small_index() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(&folder, "").await);
    let path = folder.path().join("data/andon.db");
    let mut raw = sqlx::AnyConnection::connect(&format!("sqlite://{}", path.display())).await.unwrap();
    for (sql, index) in [
        (super::activity::unended_sql(), "USING INDEX activity_unended"),
        (super::incidents::open_sql(), "USING INDEX incident_open"),
        (super::buttons::FACTS.to_owned(), "SCAN button USING INDEX"),
        (super::jobs::followed_sql(), "SCAN job"),
        (super::retention::OLD.to_owned(), "USING INDEX activity_at"),
    ] {
        let rows = raw.fetch_all(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"))).await.unwrap();
        let plan: Vec<String> = rows.iter().map(|row| row.try_get(3).unwrap()).collect();
        assert!(plan[0].contains(index), "{sql}: {plan:?}");
        assert!(!plan.iter().any(|step| step.contains("SCAN activity")), "{sql}: {plan:?}");
    }
}

#[tokio::test]
async fn a_search_in_halves_gives_the_lines_in_their_order() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder, "").await;
    let count = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 120000)";
    let word = "CASE WHEN i IN (10, 59999, 60001, 119990) THEN 'needle' ELSE 'straw' END";
    let file = folder.path().join("data/andon.db");
    let mut raw = sqlx::AnyConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    for statement in [
        format!("{count} INSERT INTO activity (seq, at_ms, kind, message) SELECT i, i, 'action', {word} FROM n"),
        format!("{count} INSERT INTO activity_search (line, text) SELECT i, {word} FROM n"),
    ] {
        raw.execute(AssertSqlSafe(statement)).await.unwrap();
    }
    let needles = |query: LogQuery| {
        let store = &store;
        let query = LogQuery { text: Some("NEEDLE".to_owned()), ..query };
        async move { store.log(&query).await.unwrap().iter().map(|line| line.seq).collect::<Vec<_>>() }
    };
    let all = LogQuery::default;
    assert_eq!(needles(all()).await, [119_990, 60_001, 59_999, 10]);
    assert_eq!(needles(LogQuery { limit: Some(1), ..all() }).await, [119_990]);
    assert_eq!(needles(LogQuery { limit: Some(3), ..all() }).await, [119_990, 60_001, 59_999]);
    assert_eq!(needles(LogQuery { limit: Some(3), oldest_first: true, ..all() }).await, [10, 59_999, 60_001]);
    assert_eq!(needles(LogQuery { before: Some(60_001), ..all() }).await, [59_999, 10]);
    assert_eq!(needles(LogQuery { after: Some(10), before: Some(119_990), ..all() }).await, [60_001, 59_999]);
    assert_eq!(needles(LogQuery { after: Some(100_000), ..all() }).await, [119_990]);
    let straw = LogQuery { text: Some("straw".to_owned()), limit: Some(2), ..all() };
    let lines = store.log(&straw).await.unwrap();
    assert_eq!(lines.iter().map(|line| line.seq).collect::<Vec<_>>(), [120_000, 119_999]);
}
