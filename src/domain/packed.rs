//! Text that many rows hold and few read, kept small.
//!
//! A board of 100,000 incidents holds as many JSON texts that are much alike: the same names in the same order, and a
//! title and labels that come twice. What came before, in the text itself or in [`COMMON`], is written as a distance
//! and a length. This is for memory only: it is never stored or sent, so that the form may change with any version.

use std::fmt;
use std::sync::{Arc, LazyLock};

/// What most incidents have in common, in the order in which they are written.
const COMMON: &str = concat!(
    "\"labels\":{\"alertname\":\"\",\"check\":\"\",\"cluster\":\"\",\"env\":\"prod\",\"host\":\"\",\"instance\":\"\",",
    "\"job\":\"\",\"namespace\":\"\",\"pod\":\"\",\"region\":\"\",\"resource\":\"\",\"service\":\"\",",
    "\"severity\":\"critical\",\"team\":\"platform\"},\"fields\":{},\"description\":\"The has been above for 10 minutes ",
    "\",\"created_at\":0,\"updated_at\":0,\"start_time\":17,\"last_time\":0,\"end_time\":0,\"close_time\":0,",
    "\"incident_severity\":\"Info\",\"incident_status\":\"Info\",\"incident_severity\":\"Warning\",",
    "\"incident_status\":\"Warning\",\"progress\":\"Processing\",{\"incident_id\":\"\",\"num\":\"\",\"title\":\"\",",
    "\"incident_severity\":\"Critical\",\"incident_status\":\"Critical\",\"progress\":\"Triggered\",\"created_at\":17,",
    "\"responders\":[{\"person_id\":0,\"person_name\":\"\",\"email\":\"\",\"assigned_at\":0,\"acknowledged_at\":0}],",
    "\"alerts\":[{\"alert_id\":\"\",\"data_source_id\":null,\"title\":\"\",\"alert_key\":\"\",\"alert_severity\":\"",
    "Critical\",\"alert_status\":\"Critical\",\"progress\":\"Triggered\",\"created_at\":0,\"updated_at\":0,\"start_time\":",
    "17,\"last_time\":0,\"labels\":{\"}}],\"alert_cnt\":1,\"channel_id\":0,\"channel_name\":\"\",\"channel_key\":\"prod/",
    "\",\"detail_url\":\"https://\",\"source\":\"prod\"}",
);

/// The shortest repetition worth writing: its note takes three bytes.
const SHORTEST: usize = 4;
/// The longest that one note holds.
const LONGEST: usize = SHORTEST + 0x7f;
/// The longest run of new bytes that one note holds.
const LITERALS: usize = 0x80;
/// The furthest that a note looks back.
const FURTHEST: usize = u16::MAX as usize;
/// How many places are remembered, as a power of two.
const BITS: u32 = 12;

/// The places of [`COMMON`] by what stands there; 0 = none, else the place + 1.
static PLACES: LazyLock<Vec<u32>> = LazyLock::new(|| {
    let mut places = vec![0; 1 << BITS];
    for at in 0..COMMON.len() {
        remember(&mut places, COMMON.as_bytes(), at);
    }
    places
});

/// A text, packed. Equal texts are packed equally; cloning shares.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Packed(Arc<[u8]>);

impl Packed {
    /// Packs a text.
    pub fn new(text: &str) -> Self {
        let window = [COMMON.as_bytes(), text.as_bytes()].concat();
        let mut places = PLACES.clone();
        let mut out = Vec::with_capacity(text.len() / 2);
        let (mut at, mut new_from) = (COMMON.len(), COMMON.len());
        while at < window.len() {
            let (from, length) = repetition(&window, at, &places);
            if length < SHORTEST {
                remember(&mut places, &window, at);
                at += 1;
                continue;
            }
            literals(&mut out, &window[new_from..at]);
            note(&mut out, at - from, length);
            for place in at..at + length {
                remember(&mut places, &window, place);
            }
            at += length;
            new_from = at;
        }
        literals(&mut out, &window[new_from..]);
        Self(out.into())
    }

    /// The text.
    pub fn text(&self) -> String {
        let mut out = COMMON.as_bytes().to_vec();
        let mut rest = &self.0[..];
        while let [head, tail @ ..] = rest {
            let (head, tail) = (usize::from(*head), tail);
            rest = if head < LITERALS {
                let (new, tail) = tail.split_at((head + 1).min(tail.len()));
                out.extend_from_slice(new);
                tail
            } else if let [low, high, tail @ ..] = tail {
                let from = out.len().saturating_sub(usize::from(u16::from_le_bytes([*low, *high])));
                for place in from..from + head - LITERALS + SHORTEST {
                    out.extend(out.get(place).copied());
                }
                tail
            } else {
                &[]
            };
        }
        String::from_utf8_lossy(out.get(COMMON.len()..).unwrap_or_default()).into_owned()
    }

    /// How many bytes it takes.
    pub fn size(&self) -> usize {
        self.0.len()
    }
}

impl From<&str> for Packed {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl fmt::Debug for Packed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Packed({})", self.text())
    }
}

/// Where the four bytes at a place are looked up.
fn slot(window: &[u8], at: usize) -> Option<usize> {
    let four = window.get(at..)?.first_chunk::<SHORTEST>()?;
    Some((u32::from_le_bytes(*four).wrapping_mul(2_654_435_761) >> (u32::BITS - BITS)) as usize)
}

fn remember(places: &mut [u32], window: &[u8], at: usize) {
    if let (Some(slot), Ok(place)) = (slot(window, at), u32::try_from(at + 1)) {
        places[slot] = place;
    }
}

/// The last place where the bytes at `at` stood before, and how many are the same: 0 where there is none.
fn repetition(window: &[u8], at: usize, places: &[u32]) -> (usize, usize) {
    let place = slot(window, at).map_or(0, |slot| places[slot] as usize);
    if place == 0 || at + 1 - place > FURTHEST {
        return (at, 0);
    }
    let from = place - 1;
    let same = window[from..].iter().zip(&window[at..]).take(LONGEST).take_while(|(a, b)| a == b).count();
    (from, same)
}

fn literals(out: &mut Vec<u8>, new: &[u8]) {
    for run in new.chunks(LITERALS) {
        // At most 128 bytes, so that the count fits below the notes.
        #[allow(clippy::cast_possible_truncation)]
        out.push((run.len() - 1) as u8);
        out.extend_from_slice(run);
    }
}

// Both are in range: the distance is at most `FURTHEST`, the length at most `LONGEST`.
#[allow(clippy::cast_possible_truncation)]
fn note(out: &mut Vec<u8>, distance: usize, length: usize) {
    out.push((LITERALS + length - SHORTEST) as u8);
    out.extend_from_slice(&(distance as u16).to_le_bytes());
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_incidents_have_in_common_takes_little() {
        let labels = r#"{"check":"cpu.idle","cluster":"nj","resource":"es.nj.01","service":"search"}"#;
        let text = format!(
            "{{\"incident_id\":\"64f1a2b3c4\",\"num\":\"054D57\",\"title\":\"cpu.idle < 20%\",\"labels\":{labels},\
             \"alerts\":[{{\"alert_id\":\"9\",\"data_source_id\":null,\"title\":\"cpu.idle < 20%\",\"labels\":{labels}}}]}}"
        );
        let packed = Packed::new(&text);
        assert_eq!(packed.text(), text);
        assert!(packed.size() * 2 < text.len(), "{} of {}", packed.size(), text.len());
    }

    #[test]
    fn long_texts_and_far_repetitions_come_back() {
        let noise: String = (0..40_000_u32).map(|at| format!("{:x}", at.wrapping_mul(2_654_435_761))).collect();
        for text in [String::new(), "a".repeat(300), "队列".repeat(70_000), format!("{noise}{noise}")] {
            assert_eq!(Packed::new(&text).text(), text);
        }
    }

    proptest! {
        #[test]
        fn every_text_comes_back(text in "([ab\"{}:,]|labels|title|\\PC|\\x00){0,200}") {
            prop_assert_eq!(Packed::new(&text).text(), text);
        }
    }
}
