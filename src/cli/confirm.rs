//! Asking a person, where there is one: a terminal on both sides.

use std::io::{self, IsTerminal};

use rustix::termios::{QueueSelector, tcflush};
use tokio::sync::oneshot;

use super::output::{prompt, say};
use crate::domain::action::Confirm;
use crate::domain::request::Prepared;
use crate::domain::time::took;

/// Whether a person can be asked.
pub(super) fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks, and gives the line that was typed without its end; `None` where the input ended.
///
/// Keys that were typed before the question was shown are no answer to it.
pub(super) async fn ask(question: &str) -> Option<String> {
    // Where it cannot be done the terminal is gone, and the reading below says so.
    let _ = tcflush(io::stdin(), QueueSelector::IFlush);
    prompt(question);
    let (reply, answer) = oneshot::channel();
    // A thread of its own: the runtime waits for its blocking tasks at exit, and nobody may ever type.
    std::thread::spawn(move || {
        let mut line = String::new();
        let read = io::stdin().read_line(&mut line);
        // Nobody waits any more where a signal came first.
        let _ = reply.send(matches!(read, Ok(length) if length > 0).then_some(line));
    });
    let line = answer.await.ok().flatten()?;
    Some(line.trim_end_matches(['\n', '\r']).to_owned())
}

/// What the command line itself says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Given<'a> {
    /// `--yes`.
    pub(super) yes: bool,
    /// `--confirm NUM`.
    pub(super) num: Option<&'a str>,
}

/// Whether the press is confirmed; the error is why not, and what to do.
pub(super) async fn confirmed(prepared: &Prepared, given: Given<'_>, badge: &str) -> Result<(), String> {
    let num = &prepared.incident.num;
    match (given.num, prepared.action.confirms()) {
        (Some(typed), _) if is_num(typed, num) => Ok(()),
        (Some(_), _) => Err(format!("not confirmed: --confirm is not the incident's number, which is {num}")),
        (None, Confirm::None) => Ok(()),
        (None, Confirm::Enter) if given.yes => Ok(()),
        (None, Confirm::Enter) if can_ask() => {
            show(prepared, badge);
            let answer = ask("Enter sends, anything else does not: ").await;
            if answer.is_some_and(|line| line.is_empty()) { Ok(()) } else { Err("not confirmed".to_owned()) }
        }
        (None, Confirm::Enter) => Err("not confirmed: pass --yes, or press it on a terminal".to_owned()),
        (None, Confirm::Type) if can_ask() => {
            show(prepared, badge);
            let answer = ask(&format!("type {num} to send: ")).await;
            if answer.is_some_and(|line| is_num(&line, num)) { Ok(()) } else { Err("not confirmed".to_owned()) }
        }
        (None, Confirm::Type) => Err(format!("not confirmed: pass --confirm {num}, or press it on a terminal")),
    }
}

fn is_num(typed: &str, num: &str) -> bool {
    !num.is_empty() && typed.trim().eq_ignore_ascii_case(num)
}

/// What will be sent, and about what.
fn show(prepared: &Prepared, badge: &str) {
    let incident = &prepared.incident;
    let badge = if badge.is_empty() { String::new() } else { format!("[{badge}] ") };
    // Each a line of its own, whatever the title holds.
    let line = |text: &str| say(&crate::domain::text::clean(text));
    line(&format!("{badge}{}", prepared.action.name));
    line(&format!("  {} {}", prepared.method, crate::domain::action::shown_url(&prepared.endpoint)));
    line(&format!("  {}  {}  ({})", incident.num, incident.title, incident.channel_key));
    if let Some(age_ms) = prepared.stale_ms {
        line(&format!("  the incident is {} old: {} did not answer", took(age_ms), incident.source));
    }
}
