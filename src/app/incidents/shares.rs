//! What an incident shares with others.

use super::Board;
use super::around::Around;
use super::channel_name;
use super::texts::Found;
use crate::domain::query::quote;
use crate::domain::query::terms::{About, TERMS};

/// Something that incidents share: a channel or a label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// The letter or digit that picks it.
    pub key: char,
    /// `channel`, or the label's name, as the source wrote it.
    pub name: String,
    pub value: String,
    /// How many incidents of the board have it, this one among them.
    pub count: usize,
    /// The filter that shows them.
    pub filter: String,
}

impl Board {
    /// What the selected incident shares, or the first one under the header that the cursor is on.
    pub fn shares(&mut self, around: &Around<'_>) -> Vec<Share> {
        self.prepare_filter(around.channels);
        let Some(entry) = self.subject() else {
            return Vec::new();
        };
        let labels: Vec<(String, String)> =
            entry.row.facts.labels().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
        let found: Vec<Found> =
            labels.iter().map(|(name, value)| self.texts.with_pair(&name.to_lowercase(), value)).collect();
        let mut counts = vec![0; labels.len()];
        let mut in_channel = 0;
        for other in self.entries.iter().filter(|other| !other.gone) {
            in_channel += usize::from(other.channel_at == entry.channel_at);
            for (count, found) in counts.iter_mut().zip(&found) {
                *count += usize::from(found.has(other.slot));
            }
        }
        let channel = channel_name(around.channels, &entry.row.channel).to_owned();
        let term = |about: About| TERMS.iter().find(|term| term.about == about).map_or("", |term| term.name);
        let by_label = labels.into_iter().zip(counts).map(|((name, value), count)| {
            // A name with other signs in it is no term: its value is searched as it stands.
            let plain = name.chars().all(|ch| ch.is_alphanumeric() || "._-/".contains(ch));
            let of_value = quote(&value);
            let filter = if plain {
                format!("{}{name}:{of_value}", term(About::Label))
            } else {
                quote(&format!("{name}={value}"))
            };
            Share { key: ' ', name, value, count, filter }
        });
        let channel = Share {
            key: ' ',
            name: "channel".to_owned(),
            filter: format!("{}:{}", term(About::Channel), quote(&channel)),
            value: channel,
            count: in_channel,
        };
        let mut shares: Vec<Share> = by_label.chain([channel]).collect();
        let mut taken = String::new();
        for (at, share) in shares.iter_mut().enumerate() {
            let digit = char::from_digit(u32::try_from(at + 1).unwrap_or(99), 10);
            let letters = share.name.chars().flat_map(char::to_lowercase).filter(char::is_ascii_lowercase);
            share.key = letters.into_iter().find(|ch| !taken.contains(*ch)).or(digit).unwrap_or(' ');
            taken.push(share.key);
        }
        shares
    }
}
