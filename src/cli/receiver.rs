//! `andon receiver`: prints what arrives, and answers. It shows what a button sends, and tries signatures.

mod arrival;
mod signature;

use std::collections::{HashSet, VecDeque};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretSlice, SecretString};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio::time::{sleep, timeout};

use self::arrival::Arrival;
use super::args::{Global, ReceiverArgs};
use super::exit::{CommandError, Exit};
use super::output::{Output, say, warn};
use super::signals::Signals;
use crate::config::{self, Places};
use crate::domain::action::has_reference;
use crate::domain::time::parse_duration;
use crate::secret::Allowed;

/// The largest body that is read, in bytes: an incident with all its alerts is far below.
const LARGEST: usize = 4 * 1024 * 1024;
/// How long a client may be silent inside a request.
const PATIENCE: Duration = Duration::from_secs(15);
/// How many clients are served at once.
const CLIENTS: usize = 64;
/// How many ids are remembered.
const REMEMBERED: usize = 10_000;

/// How requests are judged and answered.
struct Rules {
    status: StatusCode,
    delay: Duration,
    keys: Vec<SecretSlice<u8>>,
    seen: Mutex<Seen>,
    tell: mpsc::Sender<Arrival>,
}

pub(super) async fn run(
    args: ReceiverArgs,
    global: &Global,
    places: &Places,
    out: &mut Output,
) -> Result<Exit, CommandError> {
    let signals = Signals::listen()?;
    let (tell, mut heard) = mpsc::channel(CLIENTS);
    let rules = Arc::new(Rules {
        status: status(args.status)?,
        delay: delay(args.delay.as_deref())?,
        keys: keys(&args.secret, global, places).await?,
        seen: Mutex::default(),
        tell,
    });
    let listener = listen(&args).await?;
    let clients = Arc::new(Semaphore::new(CLIENTS));
    loop {
        tokio::select! {
            biased;
            exit = signals.any() => return Ok(exit),
            Some(arrival) = heard.recv() => {
                arrival.print(out, args.show_secrets);
                out.flush();
                if out.is_gone() {
                    return Ok(Exit::Done);
                }
            }
            accepted = listener.accept() => match (accepted, Arc::clone(&clients).try_acquire_owned()) {
                (Ok((stream, peer)), Ok(place)) => {
                    let rules = Arc::clone(&rules);
                    tokio::spawn(async move {
                        talk(stream, peer, rules).await;
                        drop(place);
                    });
                }
                // Too many at once: who comes now finds it closed.
                (Ok(_), Err(_)) => {}
                // The system has no more sockets to give: they come back.
                (Err(_), _) => sleep(Duration::from_millis(100)).await,
            }
        }
    }
}

async fn listen(args: &ReceiverArgs) -> Result<TcpListener, CommandError> {
    let wanted = SocketAddr::new(args.host, args.port);
    let failed = |error: std::io::Error| CommandError::new(Exit::Failed, format!("cannot listen on {wanted}: {error}"));
    let listener = TcpListener::bind(wanted).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    if !args.host.is_loopback() {
        warn("it listens beyond loopback: whoever reaches this machine can send to it");
    }
    say(&format!("listening on http://{address}/"));
    Ok(listener)
}

fn status(code: u16) -> Result<StatusCode, CommandError> {
    let status = StatusCode::from_u16(code).ok().filter(|status| !status.is_informational() && code < 600);
    status.ok_or_else(|| CommandError::usage(format!("--status: {code} is not an HTTP status from 200 to 599")))
}

fn delay(text: Option<&str>) -> Result<Duration, CommandError> {
    let ms =
        text.map_or(Ok(0), parse_duration).map_err(|problem| CommandError::usage(format!("--delay: {problem}")))?;
    Ok(Duration::from_millis(ms))
}

/// The keys of the secrets given. The configuration is read only where a secret is a reference.
async fn keys(secrets: &[String], global: &Global, places: &Places) -> Result<Vec<SecretSlice<u8>>, CommandError> {
    let mut keys = Vec::new();
    for text in secrets {
        let secret = if has_reference(text) {
            let config = config::load(&places.config_file)?;
            let resolver = config.resolver(&places.config_file, !global.restricted);
            let text = text.clone();
            tokio::task::spawn_blocking(move || resolver.resolve(&text, Allowed::Configuration))
                .await
                .map_err(|_| CommandError::new(Exit::Failed, "--secret: reading it failed inside andon"))?
                .map_err(|error| CommandError::usage(format!("--secret: {error}")))?
        } else {
            SecretString::from(text.as_str())
        };
        keys.push(
            signature::key(secret.expose_secret())
                .map_err(|problem| CommandError::usage(format!("--secret: {problem}")))?,
        );
    }
    Ok(keys)
}

async fn talk(stream: TcpStream, peer: SocketAddr, rules: Arc<Rules>) {
    let service = service_fn(move |request| answer(request, peer, Arc::clone(&rules)));
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .serve_connection(TokioIo::new(stream), service)
        .await;
    // A client that leaves or says nothing is none of anyone's business; one that speaks https is worth a word.
    if let Err(error) = served
        && error.is_parse()
    {
        warn(&format!("{peer}: this was no HTTP request ({error}); the receiver speaks http only"));
    }
}

async fn answer(
    request: Request<Incoming>,
    peer: SocketAddr,
    rules: Arc<Rules>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = match read(body).await {
        Ok(body) => body,
        Err((status, why)) => {
            warn(&format!("{peer}: {} {}: {why}", head.method, head.uri.path()));
            return Ok(respond(status, &json!({ "message": why })));
        }
    };
    let now_ms = Timestamp::now().as_millisecond();
    let verified =
        (!rules.keys.is_empty()).then(|| signature::verify(&rules.keys, &head.headers, &body, now_ms / 1_000));
    let (status, duplicate, text) = match &verified {
        Some(Err(why)) => (StatusCode::UNAUTHORIZED, false, json!({ "message": why })),
        _ if rules.is_repeat(&head.headers) => {
            (rules.status, true, json!({ "message": "received", "duplicate": true }))
        }
        _ => (rules.status, false, json!({ "message": "received" })),
    };
    let arrival = Arrival {
        at_ms: now_ms,
        peer,
        method: head.method,
        uri: head.uri,
        headers: head.headers,
        body: body.to_vec(),
        verified,
        duplicate,
        status: status.as_u16(),
    };
    // Nobody prints any more: the command is ending.
    let _ = rules.tell.send(arrival).await;
    sleep(rules.delay).await;
    Ok(respond(status, &text))
}

async fn read(body: Incoming) -> Result<Bytes, (StatusCode, String)> {
    let too_large = || (StatusCode::PAYLOAD_TOO_LARGE, format!("the body is over {LARGEST} bytes and was not read"));
    if body.size_hint().lower() > LARGEST as u64 {
        return Err(too_large());
    }
    match timeout(PATIENCE, Limited::new(body, LARGEST).collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => Err(too_large()),
        Ok(Err(_)) | Err(_) => Err((StatusCode::REQUEST_TIMEOUT, "the body was not received completely".to_owned())),
    }
}

impl Rules {
    /// Whether this id came before; from now on it did.
    fn is_repeat(&self, headers: &HeaderMap) -> bool {
        let Some(id) = headers.get("webhook-id") else { return false };
        // A panic while it was held leaves it whole.
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).is_repeat(id.as_bytes())
    }
}

/// The ids that came, the oldest forgotten first. Digests, so that long ids take no room.
#[derive(Default)]
struct Seen {
    ids: HashSet<[u8; 32]>,
    order: VecDeque<[u8; 32]>,
}

impl Seen {
    fn is_repeat(&mut self, id: &[u8]) -> bool {
        let digest: [u8; 32] = Sha256::digest(id).into();
        if !self.ids.insert(digest) {
            return true;
        }
        self.order.push_back(digest);
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.ids.remove(&oldest);
        }
        false
    }
}

fn respond(status: StatusCode, body: &Value) -> Response<Full<Bytes>> {
    let bare = matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
    let mut response = Response::new(Full::new(if bare { Bytes::new() } else { Bytes::from(body.to_string()) }));
    *response.status_mut() = status;
    if !bare {
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_remembered_and_the_oldest_forgotten() {
        let mut seen = Seen::default();
        assert!(!seen.is_repeat(b"0") && seen.is_repeat(b"0"));
        for id in 1..=REMEMBERED {
            assert!(!seen.is_repeat(id.to_string().as_bytes()));
        }
        assert!(seen.is_repeat(b"1") && !seen.is_repeat(b"0"));
        assert_eq!(seen.ids.len(), REMEMBERED);
    }
}
