//! An OCI registry inside the test's own process, with a switch for each way in which registries
//! misbehave.
//!
//! HTTP is written by hand over `TcpListener`, one thread a connection: most of what is tested here are
//! bytes that no server library would send (lengths that lie, headers cut in two, bodies without end), and
//! a blocking server of a few hundred lines builds in no time. That what it does without quirks is right is
//! shown by crane, oras and skopeo (`tests/it/registry_interop.rs`).
//!
//! A second host is another registry at another loopback address (`Start::at`), with the same content
//! (`Start::beside`); each has its own log.

mod answer;
pub mod artifact;
pub mod auth;
mod blob;
pub mod cloud;
pub mod debian;
mod http;
pub mod http2;
pub mod log;
pub mod proxy;
mod quirks;
pub mod recorded;
mod routes;
mod server;
mod store;
pub mod tls;
pub mod tools;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

pub use auth::Auth;
pub use blob::{Blob, Noise, digest};
pub use log::{Entry, Log};
pub use quirks::{Blobs, Connections, Delete, Does, Fault, Location, PageLink, Quirks, Referrers, Uploads, What};
pub use store::{Manifest, Store};

use auth::{Host, Tokens};
use server::Listener;
use tls::Identity;

/// A running registry; it stops when dropped.
#[derive(Debug)]
pub struct Registry {
    shared: Arc<Shared>,
    listener: Listener,
}

/// What its threads share.
#[derive(Debug)]
struct Shared {
    content: Arc<Content>,
    quirks: Mutex<Arc<Quirks>>,
    /// How often each fault has met a request.
    met: Mutex<Vec<usize>>,
    /// What is left of `Uploads::range_refused` and `Uploads::lost`.
    upload_faults: Mutex<(usize, usize)>,
    log: Log,
    host: Host,
}

/// What registries that stand beside each other share.
#[derive(Debug, Default)]
struct Content {
    store: Store,
    tokens: Tokens,
}

/// How a registry is to start.
#[derive(Debug)]
pub struct Start {
    at: Ipv4Addr,
    quirks: Quirks,
    tls: Option<Identity>,
    clients: Option<String>,
    content: Arc<Content>,
}

impl Start {
    /// Another loopback address than 127.0.0.1, such as 127.0.0.2: another host.
    #[must_use]
    pub fn at(mut self, last: u8) -> Self {
        self.at = Ipv4Addr::new(127, 0, 0, last);
        self
    }

    /// With the content, and the tokens, of another.
    #[must_use]
    pub fn beside(mut self, other: &Registry) -> Self {
        self.content = Arc::clone(&other.shared.content);
        self
    }

    /// With TLS.
    #[must_use]
    pub fn tls(mut self, identity: Identity) -> Self {
        self.tls = Some(identity);
        self
    }

    /// Only for clients with a certificate of this authority (PEM).
    #[must_use]
    pub fn clients(mut self, authority: String) -> Self {
        self.clients = Some(authority);
        self
    }

    /// Listens on a free port.
    pub fn start(self) -> Registry {
        let config = self.tls.as_ref().map(|identity| tls::server_config(identity, self.clients.as_deref()));
        let socket = std::net::TcpListener::bind((self.at, 0)).expect("a free port");
        let name = socket.local_addr().expect("an address").to_string();
        let scheme = if config.is_some() { "https" } else { "http" };
        let shared = Arc::new(Shared {
            content: self.content,
            met: Mutex::new(vec![0; self.quirks.faults.len()]),
            upload_faults: Mutex::new((self.quirks.uploads.range_refused, self.quirks.uploads.lost)),
            quirks: Mutex::new(Arc::new(self.quirks)),
            log: Log::default(),
            host: Host { base: format!("{scheme}://{name}"), name },
        });
        let listener = Listener::start(socket, config, Arc::clone(&shared));
        Registry { shared, listener }
    }
}

impl Registry {
    /// With these quirks, at 127.0.0.1 and without TLS unless changed.
    pub fn with(quirks: Quirks) -> Start {
        Start { at: Ipv4Addr::LOCALHOST, quirks, tls: None, clients: None, content: Arc::default() }
    }

    /// Without quirks, started.
    pub fn new() -> Self {
        Self::with(Quirks::default()).start()
    }

    /// `127.0.0.1:5000`
    pub fn host(&self) -> &str {
        &self.shared.host.name
    }

    /// `http://127.0.0.1:5000`
    pub fn base(&self) -> &str {
        &self.shared.host.base
    }

    /// `oci://127.0.0.1:5000/<repository>`
    pub fn oci(&self, repository: &str) -> String {
        format!("oci://{}/{repository}", self.host())
    }

    /// `127.0.0.1:5000/<repository>`
    pub fn reference(&self, repository: &str) -> String {
        format!("{}/{repository}", self.host())
    }

    /// Its address.
    pub fn address(&self) -> IpAddr {
        self.socket_address().ip()
    }

    /// Its address and port.
    pub fn socket_address(&self) -> SocketAddr {
        self.listener.address()
    }

    /// What it holds.
    pub fn store(&self) -> &Store {
        &self.shared.content.store
    }

    /// What it was asked.
    pub fn log(&self) -> &Log {
        &self.shared.log
    }

    /// Other quirks from the next request on.
    pub fn change(&self, quirks: Quirks) {
        *self.shared.met.lock().expect("the faults") = vec![0; quirks.faults.len()];
        *self.shared.upload_faults.lock().expect("the faults") = (quirks.uploads.range_refused, quirks.uploads.lost);
        *self.shared.quirks.lock().expect("the quirks") = Arc::new(quirks);
    }
}

impl Default for Registry {
    fn default() -> Self {
        Self::new()
    }
}

impl Shared {
    fn quirks(&self) -> Arc<Quirks> {
        Arc::clone(&self.quirks.lock().expect("the quirks"))
    }

    /// The fault that strikes this request, if any.
    fn fault(&self, what: What, method: &str, target: &str) -> Option<Does> {
        let quirks = self.quirks();
        let mut met = self.met.lock().expect("the faults");
        for (fault, met) in quirks.faults.iter().zip(met.iter_mut()) {
            let fits = (fault.on == What::Any || fault.on == what)
                && fault.method.as_ref().is_none_or(|wanted| wanted == method)
                && fault.target.as_ref().is_none_or(|part| target.contains(part.as_str()));
            if !fits {
                continue;
            }
            *met += 1;
            if *met > fault.from && *met - fault.from <= fault.times {
                return Some(fault.does.clone());
            }
        }
        None
    }
}
