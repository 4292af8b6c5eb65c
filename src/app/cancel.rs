//! Taking back what is held, and stopping what runs.

use super::activity::Unended;
use super::effect::Effect;
use super::log_lines;
use super::model::Model;
use super::modes::Mode;
use super::modes::question::Question;
use crate::domain::activity::Activity;
use crate::domain::run::{RunRef, RunState};
use crate::domain::text::clean;

/// Takes back the press that is held and was pressed last; of a press on many all that is not sent.
pub(super) fn take_back(model: &mut Model) -> Vec<Effect> {
    let Some(held) = model.recent.held(model.now) else {
        if let Some(effects) = super::operation::undo(model) {
            return effects;
        }
        model.said = Some(model.settings.keys.hint(model.context(), "nothing is held; <cancel-run> cancels a run"));
        return Vec::new();
    };
    let (runs, group) = match held.group {
        None => (vec![held.run.to_owned()], None),
        Some(group) => {
            let (unsent, on_its_way) = model.recent.unsent_of(group);
            (unsent.into_iter().map(str::to_owned).collect(), (!on_its_way).then(|| group.to_owned()))
        }
    };
    for run in &runs {
        model.recent.taking_back(run, model.now);
    }
    match group {
        // Nothing of it is on its way, so that stopping all of it stops nothing that may have run.
        Some(group) => vec![Effect::Cancel(RunRef::Group(group))],
        None => runs.into_iter().map(|run| Effect::Cancel(RunRef::Run(run))).collect(),
    }
}

/// The run that is nearest to the hand: the newest on the selected incident, else the newest press under way.
pub fn nearest(model: &Model) -> Option<Unended> {
    let here = model.board.selected().and_then(|entry| model.recent.newest_on(&entry.row.key));
    here.or_else(|| model.recent.newest_unended())
}

/// Asks whether to stop a run: the log's under the cursor, else the nearest.
pub(super) fn ask(model: &mut Model) -> Vec<Effect> {
    let found = if let Some(line) = log_lines::here(model) {
        of_line(model, &line)
    } else {
        nearest(model).ok_or("no run is in flight")
    };
    match found {
        Ok(run) => {
            let unsent = model.recent.is_unsent(&run.run);
            let others = run.group.as_deref().map_or(0, |group| model.recent.unended_of(group).saturating_sub(1));
            let stops = stops(model, &run);
            model.modes.push(Mode::Question(Question::Cancel { run: Box::new(run), unsent, others, stops }));
        }
        Err(words) => model.said = Some(words.to_owned()),
    }
    Vec::new()
}

/// What the receiver of a followed job is called with.
fn stops(model: &Model, run: &Unended) -> Option<String> {
    let action = model.actions.iter().find(|action| run.following && action.id == run.action_id)?;
    let cancel = action.cancel.as_ref()?;
    Some(format!("{} {}", cancel.method.as_str(), clean(&cancel.endpoint)))
}

fn of_line(model: &Model, line: &Activity) -> Result<Unended, &'static str> {
    let run = line.entry.run().ok_or("this line is not a run")?;
    // The log's page may be older than what is known of the run.
    if run.state == RunState::Done {
        return Err("this run has ended");
    }
    Ok(model.recent.find_unended(&run.id).unwrap_or_else(|| Unended::of_run(run)))
}

pub(super) fn answer(run: Unended, all: bool) -> Vec<Effect> {
    let group = run.group.filter(|_| all).map(RunRef::Group);
    vec![Effect::Cancel(group.unwrap_or(RunRef::Run(run.run)))]
}

/// What the question says: the text, and what yes does.
pub fn words(run: &Unended, unsent: bool, stops: Option<&str>) -> (String, &'static str) {
    let what = format!("{} on {}", clean(&run.action), clean(&run.num));
    if unsent {
        (format!("{what} is not yet sent: it ends as cancelled, and nothing was sent."), "cancel it")
    } else if let Some(call) = stops {
        let text = "its receiver is asked to stop the job, and it is followed to its end. Where the call cannot be filled \
                    from what it answered, it is not asked, and the run says why. The next time andon only stops \
                    following it.";
        (format!("{what}: {text} {call}"), "ask it to stop")
    } else if run.following {
        let text =
            "its job goes on at the receiver. andon only stops following it, and it ends as unknown: it may have run.";
        (format!("{what}: {text}"), "stop following")
    } else {
        let text =
            "was sent or is being sent. What was received cannot be taken back: it ends as unknown, it may have run.";
        (format!("{what} {text}"), "stop it")
    }
}
