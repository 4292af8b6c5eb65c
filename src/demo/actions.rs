//! The demo's actions: the four classic ones, up to three a channel.

use std::net::SocketAddr;

use super::source::SOURCE;
use crate::domain::action::{Action, Confirm};
use crate::domain::channel::ChannelKey;

/// Name, path at the receiver, confirm, description, and its slot in each channel.
type Row = (&'static str, &'static str, Confirm, &'static str, &'static [(&'static str, u8)]);

const ACTIONS: [Row; 4] = [
    (
        "Restart server",
        "restart",
        Confirm::Enter,
        "Restarts the server that the incident's labels name.",
        &[("data-stores", 1), ("web-platform", 1), ("payments", 1)],
    ),
    (
        "Enrich",
        "enrich",
        Confirm::None,
        "Looks up related alerts, the last deploy and the owner.",
        &[("data-stores", 2), ("web-platform", 2), ("network-edge", 1)],
    ),
    (
        "Roll back",
        "rollback",
        Confirm::Type,
        "Puts the previous version back. Takes about three seconds.",
        &[("web-platform", 3), ("payments", 2)],
    ),
    (
        "Update status page",
        "status",
        Confirm::Enter,
        "Publishes the incident on the public status page.",
        &[("payments", 3), ("network-edge", 2)],
    ),
];

/// The actions, sent to a receiver at `address`.
pub(super) fn actions(address: SocketAddr) -> Vec<Action> {
    ACTIONS
        .iter()
        .map(|(name, path, confirm, description, slots)| {
            let mut action = Action::new(*name, format!("http://{address}/{path}"));
            action.confirm = *confirm;
            (*description).clone_into(&mut action.description);
            action.slots = slots.iter().map(|(channel, slot)| (ChannelKey::new(SOURCE, channel), *slot)).collect();
            action
        })
        .collect()
}
