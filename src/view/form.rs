//! The form for an action: label, field, what is wrong with it; the help of the active field at the bottom.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line as Row, Span};
use ratatui::widgets::{Block, BorderType, Borders, Paragraph};

use super::theme::Theme;
use crate::app::form::fields::{Button, FIELDS, RowKind, Value};
use crate::app::form::{Form, FormContext};
use crate::app::keys::Keys;
use crate::app::pages::sheet::wrap;
use crate::domain::validate::{Field, FieldFault};
use crate::domain::width::{cut, fit};

mod field;
mod input;
mod inputs;
mod lists;
mod presets;
mod text;

/// Columns of the mark of the active field, of the label, and before the content.
const MARGIN: usize = 2;
const LABEL: usize = 13;
/// A field is no wider than this, so that the eye finds its end on a wide screen.
const WIDEST: usize = 84;

/// Draws the form into `area` and sets the cursor.
pub fn draw(form: &Form, context: &FormContext, theme: &Theme, area: Rect, frame: &mut Frame) {
    let mut block = Block::bordered()
        .border_type(BorderType::Rounded)
        .border_style(theme.border_active)
        .title(Span::styled(format!(" {} ", form.title()), theme.title));
    if form.saving() {
        block = block.title(Row::styled(" saving… ", theme.busy).right_aligned());
    }
    let inner = block.inner(area);
    frame.render_widget(block, area);
    if inner.is_empty() {
        return;
    }
    let help = draw_help(form, context, theme, area, inner, frame);
    let notice = draw_notice(form, theme, Rect { height: inner.height - help, ..inner }, frame);
    let body = Rect { y: inner.y + notice, height: inner.height - help - notice, ..inner };
    if let Some(picker) = form.picker() {
        presets::draw(picker, context, theme, body, frame);
        return;
    }
    let page = Page::build(form, context, theme, body);
    page.draw(body, frame);
}

/// The help under a line of its own; how many rows it took.
fn draw_help(form: &Form, context: &FormContext, theme: &Theme, area: Rect, inner: Rect, frame: &mut Frame) -> u16 {
    let help = form.said().map_or_else(|| context.hint(form.help()), str::to_owned);
    let mut lines = wrap(&help, usize::from(inner.width).saturating_sub(2));
    lines.truncate(2);
    let height = rows(lines.len()) + 1;
    if inner.height < height + 3 {
        return 0;
    }
    let rule = Rect { y: inner.bottom() - height, height: 1, ..area };
    let line = format!("├{}┤", "─".repeat(usize::from(inner.width)));
    frame.render_widget(Paragraph::new(line).style(theme.border_active), rule);
    let text: Vec<_> = lines.into_iter().map(|line| Row::styled(format!(" {line}"), theme.text)).collect();
    frame.render_widget(Paragraph::new(text), Rect { y: rule.y + 1, height: height - 1, ..inner });
    height
}

/// What the last save came to, above the fields; how many rows it took. Never more than half of the place.
fn draw_notice(form: &Form, theme: &Theme, inner: Rect, frame: &mut Frame) -> u16 {
    let width = usize::from(inner.width).saturating_sub(4);
    let mut lines = Vec::new();
    for (at, line) in form.notice().iter().enumerate() {
        for (part, text) in wrap(line, width).into_iter().enumerate() {
            let mark = if at == 0 && part == 0 { " ✗ " } else { "   " };
            lines.push(Row::styled(format!("{mark}{text}"), if at == 0 { theme.fault } else { theme.text }));
        }
    }
    let height = rows(lines.len()).min(inner.height / 2);
    if usize::from(height) < lines.len() && height > 0 {
        let hidden = lines.len() + 1 - usize::from(height);
        lines.truncate(usize::from(height) - 1);
        lines.push(Row::styled(format!("   … {hidden} more lines on a taller screen"), theme.dim));
    }
    let block = Block::new().borders(Borders::NONE);
    frame.render_widget(Paragraph::new(lines).block(block), Rect { height, ..inner });
    height
}

fn rows(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

/// What a field shows: rows of content, and where the cursor is in them.
#[derive(Default)]
struct Content {
    rows: Vec<Row<'static>>,
    /// Row and column of the text cursor.
    cursor: Option<(usize, usize)>,
    /// The row to be kept in sight, where there is no text cursor.
    focus: usize,
    /// A later row to be kept in sight as well.
    until: usize,
}

/// What the content of a field depends on.
struct Cell<'a> {
    theme: &'a Theme,
    active: bool,
    /// Columns of the content.
    width: usize,
    /// Rows for a list.
    list: usize,
    faults: &'a [FieldFault],
    form: &'a Form,
    keys: &'a Keys,
}

impl Content {
    fn of(row: Row<'static>) -> Self {
        Self { rows: vec![row], ..Self::default() }
    }

    fn push_faults(&mut self, cell: &Cell, field: Field) {
        for fault in cell.faults.iter().filter(|fault| fault.field == field) {
            self.push_note("✗", &fault.message, cell.theme.fault, cell.width);
        }
    }

    fn push_note(&mut self, mark: &str, text: &str, style: ratatui::style::Style, width: usize) {
        for (at, line) in wrap(text, width.saturating_sub(2)).into_iter().enumerate() {
            self.rows.push(Row::styled(format!("{} {line}", if at == 0 { mark } else { " " }), style));
        }
    }
}

/// All rows of the form, and the part to be kept in sight.
struct Page {
    rows: Vec<Row<'static>>,
    cursor: Option<(usize, usize)>,
    focus: (usize, usize),
}

impl Page {
    fn build(form: &Form, context: &FormContext, theme: &Theme, body: Rect) -> Self {
        let mut page = Self { rows: Vec::new(), cursor: None, focus: (0, 0) };
        let faults = form.faults(context);
        let list = match body.height {
            0..13 => 3,
            13..26 => 4,
            _ => 7,
        };
        let width = usize::from(body.width).saturating_sub(MARGIN + LABEL + 1).min(WIDEST);
        let roomy = body.height >= 26;
        if body.height >= 13 {
            page.rows.push(Row::default());
        }
        let mut section = None;
        for (at, (spec, value)) in FIELDS.iter().zip(form.values()).enumerate() {
            if matches!(spec.kind, RowKind::Button(Button::Cancel)) || !form.shows(at) {
                continue;
            }
            let active = at == form.active();
            let cell = Cell { theme, active, width, list, faults: &faults, form, keys: context.keys };
            let shown = match value {
                Value::Button(_) => buttons(form, &cell),
                _ => field::content(spec, value, context, &cell),
            };
            let headed = section != Some(spec.section) && !spec.section.title().is_empty();
            if roomy && (headed || !spec.section.folds()) || matches!(value, Value::Button(_)) {
                page.gap(at);
            }
            if headed {
                page.head(spec.section.title(), theme);
            }
            section = Some(spec.section);
            let active = active || (matches!(value, Value::Button(_)) && form.active() > at);
            let label = if matches!(value, Value::Button(_)) { "" } else { spec.label };
            page.push(label, shown, active, theme);
        }
        page
    }

    fn head(&mut self, title: &'static str, theme: &Theme) {
        let rule = "─".repeat(LABEL.saturating_sub(title.len() + 1));
        self.rows.push(Row::styled(format!("  {title} {rule}"), theme.dim));
    }

    fn gap(&mut self, at: usize) {
        if at > 0 {
            self.rows.push(Row::default());
        }
    }

    /// Adds a field: its label beside the first row, the mark of the active one at the left.
    fn push(&mut self, label: &'static str, content: Content, active: bool, theme: &Theme) {
        let start = self.rows.len();
        let focus = content.cursor.map_or(content.focus, |(row, _)| row);
        let last = content.rows.len().saturating_sub(1);
        for (at, row) in content.rows.into_iter().enumerate() {
            let mark = if active && at == focus { "▌ " } else { "  " };
            let style = if active { theme.title } else { theme.text };
            let label = fit(if at == 0 { label } else { "" }, LABEL);
            let mut spans = vec![Span::styled(mark, theme.key), Span::styled(label, style)];
            spans.extend(row.spans.into_iter().map(|span| span.patch_style(row.style)));
            self.rows.push(Row::from(spans));
        }
        if active {
            self.cursor = content.cursor.map(|(row, column)| (start + row, column + MARGIN + LABEL));
            // The message under the active row is kept in sight with it.
            self.focus = (start + focus, start + last.min(content.until.max(focus + 2)));
        }
    }

    /// Draws the part around the active row: nothing is scrolled that need not be.
    fn draw(self, body: Rect, frame: &mut Frame) {
        let height = usize::from(body.height);
        let spare = self.rows.len().saturating_sub(height);
        let (first, last) = self.focus;
        let around = (first + 1).saturating_sub(height / 2).max((last + 1).saturating_sub(height));
        let top = around.min(first).min(spare);
        if let Some((row, column)) = self.cursor {
            let (x, y) = (body.x.saturating_add(rows(column)), body.y.saturating_add(rows(row.saturating_sub(top))));
            if body.contains(Position { x, y }) {
                frame.set_cursor_position(Position { x, y });
            }
        }
        let more = |there: bool, mark: &'static str| if there { mark } else { "" };
        let (above, below) = (more(top > 0, "↑"), more(top < spare, "↓"));
        let shown: Vec<_> = self.rows.into_iter().skip(top).take(height).collect();
        frame.render_widget(Paragraph::new(shown), body);
        let edge = |y| Rect { x: body.right().saturating_sub(1), y, width: 1, height: 1 };
        if !above.is_empty() {
            frame.render_widget(above, edge(body.y));
        }
        if !below.is_empty() {
            frame.render_widget(below, edge(body.bottom().saturating_sub(1)));
        }
    }
}

/// Save and Cancel, side by side: the active one has the mark, so that it is seen without colours.
fn buttons(form: &Form, cell: &Cell) -> Content {
    let mut spans = Vec::new();
    for (at, spec) in FIELDS.iter().enumerate() {
        if !matches!(spec.kind, RowKind::Button(_)) {
            continue;
        }
        let (mark, style) = if at == form.active() { ("▸", cell.theme.selection) } else { (" ", cell.theme.button) };
        spans.push(Span::styled(format!("[{mark}{} ]", spec.label), style));
        spans.push(Span::raw("  "));
    }
    Content::of(Row::from(spans))
}

/// Text cut to the columns, in one span.
fn short(text: &str, columns: usize, style: ratatui::style::Style) -> Span<'static> {
    Span::styled(cut(text, columns).into_owned(), style)
}
