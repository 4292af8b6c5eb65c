//! When the screen changes by the passing of time alone.

use super::buttons::next_free_ms;
use super::model::Model;
use super::modes::Mode;

/// The monotonic millisecond at which an `Event::Tick` is wanted next; `None` before the first event.
///
/// An idle screen wakes once a minute, when its clock and ages go on.
pub fn wakes_at(model: &Model) -> Option<u64> {
    let now = model.now;
    let step = model.settings.spin_ms();
    let spin = (model.recent.in_flight() > 0).then(|| (now.mono_ms / step + 1) * step);
    let minute = u64::try_from(60_000 - now.wall_ms.rem_euclid(60_000)).ok().map(|rest| now.mono_ms + rest);
    let form = model.modes.iter().find_map(|mode| if let Mode::Form(form) = mode { form.wakes_at() } else { None });
    let settles = model.board.settles_at();
    let counts = model.board.counts_at();
    let free = next_free_ms(model).and_then(|at_ms| u64::try_from(at_ms.saturating_sub(now.wall_ms)).ok());
    let free = free.map(|rest| now.mono_ms.saturating_add(rest));
    [
        spin,
        minute,
        model.said_until(),
        form,
        settles,
        counts,
        free,
        model.enrichments.wakes_at(),
        model.incident_detail.wakes_at(),
    ]
    .into_iter()
    .flatten()
    .min()
    .map(|at| at.max(now.mono_ms + 1))
}
