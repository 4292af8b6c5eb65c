//! Models to begin a test from, and hands to press keys with.

use std::sync::Arc;

use andon::app::effect::{Effect, Target};
use andon::app::event::{Event, Health, Now, Snapshot, SourceState};
use andon::app::incidents::{Entry as Listed, ListRow};
use andon::app::model::Model;
use andon::app::state::settings::Settings;
use andon::app::update;
use andon::domain::action::{Action, ActionKind, Confirm, Header};
use andon::domain::activity::{Activity, Entry};
use andon::domain::board::Delta;
use andon::domain::channel::{Channel, ChannelKey};
use andon::domain::incident::{Alert, Incident, IncidentKey, IncidentRow, Progress, Responder, Severity};
use andon::domain::operator::Operator;
use andon::domain::request::{Inputs, Prepared, SourceCredentials};
use andon::domain::run::{Outcome, Run, RunState};
use andon::template::references;
use andon::view::view;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

/// 2025-11-24 16:00:00 UTC.
pub(crate) const NOON_S: i64 = 1_764_000_000;

/// A screen under test: a model, its clock, and what it wants done.
pub(crate) struct Screen {
    pub(crate) model: Model,
    pub(crate) now: Now,
}

pub(crate) fn settings() -> Settings {
    Settings {
        operator: "ada".to_owned(),
        config_path: "/home/ada/.config/andon/config.toml".to_owned(),
        ..Settings::default()
    }
}

pub(crate) fn channel(id: &str) -> ChannelKey {
    ChannelKey::new("prod", id)
}

pub(crate) fn incident(number: i64, severity: Severity, title: &str) -> Incident {
    Incident {
        incident_id: format!("inc-{number}"),
        num: format!("{:06X}", 0x5_4D57 + number),
        title: title.to_owned(),
        incident_severity: severity,
        incident_status: severity.into(),
        start_time: NOON_S - number * 60,
        source: "prod".to_owned(),
        channel_key: "prod/lim_test".to_owned(),
        labels: [("cluster", "nj"), ("resource", "es.nj.01"), ("check", "cpu.idle")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
        detail_url: format!("https://prod.example/i/{number}"),
        description: "The CPU has been busy for 10 minutes.".to_owned(),
        responders: vec![Responder { person_name: "Grace".to_owned(), acknowledged_at: 1, ..Responder::default() }],
        alerts: vec![Alert {
            title: "cpu.idle < 20%".to_owned(),
            alert_severity: severity,
            start_time: NOON_S - number * 60,
            ..Alert::default()
        }],
        alert_cnt: 1,
        ..Incident::default()
    }
}

pub(crate) fn row(number: i64, severity: Severity, title: &str) -> IncidentRow {
    IncidentRow::pack(&incident(number, severity, title))
}

/// Twelve incidents in the board's order, wide letters among them.
pub(crate) fn rows() -> Vec<IncidentRow> {
    let titles = [
        "cpu.idle < 20%",
        "队列积压超过一万条",
        "🔥 checkout is slow",
        "queue lag",
        "disk 91% full",
        "certificate ends soon",
    ];
    (0..12_i64)
        .map(|number| {
            let severity =
                [Severity::Critical, Severity::Warning, Severity::Info][usize::try_from(number / 4).unwrap()];
            let title = titles[usize::try_from(number).unwrap() % titles.len()];
            let mut incident = incident(number, severity, title);
            if number == 1 {
                incident.progress = Progress::Processing;
            }
            IncidentRow::pack(&incident)
        })
        .collect()
}

pub(crate) fn action(name: &str, slot: u8, confirm: Confirm) -> Action {
    let mut action = Action::new(name, "https://ci.example/restart");
    action.revision = 1;
    action.confirm = confirm;
    "Restarts what the incident is about.".clone_into(&mut action.description);
    action.headers = vec![Header::new("Authorization", "Bearer s3cret")];
    action.slots.insert(channel("lim_test"), slot);
    action
}

pub(crate) fn actions() -> Vec<Action> {
    let mut off = action("Roll back", 3, Confirm::Type);
    off.enabled = false;
    vec![action("Restart server", 1, Confirm::Enter), action("Enrich", 2, Confirm::None), off]
}

pub(crate) fn source() -> SourceState {
    SourceState {
        name: "prod".to_owned(),
        kind: "alertmanager",
        badge: "PROD".to_owned(),
        health: Health::Fine,
        answered_s: Some(NOON_S),
        fresh: true,
        abilities: andon::domain::operation::Abilities::default(),
        loading: None,
        refresh_s: 15,
    }
}

pub(crate) fn snapshot() -> Snapshot {
    let rows = rows();
    Snapshot {
        open_total: rows.len(),
        rows,
        whole: true,
        actions: actions(),
        channels: vec![
            Channel { key: channel("lim_test"), name: "Search".to_owned() },
            Channel { key: channel("pay"), name: "Payments".to_owned() },
        ],
        sources: vec![source()],
        activity: Vec::new(),
        drafts: std::collections::HashMap::new(),
    }
}

pub(crate) fn run_line(seq: i64, id: &str, outcome: Option<Outcome>) -> Activity {
    let done = outcome.is_some();
    let run = Run {
        id: id.to_owned(),
        event_id: id.to_owned(),
        action: "Restart server".to_owned(),
        action_id: "restart-server".to_owned(),
        incident: IncidentKey::new("prod", "inc-0"),
        incident_num: "054D57".to_owned(),
        incident_title: "cpu.idle < 20%".to_owned(),
        operator: Operator { name: "ada".to_owned(), host: "bastion-1".to_owned(), ..Operator::default() },
        process: "p".to_owned(),
        state: if done { RunState::Done } else { RunState::Running },
        outcome,
        failure: None,
        status: outcome.map(|outcome| if outcome == Outcome::Succeeded { 200 } else { 500 }),
        attempts: 1,
        started_at_ms: NOON_S * 1_000,
        duration_ms: done.then_some(142),
        message: if done { "es.nj.01 restarting".to_owned() } else { String::new() },
        group: None,
        resend_of: None,
        test: false,
        following: false,
    };
    Activity { seq, at_ms: NOON_S * 1_000, entry: Entry::Run(Box::new(run)) }
}

impl Screen {
    /// A screen of this size that has read `snapshot`.
    pub(crate) fn with(snapshot: Snapshot, size: (u16, u16)) -> Self {
        let now = Now { wall_ms: NOON_S * 1_000, mono_ms: 10_000 };
        let mut screen = Self { model: Model::new(settings(), size), now };
        screen.event(Event::Loaded(Box::new(snapshot)));
        screen
    }

    pub(crate) fn new(size: (u16, u16)) -> Self {
        Self::with(snapshot(), size)
    }

    pub(crate) fn event(&mut self, event: Event) -> Vec<Effect> {
        update(&mut self.model, self.now, event)
    }

    /// Lets time pass, then ticks.
    pub(crate) fn wait(&mut self, ms: u64) {
        self.now.mono_ms += ms;
        self.now.wall_ms += i64::try_from(ms).unwrap();
        self.event(Event::Tick);
    }

    pub(crate) fn code(&mut self, code: KeyCode) -> Vec<Effect> {
        self.event(Event::Key(KeyEvent::new(code, KeyModifiers::NONE)))
    }

    /// Presses each character; gives what the last one led to.
    pub(crate) fn keys(&mut self, keys: &str) -> Vec<Effect> {
        keys.chars().map(|key| self.code(KeyCode::Char(key))).last().unwrap_or_default()
    }

    pub(crate) fn ctrl(&mut self, key: char) -> Vec<Effect> {
        self.event(Event::Key(KeyEvent::new(KeyCode::Char(key), KeyModifiers::CONTROL)))
    }

    pub(crate) fn changed(&mut self, rows: Vec<IncidentRow>, gone: &[&str]) {
        let gone = gone.iter().map(|id| IncidentKey::new("prod", id)).collect();
        let delta = Delta { source: "prod".to_owned(), changed: rows, gone, channels: Vec::new(), at_s: NOON_S + 60 };
        self.event(Event::Changed(Box::new(delta)));
    }

    /// The incidents whose lines are seen, from the top.
    pub(crate) fn incidents(&self) -> impl Iterator<Item = &Listed> {
        let incident = |(_, row)| if let ListRow::Incident(entry) = row { Some(entry) } else { None };
        self.model.board.window().filter_map(incident)
    }

    /// Their numbers.
    pub(crate) fn nums(&self) -> Vec<String> {
        self.incidents().map(|entry| entry.row.num.to_string()).collect()
    }

    /// The number of the selected incident.
    pub(crate) fn selected(&self) -> String {
        self.model.board.selected().map(|entry| entry.row.num.to_string()).unwrap_or_default()
    }

    /// Answers `Effect::Prepare` as the runtime would.
    pub(crate) fn fill(&mut self, effects: &[Effect]) -> Vec<Effect> {
        match effects {
            [Effect::Prepare { ticket, action, targets, inputs, test }] => {
                let group = (targets.len() > 1).then(|| format!("group-{ticket}"));
                let filled = |(at, target): (usize, &Target)| {
                    let run = if targets.len() > 1 { format!("run-{ticket}-{at}") } else { format!("run-{ticket}") };
                    let own = target.own.as_deref().unwrap_or(action);
                    let prepared = self.request(&run, own, &target.body, inputs);
                    let (stale_ms, test, group) = (target.stale_ms, *test, group.clone());
                    Ok(Box::new(Prepared { stale_ms, test, group, ..prepared }))
                };
                let results = targets.iter().enumerate().map(filled).collect();
                self.event(Event::Prepared { ticket: *ticket, results })
            }
            [Effect::PrepareAgain { ticket, run, inputs }] => {
                let first = serde_json::to_string(&incident(0, Severity::Critical, "as it was then")).unwrap();
                let action = self.model.actions[0].clone();
                let prepared = self.request(&format!("run-{ticket}"), &action, &first, inputs);
                let prepared = Prepared { event_id: run.clone(), resend_of: Some(run.clone()), ..prepared };
                self.event(Event::Prepared { ticket: *ticket, results: vec![Ok(Box::new(prepared))] })
            }
            other => panic!("no press to fill: {other:?}"),
        }
    }

    fn request(&self, run: &str, action: &Action, body: &str, inputs: &Inputs) -> Prepared {
        // What is started in the source is sent as a webhook there.
        let sent = Action { kind: ActionKind::Webhook, vendor_action: String::new(), ..action.clone() };
        let credentials = action
            .kind
            .source_kind()
            .map(|_| SourceCredentials { source: "prod".to_owned(), action: Arc::new(action.clone()) });
        Prepared {
            run_id: run.to_owned(),
            event_id: run.to_owned(),
            event_time_ms: self.now.wall_ms,
            action: Arc::new(sent),
            incident: Arc::new(serde_json::from_str(body).unwrap()),
            operator: Arc::default(),
            method: "POST",
            endpoint: action.endpoint.clone(),
            headers: action.headers.clone(),
            body: r#"{"event_type":"i_custom","incident":{"num":"054D57"}}"#.into(),
            stale_ms: None,
            credentials,
            masked: false,
            through: None,
            references: action.headers.iter().flat_map(|header| references(header.expose()).unwrap()).collect(),
            payload: Arc::default(),
            inputs: inputs.clone(),
            resend_of: None,
            group: None,
            test: false,
        }
    }

    /// The frame as text.
    pub(crate) fn text(&self) -> String {
        draw(&self.model, self.model.size)
    }

    /// The row of the frame that holds `text`.
    pub(crate) fn row_of(&self, text: &str) -> Option<usize> {
        self.text().lines().position(|line| line.contains(text))
    }

    /// The row of the frame with the cursor's mark.
    pub(crate) fn cursor_row(&self) -> Option<usize> {
        self.row_of("▌")
    }
}

/// The one press that was sent: without a group.
pub(crate) fn one_sent(effects: &[Effect]) -> &Prepared {
    let [Effect::Run(presses)] = effects else { panic!("{effects:?}") };
    let [one] = presses.as_slice() else { panic!("{presses:?}") };
    assert_eq!(one.group, None);
    one
}

/// Draws a model on a terminal of this size, as text.
pub(crate) fn draw(model: &Model, (columns, rows): (u16, u16)) -> String {
    let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
    terminal.draw(|frame| view(model, frame)).unwrap();
    let buffer = terminal.backend().buffer();
    let mut out = String::new();
    for y in 0..rows {
        let mut skip = 0;
        let mut line = String::new();
        for x in 0..columns {
            let symbol = buffer[(x, y)].symbol();
            if skip == 0 {
                line.push_str(symbol);
                skip = andon::domain::width::width(symbol).max(1) - 1;
            } else {
                skip -= 1;
            }
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}
