//! The form as it is drawn.

use super::*;

/// The form alone on a screen of this size, as text. Wide letters stand once.
pub(crate) fn screen(form: &Form, world: &World, width: u16, height: u16) -> String {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    let theme = Theme::new(&ThemeChoice::Auto, Colours::Many, Background::Dark);
    let area = Rect::new(0, 0, width, height);
    terminal.draw(|frame| view::form::draw(form, &world.context(), &theme, area, frame)).unwrap();
    // The backend cannot write itself where there is nothing.
    if area.is_empty() { String::new() } else { terminal.backend().to_string() }
}

/// A form with something in every field.
fn busy(world: &World) -> Hand<'_> {
    let mut stored = action("Restart server", &[("prod/platform", 1), ("duty/42", 2)]);
    stored.headers = vec![Header::new("Authorization", "Bearer s3cret"), Header::new("Accept", "application/json")];
    "http://ci.example/hooks/restart".clone_into(&mut stored.endpoint);
    "Restarts the host \u{202e}of the incident 🔥".clone_into(&mut stored.description);
    "restart-server".clone_into(&mut stored.id);
    Hand::on(world, Form::edit(&world.context(), &stored))
}

#[test]
fn a_new_form_looks_calm_at_three_sizes() {
    let world = World::new();
    let hand = Hand::new(&world);
    for (width, height) in [(120, 36), (80, 24), (60, 15)] {
        insta::assert_snapshot!(format!("new_{width}x{height}"), hand.screen(width, height));
    }
}

#[test]
fn a_full_form_is_aligned_at_three_sizes() {
    let world = World::new();
    let mut hand = busy(&world);
    hand.to("Channels").types("p");
    for (width, height) in [(120, 36), (80, 24), (60, 15)] {
        insta::assert_snapshot!(format!("full_{width}x{height}"), hand.screen(width, height));
    }
}

#[test]
fn faults_stand_beside_their_fields_at_three_sizes() {
    let world = World::new();
    let mut hand = busy(&world);
    hand.ctrl('u');
    hand.to("Endpoint").ctrl('u');
    hand.types("https://ci.example/a b").to("Timeout").types("x");
    hand.ctrl('s');
    hand.to("Timeout");
    for (width, height) in [(120, 36), (80, 24), (60, 15)] {
        insta::assert_snapshot!(format!("faults_{width}x{height}"), hand.screen(width, height));
    }
}

/// The stops of a form with two headers: each is marked, also on small screens.
#[test]
fn the_active_field_is_in_sight_on_every_size_and_seen_without_colours() {
    let world = World::new();
    for (width, height) in [(120, 36), (80, 24), (60, 15), (40, 10)] {
        let mut hand = busy(&world);
        for _ in 0..14 {
            let field = &FIELDS[hand.form.active()];
            let screen = hand.screen(width, height);
            let marked = screen.lines().find(|line| line.contains('▌')).unwrap_or_default();
            // The rows of the headers below the first have no label.
            let seen = field.label == "Headers" || marked.contains(field.label);
            assert!(!marked.is_empty() && seen, "{} at {width}x{height}\n{screen}", field.label);
            hand.tab();
        }
    }
}

#[test]
fn the_cursor_stands_after_what_was_typed_also_behind_wide_letters() {
    let world = World::new();
    let mut hand = Hand::new(&world);
    hand.types("队列 e\u{301}");
    let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
    let draw = |hand: &Hand, terminal: &mut Terminal<TestBackend>| {
        let context = hand.world.context();
        let area = Rect::new(0, 0, 80, 24);
        terminal.draw(|frame| view::form::draw(&hand.form, &context, &Theme::mono(), area, frame)).unwrap();
        terminal.get_cursor_position().unwrap()
    };
    let at = draw(&hand, &mut terminal);
    let row: Vec<_> = (0..80).map(|x| terminal.backend().buffer()[(x, at.y)].symbol().to_owned()).collect();
    assert_eq!(row[usize::from(at.x) - 1], "e\u{301}", "{row:?}");
    assert!(terminal.backend().buffer()[(at.x, at.y)].modifier.contains(Modifier::UNDERLINED));
    hand.types(&"x".repeat(300));
    let at = draw(&hand, &mut terminal);
    assert_eq!(terminal.backend().buffer()[(at.x - 1, at.y)].symbol(), "x");
}

#[test]
fn hostile_names_are_cleaned() {
    let mut world = World::new();
    world.channels[1].name = "le\u{1b}]52;c;aGk=\u{7}gacy\u{202e}".to_owned();
    for place in ["prod/platform"; 2] {
        world.add(action("bad\u{202e}\u{9b}31m", &[(place, 2)]));
    }
    let mut hand = Hand::new(&world);
    hand.form.paste(&world.context(), "a\u{1b}[31m");
    hand.to("Channels");
    let screen = hand.screen(120, 36);
    assert!(screen.contains("a␛[31m") && screen.contains("le␛]52") && screen.contains("bad‹U+202E›"), "{screen}");
    assert!(!screen.chars().any(|ch| (ch.is_control() && ch != '\n') || ch == '\u{202e}'));
}
