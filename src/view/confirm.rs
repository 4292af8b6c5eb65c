//! What will be sent, before it is.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::pane::{blank, more, pane, put, rows};
use super::theme::Theme;
use crate::app::confirm::Confirm;
use crate::app::keymap::Context;
use crate::app::model::Model;
use crate::app::pages::sheet::DANGER;
use crate::domain::text::clean;

fn title(confirm: &Confirm) -> String {
    let danger = if confirm.presses().iter().any(|press| press.action.danger) {
        format!(" ─ {DANGER}")
    } else {
        String::new()
    };
    let test = if confirm.first().test { " ─ test" } else { "" };
    match (confirm.shows_request(), confirm.presses().len()) {
        (true, 1) => "The whole request (secrets masked)".to_owned(),
        (true, count) => format!("The whole requests of {count} (secrets masked)"),
        (false, 1) => format!("Send this?{test}{danger}"),
        (false, count) => format!("Send this for {count} incidents?{test}{danger}"),
    }
}

/// Draws the confirm over what is there.
pub fn draw(model: &Model, confirm: &Confirm, theme: &Theme, frame: &mut Frame<'_>) {
    let area = confirm.area();
    let buffer = frame.buffer_mut();
    blank(Rect { x: area.x.saturating_sub(1), width: area.width + 2, ..area }, buffer);
    let title = title(confirm);
    let inner = pane(&title, true, theme, area, buffer);
    let bottom = u16::try_from(confirm.bottom_rows()).unwrap_or(3);
    let above = Rect { height: inner.height.saturating_sub(bottom), ..inner };
    let sheet = confirm.sheet();
    rows(sheet.rows(), sheet.scroll(), theme, above, buffer);
    more(sheet.rows().len(), sheet.scroll(), usize::from(above.height), theme, area, buffer);
    let room = usize::from(inner.width);
    let mut y = above.bottom() + 1;
    let mut cursor = None;
    if let Some(field) = confirm.field() {
        let ask = format!("type {} to send: ", clean(&confirm.wanted()));
        let used = put(buffer, inner.x, y, &ask, room, theme.text);
        let x = inner.x + used;
        let left = usize::from(inner.right().saturating_sub(x));
        let style = if confirm.typing() { theme.field_active } else { theme.field };
        let text = format!("{:<12}", clean(field.value()));
        put(buffer, x, y, &text, left, style);
        let at = u16::try_from(field.cursor().min(left.saturating_sub(1))).unwrap_or(0);
        cursor = confirm.typing().then_some((x + at, y));
        y += 1;
    }
    let notice = confirm.notice.as_deref().or(model.said.as_deref()).unwrap_or_default();
    put(buffer, inner.x, y, &clean(notice), room, theme.fault);
    let keys = match (confirm.field().is_some(), confirm.typing()) {
        (true, true) => "<send> sends   <back> cancels   <next-field> leaves the field",
        (true, false) => "<send> sends  <back> cancels  <show-request> request  <copy-curl> curl  <next-field> field",
        (false, _) => "<send> sends   <back> cancels   <show-request> request   <copy-curl> copy as curl",
    };
    let context = if confirm.typing() { Context::ConfirmText } else { Context::Confirm };
    let keys = model.settings.keys.hint(context, keys);
    put(buffer, inner.x, y + 1, &keys, room, theme.key);
    if let Some(cursor) = cursor {
        frame.set_cursor_position(cursor);
    }
}
