//! What actions added to the selected incident, as rows to be read.

use super::sheet::{Row, Tone};
use crate::app::model::Model;
use crate::domain::enrichment::{Enriched, Enrichment};
use crate::domain::text::clean_lines;
use crate::domain::time::clock;

/// What was added to the selected incident, in rows of at most `columns`.
pub fn rows(model: &Model, columns: usize) -> Vec<Row> {
    model
        .enrichments
        .list()
        .iter()
        .flat_map(|enriched| one(model, enriched))
        .flat_map(|row| row.wrapped(columns))
        .collect()
}

fn one(model: &Model, enriched: &Enriched) -> Vec<Row> {
    let at = clock(enriched.at_ms, &model.settings.zone);
    let head = Row::new(Tone::Head, &format!("+ {}", enriched.action)).and(Tone::Dim, &format!(" added this at {at}"));
    let mut rows = vec![Row::default(), head];
    let Enrichment { labels, fields, links, note } = &enriched.added;
    let pair = |name: &str, value: &str| Row::new(Tone::Dim, &format!("{name} ")).and(Tone::Plain, value);
    rows.extend(labels.iter().map(|(name, value)| pair(name, value)));
    rows.extend(
        fields.iter().map(|(name, value)| pair(name, &value.as_str().map_or_else(|| value.to_string(), str::to_owned))),
    );
    rows.extend(links.iter().map(|(name, url)| Row::new(Tone::Dim, &format!("{name} ")).and(Tone::Info, url)));
    rows.extend(
        clean_lines(note.trim()).iter().filter(|line| !line.is_empty()).map(|line| Row::new(Tone::Plain, line)),
    );
    rows
}
