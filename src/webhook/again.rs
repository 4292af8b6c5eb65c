//! The same press once more: the first one's id and body, byte for byte.

use super::prepare::prepare;
use super::press::Press;
use crate::domain::request::Prepared;
use crate::domain::run::{Refusal, Run, RunDetail};

/// Fills the same press once more: `event_id` and body are the first one's, byte for byte.
pub fn prepare_again(press: Press<'_>, first: &Run, detail: &RunDetail) -> Result<Prepared, Refusal> {
    let mut prepared = prepare(press)?;
    prepared.event_id.clone_from(&first.event_id);
    prepared.body = detail.request.body.as_str().into();
    prepared.resend_of = Some(first.id.clone());
    Ok(prepared)
}
