//! The demo's receiver: answers on loopback as real ones do, quick, slow, failing.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

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

/// A receiver that listens.
pub(super) struct Receiver {
    /// Where: a free port of the loopback address.
    pub(super) address: SocketAddr,
}

/// Starts the receiver on a free port of the loopback address; it answers until the program ends.
pub(super) async fn serve() -> io::Result<Receiver> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(talk(stream));
        }
    });
    Ok(Receiver { address })
}

async fn talk(stream: TcpStream) {
    let served = http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(answer)).await;
    if let Err(error) = served {
        tracing::debug!(%error, "the demo's receiver lost a connection");
    }
}

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let path = request.uri().path().to_owned();
    let payload = match Limited::new(request.into_body(), LARGEST).collect().await {
        Ok(body) => serde_json::from_slice(&body.to_bytes()).unwrap_or(Value::Null),
        Err(_) => Value::Null,
    };
    let (status, body) = act(&path, &payload["incident"]).await;
    let mut response = Response::new(Full::new(Bytes::from(body.to_string())));
    *response.status_mut() = status;
    response.headers_mut().insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static("application/json"));
    Ok(response)
}

async fn act(path: &str, incident: &Value) -> (StatusCode, Value) {
    let label = |name: &str| incident["labels"][name].as_str().map(str::to_owned);
    let target = label("resource").or_else(|| label("service")).unwrap_or_else(|| "the server".to_owned());
    match path {
        "/restart" => {
            sleep(Duration::from_millis(120)).await;
            (StatusCode::OK, json!({ "message": format!("{target} restarting") }))
        }
        "/enrich" => {
            sleep(Duration::from_millis(1_400)).await;
            let team = label("team").unwrap_or_else(|| "nobody".to_owned());
            (StatusCode::OK, json!({ "message": format!("owner {team}; last deploy 2 h ago; 3 related alerts") }))
        }
        "/rollback" => {
            sleep(Duration::from_secs(3)).await;
            let version = label("version").unwrap_or_else(|| "the new version".to_owned());
            (StatusCode::OK, json!({ "message": format!("{target}: {version} taken back, v41 is live") }))
        }
        "/status" => {
            sleep(Duration::from_millis(300)).await;
            let reason = "the status page is locked by the maintenance \"DB upgrade\" until 06:00 UTC";
            (StatusCode::INTERNAL_SERVER_ERROR, json!({ "error": { "message": reason } }))
        }
        _ => (StatusCode::NOT_FOUND, json!({ "message": "the demo's receiver does not know this action" })),
    }
}
