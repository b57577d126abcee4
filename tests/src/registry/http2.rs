//! A server that speaks HTTP/2 over TLS and nothing else, and hands on each stream to a registry that speaks HTTP/1.1:
//! as most registries stand behind a proxy. It can end streams and connections as such proxies do when they are
//! restarted or have enough.

use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use bytes::Bytes;
use futures_util::stream;
use h2::server::{Connection, SendResponse};
use h2::{Reason, RecvStream};
use http::{Request, Response};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::Registry;
use super::tls::{Identity, http2_config};

/// What happens to one stream, counted from 0 over all connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Trouble {
    /// Nothing.
    #[default]
    None,
    /// It is refused before anything was done (`REFUSED_STREAM`).
    Refused(usize),
    /// It is reset before its answer begins (`INTERNAL_ERROR`), and not handed on.
    Reset(usize),
    /// It is reset in the middle of its answer's body.
    ResetWithin(usize),
    /// It is answered, and its connection takes no more (`GOAWAY`, as when a server is restarted).
    GoAwayAfter(usize),
    /// Its connection ends without an answer to it (`GOAWAY` with `ENHANCE_YOUR_CALM`).
    GoAwayBefore(usize),
}

/// The server; it stops when dropped.
#[derive(Debug)]
pub struct Front {
    address: SocketAddr,
    seen: Arc<Seen>,
    stop: Option<oneshot::Sender<()>>,
}

/// What came in.
#[derive(Debug, Default)]
struct Seen {
    trouble: Mutex<Trouble>,
    connections: AtomicUsize,
    streams: AtomicUsize,
}

impl Front {
    /// Before a registry without TLS, whose `Location`s have to be paths.
    ///
    /// # Panics
    ///
    /// If there is no free port.
    pub fn start(registry: &Registry, identity: &Identity) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").expect("a free port");
        socket.set_nonblocking(true).expect("a socket");
        let address = socket.local_addr().expect("an address");
        let seen = Arc::new(Seen::default());
        let (acceptor, base) = (TlsAcceptor::from(http2_config(identity)), registry.base().to_owned());
        let (stop, stopped) = oneshot::channel();
        let shared = Arc::clone(&seen);
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(socket).expect("a listener");
                tokio::select! {
                    () = accept(&listener, &acceptor, &base, &shared) => {}
                    _ = stopped => {}
                }
            });
        });
        Self { address, seen, stop: Some(stop) }
    }

    /// `127.0.0.1:5000`
    pub fn host(&self) -> String {
        self.address.to_string()
    }

    /// Another trouble from now on; streams are counted anew.
    pub fn trouble(&self, trouble: Trouble) {
        *self.seen.trouble.lock().expect("the trouble") = trouble;
        self.seen.connections.store(0, Ordering::SeqCst);
        self.seen.streams.store(0, Ordering::SeqCst);
    }

    /// How many connections and streams there were.
    pub fn counted(&self) -> (usize, usize) {
        (self.seen.connections.load(Ordering::SeqCst), self.seen.streams.load(Ordering::SeqCst))
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }
}

async fn accept(listener: &tokio::net::TcpListener, acceptor: &TlsAcceptor, base: &str, seen: &Arc<Seen>) {
    // A registry that speaks HTTP/1.1 and no TLS.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let client = reqwest::Client::builder().no_proxy().http1_only().build().expect("a client");
    loop {
        let Ok((socket, _)) = listener.accept().await else { continue };
        let (acceptor, base, seen, client) = (acceptor.clone(), base.to_owned(), Arc::clone(seen), client.clone());
        tokio::spawn(async move {
            let Ok(socket) = acceptor.accept(socket).await else { return };
            seen.connections.fetch_add(1, Ordering::SeqCst);
            let Ok(connection) = h2::server::handshake(socket).await else { return };
            serve(connection, &base, &seen, &client).await;
        });
    }
}

async fn serve(
    mut connection: Connection<TlsStream<TcpStream>, Bytes>,
    base: &str,
    seen: &Seen,
    client: &reqwest::Client,
) {
    while let Some(Ok((request, mut respond))) = connection.accept().await {
        let number = seen.streams.fetch_add(1, Ordering::SeqCst);
        let trouble = *seen.trouble.lock().expect("the trouble");
        match trouble {
            Trouble::Refused(at) if at == number => {
                respond.send_reset(Reason::REFUSED_STREAM);
                continue;
            }
            Trouble::Reset(at) if at == number => {
                respond.send_reset(Reason::INTERNAL_ERROR);
                continue;
            }
            Trouble::GoAwayBefore(at) if at == number => {
                connection.abrupt_shutdown(Reason::ENHANCE_YOUR_CALM);
                continue;
            }
            Trouble::GoAwayAfter(at) if at == number => connection.graceful_shutdown(),
            _ => {}
        }
        let is_cut = trouble == Trouble::ResetWithin(number);
        let url = format!("{base}{}", request.uri().path_and_query().map_or("/", |path| path.as_str()));
        tokio::spawn(hand_on(request, respond, url, client.clone(), is_cut));
    }
}

/// Asks the registry the same, body and all, and gives its answer back.
async fn hand_on(
    request: Request<RecvStream>,
    mut respond: SendResponse<Bytes>,
    url: String,
    client: reqwest::Client,
    is_cut: bool,
) {
    let (head, body) = request.into_parts();
    let mut asked = client.request(head.method, url).headers(head.headers);
    if !body.is_end_stream() {
        asked = asked.body(reqwest::Body::wrap_stream(stream::try_unfold(body, |mut body| async move {
            let Some(part) = body.data().await.transpose()? else { return Ok::<_, h2::Error>(None) };
            body.flow_control().release_capacity(part.len())?;
            Ok(Some((part, body)))
        })));
    }
    let Ok(mut answer) = asked.send().await else {
        respond.send_reset(Reason::INTERNAL_ERROR);
        return;
    };
    let mut head = Response::builder().status(answer.status());
    for (name, value) in answer.headers() {
        // What is of one hop alone has no place in HTTP/2.
        if name != "connection" && name != "transfer-encoding" {
            head = head.header(name, value);
        }
    }
    let Ok(mut out) = respond.send_response(head.body(()).expect("a head"), false) else { return };
    loop {
        match answer.chunk().await {
            Ok(Some(mut part)) => {
                if is_cut {
                    let _ = out.send_data(part.split_to(part.len() / 2), false);
                    // Else the reset overtakes what came before it.
                    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                    out.send_reset(Reason::INTERNAL_ERROR);
                    return;
                }
                if out.send_data(part, false).is_err() {
                    return;
                }
            }
            Ok(None) => {
                let _ = out.send_data(Bytes::new(), true);
                return;
            }
            Err(_) => {
                out.send_reset(Reason::INTERNAL_ERROR);
                return;
            }
        }
    }
}
