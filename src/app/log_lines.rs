//! Lines of the log: opened in full, and kept as they are now.

use super::activity;
use super::effect::Effect;
use super::layout::text_area;
use super::model::Model;
use super::modes::Mode;
use super::pages::log_detail::LogDetail;
use crate::domain::activity::{Activity, Entry};

/// Opens a line of the log in full; what it is about counts as seen.
pub(super) fn open_line(model: &mut Model, line: Activity) -> Vec<Effect> {
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
    match &line.entry {
        Entry::Run(run) if line.seq > 0 => vec![Effect::LoadRun { seq: line.seq, run: run.id.clone() }],
        _ => Vec::new(),
    }
}

/// Opens the newest run that ended badly and was not seen.
pub(super) fn next_unseen(model: &mut Model) -> Vec<Effect> {
    let Some(line) = model.recent.newest_unseen().cloned() else {
        model.said = Some("no run ended badly that you have not seen".to_owned());
        return Vec::new();
    };
    if let Entry::Run(run) = &line.entry {
        model.board.jump(&run.incident, &model.channels);
    }
    open_line(model, line)
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
