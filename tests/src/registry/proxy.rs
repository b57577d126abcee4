//! A forward proxy: plain HTTP and tunnels, with a log, a password if wanted, and names of its own for the
//! tests' registries, so that hosts can be told apart as in the world outside.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Instant;

use super::http::{Connection, Request};
use super::log::{Entry, Log};
use super::{Registry, auth};

/// A running proxy; it stops when dropped.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    stopped: Arc<AtomicBool>,
    log: Log,
}

#[derive(Debug)]
struct Rules {
    /// `registry.example:443` and where that is.
    hosts: BTreeMap<String, SocketAddr>,
    /// `user:password`
    password: Option<String>,
    log: Log,
}

impl Proxy {
    /// That knows these hosts (`registry.example:80`) and no others.
    pub fn start(hosts: &[(&str, &Registry)], password: Option<&str>) -> Self {
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = socket.local_addr().expect("an address");
        let log = Log::default();
        let hosts = hosts.iter().map(|(name, registry)| ((*name).to_owned(), registry.socket_address()));
        let rules = Rules { hosts: hosts.collect(), password: password.map(str::to_owned), log: log.clone() };
        let (rules, stopped) = (Arc::new(rules), Arc::new(AtomicBool::new(false)));
        let out = Self { address, stopped: Arc::clone(&stopped), log };
        thread::spawn(move || {
            for stream in socket.incoming() {
                if stopped.load(Ordering::SeqCst) {
                    return;
                }
                let (Ok(stream), rules) = (stream, Arc::clone(&rules)) else { continue };
                // Either end may go away.
                thread::spawn(move || serve(&stream, &rules).and_then(|()| stream.shutdown(Shutdown::Both)));
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

impl Drop for Proxy {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
    }
}

fn serve(stream: &TcpStream, rules: &Rules) -> io::Result<()> {
    let mut connection = Connection::new(Box::new(stream.try_clone()?));
    let Some(request) = connection.request()? else { return Ok(()) };
    let entry = rules.log.push(Entry::of(&request, 0, Instant::now()));
    let (status, target) = decide(&request, rules);
    rules.log.change(entry, |entry| entry.status = status);
    let Some(target) = target else {
        let challenge = if status == 407 { "Proxy-Authenticate: Basic realm=\"proxy\"\r\n" } else { "" };
        return write!(
            connection.writer(),
            "HTTP/1.1 {status} No\r\n{challenge}Content-Length: 0\r\nConnection: close\r\n\r\n"
        );
    };
    let mut upstream = TcpStream::connect(target)?;
    if request.method == "CONNECT" {
        connection.writer().write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
        let (mut from, mut to) = (stream.try_clone()?, upstream.try_clone()?);
        thread::spawn(move || io::copy(&mut from, &mut to).and_then(|_| to.shutdown(Shutdown::Write)));
    } else {
        send_on(&request, &mut connection, &mut upstream)?;
    }
    io::copy(&mut upstream, &mut stream.try_clone()?)?;
    Ok(())
}

/// The status for the log, and where to.
fn decide(request: &Request, rules: &Rules) -> (u16, Option<SocketAddr>) {
    let given = request.header("proxy-authorization").and_then(|value| auth::decode(value.strip_prefix("Basic ")?));
    if rules.password.is_some() && given != rules.password {
        return (407, None);
    }
    let host = match request.target.strip_prefix("http://") {
        Some(rest) => {
            let host = rest.split('/').next().unwrap_or(rest);
            if host.contains(':') { host.to_owned() } else { format!("{host}:80") }
        }
        None => request.target.clone(),
    };
    match rules.hosts.get(&host) {
        Some(address) => (200, Some(*address)),
        None => (502, None),
    }
}

fn send_on(request: &Request, connection: &mut Connection, upstream: &mut TcpStream) -> io::Result<()> {
    let rest = request.target.trim_start_matches("http://");
    let path = rest.find('/').map_or("/", |at| &rest[at..]);
    let mut head = format!("{} {path} HTTP/1.1\r\nConnection: close\r\n", request.method);
    for (name, value) in &request.headers {
        if !name.starts_with("proxy-") && name != "connection" && name != "transfer-encoding" {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
    }
    upstream.write_all(format!("{head}\r\n").as_bytes())?;
    let mut sent = Ok(());
    connection.body(u64::MAX, |bytes| {
        if sent.is_ok() {
            sent = upstream.write_all(bytes);
        }
    })?;
    sent
}
