//! How far runs are, for whoever watches the terminal.

use std::collections::HashMap;
use std::io::{self, IsTerminal};

use super::output::say;
use crate::domain::activity::Entry;
use crate::domain::request::Prepared;
use crate::domain::stage::Stage;
use crate::domain::text::clean;
use crate::runner::Step;

/// Says on stderr what happens between presses and their ends.
pub(super) struct Progress {
    is_watched: bool,
    /// What each run is called, by its id.
    names: HashMap<String, String>,
    /// What was said last of each run, so that nothing is said twice.
    said: HashMap<String, String>,
}

impl Progress {
    /// Of these presses. Of one nobody needs to be told which it is; runs that are taken over say it themselves.
    pub(super) fn of(presses: &[Prepared]) -> Self {
        let name = |prepared: &Prepared| {
            let name = if presses.len() > 1 { format!("{}: ", prepared.incident.num) } else { String::new() };
            (prepared.run_id.clone(), name)
        };
        Self { is_watched: io::stderr().is_terminal(), names: presses.iter().map(name).collect(), said: HashMap::new() }
    }

    /// What happened to the run of that id.
    pub(super) fn on_step(&mut self, run: &str, step: &Step) {
        if let Step::Following(activity) = step
            && let Entry::Run(row) = &activity.entry
        {
            let name = || format!("{} on {}: ", row.action, row.incident_num);
            self.names.entry(run.to_owned()).or_insert_with(name);
        }
        let Some(words) = words(step) else { return };
        // Without a terminal only what keeps the press from its end is worth a line.
        let matters = matches!(step, Step::At(Stage::Trying(_)));
        if !(self.is_watched || matters) || self.said.get(run) == Some(&words) {
            return;
        }
        let name = self.names.get(run).map_or("", String::as_str);
        say(&clean(&format!("note: {name}{words}")));
        self.said.insert(run.to_owned(), words);
    }
}

/// What a step is worth saying; `None` where it is not.
fn words(step: &Step) -> Option<String> {
    let held = |left_ms: u64| format!("sends in {} s; Ctrl-C takes it back", left_ms.div_ceil(1_000));
    match step {
        Step::Held { left_ms, .. } | Step::At(Stage::Held { left_ms }) => Some(held(*left_ms)),
        Step::Following(_) => Some("accepted; following its job".to_owned()),
        Step::At(Stage::Line(line)) => Some(format!("| {line}")),
        Step::At(stage @ (Stage::Trying(_) | Stage::Job { .. })) => Some(stage.words()),
        Step::At(Stage::Queued | Stage::Sending)
        | Step::Queued(_)
        | Step::Begun(_)
        | Step::Enriched(_)
        | Step::Ended(_) => None,
    }
}
