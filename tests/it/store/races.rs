//! Many at once: the rules hold whoever else has the store open.

use std::process::{Command, Stdio};

use andon::store::{Begun, Place, SaveError, Store};

use crate::store::samples::{NOON, action, ada, added, detail, private_folder, run, started, succeeded};

/// Two places are taken of three; twenty want the last.
pub(crate) async fn twenty_writers(place: Place) {
    let store = Store::open(place.clone()).await.unwrap();
    for name in ["one", "two"] {
        store.add_action(&action(name), 3, &ada(), NOON).await.unwrap();
    }
    let mut writers = tokio::task::JoinSet::new();
    for number in 0..20 {
        let place = place.clone();
        writers.spawn(async move {
            let store = Store::open(place).await.unwrap();
            store.add_action(&action(&format!("writer {number}")), 3, &ada(), NOON).await
        });
    }
    let results = writers.join_all().await;
    let full = results.iter().filter(|result| matches!(result, Err(SaveError::ChannelFull { .. }))).count();
    assert_eq!((results.iter().filter(|result| result.is_ok()).count(), full), (1, 19), "{results:?}");
    assert_eq!(store.actions().await.unwrap().len(), 3);
}

/// Twenty open a store that is not there yet.
pub(crate) async fn twenty_first_starts(place: Place) {
    let mut starts = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let place = place.clone();
        starts.spawn(async move { Store::open(place).await });
    }
    let stores: Vec<Store> = starts.join_all().await.into_iter().map(Result::unwrap).collect();
    added(&stores[0], "Enrich").await;
    assert_eq!(stores[19].actions().await.unwrap().len(), 1);
}

pub(crate) async fn others_commits_are_seen(place: Place) {
    let (store, other) = (Store::open(place.clone()).await.unwrap(), Store::open(place).await.unwrap());
    let before = store.watch_token().await.unwrap();
    assert_eq!(store.watch_token().await.unwrap(), before, "nothing happened");
    added(&other, "Enrich").await;
    assert_ne!(store.watch_token().await.unwrap(), before);
}

fn fresh() -> (tempfile::TempDir, Place) {
    let folder = private_folder();
    let place = Place::File(folder.path().join("new/andon.db"));
    (folder, place)
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_twenty_writers_gets_the_last_slot() {
    let (_folder, place) = fresh();
    twenty_writers(place).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_first_starts_make_one_store() {
    let (_folder, place) = fresh();
    twenty_first_starts(place).await;
}

#[tokio::test]
async fn commits_of_others_change_the_token() {
    let (_folder, place) = fresh();
    others_commits_are_seen(place).await;
}

/// Run by the test below in a process of its own.
#[tokio::test]
#[ignore = "a part of twenty_processes_share_one_file"]
async fn child_adds_an_action() {
    let store = Store::open(Place::File(std::env::var_os("ANDON_TEST_DB").unwrap().into())).await.unwrap();
    let name = std::env::var("ANDON_TEST_NAME").unwrap();
    match store.add_action(&action(&name), 1, &ada(), NOON).await {
        Ok(_) => println!("added"),
        Err(error) => println!("refused: {error}"),
    }
}

#[tokio::test]
async fn twenty_processes_share_one_file() {
    let folder = private_folder();
    let path = folder.path().join("new/andon.db");
    let children: Vec<_> = (0..20)
        .map(|number| {
            Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "store::races::child_adds_an_action", "--ignored", "--nocapture"])
                .env("ANDON_TEST_DB", &path)
                .env("ANDON_TEST_NAME", format!("child {number}"))
                .stdout(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    let outputs: Vec<String> = children
        .into_iter()
        .map(|child| String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap())
        .collect();
    assert_eq!(outputs.iter().filter(|output| output.contains("added")).count(), 1, "{outputs:#?}");
    assert_eq!(outputs.iter().filter(|output| output.contains("is full (1/1)")).count(), 19, "{outputs:#?}");
    assert_eq!(Store::open(Place::File(path)).await.unwrap().actions().await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_presses_at_once_are_one_run_and_share_commits() {
    let (_folder, place) = fresh();
    let store = Store::open(place.clone()).await.unwrap();
    let other = Store::open(place).await.unwrap();
    let action = added(&store, "Enrich").await;
    let mut presses = tokio::task::JoinSet::new();
    for number in 0..40 {
        let store = if number % 2 == 0 { store.clone() } else { other.clone() };
        let run = run(&format!("r{number}"), &action, "64f1", NOON);
        presses.spawn(async move { store.begin_run(&run, &detail(), 1, 2_000).await.unwrap() });
    }
    let results = presses.join_all().await;
    assert_eq!(results.iter().filter(|begun| matches!(begun, Begun::Started(_))).count(), 1);
    assert_eq!(results.iter().filter(|begun| matches!(begun, Begun::InFlight(_))).count(), 39);

    // Writes that fail beside others take nothing of the others with them.
    let mut writes = tokio::task::JoinSet::new();
    for number in 0..40 {
        let (store, run) = (store.clone(), run(&format!("n{number}"), &action, &format!("i{number}"), NOON));
        writes.spawn(async move {
            if number % 4 == 0 {
                assert!(store.end_run("nobody", &succeeded("x"), NOON).await.is_err());
            } else {
                started(&store, &run).await;
            }
        });
    }
    writes.join_all().await;
    assert_eq!(other.unended().await.unwrap().len(), 31);
}
