//! The job that an answer started.

use url::Url;

use super::attempts::Answered;
use super::redirect::headers_of_a_read;
use super::rows::now_ms;
use super::stop_job;
use super::vendor_action::kept;
use crate::domain::job::Job;
use crate::domain::request::Prepared;
use crate::domain::run::Attempt;

/// The job that an answer started, as it is kept before it is first asked for.
pub(super) fn job(prepared: &Prepared, last: &Answered, url: &Url, attempts: Vec<Attempt>) -> Job {
    let action = &prepared.action;
    let follow = action.follow.clone().unwrap_or_default();
    let limit_ms = i64::try_from(follow.limit_ms).unwrap_or(i64::MAX);
    let headers = kept(headers_of_a_read(&prepared.headers), prepared.credentials_source());
    Job {
        run_id: prepared.run_id.clone(),
        url: url.to_string(),
        home: last.at.origin().ascii_serialization(),
        own_rule: action.follow.is_some(),
        headers: headers.into_iter().map(|header| (header.name.clone(), header.expose().to_owned())).collect(),
        tls: action.tls.clone(),
        proxy: action.proxy.clone(),
        until_ms: now_ms().saturating_add(limit_ms),
        status: last.answer.status,
        success: (!last.verdict.is_taken() && !action.success.is_default()).then(|| action.success.as_str().to_owned()),
        ends: action.ends,
        message: action.message.clone(),
        keep: action.keep.clone(),
        kept: serde_json::Map::new(),
        cancel: stop_job::call(prepared, last),
        references: prepared.references.clone(),
        credentials_source: prepared.credentials_source().map(str::to_owned),
        attempts,
        follow,
    }
}
