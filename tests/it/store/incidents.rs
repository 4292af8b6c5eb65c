//! The last known incidents.

use andon::domain::arrivals::Hour;
use andon::domain::board::Delta;
use andon::domain::channel::Channel;
use andon::domain::incident::{IncidentKey, IncidentRow, Progress, Severity};
use andon::store::SourceSeen;

use crate::store::contract::Home;
use crate::store::samples::{channel, incident};

fn delta(changed: Vec<IncidentRow>) -> Delta {
    Delta { source: "prod".into(), changed, at_s: 100, ..Delta::default() }
}

pub(crate) async fn the_board_is_read_back_in_its_order(home: Home) {
    let rows = vec![
        incident("info", Severity::Info, 900),
        incident("old", Severity::Critical, 10),
        incident("new", Severity::Critical, 20),
        incident("B", Severity::Warning, 5),
        incident("a", Severity::Warning, 5),
    ];
    home.store.apply(&delta(rows.clone())).await.unwrap();
    let order = [2, 1, 3, 4, 0].map(|at: usize| rows[at].clone());
    assert_eq!(home.other.open_incidents(None).await.unwrap(), order);
    assert_eq!(home.other.open_incidents(Some(2)).await.unwrap(), order[..2]);
    assert_eq!(home.other.incident(&rows[0].key).await.unwrap().as_ref(), Some(&rows[0]));
    assert_eq!(home.other.incident(&IncidentKey::new("prod", "none")).await.unwrap(), None);
    assert_eq!(home.other.find_incidents("old").await.unwrap(), [rows[1].clone()]);
    assert_eq!(home.other.find_incidents("oldn").await.unwrap(), [rows[1].clone()], "a number in any case");
    assert!(home.other.find_incidents("OLD").await.unwrap().is_empty(), "an id as it is");
}

pub(crate) async fn what_is_gone_is_closed(home: Home) {
    home.store
        .apply(&delta(vec![incident("a", Severity::Critical, 1), incident("b", Severity::Critical, 2)]))
        .await
        .unwrap();
    let changed = vec![incident("b", Severity::Info, 2), incident("b", Severity::Warning, 2)];
    let gone = vec![IncidentKey::new("prod", "a"), IncidentKey::new("prod", "never")];
    home.store.apply(&Delta { gone, at_s: 200, ..delta(changed) }).await.unwrap();
    let open = home.other.open_incidents(None).await.unwrap();
    assert_eq!(open, [incident("b", Severity::Warning, 2)], "the last of two counts");
    let closed = home.other.incident(&IncidentKey::new("prod", "a")).await.unwrap().unwrap();
    assert_eq!((closed.progress, closed.unpack().close_time), (Progress::Closed, 200));
    let again = Delta { gone: vec![IncidentKey::new("prod", "a")], at_s: 300, ..delta(vec![]) };
    home.store.apply(&again).await.unwrap();
    let closed = home.other.incident(&IncidentKey::new("prod", "a")).await.unwrap().unwrap();
    assert_eq!(closed.unpack().close_time, 200, "it was closed once");
    assert_eq!(home.other.all_incidents().await.unwrap().len(), 2);
}

pub(crate) async fn sources_and_channels_are_remembered(home: Home) {
    let platform = Channel { key: channel("platform"), name: "Plat\0form".into() };
    let mut first = delta(vec![incident("a", Severity::Info, 1)]);
    first.channels = vec![platform, Channel { key: channel("web"), name: "web".into() }];
    home.store.apply(&first).await.unwrap();
    first.channels = vec![Channel { key: channel("web"), name: "Web team".into() }];
    home.store.apply(&Delta { source: "duty".into(), changed: vec![], ..first }).await.unwrap();
    let names: Vec<String> = home.other.channels().await.unwrap().into_iter().map(|channel| channel.name).collect();
    assert_eq!(names, ["Plat␀form", "Web team"]);
    let seen = |name: &str, open| SourceSeen { name: name.into(), answered_at_s: 100, open };
    assert_eq!(home.other.sources_seen().await.unwrap(), [seen("duty", 0), seen("prod", 1)]);
}

pub(crate) async fn ten_thousand_are_written_at_once(home: Home) {
    let rows: Vec<IncidentRow> =
        (0..10_000).map(|at| incident(&format!("i{at:05}"), Severity::Warning, i64::from(at))).collect();
    home.store.apply(&delta(rows.clone())).await.unwrap();
    let open = home.other.open_incidents(None).await.unwrap();
    assert!(open.iter().eq(rows.iter().rev()));
    let gone: Vec<IncidentKey> = rows[1..].iter().map(|row| row.key.clone()).collect();
    home.store.apply(&Delta { gone, ..delta(vec![]) }).await.unwrap();
    assert_eq!(home.other.open_incidents(None).await.unwrap(), rows[..1]);
}

pub(crate) async fn arrivals_are_counted_by_the_hour(home: Home) {
    let now_s = 1_000_000;
    let rows = vec![
        incident("a", Severity::Info, now_s),
        incident("b", Severity::Critical, now_s - 3_599),
        incident("c", Severity::Warning, now_s - 3_600),
        incident("d", Severity::Warning, now_s - 24 * 3_600 + 1),
        incident("e", Severity::Critical, now_s - 24 * 3_600),
        incident("f", Severity::Critical, now_s + 1),
    ];
    home.store.apply(&delta(rows)).await.unwrap();
    let gone = vec![IncidentKey::new("prod", "c")];
    home.store.apply(&Delta { gone, ..delta(Vec::new()) }).await.unwrap();
    let hours = home.other.arrivals(now_s).await.unwrap().0;
    let came: Vec<_> = hours.iter().enumerate().filter(|(_, hour)| hour.count > 0).collect();
    let hour = |count, worst| Hour { count, worst: Some(worst) };
    let wanted = [hour(1, Severity::Warning), hour(1, Severity::Warning), hour(2, Severity::Critical)];
    assert_eq!(came, [(0, &wanted[0]), (22, &wanted[1]), (23, &wanted[2])], "closed ones came as well");
}
