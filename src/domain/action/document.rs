//! An action as one JSON document: what the store keeps beside id, revision, name and places.

use std::collections::BTreeMap;

use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};

use super::{Action, ActionKind, Body, Confirm, Follow, Header, Input, Method, Redirects, Sign, Success, Tls};

/// Everything of an action but its id, revision, name and slots. Holds secrets: it goes into the store and nowhere else.
#[derive(Serialize, Deserialize)]
pub struct Document {
    #[serde(default)]
    kind: ActionKind,
    #[serde(default)]
    starts: String,
    endpoint: String,
    #[serde(default)]
    method: Method,
    #[serde(default)]
    headers: Vec<StoredHeader>,
    timeout_ms: u64,
    #[serde(default)]
    description: String,
    enabled: bool,
    #[serde(default)]
    confirm: Confirm,
    cooldown_ms: u64,
    #[serde(default)]
    danger: bool,
    #[serde(default)]
    only_open: bool,
    #[serde(default)]
    hold_ms: Option<u64>,
    #[serde(default)]
    retries: u8,
    #[serde(default)]
    redirects: Redirects,
    #[serde(default)]
    connect_timeout_ms: Option<u64>,
    #[serde(default)]
    attempt_timeout_ms: Option<u64>,
    #[serde(default)]
    success: Success,
    #[serde(default)]
    body: Body,
    #[serde(default)]
    inputs: Vec<Input>,
    #[serde(default)]
    sign: Option<StoredSign>,
    #[serde(default)]
    tls: Tls,
    #[serde(default)]
    proxy: String,
    #[serde(default)]
    follow: Option<Follow>,
    #[serde(default)]
    origin: String,
}

#[derive(Serialize, Deserialize)]
struct StoredHeader {
    name: String,
    value: String,
    secret: bool,
}

#[derive(Serialize, Deserialize)]
struct StoredSign {
    key: String,
    #[serde(default)]
    previous_key: Option<String>,
}

impl From<&Action> for Document {
    fn from(action: &Action) -> Self {
        let header = |header: &Header| StoredHeader {
            name: header.name.clone(),
            value: header.expose().to_owned(),
            secret: header.is_secret(),
        };
        let sign = |sign: &Sign| StoredSign {
            key: sign.key.expose_secret().to_owned(),
            previous_key: sign.previous_key.as_ref().map(|key| key.expose_secret().to_owned()),
        };
        Self {
            kind: action.kind,
            starts: action.starts.clone(),
            endpoint: action.endpoint.clone(),
            method: action.method,
            headers: action.headers.iter().map(header).collect(),
            timeout_ms: action.timeout_ms,
            description: action.description.clone(),
            enabled: action.enabled,
            confirm: action.confirm,
            cooldown_ms: action.cooldown_ms,
            danger: action.danger,
            only_open: action.only_open,
            hold_ms: action.hold_ms,
            retries: action.retries,
            redirects: action.redirects,
            connect_timeout_ms: action.connect_timeout_ms,
            attempt_timeout_ms: action.attempt_timeout_ms,
            success: action.success.clone(),
            body: action.body.clone(),
            inputs: action.inputs.clone(),
            sign: action.sign.as_ref().map(sign),
            tls: action.tls.clone(),
            proxy: action.proxy.clone(),
            follow: action.follow.clone(),
            origin: action.origin.clone(),
        }
    }
}

impl Document {
    /// The action that it is part of.
    pub fn into_action(self, id: String, revision: i64, name: String) -> Action {
        let header = |header: StoredHeader| Header::with_secrecy(header.name, header.value, header.secret);
        let sign = |sign: StoredSign| Sign { key: sign.key.into(), previous_key: sign.previous_key.map(Into::into) };
        Action {
            id,
            revision,
            name,
            slots: BTreeMap::new(),
            kind: self.kind,
            starts: self.starts,
            endpoint: self.endpoint,
            method: self.method,
            headers: self.headers.into_iter().map(header).collect(),
            timeout_ms: self.timeout_ms,
            description: self.description,
            enabled: self.enabled,
            confirm: self.confirm,
            cooldown_ms: self.cooldown_ms,
            danger: self.danger,
            only_open: self.only_open,
            hold_ms: self.hold_ms,
            retries: self.retries,
            redirects: self.redirects,
            connect_timeout_ms: self.connect_timeout_ms,
            attempt_timeout_ms: self.attempt_timeout_ms,
            success: self.success,
            body: self.body,
            inputs: self.inputs,
            sign: self.sign.map(sign),
            tls: self.tls,
            proxy: self.proxy,
            follow: self.follow,
            origin: self.origin,
        }
    }
}

/// What differs between two revisions, in the words of the form; never a value.
pub(super) fn differences(before: &Action, after: &Action) -> Vec<&'static str> {
    let checks = [
        ("name", before.name != after.name),
        ("channels", before.slots != after.slots),
        ("kind", before.kind != after.kind),
        ("starts", before.starts != after.starts),
        ("endpoint", before.endpoint != after.endpoint),
        ("method", before.method != after.method),
        ("headers", before.headers != after.headers),
        ("body", before.body != after.body),
        ("inputs", before.inputs != after.inputs),
        ("signing", before.sign != after.sign),
        ("TLS", before.tls != after.tls),
        ("proxy", before.proxy != after.proxy),
        ("success rule", before.success != after.success),
        ("follow rule", before.follow != after.follow),
        ("redirects", before.redirects != after.redirects),
        ("retries", before.retries != after.retries),
        ("timeout", before.timeout_ms != after.timeout_ms),
        ("connect timeout", before.connect_timeout_ms != after.connect_timeout_ms),
        ("attempt timeout", before.attempt_timeout_ms != after.attempt_timeout_ms),
        ("description", before.description != after.description),
        ("enabled", before.enabled != after.enabled),
        ("confirm", before.confirm != after.confirm),
        ("danger", before.danger != after.danger),
        ("only open", before.only_open != after.only_open),
        ("cooldown", before.cooldown_ms != after.cooldown_ms),
        ("hold", before.hold_ms != after.hold_ms),
        ("origin", before.origin != after.origin),
    ];
    checks.into_iter().filter(|(_, differs)| *differs).map(|(field, _)| field).collect()
}
