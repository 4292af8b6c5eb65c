//! A file: an array or lines, what cannot be read of it, and what is kept of a long one.

use std::path::Path;

use andon::domain::board::{Delta, Known, Listing};
use andon::domain::incident::{IncidentKey, IncidentRow};
use andon::source::{Pages, Source, SourceErrorKind};

use crate::source::{keeps_the_contract, source};

fn file(dir: &Path, content: &str) -> Box<dyn Source> {
    std::fs::write(dir.join("i.json"), content).unwrap();
    source(dir, "kind = \"file\"\npath = \"i.json\"\nbadge = \"P\"\nrefresh = \"5s\"")
}

#[tokio::test]
async fn a_file_is_an_array_or_lines() {
    let dir = tempfile::tempdir().unwrap();
    let item = r#"{"incident_id": "a1b2c3d4", "title": "queue lag", "channel_id": 7, "channel_name": "Queues"}"#;
    for content in [format!("\u{feff}[{item}]"), format!("{item}\n\n{}\n", item.replace("a1", "a2"))] {
        let source = file(dir.path(), &content);
        keeps_the_contract(&*source, "file").await;
        assert_eq!(source.watched(), Some(&*dir.path().join("i.json")));
        let listing = source.list(&Pages::unwanted()).await.unwrap();
        assert_eq!((listing.channels.len(), listing.channels[0].name.as_str()), (1, "Queues"));
        assert_eq!((&*listing.rows[0].num, listing.rows[0].unpack().channel_id), ("a1b2c3d4", 7));
    }
    let listing = file(dir.path(), "[]").list(&Pages::unwanted()).await.unwrap();
    assert!(listing.complete && listing.rows.is_empty(), "{listing:?}");
    for content in [
        format!("[{item}]\n[{}]", item.replace("a1", "a2")),
        format!("{}\n{}", item.replace(", ", ",\n"), item.replace("a1", "a2")),
    ] {
        let listing = file(dir.path(), &content).list(&Pages::unwanted()).await.unwrap();
        assert_eq!((listing.rows.len(), listing.complete), (2, true), "{content}");
    }
}

#[tokio::test]
async fn one_bad_item_does_not_take_the_others_with_it() {
    let dir = tempfile::tempdir().unwrap();
    let listing = file(dir.path(), r#"[{"incident_id": "a"}, {"title": "x"}, 7, {"incident_id": "b"}]"#)
        .list(&Pages::unwanted())
        .await
        .unwrap();
    assert_eq!((listing.rows.len(), listing.complete), (2, false));
    assert_eq!(
        listing.warnings,
        ["item 2 was left out: it has no incident_id", "item 3 was left out: it is not an object"]
    );
    let listing = file(dir.path(), "{\"incident_id\": \"a\"}\n{\"incid").list(&Pages::unwanted()).await.unwrap();
    assert_eq!((listing.rows.len(), listing.complete), (1, false));
    assert_eq!(listing.warnings, ["line 2 was left out: it is not JSON"]);
}

#[tokio::test]
async fn a_file_that_cannot_be_read_says_why() {
    let dir = tempfile::tempdir().unwrap();
    let error = file(dir.path(), r#"[{"incident_id": "a"}, {"inc"#).list(&Pages::unwanted()).await.unwrap_err();
    assert!(error.kind == SourceErrorKind::Rubbish && error.message.contains("cut"), "{error}");
    let error = file(dir.path(), "s3cret\n").list(&Pages::unwanted()).await.unwrap_err();
    assert!(error.kind == SourceErrorKind::Rubbish && !error.message.contains("s3cret"), "{error}");
    let gone = file(dir.path(), "[]");
    std::fs::remove_file(dir.path().join("i.json")).unwrap();
    let error = gone.list(&Pages::unwanted()).await.unwrap_err();
    assert!(error.kind == SourceErrorKind::Missing && error.message.contains("i.json"), "{error}");
    let folder = source(dir.path(), "kind = \"file\"\npath = \".\"").list(&Pages::unwanted()).await.unwrap_err();
    assert!(folder.message.contains("not a regular file"), "{folder}");
}

#[tokio::test]
async fn a_file_that_is_as_it_was_is_not_read_again() {
    let dir = tempfile::tempdir().unwrap();
    let source = file(dir.path(), r#"[{"incident_id": "a"}, 7]"#);
    let long_ago = std::time::SystemTime::now() - std::time::Duration::from_hours(1);
    let written = std::fs::File::options().write(true).open(dir.path().join("i.json")).unwrap();
    written.set_modified(long_ago).unwrap();
    assert_eq!(source.list(&Pages::unwanted()).await.unwrap().rows.len(), 1);
    let quiet = source.list(&Pages::unwanted()).await.unwrap();
    assert!(quiet.rows.is_empty() && !quiet.complete, "nothing is new, and nothing is gone: {quiet:?}");
    assert_eq!(quiet.warnings.len(), 1, "what was left out is still told");
    std::fs::write(dir.path().join("i.json"), r#"[{"incident_id": "b"}, 7]"#).unwrap();
    written.set_modified(long_ago).unwrap();
    assert_eq!(
        source.list(&Pages::unwanted()).await.unwrap().rows[0].key.id(),
        "b",
        "the same size and time, and yet another text"
    );
}

/// A second reading of a file, with what is known from the first.
async fn read_again(dir: &Path, first: &str, second: &str, but: &[&str]) -> (Listing, Delta) {
    let mut known = Known::default();
    known.take("prod", file(dir, first).list(&Pages::unwanted()).await.unwrap(), 1);
    let but = but.iter().map(|id| IncidentKey::new("prod", id)).collect();
    let pages = Pages::unwanted().after(known.before(but));
    let listing = file(dir, second).list(&pages).await.unwrap();
    (listing.clone(), known.take("prod", listing, 2))
}

#[tokio::test]
async fn of_a_long_file_only_what_is_new_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let line = |id: &str, title: &str| format!("{{\"incident_id\": \"{id}\", \"title\": \"{title}\"}}\n");
    let first = [line("a", "1"), line("b", "1"), line("c", "1")].concat();
    let second = [line("a", "1"), line("b", "2"), line("d", "1")].concat();
    let (listing, delta) = read_again(dir.path(), &first, &second, &[]).await;
    let ids = |rows: &[IncidentRow]| rows.iter().map(|row| row.key.id().to_owned()).collect::<Vec<_>>();
    assert_eq!(
        (ids(&listing.rows), &*listing.same),
        (vec!["b".into(), "d".into()], &[IncidentKey::new("prod", "a")][..])
    );
    assert_eq!((ids(&delta.changed), delta.gone), (vec!["b".into(), "d".into()], vec![IncidentKey::new("prod", "c")]));
    let (listing, delta) = read_again(dir.path(), &first, &first, &["a"]).await;
    assert_eq!(ids(&listing.rows), ["a"], "it is wanted whole, for what is kept here of it");
    assert!(delta.is_quiet());
    let twice = [line("a", "2"), line("b", "1"), line("c", "1"), line("a", "1")].concat();
    let (_, delta) = read_again(dir.path(), &first, &twice, &[]).await;
    assert!(delta.is_quiet(), "the later one counts, and it is as it was: {delta:?}");
}

#[tokio::test]
async fn a_bad_line_is_told_by_its_place_in_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let lines = "\n\n{\"incident_id\": \"a\"}\r\n\nrubbish\n";
    let listing = file(dir.path(), lines).list(&Pages::unwanted()).await.unwrap();
    assert_eq!(listing.warnings, ["line 5 was left out: it is not JSON"]);
    let error = file(dir.path(), "\n\n[{]").list(&Pages::unwanted()).await.unwrap_err();
    assert!(error.message.contains("line 3, column 3"), "{error}");
}
