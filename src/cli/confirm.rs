//! Asking a person, where there is one: a terminal on both sides.

use std::io::{self, IsTerminal};

use rustix::termios::{LocalModes, OptionalActions, QueueSelector, Termios, tcflush, tcgetattr, tcsetattr};
use tokio::sync::oneshot;

use super::output::{prompt, say};
use crate::domain::action::{Confirm, MASK, shown_url};
use crate::domain::address::shortened;
use crate::domain::request::Prepared;
use crate::domain::risk::{self, Weight};
use crate::domain::text::{TITLE_SHOWN, clean, shorten};

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

/// Asks for what is not to be seen while it is typed; `None` where the input ended.
pub(super) async fn ask_secret(question: &str) -> Option<String> {
    // Put back when the answer is there, and also where a signal ends the waiting.
    let quiet = Quiet::start()?;
    let answer = ask(question).await;
    drop(quiet);
    // The line end that was typed was not shown either.
    say("");
    answer
}

/// A terminal that shows nothing of what is typed, until this is dropped.
struct Quiet(Termios);

impl Quiet {
    /// `None` where it cannot be done: then nothing is asked.
    fn start() -> Option<Self> {
        let before = tcgetattr(io::stdin()).ok()?;
        let mut quiet = before.clone();
        quiet.local_modes.remove(LocalModes::ECHO);
        tcsetattr(io::stdin(), OptionalActions::Flush, &quiet).ok()?;
        Some(Self(before))
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        // A terminal that is gone needs nothing any more.
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.0);
    }
}

/// What the command line itself says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Given<'a> {
    /// `--yes`.
    pub(super) yes: bool,
    /// `--confirm NUM`, or the count.
    pub(super) typed: Option<&'a str>,
}

/// What is to be confirmed: the requests of one press, each with its source's badge. All are of one action.
#[derive(Clone, Copy, Debug)]
pub(super) struct Question<'a> {
    pub(super) presses: &'a [Prepared],
    pub(super) badges: &'a [String],
}

impl Question<'_> {
    /// Whether it is a press on several incidents: then their count confirms it, also where one of them is left.
    fn is_many(&self) -> bool {
        self.presses.iter().any(|prepared| prepared.group.is_some())
    }

    /// What is typed to confirm it: the incident's number, or how many requests go out.
    fn word(&self, first: &Prepared) -> String {
        if self.is_many() { self.presses.len().to_string() } else { first.incident.num.clone() }
    }

    fn is_word(&self, typed: &str, first: &Prepared) -> bool {
        let word = self.word(first);
        !word.is_empty() && typed.trim().eq_ignore_ascii_case(&word)
    }

    /// What the word is, for who got it wrong.
    fn meaning(&self) -> &'static str {
        if self.is_many() { "how many incidents it is sent for" } else { "the incident's number" }
    }
}

/// Whether the press is confirmed; the error is why not, and what to do. Where nothing is left to send it is.
pub(super) async fn confirmed(question: &Question<'_>, given: Given<'_>) -> Result<(), String> {
    let Some(first) = question.presses.first() else { return Ok(()) };
    let word = question.word(first);
    // Several at once are never sent unasked.
    let confirm = match first.action.confirms() {
        Confirm::None if question.is_many() => Confirm::Enter,
        confirm => confirm,
    };
    match (given.typed, confirm) {
        (Some(typed), _) if question.is_word(typed, first) => Ok(()),
        (Some(_), _) => Err(format!("not confirmed: --confirm is not {}, which is {word}", question.meaning())),
        (None, Confirm::None) => Ok(()),
        (None, Confirm::Enter) if given.yes => Ok(()),
        (None, Confirm::Enter) if !can_ask() => Err("not confirmed: pass --yes, or press it on a terminal".to_owned()),
        (None, Confirm::Type) if !can_ask() => {
            Err(format!("not confirmed: pass --confirm {word}, or press it on a terminal"))
        }
        (None, Confirm::Enter) if !question.is_many() => {
            show(question);
            let answer = ask("Enter sends, anything else does not: ").await;
            if answer.is_some_and(|line| line.is_empty()) { Ok(()) } else { Err("not confirmed".to_owned()) }
        }
        (None, Confirm::Enter | Confirm::Type) => {
            show(question);
            let answer = ask(&format!("type {word} to send: ")).await;
            let is_word = answer.is_some_and(|line| question.is_word(&line, first));
            if is_word { Ok(()) } else { Err("not confirmed".to_owned()) }
        }
    }
}

/// How much of an input's value is shown, in characters.
const VALUE_SHOWN: usize = 240;
/// How much of an address, in columns: what was told before it must not be pushed out of the window.
const ADDRESS_SHOWN: usize = 400;
/// How many incidents of many are named.
const NAMED: usize = 20;

/// What will be sent, and about what.
fn show(question: &Question<'_>) {
    let Some(first) = question.presses.first() else { return };
    let danger = if first.action.danger { "DANGER  " } else { "" };
    let count = if question.is_many() { format!("  on {} incidents", question.presses.len()) } else { String::new() };
    line(&format!("{danger}{}{count}", first.action.name));
    let is_one_target = question.presses.iter().all(|prepared| prepared.endpoint == first.endpoint);
    if is_one_target {
        line(&format!("  {}", target(first)));
    }
    for (name, value) in &first.inputs.plain {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        line(&format!("  {name} = {}", shorten(&text, VALUE_SHOWN)));
    }
    for name in first.inputs.secret.keys() {
        line(&format!("  {name} = {MASK}"));
    }
    if !first.references.is_empty() {
        line(&format!("  reads {}", first.references.join(" ")));
    }
    // What is unsafe was told before.
    for risk in risk::of_way(question.presses, "after Enter: Ctrl-C takes it back before it is sent")
        .iter()
        .filter(|risk| risk.weight != Weight::Unsafe)
    {
        line(&format!("  {}", risk.text));
    }
    for (prepared, badge) in question.presses.iter().zip(question.badges).take(NAMED) {
        about(prepared, badge);
        if !is_one_target {
            line(&format!("    {}", target(prepared)));
        }
    }
    if let Some(more @ 1..) = question.presses.len().checked_sub(NAMED) {
        line(&format!("  and {more} more"));
    }
}

/// A line of its own, whatever a title holds.
fn line(text: &str) {
    say(&clean(text));
}

fn target(prepared: &Prepared) -> String {
    format!("{} {}", prepared.method, shortened(&clean(&shown_url(&prepared.endpoint)), ADDRESS_SHOWN))
}

fn about(prepared: &Prepared, badge: &str) {
    let incident = &prepared.incident;
    let badge = if badge.is_empty() { String::new() } else { format!("[{badge}] ") };
    line(&format!("  {badge}{}  {}  ({})", incident.num, shorten(&incident.title, TITLE_SHOWN), incident.channel()));
    for risk in risk::of_incident(prepared, None) {
        line(&format!("    {}", risk.text));
    }
}
