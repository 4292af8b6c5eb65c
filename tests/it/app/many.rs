//! Marks, and one press for all marked incidents.

use andon::app::effect::Effect;
use andon::app::event::Event;
use andon::app::modes::Mode;
use andon::domain::action::{Confirm, Input};
use andon::domain::activity::Entry;
use andon::domain::incident::{IncidentRow, Severity};
use andon::domain::refusal::Refusal;
use andon::domain::request::Prepared;
use andon::domain::run::{Failure, Outcome, RunRef};
use andon::domain::stage::Stage;
use crossterm::event::KeyCode;

use crate::support::model::{Screen, action, actions, incident, one_sent, row, run_line, snapshot};

const BIG: (u16, u16) = (120, 36);

/// The fourth incident is in a channel without actions.
fn board() -> Screen {
    let mut start = snapshot();
    let mut other = incident(3, Severity::Critical, "queue lag");
    "prod/pay".clone_into(&mut other.channel_key);
    start.rows[3] = IncidentRow::pack(&other);
    Screen::with(start, BIG)
}

fn sent(effects: &[Effect]) -> (String, Vec<Prepared>) {
    let [Effect::Run(presses)] = effects else { panic!("{effects:?}") };
    let Some(group) = presses[0].group.clone() else { panic!("{presses:?}") };
    assert!(presses.iter().all(|press| press.group.as_ref() == Some(&group)), "{presses:?}");
    (group, presses.clone())
}

#[test]
fn marks_are_set_one_by_one_in_ranges_by_all_shown_and_inverted() {
    let mut screen = board();
    screen.keys(" jj ");
    assert_eq!(screen.model.board.marked(), 2);
    screen.keys("jjV");
    assert_eq!(screen.model.board.marked(), 4);
    screen.keys("~");
    assert_eq!(screen.model.board.marked(), 8);
    screen.keys("/队列");
    screen.code(KeyCode::Enter);
    screen.keys("~");
    assert!(screen.text().contains("marked, "), "those that the filter hides are named: {}", screen.text());
    screen.code(KeyCode::Esc);
    assert_eq!((screen.model.board.marked(), screen.model.board.filter()), (0, "队列"), "Esc takes the marks first");
    screen.code(KeyCode::Esc);
    screen.keys("*");
    assert_eq!(screen.model.board.marked(), 12);
}

#[test]
fn what_was_matched_loosely_is_marked_one_by_one_only() {
    let mut screen = board();
    screen.keys("/~cpu");
    assert!(!screen.selected().is_empty(), "{}", screen.text());
    screen.code(KeyCode::Enter);
    for many in ["*", "~", "V"] {
        screen.keys(many);
        assert_eq!(screen.model.board.marked(), 0, "{many}");
        assert!(screen.text().contains("/~cpu matches loosely: mark one by one"), "{}", screen.text());
    }
    screen.keys(" ");
    assert_eq!(screen.model.board.marked(), 1);
}

#[test]
fn a_filter_finds_words_as_they_are_written_and_loosely_behind_a_tilde() {
    let mut screen = board();
    screen.keys("/quelag");
    assert!(screen.text().contains("Nothing matches"), "{}", screen.text());
    screen.code(KeyCode::Esc);
    screen.keys("/~quelag");
    assert!(screen.text().contains("2 of 12"), "{}", screen.text());
    screen.code(KeyCode::Esc);
    screen.keys("/QUEUE la");
    assert!(screen.text().contains("2 of 12"), "{}", screen.text());
}

#[test]
fn marks_follow_incidents_and_go_with_them() {
    let mut screen = board();
    screen.keys(" j jj");
    screen.changed(vec![row(-1, Severity::Critical, "newer")], &[]);
    screen.wait(6_000);
    let marked: Vec<_> = screen.model.board.marked_entries().iter().map(|(entry, _)| entry.row.num.clone()).collect();
    assert_eq!(marked.iter().map(AsRef::as_ref).collect::<Vec<&str>>(), ["054D57", "054D58"]);
    screen.changed(Vec::new(), &["inc-0"]);
    screen.wait(6_000);
    assert_eq!(screen.model.board.marked(), 1);
}

#[test]
fn one_press_for_all_marked_names_who_is_left_out_and_wants_the_count() {
    let mut screen = board();
    screen.keys(" jjjV");
    screen.keys("g/队列");
    screen.code(KeyCode::Enter);
    let press = screen.keys("1");
    let [Effect::Prepare { targets, .. }] = press.as_slice() else { panic!("{press:?}") };
    assert_eq!(targets.iter().map(|target| target.incident.id()).collect::<Vec<_>>(), ["inc-0", "inc-1", "inc-2"]);
    screen.fill(&press);
    let text = screen.text();
    assert!(
        text.contains("Send this for 3 incidents?")
            && text.contains("4 marked · 3 sent · 1 skipped · 2 of them not shown"),
        "{text}"
    );
    assert!(text.contains("skips  054D5A Payments has no Restart server"), "{text}");
    screen.keys("2");
    assert!(screen.code(KeyCode::Enter).is_empty());
    assert!(screen.text().contains("\"2\" is not 3; nothing was sent"));
    screen.code(KeyCode::Backspace);
    screen.keys("3");
    let (group, presses) = sent(&screen.code(KeyCode::Enter));
    assert_eq!(presses.iter().map(|press| press.group.as_deref()).collect::<Vec<_>>(), [Some(&*group); 3]);
    assert_eq!(screen.model.board.marked(), 0, "marks are used up by the press");
    assert!(screen.code(KeyCode::Enter).iter().all(|effect| !matches!(effect, Effect::Run(_))));
}

#[test]
fn leaving_the_confirm_keeps_the_marks_and_one_marked_wants_enter_alone() {
    let mut screen = board();
    screen.keys("j k");
    let press = screen.keys("2");
    assert!(screen.fill(&press).is_empty(), "an action without a confirm is shown, too, where it is for marked ones");
    assert!(screen.text().contains("054D58") && screen.text().contains("of     1 marked · 1 sent · 0 skipped"));
    screen.code(KeyCode::Esc);
    assert_eq!(screen.model.board.marked(), 1);
    let press = screen.keys("2");
    screen.fill(&press);
    let sent = screen.code(KeyCode::Enter);
    assert_eq!(one_sent(&sent).incident.incident_id, "inc-1", "not the one under the cursor");
    assert_eq!(screen.model.board.marked(), 0, "marks are used up by the press");
}

#[test]
fn what_changed_meanwhile_is_named_and_asked_again() {
    let mut screen = board();
    screen.keys(" j ");
    let press = screen.keys("1");
    screen.fill(&press);
    screen.changed(vec![row(1, Severity::Info, "calmer")], &[]);
    screen.keys("2");
    let again = screen.code(KeyCode::Enter);
    assert!(matches!(again.as_slice(), [Effect::Prepare { .. }]), "{again:?}");
    screen.fill(&again);
    let text = screen.text();
    assert!(text.contains("Changed since it was shown: 054D58 (title, severity"), "{text}");
}

#[test]
fn the_group_is_one_row_that_counts_and_refused_ones_are_in_it() {
    let mut screen = board();
    screen.keys(" j j ");
    let press = screen.keys("1");
    let [Effect::Prepare { ticket, .. }] = press.as_slice() else { panic!("{press:?}") };
    let (ticket, refusal) = (*ticket, Refusal::new(Failure::Template, "label x is missing"));
    screen.fill(&press);
    let Mode::Confirm(confirm) = screen.model.modes.top() else { panic!() };
    let presses = confirm.presses().to_vec();
    screen.code(KeyCode::Esc);
    // The same again, with one that could not be filled.
    let press = screen.keys("1");
    let mut results: Vec<_> = presses.iter().map(|press| Ok(Box::new(press.clone()))).collect();
    results[2] = Err(refusal);
    let group = presses[0].group.clone().unwrap();
    let of_group = |seq, id: &str, outcome| {
        let mut line = run_line(seq, id, outcome);
        if let Entry::Run(run) = &mut line.entry {
            run.group = Some(group.clone());
        }
        line
    };
    assert!(!press.is_empty());
    screen.event(Event::Activity(vec![of_group(1, "refused", Some(Outcome::Refused))]));
    screen.event(Event::Prepared { ticket: ticket + 1, results });
    assert!(screen.text().contains("refused: label x is missing"), "{}", screen.text());
    screen.keys("2");
    let (_, presses) = sent(&screen.code(KeyCode::Enter));
    assert!(screen.text().contains("×3") && screen.text().contains("1/3, 1 refused"), "{}", screen.text());
    let ended = Box::new(of_group(2, &presses[0].run_id, Some(Outcome::Failed)));
    screen.event(Event::Ended { activity: ended, not_recorded: None });
    let text = screen.text();
    assert!(text.contains("2/3, 1 failed, 1 refused"), "{text}");
    assert_eq!(text.matches("Restart server   ×3").count(), 1, "{text}");
}

#[test]
fn those_that_were_not_sent_because_the_action_changed_are_marked_again_and_nothing_opens() {
    let mut screen = board();
    screen.keys(" j ");
    let press = screen.keys("1");
    screen.fill(&press);
    screen.keys("2");
    let (group, presses) = sent(&screen.code(KeyCode::Enter));
    let mut now = actions().remove(0);
    now.revision = 2;
    let prepared = Box::new(presses[1].clone());
    screen.event(Event::AskAgain { prepared, action: Some(Box::new(now)) });
    assert_eq!(*screen.model.modes.top(), Mode::Browse);
    let ended = Box::new(run_line(2, &presses[0].run_id, Some(Outcome::Succeeded)));
    screen.event(Event::Ended { activity: ended, not_recorded: None });
    screen.event(Event::GroupEnded { group });
    assert_eq!((screen.model.board.marked(), screen.model.recent.in_flight()), (1, 0));
    assert!(screen.text().contains("1 of them was not sent; they are marked again"), "{}", screen.text());
}

#[test]
fn taking_back_a_group_stops_all_of_it_only_while_nothing_is_on_its_way() {
    let mut screen = board();
    let mut held = action("Restart server", 1, Confirm::Enter);
    held.hold_ms = Some(3_000);
    screen.event(Event::Actions(vec![held]));
    screen.keys(" j ");
    let press = screen.keys("1");
    screen.fill(&press);
    screen.keys("2");
    let (group, presses) = sent(&screen.code(KeyCode::Enter));
    for press in &presses {
        screen.event(Event::Progress { run: press.run_id.clone(), stage: Stage::Held { left_ms: 3_000 } });
    }
    let mut some = screen.model.clone();
    assert_eq!(screen.keys("u"), [Effect::Cancel(RunRef::Group(group))]);
    // The same with one that is on its way.
    std::mem::swap(&mut screen.model, &mut some);
    let mut begun = run_line(1, &presses[0].run_id, None);
    if let Entry::Run(run) = &mut begun.entry {
        run.group = presses[0].group.clone();
    }
    screen.event(Event::Activity(vec![begun]));
    assert_eq!(screen.keys("u"), [Effect::Cancel(RunRef::Run(presses[1].run_id.clone()))]);
}

#[test]
fn stopping_a_press_on_many_says_how_many_it_stops_and_what_becomes_of_them() {
    let mut screen = board();
    screen.keys(" j j ");
    let press = screen.keys("1");
    screen.fill(&press);
    screen.keys("3");
    let (group, presses) = sent(&screen.code(KeyCode::Enter));
    for press in &presses {
        screen.event(Event::Progress { run: press.run_id.clone(), stage: Stage::Queued });
    }
    let mut begun = run_line(1, &presses[0].run_id, None);
    if let Entry::Run(run) = &mut begun.entry {
        run.group = presses[0].group.clone();
    }
    screen.event(Event::Activity(vec![begun]));
    screen.keys("C");
    let flat = screen.text().split_whitespace().collect::<Vec<_>>().join(" ");
    let asked =
        "Stop Restart server for 2 of 3? 2 are not sent yet and end as cancelled; 1 is on its way and ends as unknown.";
    assert!(flat.replace(" │ │ ", " ").contains(asked), "{}", screen.text());
    assert!(screen.text().contains("Enter stop all 3   n let it go on   o only 054D59"), "{}", screen.text());
    let mut one = screen.model.clone();
    assert_eq!(screen.code(KeyCode::Enter), [Effect::Cancel(RunRef::Group(group))]);
    std::mem::swap(&mut screen.model, &mut one);
    assert_eq!(screen.keys("o"), [Effect::Cancel(RunRef::Run(presses[2].run_id.clone()))]);
}

#[test]
fn one_that_is_left_of_the_marked_is_a_press_alone_and_is_asked_again_where_the_action_changed() {
    let mut screen = board();
    screen.keys(" jjj g");
    let press = screen.keys("1");
    screen.fill(&press);
    let text = screen.text();
    for shown in [
        "Send this?",
        "from   PROD Search",
        "of     2 marked · 1 sent · 1 skipped",
        "skips  054D5A Payments has no Restart server",
    ] {
        assert!(text.contains(shown), "{shown} in\n{text}");
    }
    let prepared = Box::new(one_sent(&screen.code(KeyCode::Enter)).clone());
    assert_eq!((screen.model.board.marked(), screen.model.recent.in_flight()), (0, 1));
    let mut now = actions().remove(0);
    (now.timeout_ms, now.revision) = (1_000, 2);
    let again = screen.event(Event::AskAgain { prepared, action: Some(Box::new(now)) });
    screen.fill(&again);
    assert!(screen.text().contains("Changed since it was shown: the action's timeout"), "{}", screen.text());
    assert_eq!(one_sent(&screen.code(KeyCode::Enter)).incident.incident_id, "inc-0");
}

#[test]
fn the_confirm_of_several_says_which_of_them_would_be_refused() {
    let mut screen = board();
    screen.event(Event::Activity(vec![run_line(1, "other", None)]));
    screen.keys(" j ");
    let press = screen.keys("1");
    screen.fill(&press);
    let text = screen.text();
    assert!(text.contains("054D57: as it is now it will be refused: the same press is in flight, by ada"), "{text}");
    assert!(!text.contains("054D58: as it is now"), "{text}");
}

#[test]
fn both_the_action_and_the_incidents_that_changed_are_named() {
    let mut screen = board();
    screen.keys(" j ");
    let press = screen.keys("1");
    screen.fill(&press);
    let mut edited = actions();
    "https://elsewhere.example/".clone_into(&mut edited[0].endpoint);
    edited[0].revision = 2;
    screen.event(Event::Actions(edited));
    screen.changed(vec![row(1, Severity::Info, "calmer")], &[]);
    screen.keys("2");
    let again = screen.code(KeyCode::Enter);
    screen.fill(&again);
    let text = screen.text();
    assert!(text.contains("Changed since it was shown: the action's endpoint, 054D58 (title, severity"), "{text}");
    screen.keys("2");
    let (_, presses) = sent(&screen.code(KeyCode::Enter));
    assert!(presses.iter().all(|press| press.endpoint == "https://elsewhere.example/"));
}

#[test]
fn nothing_is_asked_before_a_press_that_is_refused_for_all_of_them() {
    for (gone, is_asked) in [(&["inc-0", "inc-1"][..], false), (&["inc-0"], true)] {
        let mut screen = board();
        let mut asks = action("Roll back", 1, Confirm::Enter);
        asks.only_open = true;
        asks.inputs = vec![Input { name: "version".to_owned(), ..Input::default() }];
        screen.event(Event::Actions(vec![asks]));
        screen.keys(" j ");
        screen.changed(Vec::new(), gone);
        let press = screen.keys("1");
        assert_eq!(matches!(screen.model.modes.top(), Mode::InputPrompt(_)), is_asked, "{}", screen.text());
        if !is_asked {
            // It goes to the runner all the same, so that each has a row.
            assert!(matches!(press.as_slice(), [Effect::Prepare { targets, .. }] if targets.len() == 2), "{press:?}");
        }
    }
}

#[test]
fn several_of_which_one_goes_over_plain_http_are_warned_of() {
    let mut screen = board();
    screen.keys(" j ");
    let press = screen.keys("1");
    screen.fill(&press);
    assert!(!screen.text().contains("plain http"));
    let Mode::Confirm(confirm) = screen.model.modes.top() else { panic!() };
    let mut results: Vec<_> = confirm.presses().iter().map(|press| Ok(Box::new(press.clone()))).collect();
    screen.code(KeyCode::Esc);
    let press = screen.keys("1");
    let [Effect::Prepare { ticket, .. }] = press.as_slice() else { panic!("{press:?}") };
    if let Ok(second) = &mut results[1] {
        "http://other.example/".clone_into(&mut second.endpoint);
    }
    screen.event(Event::Prepared { ticket: *ticket, results });
    assert!(screen.text().contains("plain http: the request can be read on the way"), "{}", screen.text());
}

/// A board whose fourth incident is in a channel with a button of the same name in another slot, another with none.
fn two_channels() -> Screen {
    let mut start = snapshot();
    for (at, channel, host) in [(3, "prod/pay", "pay-01"), (4, "prod/edge", "edge-01")] {
        let mut other = incident(i64::try_from(at).unwrap(), Severity::Critical, "queue lag");
        channel.clone_into(&mut other.channel_key);
        other.labels.insert("host".to_owned(), host.to_owned());
        start.rows[at] = IncidentRow::pack(&other);
    }
    let mut own = action("Restart server", 7, Confirm::Enter);
    "restart-pay".clone_into(&mut own.id);
    "https://pay.example/restart".clone_into(&mut own.endpoint);
    own.slots = [(crate::support::model::channel("pay"), 7)].into();
    start.actions.push(own);
    Screen::with(start, BIG)
}

#[test]
fn each_marked_incident_is_pressed_by_the_button_of_that_name_in_its_own_channel() {
    let mut screen = two_channels();
    screen.keys("*");
    let press = screen.keys("1");
    let [Effect::Prepare { targets, action, .. }] = press.as_slice() else { panic!("{press:?}") };
    assert_eq!((targets.len(), action.id.as_str()), (11, "restart-server"));
    let own: Vec<_> = targets.iter().filter_map(|target| Some((target.incident.id(), target.own.as_ref()?))).collect();
    assert!(matches!(own.as_slice(), [("inc-3", own)] if own.id == "restart-pay"), "{own:?}");
    screen.fill(&press);
    let text = screen.text();
    for shown in [
        "for    12 marked · 11 sent · 1 skipped",
        "by     2 buttons named Restart server: each incident's own channel has its own",
        "in     PROD Search ×10, PROD Payments ×1",
        "on     es.nj.01 ×10, pay-01 ×1",
        "skips  054D5B edge has no Restart server",
    ] {
        assert!(text.contains(shown), "{shown} in\n{text}");
    }
    screen.keys("11");
    let (_, presses) = sent(&screen.code(KeyCode::Enter));
    let to = |id: &str| presses.iter().find(|press| press.incident.incident_id == id).unwrap().endpoint.clone();
    assert_eq!(
        (to("inc-3").as_str(), to("inc-0").as_str()),
        ("https://pay.example/restart", "https://ci.example/restart")
    );
}

#[test]
fn a_button_of_another_channel_that_changed_meanwhile_is_asked_again() {
    let mut screen = two_channels();
    screen.keys("*");
    let press = screen.keys("1");
    screen.fill(&press);
    let mut edited: Vec<_> = screen.model.actions.iter().map(|action| action.as_ref().clone()).collect();
    let own = edited.iter_mut().find(|action| action.id == "restart-pay").unwrap();
    (own.endpoint, own.revision) = ("https://elsewhere.example/".to_owned(), 2);
    screen.event(Event::Actions(edited));
    screen.keys("11");
    let again = screen.code(KeyCode::Enter);
    screen.fill(&again);
    assert!(screen.text().contains("Changed since it was shown: the action's endpoint"), "{}", screen.text());
}

#[test]
fn reasons_of_skipping_are_told_by_kind() {
    let mut screen = board();
    screen.keys("*");
    let press = screen.keys("1");
    let refused = |why: &str| Err(Refusal::new(Failure::Template, why.to_owned()));
    screen.fill(&press);
    let Mode::Confirm(confirm) = screen.model.modes.top() else { panic!("no confirm") };
    let mut results: Vec<_> = confirm.presses().iter().map(|press| Ok(Box::new(press.clone()))).collect();
    results[..8].fill(refused("there is no label team"));
    results[8] = refused("there is no label zone");
    assert_eq!(results.len(), 11);
    screen.code(KeyCode::Esc);
    let press = screen.keys("1");
    let [Effect::Prepare { ticket, .. }] = press.as_slice() else { panic!("{press:?}") };
    screen.event(Event::Prepared { ticket: *ticket, results });
    let text = screen.text();
    assert!(text.contains("12 marked · 2 sent · 10 skipped"), "{text}");
    assert!(text.contains("skips  8 (054D57 054D58 054D59 054D5B 054D5C …) refused: there is no label team"), "{text}");
    assert!(text.contains("refused: there is no label zone"), "{text}");
    assert_eq!(text.matches("no label team").count(), 1, "{text}");
}

#[test]
fn what_is_pasted_into_the_field_that_wants_the_count_is_dropped_whole_and_said_so() {
    let mut screen = board();
    screen.keys(" j ");
    let press = screen.keys("1");
    screen.fill(&press);
    // The first letters of a burst came as keys.
    screen.keys("2");
    screen.event(Event::Paste("2".to_owned()));
    assert!(screen.text().contains("what was pasted was dropped: type the number"), "{}", screen.text());
    assert!(screen.code(KeyCode::Enter).is_empty());
    assert!(screen.text().contains("type 2 to send; nothing was sent"), "{}", screen.text());
    screen.keys("2");
    sent(&screen.code(KeyCode::Enter));
}
