//! What is kept here about incidents, and drafts.

use andon::domain::incident::{IncidentKey, IncidentRow};
use andon::domain::local::{Local, LocalMark};
use andon::store::LocalKind;

use crate::store::contract::Home;
use crate::store::samples::NOON;

fn mark(value: &str, by: &str) -> LocalMark {
    LocalMark { value: value.to_owned(), by: by.to_owned(), at_s: NOON / 1_000 }
}

pub(crate) async fn what_is_kept_here_is_seen_by_all_until_it_is_taken_back(home: Home) {
    let (one, two) = (IncidentKey::new("am", "64f1"), IncidentKey::new("am", "b"));
    home.store.set_local(&one, LocalKind::Acknowledged, Some(mark("", "ada"))).await.unwrap();
    home.other.set_local(&one, LocalKind::Acknowledged, Some(mark("", "bob\0"))).await.unwrap();
    home.store.set_local(&two, LocalKind::Assigned, Some(mark("eve@example.com", "ada"))).await.unwrap();
    let locals = home.other.locals().await.unwrap();
    let acknowledged = Local { acknowledged: Some(mark("", "bob␀")), assigned: None };
    assert_eq!((locals.len(), locals.get(&one)), (2, Some(&acknowledged)), "the last one counts");
    home.other.set_local(&one, LocalKind::Acknowledged, None).await.unwrap();
    let locals = home.store.locals().await.unwrap();
    assert_eq!((locals.len(), locals[&two].assigned.as_ref()), (1, Some(&mark("eve@example.com", "ada"))));
}

pub(crate) async fn notes_stay_in_their_order(home: Home) {
    let (one, other) = (IncidentKey::new("am", "64f1"), IncidentKey::new("other", "64f1"));
    for (by, text) in [("ada", "swap is full"), ("bob", "two\nlines")] {
        home.store.add_local_note(&one, by, NOON, text).await.unwrap();
    }
    home.other.add_local_note(&other, "eve", NOON, "elsewhere").await.unwrap();
    let notes = home.other.local_notes(&one).await.unwrap();
    let told: Vec<(&str, &str)> = notes.iter().map(|note| (note.by.as_str(), note.text.as_str())).collect();
    assert_eq!(told, [("ada", "swap is full"), ("bob", "two\nlines")]);
}

pub(crate) async fn a_draft_is_there_until_it_is_empty(home: Home) {
    let key = IncidentKey::new("am", "64f1");
    home.store.set_draft(&key, "begun").await.unwrap();
    home.store.set_draft(&key, "begun and left").await.unwrap();
    assert_eq!(home.other.drafts().await.unwrap().get(&key).map(String::as_str), Some("begun and left"));
    home.other.set_draft(&key, "").await.unwrap();
    assert_eq!(home.store.drafts().await.unwrap().len(), 0);
}

pub(crate) async fn an_incident_that_was_handled_is_stored_as_it_is_now(home: Home) {
    let mut incident = andon::domain::incident::Incident {
        incident_id: "64f1".to_owned(),
        source: "am".to_owned(),
        channel_key: "am/web".to_owned(),
        ..Default::default()
    };
    home.store.put_incidents(vec![IncidentRow::pack(&incident)]).await.unwrap();
    "worse".clone_into(&mut incident.title);
    home.other.put_incidents(vec![IncidentRow::pack(&incident)]).await.unwrap();
    assert_eq!(home.store.incident(&incident.key()).await.unwrap().unwrap().unpack(), incident);
    assert_eq!(home.store.sources_seen().await.unwrap().len(), 0, "nobody asked the source");
}
