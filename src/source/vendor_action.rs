//! What is configured at a vendor and started from here: the request as data, and the credentials that it carries.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use url::{Origin, Url};

use super::{SourceError, SourceErrorKind};
use crate::domain::action::{Action, ActionKind, Body, Follow, Header, MASK, Success, Tls, has_reference};
use crate::domain::job::Job;
use crate::domain::request::{Prepared, SourceCredentials};
use crate::domain::source::SourceConfig;

/// The request that starts something at a source, without the credentials.
#[derive(Clone, Debug, PartialEq)]
pub struct VendorAction {
    /// Where it goes, whole.
    pub endpoint: String,
    /// What goes along beside the credentials.
    pub headers: Vec<Header>,
    /// What is sent; strings may hold expressions over the payload.
    pub body: Value,
    pub success: Success,
    /// How what was started is followed.
    pub follow: Option<Follow>,
    pub tls: Tls,
    /// The proxy, as written in the settings.
    pub proxy: String,
    pub place: CredentialPlace,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialPlace {
    /// In the header of this name.
    Header(&'static str),
    /// In the query, under this name.
    Query(&'static str),
}

impl VendorAction {
    /// The action with the request filled into it: a webhook from here on, with what the operator decides as it was.
    pub fn as_webhook(&self, action: &Action) -> Action {
        Action {
            kind: ActionKind::Webhook,
            vendor_action: String::new(),
            endpoint: self.endpoint.clone(),
            headers: self.headers.clone(),
            body: Body::Json(self.body.clone()),
            success: self.success.clone(),
            follow: self.follow.clone(),
            tls: self.tls.clone(),
            proxy: self.proxy.clone(),
            ..action.clone()
        }
    }

    /// Shows in a filled request that credentials will be in it, and where.
    pub fn mark(&self, prepared: &mut Prepared, credentials: SourceCredentials) {
        prepared.credentials = Some(credentials);
        match self.place {
            CredentialPlace::Header(name) => prepared.headers.push(Header::with_secrecy(name, MASK, true)),
            CredentialPlace::Query(name) => {
                let joint = if prepared.endpoint.contains('?') { '&' } else { '?' };
                prepared.endpoint.push_str(&format!("{joint}{name}={MASK}"));
            }
        }
    }
}

/// The credentials of a source for one request. Never shown, never stored.
pub struct Credentials {
    /// The only place that it may go to.
    pub origin: Origin,
    pub headers: Vec<Header>,
    /// Its pairs of the query.
    pub query: Vec<(&'static str, SecretString)>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credentials(for {})", self.origin.ascii_serialization())
    }
}

impl Credentials {
    /// Puts them into a request. The error says that it goes elsewhere: then nothing was put in.
    pub fn add_to(&self, endpoint: &mut String, headers: &mut Vec<Header>) -> Result<(), String> {
        let mut url = self.own(endpoint)?;
        let names: Vec<&str> = self.query.iter().map(|(name, _)| *name).collect();
        let kept: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        url.set_query(None);
        for (name, value) in kept.iter().filter(|(name, _)| !names.contains(&name.as_str())) {
            url.query_pairs_mut().append_pair(name, value);
        }
        for (name, value) in &self.query {
            url.query_pairs_mut().append_pair(name, value.expose_secret());
        }
        *endpoint = url.into();
        self.replace_headers(headers);
        Ok(())
    }

    /// Puts them into the headers of a job's polls, and keeps the job where they may go. The error says that the job is
    /// elsewhere.
    pub fn add_to_job(&self, job: &mut Job, headers: &mut Vec<Header>) -> Result<(), String> {
        self.own(&job.url)?;
        job.home = self.origin.ascii_serialization();
        job.follow.origin = Follow::default().origin;
        self.replace_headers(headers);
        Ok(())
    }

    /// The values themselves, to be hidden wherever they come back.
    pub fn secrets(&self) -> Vec<SecretString> {
        let bare = |value: &str| value.rsplit([' ', '=']).next().unwrap_or(value).into();
        let headers = self.headers.iter().flat_map(|header| [header.expose().into(), bare(header.expose())]);
        headers.chain(self.query.iter().map(|(_, value)| value.clone())).collect()
    }

    fn own(&self, address: &str) -> Result<Url, String> {
        let url = Url::parse(address).ok().filter(|url| url.origin() == self.origin);
        url.ok_or_else(|| format!("its credentials are for {} and go nowhere else", self.origin.ascii_serialization()))
    }

    fn replace_headers(&self, headers: &mut Vec<Header>) {
        headers.retain(|known| !self.headers.iter().any(|own| own.name.eq_ignore_ascii_case(&known.name)));
        headers.extend(self.headers.iter().map(|own| Header::with_secrecy(own.name.clone(), own.expose(), true)));
    }
}

/// The parts of a source's settings that a [`VendorAction`] carries: address, TLS, proxy. An address that is a reference is
/// refused: where a press goes is shown before it goes.
pub(super) fn way(config: &SourceConfig) -> Result<(Url, Tls, String), SourceError> {
    let refused = |what: &str| {
        let message =
            format!("{what} of the source {} is a reference; write it out to start anything there", config.name);
        SourceError::new(SourceErrorKind::Refused, message)
    };
    let url = config.addresses().first().map(ExposeSecret::expose_secret).unwrap_or_default();
    if has_reference(url) {
        return Err(refused("the url"));
    }
    let url =
        Url::parse(url.trim()).map_err(|_| SourceError::new(SourceErrorKind::Other, "`url` is not a valid URL"))?;
    let path = |text: &Option<SecretString>| {
        let text = text.as_ref().map(|text| text.expose_secret().to_owned()).unwrap_or_default();
        if has_reference(&text) { Err(refused("a file under tls")) } else { Ok(text) }
    };
    let tls = &config.tls;
    let tls = Tls { ca: path(&tls.ca)?, cert: path(&tls.cert)?, key: path(&tls.key)?, verify: tls.verify };
    let proxy = config.proxy.as_ref().map(|proxy| proxy.expose_secret().to_owned()).unwrap_or_default();
    Ok((url, tls, proxy))
}
