//! How an action's requests leave this machine: its certificates, its proxy, the policy.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretSlice;

use super::runner::{Inner, Runner};
use crate::domain::action::Tls;
use crate::net::{Identity, ProxyChoice, Reach};
use crate::secret::Resolver;

/// The largest file of certificates that is read.
const FILE_MAX: u64 = 1024 * 1024;

impl Runner {
    /// The way out. `proxy` has its references filled in. The error says what of the action's own files or settings
    /// cannot be used; nothing was sent.
    pub(super) async fn reach(&self, tls: &Tls, proxy: &str, connect_ms: u64) -> Result<Reach, String> {
        let reach = Reach {
            verify: tls.verify,
            proxy: ProxyChoice::of_action(proxy),
            connect_timeout: Duration::from_millis(connect_ms),
            ..Reach::default()
        };
        if tls.ca.is_empty() && tls.cert.is_empty() && tls.key.is_empty() {
            return Ok(reach);
        }
        let (tls, inner) = (tls.clone(), Arc::clone(&self.inner));
        let read = tokio::task::spawn_blocking(move || certificates(&tls, &inner)).await;
        let (ca_pem, identity) =
            read.unwrap_or_else(|_| Err("reading a certificate failed inside andon".to_owned()))?;
        Ok(Reach { ca_pem, identity, ..reach })
    }
}

type Certificates = (Option<Vec<u8>>, Option<Identity>);

fn certificates(tls: &Tls, inner: &Inner) -> Result<Certificates, String> {
    let secrets = &inner.setup.secrets;
    let ca = read(secrets, "tls.ca", &tls.ca)?;
    let cert = read(secrets, "tls.cert", &tls.cert)?;
    let key = read(secrets, "tls.key", &tls.key)?.map(SecretSlice::from);
    Ok((ca, Identity::pair(cert, key).map_err(|error| error.to_string())?))
}

/// A file of the action, by the setting that names it. Only a plain file of a bounded size is read.
fn read(secrets: &Resolver, setting: &str, text: &str) -> Result<Option<Vec<u8>>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let path = secrets.path(text);
    let fail = |why: &str| format!("{setting}: {} cannot be read: {why}", path.display());
    let meta = std::fs::metadata(&path).map_err(|error| fail(&error.to_string()))?;
    if !meta.is_file() || meta.len() > FILE_MAX {
        return Err(fail("it is not a file of certificates"));
    }
    std::fs::read(Path::new(&path)).map(Some).map_err(|error| fail(&error.to_string()))
}
