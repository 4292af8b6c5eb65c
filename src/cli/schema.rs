//! `andon action schema`: the format of actions as text, for editors.

use super::exit::Exit;
use super::output::Output;
use crate::config::actions::schema;

/// Prints it: of many lines for people, on one with `--json`.
pub(super) fn run(out: &mut Output) -> Exit {
    let schema = schema();
    if out.is_json() {
        out.line(&schema.to_string());
    } else {
        format!("{schema:#}").lines().for_each(|line| out.line(line));
    }
    Exit::Done
}
