//! Lines of the log: opened in full, and kept as they are now.

use super::activity;
use super::effect::Effect;
use super::incidents::around::around;
use super::layout::text_area;
use super::model::Model;
use super::modes::Mode;
use super::pages::log_detail::LogDetail;
use super::state::place::Place;
use crate::domain::activity::Activity;

/// The line that a key is about: the opened one, else the one under the log's cursor.
pub(super) fn here(model: &mut Model) -> Option<Activity> {
    let opened = model.modes.find(Mode::log_detail).map(|open| open.activity.clone());
    opened.or_else(|| model.log.selected().filter(|_| model.place == Place::Log).cloned())
}

/// Opens a line of the log in full; what it is about counts as seen.
pub(super) fn open(model: &mut Model, line: Activity) -> Vec<Effect> {
    let effects = load_run(&line);
    if let Some(run) = activity::run_id(&line) {
        model.recent.saw(run);
    }
    let opened = LogDetail::new(line, text_area(model.size), &model.settings.zone);
    model.modes.replace(Mode::LogDetail(Box::new(opened)));
    effects
}

/// What has to be read for a line's detail.
fn load_run(line: &Activity) -> Vec<Effect> {
    let run = line.entry.run().filter(|_| line.seq > 0);
    run.map(|run| Effect::LoadRun { seq: line.seq, run: run.id.clone() }).into_iter().collect()
}

/// Opens the newest run that ended badly and was not seen.
pub(super) fn next_unseen(model: &mut Model) -> Vec<Effect> {
    let Some(line) = model.recent.newest_unseen().cloned() else {
        model.said = Some("no run ended badly that you have not seen".to_owned());
        return Vec::new();
    };
    if let Some(run) = line.entry.run() {
        model.board.jump(&run.incident, &around!(model));
    }
    open(model, line)
}

/// Keeps an opened line of the log as it is now.
pub(super) fn follow(model: &mut Model, lines: &[Activity]) -> Vec<Effect> {
    let zone = model.settings.zone.clone();
    let Some(open) = model.modes.find(Mode::log_detail) else {
        return Vec::new();
    };
    let newer = lines.iter().rev().find(|line| line.seq > 0 && line.seq == open.activity.seq);
    let Some(line) =
        newer.filter(|line| activity::running(line).is_none() || activity::running(&open.activity).is_some())
    else {
        return Vec::new();
    };
    if open.update(line.clone(), &zone) { load_run(line) } else { Vec::new() }
}
