//! What is a problem now.

use serde_json::json;

use super::api::Api;
use super::object::{HOST, JOINS, Object, SERVICE, attrs};
use crate::source::SourceError;

/// The problems of hosts and services, and what could not be read, one sentence each.
pub(super) async fn problems(api: &Api) -> Result<(Vec<Object>, Vec<String>), SourceError> {
    let hosts = json!({ "filter": "host.problem", "attrs": attrs(HOST) });
    let services = json!({ "filter": "service.problem", "attrs": attrs(SERVICE), "joins": JOINS });
    let (hosts, services) = tokio::join!(api.objects("hosts", &hosts), api.objects("services", &services));
    let (mut out, mut warnings) = (Vec::new(), Vec::new());
    for (kind, results) in [("Host", hosts?), ("Service", services?)] {
        for (at, result) in results.iter().enumerate() {
            match Object::read(kind, result) {
                Some(object) => out.push(object),
                None => warnings.push(format!("problem {} of a {kind} was left out: it has no name", at + 1)),
            }
        }
    }
    Ok((out, warnings))
}
