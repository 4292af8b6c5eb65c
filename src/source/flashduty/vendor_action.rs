//! A custom action that is configured there, started for an incident: `/incident/custom-action/do`.

use serde_json::json;

use super::super::vendor_action::way;
use super::super::{CredentialPlace, SourceError, VendorAction};
use crate::domain::action::Success;
use crate::domain::source::SourceConfig;

/// The status is for information there: an error is in the envelope, and where the call of the action itself failed
/// there is a `message`, which is left out or empty where it did not.
const SUCCESS: &str = "status == 200 and not body.error and not (body.data and body.data.message)";

pub(super) fn request(config: &SourceConfig, id: &str) -> Result<VendorAction, SourceError> {
    let (mut url, tls, proxy) = way(config)?;
    url.set_path(&format!("{}/incident/custom-action/do", url.path().trim_end_matches('/')));
    url.set_fragment(None);
    // The validation of actions admits nothing but a number.
    let integration: i64 = id.parse().unwrap_or_default();
    Ok(VendorAction {
        endpoint: url.into(),
        headers: Vec::new(),
        body: json!({ "incident_id": "{{ incident.incident_id }}", "integration_id": integration }),
        success: Success::new(SUCCESS),
        follow: None,
        tls,
        proxy,
        place: CredentialPlace::Query("app_key"),
    })
}
