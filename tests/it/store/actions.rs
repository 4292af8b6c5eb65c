//! Actions: places, names, revisions, and what the log says of them.

use andon::domain::action::{Confirm, Header};
use andon::store::{LogQuery, SaveError};

use crate::store::contract::Home;
use crate::store::samples::{NOON, action, ada, added, channel};

pub(crate) async fn an_action_is_read_back_as_it_was_added(home: Home) {
    let mut wanted = action("Roll back");
    wanted.slots.insert(channel("web"), 2);
    wanted.headers = vec![Header::new("Authorization", "Bearer s3cret"), Header::with_secrecy("X-Env", "prod", false)];
    wanted.description = "puts the last release back".into();
    (wanted.confirm, wanted.enabled, wanted.timeout_ms, wanted.cooldown_ms) = (Confirm::Type, false, 60_000, 0);
    let stored = home.store.add_action(&wanted, 3, &ada(), NOON).await.unwrap();
    wanted.revision = 1;
    wanted.slots.insert(channel("platform"), 1);
    assert_eq!(stored, wanted);
    assert_eq!(home.other.actions().await.unwrap(), [wanted]);
    added(&home.store, "Enrich").await;
    let names: Vec<String> = home.other.actions().await.unwrap().into_iter().map(|action| action.name).collect();
    assert_eq!(names, ["Enrich", "Roll back"]);
}

pub(crate) async fn a_full_channel_says_who_holds_it(home: Home) {
    for name in ["Restart server", "Enrich", "Roll back"] {
        added(&home.store, name).await;
    }
    let refused = home.store.add_action(&action("Fourth"), 3, &ada(), NOON).await.unwrap_err();
    assert_eq!(refused.to_string(), "prod/platform is full (3/3): 1 Restart server, 2 Enrich, 3 Roll back");
    assert_eq!(home.store.actions().await.unwrap().len(), 3);
    assert_eq!(home.store.log_size().await.unwrap(), 3, "a refused action leaves no line");
    home.store.remove_action("enrich", Some(1), &ada(), NOON).await.unwrap();
    let fourth = home.store.add_action(&action("Fourth"), 3, &ada(), NOON).await.unwrap();
    assert_eq!(fourth.slots[&channel("platform")], 2);
}

pub(crate) async fn slots_names_and_ids_belong_to_one_action(home: Home) {
    added(&home.store, "Enrich").await;
    let mut same_slot = action("Roll back");
    same_slot.slots.insert(channel("platform"), 1);
    let refused = home.store.add_action(&same_slot, 3, &ada(), NOON).await.unwrap_err();
    assert_eq!(refused.to_string(), "slot 1 of prod/platform belongs to Enrich");
    same_slot.slots.insert(channel("platform"), 4);
    let refused = home.store.add_action(&same_slot, 3, &ada(), NOON).await.unwrap_err();
    assert_eq!(refused.to_string(), "prod/platform has no slot 4: choose 1 to 3");
    let mut same_name = action("Enrich");
    same_name.id = "other".into();
    let refused = home.store.add_action(&same_name, 3, &ada(), NOON).await.unwrap_err();
    assert_eq!(refused, SaveError::NameTaken { channel: channel("platform"), name: "Enrich".into() });
    let mut same_id = action("Other");
    same_id.id = "enrich".into();
    let refused = home.store.add_action(&same_id, 3, &ada(), NOON).await.unwrap_err();
    assert_eq!(refused, SaveError::IdTaken { id: "enrich".into() });
    same_name.slots = [(channel("web"), 0)].into();
    home.store.add_action(&same_name, 3, &ada(), NOON).await.unwrap();
}

pub(crate) async fn ids_are_made_of_names(home: Home) {
    let mut ids = Vec::new();
    for (name, place) in [("Roll back", "a"), ("Roll back", "b"), ("Roll back!", "c"), ("回滚", "d"), ("重启", "e")]
    {
        let mut action = action(name);
        action.id = String::new();
        action.slots = [(channel(place), 0)].into();
        ids.push(home.store.add_action(&action, 3, &ada(), NOON).await.unwrap().id);
    }
    assert_eq!(ids, ["roll-back", "roll-back-2", "roll-back-3", "action", "action-2"]);
}

pub(crate) async fn an_edit_keeps_places_and_is_bound_to_its_revision(home: Home) {
    let first = added(&home.store, "Enrich").await;
    let second = added(&home.store, "Roll back").await;
    let mut edit = second.clone();
    edit.name = "Revert".into();
    edit.slots = [(channel("platform"), 0), (channel("web"), 0)].into();
    let edited = home.store.edit_action(&edit, 3, &ada(), NOON).await.unwrap();
    assert_eq!((edited.revision, edited.slots[&channel("platform")], edited.slots[&channel("web")]), (2, 2, 1));

    let refused = home.other.edit_action(&edit, 3, &ada(), NOON).await.unwrap_err();
    assert_eq!(refused, SaveError::Changed(Box::new(edited.clone())));
    let refused = home.other.remove_action(&edit.id, Some(1), &ada(), NOON).await.unwrap_err();
    assert_eq!(refused, SaveError::Changed(Box::new(edited.clone())));

    let mut taken = edited.clone();
    taken.slots.insert(channel("platform"), 1);
    let refused = home.store.edit_action(&taken, 3, &ada(), NOON).await.unwrap_err();
    assert_eq!(refused.to_string(), "slot 1 of prod/platform belongs to Enrich");
    assert_eq!(home.store.actions().await.unwrap(), [first, edited.clone()], "a refused edit changes nothing");

    assert_eq!(home.store.edit_action(&edited, 3, &ada(), NOON).await.unwrap(), edited, "nothing differs");
    home.store.add_action(&action("Roll back later"), 3, &ada(), NOON).await.unwrap();
    home.store.remove_action(&edited.id, None, &ada(), NOON).await.unwrap();
    let gone = home.store.edit_action(&edited, 3, &ada(), NOON).await.unwrap_err();
    assert_eq!(gone, SaveError::Gone { id: "roll-back".into() });
}

pub(crate) async fn the_log_says_what_changed_and_no_secret(home: Home) {
    let mut edit = added(&home.store, "Roll back").await;
    edit.headers = vec![Header::new("Authorization", "Bearer s3cret")];
    (edit.endpoint, edit.timeout_ms) = ("https://ci.example/other".into(), 20_000);
    edit = home.store.edit_action(&edit, 3, &ada(), NOON + 1).await.unwrap();
    home.store.edit_action(&edit, 3, &ada(), NOON + 2).await.unwrap();
    edit.name = "Revert".into();
    home.store.edit_action(&edit, 3, &ada(), NOON + 3).await.unwrap();
    home.store.remove_action("roll-back", None, &ada(), NOON + 4).await.unwrap();
    let log = home.other.log(&LogQuery { oldest_first: true, ..LogQuery::default() }).await.unwrap();
    let said: Vec<String> = log.iter().map(andon::domain::activity::Activity::summary).collect();
    assert_eq!(
        said,
        [
            "added Roll back (prod/platform 1)",
            "changed Roll back: endpoint, headers, timeout",
            "changed Revert: name (was Roll back)",
            "removed Revert (prod/platform 1)",
        ]
    );
    assert!(!format!("{log:?}").contains("s3cret"));
    assert_eq!(log[0].to_json()["operator"], "Ada");
}

pub(crate) async fn a_lowered_limit_evicts_nobody(home: Home) {
    for name in ["A", "B", "C", "D"] {
        added(&home.store, name).await;
    }
    let mut last = home.store.actions().await.unwrap().remove(3);
    last.description = "still here".into();
    let kept = home.store.edit_action(&last, 3, &ada(), NOON).await.unwrap();
    assert_eq!(kept.slots[&channel("platform")], 4);
    home.store.remove_action("a", None, &ada(), NOON).await.unwrap();
    let refused = home.store.add_action(&action("E"), 3, &ada(), NOON).await.unwrap_err();
    assert_eq!(refused.to_string(), "prod/platform is full (3/3): 2 B, 3 C, 4 D");
}
