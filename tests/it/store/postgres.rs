//! A PostgreSQL 15 server of our own, in a temporary directory, stopped at the end.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

use andon::store::{Place, Store, StoreError};
use sqlx::{AssertSqlSafe, Connection, Executor};

const PROGRAMS: &str = "/usr/lib/postgresql/15/bin";

/// A running server.
pub(crate) struct Server {
    folder: PathBuf,
    port: u16,
    databases: AtomicU32,
}

/// The server refuses to run as root; its package brings a user for it.
fn command(program: &str) -> Command {
    if rustix::process::geteuid().is_root() {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--", program]);
        command
    } else {
        Command::new(program)
    }
}

fn run(command: &mut Command) -> Output {
    let output = command.current_dir("/").output().unwrap();
    assert!(output.status.success(), "{command:?}: {output:?}");
    output
}

impl Server {
    /// Starts one; `None`, with the reason printed, where PostgreSQL is not installed.
    pub(crate) fn start() -> Option<Self> {
        crate::support::servers::program(&format!("{PROGRAMS}/pg_ctl"))?;
        let made = run(command("mktemp").args(["-d", "/tmp/andon-pg.XXXXXX"]));
        let folder = PathBuf::from(String::from_utf8(made.stdout).unwrap().trim());
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let server = Self { folder, port, databases: AtomicU32::new(0) };
        let (data, log) = (server.folder.join("data"), server.folder.join("log"));
        run(command(&format!("{PROGRAMS}/initdb"))
            .args(["--no-sync", "-A", "trust", "-U", "postgres", "-E", "UTF8", "-D"])
            .arg(&data));
        // It need not outlive a crash of the machine.
        let options = format!("-p {port} -k {} -c listen_addresses=127.0.0.1 -c fsync=off", server.folder.display());
        run(command(&format!("{PROGRAMS}/pg_ctl"))
            .arg("-D")
            .arg(&data)
            .args(["-o", &options, "-w", "-l"])
            .arg(&log)
            .arg("start"));
        Some(server)
    }

    /// The address of a database on it.
    pub(crate) fn address(&self, database: &str) -> String {
        format!("postgres://postgres:pa55word@127.0.0.1:{}/{database}", self.port)
    }

    /// Makes an empty database and gives its address.
    pub(crate) async fn new_database(&self) -> String {
        sqlx::any::install_default_drivers();
        let name = format!("case{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let mut connection = sqlx::AnyConnection::connect(&self.address("postgres")).await.unwrap();
        connection.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
        connection.close().await.unwrap();
        self.address(&name)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let data = self.folder.join("data");
        let _ = command(&format!("{PROGRAMS}/pg_ctl")).arg("-D").arg(data).args(["stop", "-m", "immediate"]).output();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A server that cannot be used says why, and never with what password.
pub(crate) async fn a_password_is_never_said(server: &Server) {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for url in [
        server.address("nowhere"),
        format!("postgres://ada:pa55word@127.0.0.1:{silent}/andon?password=pa55word"),
        "mysql://ada:pa55word@127.0.0.1/andon".to_owned(),
        "postgres://ada:pa55word@[bad/andon".to_owned(),
        "pa55word".to_owned(),
    ] {
        let error = Store::open(Place::Url(url.into())).await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains("pa55word"), "{error:?}");
        assert!(matches!(error, StoreError::Unreachable { .. } | StoreError::Other { .. }), "{error:?}");
    }
}
