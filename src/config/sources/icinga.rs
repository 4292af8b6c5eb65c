//! `[[source]]` of kind `icinga`.

use super::{Table, address, auth};
use crate::config::error::Fault;
use crate::domain::source::{Auth, IcingaConfig};

/// Reads the keys that only Icinga has. Everything is read first, so that every fault is told at once.
pub(super) fn read(table: &Table<'_>) -> Option<IcingaConfig> {
    let has_url = table.required("url", "url = \"https://icinga:5665\"").is_some();
    let url = address(table, "url", &["http", "https"]);
    let auth = auth(table);
    if matches!(auth, Auth::None) && table.entry("user").is_none() && table.entry("password").is_none() && has_url {
        let example = "add user = \"andon\" and password = \"${secret:ICINGA}\" of an ApiUser";
        table.reading.fault(Fault::new(table.span.clone(), "`user` and `password` are missing", example));
    }
    let channel_var = table.text("channel_var").map(str::to_owned);
    Some(IcingaConfig { url: url?, auth, channel_var })
}
