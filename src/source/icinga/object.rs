//! A problem of a host or a service as the API gives it, and the incident it is.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::api::{self, milliseconds, seconds};
use super::problem::Problem;
use super::remark::Remarks;
use super::state::State;
use crate::domain::address::is_web_link;
use crate::domain::channel::ChannelKey;
use crate::domain::incident::{Alert, Incident, Progress, Responder};
use crate::domain::marks::Mark;
use crate::domain::source::SourceConfig;
use crate::source::account::Account;
use crate::source::lenient::{flag, labels, number, text, texts};

/// The attributes that are asked for of both kinds: a list of everything is ten times as long.
const ATTRS: [&str; 18] = [
    "__name",
    "acknowledgement",
    "acknowledgement_last_change",
    "action_url",
    "display_name",
    "downtime_depth",
    "groups",
    "handled",
    "last_check",
    "last_check_result",
    "last_reachable",
    "last_state_change",
    "notes",
    "notes_url",
    "state",
    "state_type",
    "vars",
    "zone",
];
/// The attributes of one kind: when it was last well has a name of its own for each.
pub(super) const HOST: &[&str] = &["last_state_up", "address", "address6"];
pub(super) const SERVICE: &[&str] = &["last_state_ok"];
/// What is asked for of the host of a service.
pub(super) const JOINS: [&str; 10] = [
    "host.name",
    "host.display_name",
    "host.groups",
    "host.vars",
    "host.address",
    "host.address6",
    "host.notes",
    "host.notes_url",
    "host.action_url",
    "host.problem",
];

/// The attributes of a kind.
pub(super) fn attrs(own: &[&'static str]) -> Vec<&'static str> {
    ATTRS.iter().chain(own).copied().collect()
}

/// One result of `/v1/objects/services` or `/hosts`. Whatever is null or odd costs its own field.
#[derive(Clone, Debug, Default)]
pub(super) struct Object {
    /// `Host` or `Service`.
    pub(super) kind: &'static str,
    pub(super) attrs: Attrs,
    host: Host,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Attrs {
    pub(super) name: String,
    pub(super) acknowledgement: f64,
    acknowledgement_last_change: f64,
    display_name: String,
    pub(super) downtime_depth: f64,
    groups: Vec<String>,
    handled: bool,
    last_check: f64,
    output: String,
    is_unreachable: bool,
    pub(super) last_state_change: f64,
    /// When it was last well.
    well: f64,
    /// As it was given; null where it was not.
    state: Value,
    is_soft: bool,
    /// The times that nobody can read, by the contract's field.
    unread: Vec<(&'static str, Value)>,
    vars: BTreeMap<String, String>,
    about: About,
}

/// What the other side says of a host or a service for whoever handles it.
#[derive(Clone, Debug, Default)]
struct About {
    address: String,
    address6: String,
    notes: String,
    notes_url: String,
    action_url: String,
    zone: String,
}

/// The host of a service.
#[derive(Clone, Debug, Default)]
struct Host {
    display_name: String,
    groups: Vec<String>,
    vars: BTreeMap<String, String>,
    is_down: bool,
    about: About,
}

impl About {
    fn read(attrs: &Value) -> Self {
        Self {
            address: text(attrs, "address"),
            address6: text(attrs, "address6"),
            notes: text(attrs, "notes"),
            notes_url: text(attrs, "notes_url"),
            action_url: text(attrs, "action_url"),
            zone: text(attrs, "zone"),
        }
    }

    /// Its own, and where it says nothing, its host's.
    fn or<'a>(&'a self, host: &'a Self) -> [(&'static str, &'a str); 6] {
        let pick = |own: &'a String, hosts: &'a String| if own.is_empty() { hosts.as_str() } else { own.as_str() };
        [
            ("address", pick(&self.address, &host.address)),
            ("address6", pick(&self.address6, &host.address6)),
            ("notes", pick(&self.notes, &host.notes)),
            ("notes_url", pick(&self.notes_url, &host.notes_url)),
            ("action_url", pick(&self.action_url, &host.action_url)),
            ("zone", pick(&self.zone, &host.zone)),
        ]
    }
}

impl Attrs {
    fn read(kind: &str, attrs: &Value) -> Self {
        let last_check = attrs.get("last_check_result");
        let mut unread = Vec::new();
        let mut time = |field, name| time(attrs, field, name, &mut unread);
        let acknowledged = time("ack_time", "acknowledgement_last_change");
        let (checked, changed) = (time("last_time", "last_check"), time("start_time", "last_state_change"));
        let name_of_well = if kind == "Host" { "last_state_up" } else { "last_state_ok" };
        let well = time(name_of_well, name_of_well);
        Self {
            name: text(attrs, "__name"),
            acknowledgement: number(attrs, "acknowledgement"),
            acknowledgement_last_change: acknowledged,
            display_name: text(attrs, "display_name"),
            downtime_depth: number(attrs, "downtime_depth"),
            groups: texts(attrs, "groups"),
            handled: flag(attrs, "handled").unwrap_or(false),
            last_check: checked,
            output: last_check.map(|result| text(result, "output")).unwrap_or_default(),
            is_unreachable: flag(attrs, "last_reachable") == Some(false),
            last_state_change: changed,
            well,
            state: attrs.get("state").cloned().unwrap_or_default(),
            // Without a word of it, it is as sure as any.
            is_soft: flag(attrs, "state_type") == Some(false),
            vars: labels(attrs, "vars"),
            about: About::read(attrs),
            unread,
        }
    }
}

/// A time of Icinga in Unix seconds, 0 where it has not happened; what nobody can read goes to `unread`.
fn time(attrs: &Value, field: &'static str, name: &str, unread: &mut Vec<(&'static str, Value)>) -> f64 {
    let (seconds, odd) = api::time(attrs, name);
    unread.extend(odd.map(|given| (field, given)));
    seconds
}

impl Host {
    fn read(host: &Value) -> Self {
        Self {
            display_name: text(host, "display_name"),
            groups: texts(host, "groups"),
            vars: labels(host, "vars"),
            // Not by its state: one that was never checked has that of one that is down.
            is_down: flag(host, "problem") == Some(true),
            about: About::read(host),
        }
    }
}

impl Object {
    /// `None` where it does not even have a name.
    pub(super) fn read(kind: &'static str, result: &Value) -> Option<Self> {
        let attrs = Attrs::read(kind, result.get("attrs")?);
        let host = result.get("joins").and_then(|joins| joins.get("host"));
        (!attrs.name.is_empty()).then(|| Self { kind, attrs, host: host.map(Host::read).unwrap_or_default() })
    }

    pub(super) fn is_host(&self) -> bool {
        self.kind == "Host"
    }

    /// When it was last well, Unix milliseconds; 0 where it never was.
    pub(super) fn well_ms(&self) -> i64 {
        milliseconds(self.attrs.well)
    }

    /// Why nobody need be told of it, as far as that is more than that somebody has acknowledged it.
    fn marks(&self) -> Vec<Mark> {
        let mut out = Vec::new();
        if self.attrs.downtime_depth > 0.0 {
            out.push(Mark::Downtime);
        }
        if !self.is_host() && (self.host.is_down || (self.attrs.handled && self.attrs.is_unreachable)) {
            out.push(Mark::HostDown);
        }
        if out.is_empty() && self.attrs.handled {
            out.push(Mark::Handled);
        }
        if self.attrs.is_soft {
            out.push(Mark::Soft);
        }
        out
    }

    fn state(&self) -> State<'_> {
        State { is_host: self.is_host(), given: &self.attrs.state }
    }

    /// Host and service, as they are named.
    fn names(&self) -> (&str, Option<&str>) {
        match self.attrs.name.split_once('!') {
            Some((host, service)) if !self.is_host() => (host, Some(service)),
            _ => (&self.attrs.name, None),
        }
    }

    fn host_groups(&self) -> &[String] {
        if self.is_host() { &self.attrs.groups } else { &self.host.groups }
    }

    /// `http on web-01 is CRITICAL`, by the names that are shown.
    fn title(&self) -> String {
        let (host, service) = self.names();
        let shown = |display: &str, name: &str| if display.is_empty() { name.to_owned() } else { display.to_owned() };
        match service {
            None => format!("{} is {}", shown(&self.attrs.display_name, host), self.state().in_words()),
            Some(service) => {
                let service = shown(&self.attrs.display_name, service);
                format!("{service} on {} is {}", shown(&self.host.display_name, host), self.state().in_words())
            }
        }
    }

    /// The custom variables of the host and above them its own, then what only Icinga says.
    fn labels(&self) -> BTreeMap<String, String> {
        let mut out = self.host.vars.clone();
        out.extend(self.attrs.vars.clone());
        for (name, value) in self.attrs.about.or(&self.host.about).into_iter().take(2) {
            // So that a button reaches the host: its name need not resolve.
            if !value.is_empty() {
                out.insert(name.to_owned(), value.to_owned());
            }
        }
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
        config: &SourceConfig,
        problem: &Problem,
        remarks: &Remarks,
        account: &mut Account<'_>,
    ) -> Incident {
        let labels = self.labels();
        let named = config.text("channel_var").and_then(|name| labels.get(name)).filter(|name| !name.is_empty());
        let channel = named.or_else(|| self.host_groups().first()).cloned();
        let channel = channel.unwrap_or_else(|| self.names().0.to_owned());
        let severity = self.state().severity(config);
        let taken = self.attrs.acknowledgement > 0.0;
        let ack_time = if taken { seconds(self.attrs.acknowledgement_last_change) } else { 0 };
        let quiet = if self.attrs.downtime_depth > 0.0 { remarks.quiet_until(&self.attrs.name) } else { 0 };
        let start = problem.start_ms.div_euclid(1_000);
        let mut incident = Incident {
            incident_id: problem.id.clone(),
            title: self.title(),
            description: self.attrs.output.clone(),
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
            channel_key: ChannelKey::new(&config.name, &channel).to_string(),
            channel_name: channel,
            detail_url: self.link(),
            group_method: "n".to_owned(),
            source: config.name.clone(),
            ..Incident::default()
        };
        self.state().note(config, account, &mut incident.extra);
        for (field, given) in &self.attrs.unread {
            account.unread_time(field, given, &mut incident.extra);
        }
        if self.attrs.downtime_depth > 0.0 {
            for given in remarks.unread_ends(&self.attrs.name) {
                account.unread_time("snoozed_before", given, &mut incident.extra);
            }
        }
        if let Some(who) = remarks.acknowledged_by(&self.attrs.name).filter(|_| taken) {
            let who = Responder { person_name: who.to_owned(), acknowledged_at: ack_time, ..Responder::default() };
            incident.responders.push(Responder { assigned_at: ack_time, ..who });
        }
        incident.alerts = vec![alert(&incident, &self.attrs.name)];
        incident.set_marks(&self.marks());
        incident
    }

    /// The first of its addresses that a browser opens.
    fn link(&self) -> String {
        let about = self.attrs.about.or(&self.host.about);
        let urls = about.iter().filter(|(name, _)| name.ends_with("_url")).map(|(_, url)| *url);
        urls.into_iter().find(|url| is_web_link(url)).unwrap_or_default().to_owned()
    }

    /// What an operation and a restart need to find the object again, and who is quiet about it in words.
    fn fields(&self, remarks: &Remarks) -> Map<String, Value> {
        let own = json!({
            "object": self.attrs.name,
            "type": self.kind,
            "state": self.state().word(),
            "state_type": if self.attrs.is_soft { "soft" } else { "hard" },
            "in_downtime": self.attrs.downtime_depth > 0.0,
            "handled": self.attrs.handled,
        });
        let mut out = Map::from_iter([("icinga".to_owned(), own)]);
        let words = remarks.downtime_words(&self.attrs.name);
        if self.attrs.downtime_depth > 0.0 && !words.is_empty() {
            out.insert("downtime_by".to_owned(), words.into());
        }
        for (name, value) in self.attrs.about.or(&self.host.about).into_iter().skip(2) {
            if !value.is_empty() {
                out.insert(name.to_owned(), value.into());
            }
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
