//! The kinds of source.

use std::time::Duration;

use super::kind::{AuthRule, Kind, Setting, SettingType};

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);
const SECOND: Duration = Duration::from_secs(1);

/// Every kind, in the order in which they are named to people.
pub static KINDS: [Kind; 6] = [
    Kind {
        name: "alertmanager",
        title: "Alertmanager",
        settings: &[
            setting(
                "url",
                SettingType::Cluster,
                r#""http://alertmanager:9093""#,
                r#"or urls = ["http://am-1:9093", "http://am-2:9093"] of one cluster"#,
            ),
            setting(
                "channel_label",
                SettingType::Text,
                r#""team""#,
                "the label that names the channel; default: the receiver does",
            ),
            setting(
                "severity",
                SettingType::Severities,
                r#"{ page = "Critical", ticket = "Info" }"#,
                "beside critical, page, warning and error",
            ),
        ],
        auth: AuthRule::Optional,
    },
    Kind {
        name: "flashduty",
        title: "Flashduty",
        settings: &[
            setting(
                "app_key",
                SettingType::Credential("key of the Open API"),
                r#""${env:FLASHDUTY_APP_KEY}""#,
                "of its Open API; whose key it is, acts there",
            ),
            setting(
                "url",
                SettingType::Url(Some("https://api.flashcat.cloud")),
                r#""https://api.flashcat.cloud""#,
                "its Open API",
            ),
            setting(
                "since",
                SettingType::Duration { min: HOUR, max: DAY.saturating_mul(365), default: DAY.saturating_mul(31) },
                r#""31d""#,
                "how far back open incidents are looked for, by when they began; up to 365d",
            ),
            setting(
                "comment_runs",
                SettingType::Flag(true),
                "true",
                "a run that succeeded is written there as a comment",
            ),
        ],
        auth: AuthRule::Own,
    },
    Kind {
        name: "pagerduty",
        title: "PagerDuty",
        settings: &[
            setting(
                "token",
                SettingType::Credential("key of the REST API"),
                r#""${env:PAGERDUTY_TOKEN}""#,
                "a key of its REST API, your own or the account's",
            ),
            setting(
                "url",
                SettingType::Url(Some("https://api.pagerduty.com")),
                r#""https://api.pagerduty.com""#,
                "in Europe https://api.eu.pagerduty.com",
            ),
            setting(
                "services",
                SettingType::Ids,
                r#"["PABC123"]"#,
                "only incidents of these, by their ids; default: of all",
            ),
            setting("teams", SettingType::Ids, r#"["PTEAM1"]"#, "likewise"),
            setting("urgencies", SettingType::Words(&["high", "low"]), r#"["high"]"#, "high, low; default: both"),
        ],
        auth: AuthRule::Own,
    },
    Kind {
        name: "icinga",
        title: "Icinga",
        settings: &[
            setting("url", SettingType::Url(None), r#""https://icinga:5665""#, "its REST API"),
            setting(
                "channel_var",
                SettingType::Text,
                r#""team""#,
                "the custom variable that names the channel; default: the first host group",
            ),
        ],
        auth: AuthRule::Required,
    },
    Kind {
        name: "file",
        title: "a file",
        settings: &[setting(
            "path",
            SettingType::Path,
            r#""incidents.json""#,
            "a JSON array or JSON lines; read again when it changes",
        )],
        auth: AuthRule::Own,
    },
    Kind {
        name: "command",
        title: "a command",
        settings: &[
            setting(
                "command",
                SettingType::Program { required: true },
                r#"["tickets-export", "--open"]"#,
                "prints a JSON array or JSON lines; no shell reads this",
            ),
            setting(
                "timeout",
                SettingType::Duration { min: SECOND, max: Duration::from_mins(10), default: Duration::from_secs(30) },
                r#""30s""#,
                "how long it may run; up to 10m",
            ),
            setting(
                "ack",
                SettingType::Program { required: false },
                r#"["tickets", "take"]"#,
                "acknowledges an incident: gets ANDON_INCIDENT_ID, ANDON_INCIDENT_NUM,",
            ),
            setting("close", SettingType::Program { required: false }, r#"["tickets", "close"]"#, "closes one"),
            setting(
                "comment",
                SettingType::Program { required: false },
                r#"["tickets", "note"]"#,
                "comments on one: gets ANDON_COMMENT too",
            ),
            setting("map", SettingType::Map, "", "where the fields are in what it prints"),
        ],
        auth: AuthRule::Own,
    },
];

/// The kind of this name.
pub fn kind_named(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

const fn setting(name: &'static str, holds: SettingType, example: &'static str, help: &'static str) -> Setting {
    Setting { name, holds, example, help }
}
