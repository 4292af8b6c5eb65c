//! Retention.

use andon::domain::activity::{Activity, Entry};
use andon::domain::enrichment::{Enriched, Enrichment};
use andon::domain::incident::IncidentKey;
use andon::domain::run::Outcome;
use andon::store::{Begun, Forgotten, LogQuery, Store};

use crate::store::contract::Home;
use crate::store::samples::{NOON, ada, added, detail, run, started, succeeded};

const HOUR: i64 = 3_600_000;

async fn operations(store: &Store, count: i64, at_ms: i64) {
    let mut notes = tokio::task::JoinSet::new();
    for number in 0..count {
        let store = store.clone();
        notes.spawn(async move {
            let entry = Entry::Operation {
                incident: IncidentKey::new("prod", "i"),
                num: String::new(),
                operator: ada(),
                summary: format!("comment {number}"),
            };
            store.note(&entry, at_ms).await.unwrap()
        });
    }
    notes.join_all().await;
}

pub(crate) async fn what_is_old_is_forgotten_but_never_what_has_not_ended(home: Home) {
    let action = added(&home.store, "Enrich").await;
    for (id, ended_at) in [("old", NOON + 1), ("long", NOON + 3 * HOUR)] {
        started(&home.store, &run(id, &action, id, NOON)).await;
        home.store.end_run(id, &succeeded(id), ended_at).await.unwrap();
        home.store.end_run(id, &succeeded(id), ended_at).await.unwrap();
    }
    started(&home.store, &run("unended", &action, "unended", NOON)).await;
    operations(&home.store, 450, NOON).await;
    operations(&home.store, 2, NOON + 2 * HOUR).await;
    let enriched = |run_id: &str| Enriched {
        id: 0,
        incident: IncidentKey::new("prod", "x"),
        run_id: run_id.into(),
        action: "Enrich".into(),
        at_ms: NOON,
        added: Enrichment { note: "n".into(), ..Enrichment::default() },
    };
    home.store.enrich(&enriched("old")).await.unwrap();
    home.store.enrich(&enriched("long")).await.unwrap();

    let (forgotten, beside) = tokio::join!(home.store.forget(NOON + HOUR), async {
        // Others write between the batches.
        started(&home.other, &run("beside", &action, "beside", NOON + 2 * HOUR)).await;
    });
    let () = beside;
    // The line of the action, the old run and its correction, 450 operations.
    assert_eq!(forgotten.unwrap(), 1 + 2 + 450);
    let left = home.other.log(&LogQuery { oldest_first: true, ..LogQuery::default() }).await.unwrap();
    let said: Vec<String> = left.iter().map(Activity::summary).collect();
    assert_eq!(left.len(), 6, "{said:?}");
    assert_eq!(said[0], "Enrich on 054D57: succeeded 200 \"long\"");
    assert_eq!(said[1], "learned later: succeeded 200 \"long\"");
    assert_eq!(said[2], "Enrich on 054D57: running");
    assert_eq!(home.other.run_record("old").await.unwrap(), None);
    assert!(home.other.run_record("long").await.unwrap().unwrap().detail.answer.is_some());
    let found = LogQuery { text: Some("comment".into()), ..LogQuery::default() };
    assert_eq!(home.other.log(&found).await.unwrap().len(), 2);
    let added: Vec<String> =
        home.other.enriched(&enriched("x").incident).await.unwrap().into_iter().map(|one| one.run_id).collect();
    assert_eq!(added, ["long"]);
    assert_eq!(home.other.button_facts().await.unwrap()[0].last.as_ref().unwrap().outcome, Outcome::Succeeded);

    let press = async |id: &str, incident: &str| {
        home.other.begin_run(&run(id, &action, incident, NOON + HOUR), &detail(), 1, 24 * 3_600_000).await.unwrap()
    };
    assert!(matches!(press("a", "old").await, Begun::Started(_)), "what is forgotten holds nothing up");
    assert!(matches!(press("b", "long").await, Begun::Cooldown { .. }));
    assert!(matches!(press("c", "unended").await, Begun::InFlight(_)));
    assert_eq!(home.store.forget(NOON + HOUR).await.unwrap(), 0, "once is enough");
}

pub(crate) async fn no_single_look_at_the_clock_removes_anything(home: Home) {
    const DAY: i64 = 24 * HOUR;
    const KEPT: i64 = 400 * DAY;
    let store = &home.store;
    let size = async || store.log_size().await.unwrap();
    operations(store, 3, NOON).await;
    assert_eq!(store.forget_old(NOON + DAY, KEPT).await.unwrap(), Forgotten::Nothing);

    // Years ahead: once, again at once, again years later, and back.
    let ahead = NOON + 4_000 * DAY;
    assert_eq!(store.forget_old(ahead, KEPT).await.unwrap(), Forgotten::Noted { lines: 3 });
    assert_eq!(store.forget_old(ahead + HOUR, KEPT).await.unwrap(), Forgotten::Nothing);
    assert_eq!(store.forget_old(ahead + 1_000 * DAY, KEPT).await.unwrap(), Forgotten::Noted { lines: 3 });
    assert_eq!(store.forget_old(ahead - 1_000 * DAY, KEPT).await.unwrap(), Forgotten::Noted { lines: 3 });
    assert_eq!(store.forget_old(NOON + DAY, KEPT).await.unwrap(), Forgotten::Nothing);
    assert_eq!(size().await, 3);

    // The clock is right and time passes.
    operations(store, 2, NOON + 5 * DAY).await;
    let old = NOON + KEPT + DAY;
    assert_eq!(store.forget_old(old, KEPT).await.unwrap(), Forgotten::Noted { lines: 3 });
    assert_eq!(home.other.forget_old(old + DAY, KEPT).await.unwrap(), Forgotten::Nothing);
    assert_eq!(size().await, 5);
    let removed = store.forget_old(old + 10 * DAY, KEPT).await.unwrap();
    assert_eq!(removed, Forgotten::Removed { lines: 3, before_ms: NOON + DAY }, "only what the first one found");
    assert_eq!(size().await, 2);
    assert_eq!(store.forget_old(old + 11 * DAY, KEPT).await.unwrap(), Forgotten::Nothing);
    let removed = store.forget_old(old + 20 * DAY, KEPT).await.unwrap();
    assert_eq!(removed, Forgotten::Removed { lines: 2, before_ms: NOON + 11 * DAY });
}
