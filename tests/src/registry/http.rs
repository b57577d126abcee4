//! Requests, read from the wire.

use std::io::{self, BufRead, BufReader, Read, Write};

/// What carries HTTP: a socket, or TLS over one.
pub(super) trait Stream: Read + Write + Send {}
impl<T: Read + Write + Send> Stream for T {}

/// The head of a request.
#[derive(Debug, Clone)]
pub(super) struct Request {
    pub(super) method: String,
    /// Path and query as they came.
    pub(super) target: String,
    pub(super) path: String,
    query: Vec<(String, String)>,
    /// Names in lower case.
    pub(super) headers: Vec<(String, String)>,
}

impl Request {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }

    /// The first value of a parameter of the query, decoded.
    pub(super) fn query<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.queries(name).next()
    }

    pub(super) fn queries<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> + use<'a> {
        self.query.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether the client wants the connection closed.
    pub(super) fn closes(&self) -> bool {
        self.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"))
    }

    /// Whether `Accept` has this media type, or anything.
    pub(super) fn accepts(&self, media_type: &str) -> bool {
        let all = self.headers.iter().filter(|(name, _)| name == "accept");
        let mut types =
            all.flat_map(|(_, value)| value.split(',')).map(|one| one.split(';').next().unwrap_or(one).trim());
        types.any(|one| one == media_type || one == "*/*")
    }
}

/// Name and value pairs of a query or a form, decoded.
pub(super) fn pairs(text: &str) -> Vec<(String, String)> {
    let parts = text.split('&').filter(|part| !part.is_empty());
    parts
        .map(|part| part.split_once('=').unwrap_or((part, "")))
        .map(|(key, value)| (decode(key), decode(value)))
        .collect()
}

fn decode(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, behind)) = rest.split_first() {
        rest = behind;
        let hex = (byte == b'%').then(|| behind.get(..2)).flatten();
        let value = hex.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        match (value, byte) {
            (Some(value), _) => {
                out.push(value);
                rest = &behind[2..];
            }
            (None, b'+') => out.push(b' '),
            (None, byte) => out.push(byte),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// A connection that requests are read from.
pub(super) struct Connection {
    reader: BufReader<Box<dyn Stream>>,
    /// What is left of the body of the request at hand.
    body: Body,
    /// The client waits for `100 Continue`.
    expects: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Body {
    Left(u64),
    Chunked,
    Done,
}

impl Connection {
    pub(super) fn new(stream: Box<dyn Stream>) -> Self {
        Self { reader: BufReader::with_capacity(1 << 16, stream), body: Body::Done, expects: false }
    }

    pub(super) fn writer(&mut self) -> &mut dyn Write {
        self.reader.get_mut()
    }

    /// The next byte without taking it; `None` at the end.
    pub(super) fn peek(&mut self) -> io::Result<Option<u8>> {
        Ok(self.reader.fill_buf()?.first().copied())
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = Vec::new();
        self.reader.by_ref().take(1 << 16).read_until(b'\n', &mut line)?;
        Ok(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned())
    }

    /// The head of the next request; `None` where the client is done.
    pub(super) fn request(&mut self) -> io::Result<Option<Request>> {
        let malformed = || io::Error::new(io::ErrorKind::InvalidData, "no HTTP");
        if self.peek()?.is_none() {
            return Ok(None);
        }
        let start = self.line()?;
        let mut words = start.split(' ');
        let (Some(method), Some(target), Some("HTTP/1.1" | "HTTP/1.0")) = (words.next(), words.next(), words.next())
        else {
            return Err(malformed());
        };
        let mut headers = Vec::new();
        loop {
            let line = self.line()?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').ok_or_else(malformed)?;
            headers.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let request = Request {
            method: method.to_owned(),
            target: target.to_owned(),
            path: decode(path),
            query: pairs(query),
            headers,
        };
        let chunked = request.header("transfer-encoding").is_some_and(|value| value.eq_ignore_ascii_case("chunked"));
        let length = request.header("content-length").and_then(|value| value.parse().ok()).unwrap_or(0);
        self.body = match (chunked, length) {
            (true, _) => Body::Chunked,
            (false, 0) => Body::Done,
            (false, length) => Body::Left(length),
        };
        self.expects = request.header("expect").is_some_and(|value| value.eq_ignore_ascii_case("100-continue"));
        Ok(Some(request))
    }

    /// Reads at most `limit` bytes of the body. `Ok(true)`: that was all of it.
    pub(super) fn body(&mut self, limit: u64, mut each: impl FnMut(&[u8])) -> io::Result<bool> {
        if std::mem::take(&mut self.expects) && self.body != Body::Done {
            self.writer().write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        let mut read = 0;
        while self.body != Body::Done {
            if read >= limit {
                return Ok(false);
            }
            let length = if let Body::Left(length) = self.body { length } else { self.chunk_length()? };
            let take = length.min(limit - read);
            self.copy(take, &mut each)?;
            read += take;
            self.body = match self.body {
                Body::Chunked if length == 0 => Body::Done,
                Body::Chunked if take == length => {
                    self.line()?;
                    Body::Chunked
                }
                // The rest of a chunk is lost, and with it the connection.
                Body::Chunked => return Ok(false),
                _ if take == length => Body::Done,
                _ => Body::Left(length - take),
            };
        }
        Ok(true)
    }

    fn chunk_length(&mut self) -> io::Result<u64> {
        let line = self.line()?;
        let digits = line.split(';').next().unwrap_or_default().trim();
        let length = u64::from_str_radix(digits, 16).map_err(io::Error::other)?;
        if length == 0 {
            while !self.line()?.is_empty() {}
        }
        Ok(length)
    }

    fn copy(&mut self, mut length: u64, each: &mut impl FnMut(&[u8])) -> io::Result<()> {
        while length > 0 {
            let buffer = self.reader.fill_buf()?;
            if buffer.is_empty() {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let take = (buffer.len() as u64).min(length) as usize;
            each(&buffer[..take]);
            self.reader.consume(take);
            length -= take as u64;
        }
        Ok(())
    }
}
