//! Words for severity and progress: which are known, and what each means. What a source's configuration says of a word
//! comes before the table.

use std::collections::BTreeMap;

use super::incident::{Progress, Severity, Status};

/// What systems call the three severities, folded.
const SEVERITIES: [(Severity, &[&str]); 3] = [
    (
        Severity::Critical,
        &[
            "critical",
            "crit",
            "fatal",
            "disaster",
            "emergency",
            "p0",
            "p1",
            "sev0",
            "sev1",
            "s1",
            "highest",
            "blocker",
            "high",
            "major",
            "down",
            "failed",
            "failure",
            "alarm",
        ],
    ),
    (Severity::Warning, &["warning", "warn", "error", "p2", "p3", "sev2", "medium", "average", "minor", "degraded"]),
    (
        Severity::Info,
        &[
            "info",
            "information",
            "informational",
            "low",
            "lowest",
            "p4",
            "p5",
            "sev3",
            "sev4",
            "notice",
            "debug",
            "trivial",
        ],
    ),
];

/// What systems call how far the handling is, folded.
const PROGRESSES: [(Progress, &[&str]); 3] = [
    // `false` is the opposite of a flag that says `true` for acknowledged.
    (
        Progress::Triggered,
        &["triggered", "open", "new", "firing", "active", "problem", "unresolved", "unacknowledged", "false"],
    ),
    (
        Progress::Processing,
        &[
            "processing",
            "acknowledged",
            "ack",
            "acked",
            "true",
            "inprogress",
            "indeterminate",
            "live",
            "mitigated",
            "identified",
            "monitoring",
        ],
    ),
    (Progress::Closed, &["closed", "resolved", "ok", "done", "recovered", "canceled", "cancelled", "merged"]),
];

/// The words of one source. The default has only the table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    severity: BTreeMap<String, Severity>,
    progress: BTreeMap<String, Progress>,
}

impl Words {
    /// The table with these words before it.
    pub fn new(
        severity: impl IntoIterator<Item = (String, Severity)>,
        progress: impl IntoIterator<Item = (String, Progress)>,
    ) -> Self {
        Self {
            severity: severity.into_iter().map(|(word, is)| (folded(&word), is)).collect(),
            progress: progress.into_iter().map(|(word, is)| (folded(&word), is)).collect(),
        }
    }

    /// `None`: nobody knows the word.
    pub fn severity(&self, word: &str) -> Option<Severity> {
        let configured = |word: &str| self.severity.get(word).copied();
        look_up(word, configured, &SEVERITIES).or_else(|| {
            // `1 - Critical`, `4 - Low`: a rank and its name.
            let (rank, name) = word.split_once(" -")?;
            match rank.trim() {
                "1" => Some(Severity::Critical),
                rank if rank.bytes().all(|byte| byte.is_ascii_digit()) => look_up(name, configured, &SEVERITIES),
                _ => None,
            }
        })
    }

    /// `None`: nobody knows the word.
    pub fn progress(&self, word: &str) -> Option<Progress> {
        look_up(word, |word| self.progress.get(word).copied(), &PROGRESSES)
    }

    /// The state that a word means: how bad it is, or that it is over. `None`: nobody knows the word.
    pub fn status(&self, word: &str) -> Option<Status> {
        match self.progress(word) {
            Some(Progress::Closed) => Some(Status::Ok),
            _ => self.severity(word).map(Status::from),
        }
    }

    /// What the configuration alone says of a word.
    pub fn configured_severity(&self, word: &str) -> Option<Severity> {
        self.severity.get(&folded(word)).copied()
    }
}

fn look_up<T: Copy>(
    word: &str,
    configured: impl Fn(&str) -> Option<T>,
    table: &[(T, &'static [&'static str])],
) -> Option<T> {
    let word = folded(word);
    // A whole number may be written with a fraction of zero.
    let whole = word.strip_suffix(".0").and_then(&configured);
    let known = || table.iter().find(|(_, words)| words.contains(&word.as_str())).map(|(is, _)| *is);
    configured(&word).or(whole).or_else(known)
}

/// What two spellings of a word share: `In Progress`, `in-progress` and `IN_PROGRESS` are one. The sign of a number stays.
fn folded(word: &str) -> String {
    let word = word.trim().to_lowercase();
    let (sign, rest) = word.split_at(usize::from(word.starts_with('-')));
    format!("{sign}{}", rest.replace([' ', '-', '_'], ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_the_trade_are_known_in_any_spelling() {
        let words = Words::default();
        for (word, is) in [
            ("P1", Some(Severity::Critical)),
            ("SEV-1", Some(Severity::Critical)),
            ("Emergency", Some(Severity::Critical)),
            (" DISASTER ", Some(Severity::Critical)),
            ("1 - Critical", Some(Severity::Critical)),
            ("1 - Kritisch", Some(Severity::Critical)),
            ("2 - High", Some(Severity::Critical)),
            ("4 - Low", Some(Severity::Info)),
            ("average", Some(Severity::Warning)),
            ("Informational", Some(Severity::Info)),
            ("Blorp", None),
            ("3 - Moderate", None),
            ("2", None),
            ("", None),
        ] {
            assert_eq!(words.severity(word), is, "{word}");
        }
        for (word, is) in [
            ("In Progress", Some(Progress::Processing)),
            ("true", Some(Progress::Processing)),
            ("false", Some(Progress::Triggered)),
            ("Resolved", Some(Progress::Closed)),
            ("OK", Some(Progress::Closed)),
            ("Dreaming", None),
        ] {
            assert_eq!(words.progress(word), is, "{word}");
        }
    }

    #[test]
    fn the_configuration_comes_before_the_table() {
        let words = Words::new(
            [("High".to_owned(), Severity::Info), ("2".to_owned(), Severity::Critical)],
            [("In Review".to_owned(), Progress::Closed)],
        );
        assert_eq!((words.severity("high"), words.severity("2.0")), (Some(Severity::Info), Some(Severity::Critical)));
        assert_eq!((words.severity("2"), words.severity("p1")), (Some(Severity::Critical), Some(Severity::Critical)));
        assert_eq!(words.progress("in-review"), Some(Progress::Closed));
        assert_eq!((words.configured_severity("HIGH"), words.configured_severity("p1")), (Some(Severity::Info), None));
    }
}
