//! Operations: what a responder does to an incident itself, and what each source can do.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::Value;
use strum::{EnumDiscriminants, IntoStaticStr, VariantArray};

use super::enrichment::Enrichment;
use super::incident::{Incident, Progress, Responder};
use super::operator::Operator;
use super::time::minute_utc;

#[derive(Clone, Debug, PartialEq, EnumDiscriminants)]
#[strum_discriminants(
    name(OperationKind),
    doc = "The kinds of [`Operation`], for what a source can do.",
    derive(Hash, PartialOrd, Ord, IntoStaticStr, VariantArray),
    strum(serialize_all = "lowercase")
)]
pub enum Operation {
    Acknowledge,
    Unacknowledge,
    Close,
    /// Say that it is not over after all.
    Reopen {
        /// Why; may be empty where the source does not want one.
        reason: String,
    },
    /// Be quiet about it for a while.
    Snooze {
        /// Until when, Unix milliseconds.
        until_ms: i64,
        /// When that was said, Unix milliseconds, so that it is as long as was said however long it takes to write it; 0
        /// where no length was said.
        from_ms: i64,
        /// Why; may be empty.
        reason: String,
    },
    /// End the quiet.
    Wake,
    /// Write something beside it.
    Comment {
        /// The text; may have several lines.
        text: String,
    },
    Assign {
        /// Their e-mail address, or whatever the source finds people by.
        to: String,
    },
    #[strum_discriminants(strum(serialize = "set fields"))]
    SetField {
        name: String,
        value: Value,
    },
    /// Write one of its texts.
    #[strum_discriminants(strum(serialize = "edit texts"))]
    SetText {
        text: IncidentText,
        value: String,
    },
    /// Write there what an action's answer added.
    #[strum_discriminants(strum(serialize = "take enrichment"))]
    Enrich {
        action: String,
        added: Box<Enrichment>,
    },
}

/// Unix seconds of an end in milliseconds: what ends within a second lasts to its end.
pub fn whole_s(until_ms: i64) -> i64 {
    until_ms.saturating_add(999).div_euclid(1_000)
}

/// The texts of an incident that can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum IncidentText {
    /// One line.
    Title,
    Impact,
    RootCause,
    Resolution,
}

impl IncidentText {
    /// The field of the contract.
    pub fn field(self) -> &'static str {
        self.into()
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::RootCause => "root cause",
            other => other.field(),
        }
    }
}

impl OperationKind {
    /// Every kind, in the order in which they are told.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// The verb: `acknowledge`.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

impl Operation {
    pub fn kind(&self) -> OperationKind {
        self.into()
    }

    /// What was done, in the words of the log: `snoozed until 2026-11-24 14:30 UTC`.
    pub fn done(&self) -> String {
        match self {
            Self::Acknowledge => "acknowledged".to_owned(),
            Self::Unacknowledge => "unacknowledged".to_owned(),
            Self::Close => "closed".to_owned(),
            Self::Reopen { reason } => because("reopened", reason),
            Self::Snooze { until_ms, reason, .. } => {
                because(&format!("snoozed until {}", minute_utc(*until_ms)), reason)
            }
            Self::Wake => "woken".to_owned(),
            Self::Comment { text } => format!("commented \"{}\"", text.trim()),
            Self::Assign { to } => format!("assigned to {to}"),
            Self::SetField { name, value } => format!("set the field {name} to {value}"),
            Self::SetText { text, value } => format!("set the {} to \"{value}\"", text.as_str()),
            Self::Enrich { action, .. } => format!("wrote there what {action} added"),
        }
    }

    /// The incident as it is to be when the source has done it: for the screen until the source was read again.
    pub fn apply(&self, incident: &mut Incident, by: &Operator, now_s: i64) {
        match self {
            Self::Acknowledge => {
                incident.progress = Progress::Processing;
                incident.ack_time = now_s;
            }
            Self::Unacknowledge => {
                incident.progress = Progress::Triggered;
                incident.ack_time = 0;
            }
            Self::Close => {
                incident.progress = Progress::Closed;
                incident.close_time = now_s;
                incident.closer = Some(by.person());
            }
            Self::Reopen { .. } => {
                incident.progress = Progress::Triggered;
                incident.close_time = 0;
                incident.closer = None;
            }
            Self::Snooze { until_ms, .. } => incident.snoozed_before = whole_s(*until_ms),
            Self::Wake => incident.snoozed_before = 0,
            Self::Assign { to } => {
                if !incident.responders.iter().any(|known| known.email == *to || known.person_name == *to) {
                    let (email, person_name) =
                        if to.contains('@') { (to.clone(), String::new()) } else { (String::new(), to.clone()) };
                    let known = Responder { person_name, email, assigned_at: now_s, ..Responder::default() };
                    incident.responders.push(known);
                }
            }
            Self::SetField { name, value } => {
                incident.fields.insert(name.clone(), value.clone());
            }
            Self::SetText { text, value } => {
                let place = match text {
                    IncidentText::Title => &mut incident.title,
                    IncidentText::Impact => &mut incident.impact,
                    IncidentText::RootCause => &mut incident.root_cause,
                    IncidentText::Resolution => &mut incident.resolution,
                };
                place.clone_from(value);
            }
            Self::Comment { .. } | Self::Enrich { .. } => {}
        }
    }

    /// To be quiet until a time that was said itself, Unix seconds.
    pub fn snooze_until(until_s: i64, reason: String) -> Self {
        Self::Snooze { until_ms: until_s.saturating_mul(1_000), from_ms: 0, reason }
    }

    /// What takes it back; `incident` is as it was before. `None` where nothing does.
    pub fn opposite(&self, incident: &Incident) -> Option<Self> {
        match self {
            Self::Acknowledge => Some(Self::Unacknowledge),
            Self::Unacknowledge => Some(Self::Acknowledge),
            Self::Close => Some(Self::Reopen { reason: "closed by mistake".to_owned() }),
            Self::Reopen { .. } => Some(Self::Close),
            Self::Snooze { .. } if incident.snoozed_before == 0 => Some(Self::Wake),
            Self::Snooze { .. } | Self::Wake if incident.snoozed_before > 0 => {
                Some(Self::snooze_until(incident.snoozed_before, String::new()))
            }
            Self::SetField { name, .. } => {
                incident.fields.get(name).map(|value| Self::SetField { name: name.clone(), value: value.clone() })
            }
            Self::SetText { text, .. } => {
                let value = match text {
                    IncidentText::Title => &incident.title,
                    IncidentText::Impact => &incident.impact,
                    IncidentText::RootCause => &incident.root_cause,
                    IncidentText::Resolution => &incident.resolution,
                };
                Some(Self::SetText { text: *text, value: value.clone() })
            }
            Self::Snooze { .. } | Self::Wake | Self::Comment { .. } | Self::Assign { .. } | Self::Enrich { .. } => None,
        }
    }
}

fn because(done: &str, reason: &str) -> String {
    if reason.trim().is_empty() { done.to_owned() } else { format!("{done}: {}", reason.trim()) }
}

/// Whether, and where, an operation is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ability {
    /// The source does it.
    Source,
    /// The source cannot, so that it is kept here only; why, in words.
    Local(Cow<'static, str>),
    /// It cannot be done; why, in words.
    No(Cow<'static, str>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Abilities {
    table: BTreeMap<OperationKind, Ability>,
    /// The longest snooze, seconds; `None` = as long as one likes.
    pub snooze_max_s: Option<i64>,
    /// The most characters of a comment; `None` = no limit.
    pub comment_max: Option<usize>,
    /// How many incidents one call of it takes at most.
    pub batch: usize,
}

impl Default for Abilities {
    fn default() -> Self {
        Self::kept_here("the source")
    }
}

impl Abilities {
    /// Those of a source that can do nothing itself: acknowledgement, notes and assignment are kept here. `who` is what
    /// it is called in the reasons, such as `Alertmanager`.
    pub fn kept_here(who: &str) -> Self {
        use OperationKind::{Acknowledge, Assign, Comment, Unacknowledge};
        let ability = |kind: &OperationKind| {
            let reason = format!("{who} cannot {}", kind.as_str());
            let ability = match kind {
                Acknowledge | Unacknowledge | Comment | Assign => Ability::Local(reason.into()),
                _ => Ability::No(reason.into()),
            };
            (*kind, ability)
        };
        let table = OperationKind::ALL.iter().map(ability).collect();
        Self { table, snooze_max_s: None, comment_max: None, batch: 1 }
    }

    /// The same, but for these the source does it itself.
    #[must_use]
    pub fn with(mut self, kinds: &[OperationKind]) -> Self {
        self.table.extend(kinds.iter().map(|kind| (*kind, Ability::Source)));
        self
    }

    /// The same, but this cannot be done, for this reason.
    #[must_use]
    pub fn without(mut self, kind: OperationKind, reason: impl Into<Cow<'static, str>>) -> Self {
        self.table.insert(kind, Ability::No(reason.into()));
        self
    }

    /// Whether, and where, it is done.
    pub fn of(&self, kind: OperationKind) -> &Ability {
        static NO: Ability = Ability::No(Cow::Borrowed("it cannot be done"));
        self.table.get(&kind).unwrap_or(&NO)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_source_cannot_do_is_kept_here_or_says_why() {
        let abilities = Abilities::kept_here("Alertmanager").with(&[OperationKind::Snooze, OperationKind::Wake]);
        assert_eq!(abilities.of(OperationKind::Snooze), &Ability::Source);
        let Ability::Local(why) = abilities.of(OperationKind::Acknowledge) else { panic!("not kept here") };
        assert_eq!(why, "Alertmanager cannot acknowledge");
        assert!(matches!(abilities.of(OperationKind::Close), Ability::No(why) if why == "Alertmanager cannot close"));
    }

    #[test]
    fn the_opposite_gives_back_what_was_before() {
        let mut incident = Incident { title: "cpu".to_owned(), snoozed_before: 900, ..Incident::default() };
        let before = incident.clone();
        for operation in [
            Operation::Acknowledge,
            Operation::snooze_until(2_000, String::new()),
            Operation::Wake,
            Operation::SetText { text: IncidentText::Title, value: "disk".to_owned() },
        ] {
            operation.apply(&mut incident, &Operator::default(), 100);
            assert_ne!(incident, before, "{operation:?}");
            operation.opposite(&before).unwrap().apply(&mut incident, &Operator::default(), 200);
            assert_eq!(incident, before, "{operation:?}");
        }
        assert_eq!(Operation::Comment { text: "x".to_owned() }.opposite(&before), None);
    }
}
