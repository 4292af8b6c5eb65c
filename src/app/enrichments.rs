//! What is done with what actions added to the selected incident.

use super::effect::Effect;
use super::model::Model;
use super::modes::Mode;
use super::modes::question::Question;
use crate::domain::activity::Seq;
use crate::domain::enrichment::Enriched;
use crate::domain::text::clean;
use crate::domain::time::clock;

/// Copies the links that were added, one a line.
pub(super) fn copy_links(model: &mut Model) -> Vec<Effect> {
    let links = model.enrichments.list().iter().flat_map(|enriched| &enriched.added.links);
    let text: Vec<String> = links.map(|(_, url)| clean(url).into_owned()).collect();
    if text.is_empty() {
        model.said = Some("no action added a link to this incident".to_owned());
        return Vec::new();
    }
    let what = if text.len() == 1 { "link" } else { "links" };
    vec![Effect::Copy { text: text.join("\n"), what }]
}

/// Asks which of what was added is to be removed.
pub(super) fn ask_remove(model: &mut Model) -> Vec<Effect> {
    let zone = model.settings.zone.clone();
    let item = |enriched: &Enriched| -> (Seq, String) {
        (enriched.id, format!("{} at {}", clean(&enriched.action), clock(enriched.at_ms, &zone)))
    };
    let items: Vec<(Seq, String)> = model.enrichments.list().iter().rev().map(item).collect();
    match model.enrichments.of().filter(|_| !items.is_empty()).cloned() {
        Some(incident) => model.modes.push(Mode::Question(Question::RemoveAdded { incident, items, at: 0 })),
        None => model.said = Some("no action added anything to this incident".to_owned()),
    }
    Vec::new()
}
