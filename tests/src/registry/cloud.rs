//! Endpoints of a cloud: token services and metadata servers, as far as they are told what to answer.

use std::io;
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::http::Connection;
use super::log::{Entry, Log};

/// What is answered to whom.
#[derive(Debug, Clone)]
pub struct Reply {
    method: &'static str,
    target: String,
    status: u16,
    body: String,
    delay: Duration,
}

impl Reply {
    /// 200 with this body, to requests of this method with this in their target.
    pub fn to(method: &'static str, target: &str, body: impl Into<String>) -> Self {
        Self { method, target: target.to_owned(), status: 200, body: body.into(), delay: Duration::ZERO }
    }

    /// With another status.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// After some time.
    #[must_use]
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}

/// A running endpoint; it stops when dropped.
#[derive(Debug)]
pub struct Cloud {
    address: SocketAddr,
    stopped: Arc<AtomicBool>,
    log: Log,
}

impl Cloud {
    /// With these replies, the first that fits; to everything else 404.
    pub fn start(replies: Vec<Reply>) -> Self {
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = socket.local_addr().expect("an address");
        let (stopped, log, replies) = (Arc::new(AtomicBool::new(false)), Log::default(), Arc::new(replies));
        let out = Self { address, stopped: Arc::clone(&stopped), log: log.clone() };
        thread::spawn(move || {
            for stream in socket.incoming() {
                if stopped.load(Ordering::SeqCst) {
                    return;
                }
                let (Ok(stream), log, replies) = (stream, log.clone(), Arc::clone(&replies)) else { continue };
                // The client may go away.
                thread::spawn(move || serve(&stream, &replies, &log).and_then(|()| stream.shutdown(Shutdown::Both)));
            }
        });
        out
    }

    /// `http://127.0.0.1:8080`
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// `127.0.0.1:8080`
    pub fn host(&self) -> String {
        self.address.to_string()
    }

    /// What it was asked.
    pub fn log(&self) -> &Log {
        &self.log
    }
}

impl Drop for Cloud {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
    }
}

/// One request a connection.
fn serve(stream: &TcpStream, replies: &[Reply], log: &Log) -> io::Result<()> {
    let mut connection = Connection::new(Box::new(stream.try_clone()?));
    let Some(request) = connection.request()? else { return Ok(()) };
    let number = log.push(Entry::of(&request, 0, Instant::now()));
    let mut body = Vec::new();
    connection.body(1 << 16, |bytes| body.extend_from_slice(bytes))?;
    let fits = |reply: &&Reply| reply.method == request.method && request.target.contains(&reply.target);
    let reply = replies.iter().find(fits).cloned().unwrap_or_else(|| Reply::to("", "", "{}").status(404));
    log.change(number, |entry| (entry.status, entry.body) = (reply.status, body));
    thread::sleep(reply.delay);
    let (status, length) = (reply.status, reply.body.len());
    let writer = connection.writer();
    write!(writer, "HTTP/1.1 {status} Said\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{}", reply.body)
}
