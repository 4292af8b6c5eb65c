//! What a person sees while finding incidents.

use andon::domain::saved_view::SavedView;
use crossterm::event::KeyCode;

use crate::app::finding::eight;
use crate::support::model::Screen;

const SIZES: [(u16, u16); 3] = [(200, 50), (120, 36), (80, 24)];

fn screen(size: (u16, u16), keys: &str) -> Screen {
    let mut screen = Screen::with(eight(), size);
    let own = |name: &str, filter: &str| SavedView {
        name: name.to_owned(),
        filter: filter.to_owned(),
        ..SavedView::default()
    };
    screen.model.board.set_up(&["ada"], &[own("payments", "ch:payments"), own("EU production", "label.env:prod-eu")]);
    screen.wait(10);
    for key in keys.chars() {
        screen.code(match key {
            '\n' => KeyCode::Enter,
            '\t' => KeyCode::Tab,
            key => KeyCode::Char(key),
        });
    }
    screen
}

#[test]
fn each_way_to_find_incidents() {
    for (name, keys) in [
        ("filter", "/queue -is:acked\n"),
        ("typing", "/queue"),
        ("doubt", "/sevv:crit"),
        ("completion", "/is:open ch:\t"),
        ("groups", "OO"),
        ("header", "OOk"),
        ("folded", "OOk\n"),
        ("view", "\t\t"),
        ("last_view", "\t\t\t\t\t\t"),
        ("nothing", "\t\t\t\t"),
        ("shared", "="),
        ("palette", ":s"),
        ("loosely", "/~qlg\n"),
    ] {
        for size in SIZES {
            let text = screen(size, keys).text();
            insta::assert_snapshot!(format!("finding_{name}_{}x{}", size.0, size.1), text);
        }
    }
}
