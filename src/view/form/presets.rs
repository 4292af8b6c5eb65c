//! The list of presets in the place of the fields.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line as Row, Span};
use ratatui::widgets::Paragraph;
use unicode_width::UnicodeWidthStr;

use crate::app::form::presets::Picker;
use crate::app::form::{FormContext, before_cursor};
use crate::domain::text::clean;
use crate::domain::width::{cut, fit, width};
use crate::view::theme::Theme;

const PROMPT: &str = " Begin from: ";

pub(super) fn draw(picker: &Picker, context: &FormContext, theme: &Theme, body: Rect, frame: &mut Frame) {
    let presets = picker.rows(context);
    let cursor = picker.cursor(presets.len());
    let columns = usize::from(body.width);
    let typed = clean(picker.filter().value()).into_owned();
    let mut rows = vec![Row::from(vec![
        Span::styled(PROMPT, theme.title),
        Span::styled(fit(&typed, columns.saturating_sub(PROMPT.width() + 1)), theme.field_active),
    ])];
    if presets.is_empty() {
        rows.push(Row::styled(context.hint("   no preset matches; <undo> takes the filter back"), theme.dim));
    }
    let height = usize::from(body.height).saturating_sub(1);
    let title = presets.iter().map(|preset| width(&clean(&preset.title))).max().unwrap_or(0).min(columns / 3);
    for (at, preset) in presets.iter().enumerate().skip((cursor + 1).saturating_sub(height)).take(height) {
        let here = at == cursor;
        let (mark, style) = if here { ("▸", theme.selection) } else { (" ", theme.text) };
        let about = cut(&clean(&preset.about), columns.saturating_sub(title + 6)).into_owned();
        rows.push(Row::from(vec![
            Span::styled(format!(" {mark} {}", fit(&clean(&preset.title), title)), style),
            Span::raw("  "),
            Span::styled(about, theme.dim),
        ]));
    }
    frame.render_widget(Paragraph::new(rows), body);
    let column = (PROMPT.width() + width(&clean(before_cursor(picker.filter())))).min(columns.saturating_sub(1));
    if !body.is_empty() {
        frame.set_cursor_position(Position { x: body.x + u16::try_from(column).unwrap_or(0), y: body.y });
    }
}
