//! The floor: the least that shows such a list. A ratatui table, `j`, `q`; nothing else.

use std::io;

use crossterm::event::{Event, KeyCode, read};
use ratatui::layout::Constraint;
use ratatui::style::{Modifier, Style};
use ratatui::widgets::{Block, Row, Table, TableState};

use super::Result;
use super::seed::title;

/// Shows so many rows until `q`.
pub(super) fn run(count: usize) -> Result<()> {
    let rows: Vec<[String; 4]> =
        (0..count).map(|at| ["CRIT".to_owned(), format!("{at:06X}"), title(at), format!("{}m", at % 60)]).collect();
    let (mut at, mut offset) = (0, 0);
    let mut terminal = ratatui::init();
    loop {
        terminal.draw(|frame| {
            let height = usize::from(frame.area().height.saturating_sub(2));
            offset = offset.clamp((at + 1_usize).saturating_sub(height), at);
            let shown = rows[offset..(offset + height).min(rows.len())].iter();
            let widths = [Constraint::Length(4), Constraint::Length(7), Constraint::Fill(1), Constraint::Length(4)];
            let table = Table::new(shown.map(|row| Row::new(row.iter().map(String::as_str))), widths)
                .block(Block::bordered().title("Incidents"))
                .row_highlight_style(Style::new().add_modifier(Modifier::REVERSED));
            let mut state = TableState::new().with_selected(at - offset);
            frame.render_stateful_widget(table, frame.area(), &mut state);
        })?;
        match read()? {
            Event::Key(key) if key.code == KeyCode::Char('j') => at = (at + 1).min(rows.len() - 1),
            Event::Key(key) if key.code == KeyCode::Char('q') => break,
            _ => {}
        }
    }
    ratatui::restore();
    io::Write::flush(&mut io::stdout())?;
    Ok(())
}
