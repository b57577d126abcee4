//! A server of one's own making: what it answers is a function of the request.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

/// A request as it arrived.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) method: String,
    /// Path and query.
    pub(super) target: String,
    /// Names in lower case.
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Asked {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn line(&self) -> String {
        format!("{} {}", self.method, self.target)
    }
}

/// Listens on a port of its own until it is dropped.
pub(super) struct Server {
    pub(super) host: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    /// `answer` makes the whole answer, head included, of the request and how many came before it.
    pub(super) async fn start(answer: impl Fn(&Asked, usize) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let host = listener.local_addr().expect("an address").to_string();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (answer, log) = (Arc::new(answer), Arc::clone(&asked));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (answer, log) = (Arc::clone(&answer), Arc::clone(&log));
                tokio::spawn(async move {
                    let mut stream = BufReader::new(stream);
                    if let Some(request) = read(&mut stream).await {
                        let before = {
                            let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
                            log.push(request.clone());
                            log.len() - 1
                        };
                        let _ = stream.write_all(&answer(&request, before)).await;
                        let _ = stream.shutdown().await;
                    }
                });
            }
        });
        Self { host, asked, task }
    }

    /// What was asked, in order, but for the greeting.
    pub(super) fn asked(&self) -> Vec<Asked> {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.iter().filter(|request| request.target != "/v2/").cloned().collect()
    }
}

async fn read(stream: &mut BufReader<tokio::net::TcpStream>) -> Option<Asked> {
    let mut line = String::new();
    stream.read_line(&mut line).await.ok()?;
    let mut words = line.split_whitespace();
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok()?;
        let Some((name, value)) = line.trim().split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut asked = Asked { method, target, headers, body: Vec::new() };
    if asked.header("transfer-encoding") == Some("chunked") {
        asked.body = read_chunks(stream).await?;
    } else if let Some(length) = asked.header("content-length").and_then(|length| length.parse().ok()) {
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await.ok()?;
        asked.body = body;
    }
    Some(asked)
}

async fn read_chunks(stream: &mut BufReader<tokio::net::TcpStream>) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok()?;
        let size = usize::from_str_radix(line.trim(), 16).ok()?;
        let mut chunk = vec![0; size + 2];
        stream.read_exact(&mut chunk).await.ok()?;
        if size == 0 {
            return Some(out);
        }
        out.extend_from_slice(&chunk[..size]);
    }
}

/// An answer with its length.
pub(super) fn answer(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut out = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n", body.len());
    for (name, value) in headers {
        out.push_str(&format!("{name}: {value}\r\n"));
    }
    [out.as_bytes(), b"\r\n", body].concat()
}

pub(super) fn ok(body: &str) -> Vec<u8> {
    answer(200, &[], body.as_bytes())
}
