//! How far a run is, while it is on its way. Never stored: what is durable is the run's row and its job.

use super::text::clean;

/// What is known of a run between its press and its end.
#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    /// It waits for its turn among many.
    Queued,
    /// It is held: it will be sent unless it is taken back.
    Held {
        /// Until when, milliseconds from the event on.
        left_ms: u64,
    },
    /// The row says `running`: a request is about to go or on its way.
    Sending,
    /// It is tried again, or waits before it: in words.
    Trying(String),
    /// A line of an answer that is still coming.
    Line(String),
    /// The receiver works on it.
    Job {
        /// How far it is, 0 to 1, where the receiver says.
        fraction: Option<f64>,
        /// What it says, in one line; may be empty.
        words: String,
    },
}

impl Stage {
    /// How far a job is: `40 %`; empty where that is not known.
    pub fn percent(&self) -> String {
        match self {
            Self::Job { fraction: Some(share), .. } => format!("{} %", percent(*share)),
            _ => String::new(),
        }
    }

    /// In words for the row: `job 40 %`, `sends in 2 s`, `waiting for its turn`. Clean.
    pub fn words(&self) -> String {
        match self {
            Self::Queued => "waiting for its turn".to_owned(),
            Self::Held { left_ms } => format!("sends in {} s", left_ms.div_ceil(1_000)),
            Self::Sending => "sending".to_owned(),
            Self::Trying(words) | Self::Line(words) => clean(words).into_owned(),
            Self::Job { fraction, words } => {
                let share = match fraction {
                    Some(_) => format!("job {}", self.percent()),
                    None => "job".to_owned(),
                };
                if words.is_empty() { share } else { format!("{share} {}", clean(words)) }
            }
        }
    }
}

// A share of 1 is 100: the cast cannot cut anything off.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn percent(share: f64) -> u8 {
    (share.clamp(0.0, 1.0) * 100.0).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_stage_has_its_words() {
        assert_eq!(Stage::Held { left_ms: 1_200 }.words(), "sends in 2 s");
        assert_eq!(Stage::Job { fraction: Some(0.4), words: String::new() }.words(), "job 40 %");
        assert_eq!(Stage::Job { fraction: None, words: "step \u{1b}[2J".to_owned() }.words(), "job step ␛[2J");
    }
}
