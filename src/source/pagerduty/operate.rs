//! Operations: sent in the operator's name, many incidents in one call where the API has that, one result for each.

use futures_util::future::join_all;
use http::Method;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::adapter::each_or;
use super::super::{Operated, SourceError, SourceErrorKind};
use super::connection::Connection;
use super::incident::{custom_fields, incident as read_incident, text};
use super::plan::{Plan, Update, refused};
use crate::domain::enrichment::Enrichment;
use crate::domain::incident::Incident;
use crate::domain::operation::Operation;
use crate::domain::operator::Operator;
use crate::domain::source::SourceConfig;
use crate::source::account::Account;

/// The most incidents one `PUT /incidents` takes.
pub(super) const BATCH: usize = 250;
/// How many calls of one operation are under way at once.
const TOGETHER: usize = 4;

type OperateResult = Result<Operated, SourceError>;

/// What an operation works with.
#[derive(Clone, Copy)]
struct Work<'a> {
    connection: &'a Connection,
    config: &'a SourceConfig,
    /// The operator's e-mail address.
    from: &'a str,
}

/// Does it. One result for each incident, in their order.
pub(super) async fn operate(
    connection: &Connection,
    config: &SourceConfig,
    incidents: &[Incident],
    operation: &Operation,
    by: &Operator,
) -> Result<Vec<OperateResult>, SourceError> {
    let from = by.email.trim();
    if from.is_empty() {
        let message = "PagerDuty wants to know who changes an incident; set `email` under [operator] in the \
            configuration to the address that you have there";
        return Err(refused(message));
    }
    let plan = Plan::of(connection, operation, Timestamp::now().as_second()).await?;
    let work = Work { connection, config, from };
    Ok(match plan {
        Plan::Update(update) => work.update(incidents, &update).await,
        plan => work.each(incidents, |incident| work.one(incident, &plan)).await,
    })
}

impl Work<'_> {
    /// A call for each incident, a few at once.
    async fn each<'i, F: Future<Output = OperateResult>>(
        &self,
        incidents: &'i [Incident],
        call: impl Fn(&'i Incident) -> F,
    ) -> Vec<OperateResult> {
        let mut out = Vec::with_capacity(incidents.len());
        for some in incidents.chunks(TOGETHER) {
            out.extend(join_all(some.iter().map(&call)).await);
        }
        out
    }

    /// In batches. One that was refused as a whole is asked one by one, so that each result is true.
    async fn update(&self, incidents: &[Incident], update: &Update) -> Vec<OperateResult> {
        let mut out = Vec::with_capacity(incidents.len());
        for batch in incidents.chunks(BATCH) {
            let mut done = self.put(batch, update).await;
            if batch.len() > 1 && done.iter().all(|done| done.as_ref().is_err_and(SourceError::is_about_one)) {
                done = self.each(batch, |incident| self.put_one(incident, update)).await;
            }
            out.extend(done);
        }
        if update.reason.is_empty() {
            return out;
        }
        let reasons = incidents.iter().zip(out).map(|(incident, done)| self.and_say(incident, done, &update.reason));
        let mut said = Vec::with_capacity(incidents.len());
        for one in reasons {
            said.push(one.await);
        }
        said
    }

    async fn put_one(&self, incident: &Incident, update: &Update) -> OperateResult {
        let mut done = self.put(std::slice::from_ref(incident), update).await;
        done.pop().unwrap_or_else(|| Err(unnamed()))
    }

    async fn put(&self, batch: &[Incident], update: &Update) -> Vec<OperateResult> {
        let changed = |incident: &Incident| {
            let mut change = update.fields.clone();
            change["id"] = incident.incident_id.as_str().into();
            change["type"] = "incident_reference".into();
            change
        };
        let body = json!({"incidents": batch.iter().map(changed).collect::<Vec<_>>()});
        let answer = self.connection.change(Method::PUT, &["incidents"], (&body, "incidents"), self.from).await;
        each_or(batch, answer.map(|answer| batch.iter().map(|one| self.updated(one, &answer, update)).collect()))
    }

    /// What the answer says of one incident of the batch.
    fn updated(&self, incident: &Incident, answer: &Value, update: &Update) -> OperateResult {
        let named = answer["incidents"].as_array().into_iter().flatten();
        let item = named.into_iter().find(|item| text(item, "id") == incident.incident_id).ok_or_else(unnamed)?;
        let status = text(item, "status");
        if let Some(wanted) = update.status.filter(|wanted| *wanted != status) {
            return Err(refused(&format!("PagerDuty took it, and left the incident {status} instead of {wanted}")));
        }
        Ok(Operated {
            incident: read_incident(self.config, item, &mut Account::new(self.config)).map(Box::new),
            note: update.note.to_owned(),
        })
    }

    /// Adds the reason to what was done.
    async fn and_say(&self, incident: &Incident, done: OperateResult, reason: &str) -> OperateResult {
        let mut done = done?;
        if let Err(error) = self.note(incident, reason).await {
            done.note = format!("its reason could not be written there: {error}");
        }
        Ok(done)
    }

    async fn one(&self, incident: &Incident, plan: &Plan<'_>) -> OperateResult {
        match plan {
            Plan::Snooze { duration_s, reason } => {
                let done = self.snooze(incident, *duration_s).await;
                if reason.is_empty() { done } else { self.and_say(incident, done, &format!("Snoozed: {reason}")).await }
            }
            Plan::Note(text) => self.note(incident, text).await.map(|()| Operated::default()),
            Plan::Field(name, value) => self.fields(incident, &json!([{"name": name, "value": value}])).await,
            Plan::Enrich(action, added) => self.enrich(incident, action, added).await,
            Plan::Update(update) => self.put_one(incident, update).await,
        }
    }

    async fn snooze(&self, incident: &Incident, duration_s: i64) -> OperateResult {
        let path = ["incidents", &incident.incident_id, "snooze"];
        let answer = self
            .connection
            .change(Method::POST, &path, (&json!({"duration": duration_s}), "incident"), self.from)
            .await?;
        let now =
            read_incident(self.config, &answer["incident"], &mut Account::new(self.config)).ok_or_else(unnamed)?;
        Ok(Operated { incident: Some(Box::new(now)), note: String::new() })
    }

    async fn note(&self, incident: &Incident, text: &str) -> Result<(), SourceError> {
        let path = ["incidents", &incident.incident_id, "notes"];
        let body = json!({"note": {"content": text}});
        self.connection.change(Method::POST, &path, (&body, "note"), self.from).await.map(drop)
    }

    /// Writes custom fields; the answer has all of them.
    async fn fields(&self, incident: &Incident, fields: &Value) -> OperateResult {
        let path = ["incidents", &incident.incident_id, "custom_fields", "values"];
        let answer = self
            .connection
            .change(Method::PUT, &path, (&json!({"custom_fields": fields}), "custom_fields"), self.from)
            .await?;
        let mut changed = incident.clone();
        let written = custom_fields(&answer["custom_fields"]).map(|(name, value)| (name.to_owned(), value.clone()));
        changed.fields.extend(written);
        Ok(Operated { incident: Some(Box::new(changed)), note: String::new() })
    }

    /// What an action added: fields that are known there as fields, everything else as a note.
    async fn enrich(&self, incident: &Incident, action: &str, added: &Enrichment) -> OperateResult {
        let mut rest = added.clone();
        let mut done = Operated::default();
        if !added.fields.is_empty() {
            let known = self.known_fields(incident).await?;
            let (there, elsewhere) = added.fields.clone().into_iter().partition(|(name, _)| known.contains(name));
            rest.fields = elsewhere;
            let there: serde_json::Map<String, Value> = there;
            if !there.is_empty() {
                let fields: Vec<Value> =
                    there.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
                done = self.fields(incident, &fields.into()).await?;
            }
        }
        if !rest.is_empty() {
            let said = self.note(incident, &words(action, &rest)).await;
            match said {
                // The fields are there: that is done.
                Err(error) if done.incident.is_some() => done.note = format!("only its fields were written: {error}"),
                said => said?,
            }
        }
        Ok(done)
    }

    async fn known_fields(&self, incident: &Incident) -> Result<Vec<String>, SourceError> {
        let path = ["incidents", &incident.incident_id, "custom_fields", "values"];
        let answer = self.connection.get(&path, &[]).await?;
        Ok(custom_fields(&answer["custom_fields"]).map(|(name, _)| name.to_owned()).collect())
    }
}

fn unnamed() -> SourceError {
    let message = "PagerDuty took it, and its answer does not name the incident";
    SourceError::new(SourceErrorKind::Unanswered, message)
}

fn words(action: &str, added: &Enrichment) -> String {
    let mut lines = vec![format!("{action} added:")];
    lines.extend(added.labels.iter().map(|(name, value)| format!("{name}: {value}")));
    lines.extend(added.fields.iter().map(|(name, value)| match value {
        Value::String(text) => format!("{name}: {text}"),
        other => format!("{name}: {other}"),
    }));
    lines.extend(added.links.iter().map(|(name, address)| format!("{name}: {address}")));
    if !added.note.trim().is_empty() {
        lines.push(added.note.trim().to_owned());
    }
    lines.join("\n")
}
