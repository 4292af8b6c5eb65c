//! Draws the README's picture: a real frame of the demo, as SVG.
//!
//! ```sh
//! cargo run --example picture
//! ```
//!
//! It writes `assets/board.svg` and `assets/board-light.svg`. The clock stands still, so the same code always draws the same picture.

use std::error::Error;
use std::fmt::Write as _;
use std::net::{Ipv4Addr, SocketAddr};

use andon::app::event::{Event, Health, Now, Snapshot, SourceState};
use andon::app::model::Model;
use andon::app::state::settings::Settings;
use andon::app::update;
use andon::demo;
use andon::domain::activity::{Activity, Entry};
use andon::domain::arrivals::{Arrivals, Hour};
use andon::domain::board::Known;
use andon::domain::incident::{IncidentKey, Severity};
use andon::domain::operator::Operator;
use andon::domain::run::{Outcome, Run, RunState};
use andon::domain::theme::Background;
use andon::domain::width::width;
use andon::view::view;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

/// The file, from the project's root.
pub const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/board.svg");

pub const FILE_LIGHT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/board-light.svg");

/// 2026-03-12 14:02:10 UTC.
const NOW_S: i64 = 1_773_324_130;
const COLUMNS: u16 = 120;
const ROWS: u16 = 36;

/// A cell and the frame around them, in pixels.
const CELL: (f32, f32) = (8.4, 18.0);
const MARGIN: f32 = 14.0;
const BAR: f32 = 34.0;
/// How far above its row's end a letter stands.
const BASELINE: f32 = 4.6;

/// No font for emoji among them: it would draw digits, too.
const FONTS: &str = "'JetBrains Mono','DejaVu Sans Mono',Menlo,Consolas,monospace";
const BACKGROUND: &str = "#16181d";
const TEXT: &str = "#d4d7dd";
/// The terminal's sixteen colours.
const PALETTE: [&str; 16] = [
    "#16181d", "#f2626b", "#8cc570", "#e8b04c", "#6aa9f4", "#c98be0", "#56c2cc", "#d4d7dd", "#7d8493", "#ff7b84",
    "#a6da8c", "#f5c56e", "#8cc0ff", "#dba6ee", "#7adbe4", "#ffffff",
];

fn main() -> Result<(), Box<dyn Error>> {
    std::fs::write(FILE, picture(Background::Dark)?)?;
    std::fs::write(FILE_LIGHT, picture(Background::Light)?)?;
    Ok(())
}

/// The picture as SVG.
///
/// # Errors
/// If the demo's own incidents cannot be read.
pub fn picture(background: Background) -> Result<String, Box<dyn Error>> {
    let mut model = board()?;
    update(&mut model, now(), Event::Background(background));
    let mut terminal = Terminal::new(TestBackend::new(COLUMNS, ROWS))?;
    terminal.draw(|frame| view(&model, frame))?;
    let drawn = svg(terminal.backend().buffer());
    Ok(match background {
        Background::Dark => drawn,
        Background::Light => drawn.replace(BACKGROUND, "#ffffff").replace(TEXT, "#24292f"),
    })
}

/// The board as a responder meets it: two runs over, one under way.
fn board() -> Result<Model, Box<dyn Error>> {
    let content = demo::content(NOW_S, SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)))?;
    let settings = Settings { operator: "ada".to_owned(), demo: true, ..Settings::default() };
    let source = SourceState {
        kind: "alertmanager",
        name: content.source.to_owned(),
        badge: String::new(),
        health: Health::Fine,
        answered_s: Some(NOW_S),
        fresh: true,
        abilities: andon::domain::operation::Abilities::default(),
        loading: None,
        refresh_s: 15,
    };
    let incidents = Known::default().take(content.source, content.listing, NOW_S);
    let snapshot = Snapshot {
        actions: content.actions,
        channels: incidents.channels.clone(),
        sources: vec![source],
        ..Snapshot::default()
    };
    let mut model = Model::new(settings, (COLUMNS, ROWS));
    let under_way: Vec<_> = runs().into_iter().map(|line| unended(&line)).collect();
    for event in [
        Event::Loaded(Box::new(Snapshot { whole: true, ..snapshot })),
        Event::Changed(Box::new(incidents)),
        Event::LastRuns(Vec::new()),
        Event::Arrivals(Box::new(arrivals())),
        Event::Activity(under_way),
        Event::Activity(runs()),
    ] {
        update(&mut model, now(), event);
    }
    Ok(model)
}

fn now() -> Now {
    Now { wall_ms: NOW_S * 1_000, mono_ms: 60_500 }
}

/// What came in the last hours: it grows.
fn arrivals() -> Arrivals {
    let mut arrivals = Arrivals::default();
    let came = [1, 1, 2, 1, 1, 3, 2, 7, 2, 1, 1, 12];
    for (hour, count) in arrivals.0.iter_mut().rev().zip(came.into_iter().rev()) {
        *hour = Hour { count, worst: Some(Severity::Critical) };
    }
    arrivals
}

/// The lines of the activity, oldest first.
fn runs() -> Vec<Activity> {
    let restarted = Some((Outcome::Succeeded, 200, 142));
    let locked = Some((Outcome::Failed, 500, 311));
    let reason = "the status page is locked by the maintenance \"DB upgrade\" until 06:00 UTC";
    vec![
        run(1, ("Update status page", "3B91C0"), 41, locked, reason),
        run(2, ("Restart server", "054D57"), 19, restarted, "es.nj.01 restarting"),
        run(3, ("Roll back", "0E83EE"), 2, None, ""),
    ]
}

fn run(seq: i64, (action, num): (&str, &str), ago_s: i64, end: Option<(Outcome, u16, i64)>, message: &str) -> Activity {
    let started_at_ms = (NOW_S - ago_s) * 1_000;
    let run = Run {
        id: format!("run-{seq}"),
        event_id: format!("run-{seq}"),
        action: action.to_owned(),
        action_id: action.to_lowercase().replace(' ', "-"),
        incident: IncidentKey::new("demo", &format!("demo-{}", num.to_lowercase())),
        incident_num: num.to_owned(),
        incident_title: String::new(),
        operator: Operator { name: "ada".to_owned(), ..Operator::default() },
        process: String::new(),
        state: if end.is_some() { RunState::Done } else { RunState::Running },
        outcome: end.map(|(outcome, ..)| outcome),
        failure: None,
        status: end.map(|(_, status, _)| status),
        attempts: 1,
        started_at_ms,
        duration_ms: end.map(|(.., took_ms)| took_ms),
        message: message.to_owned(),
        group: None,
        resend_of: None,
        test: false,
        following: false,
    };
    Activity { seq, at_ms: started_at_ms, entry: Entry::Run(Box::new(run)) }
}

/// The line as it was while its run went on.
fn unended(line: &Activity) -> Activity {
    let mut line = line.clone();
    if let Entry::Run(run) = &mut line.entry {
        (run.state, run.outcome, run.status, run.duration_ms) = (RunState::Running, None, None, None);
        run.message.clear();
    }
    line
}

/// The cells as SVG: a window with rounded corners, every word at the place of its cells.
fn svg(buffer: &Buffer) -> String {
    let inner = (f32::from(buffer.area.width) * CELL.0, f32::from(buffer.area.height) * CELL.1);
    let (wide, high) = (inner.0 + 2.0 * MARGIN, inner.1 + BAR + MARGIN);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {wide:.0} {high:.0}\" width=\"{wide:.0}\" \
         height=\"{high:.0}\" font-family=\"{FONTS}\" font-size=\"14\" role=\"img\" \
         aria-label=\"andon: incidents, buttons, activity\">\n\
         <rect width=\"{wide:.0}\" height=\"{high:.0}\" rx=\"10\" fill=\"{BACKGROUND}\"/>\n"
    );
    for (at, colour) in ["#f2626b", "#e8b04c", "#8cc570"].iter().enumerate() {
        let _ = writeln!(out, "<circle cx=\"{}\" cy=\"17\" r=\"5.5\" fill=\"{colour}\"/>", 20 + at * 19);
    }
    let _ = writeln!(out, "<g transform=\"translate({MARGIN} {BAR})\" xml:space=\"preserve\">");
    for y in 0..buffer.area.height {
        row(buffer, y, &mut out);
    }
    out.push_str("</g>\n</svg>\n");
    out
}

/// One row: backgrounds, borders, and words of one style.
fn row(buffer: &Buffer, y: u16, out: &mut String) {
    let mut run = Letters::default();
    let mut skip = 0;
    for x in 0..buffer.area.width {
        let cell = &buffer[(x, y)];
        let (_, behind) = colours(cell);
        if behind != BACKGROUND {
            // Half a pixel wider, so that no seam shows between two cells.
            let size = (CELL.0 + 0.5, CELL.1);
            let _ = writeln!(out, "<rect {} {} fill=\"{behind}\"/>", place(x, y), extent(size));
        }
        if skip > 0 {
            skip -= 1;
            continue;
        }
        let symbol = cell.symbol();
        skip = width(symbol).saturating_sub(1);
        if symbol.trim().is_empty() {
            run.write(y, out);
            continue;
        }
        if let Some(path) = line(symbol) {
            let shift = format!("translate({:.1} {:.1})", f32::from(x) * CELL.0, f32::from(y) * CELL.1);
            let colour = colours(cell).0;
            let _ = writeln!(out, "<path transform=\"{shift}\" d=\"{path}\" stroke=\"{colour}\" fill=\"none\"/>");
            continue;
        }
        // What may come from another font stands alone, so that it moves nothing beside it.
        let alone = !symbol.is_ascii();
        if alone || run.style != style(cell) {
            run.write(y, out);
        }
        run.add(x, cell);
        if alone {
            run.write(y, out);
        }
    }
    run.write(y, out);
}

/// A word, or a part of one, of one style. It is as wide as its cells, whatever the font.
#[derive(Default)]
struct Letters {
    style: String,
    x: u16,
    columns: u16,
    text: String,
}

impl Letters {
    fn add(&mut self, x: u16, cell: &Cell) {
        if self.text.is_empty() {
            (self.style, self.x) = (style(cell), x);
        }
        self.columns += u16::try_from(width(cell.symbol())).unwrap_or(1);
        self.text.push_str(&cell.symbol().replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"));
    }

    fn write(&mut self, y: u16, out: &mut String) {
        let Self { style, x, columns, text } = std::mem::take(self);
        if text.is_empty() {
            return;
        }
        let (left, base) = (f32::from(x) * CELL.0, f32::from(y + 1) * CELL.1 - BASELINE);
        // A single letter keeps the width of its own font.
        let long = f32::from(columns) * CELL.0;
        let length = if columns > 1 && text.is_ascii() { format!(" textLength=\"{long:.1}\"") } else { String::new() };
        let _ = writeln!(out, "<text x=\"{left:.1}\" y=\"{base:.1}\"{length}{style}>{text}</text>");
    }
}

fn place(x: u16, y: u16) -> String {
    format!("x=\"{:.1}\" y=\"{:.1}\"", f32::from(x) * CELL.0, f32::from(y) * CELL.1)
}

fn extent((wide, high): (f32, f32)) -> String {
    format!("width=\"{wide:.1}\" height=\"{high:.1}\"")
}

/// Borders are drawn as lines, so that they meet whatever the font; the cell is 8.4 by 18.
fn line(symbol: &str) -> Option<&'static str> {
    Some(match symbol {
        "─" => "M0 9H8.4",
        "│" => "M4.2 0V18",
        "╭" => "M8.4 9Q4.2 9 4.2 13.2V18",
        "╮" => "M0 9Q4.2 9 4.2 13.2V18",
        "╰" => "M8.4 9Q4.2 9 4.2 4.8V0",
        "╯" => "M0 9Q4.2 9 4.2 4.8V0",
        "┬" => "M0 9H8.4M4.2 9V18",
        "├" => "M4.2 0V18M4.2 9H8.4",
        "┤" => "M4.2 0V18M4.2 9H0",
        "▌" => "M1 0V18M2.5 0V18",
        _ => return None,
    })
}

/// The attributes of a cell's letters.
fn style(cell: &Cell) -> String {
    let mut out = format!(" fill=\"{}\"", colours(cell).0);
    if cell.modifier.contains(Modifier::BOLD) {
        out.push_str(" font-weight=\"bold\"");
    }
    if cell.modifier.contains(Modifier::DIM) {
        out.push_str(" opacity=\"0.6\"");
    }
    if cell.modifier.contains(Modifier::UNDERLINED) {
        out.push_str(" text-decoration=\"underline\"");
    }
    if cell.modifier.contains(Modifier::CROSSED_OUT) {
        out.push_str(" text-decoration=\"line-through\"");
    }
    out
}

/// A cell's colours: letters, background.
fn colours(cell: &Cell) -> (String, String) {
    let (front, behind) = (colour(cell.fg, TEXT), colour(cell.bg, BACKGROUND));
    if cell.modifier.contains(Modifier::REVERSED) { (behind, front) } else { (front, behind) }
}

fn colour(colour: Color, default: &str) -> String {
    let place = match colour {
        Color::Reset => return default.to_owned(),
        Color::Rgb(r, g, b) => return format!("#{r:02x}{g:02x}{b:02x}"),
        Color::Indexed(index @ 232..) => return format!("#{0:02x}{0:02x}{0:02x}", 8 + 10 * (index - 232)),
        Color::Indexed(index @ 16..) => {
            let part = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
            let cube = index - 16;
            return format!("#{:02x}{:02x}{:02x}", part(cube / 36), part(cube / 6 % 6), part(cube % 6));
        }
        Color::Indexed(index) => usize::from(index),
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 8,
        Color::LightRed => 9,
        Color::LightGreen => 10,
        Color::LightYellow => 11,
        Color::LightBlue => 12,
        Color::LightMagenta => 13,
        Color::LightCyan => 14,
        Color::White => 15,
    };
    PALETTE.get(place).copied().unwrap_or(default).to_owned()
}
