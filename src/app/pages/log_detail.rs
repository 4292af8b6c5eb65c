//! One line of the log in full: what was sent, every attempt, what was answered, what was learned later.

use jiff::tz::TimeZone;

use super::sheet::{Row, Sheet, Tone, body_rows};
use crate::app::activity::{run_id, running};
use crate::app::command::{Command, CopyCommand, PlaceCommand};
use crate::app::effect::Effect;
use crate::app::keymap::Context;
use crate::app::layer::{Layer, Step};
use crate::app::layout::text_area;
use crate::app::state::place::Place;
use crate::domain::activity::{Activity, Entry};
use crate::domain::curl::curl;
use crate::domain::run::{Answer, Attempt, Outcome, Run, RunDetail, RunState};
use crate::domain::text::{TITLE_SHOWN, clean, shorten};
use crate::domain::time::{clock, rfc3339, took};

/// What came of reading the detail.
#[derive(Clone, Debug, PartialEq)]
enum Loaded {
    Waiting,
    /// Not in the store, or there is none for this kind of line.
    Nothing,
    /// Here it is, and what was learned later.
    Here(Box<(RunDetail, Vec<Activity>)>),
}

/// A line of the log, opened.
#[derive(Clone, Debug, PartialEq)]
pub struct LogDetail {
    pub activity: Activity,
    loaded: Loaded,
    sheet: Sheet,
}

impl LogDetail {
    /// Opens a line, for an area of `columns` by `height`.
    pub fn new(activity: Activity, (columns, height): (usize, usize), zone: &TimeZone) -> Self {
        let waits = matches!(activity.entry, Entry::Run(_)) && activity.seq > 0;
        let loaded = if waits { Loaded::Waiting } else { Loaded::Nothing };
        let mut new = Self { activity, loaded, sheet: Sheet::new(Vec::new(), columns, height) };
        new.write(zone);
        new
    }

    pub fn sheet(&self) -> &Sheet {
        &self.sheet
    }

    /// Takes what was read.
    pub fn fill(&mut self, detail: Option<Box<(RunDetail, Vec<Activity>)>>, zone: &TimeZone) {
        self.loaded = detail.map_or(Loaded::Nothing, Loaded::Here);
        self.write(zone);
    }

    /// Takes the line as it is now; whether its run ended by that, so that the detail has to be read again.
    pub fn update(&mut self, activity: Activity, zone: &TimeZone) -> bool {
        let ended = running(&self.activity).is_some() && running(&activity).is_none();
        self.activity = activity;
        self.write(zone);
        ended
    }

    /// What was asked at the press, secrets left out; `None` until the detail was read.
    pub fn inputs(&self) -> Option<&serde_json::Map<String, serde_json::Value>> {
        match &self.loaded {
            Loaded::Here(here) => Some(&here.0.inputs),
            Loaded::Waiting | Loaded::Nothing => None,
        }
    }

    /// The request as a `curl` command, secrets masked.
    fn curl(&self) -> Option<String> {
        match &self.loaded {
            Loaded::Here(here) => Some(curl(&here.0.request)),
            Loaded::Waiting | Loaded::Nothing => None,
        }
    }

    /// Scrolls, copies or closes; what is meant for a place is the caller's.
    pub fn command(&mut self, command: Command) -> Step<PlaceCommand> {
        let (text, what) = match command {
            Command::Move(motion) => {
                self.sheet.go(motion);
                return Step::Stay;
            }
            Command::Back => return Step::Close,
            Command::Place(command) => return Step::Want(command),
            Command::Copy(CopyCommand::CopyRequest) => (self.request_text(), "request"),
            Command::Copy(CopyCommand::CopyCurl) => (self.curl(), "curl command"),
            Command::Open | Command::Copy(_) | Command::Edit(_) | Command::Answer(_) => return Step::Stay,
        };
        text.map_or(Step::Say("there is no request to copy"), |text| Step::Do(Effect::Copy { text, what }))
    }

    /// The request as text for the clipboard, secrets masked.
    fn request_text(&self) -> Option<String> {
        let Loaded::Here(here) = &self.loaded else {
            return None;
        };
        let request = &here.0.request;
        let mut text = format!("{} {}\n", request.method, clean(&request.endpoint));
        for (name, value) in &request.headers {
            text.push_str(&format!("{}: {}\n", clean(name), clean(value)));
        }
        text.push_str(&format!(
            "\n{}\n",
            body_rows(&request.body).iter().map(Row::text).collect::<Vec<_>>().join("\n")
        ));
        Some(text)
    }

    fn write(&mut self, zone: &TimeZone) {
        let mut rows = match &self.activity.entry {
            Entry::Run(run) => run_rows(run, zone),
            Entry::Action { operator, .. } | Entry::Operation { operator, .. } => vec![
                Row::new(Tone::Head, &self.activity.summary()),
                Row::new(Tone::Dim, &format!("{}  by {}", rfc3339(self.activity.at_ms), operator.whereabouts())),
            ],
            Entry::Correction { run, .. } => vec![
                Row::new(Tone::Head, &self.activity.summary()),
                Row::new(Tone::Dim, &format!("{}  about run {run}", rfc3339(self.activity.at_ms))),
            ],
        };
        match &self.loaded {
            Loaded::Waiting => rows.push(Row::new(Tone::Dim, "reading…")),
            Loaded::Here(here) => detail_rows(&mut rows, &here.0, &here.1, zone),
            Loaded::Nothing if matches!(self.activity.entry, Entry::Run(_)) => {
                rows.push(Row::default());
                rows.push(Row::new(Tone::Dim, "The request and the answer are not in the store."));
            }
            Loaded::Nothing => {}
        }
        self.sheet.replace(rows);
    }
}

impl Layer for LogDetail {
    fn context(&self, _: Place) -> Context {
        Context::LogDetail
    }

    fn id(&self) -> Option<String> {
        Some(format!("line {} {:?}", self.activity.at_ms, run_id(&self.activity)))
    }

    fn covers(&self) -> bool {
        true
    }

    fn fit(&mut self, size: (u16, u16)) {
        let (columns, height) = text_area(size);
        self.sheet.fit(columns, height);
    }
}

pub fn outcome_tone(outcome: Outcome) -> Tone {
    match outcome {
        Outcome::Succeeded => Tone::Good,
        Outcome::Accepted => Tone::Info,
        Outcome::Failed => Tone::Bad,
        Outcome::Unknown => Tone::Doubt,
        Outcome::Cancelled | Outcome::Refused => Tone::Warn,
    }
}

fn run_rows(run: &Run, zone: &TimeZone) -> Vec<Row> {
    let mut rows = vec![
        Row::new(Tone::Head, &run.action)
            .and(Tone::Plain, " on ")
            .and(Tone::Plain, &format!("{} {}", run.incident_num, shorten(&run.incident_title, TITLE_SHOWN))),
    ];
    rows.push(match (run.outcome, run.state) {
        (Some(outcome), _) => {
            let mut words = format!("{} {}", outcome.mark(), outcome.as_str());
            for more in
                [run.failure.map(|class| class.as_str().to_owned()), run.status.map(|status| status.to_string())]
                    .into_iter()
                    .flatten()
            {
                words.push_str(&format!(" · {more}"));
            }
            if let Some(ms) = run.duration_ms {
                words.push_str(&format!(" · {}", took(ms)));
            }
            Row::new(outcome_tone(outcome), &words)
        }
        (None, RunState::Pending) => Row::new(Tone::Info, "pending: not yet begun"),
        (None, _) => Row::new(Tone::Info, "running"),
    });
    if !run.message.is_empty() {
        rows.push(Row::new(Tone::Plain, &format!("\"{}\"", run.message)));
    }
    let pressed = format!("pressed {} ({}) by ", clock(run.started_at_ms, zone), rfc3339(run.started_at_ms));
    rows.push(Row::new(Tone::Dim, &pressed).and(Tone::Plain, &run.operator.whereabouts()));
    rows.push(Row::new(Tone::Dim, &format!("event_id {}  run {}", run.event_id, run.id)));
    if let Some(first) = &run.resend_of {
        rows.push(Row::new(Tone::Dim, &format!("the same press as run {first}, sent again")));
    }
    if run.test {
        rows.push(Row::new(Tone::Warn, "a test: the payload said so"));
    }
    if run.outcome == Some(Outcome::Unknown) {
        let words = format!("It may have run. Look at the receiver for {} before it is pressed again.", run.event_id);
        rows.push(Row::default());
        rows.push(Row::new(Tone::Doubt, &words));
    }
    rows
}

fn detail_rows(rows: &mut Vec<Row>, detail: &RunDetail, corrections: &[Activity], zone: &TimeZone) {
    for correction in corrections {
        let words = format!("learned later, {}: ", clock(correction.at_ms, zone));
        rows.push(Row::new(Tone::Warn, &words).and(Tone::Plain, &correction.summary()));
    }
    if !detail.inputs.is_empty() {
        rows.push(Row::default());
        rows.push(Row::new(Tone::Head, "Asked at the press"));
        rows.extend(detail.inputs.iter().map(|(name, value)| {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            Row::new(Tone::Dim, &format!("{name} ")).and(Tone::Plain, &text)
        }));
    }
    rows.push(Row::default());
    rows.push(Row::new(Tone::Head, "Attempts"));
    if detail.attempts.is_empty() {
        rows.push(Row::new(Tone::Dim, "none: nothing was sent"));
    }
    rows.extend(detail.attempts.iter().map(|attempt| attempt_row(attempt, zone)));
    if let Some(answer) = &detail.answer {
        answer_rows(rows, answer);
    }
    let request = &detail.request;
    rows.push(Row::default());
    rows.push(Row::new(Tone::Head, "Request"));
    rows.push(Row::new(Tone::Plain, &format!("{} {}", request.method, request.endpoint)));
    rows.extend(request.headers.iter().map(|(name, value)| header_row(name, value)));
    rows.push(Row::default());
    rows.extend(body_rows(&request.body));
}

fn header_row(name: &str, value: &str) -> Row {
    Row::new(Tone::Dim, &format!("{name}: ")).and(Tone::Plain, value)
}

fn attempt_row(attempt: &Attempt, zone: &TimeZone) -> Row {
    let head = format!("{} {} {} ", attempt.number, clock(attempt.started_at_ms, zone), took(attempt.duration_ms));
    let address = attempt.address.as_deref().unwrap_or("no address reached");
    let row = Row::new(Tone::Dim, &head).and(Tone::Plain, &format!("{address} "));
    let row = match (attempt.status, attempt.failure) {
        (Some(status), _) => row.and(Tone::Plain, &format!("HTTP {status} ")),
        (None, Some(class)) => row.and(Tone::Bad, &format!("{} ", class.as_str())),
        (None, None) => row,
    };
    let row = if attempt.error.is_empty() { row } else { row.and(Tone::Plain, &format!("{} ", attempt.error)) };
    if attempt.failure.is_some() && attempt.may_have_been_received {
        row.and(Tone::Doubt, "it may have been received")
    } else {
        row
    }
}

fn answer_rows(rows: &mut Vec<Row>, answer: &Answer) {
    let at_least = if answer.size_known { "" } else { "at least " };
    rows.push(Row::default());
    rows.push(
        Row::new(Tone::Head, "Answer")
            .and(Tone::Plain, &format!("  HTTP {}  {at_least}{} bytes", answer.status, answer.size)),
    );
    if let Some(note) = &answer.note {
        rows.push(Row::new(Tone::Warn, note));
    }
    rows.extend(answer.headers.iter().map(|(name, value)| header_row(name, value)));
    rows.push(Row::default());
    rows.extend(body_rows(&answer.body));
}
