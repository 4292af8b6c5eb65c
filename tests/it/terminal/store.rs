//! A store that is taken away from under an open screen.

use std::fs;

use crate::support::receiver::{Receiver, Reply};
use crate::support::station::Station;

#[test]
fn a_store_that_was_deleted_or_replaced_is_told_and_nothing_is_sent() {
    for replaced in [false, true] {
        let station = Station::plain();
        let receiver = Receiver::start(Reply::Text("ok".to_owned()));
        station.add("Restart", &receiver.url("/"), &[]);
        let mut andon = station.screen().spawn();
        andon.wait_for("● prod 1");
        let database = station.path().join("data/andon.db");
        if replaced {
            fs::copy(&database, station.path().join("copy")).unwrap();
            fs::rename(station.path().join("copy"), &database).unwrap();
        } else {
            for name in ["andon.db", "andon.db-wal", "andon.db-shm"] {
                fs::remove_file(station.path().join("data").join(name)).unwrap();
            }
        }
        andon.wait_for("was deleted, moved or replaced");
        andon.press("1");
        andon.wait_for("Send this?");
        andon.press("\r");
        andon.wait_for("refused");
        assert_eq!(receiver.requests().len(), 0);
    }
}
