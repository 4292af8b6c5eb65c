//! Taking back what is held, and stopping what runs.

use super::activity::{Unended, Unsent};
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
            let many = run.group.as_deref().is_some_and(|group| model.recent.unended_of(group) > 1);
            let stops = stops(model, &run);
            model.modes.push(Mode::Question(Question::Cancel { run: Box::new(run), unsent, many, stops }));
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

/// What the question whether to stop it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// What is asked.
    pub title: String,
    /// What stopping means.
    pub text: String,
    /// What yes does.
    pub yes: String,
}

/// What is asked about one run.
pub fn words(run: &Unended, unsent: bool, stops: Option<&str>) -> Words {
    let what = format!("{} on {}", clean(&run.action), clean(&run.num));
    let (text, yes) = if unsent {
        ("It is not sent yet: it ends as cancelled, and nothing was sent.".to_owned(), "cancel it")
    } else if let Some(call) = stops {
        let text = "Its receiver is asked to stop the job, and it is followed to its end. Where the call cannot be filled \
                    from what it answered, it is not asked, and the run says why. The next time andon only stops \
                    following it.";
        (format!("{text} {call}"), "ask it to stop")
    } else if run.following {
        let text =
            "Its job goes on at the receiver. andon only stops following it, and it ends as unknown: it may have run.";
        (text.to_owned(), "stop following")
    } else {
        let text = "It was sent or is being sent. What was received cannot be taken back: it ends as unknown, it may have run.";
        (text.to_owned(), "stop it")
    };
    let verb = if run.following && stops.is_none() { "Stop following" } else { "Stop" };
    Words { title: format!("{verb} {what}?"), text, yes: yes.to_owned() }
}

/// What is asked about all runs of a press on many that have not ended, as they are now.
pub fn words_of_many(model: &Model, run: &Unended, stops: Option<&str>) -> Words {
    let group = run.group.as_deref().unwrap_or_default();
    let Unsent { unsent, sent, followed, total } = model.recent.unsent_counts(group);
    let name = clean(&run.action);
    let of = if unsent > 0 { unsent } else { sent + followed };
    let is = |count: usize| if count == 1 { "is" } else { "are" };
    let ends = |count: usize| if count == 1 { "ends" } else { "end" };
    let mut parts = Vec::new();
    if unsent > 0 {
        parts.push(format!("{unsent} {} not sent yet and {} as cancelled", is(unsent), ends(unsent)));
    }
    if sent > 0 {
        let their = if sent == 1 { "its" } else { "their" };
        parts.push(format!("{sent} {} on {their} way and {} as unknown", is(sent), ends(sent)));
    }
    match (followed, stops) {
        (0, _) => {}
        (_, Some(call)) => parts.push(format!("the receiver is asked to stop {followed} that it works on: {call}")),
        (_, None) => {
            parts.push(format!("{followed} {} followed: the job goes on, its end stays unknown", is(followed)));
        }
    }
    let all = unsent + sent + followed;
    let yes = format!("stop all {all}");
    Words { title: format!("Stop {name} for {of} of {total}?"), text: format!("{}.", parts.join("; ")), yes }
}
