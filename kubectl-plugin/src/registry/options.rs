//! How a registry is reached.

use std::time::{Duration, Instant};

use super::secret::Secret;

/// One set-up of TLS, proxy and waiting, for any number of registries.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    pub(crate) tls: Tls,
    pub(crate) proxy: Proxy,
    /// How long a connection may take to come about, handshake included.
    pub(crate) connect_timeout: Duration,
    /// How long an answer may take to begin, a small one to arrive, and any one to stand still.
    pub(crate) request_timeout: Duration,
    /// How long to wait before the second try, at least, and at most twice as long; three times that before the third.
    pub(crate) retry_delay: Duration,
    /// The longest wait that `Retry-After` may ask for. What asks for more is refused at once.
    pub(crate) longest_delay: Duration,
    /// How many times a request is sent, at most.
    pub(crate) tries: usize,
    /// When all of it has to be done: no request waits, and none is tried again, beyond it.
    pub(crate) deadline: Option<Instant>,
}

impl Options {
    /// How long a request may take that begins now.
    pub(crate) fn patience(&self) -> Duration {
        let left = self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        left.map_or(self.request_timeout, |left| left.min(self.request_timeout))
    }

    /// Whether there is time to wait so long and ask again.
    pub(crate) fn has_time_for(&self, wait: Duration) -> bool {
        self.deadline.is_none_or(|deadline| Instant::now() + wait < deadline)
    }
}

/// Whose certificates are believed, and who we are.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tls {
    /// Authorities in PEM, besides the system's.
    pub(crate) authorities: Option<Vec<u8>>,
    /// Certificate chain and private key in PEM.
    pub(crate) identity: Option<(Vec<u8>, Secret)>,
    /// Believe anyone.
    pub(crate) insecure_skip_verify: bool,
}

/// Through whom.
#[derive(Debug, Clone, Default)]
pub(crate) enum Proxy {
    /// As `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` say; never to this machine itself.
    #[default]
    Environment,
    /// Nobody, whatever the environment says.
    Never,
    /// This one, for everything, as the controller uses that of `proxySecretRef`.
    Always { address: String, username: String, password: Secret },
}

impl Default for Options {
    fn default() -> Self {
        Self {
            tls: Tls::default(),
            proxy: Proxy::default(),
            connect_timeout: Duration::from_secs(30),
            request_timeout: Duration::from_secs(60),
            retry_delay: Duration::from_millis(600),
            longest_delay: Duration::from_secs(60),
            tries: 3,
            deadline: None,
        }
    }
}
