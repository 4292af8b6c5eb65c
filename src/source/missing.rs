//! What a list of the open incidents does not have any more: asked for once, so that its end is told as it was.

use super::Source;
use crate::domain::board::{Known, Listing};
use crate::domain::incident::{IncidentKey, IncidentRow};

/// Asks the source for what was known to be open and is missing from its whole list. What it does not know any more
/// counts as closed; where it cannot be asked, nothing is closed yet, and a warning says why.
pub async fn ask_for_missing(source: &dyn Source, known: &Known, listing: &mut Listing) {
    if !listing.complete {
        return;
    }
    let ids: Vec<String> = known.missing(listing).iter().map(IncidentKey::id).map(str::to_owned).collect();
    if ids.is_empty() {
        return;
    }
    match source.by_id(&ids).await {
        Ok(found) => listing.rows.extend(found.iter().map(IncidentRow::pack)),
        Err(error) => {
            listing.complete = false;
            listing
                .warnings
                .push(format!("{} incidents left the list, and how they ended is not known yet: {error}", ids.len()));
        }
    }
}
