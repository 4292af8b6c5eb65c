//! What only files have: rights, damage, liveness, and a log of 100,000 lines.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use andon::store::{LogQuery, Place, Process, Store, StoreError};
use sqlx::{Connection, Executor};

use crate::store::samples::{added, private_folder};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// Run by the test below under another umask, which belongs to a whole process.
#[tokio::test]
#[ignore = "a part of everything_is_for_this_user_alone_whatever_the_umask"]
async fn child_makes_a_store() {
    let folder = std::path::PathBuf::from(std::env::var_os("ANDON_TEST_DIR").unwrap());
    let store = Store::open(Place::File(folder.join("andon.db"))).await.unwrap();
    added(&store, "Enrich").await;
    let process = Process::start(&folder.join("locks")).unwrap();
    for name in ["andon.db", "andon.db-wal", "andon.db-shm", &format!("locks/{}", process.id())] {
        assert_eq!(mode(&folder.join(name)), 0o600, "{name}");
    }
    for name in ["", "locks"] {
        assert_eq!(mode(&folder.join(name)), 0o700, "{name}");
    }
    println!("checked");
}

#[test]
fn everything_is_for_this_user_alone_whatever_the_umask() {
    for umask in ["000", "277"] {
        let folder = private_folder();
        let output = Command::new("sh")
            .args(["-c", "umask $0; exec \"$@\"", umask])
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", "store::files::child_makes_a_store", "--ignored", "--nocapture"])
            .env("ANDON_TEST_DIR", folder.path().join("data"))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("checked"), "umask {umask}: {said}");
    }
}

#[tokio::test]
async fn what_others_can_read_is_refused_with_the_fix() {
    let folder = private_folder();
    let path = folder.path().join("andon.db");
    drop(Store::open(Place::File(path.clone())).await.unwrap());
    let before = fs::read(&path).unwrap();
    for (target, bits, fix) in [(path.as_path(), 0o640, "chmod 600"), (folder.path(), 0o750, "chmod 700")] {
        let right = mode(target);
        fs::set_permissions(target, Permissions::from_mode(bits)).unwrap();
        let error = Store::open(Place::File(path.clone())).await.unwrap_err();
        assert!(matches!(error, StoreError::ReadableByOthers { .. }), "{error}");
        assert!(error.to_string().contains(&format!("run `{fix} '{}'`", target.display())), "{error}");
        assert_eq!(mode(target), bits, "nothing is changed afterwards");
        fs::set_permissions(target, Permissions::from_mode(right)).unwrap();
    }
    assert_eq!(fs::read(&path).unwrap(), before);
    Store::open(Place::File(path)).await.unwrap();
}

#[tokio::test]
async fn a_damaged_file_is_named_and_left_alone() {
    let folder = private_folder();
    let path = folder.path().join("andon.db");
    fs::write(&path, "this is a diary, not a database\n".repeat(100)).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    let before = fs::read(&path).unwrap();
    let error = Store::open(Place::File(path.clone())).await.unwrap_err();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    assert!(error.to_string().contains(path.to_str().unwrap()), "{error}");
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn a_store_of_a_newer_andon_is_refused() {
    let folder = private_folder();
    let path = folder.path().join("andon.db");
    drop(Store::open(Place::File(path.clone())).await.unwrap());
    let mut raw = raw(&path).await;
    raw.execute("PRAGMA user_version = 99").await.unwrap();
    raw.close().await.unwrap();
    let error = Store::open(Place::File(path)).await.unwrap_err();
    assert!(error.to_string().contains("written by a newer andon (layout 99, this one knows 4)"), "{error}");
}

async fn raw(path: &Path) -> sqlx::AnyConnection {
    sqlx::AnyConnection::connect(&format!("sqlite://{}", path.display())).await.unwrap()
}

#[tokio::test]
async fn a_path_may_hold_any_character() {
    let folder = private_folder();
    let path = folder.path().join("a b?c#d%20é/andon.db");
    added(&Store::open(Place::File(path.clone())).await.unwrap(), "Enrich").await;
    assert!(path.exists());
    assert_eq!(Store::open(Place::File(path)).await.unwrap().actions().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_hundred_thousand_lines_are_paged_whole() {
    let folder = private_folder();
    let path = folder.path().join("andon.db");
    let store = Store::open(Place::File(path.clone())).await.unwrap();
    let mut raw = raw(&path).await;
    raw.execute(
        "INSERT INTO activity (at_ms, kind, incident_id, operator, message) \
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) \
         SELECT i, 'operation', 'i' || (i % 1000), '{}', 'comment ' || i FROM n; \
         INSERT INTO activity_search (line, text) SELECT seq, message FROM activity",
    )
    .await
    .unwrap();
    assert_eq!(store.log_size().await.unwrap(), 100_000);
    let (mut next, mut query) = (100_000, LogQuery { limit: Some(4_096), ..LogQuery::default() });
    loop {
        let page = store.log(&query).await.unwrap();
        for line in &page {
            assert_eq!((line.seq, line.summary()), (next, format!("comment {next}")));
            next -= 1;
        }
        let Some(last) = page.last() else { break };
        query.before = Some(last.seq);
    }
    assert_eq!(next, 0);
    let found = async |query: LogQuery| store.log(&query).await.unwrap().len();
    assert_eq!(found(LogQuery { text: Some("comment 9999".into()), ..LogQuery::default() }).await, 11);
    assert_eq!(found(LogQuery { incident: Some("i7".into()), limit: Some(60), ..LogQuery::default() }).await, 60);
    assert_eq!(found(LogQuery { since_ms: Some(99_991), ..LogQuery::default() }).await, 10);
}
