//! Called back while nobody looks, and left alone while somebody does.

use andon::app::effect::Effect;
use andon::app::event::{Event, SourceState};
use andon::app::state::notifications::Notifications;
use andon::domain::activity::{Activity, Entry};
use andon::domain::board::Delta;
use andon::domain::incident::{IncidentRow, Severity};
use andon::domain::run::{Outcome, Run};

use crate::support::model::{NOON_S, Screen, row, run_line, settings, snapshot, source};

fn screen() -> Screen {
    let mut screen = Screen::with(snapshot(), (120, 36));
    screen.model.settings = andon::app::state::settings::Settings {
        notifications: Notifications { bell: true, notify: true, title: true },
        ..settings()
    };
    screen
}

fn changed(screen: &mut Screen, rows: Vec<IncidentRow>) -> Vec<Effect> {
    let delta = Delta { source: "prod".to_owned(), changed: rows, at_s: NOON_S, ..Delta::default() };
    screen.event(Event::Changed(Box::new(delta)))
}

/// What notifications say; each rings the bell, too.
fn calls(effects: &[Effect]) -> Vec<&str> {
    let mut words = Vec::new();
    for effect in effects {
        match effect {
            Effect::Notify { bell: true, notification: Some(text) } => words.push(text.as_str()),
            Effect::Notify { .. } => panic!("{effect:?}"),
            _ => {}
        }
    }
    words
}

fn titles(effects: &[Effect]) -> Vec<&str> {
    effects
        .iter()
        .filter_map(|effect| if let Effect::Title(title) = effect { Some(title.as_str()) } else { None })
        .collect()
}

#[test]
fn a_new_critical_incident_calls_once_and_others_never() {
    let mut screen = screen();
    screen.event(Event::Focus(false));
    let effects =
        changed(&mut screen, vec![row(-1, Severity::Critical, "pay is \u{1b}down"), row(-2, Severity::Warning, "x")]);
    assert_eq!(calls(&effects), ["critical: pay is ␛down"]);
    assert_eq!(titles(&effects), ["andon: 5 critical, 14 open"]);
    let effects = changed(&mut screen, vec![row(-1, Severity::Critical, "pay is down again")]);
    assert!(calls(&effects).is_empty() && titles(&effects).is_empty(), "{effects:?}");
    let effects = changed(&mut screen, vec![row(-2, Severity::Critical, "x"), row(-3, Severity::Critical, "y")]);
    assert!(calls(&effects)[0].starts_with("2 new critical incidents"), "{effects:?}");
}

#[test]
fn nobody_is_called_who_looks_and_the_first_list_of_a_source_is_no_news() {
    let mut screen = screen();
    screen.event(Event::Focus(true));
    assert!(calls(&changed(&mut screen, vec![row(-1, Severity::Critical, "x")])).is_empty());
    screen.event(Event::Focus(false));
    screen.event(Event::Source(SourceState { fresh: false, ..source() }));
    assert!(calls(&changed(&mut screen, vec![row(-2, Severity::Critical, "y")])).is_empty());
}

#[test]
fn where_the_terminal_does_not_tell_a_key_says_that_somebody_looks() {
    let mut screen = screen();
    screen.keys("j");
    assert!(calls(&changed(&mut screen, vec![row(-1, Severity::Critical, "x")])).is_empty());
    screen.wait(61_000);
    assert_eq!(calls(&changed(&mut screen, vec![row(-2, Severity::Critical, "y")])).len(), 1);
}

fn ended(screen: &mut Screen, tune: impl FnOnce(&mut Run)) -> Vec<Effect> {
    let Activity { entry: Entry::Run(mut run), seq, at_ms } = run_line(9, "r9", Some(Outcome::Succeeded)) else {
        panic!("not a run")
    };
    tune(&mut run);
    let activity = Box::new(Activity { entry: Entry::Run(run), seq, at_ms });
    screen.event(Event::Ended { activity, not_recorded: None })
}

#[test]
fn a_run_that_ended_badly_or_took_long_calls() {
    let mut screen = screen();
    screen.event(Event::Focus(false));
    assert!(calls(&ended(&mut screen, |run| run.duration_ms = Some(900))).is_empty());
    let effects = ended(&mut screen, |run| run.duration_ms = Some(12_000));
    assert!(calls(&effects)[0].ends_with("succeeded after 12 s"), "{effects:?}");
    let effects = ended(&mut screen, |run| run.outcome = Some(Outcome::Unknown));
    assert!(calls(&effects)[0].contains("unknown"), "{effects:?}");
    let effects = ended(&mut screen, |run| (run.outcome, run.group) = (Some(Outcome::Failed), Some("g".to_owned())));
    assert!(calls(&effects).is_empty(), "one of many is told with all of them: {effects:?}");
    assert_eq!(calls(&screen.event(Event::GroupEnded { group: "g".to_owned() })).len(), 1);
}

#[test]
fn what_somebody_has_in_hand_calls_nobody_until_it_is_not() {
    use andon::domain::marks::Mark;
    let mut screen = screen();
    screen.event(Event::Focus(false));
    let plain = row(-1, Severity::Critical, "pay is down");
    let mut marked = plain.unpack();
    marked.set_marks(&[Mark::Downtime]);
    let marked = IncidentRow::pack(&marked);
    assert!(calls(&changed(&mut screen, vec![marked.clone()])).is_empty());
    assert_eq!(calls(&changed(&mut screen, vec![plain])), ["critical: pay is down"]);
    assert!(calls(&changed(&mut screen, vec![marked])).is_empty());
}
