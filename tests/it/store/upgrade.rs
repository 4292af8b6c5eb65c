//! A store that the first layout made is brought to the newest in place, with all that is in it.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use andon::domain::activity::Activity;
use andon::domain::button::{ButtonFacts, LastRun};
use andon::domain::incident::IncidentKey;
use andon::domain::run::{Outcome, RunState};
use andon::store::{Begun, LogQuery, Place, Store};
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor};

use crate::store::postgres::Server;
use crate::store::samples::{NOON, detail, private_folder, request, run, stored};

const FIRST: &str = include_str!("../../../src/store/migrations/0001_init.sql");

/// What the first andon wrote: an action with a key of a later version, 30 runs, one unended, one refused.
fn data() -> String {
    let operator = r#"{"name":"Ada","os_user":"ada"}"#;
    let request = serde_json::to_string(&request()).unwrap();
    let document = r#"{"endpoint":"https://ci.example/hooks/x","method":"POST","headers":[],"timeout_ms":10000,"description":"","enabled":true,"confirm":"enter","cooldown_ms":2000,"success":"2xx","body":"contract","later":1}"#;
    let mut sql = format!(
        "INSERT INTO action (id, revision, name, document) VALUES ('enrich', 1, 'Enrich', '{document}');
         INSERT INTO action_slot (channel, slot, action_id, name) VALUES ('prod/platform', 1, 'enrich', 'Enrich');"
    );
    for number in 1..=32 {
        let (state, outcome, failure, duration) = match number {
            31 => ("running", "NULL", "NULL", "NULL".to_owned()),
            32 => ("done", "'refused'", "'in_flight'", "0".to_owned()),
            30 => ("done", "'failed'", "'connect'", "9999".to_owned()),
            _ => ("done", "'succeeded'", "NULL", number.to_string()),
        };
        let attempts = i32::from(number < 31);
        sql.push_str(&format!(
            "INSERT INTO activity (at_ms, kind, run_id, event_id, action, action_id, source, incident_id, incident_num, \
             num_key, incident_title, operator, process, state, outcome, failure, status, attempts, started_at_ms, \
             duration_ms, message) VALUES ({at}, 'run', 'r{number}', 'r{number}', 'Enrich', 'enrich', 'prod', \
             'i{number}', '054D57', '054d57', 'cpu', '{operator}', 'p1', '{state}', {outcome}, {failure}, NULL, \
             {attempts}, {at}, {duration}, 'm{number}');
             INSERT INTO activity_search (line, text) VALUES ({number}, 'enrich m{number}');
             INSERT INTO run_detail (run_id, request, attempts, answer) VALUES ('r{number}', '{request}', '[]', 'null');",
            at = NOON + number,
        ));
    }
    sql.push_str("INSERT INTO guard (action_id, incident, run_id) VALUES ('enrich', 'prod/i31', 'r31');");
    sql
}

async fn on_a_file(path: &std::path::Path) -> Place {
    sqlx::any::install_default_drivers();
    fs::write(path, "").unwrap();
    fs::set_permissions(path, Permissions::from_mode(0o600)).unwrap();
    let mut raw = AnyConnection::connect(&format!("sqlite://{}", path.display())).await.unwrap();
    raw.execute("PRAGMA journal_mode=WAL").await.unwrap();
    let layout =
        FIRST.replace("AUTO_KEY", "INTEGER PRIMARY KEY AUTOINCREMENT").replace("SEQ_KEY", "INTEGER PRIMARY KEY");
    raw.execute(AssertSqlSafe(format!("BEGIN;{layout};{};PRAGMA user_version = 1;COMMIT", data()))).await.unwrap();
    raw.close().await.unwrap();
    for suffix in ["-wal", "-shm"] {
        let beside = format!("{}{suffix}", path.display());
        if fs::exists(&beside).unwrap() {
            fs::set_permissions(beside, Permissions::from_mode(0o600)).unwrap();
        }
    }
    Place::File(path.to_owned())
}

/// A database on the server as the first andon left it.
pub(crate) async fn on_a_server(server: &Server) -> Place {
    let url = server.new_database().await;
    let mut raw = AnyConnection::connect(&url).await.unwrap();
    let layout = FIRST
        .replace("AUTO_KEY", "BIGSERIAL PRIMARY KEY")
        .replace("SEQ_KEY", "BIGINT PRIMARY KEY")
        .replace(" TEXT", " TEXT COLLATE \"C\"");
    let version = "INSERT INTO meta (name, value) VALUES ('layout', 1)";
    sqlx::raw_sql(AssertSqlSafe(format!("{layout};{};{version}", data()))).execute(&mut raw).await.unwrap();
    raw.close().await.unwrap();
    Place::Url(url.into())
}

/// Twenty starts at once find it: one changes it, and all that was in it is there.
pub(crate) async fn twenty_upgrade(place: Place) {
    let mut starts = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let place = place.clone();
        starts.spawn(async move { Store::open(place).await });
    }
    let stores: Vec<Store> = starts.join_all().await.into_iter().map(Result::unwrap).collect();
    let (store, other) = (&stores[0], &stores[19]);

    let action = other.actions().await.unwrap().remove(0);
    assert_eq!((action.name.as_str(), action.revision, action.slots.len()), ("Enrich", 1, 1));
    assert!(action.success.is_default(), "nobody had written it: {:?}", action.success);
    let log = other.log(&LogQuery { limit: Some(2), ..LogQuery::default() }).await.unwrap();
    let said: Vec<String> = log.iter().map(Activity::summary).collect();
    assert_eq!(said, ["Enrich on 054D57: refused \"m32\"", "Enrich on 054D57: running \"m31\""]);
    assert_eq!(other.log_size().await.unwrap(), 32);
    let found = LogQuery { text: Some("M17".into()), ..LogQuery::default() };
    assert_eq!(other.log(&found).await.unwrap().len(), 1);
    let record = other.run_record("r7").await.unwrap().unwrap();
    assert_eq!((record.detail.request, record.detail.inputs.len()), (request(), 0));
    assert_eq!((record.detail.payload, record.detail.masked), (None, false));
    let run_of_then = stored(other, "r7").await;
    assert_eq!((run_of_then.group, run_of_then.test, run_of_then.following), (None, false, false));

    // Runs 10 to 29 are the last twenty that were answered; the last that ended is 30.
    let facts = ButtonFacts {
        action_id: "enrich".into(),
        last: Some(LastRun {
            action_id: "enrich".into(),
            outcome: Outcome::Failed,
            incident: IncidentKey::new("prod", "i30"),
            num: "054D57".into(),
            at_ms: NOON + 30,
            by: "Ada".into(),
        }),
        median_ms: Some(20),
    };
    assert_eq!(other.button_facts().await.unwrap(), [facts]);
    let again = store.begin_run(&run("n1", &action, "i31", NOON), &detail(), 1, 2_000).await.unwrap();
    assert!(matches!(again, Begun::InFlight(run) if run.id == "r31"));
    assert_eq!(store.end_interrupted_runs(&|_| false, NOON).await.unwrap().len(), 1);
    assert_eq!(stored(other, "r31").await.state, RunState::Done);
    let begun = store.begin_run(&run("n2", &action, "i1", NOON), &detail(), 1, 2_000).await.unwrap();
    assert_eq!(begun, Begun::Started(33), "the sequence goes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_the_first_andon_is_brought_up_to_date() {
    let folder = private_folder();
    twenty_upgrade(on_a_file(&folder.path().join("andon.db")).await).await;
}
