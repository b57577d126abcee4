//! The listener and its connections.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::answer::Answer;
use super::http::{Connection, Request, Stream};
use super::log::Entry;
use super::quirks::{Connections, Does};
use super::{Shared, routes};

/// How much of a request's body is kept for the log, and for the token endpoint.
const KEPT_BODY: usize = 1 << 16;
/// How much of a body that nobody wanted is read before the connection is given up.
const DRAINED: u64 = 1 << 18;

#[derive(Debug)]
pub(super) struct Listener {
    address: SocketAddr,
    stopped: Arc<AtomicBool>,
    open: Arc<Mutex<Vec<Option<TcpStream>>>>,
}

impl Listener {
    pub(super) fn start(socket: TcpListener, tls: Option<Arc<ServerConfig>>, shared: Arc<Shared>) -> Self {
        let address = socket.local_addr().expect("an address");
        let stopped = Arc::new(AtomicBool::new(false));
        let open = Arc::new(Mutex::new(Vec::new()));
        let out = Self { address, stopped: Arc::clone(&stopped), open: Arc::clone(&open) };
        thread::spawn(move || {
            for stream in socket.incoming() {
                if stopped.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                let (tls, shared, open) = (tls.clone(), Arc::clone(&shared), Arc::clone(&open));
                let number = {
                    let mut all = open.lock().expect("the connections");
                    all.push(stream.try_clone().ok());
                    all.len() - 1
                };
                let serve = move || {
                    // Clients that go away are what some tests are about.
                    let _ = serve(&stream, tls, &shared, number);
                    let _ = stream.shutdown(Shutdown::Both);
                    open.lock().expect("the connections")[number] = None;
                };
                thread::Builder::new().stack_size(1 << 19).spawn(serve).expect("a thread");
            }
        });
        out
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        // Wakes the listener, which then sees that it is over.
        let _ = TcpStream::connect(self.address);
        for stream in self.open.lock().expect("the connections").iter().flatten() {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

fn serve(stream: &TcpStream, tls: Option<Arc<ServerConfig>>, shared: &Shared, number: usize) -> io::Result<()> {
    stream.set_nodelay(true)?;
    match shared.quirks().connections {
        Connections::Served => {}
        Connections::ClosedAtOnce => return Ok(()),
        Connections::Silent => {
            // Until the client has had enough, or the test is over.
            io::copy(&mut stream.try_clone()?, &mut io::sink())?;
            return Ok(());
        }
    }
    let mut client_certificate = false;
    let stream: Box<dyn Stream> = match tls {
        None => Box::new(stream.try_clone()?),
        Some(config) => {
            let mut first = [0];
            if stream.peek(&mut first)? == 1 && first[0] != 0x16 {
                return http_on_a_tls_port(stream);
            }
            let mut stream =
                StreamOwned::new(ServerConnection::new(config).map_err(io::Error::other)?, stream.try_clone()?);
            while stream.conn.is_handshaking() {
                stream.conn.complete_io(&mut stream.sock)?;
            }
            client_certificate = stream.conn.peer_certificates().is_some();
            Box::new(stream)
        }
    };
    let mut connection = Connection::new(stream);
    loop {
        match connection.request() {
            Ok(Some(request)) => {
                if !one(&mut connection, &request, shared, number, client_certificate)? {
                    return Ok(());
                }
            }
            Ok(None) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                // What Go's server says to TLS and anything else that is not HTTP.
                return connection.writer().write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request");
            }
            Err(error) => return Err(error),
        }
    }
}

/// What Go's server says.
fn http_on_a_tls_port(mut stream: &TcpStream) -> io::Result<()> {
    let mut head = [0; 4096];
    let _ = stream.read(&mut head)?;
    stream.write_all(b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n")
}

/// Answers one request. Whether another may follow.
fn one(
    connection: &mut Connection,
    request: &Request,
    shared: &Shared,
    number: usize,
    client_certificate: bool,
) -> io::Result<bool> {
    let quirks = shared.quirks();
    let entry = Entry { client_certificate, ..Entry::of(request, number, Instant::now()) };
    let entry = shared.log.push(entry);
    if quirks.latency > Duration::ZERO {
        thread::sleep(quirks.latency);
    }
    let fault = shared.fault(routes::what(request), &request.method, &request.target);
    let mut received = Received { kept: Vec::new(), length: 0 };
    let mut answer = match &fault {
        Some(fault) if in_place_of_the_answer(fault) => Answer::new(200),
        _ => routes::answer(connection, request, shared, &mut received)?,
    };
    for warning in &quirks.warnings {
        answer = answer.header("Warning", warning.as_str());
    }
    if quirks.gzip_if_accepted && request.header("accept-encoding").is_some_and(|value| value.contains("gzip")) {
        answer = answer.compressed();
    }
    if let Some(fault) = &fault {
        answer = answer.spoiled(fault, &request.target);
    }
    let drained = connection.body(DRAINED, |bytes| received.take(bytes))?;
    let status = answer.status;
    shared.log.change(entry, |entry| {
        (entry.body, entry.received, entry.status) = (received.kept, received.length, status);
    });
    let close = request.closes() || !drained;
    let sent = answer.send(connection.writer(), request.method == "HEAD", close);
    shared.log.change(entry, |entry| entry.sent = sent.as_ref().map_or(u64::MAX, |sent| sent.bytes));
    Ok(sent?.open)
}

/// What came in the body of a request.
#[derive(Debug)]
pub(super) struct Received {
    pub(super) kept: Vec<u8>,
    pub(super) length: u64,
}

impl Received {
    pub(super) fn take(&mut self, bytes: &[u8]) {
        let room = KEPT_BODY.saturating_sub(self.kept.len()).min(bytes.len());
        self.kept.extend_from_slice(&bytes[..room]);
        self.length += bytes.len() as u64;
    }
}

/// Whether a fault leaves nothing of the answer, so that nothing is to happen in the store either.
fn in_place_of_the_answer(fault: &Does) -> bool {
    matches!(
        fault,
        Does::Refuse(..)
            | Does::Say(..)
            | Does::RetryAfter(_)
            | Does::RetryAfterDate(_)
            | Does::Redirect(..)
            | Does::RedirectLoop
            | Does::RedirectForever
            | Does::CutBeforeHeaders
            | Does::Garbage
            | Does::Endless(..)
    )
}
