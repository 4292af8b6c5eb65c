//! Called back: what a person who looks elsewhere is told by bell, notification and title. Nothing opens by itself.

use super::effect::Effect;
use super::model::Model;
use crate::domain::activity::{Activity, Entry};
use crate::domain::run::Outcome;
use crate::domain::text::clean;
use crate::domain::time::took;

/// A run that lasted this long is told when it ends, milliseconds.
const LONG_MS: i64 = 10_000;

/// A source told of critical incidents that were not there, or not critical, before: how many, and the first title.
pub(super) fn critical(model: &Model, count: usize, title: &str) -> Option<Effect> {
    let words = match count {
        0 => return None,
        1 => format!("critical: {title}"),
        2.. => format!("{count} new critical incidents, one of them: {title}"),
    };
    call(model, &words)
}

/// A run ended badly, or after a while.
pub(super) fn ended(model: &Model, line: &Activity) -> Option<Effect> {
    let Entry::Run(run) = &line.entry else { return None };
    let (outcome, duration_ms) = (run.outcome?, run.duration_ms.unwrap_or_default());
    // A press on many is told when all of it has ended.
    let counts = matches!(outcome, Outcome::Failed | Outcome::Unknown) || duration_ms > LONG_MS;
    let words = format!("{} on {}: {} after {}", run.action, run.incident_num, outcome.as_str(), took(duration_ms));
    (counts && run.group.is_none()).then(|| call(model, &words)).flatten()
}

/// All runs of a press on many have ended.
pub(super) fn group_ended(model: &Model) -> Option<Effect> {
    call(model, "the press on many incidents has ended")
}

fn call(model: &Model, words: &str) -> Option<Effect> {
    let calls = model.settings.notifications;
    if model.watched.is(model.now.mono_ms) || !(calls.bell || calls.notify) {
        return None;
    }
    let notification = calls.notify.then(|| clean(words).chars().take(200).collect());
    Some(Effect::Notify { bell: calls.bell, notification })
}

/// The window's title where it is not what it should be.
pub(super) fn title(model: &mut Model) -> Option<Effect> {
    if !model.settings.notifications.title || !model.loaded {
        return None;
    }
    let critical = model.board.open_critical();
    let mut parts = Vec::new();
    if critical > 0 {
        parts.push(format!("{critical} critical"));
    }
    parts.push(format!("{} open", model.board.open_total()));
    if let Some((count, outcome)) = model.recent.unseen() {
        parts.push(format!("{count} {}", outcome.mark()));
    }
    let title = format!("andon: {}", parts.join(", "));
    if title == model.watched.title {
        return None;
    }
    model.watched.title.clone_from(&title);
    Some(Effect::Title(title))
}
