//! Receivers that do exactly what a test tells them, down to the bytes, and count what reached them.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// A stream of bytes, with or without TLS.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// What a receiver saw.
#[derive(Clone, Default)]
pub(crate) struct Seen {
    connections: Arc<AtomicUsize>,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Seen {
    /// How many connections were accepted.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// Every whole request, head and body.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// Notes a request.
    pub(crate) fn request(&self, text: String) {
        self.requests.lock().unwrap().push(text);
    }
}

/// One accepted connection.
pub(crate) struct Conn {
    pub(crate) stream: Box<dyn Stream>,
    pub(crate) seen: Seen,
}

impl Conn {
    /// Reads one whole request (by `Content-Length`) and notes it.
    pub(crate) async fn request(&mut self) -> String {
        let mut bytes = Vec::new();
        let mut chunk = [0; 4096];
        loop {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            if let Some((head, body)) = text.split_once("\r\n\r\n") {
                let wanted = header(head, "content-length").map_or(0, |length| length.parse().unwrap());
                if body.len() >= wanted {
                    self.seen.request(text.clone());
                    return text;
                }
            }
            let read = self.stream.read(&mut chunk).await.unwrap_or(0);
            if read == 0 {
                return text;
            }
            bytes.extend_from_slice(&chunk[..read]);
        }
    }

    /// Writes bytes; the other side may be gone.
    pub(crate) async fn say(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.stream.write_all(bytes.as_ref()).await.is_ok() && self.stream.flush().await.is_ok()
    }

    /// Keeps the connection open and silent.
    pub(crate) async fn hang(self) {
        let _open = self;
        std::future::pending::<()>().await;
    }
}

/// A header's value in a request's head.
pub(crate) fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines()
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_once(": "))
        .find_map(|(own, value)| own.eq_ignore_ascii_case(name).then_some(value))
}

/// A receiver on loopback. Ends with the test's runtime.
pub(crate) struct Peer {
    pub(crate) address: SocketAddr,
    pub(crate) seen: Seen,
}

impl Peer {
    /// A receiver that does `script` with each connection.
    pub(crate) async fn start<F, Fut>(script: F) -> Self
    where
        F: Fn(Conn) -> Fut + Send + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        Self::listen(None, script).await
    }

    /// The same behind TLS; connections whose handshake fails are counted and dropped.
    pub(crate) async fn tls<F, Fut>(acceptor: TlsAcceptor, script: F) -> Self
    where
        F: Fn(Conn) -> Fut + Send + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        Self::listen(Some(acceptor), script).await
    }

    /// A receiver that reads each request and answers these bytes, then closes.
    pub(crate) async fn answering(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes: Arc<[u8]> = bytes.into().into();
        Self::start(move |mut conn| {
            let bytes = bytes.clone();
            async move {
                conn.request().await;
                conn.say(bytes).await;
            }
        })
        .await
    }

    async fn listen<F, Fut>(acceptor: Option<TlsAcceptor>, script: F) -> Self
    where
        F: Fn(Conn) -> Fut + Send + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Seen::default();
        let log = seen.clone();
        tokio::spawn(async move {
            while let Ok((tcp, _)) = listener.accept().await {
                log.connections.fetch_add(1, Ordering::SeqCst);
                let log = log.clone();
                match acceptor.clone() {
                    None => {
                        tokio::spawn(script(Conn { stream: Box::new(tcp), seen: log }));
                    }
                    Some(acceptor) => {
                        if let Ok(tls) = acceptor.accept(tcp).await {
                            tokio::spawn(script(Conn { stream: Box::new(tls), seen: log }));
                        }
                    }
                }
            }
        });
        Self { address, seen }
    }

    /// Its address with this path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

/// A whole answer with its length.
pub(crate) fn answer(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len())
}
