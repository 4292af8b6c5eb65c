//! What lists were filtered by before.

use super::place::Place;

/// So many filters are remembered.
const REMEMBERED: usize = 50;

/// What was filtered before, by place, the newest last.
#[derive(Clone, Debug, Default)]
pub struct Filtered([Vec<String>; 3]);

impl Filtered {
    pub(in crate::app) fn of(&mut self, place: Place) -> &mut Vec<String> {
        &mut self.0[place as usize]
    }

    /// Remembers a filter that was kept.
    pub(in crate::app) fn remember(&mut self, place: Place, text: &str) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        let all = self.of(place);
        all.retain(|known| known != text);
        all.push(text.to_owned());
        if all.len() > REMEMBERED {
            all.remove(0);
        }
    }
}
