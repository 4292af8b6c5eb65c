//! The newest activity, and how a line of the log looks.

use crate::app::keymap::Context;
use crate::app::keys::Keys;
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::pane::{put, put_right, rule};
use super::theme::Theme;
use crate::app::activity::{Group, RecentRow, Sending};
use crate::app::layout::inside;
use crate::app::model::Model;
use crate::domain::activity::{Activity, Entry};
use crate::domain::run::{Outcome, Run, RunState};
use crate::domain::stage::Stage;
use crate::domain::text::clean;
use crate::domain::time::{clock, took};
use crate::domain::width::{cut, fit};

const FRAMES: [&str; 10] = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
/// Columns of an action's name, and of an incident's number.
const NAME: usize = 16;
const NUM: usize = 7;

/// The spinner's mark at the model's time.
pub fn spinner(model: &Model) -> &'static str {
    FRAMES.get(turn(model, FRAMES.len())).copied().unwrap_or("⠋")
}

/// Which of so many steps a moving mark is at.
fn turn(model: &Model, steps: usize) -> usize {
    let turns = usize::try_from(model.now.mono_ms / model.settings.spin_ms()).unwrap_or(0);
    turns % steps
}

pub fn draw(model: &Model, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let buffer = frame.buffer_mut();
    rule("Activity", theme.border, theme, area, buffer);
    let all = model.settings.keys.hint(Context::Incidents, " <go-log> all ");
    put_right(buffer, Rect { width: area.width.saturating_sub(2), ..area }, area.y, &all, theme.dim);
    let inner = inside(area);
    if !model.loaded {
        return;
    }
    for (y, entry) in (inner.y..).zip(model.recent.rows().take(usize::from(inner.height))) {
        let row = Rect { y, height: 1, ..inner };
        match entry {
            RecentRow::Sending(sending) => draw_sending(model, sending, theme, row, buffer),
            RecentRow::Line(line) => draw_line(model, line, false, theme, row, buffer),
            RecentRow::Group(group) => draw_group(model, group, theme, row, buffer),
        }
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
        let stage = model.recent.stage(&run.id, model.now);
        let waits = match run.state {
            RunState::Pending => "waiting",
            _ if run.is_let_go() => run.let_go_words(),
            _ => "running",
        };
        let ms = model.recent.running_ms(run, model.now);
        for (words, style) in under_way(model, stage.as_ref(), waits, (ms, &run.action_id), theme) {
            say(&words, style);
        }
        // How far another screen saw it, or why nobody follows it.
        if stage.is_none() || run.is_let_go() {
            say(&clean(&run.message), theme.dim);
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
    if outcome == Outcome::Unknown && !run.message.contains("may have run") && !run.message.contains("may still run") {
        say("may have run: check the receiver  ", theme.doubt);
    }
    if run.test {
        say("test  ", theme.warning);
    }
    if !run.message.is_empty() {
        say(&format!("\"{}\"", clean(&run.message)), theme.text);
    }
}

/// When a press that is held is sent, and how it is taken back.
pub fn held_words(keys: &Keys, stage: &Stage) -> String {
    keys.hint(Context::Incidents, &format!("{}; <take-back> takes it back", stage.words()))
}

/// What a run that has not ended says of itself: how far it is, for how long, and how long it usually takes.
fn under_way(
    model: &Model,
    stage: Option<&Stage>,
    waits: &str,
    (ms, action_id): (i64, &str),
    theme: &Theme,
) -> Vec<(String, Style)> {
    let usually = model.facts.get(action_id).and_then(|facts| facts.median_ms);
    let usually = usually.map_or_else(String::new, |ms| format!(" of ~{}", took(ms)));
    let since = format!("{}{usually}  ", running_for(ms));
    match stage {
        Some(stage @ Stage::Held { .. }) => vec![(held_words(&model.settings.keys, stage), theme.busy)],
        Some(stage @ Stage::Queued) => vec![(stage.words(), theme.busy)],
        Some(Stage::Job { fraction, words }) => {
            let percent = Stage::Job { fraction: *fraction, words: String::new() }.words();
            vec![
                (format!("{} ", bar(model, *fraction)), theme.busy),
                (format!("{percent}  {since}"), theme.busy),
                (clean(words).into_owned(), theme.dim),
            ]
        }
        Some(Stage::Sending) | None => vec![(format!("{waits}  {since}"), theme.busy)],
        Some(other) => vec![(format!("{waits}  {since}"), theme.busy), (other.words(), theme.dim)],
    }
}

/// A bar of ten columns: filled as far as the job is, or a piece that moves where it does not say.
fn bar(model: &Model, fraction: Option<f64>) -> String {
    let Some(fraction) = fraction else {
        let at = turn(model, 8);
        return format!("{}▓▓▓{}", "░".repeat(at), "░".repeat(7 - at));
    };
    let full = (1..=10).filter(|tenth| fraction * 10.0 + 0.001 >= f64::from(*tenth)).count();
    format!("{}{}", "▓".repeat(full), "░".repeat(10 - full))
}

/// A press that the log has no row of yet.
fn draw_sending(model: &Model, own: &Sending, theme: &Theme, row: Rect, buffer: &mut Buffer) {
    let ms = i64::try_from(model.now.mono_ms.saturating_sub(own.since.mono_ms)).unwrap_or(0);
    let mark = (spinner(model), theme.busy);
    let head = Head { at_ms: own.since.wall_ms, mark, action: &own.action, num: &own.num };
    let mut x = head.draw(model, theme.text, row, buffer);
    let stage = model.recent.stage(&own.run, model.now);
    for (words, style) in under_way(model, stage.as_ref(), "sending", (ms, &own.action_id), theme) {
        x += put(buffer, x, row.y, &words, usize::from(row.right().saturating_sub(x)), style);
    }
}

/// A press on many, in one row: `37/120, 2 failed`.
fn draw_group(model: &Model, group: &Group, theme: &Theme, row: Rect, buffer: &mut Buffer) {
    let right = put_right(buffer, row, row.y, &cut(&clean(&group.operator), 12), theme.dim);
    let row = Rect { width: row.width.saturating_sub(right + 1), ..row };
    let (mark, style) = match (group.unended(), group.worst()) {
        (1.., _) => (spinner(model), theme.busy),
        (0, worst) => {
            let outcome = worst.unwrap_or(Outcome::Succeeded);
            (outcome.mark(), outcome_style(outcome, theme))
        }
    };
    let num = format!("×{}", group.total());
    let head = Head { at_ms: group.at_ms, mark: (mark, style), action: &group.action, num: &num };
    let mut x = head.draw(model, theme.text, row, buffer);
    let words = format!("{}  ", group.words());
    let tone = if group.worst().is_some_and(|worst| !worst.is_taken()) { theme.doubt } else { style };
    x += put(buffer, x, row.y, &words, usize::from(row.right().saturating_sub(x)), tone);
    if let (1.., Some(began)) = (group.unended(), group.began) {
        let since = running_for(i64::try_from(model.now.mono_ms.saturating_sub(began)).unwrap_or(0));
        put(buffer, x, row.y, &since, usize::from(row.right().saturating_sub(x)), theme.busy);
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

pub fn outcome_style(outcome: Outcome, theme: &Theme) -> Style {
    match outcome {
        Outcome::Succeeded => theme.good,
        Outcome::Accepted => theme.info,
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
