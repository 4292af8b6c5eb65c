//! What actions add to incidents.

use andon::domain::enrichment::{Enriched, Enrichment};
use andon::domain::incident::IncidentKey;
use andon::store::LogQuery;

use crate::store::contract::Home;
use crate::store::samples::{NOON, ada};

fn added(run_id: &str, incident: &str, note: &str) -> Enriched {
    Enriched {
        id: 0,
        incident: IncidentKey::new("prod", incident),
        run_id: run_id.into(),
        action: "Enrich".into(),
        at_ms: NOON,
        added: Enrichment {
            labels: vec![("owner".into(), "ada\0".into())],
            links: vec![("Graph".into(), "https://g.example/1".into())],
            note: note.into(),
            ..Enrichment::default()
        },
    }
}

pub(crate) async fn what_runs_added_is_shown_until_it_is_removed(home: Home) {
    let (one, two, other) = (added("r1", "64f1", "one"), added("r2", "64f1", "two"), added("r3", "b", "three"));
    let mut ids = Vec::new();
    for enriched in [&one, &two, &other] {
        ids.push(home.store.enrich(enriched).await.unwrap());
    }
    let key = one.incident.clone();
    let wanted = [Enriched { id: ids[0], ..one.clone() }, Enriched { id: ids[1], ..two.clone() }];
    assert_eq!(home.other.enriched(&key).await.unwrap(), wanted);
    assert_eq!(home.other.enriched(&IncidentKey::new("stage", "64f1")).await.unwrap(), []);

    let again = added("r1", "64f1", "one, said again");
    assert_eq!(home.other.enrich(&again).await.unwrap(), ids[0], "a run adds once");
    let shown = home.store.enriched(&key).await.unwrap();
    assert_eq!(shown.iter().map(|one| one.added.note.as_str()).collect::<Vec<_>>(), ["one, said again", "two"]);

    let by = ada();
    let (first, second) = tokio::join!(
        home.store.remove_enriched(ids[0], &by, NOON + 1),
        home.other.remove_enriched(ids[0], &by, NOON + 1)
    );
    assert_ne!(first.unwrap(), second.unwrap(), "one of the two removed it");
    assert_eq!(home.other.enriched(&key).await.unwrap(), [Enriched { id: ids[1], ..two }]);
    assert!(!home.store.remove_enriched(99, &ada(), NOON).await.unwrap());
    let log = home.other.log(&LogQuery { incident: Some("64f1".into()), ..LogQuery::default() }).await.unwrap();
    assert_eq!(log.len(), 1, "one line for one removal");
    assert_eq!(log[0].summary(), "removed what Enrich added (run r1)");
    assert_eq!(log[0].to_json()["operator"], "Ada");
}
