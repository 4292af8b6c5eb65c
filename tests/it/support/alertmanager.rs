//! A real Alertmanager on loopback.

use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use super::servers::{Server, free_port, http, wait_http};

pub(crate) struct Alertmanager {
    _server: Server,
    pub(crate) port: u16,
    folder: TempDir,
}

impl Alertmanager {
    /// Starts one with this configuration; `None`, with the reason printed, where it is not installed.
    pub(crate) fn start(config: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("am.yml"), config).unwrap();
        let port = free_port();
        let listen = format!("--web.listen-address=127.0.0.1:{port}");
        let args = ["--config.file=am.yml", "--storage.path=data", &listen, "--cluster.listen-address="];
        let server = Server::start("prometheus-alertmanager", &args, folder.path())?;
        wait_http(port, "/-/ready");
        Some(Self { _server: server, port, folder })
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Gives it alerts or a silence.
    pub(crate) fn post(&self, path: &str, body: &Value) {
        let answer = http(self.port, "POST", &format!("/api/v2/{path}"), &body.to_string()).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
}
