//! The real Icinga 2, over TLS with its own CA.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use andon::domain::incident::Progress;
use andon::domain::operation::{Ability, Operation, OperationKind};
use andon::source::SourceErrorKind;
use serde_json::json;
use tempfile::TempDir;

use crate::source::contract::{Fixture, ada, keeps_the_contract, operate, printed, source, until};
use crate::support::servers::{self, free_port};

struct Icinga {
    child: Child,
    url: String,
    folder: TempDir,
}

impl Drop for Icinga {
    fn drop(&mut self) {
        let id = i32::try_from(self.child.id()).ok().and_then(rustix::process::Pid::from_raw);
        // The script stops what it started and ends.
        if id.is_some_and(|id| rustix::process::kill_process(id, rustix::process::Signal::TERM).is_ok()) {
            let _ = self.child.wait();
        }
    }
}

impl Icinga {
    fn start() -> Option<Self> {
        for program in ["icinga2", "openssl", "curl"] {
            servers::program(program)?;
        }
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/systems/servers/icinga2.sh");
        let folder = tempfile::tempdir().unwrap();
        // Its daemon gives up root's rights and must still reach its files.
        std::fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        let port = free_port();
        let mut command = Command::new("bash");
        command.arg(script).arg(folder.path()).arg(port.to_string()).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        assert!(first.starts_with("READY"), "icinga2 did not start: {first}");
        Some(Self { child, url: format!("https://127.0.0.1:{port}"), folder })
    }

    fn ca(&self) -> String {
        self.folder.path().join("data/certs/ca.crt").display().to_string()
    }

    fn config_as(&self, url: &str, user: &str, password: &str) -> String {
        format!(
            "kind = \"icinga\"\nurl = \"{url}\"\nuser = \"{user}\"\npassword = \"{password}\"\n\
             channel_var = \"channel\"\ntls = {{ ca = \"{}\" }}\n",
            self.ca()
        )
    }

    fn check(&self, service: &str, status: u8) {
        let body = json!({"type": "Service", "service": service, "exit_status": status, "plugin_output": "HTTP: 503"});
        let url = format!("{}/v1/actions/process-check-result", self.url);
        let args = ["-fsS", "--cacert", &self.ca(), "-u", "root:s3cret", "-H", "Accept: application/json", "-d"];
        printed("curl", &[&args[..], &[&body.to_string(), &url]].concat());
    }
}

impl Fixture for Icinga {
    fn config(&self) -> String {
        self.config_at(&self.url).unwrap()
    }
    fn folder(&self) -> &Path {
        self.folder.path()
    }
    fn config_at(&self, url: &str) -> Option<String> {
        Some(self.config_as(url, "root", "s3cret"))
    }
    fn burn(&mut self) {
        self.check("web-01!http", 2);
    }
}

#[tokio::test]
async fn an_icinga() {
    let Some(server) = Icinga::start() else { return };
    keeps_the_contract(server).await;
}

#[tokio::test]
async fn a_problem_is_made_handled_in_part_refused_in_words_and_recovers() {
    let Some(server) = Icinga::start() else { return };
    let source_of =
        |user: &str, password: &str| source(server.folder(), &server.config_as(&server.url, user, password));
    let root = source_of("root", "s3cret");
    until(&*root, <[_]>::is_empty).await;
    server.check("web-01!http", 1);
    server.check("web-01!disk", 2);
    let both = until(&*root, |incidents| incidents.len() == 2).await;
    let find = |label: &str| both.iter().find(|one| one.labels["service"] == label).unwrap();
    let (http, disk) = (find("http"), find("disk"));
    assert!(both.iter().all(|one| one.marks().is_empty()), "its host was never checked, and is not down: {both:?}");
    assert_eq!((http.title.as_str(), http.description.as_str()), ("http on web-01 is WARNING", "HTTP: 503"));
    assert_eq!((http.channel_key.as_str(), http.labels["host_groups"].as_str()), ("prod/platform", "platform"));

    // From bad to worse is the same incident.
    server.check("web-01!http", 2);
    let worse = until(&*root, |all| all.iter().any(|one| one.title == "http on web-01 is CRITICAL")).await;
    assert!(worse.iter().any(|one| one.incident_id == http.incident_id));

    // One is acknowledged already: the other is done all the same, and each is told as it went.
    operate(&*root, http, &Operation::Acknowledge).await.unwrap();
    let done = root.operate(&[http.clone(), disk.clone()], &Operation::Acknowledge, &ada()).await;
    let refused = done[0].as_ref().unwrap_err();
    assert!(refused.kind == SourceErrorKind::Refused && refused.message.contains("already acknowledged"), "{refused}");
    assert!(done[1].is_ok(), "{done:?}");
    let taken = until(&*root, |all| all.iter().all(|one| one.progress == Progress::Processing)).await;
    assert!(taken.iter().all(|one| one.responders[0].person_name == "ada" && one.ack_time > 0), "{taken:?}");

    // Who may only look is told so, in words, and so is one whom it does not know.
    let reader = source_of("reader", "look");
    assert_eq!(until(&*reader, |all| all.len() == 2).await.len(), 2);
    assert_eq!(reader.greet().await.unwrap().who, "reader");
    let error = operate(&*reader, disk, &Operation::Unacknowledge).await.unwrap_err();
    assert_eq!(error.kind, SourceErrorKind::Refused, "{error}");
    assert!(error.message.contains("gone, or this ApiUser may not") && error.message.contains("actions/"), "{error}");
    let error = source_of("root", "wrong").greet().await.unwrap_err();
    assert!(error.kind == SourceErrorKind::Unauthorised && !error.message.contains("wrong"), "{error}");

    // Without its CA nothing is believed.
    let keys = server.config_as(&server.url, "root", "s3cret");
    let blind = source(server.folder(), keys.split("tls =").next().unwrap());
    assert_eq!(blind.greet().await.unwrap_err().kind, SourceErrorKind::Unreachable);

    let abilities = root.abilities();
    let Ability::No(why) = abilities.of(OperationKind::Close) else { panic!("it can close") };
    assert!(why.contains("when its check recovers"), "{why}");
    server.check("web-01!http", 0);
    until(&*root, |all| all.len() == 1).await;
    server.check("web-01!http", 2);
    let again = until(&*root, |all| all.len() == 2).await;
    assert!(again.iter().all(|one| one.incident_id != http.incident_id), "a new problem is a new incident");
    assert!(again.iter().any(|one| one.incident_id == disk.incident_id));
}
