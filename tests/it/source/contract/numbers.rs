//! No two incidents of a source share a number, and none is without one, whatever the kind and whatever it gives itself.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use andon::domain::board::Listing;
use andon::source::{Pages, Source};
use serde_json::{Value, json};

use super::odd::{APIS, peer};
use super::{list, source};

/// By id: the number.
fn nums(listing: &Listing) -> Vec<(String, String)> {
    let mut out: Vec<_> = listing.rows.iter().map(|row| (row.key.id().to_owned(), row.num.to_string())).collect();
    // The row is what is drawn, the incident what is pressed.
    assert!(listing.rows.iter().all(|row| row.unpack().num == row.num));
    out.sort();
    out
}

/// Whether each has a number that no other has, in the list and in its pages.
async fn has_numbers(source: &dyn Source, told: &str) -> Vec<(String, String)> {
    let handed: Arc<Mutex<Vec<String>>> = Arc::default();
    let into = Arc::clone(&handed);
    let pages = Pages::new(move |page| into.lock().unwrap().extend(page.rows.iter().map(|row| row.num.to_string())));
    let listing = source.list(&pages).await.unwrap();
    let nums = nums(&listing);
    let distinct: HashSet<String> = nums.iter().map(|(_, num)| num.to_lowercase()).collect();
    assert!(nums.len() == 3 && distinct.len() == 3 && !distinct.contains(""), "{told}: {nums:?}");
    assert!(handed.lock().unwrap().iter().all(|num| distinct.contains(&num.to_lowercase())), "{told}: {handed:?}");
    nums
}

/// What holds for one source with three incidents: it shows them in this order, or in the other one.
async fn keeps_them(open: impl Fn() -> Box<dyn Source>, turn: impl Fn(bool), told: &str) -> Vec<(String, String)> {
    turn(false);
    let first = open();
    let nums = has_numbers(&*first, told).await;
    turn(true);
    assert_eq!(has_numbers(&*first, told).await, nums, "{told}: asked again");
    let restarted = open();
    let known = list(&*first).await.rows;
    restarted.seed(&known);
    assert_eq!(has_numbers(&*restarted, told).await, nums, "{told}: after a restart");
    let ids: Vec<String> = nums.iter().map(|(id, _)| id.clone()).collect();
    for incident in restarted.by_id(&ids).await.unwrap() {
        assert!(nums.contains(&(incident.incident_id.clone(), incident.num.clone())), "{told}: {incident:?}");
    }
    nums
}

#[tokio::test]
async fn no_two_incidents_share_a_number_and_none_is_without_one() {
    let folder = tempfile::tempdir().unwrap();
    for api in APIS {
        for given in [Some(json!("77")), Some(json!("")), Some(Value::Null), None] {
            let open: Arc<Mutex<Vec<Value>>> = Arc::default();
            let (now, answers) = (Arc::clone(&open), api.answers);
            let peer = peer(move |request| answers(request, &now.lock().unwrap()).to_string()).await;
            let url = peer.url("");
            let turn = |back: bool| {
                let mut all: Vec<Value> = ["a-one-12345", "b-two-12345", "c-six-12345"].map(api.incident).into();
                for incident in &mut all {
                    match (api.num, &given) {
                        (Some(name), Some(given)) => incident[name] = given.clone(),
                        (Some(name), None) => drop(incident.as_object_mut().unwrap().remove(name)),
                        (None, _) => {}
                    }
                }
                if back {
                    all.reverse();
                }
                *open.lock().unwrap() = all;
            };
            let told = format!("{} with {given:?}", api.keys);
            let keys = format!("{}\nurl = \"{url}\"\n", api.keys);
            let nums = keeps_them(|| source(folder.path(), &keys), turn, &told).await;
            let has_own = nums.iter().any(|(_, num)| num == "77");
            assert_eq!(has_own, api.num.is_some() && given == Some(json!("77")), "{told}: {nums:?}");
        }
    }
}

#[tokio::test]
async fn files_and_programs_keep_their_numbers_apart_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("incidents.json");
    let shown = path.display();
    for keys in [
        format!("kind = \"file\"\npath = \"{shown}\"\n"),
        format!("kind = \"command\"\ncommand = [\"cat\", \"{shown}\"]\n"),
    ] {
        for given in [json!("77"), json!(77), json!(" 77 "), json!(""), Value::Null] {
            let turn = |back: bool| {
                let mut all = ["a-one-12345", "b-two-12345", "c-six-12345"]
                    .map(|id| json!({"incident_id": id, "num": given, "title": id}));
                if back {
                    all.reverse();
                }
                std::fs::write(&path, json!(all).to_string()).unwrap();
            };
            let told = format!("{keys} with {given}");
            keeps_them(|| source(folder.path(), &keys), turn, &told).await;
        }
    }
}
