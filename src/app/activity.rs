//! Runs in flight and the newest lines of the log.

mod groups;
mod unended;

use std::collections::{HashMap, HashSet};

pub use groups::Group;
pub use unended::{Held, Unended, Unsent};

use super::event::Now;
use crate::domain::activity::{Activity, Entry};
use crate::domain::incident::IncidentKey;
use crate::domain::request::Prepared;
use crate::domain::run::{Outcome, Run, RunState};
use crate::domain::stage::Stage;

/// How many lines are kept; runs in flight beyond them stay.
const KEPT: usize = 200;

/// A press that is on its way into the log: its row, until the log has one.
#[derive(Clone, Debug, PartialEq)]
pub struct Sending {
    /// The run's id.
    pub run: String,
    pub action_id: String,
    /// The action's name.
    pub action: String,
    pub incident: IncidentKey,
    /// The incident's number.
    pub num: String,
    /// What it shares with the others of a press on many.
    pub group: Option<String>,
    /// When Enter was pressed.
    pub since: Now,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RecentRow<'a> {
    /// Pressed, not yet in the log.
    Sending(&'a Sending),
    Line(&'a Activity),
    /// A press on many, in one row.
    Group(&'a Group),
}

/// What happened lately, newest first.
#[derive(Clone, Debug, Default)]
pub struct Recent {
    lines: Vec<Activity>,
    sending: Vec<Sending>,
    /// How far runs are, and when that was heard.
    stages: HashMap<String, (Stage, Now)>,
    groups: HashMap<String, Group>,
    not_recorded: HashMap<String, String>,
    /// Runs that this screen began and that have not ended: run id, and when.
    ours: HashMap<String, u64>,
    /// Runs that ended badly while we watched and were not looked at, oldest first.
    unseen: Vec<String>,
    seen: HashSet<String>,
}

impl Recent {
    /// The rows, newest first. The runs of a press on many are one row.
    pub fn rows(&self) -> impl Iterator<Item = RecentRow<'_>> {
        let mut shown: HashSet<&str> = HashSet::new();
        let sending = self.sending.iter().rev().map(|sending| (sending.group.as_deref(), RecentRow::Sending(sending)));
        let lines = self.lines.iter().map(|line| (group_of(line), RecentRow::Line(line)));
        sending.chain(lines).filter_map(move |(group, row)| {
            match group.and_then(|id| self.groups.get(id)).filter(|group| group.total() > 1) {
                None => Some(row),
                Some(group) => shown.insert(group.id()).then_some(RecentRow::Group(group)),
            }
        })
    }

    /// The newest lines of the log, newest first.
    pub fn lines(&self) -> &[Activity] {
        &self.lines
    }

    /// Why a run's end is not recorded, where it is not.
    pub fn not_recorded(&self, run: &str) -> Option<&str> {
        self.not_recorded.get(run).map(String::as_str)
    }

    /// How many runs are in flight, those of other processes among them.
    pub fn in_flight(&self) -> usize {
        self.sending.len() + self.lines.iter().filter(|line| running(line).is_some()).count()
    }

    /// The incidents on which they are.
    pub fn under_way(&self) -> impl Iterator<Item = &IncidentKey> {
        let sending = self.sending.iter().map(|sending| &sending.incident);
        sending.chain(self.lines.iter().filter_map(running).map(|run| &run.incident))
    }

    /// How many of them this screen began and has to wait for: followed jobs are let go by leaving, and go on.
    pub fn ours(&self) -> usize {
        let followed = |id: &str| self.lines.iter().filter_map(running).any(|run| run.id == id && run.following);
        self.ours.keys().filter(|id| !followed(id)).count()
    }

    /// For how long a run has been running, milliseconds; by the monotonic clock where this screen began it.
    pub fn running_ms(&self, run: &Run, now: Now) -> i64 {
        match self.ours.get(&run.id) {
            Some(began) => i64::try_from(now.mono_ms.saturating_sub(*began)).unwrap_or(i64::MAX),
            None => now.wall_ms.saturating_sub(run.started_at_ms).max(0),
        }
    }

    /// How many runs ended badly and were not looked at, and the outcome of the newest of them.
    pub fn unseen(&self) -> Option<(usize, Outcome)> {
        let newest = self.newest_unseen()?;
        let Entry::Run(run) = &newest.entry else {
            return None;
        };
        Some((self.unseen.len(), run.outcome?))
    }

    /// The newest run that ended badly and was not looked at.
    pub fn newest_unseen(&self) -> Option<&Activity> {
        self.unseen.iter().rev().find_map(|id| self.lines.iter().find(|line| run_id(line) == Some(id)))
    }

    /// Notes that a run was looked at.
    pub fn saw(&mut self, run: &str) {
        self.unseen.retain(|id| id != run);
        self.seen.insert(run.to_owned());
    }

    /// Takes what the log held at the start. Bad ends from before are no news.
    pub fn load(&mut self, lines: Vec<Activity>) {
        for line in lines {
            self.put(line);
        }
        self.tidy();
    }

    /// Notes that presses were sent on their way: from now on each has a row, those of a group one together.
    pub fn begin(&mut self, presses: &[Prepared], now: Now) {
        if let Some(first) = presses.first()
            && let Some(id) = &first.group
        {
            let runs = presses.iter().map(|prepared| prepared.run_id.clone());
            let mut group = Group::new(id, &first.action, &first.operator.name, runs, now);
            // Those that were refused while it was filled are in it already.
            if let Some(refused) = self.groups.remove(id) {
                group.take(refused);
            }
            self.groups.insert(id.clone(), group);
        }
        for prepared in presses {
            self.ours.insert(prepared.run_id.clone(), now.mono_ms);
            self.sending.push(Sending {
                run: prepared.run_id.clone(),
                action_id: prepared.action.id.clone(),
                action: prepared.action.name.clone(),
                incident: prepared.incident.key(),
                num: prepared.incident.num.clone(),
                group: prepared.group.clone(),
                since: now,
            });
        }
    }

    /// Notes that every run of a group has ended.
    pub fn end_group(&mut self, group: &str) {
        if self.groups.get(group).is_some_and(|group| group.total() == 0) {
            self.groups.remove(group);
        }
    }

    /// Notes that a press came to nothing: what was confirmed was no longer so.
    pub fn withdraw(&mut self, run: &str) {
        self.ours.remove(run);
        self.stages.remove(run);
        self.sending.retain(|sending| sending.run != run);
        for group in self.groups.values_mut() {
            group.withdraw(run);
        }
    }

    /// Takes lines that are new or further on.
    pub fn update(&mut self, lines: Vec<Activity>) {
        for line in lines {
            let before = run_id(&line).and_then(|id| self.lines.iter().find(|old| run_id(old) == Some(id)));
            let watched = before.is_some_and(|old| running(old).is_some());
            let fresh = before.is_none() && line.seq > self.lines.first().map_or(0, |newest| newest.seq);
            if watched || fresh {
                self.judge(&line);
            }
            // The log has the end now, so it is recorded.
            if let Entry::Run(run) = &line.entry
                && run.state == RunState::Done
            {
                self.not_recorded.remove(&run.id);
            }
            self.put(line);
        }
        self.tidy();
    }

    /// Takes the end of a run that this screen began.
    pub fn end(&mut self, line: Activity, not_recorded: Option<String>) {
        if let Entry::Run(run) = &line.entry {
            self.ours.remove(&run.id);
            match not_recorded {
                Some(reason) => self.not_recorded.insert(run.id.clone(), reason),
                None => self.not_recorded.remove(&run.id),
            };
        }
        self.judge(&line);
        self.put(line);
        self.tidy();
    }

    /// Takes how far a run is; of an unknown or ended one it means nothing.
    pub fn progress(&mut self, run: String, stage: Stage, now: Now) {
        let waits = matches!(stage, Stage::Held { .. } | Stage::Queued);
        let mut lines = self.lines.iter().filter_map(running);
        let known = lines.any(|line| line.id == run && !(waits && line.state == RunState::Running))
            || self.sending.iter().any(|sending| sending.run == run);
        if known {
            self.stages.insert(run, (stage, now));
        }
    }

    fn judge(&mut self, line: &Activity) {
        if let Entry::Run(run) = &line.entry
            && run.outcome.is_some_and(Outcome::is_bad)
            && !self.seen.contains(&run.id)
            && !self.unseen.contains(&run.id)
        {
            self.unseen.push(run.id.clone());
        }
    }

    /// Puts a line in its place. A run that has begun or ended stays so, whatever comes late.
    fn put(&mut self, mut line: Activity) {
        if let Entry::Run(run) = &line.entry {
            self.sending.retain(|sending| sending.run != run.id);
            // What is said of a run that waits is over once it has begun.
            let waits = matches!(self.stages.get(&run.id), Some((Stage::Held { .. } | Stage::Queued, _)));
            if run.state == RunState::Done || (waits && run.state == RunState::Running) {
                self.stages.remove(&run.id);
            }
            if let Some(id) = &run.group {
                self.groups.entry(id.clone()).or_insert_with(|| Group::seen(id, run)).put(run);
            }
        }
        let same = |old: &Activity| (line.seq != 0 && old.seq == line.seq) || same_run(old, &line);
        if let Some(at) = self.lines.iter().position(same) {
            let old = self.lines.remove(at);
            let state = |line: &Activity| running(line).map(|run| run.state);
            let begun_before = state(&old) == Some(RunState::Running) && state(&line) == Some(RunState::Pending);
            if begun_before || (state(&old).is_none() && state(&line).is_some()) {
                line = old;
            } else if line.seq == 0 {
                line.seq = old.seq;
            }
        }
        let at = if line.seq == 0 { 0 } else { self.lines.partition_point(|old| old.seq == 0 || old.seq > line.seq) };
        self.lines.insert(at, line);
    }

    fn tidy(&mut self) {
        let mut place = 0;
        let not_recorded = &self.not_recorded;
        self.lines.retain(|line| {
            place += 1;
            place <= KEPT || running(line).is_some() || run_id(line).is_some_and(|id| not_recorded.contains_key(id))
        });
        let lines = &self.lines;
        if !self.groups.is_empty() {
            let kept: HashSet<&str> = lines.iter().filter_map(group_of).collect();
            self.groups.retain(|id, group| group.unended() > 0 || kept.contains(id.as_str()));
        }
        self.unseen.retain(|id| lines.iter().any(|line| run_id(line) == Some(id)));
    }
}

fn group_of(line: &Activity) -> Option<&str> {
    line.entry.run()?.group.as_deref()
}

/// The run of a line that has not ended.
pub fn running(line: &Activity) -> Option<&Run> {
    line.entry.run().filter(|run| run.state != RunState::Done)
}

pub fn run_id(line: &Activity) -> Option<&str> {
    line.entry.run().map(|run| run.id.as_str())
}

fn same_run(a: &Activity, b: &Activity) -> bool {
    run_id(a).is_some() && run_id(a) == run_id(b)
}
