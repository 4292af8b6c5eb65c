//! What a row says of who has an incident, and of its labels.

use std::collections::BTreeMap;

use andon::domain::facts::Owner;
use andon::domain::incident::{Incident, IncidentRow, Progress, Responder};
use andon::domain::local::{Local, LocalMark};
use andon::domain::marks::Mark;

fn responder(name: &str, acknowledged_at: i64) -> Responder {
    let email = format!("{name}@example.com");
    Responder { person_name: name.to_owned(), email, acknowledged_at, ..Responder::default() }
}

#[test]
fn who_has_it_is_who_acknowledged_it_last_or_has_it_here() {
    let mut incident = Incident { source: "prod".to_owned(), ..Incident::default() };
    assert_eq!(IncidentRow::pack(&incident).owner(0), Owner::Nobody);
    incident.responders = vec![responder("ada", 7), responder("linus", 9), responder("grace", 0)];
    assert_eq!(IncidentRow::pack(&incident).owner(0), Owner::Nobody, "they were asked, and nobody has it now");
    incident.progress = Progress::Processing;
    let row = IncidentRow::pack(&incident);
    assert_eq!(row.owner(0), Owner::Acknowledged("linus"));
    assert_eq!(row.facts.people().count(), 6);
    incident.snoozed_before = 100;
    assert_eq!(IncidentRow::pack(&incident).owner(99), Owner::Snoozed(100));
    assert_eq!(IncidentRow::pack(&incident).owner(100), Owner::Acknowledged("linus"));
    incident.progress = Progress::Closed;
    assert_eq!(IncidentRow::pack(&incident).owner(0), Owner::Closed);
}

#[test]
fn what_is_kept_here_counts_and_a_mark_of_the_source_does_where_nobody_has_it() {
    let mut incident = Incident { source: "am".to_owned(), ..Incident::default() };
    incident.set_marks(&[Mark::Silenced]);
    assert_eq!(IncidentRow::pack(&incident).owner(0), Owner::Quiet);
    let mark = |value: &str, by: &str| Some(LocalMark { value: value.to_owned(), by: by.to_owned(), at_s: 7 });
    Local { acknowledged: None, assigned: mark("bob", "ada") }.lay_over(&mut incident);
    let row = IncidentRow::pack(&incident);
    assert_eq!((row.owner(0), row.facts.local), (Owner::Assigned("bob"), true));
    Local::lift(&mut incident);
    Local { acknowledged: mark("", "ada"), assigned: None }.lay_over(&mut incident);
    assert_eq!(IncidentRow::pack(&incident).owner(0), Owner::Acknowledged("ada"));
}

#[test]
fn labels_come_back_as_they_were() {
    let pairs =
        [("host", "es.nj.01"), ("a\"b", "x\",\"y\":\"z"), ("path", r"C:\x"), ("队列", ""), ("sep", "\u{1e}\u{1f}")];
    for count in 0..=pairs.len() {
        let labels: BTreeMap<String, String> =
            pairs[..count].iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let row = IncidentRow::pack(&Incident { labels: labels.clone(), ..Incident::default() });
        let read: BTreeMap<String, String> =
            row.facts.labels().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
        assert_eq!(read, labels);
        assert_eq!(row.unpack().labels, labels);
    }
}
