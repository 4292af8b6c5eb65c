//! What a check of an action found, as a sheet to be read.

use std::convert::Infallible;

use crate::app::command::Command;
use crate::app::keymap::Context;
use crate::app::layer::{Layer, Step};
use crate::app::layout::text_area;
use crate::app::pages::sheet::{Row, Sheet, Tone};
use crate::app::state::place::Place;
use crate::domain::action::Action;
use crate::domain::finding::{Finding, Grade};
use crate::domain::text::clean;

#[derive(Clone, Debug, PartialEq)]
pub struct Findings {
    /// The action's id.
    pub action: String,
    pub name: String,
    pub sheet: Sheet,
    waiting: bool,
}

impl Findings {
    /// A sheet that waits for what the check finds, for an area of `columns` by `height`.
    pub fn new(action: &Action, (columns, height): (usize, usize)) -> Self {
        let rows = vec![Row::new(Tone::Dim, "looking at everything it needs on its way; the action is not called…")];
        let sheet = Sheet::new(rows, columns, height);
        Self { action: action.id.clone(), name: action.name.clone(), sheet, waiting: true }
    }

    pub fn command(&mut self, command: Command) -> Step<Infallible> {
        match command {
            Command::Back => return Step::Close,
            Command::Move(motion) => self.sheet.go(motion),
            Command::Open | Command::Place(_) | Command::Copy(_) | Command::Edit(_) | Command::Answer(_) => {}
        }
        Step::Stay
    }

    /// Takes what was found; late ones of another action are ignored.
    pub fn fill(&mut self, action: &str, findings: &[Finding]) {
        if !self.waiting || action != self.action {
            return;
        }
        self.waiting = false;
        let count = |grade| findings.iter().filter(|finding| finding.grade == grade).count();
        let words = match (count(Grade::Fault), count(Grade::Warning)) {
            (0, 0) => "a press would find everything it needs".to_owned(),
            (0, warnings) => format!("a press would work; {warnings} to look at"),
            (faults, _) => format!("a press would fail: {faults} of {} are not as they have to be", findings.len()),
        };
        let mut rows = vec![Row::new(Tone::Head, &words), Row::default()];
        let widest = findings.iter().map(|finding| clean(&finding.subject).chars().count()).max().unwrap_or(0).min(20);
        rows.extend(findings.iter().map(|finding| row(finding, widest)));
        self.sheet.replace(rows);
    }
}

impl Layer for Findings {
    fn context(&self, _: Place) -> Context {
        Context::Findings
    }

    fn id(&self) -> Option<String> {
        Some(format!("findings {}", self.action))
    }

    fn covers(&self) -> bool {
        true
    }

    fn fit(&mut self, size: (u16, u16)) {
        let (columns, height) = text_area(size);
        self.sheet.fit(columns, height);
    }
}

fn row(finding: &Finding, widest: usize) -> Row {
    let (mark, tone) = match finding.grade {
        Grade::Fine => ("✔ fine   ", Tone::Good),
        Grade::Warning => ("! warning", Tone::Warn),
        Grade::Fault => ("✖ fault  ", Tone::Bad),
    };
    Row::new(tone, mark)
        .and(Tone::Head, &format!("  {:<widest$}", clean(&finding.subject)))
        .and(Tone::Plain, &format!("  {}", finding.message))
}
