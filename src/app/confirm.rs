//! What will be sent, shown before it is. What is sent is what was shown.

use crossterm::event::KeyEvent;
use jiff::tz::TimeZone;
use ratatui::layout::Rect;

use super::keymap::Command;
use super::layout::dialog;
use super::line::Line;
use super::sheet::{Row, Sheet, Tone, body_rows};
use crate::domain::action::{self, shown_url};
use crate::domain::incident::{Progress, Severity};
use crate::domain::request::Prepared;
use crate::domain::text::{TITLE_SHOWN, clean, shorten};
use crate::domain::time::{age, clock};

/// What the confirm says beside the request itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// The source's badge; may be empty.
    pub badge: String,
    /// The channel's name.
    pub channel: String,
    /// What differs from what was shown before, where it is asked again.
    pub changed: Vec<String>,
    /// Now, Unix milliseconds.
    pub now_ms: i64,
}

/// What is shown and asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Confirm {
    /// The request as it will be sent.
    pub prepared: Box<Prepared>,
    /// Whether the detail was open under it; it is again when this closes.
    pub over_detail: bool,
    /// What is wrong, or what was done; stays until the next key.
    pub notice: Option<String>,
    field: Option<Line>,
    in_field: bool,
    summary: Sheet,
    request: Option<Sheet>,
    size: (u16, u16),
}

impl Confirm {
    /// Shows what will be sent. The incident's number is wanted where the action wants it.
    pub fn new(prepared: Box<Prepared>, facts: &Facts, over_detail: bool, zone: &TimeZone, size: (u16, u16)) -> Self {
        let types = prepared.action.confirms() == action::Confirm::Type;
        let summary =
            Sheet::new(summary_rows(&prepared, facts, zone), usize::from(dialog(size, 0).width.saturating_sub(4)), 0);
        let field = types.then(|| Line::new(""));
        let mut new =
            Self { prepared, over_detail, notice: None, field, in_field: types, summary, request: None, size };
        new.fit(size);
        new
    }

    /// Whether characters go into the field.
    pub fn typing(&self) -> bool {
        self.in_field
    }

    /// The field that wants the incident's number, where it does.
    pub fn field(&self) -> Option<&Line> {
        self.field.as_ref()
    }

    /// What has to be typed.
    pub fn wanted(&self) -> &str {
        let incident = &self.prepared.incident;
        if incident.num.is_empty() { &incident.incident_id } else { &incident.num }
    }

    /// The text shown: what will be sent in short, or the whole request.
    pub fn sheet(&self) -> &Sheet {
        self.request.as_ref().unwrap_or(&self.summary)
    }

    /// Whether the whole request is shown.
    pub fn shows_request(&self) -> bool {
        self.request.is_some()
    }

    /// Where the dialog stands.
    pub fn area(&self) -> Rect {
        let rows = self.summary.rows().len() + 2 + self.bottom_rows();
        let wanted = if self.shows_request() { u16::MAX } else { u16::try_from(rows).unwrap_or(u16::MAX) };
        dialog(self.size, wanted)
    }

    /// Rows under the text: the field, the notice, the keys.
    pub fn bottom_rows(&self) -> usize {
        3 + usize::from(self.field.is_some())
    }

    /// Fits it to another size of the screen.
    pub fn fit(&mut self, size: (u16, u16)) {
        self.size = size;
        let area = self.area();
        let columns = usize::from(area.width.saturating_sub(4));
        let height = usize::from(area.height).saturating_sub(2 + self.bottom_rows());
        self.summary.fit(columns, height);
        if let Some(request) = &mut self.request {
            request.fit(columns, height);
        }
    }

    /// Takes a character for the field.
    pub fn key(&mut self, key: KeyEvent) {
        self.notice = None;
        if let Some(field) = self.field.as_mut().filter(|_| self.in_field) {
            field.key(key);
        }
    }

    /// Does what a key means here; sending and leaving are the caller's.
    pub fn command(&mut self, command: Command) {
        self.notice = None;
        match command {
            Command::NextField => self.in_field = self.field.is_some() && !self.in_field,
            Command::ShowRequest => {
                self.request =
                    if self.shows_request() { None } else { Some(Sheet::new(request_rows(&self.prepared), 0, 0)) };
                self.fit(self.size);
            }
            _ => {
                self.request.as_mut().unwrap_or(&mut self.summary).command(command);
            }
        }
    }

    /// Whether what had to be typed was typed; says so where not.
    pub fn is_answered(&mut self) -> bool {
        let typed = self.field.as_ref().map(|field| field.value().trim().to_owned());
        let right = typed.as_ref().is_none_or(|typed| typed.eq_ignore_ascii_case(self.wanted()));
        if !right {
            self.notice = Some(match typed.as_deref() {
                None | Some("") => format!("type {} to send; nothing was sent", clean(self.wanted())),
                Some(typed) => format!("\"{}\" is not {}; nothing was sent", clean(typed), clean(self.wanted())),
            });
        }
        right
    }

    /// The request as text for the clipboard, secrets masked.
    pub fn request_text(&self) -> String {
        let lines: Vec<String> = request_rows(&self.prepared).iter().map(Row::text).collect();
        format!("{}\n", lines.join("\n"))
    }
}

fn request_rows(prepared: &Prepared) -> Vec<Row> {
    let mut rows = vec![Row::new(Tone::Head, &format!("{} {}", prepared.method, shown_url(&prepared.endpoint)))];
    rows.extend(
        prepared
            .headers
            .iter()
            .map(|header| Row::new(Tone::Dim, &format!("{}: ", header.name)).and(Tone::Plain, &header.shown())),
    );
    rows.push(Row::default());
    rows.extend(body_rows(&prepared.body));
    rows
}

fn summary_rows(prepared: &Prepared, facts: &Facts, zone: &TimeZone) -> Vec<Row> {
    let (action, incident) = (&prepared.action, &prepared.incident);
    let mut rows = Vec::new();
    if !facts.changed.is_empty() {
        let words = format!("Changed since it was shown: {}. Nothing was sent; look again.", facts.changed.join(", "));
        rows.push(Row::new(Tone::Bad, &words));
        rows.push(Row::default());
    }
    rows.push(labelled("action").and(Tone::Head, &action.name));
    let endpoint = format!("{} {}", prepared.method, shown_url(&prepared.endpoint));
    rows.push(labelled("sends").and(Tone::Plain, &endpoint));
    rows.push(
        labelled("for")
            .and(Tone::Head, &format!("{} ", incident.num))
            .and(Tone::Plain, &shorten(&incident.title, TITLE_SHOWN)),
    );
    let state = format!("{} · {}", incident.incident_severity.as_str(), incident.progress.as_str());
    rows.push(labelled("").and(severity_tone(incident.incident_severity), &state));
    let place = labelled("from").and(Tone::Head, &facts.badge);
    let gap = if facts.badge.is_empty() { "" } else { " " };
    rows.push(place.and(Tone::Plain, &format!("{gap}{} · source {}", facts.channel, incident.source)));
    rows.extend(warnings(prepared, facts, zone));
    if !action.description.trim().is_empty() {
        rows.push(Row::default());
        rows.extend(action.description.trim().lines().map(|line| Row::new(Tone::Dim, line)));
    }
    rows
}

fn labelled(label: &str) -> Row {
    Row::new(Tone::Dim, &format!("{label:<7}"))
}

/// The tone of a severity.
pub fn severity_tone(severity: Severity) -> Tone {
    match severity {
        Severity::Critical => Tone::Critical,
        Severity::Warning => Tone::Warn,
        Severity::Info => Tone::Info,
    }
}

fn warnings(prepared: &Prepared, facts: &Facts, zone: &TimeZone) -> Vec<Row> {
    let mut rows = Vec::new();
    if let Some(stale_ms) = prepared.stale_ms {
        let since_ms = facts.now_ms.saturating_sub(stale_ms);
        let words = format!(
            "{} has not answered for {}: this incident is as of {}",
            prepared.incident.source,
            age(since_ms.div_euclid(1_000), facts.now_ms.div_euclid(1_000)).replace("now", "less than a minute"),
            clock(since_ms, zone).get(..5).unwrap_or_default()
        );
        rows.push(Row::new(Tone::Warn, &words));
    }
    if prepared.incident.progress == Progress::Closed {
        rows.push(Row::new(Tone::Warn, "this incident is closed"));
    }
    if is_plain_http(&prepared.endpoint) {
        rows.push(Row::new(Tone::Warn, "plain http: the request can be read on the way"));
    }
    rows
}

/// Whether the address is `http` to another machine.
fn is_plain_http(endpoint: &str) -> bool {
    url::Url::parse(endpoint).is_ok_and(|url| {
        let loopback = match url.host() {
            Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
            Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
            Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            None => false,
        };
        url.scheme() == "http" && !loopback
    })
}
