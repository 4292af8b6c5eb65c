//! Stores and files with so many incidents and so long a log.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use andon::domain::action::Action;
use andon::domain::board::Delta;
use andon::domain::channel::{Channel, ChannelKey};
use andon::domain::incident::{Alert, Incident, IncidentRow, Responder, Severity};
use andon::domain::operator::Operator;
use andon::store::{Place, Store};
use jiff::Timestamp;
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor};

use super::Result;

/// A folder with a configuration and a data directory.
pub(super) struct Home {
    folder: tempfile::TempDir,
}

impl Home {
    /// The arguments that make andon use it.
    pub(super) fn arguments(&self) -> [String; 4] {
        let path = |name: &str| self.folder.path().join(name).display().to_string();
        ["--config".to_owned(), path("config.toml"), "--data-dir".to_owned(), path("data")]
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// What a home holds.
#[derive(Clone, Copy, Default)]
pub(super) struct Wanted<'a> {
    /// Incidents in the store.
    pub(super) incidents: usize,
    /// Lines in the log.
    pub(super) lines: usize,
    /// Whether the source is there, too, and gives the same incidents.
    pub(super) live: bool,
    /// Where the action in slot 1 sends.
    pub(super) endpoint: Option<&'a str>,
}

/// Makes a home.
pub(super) async fn home(wanted: Wanted<'_>) -> Result<Home> {
    let folder = tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o700)).tempdir()?;
    let home = Home { folder };
    fs::write(home.path("config.toml"), "[[source]]\nname = \"prod\"\nkind = \"file\"\npath = \"incidents.jsonl\"\n")?;
    let now_s = Timestamp::now().as_second();
    let incidents: Vec<Incident> = (0..wanted.incidents).map(|at| incident(at, now_s)).collect();
    if wanted.live {
        let mut text = String::new();
        for incident in &incidents {
            writeln!(text, "{}", serde_json::to_string(incident)?)?;
        }
        fs::write(home.path("incidents.jsonl"), text)?;
    }
    let database = home.path("data").join("andon.db");
    let store = Store::open(Place::File(database.clone())).await?;
    let channels = (0..CHANNELS).map(|at| Channel { key: channel(at), name: format!("Team {at}") }).collect();
    store
        .apply(&Delta {
            source: "prod".to_owned(),
            changed: incidents.iter().map(IncidentRow::pack).collect(),
            gone: Vec::new(),
            channels,
            at_s: now_s,
        })
        .await?;
    if let Some(endpoint) = wanted.endpoint {
        let mut action = Action::new("Restart", endpoint);
        action.slots = (0..CHANNELS).map(|at| (channel(at), 1)).collect();
        store.add_action(&action, 9, &Operator::default(), now_s * 1_000).await?;
    }
    if wanted.lines > 0 {
        log(&database, wanted.lines, now_s * 1_000).await?;
    }
    Ok(home)
}

const CHANNELS: usize = 20;

fn channel(at: usize) -> ChannelKey {
    ChannelKey::new("prod", &format!("team-{}", at % CHANNELS))
}

/// What the list shows of an incident.
pub(super) fn title(at: usize) -> String {
    let checks = ["cpu.idle<20%", "queue-lag", "disk-full", "http-5xx", "certificate-ends", "memory", "latency-p99"];
    let services = ["checkout", "search", "payments", "billing", "gateway", "web-server", "ingest"];
    format!("{} {}-{:02} above its limit for 10 minutes", checks[at % 7], services[at / 7 % 7], at % 97)
}

/// An incident of a usual size: 0.9 KB as JSON.
pub(super) fn incident(at: usize, now_s: i64) -> Incident {
    let severity = [Severity::Critical, Severity::Warning, Severity::Info][at % 3];
    let since = now_s - i64::try_from(at).unwrap_or_default() * 7;
    let labels = [("cluster", "nj"), ("service", "search"), ("check", "cpu.idle"), ("team", "platform")];
    let mut labels: std::collections::BTreeMap<String, String> =
        labels.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    labels.insert("resource".to_owned(), format!("es.nj.{at:05}"));
    Incident {
        incident_id: format!("{at:024x}"),
        num: format!("{at:06X}"),
        title: title(at),
        description: "The value has been above its limit for 10 minutes; see the runbook.".to_owned(),
        incident_severity: severity,
        incident_status: severity.into(),
        created_at: since,
        updated_at: since,
        start_time: since,
        labels: labels.clone(),
        responders: vec![Responder { person_name: "Grace".to_owned(), ..Responder::default() }],
        alerts: vec![Alert {
            alert_id: format!("{:024x}", at + 1_000_000),
            title: title(at),
            alert_severity: severity,
            start_time: since,
            labels,
            ..Alert::default()
        }],
        alert_cnt: 1,
        channel_key: channel(at).to_string(),
        channel_name: format!("Team {}", at % CHANNELS),
        detail_url: format!("https://prod.example/incidents/{at:024x}"),
        source: "prod".to_owned(),
        ..Incident::default()
    }
}

/// Lines of runs that have ended, as the store itself writes them.
async fn log(database: &Path, lines: usize, now_ms: i64) -> Result<()> {
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(&format!("sqlite://{}", database.display())).await?;
    connection.execute("PRAGMA synchronous=OFF").await?;
    let count = format!("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {lines}) ");
    let operator = serde_json::to_string(&Operator { name: "ada".to_owned(), ..Operator::default() })?;
    let runs = format!(
        "{count} INSERT INTO activity (at_ms, kind, run_id, event_id, action, action_id, source, incident_id, \
         incident_num, num_key, incident_title, operator, process, state, outcome, status, attempts, started_at_ms, \
         duration_ms, message) SELECT {now_ms} - ({lines} - i) * 1000, 'run', 'run-' || i, 'run-' || i, \
         'Restart server', 'restart', 'prod', printf('%024x', i), printf('%06X', i), printf('%06x', i), \
         'cpu.idle<20% checkout-' || (i % 97), '{operator}', 'p0', 'done', 'succeeded', 200, 1, \
         {now_ms} - ({lines} - i) * 1000, 142, 'host ' || (i % 5000) || ' restarting' FROM n"
    );
    let searched = format!(
        "{count} INSERT INTO activity_search (line, text) SELECT i, 'restart server' || char(10) || \
         printf('%06x', i) || char(10) || 'cpu.idle<20% checkout-' || (i % 97) || char(10) || 'host ' || (i % 5000) \
         || ' restarting' || char(10) || 'ada' || char(10) || 'succeeded' || char(10) FROM n"
    );
    for statement in [runs, searched, "PRAGMA wal_checkpoint(TRUNCATE)".to_owned()] {
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await?;
    }
    Ok(connection.close().await?)
}
