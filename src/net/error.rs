//! Why a client could not be made.

/// Why a client could not be made.
#[derive(Debug, thiserror::Error)]
pub enum NetError {
    /// The certificates of the CA file cannot be read.
    #[error("the CA certificates cannot be read: {0}; the file must hold PEM certificates")]
    Certificates(String),
    /// The client certificate and its key cannot be used.
    #[error("the client certificate cannot be used: {0}; both files must hold PEM, and the key be the certificate's")]
    Identity(String),
    /// A client certificate without its key, or the other way round: which is there, and which is not.
    #[error("{0} is set without {1}; a client certificate needs both")]
    Half(&'static str, &'static str),
    /// The proxy's address cannot be read. Without the address, which may hold a password.
    #[error("the proxy's address is not a valid URL; write it like http://proxy.example:3128")]
    Proxy,
    /// The proxy is at an address that is never called.
    #[error("the proxy cannot be used: {0}")]
    Policy(String),
    /// The HTTP client itself refused what it was given.
    #[error("the HTTP client cannot be made: {0}")]
    Client(String),
}
