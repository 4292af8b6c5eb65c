//! The contract's fields of an incident, and what each holds: what a list is read by, and what a map may fill.

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Holds {
    Text,
    /// A whole number.
    Number,
    /// A whole number where the source has one; its other ids are texts.
    ChannelId,
    Time,
    Severity,
    Status,
    Progress,
    /// Text to text.
    Labels,
    Object,
    Person,
    /// Objects with fields of their own.
    List(Fields),
}

/// The names of an object's fields and what each holds.
pub type Fields = &'static [(&'static str, Holds)];

pub const PERSON: Fields = &[("person_id", Holds::Number), ("person_name", Holds::Text), ("email", Holds::Text)];

const RESPONDER: Fields = &[
    ("person_id", Holds::Number),
    ("person_name", Holds::Text),
    ("email", Holds::Text),
    ("assigned_at", Holds::Time),
    ("acknowledged_at", Holds::Time),
];

const ALERT: Fields = &[
    ("alert_id", Holds::Text),
    ("title", Holds::Text),
    ("description", Holds::Text),
    ("alert_key", Holds::Text),
    ("alert_severity", Holds::Severity),
    ("progress", Holds::Progress),
    ("alert_status", Holds::Status),
    ("created_at", Holds::Time),
    ("updated_at", Holds::Time),
    ("start_time", Holds::Time),
    ("last_time", Holds::Time),
    ("end_time", Holds::Time),
    ("close_time", Holds::Time),
    ("labels", Holds::Labels),
];

pub const INCIDENT: Fields = &[
    ("incident_id", Holds::Text),
    ("num", Holds::Text),
    ("title", Holds::Text),
    ("description", Holds::Text),
    ("impact", Holds::Text),
    ("root_cause", Holds::Text),
    ("resolution", Holds::Text),
    ("incident_severity", Holds::Severity),
    ("progress", Holds::Progress),
    ("incident_status", Holds::Status),
    ("created_at", Holds::Time),
    ("updated_at", Holds::Time),
    ("start_time", Holds::Time),
    ("last_time", Holds::Time),
    ("end_time", Holds::Time),
    ("ack_time", Holds::Time),
    ("close_time", Holds::Time),
    ("snoozed_before", Holds::Time),
    ("labels", Holds::Labels),
    ("fields", Holds::Object),
    ("creator", Holds::Person),
    ("closer", Holds::Person),
    ("responders", Holds::List(RESPONDER)),
    ("alerts", Holds::List(ALERT)),
    ("alert_cnt", Holds::Number),
    ("channel_id", Holds::ChannelId),
    ("channel_name", Holds::Text),
    ("channel_key", Holds::Text),
    ("detail_url", Holds::Text),
    ("group_method", Holds::Text),
];
