//! Looking at an action's way out without calling it, and filling it while it is written.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use url::Url;

use super::checks::names_no_file;
use super::rows::now_ms;
use super::runner::{Runner, press};
use super::step::PressOptions;
use crate::domain::action::Action;
use crate::domain::finding::{Finding, Grade};
use crate::domain::incident::Incident;
use crate::domain::operator::Operator;
use crate::domain::request::Prepared;
use crate::domain::text::clean;
use crate::domain::validate::{self, Field};
use crate::net::{self, Reach};
use crate::webhook;

/// How long the look at the network may take.
const PROBE: Duration = Duration::from_secs(10);

impl Runner {
    /// Looks at everything that an action needs on its way: its fields, references, expressions, the policy, the name,
    /// the connection, TLS. Nothing is called: no HTTP request is sent.
    ///
    /// With an incident its expressions are filled for it, else they are only read.
    pub async fn check(
        &self,
        action: &Arc<Action>,
        incident: Option<&Arc<Incident>>,
        operator: &Arc<Operator>,
    ) -> Vec<Finding> {
        let mut findings = fields(action);
        let resolved = match self.resolved(action, incident.map(|incident| &**incident)) {
            Ok(resolved) => resolved,
            Err(refusal) => {
                // A file of actions is also checked where no source is.
                let is_alone = self.inner.setup.sources.is_empty();
                findings.push(finding("source", if is_alone { Grade::Warning } else { Grade::Fault }, &refusal.why));
                return findings;
            }
        };
        let action = &resolved.action;
        if let Some(source) = resolved.source() {
            findings.push(match self.credentials(Some(source)).await {
                Ok(_) => finding("source", Grade::Fine, &format!("the credentials of {source} can be read")),
                Err(refusal) => finding("source", Grade::Fault, &refusal.why),
            });
        }
        let filled = self.preview(action, incident.map(|incident| &**incident), operator);
        findings.extend(expressions(&filled, incident.is_some()));
        let prepared =
            webhook::unfilled(press(action, incident.unwrap_or(&Arc::default()), operator, PressOptions::default()));
        let (found, proxy) = self.secrets(&prepared).await;
        findings.extend(found);
        let (found, reach) = self.way_out(action, proxy, resolved.source().is_none()).await;
        findings.extend(found);
        let endpoint =
            filled.iter().find(|(field, _)| *field == Field::ENDPOINT).and_then(|(_, text)| text.as_ref().ok());
        if let Some(url) = endpoint.and_then(|text| Url::parse(text).ok()) {
            match reach {
                Some(reach) => findings.extend(net::probe(&url, &reach, Instant::now() + PROBE).await),
                None => findings.extend(self.refused(&url)),
            }
        } else {
            let message = "the address is known only once it is filled for an incident; nothing was looked up";
            findings.push(finding("address", Grade::Warning, message));
        }
        findings
    }

    /// Fills an action that is being written: for each field with expressions what it becomes, or what is wrong.
    pub fn preview(
        &self,
        action: &Action,
        incident: Option<&Incident>,
        operator: &Operator,
    ) -> Vec<(Field, Result<String, String>)> {
        webhook::preview(action, incident, operator, now_ms())
    }

    /// Whether each reference can be read here; and the proxy with its references filled in.
    async fn secrets(&self, prepared: &Prepared) -> (Vec<Finding>, Option<String>) {
        let written = prepared.references.clone();
        let mut findings = Vec::new();
        for reference in &written {
            let found = match self.references(vec![reference.clone()]).await {
                Ok(_) => finding("secrets", Grade::Fine, &format!("{reference} can be read")),
                Err(refusal) => finding("secrets", Grade::Fault, &refusal.why),
            };
            findings.push(found);
        }
        let wire = match self.references(written).await {
            Ok(references) => webhook::wire(prepared, references, now_ms().div_euclid(1_000)).ok(),
            Err(_) => None,
        };
        // What cannot be filled without an incident has a proxy all the same, where it holds no reference.
        let plain =
            (!crate::domain::action::has_reference(&prepared.action.proxy)).then(|| prepared.action.proxy.clone());
        (findings, wire.map(|wire| wire.proxy).or(plain))
    }

    async fn way_out(&self, action: &Action, proxy: Option<String>, is_webhook: bool) -> (Vec<Finding>, Option<Reach>) {
        let Some(proxy) = proxy else { return (Vec::new(), None) };
        let may_read = self.inner.setup.action_references || !is_webhook;
        if let (false, Err(refusal)) = (may_read, names_no_file(&action.tls)) {
            return (vec![finding("TLS files", Grade::Fault, &refusal.why)], None);
        }
        match self.reach(&action.tls, &proxy, action.connects_ms()).await {
            Ok(reach) => {
                let named = [("tls.ca", &action.tls.ca), ("tls.cert", &action.tls.cert), ("tls.key", &action.tls.key)];
                let read = named.into_iter().filter(|(_, path)| !path.is_empty());
                let found = read.map(|(name, _)| finding("TLS files", Grade::Fine, &format!("{name} can be read")));
                let policy = self.inner.clients.policy().clone();
                (found.collect(), Some(Reach { policy, ..reach }))
            }
            Err(why) => (vec![finding("TLS files", Grade::Fault, &why)], None),
        }
    }

    fn refused(&self, url: &Url) -> Option<Finding> {
        self.inner.clients.policy().judge(url).err().map(|why| finding("policy", Grade::Fault, &why))
    }
}

fn fields(action: &Action) -> Vec<Finding> {
    let faults = validate::faults(action, &[]);
    let fault = |fault: &validate::FieldFault| finding(&fault.field.to_string(), Grade::Fault, &fault.message);
    let mut findings: Vec<Finding> = faults.iter().map(fault).collect();
    if !action.enabled {
        findings.push(finding("action", Grade::Warning, "it is switched off: it cannot be pressed"));
    }
    if action.follow.as_ref().is_some_and(|follow| !follow.url.is_empty() && follow.done.is_empty()) {
        let words = "without it the job's end is told by the usual words; a word that is not known is never an end";
        findings.push(finding("follow.done", Grade::Warning, words));
    }
    findings
}

fn expressions(filled: &[(Field, Result<String, String>)], for_incident: bool) -> Vec<Finding> {
    let wrong: Vec<Finding> = filled
        .iter()
        .filter_map(|(field, text)| Some(finding(&field.to_string(), Grade::Fault, text.as_ref().err()?)))
        .collect();
    if !wrong.is_empty() {
        return wrong;
    }
    let words =
        if for_incident { "every expression can be filled for this incident" } else { "every expression can be read" };
    vec![finding("expressions", Grade::Fine, words)]
}

fn finding(subject: &str, grade: Grade, message: &str) -> Finding {
    Finding { subject: subject.to_owned(), grade, message: clean(message).into_owned() }
}
