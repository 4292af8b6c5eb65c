//! A store that is taken away while it is open, and one that can only be read.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use andon::store::{LogQuery, Place, Store, StoreError};
use sqlx::{Connection, Executor};

use crate::store::samples::{NOON, added, private_folder, run};
use crate::support::mounts::{read_only, run_apart};

async fn open(path: &Path) -> Store {
    Store::open(Place::File(path.to_owned())).await.unwrap()
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Takes the store away that stands at this path.
type Way = fn(&Path);

#[tokio::test]
async fn what_is_written_into_a_store_that_was_taken_away_is_refused() {
    let ways: [(&str, Way); 5] = [
        ("deleted", |path| {
            for suffix in ["", "-wal", "-shm"] {
                fs::remove_file(beside(path, suffix)).unwrap();
            }
        }),
        ("replaced by a copy", |path| {
            fs::copy(path, beside(path, ".copy")).unwrap();
            fs::rename(beside(path, ".copy"), path).unwrap();
        }),
        ("moved", |path| fs::rename(path, beside(path, ".old")).unwrap()),
        ("moved with its folder", |path| {
            fs::rename(path.parent().unwrap(), path.parent().unwrap().with_extension("old")).unwrap();
        }),
        ("without its log", |path| fs::remove_file(beside(path, "-wal")).unwrap()),
    ];
    for (what, way) in ways {
        let folder = private_folder();
        let path = folder.path().join("data/andon.db");
        let store = open(&path).await;
        let action = added(&store, "Enrich").await;
        assert_eq!(store.write_trouble(), None);
        way(&path);
        let refused = store.begin_run(&run("r1", &action, "64f1", NOON), &crate::store::samples::detail(), 1, 0).await;
        assert!(matches!(refused, Err(StoreError::Replaced { .. })), "{what}: {refused:?}");
        let words = store.write_trouble().unwrap().to_string();
        assert!(
            words.contains("deleted, moved or replaced") && words.contains("nothing was written"),
            "{what}: {words}"
        );
        assert!(matches!(store.watch_token().await, Err(StoreError::Replaced { .. })), "{what}");
    }
}

#[tokio::test]
async fn a_store_goes_on_when_another_handle_on_it_ends() {
    let folder = private_folder();
    let path = folder.path().join("andon.db");
    let store = open(&path).await;
    added(&store, "Enrich").await;
    let other = open(&path).await;
    added(&other, "Restart").await;
    drop(other);
    added(&store, "Roll back").await;
    assert_eq!(open(&path).await.actions().await.unwrap().len(), 3);
}

/// Run by the test below where its folder cannot be written.
#[tokio::test]
#[ignore = "a part of a_store_that_cannot_be_written_can_be_read"]
async fn child_reads_a_store() {
    let path = PathBuf::from(std::env::var_os("ANDON_TEST_DB").unwrap());
    let store = open(&path).await;
    let expected: usize = std::env::var("ANDON_TEST_ACTIONS").unwrap().parse().unwrap();
    let actions = store.actions().await.unwrap();
    assert_eq!(actions.len(), expected);
    assert_eq!(store.log(&LogQuery::default()).await.unwrap().len(), expected);
    assert!(matches!(store.unwritable(), Some(StoreError::ReadOnly { path }) if path.ends_with("andon.db")));
    assert_eq!(store.misses_log().to_string(), std::env::var("ANDON_TEST_MISSES").unwrap());
    if let Some(action) = actions.first() {
        let refused = store
            .begin_run(&run("r1", action, "64f1", NOON), &crate::store::samples::detail(), 1, 0)
            .await
            .unwrap_err();
        assert!(matches!(refused, StoreError::ReadOnly { .. }), "{refused}");
    }
    println!("checked");
}

#[tokio::test]
async fn a_store_that_cannot_be_written_can_be_read() {
    for (what, actions) in
        [("closed", 1), ("a writer was killed", 2), ("its log has no index", 1), ("none is there", 0)]
    {
        let folder = private_folder();
        let data = folder.path().join("data");
        let path = data.join("andon.db");
        if actions == 0 {
            DirBuilder::new().mode(0o700).create(&data).unwrap();
        } else {
            added(&open(&path).await, "Enrich").await;
            let mut raw = sqlx::AnyConnection::connect(&format!("sqlite://{}", path.display())).await.unwrap();
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").await.unwrap();
            raw.close().await.unwrap();
        }
        let without_index = what == "its log has no index";
        if actions == 2 || without_index {
            // What a killed process leaves: the files as they are while it writes.
            let store = open(&path).await;
            added(&store, "Restart").await;
            let killed = folder.path().join("killed");
            DirBuilder::new().mode(0o700).create(&killed).unwrap();
            for suffix in if without_index { &["", "-wal"][..] } else { &["", "-wal", "-shm"] } {
                fs::copy(beside(&path, suffix), beside(&killed.join("andon.db"), suffix)).unwrap();
            }
            drop(store);
            fs::remove_dir_all(&data).unwrap();
            fs::rename(&killed, &data).unwrap();
        }
        let mut child = read_only(&data);
        child
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", "store::place::child_reads_a_store", "--ignored", "--nocapture"])
            .env("ANDON_TEST_DB", &path)
            .env("ANDON_TEST_MISSES", without_index.to_string())
            .env("ANDON_TEST_ACTIONS", actions.to_string());
        let Some(output) = run_apart(child) else { return };
        let said = String::from_utf8_lossy(&output.stdout);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.contains("checked"), "{what}: {said}{error}");
    }
}
