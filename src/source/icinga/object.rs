//! A problem of a host or a service as the API gives it, and the incident it is.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::api::{milliseconds, seconds};
use super::problem::Problem;
use super::remark::Remarks;
use crate::domain::address::is_web_link;
use crate::domain::channel::ChannelKey;
use crate::domain::incident::{Alert, Incident, Progress, Responder, Severity};

/// The attributes that are asked for of both kinds: a list of everything is ten times as long.
const ATTRS: [&str; 13] = [
    "__name",
    "acknowledgement",
    "acknowledgement_last_change",
    "display_name",
    "downtime_depth",
    "groups",
    "last_check",
    "last_check_result",
    "last_state_change",
    "notes_url",
    "state",
    "state_type",
    "vars",
];

/// The attributes of one kind: when it was last well has a name of its own for each.
pub(super) fn attrs(well: &'static str) -> Vec<&'static str> {
    ATTRS.iter().copied().chain([well]).collect()
}

/// One result of `/v1/objects/services` or `/hosts`.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Object {
    pub(super) attrs: Attrs,
    #[serde(default)]
    joins: Joins,
    #[serde(rename = "type")]
    pub(super) kind: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Attrs {
    #[serde(rename = "__name")]
    pub(super) name: String,
    pub(super) acknowledgement: f64,
    acknowledgement_last_change: f64,
    display_name: String,
    pub(super) downtime_depth: f64,
    groups: Option<Vec<String>>,
    last_check: f64,
    last_check_result: Option<CheckResult>,
    pub(super) last_state_change: f64,
    last_state_ok: f64,
    last_state_up: f64,
    notes_url: String,
    state: f64,
    state_type: f64,
    vars: Option<Map<String, Value>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct CheckResult {
    output: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Joins {
    host: Option<Host>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Host {
    display_name: String,
    groups: Option<Vec<String>>,
    vars: Option<Map<String, Value>>,
}

impl Object {
    pub(super) fn is_host(&self) -> bool {
        self.kind == "Host"
    }

    /// When it was last well, Unix milliseconds; 0 where it never was.
    pub(super) fn well_ms(&self) -> i64 {
        milliseconds(if self.is_host() { self.attrs.last_state_up } else { self.attrs.last_state_ok })
    }

    fn severity(&self) -> Severity {
        // 0 is well; of a service 1 is a warning, 2 critical, 3 unknown; a host is down with 1.
        if self.is_host() || seconds(self.attrs.state) == 2 { Severity::Critical } else { Severity::Warning }
    }

    /// Its state in Icinga's word.
    fn state(&self) -> &'static str {
        match (self.is_host(), seconds(self.attrs.state)) {
            (true, 0) => "UP",
            (true, _) => "DOWN",
            (false, 0) => "OK",
            (false, 1) => "WARNING",
            (false, 2) => "CRITICAL",
            (false, _) => "UNKNOWN",
        }
    }

    /// Host and service, as they are named.
    fn names(&self) -> (&str, Option<&str>) {
        match self.attrs.name.split_once('!') {
            Some((host, service)) if !self.is_host() => (host, Some(service)),
            _ => (&self.attrs.name, None),
        }
    }

    fn host_groups(&self) -> &[String] {
        let joined = self.joins.host.as_ref().and_then(|host| host.groups.as_deref());
        let own = self.attrs.groups.as_deref().filter(|_| self.is_host());
        own.or(joined).unwrap_or_default()
    }

    /// `http on web-01 is CRITICAL`, by the names that are shown.
    fn title(&self) -> String {
        let (host, service) = self.names();
        let shown = |display: &str, name: &str| if display.is_empty() { name.to_owned() } else { display.to_owned() };
        match service {
            None => format!("{} is {}", shown(&self.attrs.display_name, host), self.state()),
            Some(service) => {
                let display = self.joins.host.as_ref().map_or("", |host| &host.display_name);
                let service = shown(&self.attrs.display_name, service);
                format!("{service} on {} is {}", shown(display, host), self.state())
            }
        }
    }

    /// The custom variables of the host and above them its own, then what only Icinga says.
    fn labels(&self) -> BTreeMap<String, String> {
        let of_host = self.joins.host.as_ref().and_then(|host| host.vars.as_ref());
        let vars = of_host.into_iter().chain(&self.attrs.vars).flatten();
        let mut out: BTreeMap<String, String> = vars
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
            .collect();
        let (host, service) = self.names();
        out.insert("host".to_owned(), host.to_owned());
        out.extend(service.map(|service| ("service".to_owned(), service.to_owned())));
        if !self.host_groups().is_empty() {
            out.insert("host_groups".to_owned(), self.host_groups().join(", "));
        }
        out
    }

    /// The incident that this problem is.
    pub(super) fn incident(
        &self,
        source: &str,
        channel_var: Option<&str>,
        problem: &Problem,
        remarks: &Remarks,
    ) -> Incident {
        let labels = self.labels();
        let named = channel_var.and_then(|name| labels.get(name)).filter(|name| !name.is_empty());
        let channel = named.or_else(|| self.host_groups().first()).cloned();
        let channel = channel.unwrap_or_else(|| self.names().0.to_owned());
        let severity = self.severity();
        let taken = self.attrs.acknowledgement > 0.0;
        let ack_time = if taken { seconds(self.attrs.acknowledgement_last_change) } else { 0 };
        let quiet = if self.attrs.downtime_depth > 0.0 { remarks.quiet_until(&self.attrs.name) } else { 0 };
        let start = problem.start_ms.div_euclid(1_000);
        let mut incident = Incident {
            incident_id: problem.id.clone(),
            num: problem.id.chars().take(6).collect::<String>().to_ascii_uppercase(),
            title: self.title(),
            description: self.attrs.last_check_result.as_ref().map_or_else(String::new, |last| last.output.clone()),
            incident_severity: severity,
            incident_status: severity.into(),
            progress: if taken { Progress::Processing } else { Progress::Triggered },
            created_at: start,
            updated_at: seconds(self.attrs.last_state_change).max(start),
            start_time: start,
            last_time: seconds(self.attrs.last_check),
            ack_time,
            snoozed_before: quiet,
            labels,
            fields: self.fields(remarks),
            alert_cnt: 1,
            channel_key: ChannelKey::new(source, &channel).to_string(),
            channel_name: channel,
            detail_url: Some(&self.attrs.notes_url).filter(|url| is_web_link(url)).cloned().unwrap_or_default(),
            group_method: "n".to_owned(),
            source: source.to_owned(),
            ..Incident::default()
        };
        if let Some(who) = remarks.acknowledged_by(&self.attrs.name).filter(|_| taken) {
            let who = Responder { person_name: who.to_owned(), acknowledged_at: ack_time, ..Responder::default() };
            incident.responders.push(Responder { assigned_at: ack_time, ..who });
        }
        incident.alerts = vec![alert(&incident, &self.attrs.name)];
        incident
    }

    /// What an operation and a restart need to find the object again, and who is quiet about it in words.
    fn fields(&self, remarks: &Remarks) -> Map<String, Value> {
        let own = json!({
            "object": self.attrs.name,
            "type": self.kind,
            "state": self.state(),
            "state_type": if self.attrs.state_type > 0.0 { "hard" } else { "soft" },
            "in_downtime": self.attrs.downtime_depth > 0.0,
        });
        let mut out = Map::from_iter([("icinga".to_owned(), own)]);
        let words = remarks.downtime_words(&self.attrs.name);
        if self.attrs.downtime_depth > 0.0 && !words.is_empty() {
            out.insert("downtime_by".to_owned(), words.into());
        }
        out
    }
}

/// An incident of Icinga has one alert: the object itself.
fn alert(incident: &Incident, object: &str) -> Alert {
    Alert {
        alert_id: incident.incident_id.clone(),
        data_source_id: incident.source.as_str().into(),
        title: incident.title.clone(),
        description: incident.description.clone(),
        alert_key: object.to_owned(),
        alert_severity: incident.incident_severity,
        alert_status: incident.incident_status,
        created_at: incident.created_at,
        updated_at: incident.updated_at,
        start_time: incident.start_time,
        last_time: incident.last_time,
        labels: incident.labels.clone(),
        ..Alert::default()
    }
}

/// The object that an incident is about: its kind (`Service`) and its name (`web-01!http`).
pub(super) fn object_of(incident: &Incident) -> Option<(&str, &str)> {
    let own = incident.fields.get("icinga")?;
    Some((own.get("type")?.as_str()?, own.get("object")?.as_str()?))
}
