//! Notes that each request takes while its connection is made: which name was asked for, and whether one was established.
//!
//! A client without a pool makes the connection inside the task of the request, so a task-local finds the notes
//! of the right request however many run at once.

use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use hyper_util::client::legacy::connect::{Connection, HttpInfo};
use tower::{Layer, Service};

tokio::task_local! {
    static CURRENT: ConnectionTrace;
}

/// What is known of one request's way out.
#[derive(Clone, Debug, Default)]
pub(super) struct Notes {
    /// The name the resolver was asked for, of the receiver or of the proxy.
    pub(super) asked: Option<String>,
    /// What the resolver said when it found nothing.
    pub(super) name_error: Option<String>,
    /// What the resolver found.
    pub(super) resolved: Vec<IpAddr>,
    /// Whether a connection was established, TLS included.
    pub(super) is_connected: bool,
    /// The address of that connection.
    pub(super) address: Option<SocketAddr>,
    /// Whether that is the address of a proxy.
    pub(super) proxied: bool,
}

/// The notes of one request, shared with whoever makes its connection.
#[derive(Clone, Debug, Default)]
pub(super) struct ConnectionTrace(Arc<Mutex<Notes>>);

impl ConnectionTrace {
    /// Runs `work` so that everything it does in its own task takes its notes here.
    pub(super) async fn scope<F: Future>(&self, work: F) -> F::Output {
        CURRENT.scope(self.clone(), work).await
    }

    /// The notes of the request that this task works for.
    pub(super) fn current() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }

    /// A copy of what is known so far.
    pub(super) fn notes(&self) -> Notes {
        self.lock().clone()
    }

    /// Whether a connection was established, so that the request may have been received.
    pub(super) fn is_connected(&self) -> bool {
        self.lock().is_connected
    }

    /// Notes the name that is looked up.
    pub(super) fn asked(&self, name: &str) {
        self.lock().asked = Some(name.to_owned());
    }

    /// Notes what the resolver answered.
    pub(super) fn resolved(&self, answer: Result<Vec<IpAddr>, String>) {
        let mut notes = self.lock();
        match answer {
            Ok(addresses) => notes.resolved = addresses,
            Err(error) => notes.name_error = Some(error),
        }
    }

    fn note_connection(&self, connection: &impl Connection) {
        let connected = connection.connected();
        let mut extensions = http::Extensions::new();
        connected.get_extras(&mut extensions);
        let mut notes = self.lock();
        notes.is_connected = true;
        notes.address = extensions.get::<HttpInfo>().map(HttpInfo::remote_addr);
        notes.proxied = connected.is_proxied();
    }

    fn lock(&self) -> MutexGuard<'_, Notes> {
        // Notes are plain values: a panic elsewhere cannot leave them half written.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The connector layer that notes that a connection was established.
#[derive(Clone, Copy, Debug)]
pub(super) struct TraceLayer;

impl<S> Layer<S> for TraceLayer {
    type Service = TracedConnector<S>;

    fn layer(&self, inner: S) -> Self::Service {
        TracedConnector { inner }
    }
}

/// A connector that notes when what it wraps has connected.
#[derive(Clone, Debug)]
pub(super) struct TracedConnector<S> {
    inner: S,
}

impl<S, R> Service<R> for TracedConnector<S>
where
    S: Service<R>,
    S::Response: Connection,
    S::Error: 'static,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let trace = ConnectionTrace::current();
        let connecting = self.inner.call(request);
        Box::pin(async move {
            let connection = connecting.await?;
            if let Some(trace) = trace {
                trace.note_connection(&connection);
            }
            Ok(connection)
        })
    }
}
