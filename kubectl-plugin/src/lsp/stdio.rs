//! Messages over standard input and output: a header that says how long, then JSON.
//!
//! What is no message costs an answer that says so, and nothing else: the reader goes on at the next
//! header.

use std::io::{self, BufRead, Read, Write};
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, unbounded};
use lsp_server::{ErrorCode, Message};
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};

use super::inbox::Event;

/// The longest message that is read, in bytes: a text of the size limit, every character of it escaped.
const MAX_BODY: u64 = 512 << 20;

/// The longest line of a header.
const MAX_LINE: u64 = 8 << 10;

/// The two threads that move bytes.
pub(super) struct Streams {
    /// What was read.
    pub(super) events: Receiver<Event>,
    /// Something else may be put among it.
    pub(super) event_sender: Sender<Event>,
    /// Bodies to be written.
    pub(super) bodies: Sender<String>,
    /// Ends when every sender of bodies is gone and all of them are written.
    pub(super) writer: JoinHandle<()>,
}

impl Streams {
    /// Starts to read and write.
    pub(super) fn open() -> Self {
        let (event_sender, events) = unbounded();
        let (bodies, to_write) = unbounded::<String>();
        let sender = event_sender.clone();
        std::thread::spawn(move || read_all(&mut io::stdin().lock(), &sender));
        let writer = std::thread::spawn(move || {
            let mut out = io::stdout().lock();
            for body in to_write {
                let header = format!("Content-Length: {}\r\n\r\n", body.len());
                let written = out.write_all(header.as_bytes()).and_then(|()| out.write_all(body.as_bytes()));
                if written.and_then(|()| out.flush()).is_err() {
                    // Nobody listens any more; the reader will notice its end.
                    return;
                }
            }
        });
        Self { events, event_sender, bodies, writer }
    }
}

fn read_all(input: &mut impl BufRead, events: &Sender<Event>) {
    loop {
        let event = match read_body(input) {
            Ok(Some(Body::Text(bytes))) => parse(&bytes),
            Ok(Some(Body::TooLong)) => Event::Malformed(ErrorCode::InvalidRequest, "the message is too long"),
            Ok(Some(Body::Garbage)) => Event::Malformed(ErrorCode::ParseError, "a message begins with Content-Length"),
            Ok(None) | Err(_) => Event::Closed,
        };
        let is_end = matches!(event, Event::Closed);
        if events.send(event).is_err() || is_end {
            return;
        }
    }
}

fn parse(bytes: &[u8]) -> Event {
    // The text stays out of what is said: it may hold anything that is being written.
    let nothing =
        Event::Malformed(ErrorCode::InvalidRequest, "this is neither a request nor a notification nor a response");
    match serde_json::from_slice::<Message>(bytes) {
        // Who numbers a message waits for its answer. Those about texts, which are long, are never numbered.
        Ok(Message::Notification(note)) if !note.method.starts_with("textDocument/did") && has_id(bytes) => nothing,
        Ok(message) => Event::Message(message),
        Err(_) if serde_json::from_slice::<IgnoredAny>(bytes).is_ok() => nothing,
        Err(_) => Event::Malformed(ErrorCode::ParseError, "the message is not JSON"),
    }
}

/// Whether a message has an id of any kind.
fn has_id(bytes: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Numbered {
        #[serde(default, deserialize_with = "is_there")]
        id: bool,
    }
    fn is_there<'d, D: Deserializer<'d>>(value: D) -> Result<bool, D::Error> {
        IgnoredAny::deserialize(value).map(|_| true)
    }
    serde_json::from_slice::<Numbered>(bytes).is_ok_and(|message| message.id)
}

#[derive(Debug, PartialEq, Eq)]
enum Body {
    Text(Vec<u8>),
    TooLong,
    /// A block of lines without a length.
    Garbage,
}

/// Reads up to the end of the next body; `None` at the end of the input.
fn read_body(input: &mut impl BufRead) -> io::Result<Option<Body>> {
    let mut length: Option<u64> = None;
    let mut line = Vec::new();
    loop {
        line.clear();
        if input.by_ref().take(MAX_LINE).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            break;
        }
        length = length_in(&line).or(length);
    }
    let Some(length) = length else { return Ok(Some(Body::Garbage)) };
    let mut rest = input.by_ref().take(length);
    if length > MAX_BODY {
        io::copy(&mut rest, &mut io::sink())?;
        return Ok(Some(Body::TooLong));
    }
    // It grows with what comes, not with what was announced.
    let mut bytes = Vec::new();
    rest.read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 == length).then_some(Body::Text(bytes)))
}

/// The number behind `Content-Length:`, also where something stands before it that ended in no line break.
fn length_in(line: &[u8]) -> Option<u64> {
    const NAME: &str = "content-length:";
    let line = String::from_utf8_lossy(line).to_ascii_lowercase();
    let at = line.rfind(NAME)?;
    line.get(at + NAME.len()..)?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_found_again_after_anything_else() {
        let input = "Content-Length: 2\r\n\r\n{}\
                     what is this?\r\n\r\n\
                     x\ncontent-length: 3\r\nContent-Type: y\r\n\r\nabc\
                     ...Content-Length: 1\r\n\r\nd\
                     Content-Length: 99\r\n\r\nshort";
        let mut input = input.as_bytes();
        let mut found = Vec::new();
        while let Ok(Some(body)) = read_body(&mut input) {
            found.push(match body {
                Body::Text(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
                other => format!("{other:?}"),
            });
        }
        assert_eq!(found, ["{}", "Garbage", "abc", "d"]);
        let long = format!("Content-Length: {}\r\n\r\nx", u64::MAX);
        assert!(matches!(read_body(&mut long.as_bytes()), Ok(Some(Body::TooLong))));
    }
}
