//! What the benches share: incidents of a usual size.

use andon::domain::channel::ChannelKey;
use andon::domain::incident::{Alert, Incident, IncidentRow, Severity};

/// 2025-11-24 16:00:00 UTC.
pub(crate) const NOON_S: i64 = 1_764_000_000;

/// An incident of the source `prod`, 0.7 KB as JSON.
pub(crate) fn row(at: usize) -> IncidentRow {
    let severity = [Severity::Critical, Severity::Warning, Severity::Info][at % 3];
    let since = NOON_S - i64::try_from(at).unwrap_or_default();
    let services = ["checkout", "search", "payments", "billing", "gateway", "web-server", "ingest"];
    let title = format!("{} queue-lag-{:02} above its limit for 10 minutes", services[at % 7], at % 97);
    IncidentRow::pack(&Incident {
        incident_id: format!("{at:024x}"),
        num: format!("{at:06X}"),
        title: title.clone(),
        description: "The value has been above its limit for 10 minutes; see the runbook.".to_owned(),
        incident_severity: severity,
        incident_status: severity.into(),
        start_time: since,
        labels: [("cluster", "nj"), ("service", "search"), ("check", "cpu.idle"), ("team", "platform")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
        alerts: vec![Alert { title, alert_severity: severity, start_time: since, ..Alert::default() }],
        alert_cnt: 1,
        channel_key: ChannelKey::new("prod", &format!("team-{}", at % 20)).to_string(),
        source: "prod".to_owned(),
        ..Incident::default()
    })
}

/// So many of them.
pub(crate) fn rows(count: usize) -> Vec<IncidentRow> {
    (0..count).map(row).collect()
}
