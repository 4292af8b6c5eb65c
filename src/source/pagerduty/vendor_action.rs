//! What is configured there, started for an incident: incident workflows and automation actions.

use serde_json::{Value, json};

use super::super::vendor_action::way;
use super::super::{CredentialPlace, SourceError, VendorAction};
use crate::domain::action::{ActionKind, Follow, Header, Success};
use crate::domain::source::SourceConfig;

/// How often an invocation is asked for, milliseconds.
const EVERY_MS: u64 = 3_000;

pub(super) fn request(config: &SourceConfig, kind: ActionKind, id: &str) -> Result<VendorAction, SourceError> {
    let (mut url, tls, proxy) = way(config)?;
    url.set_query(None);
    url.set_fragment(None);
    let base = url.path().trim_end_matches('/').to_owned();
    let incident = "{{ incident.incident_id }}";
    let (path, body, follow): (String, Value, Option<Follow>) = if kind == ActionKind::PagerdutyAutomation {
        let body = json!({ "invocation": { "metadata": { "incident_id": incident } } });
        (format!("{base}/automation_actions/actions/{id}/invocations"), body, Some(invocation(&base)))
    } else {
        let body = json!({ "incident_workflow_instance": {
            "type": "incident_workflow_instance",
            "incident": { "id": incident, "type": "incident_reference" },
        } });
        (format!("{base}/incident_workflows/{id}/instances"), body, None)
    };
    url.set_path(&path);
    Ok(VendorAction {
        endpoint: url.into(),
        headers: vec![Header::with_secrecy("Accept", "application/vnd.pagerduty+json;version=2", false)],
        body,
        success: Success::default(),
        follow,
        tls,
        proxy,
        place: CredentialPlace::Header("Authorization"),
    })
}

/// An invocation is followed to its end. Its state `unknown` is, by the vendor's words, a fault of one reading: it goes
/// on.
fn invocation(base: &str) -> Follow {
    Follow {
        url: format!("{base}/automation_actions/invocations/{{{{ answer.body.invocation.id }}}}"),
        every_ms: EVERY_MS,
        done: "body.invocation.state in ['completed', 'error', 'aborted']".to_owned(),
        failed: "body.invocation.state != 'completed'".to_owned(),
        ..Follow::default()
    }
}
