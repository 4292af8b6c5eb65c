//! Many changes to actions at once.

use andon::domain::action::Action;
use andon::domain::activity::Activity;
use andon::store::{ActionChange, LogQuery, SaveError, Store};

use crate::store::contract::Home;
use crate::store::samples::{NOON, action, ada, added, channel};

fn in_slot(mut action: Action, channel_id: &str, slot: u8) -> Action {
    action.slots = [(channel(channel_id), slot)].into();
    action
}

fn remove(action: &Action) -> ActionChange {
    ActionChange::Remove { id: action.id.clone(), revision: Some(action.revision) }
}

async fn places(store: &Store) -> Vec<(String, u8)> {
    let place = |action: &Action| (action.name.clone(), action.slots.get(&channel("platform")).copied().unwrap_or(0));
    store.actions().await.unwrap().iter().map(place).collect()
}

fn named(names: &[(&str, u8)]) -> Vec<(String, u8)> {
    names.iter().map(|(name, slot)| ((*name).to_owned(), *slot)).collect()
}

pub(crate) async fn places_that_are_given_back_are_free_for_the_others(home: Home) {
    let (a, b, c) = (added(&home.store, "A").await, added(&home.store, "B").await, added(&home.store, "C").await);
    let size = home.store.log_size().await.unwrap();
    // The new ones come first; A and B change places and names; C leaves; one takes the free slot.
    let swap = |mut action: Action, name: &str, slot| {
        action.name = name.into();
        in_slot(action, "platform", slot)
    };
    let changes = vec![
        ActionChange::Add(action("Free")),
        ActionChange::Edit(swap(a, "B", 2)),
        ActionChange::Edit(swap(b, "A", 1)),
        remove(&c),
    ];
    let stored = home.store.apply_actions(changes, 3, &ada(), NOON).await.unwrap();
    let ids: Vec<(&str, i64)> = stored.iter().map(|action| (action.id.as_str(), action.revision)).collect();
    assert_eq!(ids, [("free", 1), ("a", 2), ("b", 2), ("c", 1)], "in the order asked for");
    assert_eq!(places(&home.other).await, named(&[("A", 1), ("B", 2), ("Free", 3)]));
    assert_eq!(home.other.actions().await.unwrap()[2], stored[0]);
    let log = home.other.log(&LogQuery { after: Some(size), oldest_first: true, ..LogQuery::default() }).await.unwrap();
    assert_eq!(
        log.iter().map(Activity::summary).collect::<Vec<_>>(),
        [
            "added Free (prod/platform 3)",
            "changed B: name (was A), channels",
            "changed A: name (was B), channels",
            "removed C (prod/platform 3)",
        ]
    );
}

pub(crate) async fn a_moved_action_leaves_its_place(home: Home) {
    let a = added(&home.store, "A").await;
    let moved = in_slot(a.clone(), "web", 0);
    let taking = in_slot(action("New"), "platform", 1);
    home.store
        .apply_actions(vec![ActionChange::Add(taking), ActionChange::Edit(moved)], 1, &ada(), NOON)
        .await
        .unwrap();
    assert_eq!(places(&home.other).await, named(&[("A", 0), ("New", 1)]));
    // The same id anew: the old one goes, whatever the order.
    let new = home.store.actions().await.unwrap().remove(1);
    let mut anew = in_slot(action("New"), "platform", 1);
    anew.endpoint = "https://other.example/".into();
    home.store.apply_actions(vec![ActionChange::Add(anew), remove(&new)], 1, &ada(), NOON).await.unwrap();
    assert_eq!(home.other.actions().await.unwrap()[1].endpoint, "https://other.example/");
}

pub(crate) async fn wanted_places_come_before_free_ones(home: Home) {
    let changes = vec![
        ActionChange::Add(action("Any")),
        ActionChange::Add(Action { id: String::new(), ..action("Roll back") }),
        ActionChange::Add(in_slot(Action { id: "roll-back".into(), ..action("First") }, "platform", 1)),
    ];
    let stored = home.store.apply_actions(changes, 3, &ada(), NOON).await.unwrap();
    assert_eq!(places(&home.other).await, named(&[("Any", 2), ("First", 1), ("Roll back", 3)]));
    assert_eq!(stored[1].id, "roll-back-2", "an id that is written down comes before one that is made");
}

pub(crate) async fn one_refusal_refuses_all(home: Home) {
    let (a, b) = (added(&home.store, "A").await, added(&home.store, "B").await);
    let before = home.store.actions().await.unwrap();
    let size = home.store.log_size().await.unwrap();
    let stale = Action { revision: 7, ..b.clone() };
    let of = |name: &str, error: SaveError| SaveError::Of { name: name.into(), error: Box::new(error) };
    let gone = Action { id: "gone".into(), ..action("Gone") };
    for (last, refusal) in [
        (ActionChange::Edit(stale), of("B", SaveError::Changed(Box::new(b.clone())))),
        (ActionChange::Edit(gone), of("Gone", SaveError::Gone { id: "gone".into() })),
        (remove(&a), of("a", SaveError::Gone { id: "a".into() })),
        (ActionChange::Add(Action { id: "b".into(), ..action("X") }), of("X", SaveError::IdTaken { id: "b".into() })),
        (
            ActionChange::Add(in_slot(action("X"), "platform", 2)),
            of("X", SaveError::SlotTaken { channel: channel("platform"), slot: 2, holder: "B".into() }),
        ),
    ] {
        let changes = vec![remove(&a), ActionChange::Add(action("New")), last];
        let refused = home.store.apply_actions(changes, 3, &ada(), NOON).await.unwrap_err();
        assert_eq!(refused, refusal);
        assert_eq!(home.other.actions().await.unwrap(), before);
        assert_eq!(home.other.log_size().await.unwrap(), size);
    }
    let said = of("B", SaveError::Gone { id: "b".into() }).to_string();
    assert_eq!(said, "B: the action b no longer exists: someone else has removed it");
    let twice = vec![ActionChange::Edit(Action { description: "x".into(), ..b.clone() }), remove(&b)];
    assert!(home.store.apply_actions(twice, 3, &ada(), NOON).await.is_err(), "one action, one change");
    assert_eq!(home.other.actions().await.unwrap(), before);

    let same = home.store.apply_actions(vec![ActionChange::Edit(a), ActionChange::Edit(b)], 3, &ada(), NOON).await;
    assert_eq!(same.unwrap(), before, "nothing differs");
    assert_eq!(home.other.log_size().await.unwrap(), size);
    assert_eq!(home.store.apply_actions(vec![], 3, &ada(), NOON).await.unwrap(), []);
}
