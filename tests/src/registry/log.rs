//! What a registry was asked, for tests to assert on.

use std::sync::{Arc, Mutex};
use std::time::Instant;

use super::http::Request;

/// One request.
#[derive(Debug, Clone)]
pub struct Entry {
    /// When its head was read.
    pub time: Instant,
    /// The number of its connection, from 0.
    pub connection: usize,
    /// `GET`
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The beginning of its body.
    pub body: Vec<u8>,
    /// How long its body was, as far as it was read.
    pub received: u64,
    /// Whether the client showed a certificate.
    pub client_certificate: bool,
    /// The status it was answered with; 0 where it was not.
    pub status: u16,
    /// How much of the answer's body was sent before the client had enough.
    pub sent: u64,
}

impl Entry {
    pub(super) fn of(request: &Request, connection: usize, time: Instant) -> Self {
        Self {
            time,
            connection,
            method: request.method.clone(),
            target: request.target.clone(),
            headers: request.headers.clone(),
            body: Vec::new(),
            received: 0,
            client_certificate: false,
            status: 0,
            sent: 0,
        }
    }

    /// The value of a header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }

    /// Whether this text, or its base64, is anywhere in the request.
    pub fn holds(&self, secret: &str) -> bool {
        let text = format!("{} {:?} {}", self.target, self.headers, String::from_utf8_lossy(&self.body));
        // A percent-encoded body is near enough for the letters and digits that tests use in secrets.
        let encoded = self.header("authorization").and_then(|value| value.split_once(' ')).map(|(_, value)| value);
        let decoded = encoded.and_then(super::auth::decode).unwrap_or_default();
        text.contains(secret) || decoded.contains(secret)
    }
}

/// The requests in the order of their heads; clones share it.
#[derive(Debug, Clone, Default)]
pub struct Log(Arc<Mutex<Vec<Entry>>>);

impl Log {
    pub(super) fn push(&self, entry: Entry) -> usize {
        let mut entries = self.0.lock().expect("the log");
        entries.push(entry);
        entries.len() - 1
    }

    pub(super) fn change(&self, number: usize, change: impl FnOnce(&mut Entry)) {
        let mut entries = self.0.lock().expect("the log");
        // A test may have cleared it meanwhile.
        if let Some(entry) = entries.get_mut(number) {
            change(entry);
        }
    }

    /// All requests so far.
    pub fn entries(&self) -> Vec<Entry> {
        self.0.lock().expect("the log").clone()
    }

    /// `GET /v2/` a line, with the status behind it.
    pub fn lines(&self) -> Vec<String> {
        let entries = self.0.lock().expect("the log");
        entries.iter().map(|entry| format!("{} {} {}", entry.method, entry.target, entry.status)).collect()
    }

    /// How many requests have this method (`*`: any) and this in their target.
    pub fn count(&self, method: &str, target: &str) -> usize {
        let entries = self.0.lock().expect("the log");
        let fits = |entry: &&Entry| (method == "*" || entry.method == method) && entry.target.contains(target);
        entries.iter().filter(fits).count()
    }

    /// Forgets what was asked so far.
    pub fn clear(&self) {
        self.0.lock().expect("the log").clear();
    }

    /// # Panics
    ///
    /// If any request has `Authorization`, a cookie, or one of these secrets anywhere.
    pub fn assert_no_credentials(&self, secrets: &[&str]) {
        for entry in self.entries() {
            for name in ["authorization", "proxy-authorization", "cookie"] {
                let value = entry.header(name);
                assert!(value.is_none(), "{} {} came with {name}", entry.method, entry.target);
            }
            for secret in secrets {
                assert!(!entry.holds(secret), "{} {} holds a secret", entry.method, entry.target);
            }
        }
    }
}
