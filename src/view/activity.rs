//! The newest activity, and how a line of the log looks.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::pane::{pane, put, put_right};
use super::text::{cut, fit};
use super::theme::Theme;
use crate::app::activity::RecentRow;
use crate::app::model::Model;
use crate::domain::activity::{Activity, Entry};
use crate::domain::run::{Outcome, Run, RunState};
use crate::domain::text::clean;
use crate::domain::time::{clock, took};

const FRAMES: [&str; 10] = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
/// Columns of an action's name, and of an incident's number.
const NAME: usize = 16;
const NUM: usize = 7;

/// The spinner's mark at the model's time.
pub fn spinner(model: &Model) -> &'static str {
    let step = if model.settings.ssh { 1_000 } else { 250 };
    let turn = usize::try_from(model.now.mono_ms / step % 10).unwrap_or(0);
    FRAMES.get(turn).copied().unwrap_or("⠋")
}

/// Draws the panel.
pub fn draw(model: &Model, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let buffer = frame.buffer_mut();
    let inner = pane("Activity", false, theme, area, buffer);
    if !model.loaded {
        return;
    }
    let mut y = inner.y;
    for entry in model.recent.rows().take(usize::from(inner.height)) {
        let row = Rect { y, height: 1, ..inner };
        match entry {
            RecentRow::Sending(sending) => {
                let seconds = i64::try_from(model.now.mono_ms.saturating_sub(sending.since.mono_ms)).unwrap_or(0);
                let head = Head {
                    at_ms: sending.since.wall_ms,
                    mark: (spinner(model), theme.busy),
                    action: &sending.action,
                    num: &sending.num,
                };
                let x = head.draw(model, theme.text, row, buffer);
                let words = format!("sending  {}", running_for(seconds));
                put(buffer, x, y, &words, usize::from(row.right().saturating_sub(x)), theme.busy);
            }
            RecentRow::Line(line) => draw_line(model, line, false, theme, row, buffer),
        }
        y += 1;
    }
    if y == inner.y {
        put(
            buffer,
            inner.x,
            y,
            "nothing yet: what you run is shown here and stays in the log (l)",
            usize::from(inner.width),
            theme.dim,
        );
    }
}

/// Draws a line of the log in one row.
pub fn draw_line(model: &Model, line: &Activity, selected: bool, theme: &Theme, row: Rect, buffer: &mut Buffer) {
    let over = |style: Style| if selected { theme.selection.patch(style) } else { style };
    let operator = match &line.entry {
        Entry::Run(run) => clean(&run.operator.name),
        Entry::Action { operator, .. } | Entry::Operation { operator, .. } => clean(&operator.name),
        Entry::Correction { .. } => "".into(),
    };
    let right = put_right(buffer, row, row.y, &cut(&operator, 12), over(theme.dim));
    let row = Rect { width: row.width.saturating_sub(right + 1), ..row };
    if let Entry::Run(run) = &line.entry {
        draw_run(model, run, over, theme, row, buffer);
        return;
    }
    let head = clock(line.at_ms, &model.settings.zone);
    let x = row.x + put(buffer, row.x, row.y, &head, usize::from(row.width), over(theme.dim)) + 1;
    let room = usize::from(row.right().saturating_sub(x));
    put(buffer, x, row.y, &format!("· {}", clean(&line.summary())), room, over(theme.text));
}

fn draw_run(model: &Model, run: &Run, over: impl Fn(Style) -> Style, theme: &Theme, row: Rect, buffer: &mut Buffer) {
    let (mark, style) = match run.outcome {
        Some(outcome) => (outcome.mark(), outcome_style(outcome, theme)),
        None => (spinner(model), theme.busy),
    };
    let head =
        Head { at_ms: run.started_at_ms, mark: (mark, over(style)), action: &run.action, num: &run.incident_num };
    let mut x = head.draw(model, over(theme.text), row, buffer);
    let mut say = |words: &str, style: Style| {
        x += put(buffer, x, row.y, words, usize::from(row.right().saturating_sub(x)), over(style));
    };
    if model.recent.not_recorded(&run.id).is_some() {
        say("not recorded  ", theme.bad);
    }
    let Some(outcome) = run.outcome else {
        let state = if run.state == RunState::Pending { "waiting" } else { "running" };
        say(&format!("{state}  {}  ", running_for(model.recent.running_ms(run, model.now))), theme.busy);
        if let Some(note) = model.recent.note(&run.id) {
            say(&clean(note), theme.dim);
        }
        return;
    };
    match run.status {
        Some(status) => say(&format!("{status}  "), style),
        None => say(&format!("{}  ", outcome.as_str()), style),
    }
    if let Some(ms) = run.duration_ms.filter(|_| outcome != Outcome::Refused) {
        say(&format!("{:>6}  ", took(ms)), theme.dim);
    }
    if !run.message.is_empty() {
        say(&format!("\"{}\"", clean(&run.message)), theme.text);
    }
}

/// What every row of a run begins with.
struct Head<'a> {
    at_ms: i64,
    mark: (&'a str, Style),
    action: &'a str,
    num: &'a str,
}

impl Head<'_> {
    fn draw(&self, model: &Model, style: Style, row: Rect, buffer: &mut Buffer) -> u16 {
        let right = row.right();
        let room = |x: u16| usize::from(right.saturating_sub(x));
        let time = clock(self.at_ms, &model.settings.zone);
        let mut x = row.x + put(buffer, row.x, row.y, &time, room(row.x), style) + 1;
        x += put(buffer, x, row.y, self.mark.0, room(x), self.mark.1) + 1;
        x += put(buffer, x, row.y, &fit(&clean(self.action), NAME), room(x), style) + 1;
        x + put(buffer, x, row.y, &fit(&clean(self.num), NUM), room(x), style) + 2
    }
}

/// The style of an outcome.
pub fn outcome_style(outcome: Outcome, theme: &Theme) -> Style {
    match outcome {
        Outcome::Succeeded => theme.good,
        Outcome::Failed => theme.bad,
        Outcome::Unknown => theme.doubt,
        Outcome::Cancelled | Outcome::Refused => theme.warning,
    }
}

/// Whole seconds: a row that runs changes once a second.
fn running_for(ms: i64) -> String {
    let seconds = ms.max(0) / 1_000;
    if seconds < 120 { format!("{seconds} s") } else { format!("{} min", seconds / 60) }
}
