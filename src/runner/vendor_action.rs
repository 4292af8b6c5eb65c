//! Actions that are started in their incident's source: resolved to a request before it is filled, its credentials added when it is sent.

use std::sync::Arc;

use super::runner::Runner;
use crate::domain::action::{Action, Header, MASK};
use crate::domain::incident::Incident;
use crate::domain::refusal::Refusal;
use crate::domain::request::{Prepared, SourceCredentials};
use crate::domain::run::Failure;
use crate::source::{Credentials, Source, VendorAction};
use crate::webhook::Wire;

/// An action as it is filled and sent.
pub(super) struct Resolved {
    /// A webhook.
    pub(super) action: Arc<Action>,
    /// Where it is started, and the name of that source; `None`: it was a webhook before.
    start: Option<(VendorAction, SourceCredentials)>,
}

impl Resolved {
    /// What the filled request shows of the credentials that it will carry.
    pub(super) fn mark(&self, mut prepared: Prepared) -> Prepared {
        if let Some((start, carried)) = &self.start {
            start.mark(&mut prepared, carried.clone());
        }
        prepared
    }

    /// The name of the source whose credentials it carries.
    pub(super) fn source(&self) -> Option<&str> {
        self.start.as_ref().map(|(_, carried)| carried.source.as_str())
    }
}

impl Runner {
    /// What a press of `action` sends for `incident`; without one, at the first source of its kind.
    pub(super) fn resolved(&self, action: &Arc<Action>, incident: Option<&Incident>) -> Result<Resolved, Refusal> {
        let Some(kind) = action.kind.source_kind() else {
            return Ok(Resolved { action: Arc::clone(action), start: None });
        };
        let what = action.kind.what();
        let mut sources = self.inner.setup.sources.iter();
        let found = match incident {
            Some(incident) => sources.find(|source| source.name() == incident.source),
            None => sources.find(|source| source.kind() == kind),
        };
        let refused = |why: String| Refusal::new(Failure::Input, why);
        let source = match (found, incident) {
            (Some(source), _) if source.kind() == kind => Ok(source),
            (Some(source), _) => {
                let (name, own) = (source.name(), source.kind());
                Err(format!("{what} is started for incidents of {kind}; this one is of {name} ({own})"))
            }
            (None, Some(Incident { source, .. })) => {
                Err(format!("the incident's source {source} is not configured here: {what} is started there"))
            }
            (None, None) => Err(format!("no source of the kind {kind} is configured here: {what} is started there")),
        };
        let source = source.map_err(refused)?;
        let start = source.vendor_action(action.kind, &action.vendor_action).map_err(|error| refused(error.message))?;
        let carried = SourceCredentials { source: source.name().to_owned(), action: Arc::clone(action) };
        Ok(Resolved { action: Arc::new(start.as_webhook(action)), start: Some((start, carried)) })
    }

    /// The credentials of its source, read now; `None` where the request has its own.
    pub(super) async fn credentials(&self, source: Option<&str>) -> Result<Option<Credentials>, Refusal> {
        let Some(name) = source else { return Ok(None) };
        let refused = |why: String| Refusal::new(Failure::Secret, why);
        let found = self.inner.setup.sources.iter().find(|source| source.name() == name);
        let Some(source) = found.map(Arc::clone) else {
            return Err(refused(format!("the source {name} is not configured here")));
        };
        read(&*source).await.map(Some).map_err(refused)
    }
}

async fn read(source: &dyn Source) -> Result<Credentials, String> {
    source.credentials().await.map_err(|error| format!("the credentials of {}: {}", source.name(), error.message))
}

/// The request with the credentials in it.
pub(super) fn with_credentials(mut wire: Wire, credentials: Option<&Credentials>) -> Result<Wire, Refusal> {
    if let Some(credentials) = credentials {
        let put = credentials.add_to(&mut wire.endpoint, &mut wire.headers);
        put.map_err(|why| Refusal::new(Failure::Policy, why))?;
        wire.secrets.extend(credentials.secrets());
    }
    Ok(wire)
}

/// The headers that are kept for the polls of a job: those of credentials are read anew by whoever polls.
pub(super) fn kept(headers: Vec<Header>, carried: Option<&str>) -> Vec<Header> {
    let is_shown = |header: &Header| carried.is_none() || header.expose() != MASK;
    headers.into_iter().filter(is_shown).collect()
}
