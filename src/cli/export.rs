//! `andon action export`: actions as text, without literal secrets.

use super::exit::{Exit, Fault};
use super::find;
use super::session::Session;
use crate::config::actions::write;

pub(super) async fn run(session: &mut Session<'_>, name: Option<&str>) -> Result<Exit, Fault> {
    let mut actions = session.opened.store.actions().await?;
    if let Some(name) = name {
        actions = vec![find::action(&actions, name, None)?.clone()];
    }
    // Of several origins none is written: `apply` then leaves each as it is.
    let origin = actions.first().map(|first| first.origin.clone()).unwrap_or_default();
    let is_one = actions.iter().all(|action| action.origin == origin);
    let text = write(if is_one { &origin } else { "" }, &actions);
    text.lines().for_each(|line| session.out.line(line));
    Ok(Exit::Done)
}
