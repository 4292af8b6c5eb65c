//! The demo's receiver: answers on loopback as real ones do, quick, slow, with a job to follow, failing.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

/// The largest request it reads, in bytes.
const LARGEST: usize = 4 * 1024 * 1024;

/// What a roll-back does, one after the other.
const STEPS: [&str; 4] = ["draining", "fetching the release", "switching over", "checking health"];
/// How long each of them takes.
const STEP: Duration = Duration::from_millis(750);

/// The roll-backs that were asked for: what is rolled back, and since when.
type Jobs = Arc<Mutex<Vec<(String, Instant)>>>;

pub(super) struct Receiver {
    /// Where: a free port of the loopback address.
    pub(super) address: SocketAddr,
}

/// Starts the receiver on a free port of the loopback address; it answers until the program ends.
pub(super) async fn serve() -> io::Result<Receiver> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    let jobs = Jobs::default();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(talk(stream, Arc::clone(&jobs)));
        }
    });
    Ok(Receiver { address })
}

async fn talk(stream: TcpStream, jobs: Jobs) {
    let service = service_fn(|request| answer(request, Arc::clone(&jobs)));
    let served = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
    if let Err(error) = served {
        tracing::debug!(%error, "the demo's receiver lost a connection");
    }
}

async fn answer(request: Request<Incoming>, jobs: Jobs) -> Result<Response<Full<Bytes>>, Infallible> {
    let path = request.uri().path().to_owned();
    let payload = match Limited::new(request.into_body(), LARGEST).collect().await {
        Ok(body) => serde_json::from_slice(&body.to_bytes()).unwrap_or(Value::Null),
        Err(_) => Value::Null,
    };
    let incident = &payload["incident"];
    let job = match path.as_str() {
        "/rollback" => Some(begin(&jobs, &target(incident))),
        _ => None,
    };
    let (status, body) = match (job, path.strip_prefix("/jobs/")) {
        (Some(_), _) => (StatusCode::ACCEPTED, json!({ "message": format!("rolling back {}", target(incident)) })),
        (None, Some(number)) => progress(&jobs, number),
        (None, None) => act(&path, incident).await,
    };
    let mut response = Response::new(Full::new(Bytes::from(body.to_string())));
    *response.status_mut() = status;
    response.headers_mut().insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static("application/json"));
    if let Some(number) = job {
        response.headers_mut().insert(http::header::RETRY_AFTER, http::HeaderValue::from_static("1"));
        if let Ok(location) = http::HeaderValue::from_str(&format!("/jobs/{number}")) {
            response.headers_mut().insert(http::header::LOCATION, location);
        }
    }
    Ok(response)
}

fn label(incident: &Value, name: &str) -> Option<String> {
    incident["labels"][name].as_str().map(str::to_owned)
}

fn target(incident: &Value) -> String {
    label(incident, "resource").or_else(|| label(incident, "service")).unwrap_or_else(|| "the server".to_owned())
}

/// Notes a roll-back and gives its number.
fn begin(jobs: &Jobs, target: &str) -> usize {
    // A panic while it was held leaves a whole list: only pushes and reads happen under it.
    let mut jobs = jobs.lock().unwrap_or_else(PoisonError::into_inner);
    jobs.push((target.to_owned(), Instant::now()));
    jobs.len() - 1
}

/// How far a roll-back is.
fn progress(jobs: &Jobs, number: &str) -> (StatusCode, Value) {
    let jobs = jobs.lock().unwrap_or_else(PoisonError::into_inner);
    let Some((target, since)) = number.parse::<usize>().ok().and_then(|number| jobs.get(number)) else {
        return (StatusCode::NOT_FOUND, json!({ "message": "no such job" }));
    };
    let over = usize::try_from(since.elapsed().as_millis() / STEP.as_millis()).unwrap_or(usize::MAX);
    let body = match STEPS.get(over) {
        Some(step) => json!({ "status": "running", "step": over + 1, "steps": STEPS.len(), "message": step }),
        None => json!({ "status": "done", "message": format!("{target} is back on v41") }),
    };
    (StatusCode::OK, body)
}

async fn act(path: &str, incident: &Value) -> (StatusCode, Value) {
    let target = target(incident);
    match path {
        "/restart" => {
            sleep(Duration::from_millis(120)).await;
            (StatusCode::OK, json!({ "message": format!("{target} restarting") }))
        }
        "/enrich" => {
            sleep(Duration::from_millis(1_400)).await;
            let team = label(incident, "team").unwrap_or_else(|| "nobody".to_owned());
            let added = json!({
                "message": format!("owner {team}; last deploy 2 h ago"),
                "andon": {
                    "labels": { "owner": team, "last_deploy": "v42, 2 h ago" },
                    "links": [{ "title": "Runbook", "url": format!("https://runbooks.example/{target}") }],
                    "note": format!("3 related alerts in the last hour; {target} was restarted twice this week.")
                }
            });
            (StatusCode::OK, added)
        }
        "/status" => {
            sleep(Duration::from_millis(300)).await;
            let reason = "the status page is locked by the maintenance \"DB upgrade\" until 06:00 UTC";
            (StatusCode::INTERNAL_SERVER_ERROR, json!({ "error": { "message": reason } }))
        }
        _ => (StatusCode::NOT_FOUND, json!({ "message": "the demo's receiver does not know this action" })),
    }
}
