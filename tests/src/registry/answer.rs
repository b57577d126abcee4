//! Answers, written to the wire: as they should be, or as a fault has them.

use std::io::{self, Read, Write};
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime};

use serde_json::json;

use super::blob::Blob;
use super::quirks::Does;

/// Bodies without end end all the same, once nobody can be reading for a reason.
const ENDLESS_BYTES: u64 = 8 << 30;
const ENDLESS_TIME: Duration = Duration::from_secs(60);

/// An answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Body,
    /// What goes wrong on its way.
    fault: Option<Does>,
}

#[derive(Debug, Clone)]
pub(super) enum Body {
    Bytes(Vec<u8>),
    /// A blob from this byte on.
    Blob(Blob, u64),
    /// Without end, with this at its beginning.
    Endless(&'static str),
}

/// How it went.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sent {
    /// Bytes of the body.
    pub(super) bytes: u64,
    /// Whether another request may follow on the connection.
    pub(super) open: bool,
}

impl Answer {
    pub(super) fn new(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Body::Bytes(Vec::new()), fault: None }
    }

    pub(super) fn text(status: u16, media_type: &str, text: impl Into<Vec<u8>>) -> Self {
        let mut out = Self::new(status).header("Content-Type", media_type);
        out.body = Body::Bytes(text.into());
        out
    }

    pub(super) fn json(status: u16, value: &serde_json::Value) -> Self {
        Self::text(status, "application/json", value.to_string())
    }

    /// As the specification words errors.
    pub(super) fn error(status: u16, code: &str, message: &str) -> Self {
        Self::detailed_error(status, code, message, serde_json::Value::Null)
    }

    pub(super) fn detailed_error(status: u16, code: &str, message: &str, detail: serde_json::Value) -> Self {
        let mut error = json!({"code": code, "message": message});
        if !detail.is_null() {
            error["detail"] = detail;
        }
        Self::json(status, &json!({"errors": [error]}))
    }

    #[must_use]
    pub(super) fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    #[must_use]
    pub(super) fn body(mut self, body: Body) -> Self {
        self.body = body;
        self
    }

    fn set(&mut self, name: &str, value: Option<String>) {
        self.headers.retain(|(header, _)| !header.eq_ignore_ascii_case(name));
        self.headers.extend(value.map(|value| (name.to_owned(), value)));
    }

    /// What a fault makes of it.
    pub(super) fn spoiled(self, fault: &Does, target: &str) -> Self {
        let mut out = match fault {
            Does::Refuse(status, code, message) => Self::error(*status, code, message),
            Does::Say(status, media_type, text) => Self::text(*status, media_type, *text),
            Does::RetryAfter(seconds) => too_many().header("Retry-After", seconds.to_string()),
            Does::RetryAfterDate(from_now) => {
                too_many().header("Retry-After", httpdate::fmt_http_date(SystemTime::now() + *from_now))
            }
            Does::Redirect(status, to) => Self::new(*status).header("Location", to.replace("{target}", target)),
            Does::RedirectLoop => Self::new(307).header("Location", target),
            Does::RedirectForever => {
                let more = if target.contains('?') { "&again" } else { "?again" };
                Self::new(307).header("Location", format!("{target}{more}"))
            }
            Does::Endless(status, start) => Self::text(*status, "application/json", "").body(Body::Endless(start)),
            _ => self,
        };
        match fault {
            Does::DigestLies => out.set("Docker-Content-Digest", Some(super::digest(b"something else"))),
            Does::DigestMissing => out.set("Docker-Content-Digest", None),
            Does::DigestMalformed => out.set("Docker-Content-Digest", Some("sha256:../../etc".to_owned())),
            Does::Header(name, value) => out.headers.push(((*name).to_owned(), value.clone())),
            Does::WithoutHeader(name) => out.set(name, None),
            Does::OtherText(text) => out.body = Body::Bytes(text.clone().into_bytes()),
            Does::Gzip => out = out.compressed(),
            Does::GzipLies => out.set("Content-Encoding", Some("gzip".to_owned())),
            _ => {}
        }
        out.fault = Some(fault.clone());
        out
    }

    /// With its body in gzip.
    #[must_use]
    pub(super) fn compressed(mut self) -> Self {
        let mut bytes = Vec::new();
        if let Some(mut reader) = self.reader() {
            let mut writer = flate2::write::GzEncoder::new(&mut bytes, flate2::Compression::fast());
            io::copy(&mut reader, &mut writer).and_then(|_| writer.finish()).expect("gzip in memory");
        }
        self.body = Body::Bytes(bytes);
        self.header("Content-Encoding", "gzip")
    }

    fn length(&self) -> Option<u64> {
        match &self.body {
            Body::Bytes(bytes) => Some(bytes.len() as u64),
            Body::Blob(blob, start) => Some(blob.size - start),
            Body::Endless(_) => None,
        }
    }

    fn reader(&self) -> Option<Box<dyn Read + Send>> {
        match &self.body {
            Body::Bytes(bytes) => Some(Box::new(io::Cursor::new(bytes.clone()))),
            Body::Blob(blob, start) => blob.read_from(*start),
            Body::Endless(start) => Some(Box::new(start.as_bytes().chain(io::repeat(b'a')))),
        }
    }

    /// Writes it. An error means that the client went away.
    pub(super) fn send(mut self, out: &mut dyn Write, head_only: bool, close: bool) -> io::Result<Sent> {
        let fault = self.fault.take();
        let closed = Ok(Sent { bytes: 0, open: false });
        match &fault {
            Some(Does::CutBeforeHeaders) => return closed,
            Some(Does::Garbage) => {
                out.write_all(b"\x00\x01SSH-2.0-OpenSSH_9.9 this is not HTTP\r\n\r\n")?;
                return closed;
            }
            Some(Does::CutInHeaders) => {
                out.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: appli")?;
                return closed;
            }
            Some(Does::EndlessHeaders) => return endless_headers(out),
            Some(Does::SlowFirstByte(pause)) => sleep(*pause),
            _ => {}
        }
        let framing = Framing::of(&self, fault.as_ref());
        let open = !close && framing.keeps_open();
        out.write_all(self.head(&framing, open).as_bytes())?;
        out.flush()?;
        if head_only || matches!(self.status, 204 | 304) {
            return Ok(Sent { bytes: 0, open });
        }
        let bytes = self.send_body(out, &framing, fault.as_ref())?;
        out.flush()?;
        let cut = matches!(fault, Some(Does::CutBody(_) | Does::LengthMore(_) | Does::BrokenChunks));
        Ok(Sent { bytes, open: open && !cut })
    }

    fn head(&self, framing: &Framing, open: bool) -> String {
        let mut head = format!("HTTP/1.1 {} {}\r\n", self.status, phrase(self.status));
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        match framing {
            Framing::Length(length) => head.push_str(&format!("Content-Length: {length}\r\n")),
            Framing::Chunked | Framing::BrokenChunks => head.push_str("Transfer-Encoding: chunked\r\n"),
            Framing::UntilClosed => {}
        }
        if !open {
            head.push_str("Connection: close\r\n");
        }
        head + "\r\n"
    }

    fn send_body(&self, out: &mut dyn Write, framing: &Framing, fault: Option<&Does>) -> io::Result<u64> {
        let Some(mut reader) = self.reader() else {
            return Err(io::Error::other("a blob that was too large to be kept was asked for"));
        };
        let (piece, pause) = match fault {
            Some(Does::Drip(bytes, pause)) => (*bytes, *pause),
            _ => (1 << 16, Duration::ZERO),
        };
        let limit = match (fault, &self.body) {
            (Some(Does::CutBody(bytes)), _) => *bytes,
            (_, Body::Endless(_)) => ENDLESS_BYTES,
            _ => u64::MAX,
        };
        let other = matches!(fault, Some(Does::OtherBody));
        let started = Instant::now();
        let mut buffer = vec![0; piece];
        let mut sent = 0;
        while sent < limit {
            let want = (piece as u64).min(limit - sent) as usize;
            let length = reader.read(&mut buffer[..want])?;
            if length == 0 || (limit == ENDLESS_BYTES && started.elapsed() > ENDLESS_TIME) {
                break;
            }
            if other && sent == 0 {
                buffer[0] ^= 1;
            }
            framing.write(out, &buffer[..length])?;
            sent += length as u64;
            if !pause.is_zero() {
                out.flush()?;
                sleep(pause);
            }
        }
        if *framing == Framing::Chunked && !matches!(fault, Some(Does::CutBody(_))) {
            out.write_all(b"0\r\n\r\n")?;
        }
        Ok(sent)
    }
}

/// How the end of a body is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Framing {
    Length(u64),
    Chunked,
    BrokenChunks,
    UntilClosed,
}

impl Framing {
    fn of(answer: &Answer, fault: Option<&Does>) -> Self {
        let Some(length) = answer.length() else { return Self::Chunked };
        match fault {
            Some(Does::LengthMore(more)) => Self::Length(length + more),
            Some(Does::LengthLess(less)) => Self::Length(length.saturating_sub(*less)),
            Some(Does::LengthMissing) => Self::UntilClosed,
            Some(Does::Chunked) => Self::Chunked,
            Some(Does::BrokenChunks) => Self::BrokenChunks,
            _ => Self::Length(length),
        }
    }

    fn keeps_open(self) -> bool {
        matches!(self, Self::Length(_) | Self::Chunked)
    }

    fn write(self, out: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Length(_) | Self::UntilClosed => out.write_all(bytes),
            Self::Chunked => {
                write!(out, "{:x}\r\n", bytes.len())?;
                out.write_all(bytes)?;
                out.write_all(b"\r\n")
            }
            Self::BrokenChunks => {
                out.write_all(b"many\r\n")?;
                out.write_all(bytes)?;
                out.write_all(b"\r\n")
            }
        }
    }
}

fn too_many() -> Answer {
    Answer::error(429, "TOOMANYREQUESTS", "too many requests")
}

fn endless_headers(out: &mut dyn Write) -> io::Result<Sent> {
    out.write_all(b"HTTP/1.1 200 OK\r\n")?;
    let started = Instant::now();
    let mut number: u64 = 0;
    while started.elapsed() < ENDLESS_TIME {
        number += 1;
        write!(out, "X-Header-{number}: {}\r\n", "a".repeat(1000))?;
    }
    Ok(Sent { bytes: 0, open: false })
}

fn phrase(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        206 => "Partial Content",
        301 => "Moved Permanently",
        302 => "Found",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        413 => "Request Entity Too Large",
        416 => "Requested Range Not Satisfiable",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "",
    }
}
