//! Finding incidents: the filter's language, completions and history, views, order, groups, what is shared.

use andon::app::effect::Effect;
use andon::app::event::{Event, Snapshot, SourceState};
use andon::app::incidents::ListRow;
use andon::app::modes::Mode;
use andon::domain::channel::{Channel, ChannelKey};
use andon::domain::incident::{Incident, IncidentRow, Progress, Responder, Severity};
use andon::domain::marks;
use andon::domain::operation::{Abilities, Operation, OperationKind};
use andon::domain::run::Outcome;
use andon::domain::saved_view::{Group, SavedView, Sort};
use crossterm::event::KeyCode;

use crate::support::model::{NOON_S, Screen, channel, incident, row, run_line, snapshot, source};

const BIG: (u16, u16) = (120, 36);

fn with(change: impl FnOnce(&mut Incident), number: i64, severity: Severity, title: &str) -> IncidentRow {
    let mut incident = incident(number, severity, title);
    incident.labels.clear();
    incident.responders.clear();
    change(&mut incident);
    IncidentRow::pack(&incident)
}

fn label(incident: &mut Incident, name: &str, value: &str) {
    incident.labels.insert(name.to_owned(), value.to_owned());
}

/// Eight incidents that differ in all that the filter reads.
pub(crate) fn eight() -> Snapshot {
    let (crit, warn, info) = (Severity::Critical, Severity::Warning, Severity::Info);
    let by = |incident: &mut Incident, name: &str| {
        incident.progress = Progress::Processing;
        let responder = Responder { person_name: name.to_owned(), acknowledged_at: 9, ..Responder::default() };
        incident.responders = vec![responder];
    };
    let pay = |incident: &mut Incident| "prod/pay".clone_into(&mut incident.channel_key);
    let rows = vec![
        with(|it| (label(it, "host", "web-1"), label(it, "env", "prod")).1, 0, crit, "checkout answers 503"),
        with(|it| (by(it, "Ada"), label(it, "host", "web-1")).1, 1, crit, "Queue lag"),
        with(|it| (pay(it), label(it, "host", "db-07"), label(it, "env", "prod-eu")).2, 2, crit, "disk /var full"),
        with(|it| it.snoozed_before = NOON_S + 3_600, 3, warn, "certificate ends soon"),
        with(|it| (pay(it), label(it, "env", "lab")).1, 4, warn, "queue of mails"),
        with(|it| it.set_marks(&[marks::Mark::Silenced]), 5, warn, "backup is late"),
        with(
            |it| it.responders = vec![Responder { email: "ada@example.com".into(), ..Responder::default() }],
            6,
            info,
            "队列 note",
        ),
        with(|it| (by(it, "linus"), it.start_time = NOON_S - 90_000).1, 90, info, "old one"),
    ];
    Snapshot { open_total: rows.len(), rows, ..snapshot() }
}

/// The numbers, counted from the first incident's, of what a filter finds, in the list's order.
fn found(screen: &mut Screen, filter: &str) -> Vec<i64> {
    screen.keys("/");
    screen.ctrl('u');
    screen.keys(filter);
    screen.code(KeyCode::Enter);
    numbers(screen)
}

fn numbers(screen: &Screen) -> Vec<i64> {
    screen.nums().iter().map(|num| i64::from_str_radix(num, 16).unwrap() - 0x5_4D57).collect()
}

#[test]
fn every_term_of_the_filter_finds_what_it_says() {
    let mut screen = Screen::with(eight(), BIG);
    screen.model.board.set_up(&["ada"], &[]);
    for (filter, wanted) in [
        ("sev:crit", &[0, 1, 2][..]),
        ("sev:crit,info", &[0, 1, 2, 6, 90]),
        ("-sev:crit", &[4, 3, 5, 6, 90]),
        ("is:acked", &[1, 90]),
        ("is:open", &[0, 1, 2, 4, 3, 5, 6, 90]),
        ("is:closed", &[]),
        ("is:snoozed", &[3]),
        ("is:muted", &[5]),
        ("ch:payments", &[2, 4]),
        ("ch:pay", &[2, 4]),
        ("-ch:lim", &[2, 4]),
        ("src:prod", &[0, 1, 2, 4, 3, 5, 6, 90]),
        ("owner:none", &[0, 2, 4, 3, 5, 6]),
        ("owner:me", &[1, 6]),
        ("owner:linus", &[90]),
        ("owner:ad", &[1, 6]),
        ("label.env:prod", &[0]),
        ("label.env:pro", &[0, 2]),
        ("label.env:\"pro\"", &[]),
        ("label.host:web-1 -is:acked", &[0]),
        ("age<30m", &[0, 1, 2, 4, 3, 5, 6]),
        ("age>1d", &[90]),
        ("run:none", &[0, 1, 2, 4, 3, 5, 6, 90]),
        ("queue", &[1, 4]),
        ("QUEUE lag", &[1]),
        ("\"queue of\"", &[4]),
        ("-queue sev:warn", &[3, 5]),
        ("队列", &[6]),
        ("054d59", &[2]),
        ("payments", &[2, 4]),
        ("web-1", &[0, 1]),
        ("linus", &[90]),
        ("criti", &[0, 1, 2]),
        ("acknowledged", &[1, 90]),
        ("~qlg", &[1]),
        ("sevv:crit", &[]),
        ("sev: owner:", &[0, 1, 2, 4, 3, 5, 6, 90]),
    ] {
        assert_eq!(found(&mut screen, filter), wanted, "{filter}");
    }
}

#[test]
fn runs_are_found_by_how_the_last_one_went() {
    let mut screen = Screen::with(eight(), BIG);
    screen.event(Event::Activity(vec![run_line(1, "first", Some(Outcome::Failed))]));
    assert_eq!(found(&mut screen, "run:failed"), [0]);
    assert_eq!(found(&mut screen, "run:bad"), [0]);
    assert_eq!(found(&mut screen, "run:ok"), [] as [i64; 0]);
    screen.event(Event::Activity(vec![run_line(2, "second", None)]));
    assert_eq!(found(&mut screen, "run:running"), [0]);
    screen.event(Event::Activity(vec![run_line(2, "second", Some(Outcome::Succeeded))]));
    assert_eq!(found(&mut screen, "run:ok"), [0]);
    assert_eq!(found(&mut screen, "-run:none"), [0]);
}

#[test]
fn a_term_that_does_not_exist_is_said_with_the_nearest_name() {
    let mut screen = Screen::new(BIG);
    screen.keys("/sevv:crit");
    screen.code(KeyCode::Enter);
    assert!(screen.text().contains("did you mean `sev`?"), "{}", screen.text());
}

#[test]
fn marks_and_what_is_new_are_found_by_what_they_are_here() {
    let mut screen = Screen::new(BIG);
    screen.keys(" jj ");
    assert_eq!(found(&mut screen, "is:marked"), [0, 2]);
    screen.changed(vec![row(30, Severity::Critical, "brand new")], &[]);
    screen.wait(6_000);
    assert_eq!(found(&mut screen, "is:new"), [30]);
}

#[test]
fn the_word_at_the_cursor_is_completed_with_how_many_have_it() {
    let mut screen = Screen::with(eight(), BIG);
    let completion = |screen: &Screen| {
        let Mode::Filter(open) = screen.model.modes.top() else { panic!("no filter") };
        let choices = open.completion.iter().flat_map(|open| &open.choices);
        (open.line.value().to_owned(), choices.map(|choice| (choice.text.clone(), choice.count)).collect::<Vec<_>>())
    };
    screen.keys("/se");
    screen.code(KeyCode::Tab);
    assert_eq!(completion(&screen).0, "sev:");
    screen.code(KeyCode::Tab);
    let counts = [("sev:crit", 3), ("sev:warn", 3), ("sev:info", 2)];
    assert_eq!(completion(&screen).1, counts.map(|(text, count)| (text.to_owned(), Some(count))));
    assert_eq!(completion(&screen).0, "sev:crit");
    assert_eq!(numbers(&screen), [0, 1, 2], "what stands there holds at once");
    screen.code(KeyCode::Tab);
    screen.code(KeyCode::Tab);
    screen.code(KeyCode::BackTab);
    assert_eq!(completion(&screen).0, "sev:warn");
    screen.keys(" -label.e");
    screen.code(KeyCode::Tab);
    assert_eq!(completion(&screen).0, "sev:warn -label.env:");
    screen.code(KeyCode::Tab);
    assert_eq!(completion(&screen).1, [("-label.env:lab".to_owned(), Some(1))], "of the warnings only one has it");
    assert_eq!(numbers(&screen), [3, 5]);
    screen.ctrl('u');
    screen.keys("ch:");
    screen.code(KeyCode::Tab);
    let channels = [("ch:Search".to_owned(), Some(6)), ("ch:Payments".to_owned(), Some(2))];
    assert_eq!(completion(&screen).1, channels);
    screen.ctrl('u');
    screen.keys("owner:");
    screen.code(KeyCode::Tab);
    let owners: Vec<String> = completion(&screen).1.into_iter().map(|(text, _)| text).collect();
    assert_eq!(owners, ["owner:none", "owner:me", "owner:Ada", "owner:linus"]);
}

#[test]
fn what_was_filtered_before_comes_back() {
    let mut screen = Screen::new(BIG);
    let line = |screen: &Screen| match screen.model.modes.top() {
        Mode::Filter(open) => open.line.value().to_owned(),
        other => panic!("{other:?}"),
    };
    for filter in ["queue", "disk"] {
        found(&mut screen, filter);
    }
    screen.keys("/");
    assert_eq!(line(&screen), "disk", "it opens with its text");
    screen.ctrl('u');
    screen.keys("ce");
    let walk = [
        (KeyCode::Up, "disk"),
        (KeyCode::Up, "queue"),
        (KeyCode::Up, "queue"),
        (KeyCode::Down, "disk"),
        (KeyCode::Down, "ce"),
    ];
    for (code, wanted) in walk {
        screen.code(code);
        assert_eq!(line(&screen), wanted);
    }
}

#[test]
fn views_are_gone_through_and_counted() {
    let mut screen = Screen::with(eight(), BIG);
    let own = SavedView {
        name: "pay".to_owned(),
        filter: "ch:payments".to_owned(),
        sort: Sort::Title,
        ..SavedView::default()
    };
    screen.model.board.set_up(&["ada"], &[own]);
    screen.wait(10);
    let views: Vec<(String, usize)> =
        screen.model.board.views().iter().map(|view| (view.saved.name.clone(), view.count)).collect();
    let wanted = [("All", 8), ("Mine", 2), ("Unowned", 4), ("Snoozed", 1), ("Bad runs", 0), ("pay", 2)];
    assert_eq!(views, wanted.map(|(name, count)| (name.to_owned(), count)));
    screen.code(KeyCode::Tab);
    assert_eq!(numbers(&screen), [1, 6]);
    screen.code(KeyCode::BackTab);
    screen.code(KeyCode::BackTab);
    assert_eq!(numbers(&screen), [2, 4], "the view has its own order: disk before queue");
    assert_eq!(screen.model.board.sort(), Sort::Title);
    screen.keys("/mails");
    screen.code(KeyCode::Enter);
    assert_eq!(numbers(&screen), [4], "a filter holds in the view");
    screen.code(KeyCode::Esc);
    assert_eq!((numbers(&screen), screen.model.board.view_at()), (vec![2, 4], 5));
    screen.code(KeyCode::Esc);
    assert_eq!((numbers(&screen).len(), screen.model.board.view_at()), (8, 0));
    assert_eq!(screen.model.board.sort(), Sort::Severity);
}

#[test]
fn an_acknowledgement_counts_as_soon_as_it_is_asked_for() {
    let mut screen = Screen::with(eight(), BIG);
    screen.keys("ja");
    let count = |screen: &Screen, at: usize| screen.model.board.views()[at].count;
    assert_eq!((count(&screen, 1), count(&screen, 2)), (2, 4), "{:?}", screen.model.board.views());
    screen.keys("ka");
    assert_eq!((count(&screen, 1), count(&screen, 2)), (3, 3));
}

#[test]
fn sorting_keeps_the_selected_one_on_its_row() {
    let mut screen = Screen::with(eight(), BIG);
    screen.keys("jj");
    let (num, place) = (screen.selected(), screen.cursor_row());
    screen.keys("o");
    assert!(screen.text().contains("sorted by newest"));
    assert_eq!(numbers(&screen), [0, 1, 2, 3, 4, 5, 6, 90]);
    assert_eq!((screen.selected(), screen.cursor_row()), (num.clone(), place));
    screen.keys("o");
    let titles: Vec<String> = screen.incidents().map(|entry| entry.row.title.to_lowercase()).collect();
    assert!(titles.is_sorted(), "{titles:?}");
    screen.event(Event::Activity(vec![run_line(1, "first", Some(Outcome::Failed))]));
    screen.keys("og");
    assert_eq!(numbers(&screen)[0], 0);
    screen.keys("o");
    assert_eq!(screen.model.board.sort(), Sort::Severity);
    assert_eq!(numbers(&screen), [0, 1, 2, 4, 3, 5, 6, 90], "what is snoozed or muted stands below the rest");
}

#[test]
fn a_snooze_that_ends_moves_its_incident_up_when_the_hand_rests() {
    let mut screen = Screen::with(eight(), BIG);
    screen.keys("j");
    let place = screen.cursor_row();
    screen.wait(3_600_000);
    screen.wait(10);
    assert_eq!(numbers(&screen), [0, 1, 2, 3, 4, 5, 6, 90]);
    assert_eq!((screen.selected().as_str(), screen.cursor_row()), ("054D58", place));
}

#[test]
fn groups_stand_under_headers_that_count_and_fold() {
    let mut screen = Screen::with(eight(), BIG);
    let headers = |screen: &Screen| {
        let board = &screen.model.board;
        let group = |(_, row)| if let ListRow::Group(group) = row { Some(group) } else { None };
        let groups = board.window().filter_map(group);
        groups
            .map(|group| (board.group_name(group, &screen.model.channels), group.by_severity, group.unowned))
            .collect::<Vec<_>>()
    };
    screen.keys("O");
    assert_eq!(headers(&screen), [("Search".to_owned(), [2, 2, 2], 2), ("Payments".to_owned(), [1, 1, 0], 2)]);
    assert_eq!(screen.selected(), "054D57", "the selected one is the same");
    screen.keys("O");
    let hosts = headers(&screen).into_iter().map(|(name, counts, _)| (name, counts)).collect::<Vec<_>>();
    assert_eq!(
        hosts,
        [("web-1".to_owned(), [2, 0, 0]), ("db-07".to_owned(), [1, 0, 0]), ("no host".to_owned(), [0, 3, 2])]
    );
    screen.keys("k");
    assert_eq!((screen.selected().as_str(), screen.model.board.on_group().unwrap().total), ("", 2));
    screen.code(KeyCode::Enter);
    assert_eq!(numbers(&screen), [2, 4, 3, 5, 6, 90]);
    assert_eq!(screen.model.board.len(), 8);
    assert!(screen.text().contains("▸ web-1"), "{}", screen.text());
    screen.keys(".");
    assert_eq!((screen.selected().as_str(), numbers(&screen).len()), ("054D57", 8), "what is gone to is unfolded");
    screen.keys("O");
    assert_eq!(*screen.model.board.group(), Group::None);
}

#[test]
fn verbs_on_a_header_are_for_its_group() {
    let mut start = eight();
    for action in &mut start.actions {
        action.slots.insert(channel("pay"), 1);
    }
    start.actions.truncate(1);
    let mut screen = Screen::with(start, BIG);
    screen.keys("OGkk");
    assert_eq!(screen.model.board.on_group().unwrap().total, 2, "{}", screen.text());
    let effects = screen.keys("1");
    let [Effect::Prepare { targets, .. }] = effects.as_slice() else { panic!("{effects:?}") };
    let ids: Vec<&str> = targets.iter().map(|target| target.incident.id()).collect();
    assert_eq!(ids, ["inc-2", "inc-4"]);
    screen.fill(&effects);
    assert!(screen.text().contains("for 2 incidents") || screen.text().contains("2 incidents"), "{}", screen.text());
    screen.code(KeyCode::Esc);
    let effects = screen.keys("a");
    let [Effect::Operate { incidents, .. }] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(incidents.len(), 2);
    screen.keys("*");
    assert_eq!(screen.model.board.marked(), 2);
    screen.keys(" ");
    assert_eq!(screen.model.board.marked(), 0);
}

#[test]
fn a_group_is_snoozed_until_morning_in_three_keys_on_its_header() {
    let mut screen = Screen::with(eight(), BIG);
    let abilities = Abilities::kept_here("prod").with(OperationKind::ALL);
    screen.event(Event::Source(SourceState { abilities, ..source() }));
    screen.keys("OOGg");
    assert_eq!(screen.model.board.on_group().unwrap().total, 2, "{}", screen.text());
    screen.keys("zm");
    let effects = screen.code(KeyCode::Enter);
    let [Effect::Operate { incidents, operation: Operation::Snooze { .. }, .. }] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    assert_eq!(incidents.len(), 2);
    assert!(screen.text().contains("Snoozed 3"), "{}", screen.text());
}

#[test]
fn nothing_is_done_to_a_group_that_was_found_by_chance() {
    let mut screen = Screen::with(eight(), BIG);
    found(&mut screen, "~e");
    screen.keys("Ogk");
    assert!(screen.model.board.on_group().is_some());
    for key in ["1", "a", "*", " "] {
        assert!(screen.keys(key).is_empty());
        assert!(screen.text().contains("matches loosely"), "{}", screen.text());
    }
    assert_eq!(screen.model.board.marked(), 0);
}

#[test]
fn what_an_incident_shares_is_shown_by_one_letter() {
    let mut screen = Screen::with(eight(), BIG);
    screen.keys("=");
    let text = screen.text();
    assert!(
        text.contains("h  host  web-1") && text.contains("2 incidents") && text.contains("c  channel  Search"),
        "{text}"
    );
    screen.keys("h");
    assert_eq!(screen.model.board.filter(), "label.host:\"web-1\"");
    assert_eq!(numbers(&screen), [0, 1]);
    screen.keys("*");
    assert_eq!(screen.model.board.marked(), 2);
    screen.code(KeyCode::Esc);
    screen.keys("=");
    screen.code(KeyCode::Down);
    screen.code(KeyCode::Enter);
    assert_eq!(screen.model.board.filter(), "label.host:\"web-1\"");
    screen.keys("=");
    screen.code(KeyCode::Esc);
    assert_eq!(*screen.model.modes.top(), Mode::Browse);
}

#[test]
fn new_ones_come_into_their_groups_and_the_selection_holds_still() {
    let mut screen = Screen::with(eight(), BIG);
    screen.keys("OOjj");
    let before = (screen.selected(), screen.cursor_row());
    let new = |number, host: &str| with(|it| label(it, "host", host), number, Severity::Critical, "newer");
    screen.changed(vec![new(-1, "web-1"), new(-2, "aaa")], &["inc-0"]);
    screen.wait(6_000);
    assert_eq!((screen.selected(), screen.cursor_row()), before);
    screen.keys("g");
    assert!(screen.text().contains("aaa"), "{}", screen.text());
}

#[test]
fn a_channel_that_gets_its_name_later_is_found_by_it() {
    let mut screen = Screen::with(eight(), BIG);
    assert!(found(&mut screen, "billing").is_empty());
    let named = Channel { key: ChannelKey::new("prod", "pay"), name: "Billing".to_owned() };
    let delta = andon::domain::board::Delta {
        source: "prod".to_owned(),
        channels: vec![named],
        at_s: NOON_S,
        ..Default::default()
    };
    screen.event(Event::Changed(Box::new(delta)));
    assert_eq!(found(&mut screen, "billing "), [2, 4]);
}

#[test]
fn everything_is_done_by_its_name() {
    let mut screen = Screen::new(BIG);
    screen.keys(":restart");
    assert!(screen.text().contains("1              button    Restart server"), "{}", screen.text());
    let effects = screen.code(KeyCode::Enter);
    assert!(matches!(effects.as_slice(), [Effect::Prepare { .. }]), "{effects:?}");
    screen.fill(&effects);
    assert!(screen.text().contains("Send this?"));
    screen.code(KeyCode::Esc);
    screen.keys(":");
    let first = screen.text().lines().nth(3).unwrap().to_owned();
    assert!(first.contains("Restart server"), "the last stands on top: {first}");
    screen.keys("activity log");
    let effects = screen.code(KeyCode::Enter);
    assert!(matches!(effects.as_slice(), [Effect::LoadLog { .. }]), "{effects:?}");
    screen.keys(":view mine");
    screen.code(KeyCode::Enter);
    assert_eq!(screen.model.board.view_at(), 1);
    screen.keys(":disk");
    screen.code(KeyCode::Enter);
    assert_eq!((screen.selected().as_str(), screen.model.board.view_at()), ("054D5B", 0), "to the first that has it");
    screen.keys(":by channel");
    screen.code(KeyCode::Enter);
    assert_eq!(*screen.model.board.group(), Group::Channel);
    screen.keys(":edit roll");
    screen.code(KeyCode::Enter);
    assert!(matches!(screen.model.modes.top(), Mode::Form(_)), "{:?}", screen.model.modes.top());
    screen.code(KeyCode::Esc);
    screen.keys(":zzzz");
    assert!(screen.code(KeyCode::Enter).is_empty() && screen.text().contains("nothing is called so"));
    screen.code(KeyCode::Esc);
    assert_eq!(*screen.model.modes.top(), Mode::Browse);
}

#[test]
fn the_help_has_this_channels_buttons_and_is_searched() {
    let mut screen = Screen::new(BIG);
    screen.keys("?");
    let text = screen.text();
    assert!(text.contains("Find") && text.contains("  2              Enrich"), "{text}");
    screen.keys("/sources now");
    assert!(screen.text().contains("ask the sources now"), "{}", screen.text());
    assert_eq!(screen.code(KeyCode::Enter), [Effect::Refresh]);
}
