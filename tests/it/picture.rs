//! The README's picture is what the program draws today.

use andon::domain::theme::Background;

#[path = "../../examples/picture.rs"]
#[allow(dead_code, unreachable_pub, reason = "a program of its own, of which only the drawing is wanted here")]
mod example;

#[test]
fn the_picture_is_a_real_frame_of_today() {
    for (file, background) in [(example::FILE, Background::Dark), (example::FILE_LIGHT, Background::Light)] {
        let drawn = example::picture(background).unwrap();
        assert!(drawn.contains("队") && drawn.contains("🔥"), "the demo's wide letters are missing");
        let kept = std::fs::read_to_string(file).unwrap_or_default();
        assert!(kept == drawn, "the screen looks different now; draw it again: cargo run --example picture");
    }
}
