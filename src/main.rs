//! andon.
fn main() {}
