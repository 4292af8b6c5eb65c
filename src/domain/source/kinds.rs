//! The kinds of source.

use std::time::Duration;

use super::kind::AuthRule::{Optional, Own, Required};
use super::kind::SettingType::{
    Cluster, Condition, Credential, Duration as Time, Environment, Flag, Ids, Map, Path, Program, SecretText, Text,
    Url, Words,
};
use super::kind::{Kind, Setting, SettingType};

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);
const SECOND: Duration = Duration::from_secs(1);
const SINCE: SettingType = Time { min: HOUR, max: DAY.saturating_mul(365), default: DAY.saturating_mul(31) };
const RUNTIME: SettingType = Time { min: SECOND, max: SECOND.saturating_mul(600), default: SECOND.saturating_mul(30) };

/// Every kind, in the order in which they are named to people. Each setting has what it holds, an example, and its
/// comment in the annotated configuration.
#[rustfmt::skip]
pub static KINDS: [Kind; 6] = [
    Kind { name: "alertmanager", title: "Alertmanager", auth: Optional, settings: &[
        row("url", Cluster, r#""http://alertmanager:9093""#, r#"or urls = ["http://am-1:9093", "http://am-2:9093"] of one cluster"#),
        row("channel_label", Text, r#""team""#, "the label that names the channel; default: the receiver does"),
    ] },
    Kind { name: "flashduty", title: "Flashduty", auth: Own, settings: &[
        row("app_key", Credential("key of the Open API"), r#""${env:FLASHDUTY_APP_KEY}""#, "of its Open API; whose key it is, acts there"),
        row("url", Url(Some("https://api.flashcat.cloud")), r#""https://api.flashcat.cloud""#, "its Open API"),
        row("since", SINCE, r#""31d""#, "how far back open incidents are looked for, by when they began; up to 365d"),
        row("comment_runs", Flag(true), "true", "a run that succeeded is written there as a comment"),
    ] },
    Kind { name: "pagerduty", title: "PagerDuty", auth: Own, settings: &[
        row("token", Credential("key of the REST API"), r#""${env:PAGERDUTY_TOKEN}""#, "a key of its REST API, your own or the account's"),
        row("url", Url(Some("https://api.pagerduty.com")), r#""https://api.pagerduty.com""#, "in Europe https://api.eu.pagerduty.com"),
        row("services", Ids, r#"["PABC123"]"#, "only incidents of these, by their ids; default: of all"),
        row("teams", Ids, r#"["PTEAM1"]"#, "likewise"),
        row("urgencies", Words(&["high", "low"]), r#"["high"]"#, "high, low; default: both"),
    ] },
    Kind { name: "icinga", title: "Icinga", auth: Required, settings: &[
        row("url", Url(None), r#""https://icinga:5665""#, "its REST API"),
        row("channel_var", Text, r#""team""#, "the custom variable that names the channel; default: the first host group"),
    ] },
    Kind { name: "file", title: "a file", auth: Own, settings: &[
        row("path", Path, r#""incidents.json""#, "a JSON array or JSON lines; read again when it changes"),
        row("where", Condition, r#""status in ['down', 'grace']""#, "only the items that this is true for"),
        row("map", Map, "", "where the fields are in it"),
    ] },
    Kind { name: "command", title: "a command", auth: Own, settings: &[
        row("command", Program { required: true }, r#"["tickets-export", "--open"]"#, "prints a JSON array or JSON lines; no shell reads this"),
        row("timeout", RUNTIME, r#""30s""#, "how long it may run; up to 10m"),
        row("env", Environment, r#"{ TICKETS_TOKEN = "${env:TOKEN}" }"#, "for its environment, and of the programs below"),
        row("stdin", SecretText, r#""${env:TOKEN}""#, "what it reads on its standard input"),
        row("where", Condition, r#""status in ['down', 'grace']""#, "only the items that this is true for"),
        row("ack", Program { required: false }, r#"["tickets", "take"]"#, "acknowledges an incident: gets ANDON_INCIDENT_ID, ANDON_INCIDENT_NUM,"),
        row("unack", Program { required: false }, r#"["tickets", "leave"]"#, "takes that back"),
        row("close", Program { required: false }, r#"["tickets", "close"]"#, "closes one"),
        row("reopen", Program { required: false }, r#"["tickets", "reopen"]"#, "opens one again: gets ANDON_REASON too"),
        row("snooze", Program { required: false }, r#"["tickets", "pause"]"#, "is quiet about one until ANDON_UNTIL; gets ANDON_REASON too"),
        row("wake", Program { required: false }, r#"["tickets", "resume"]"#, "ends that"),
        row("comment", Program { required: false }, r#"["tickets", "note"]"#, "comments on one: gets ANDON_COMMENT too"),
        row("assign", Program { required: false }, r#"["tickets", "give"]"#, "gives one to ANDON_ASSIGNEE"),
        row("map", Map, "", "where the fields are in what it prints"),
    ] },
];

pub fn kind_named(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

const fn row(name: &'static str, holds: SettingType, example: &'static str, help: &'static str) -> Setting {
    Setting { name, holds, example, help }
}
