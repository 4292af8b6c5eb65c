//! Runs that have not ended: how far they are, and what can still be done about them.

use super::super::event::Now;
use super::{Group, Recent, Sending, running};
use crate::domain::incident::IncidentKey;
use crate::domain::run::{Outcome, Run, RunState};
use crate::domain::stage::Stage;

/// A press that is held, to be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held<'a> {
    /// The run's id.
    pub run: &'a str,
    /// The action's name.
    pub action: &'a str,
    /// The incident's number.
    pub num: &'a str,
    /// The group, where it is one of many.
    pub group: Option<&'a str>,
    /// How long it is held yet, milliseconds.
    pub left_ms: u64,
}

/// A run that has not ended, as a question about it names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unended {
    /// The run's id.
    pub run: String,
    pub action_id: String,
    /// The action's name.
    pub action: String,
    /// The incident's number.
    pub num: String,
    /// The group, where it is one of many.
    pub group: Option<String>,
    /// Whether a job of it is only followed.
    pub following: bool,
}

/// How far the runs of a press on many are that have not ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unsent {
    /// Nothing of these was sent.
    pub unsent: usize,
    /// These are on their way.
    pub sent: usize,
    /// Of these a job is only followed.
    pub followed: usize,
    /// How many runs the press has.
    pub total: usize,
}

impl Unended {
    fn of_sending(own: &Sending) -> Self {
        let (run, action, num) = (own.run.clone(), own.action.clone(), own.num.clone());
        Self { run, action_id: own.action_id.clone(), action, num, group: own.group.clone(), following: false }
    }

    /// A run as its row of the log has it.
    pub fn of_run(run: &Run) -> Self {
        let (id, action, num) = (run.id.clone(), run.action.clone(), run.incident_num.clone());
        let (action_id, group) = (run.action_id.clone(), run.group.clone());
        Self { run: id, action_id, action, num, group, following: run.following }
    }
}

impl Recent {
    /// The ids of the runs that have not ended.
    pub fn unended(&self) -> impl Iterator<Item = &str> {
        let lines = self.lines.iter().filter_map(running).map(|run| run.id.as_str());
        self.sending.iter().map(|sending| sending.run.as_str()).chain(lines)
    }

    /// How far a run is, as of now.
    pub fn stage(&self, run: &str, now: Now) -> Option<Stage> {
        let (stage, heard) = self.stages.get(run)?;
        Some(match stage {
            Stage::Held { left_ms } => {
                Stage::Held { left_ms: left_ms.saturating_sub(now.mono_ms.saturating_sub(heard.mono_ms)) }
            }
            other => other.clone(),
        })
    }

    /// The press of this screen that is held and was pressed last: its run, its group, and how long it is held yet.
    pub fn held(&self, now: Now) -> Option<Held<'_>> {
        let newest = self
            .stages
            .iter()
            .filter(|(run, _)| matches!(self.stage(run, now), Some(Stage::Held { left_ms: 1.. })))
            .filter_map(|(run, _)| Some((*self.ours.get(run)?, run)))
            .max()?;
        let run = newest.1;
        let Some(Stage::Held { left_ms: left_ms @ 1.. }) = self.stage(run, now) else {
            return None;
        };
        let of_line = self.lines.iter().filter_map(running).find(|line| line.id == *run);
        let of_line = of_line.map(|line| (line.action.as_str(), line.incident_num.as_str(), line.group.as_deref()));
        let waiting = self.sending.iter().find(|sending| sending.run == *run);
        let waiting = waiting.map(|own| (own.action.as_str(), own.num.as_str(), own.group.as_deref()));
        let (action, num, group) = of_line.or(waiting)?;
        Some(Held { run, action, num, group, left_ms })
    }

    /// The runs of a group that are not sent yet as far as is known, and whether one of it may be on its way.
    pub fn unsent_of(&self, group: &str) -> (Vec<&str>, bool) {
        let lines = self.lines.iter().filter_map(running).filter(|run| run.group.as_deref() == Some(group));
        let own = self.sending.iter().filter(|sending| sending.group.as_deref() == Some(group));
        let all: Vec<&str> = lines.map(|run| run.id.as_str()).chain(own.map(|own| own.run.as_str())).collect();
        let total = all.len();
        let unsent: Vec<&str> = all.into_iter().filter(|run| self.is_unsent(run)).collect();
        let on_its_way = unsent.len() < total;
        (unsent, on_its_way)
    }

    /// The same in numbers.
    pub fn unsent_counts(&self, group: &str) -> Unsent {
        let unended = self.unended_of(group);
        let unsent = self.unsent_of(group).0.len().min(unended);
        let lines = self.lines.iter().filter_map(running).filter(|run| run.group.as_deref() == Some(group));
        let followed = lines.filter(|run| run.following).count().min(unended - unsent);
        let total = self.groups.get(group).map_or(0, Group::total);
        Unsent { unsent, sent: unended - unsent - followed, followed, total }
    }

    /// Whether nothing of a run was sent yet, as far as is known.
    pub fn is_unsent(&self, run: &str) -> bool {
        match self.stages.get(run) {
            Some((Stage::Held { .. } | Stage::Queued, _)) => true,
            Some(_) => false,
            None => self.lines.iter().filter_map(running).any(|line| line.id == run && line.state == RunState::Pending),
        }
    }

    /// The newest run on an incident that has not ended.
    pub fn newest_on(&self, incident: &IncidentKey) -> Option<Unended> {
        let own = self.sending.iter().rev().find(|sending| sending.incident == *incident);
        own.map(Unended::of_sending).or_else(|| {
            let mut lines = self.lines.iter().filter_map(running);
            lines.find(|run| run.incident == *incident).map(Unended::of_run)
        })
    }

    /// The newest run that has not ended, whatever incident it is on.
    pub fn newest_unended(&self) -> Option<Unended> {
        let own = self.sending.last().map(Unended::of_sending);
        own.or_else(|| self.lines.iter().find_map(running).map(Unended::of_run))
    }

    /// A run that has not ended, by its id.
    pub fn find_unended(&self, id: &str) -> Option<Unended> {
        let own = self.sending.iter().find(|sending| sending.run == id);
        own.map(Unended::of_sending)
            .or_else(|| self.lines.iter().filter_map(running).find(|run| run.id == id).map(Unended::of_run))
    }

    /// Notes that a run is being taken back, so that the next press of the key takes the one before it.
    pub fn taking_back(&mut self, run: &str, now: Now) {
        self.stages.insert(run.to_owned(), (Stage::Trying("being taken back".to_owned()), now));
    }

    /// How many runs of a group have not ended.
    pub fn unended_of(&self, group: &str) -> usize {
        self.groups.get(group).map_or(0, Group::unended)
    }

    /// Who presses this action on this incident just now (`None`: this screen, and the log has no row yet), and since
    /// when, Unix milliseconds.
    pub fn flight(&self, action_id: &str, incident: &IncidentKey) -> Option<(Option<&str>, i64)> {
        let own = self.sending.iter().find(|own| own.action_id == action_id && own.incident == *incident);
        if let Some(own) = own {
            return Some((None, own.since.wall_ms));
        }
        let mut lines = self.lines.iter().filter_map(running);
        let run = lines.find(|run| run.action_id == action_id && run.incident == *incident)?;
        Some((Some(&run.operator.name), run.started_at_ms))
    }

    /// When the newest run of this action on this incident ended, Unix milliseconds; refused ones do not count.
    pub fn ended_at(&self, action_id: &str, incident: &IncidentKey) -> Option<i64> {
        let mut runs = self.lines.iter().filter_map(|line| line.entry.run());
        let newest = runs.find(|run| {
            run.action_id == action_id
                && run.incident == *incident
                && run.outcome.is_some_and(|outcome| outcome != Outcome::Refused)
        })?;
        Some(newest.started_at_ms.saturating_add(newest.duration_ms.unwrap_or(0)))
    }
}
