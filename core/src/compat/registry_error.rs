//! What a controller says where a registry refuses something or cannot be asked.
//!
//! A port of the error texts of go-containerregistry 0.21.6 (`pkg/v1/remote/transport/error.go`,
//! `ping.go`, `internal/redact`) and of the parts of Go's `net/http`, `net/url` and `fmt` that they are made
//! of. Bytes in, words out: whoever asked the registry hands in method, URL, status and body.

use std::fmt;

use super::go::json::{Decoder, GoSlice, Json, Value};

mod answer;
mod url;
mod value;
mod words;

pub use answer::{TokenAnswer, tags_page};
pub use url::{escape_path, redact_url};
pub use words::{alert_words, status_text};

/// How much of an error's body is read, in bytes.
pub const ERROR_BODY_LIMIT: usize = 64 * 1024;

/// The codes after which asking again may help.
const TEMPORARY_CODES: [&str; 4] = ["BLOB_UPLOAD_INVALID", "TOOMANYREQUESTS", "UNKNOWN", "UNAVAILABLE"];

/// The statuses after which asking again may help, where the body says nothing.
const TEMPORARY_STATUSES: [u16; 6] = [408, 429, 500, 502, 503, 504];

/// A status that was not hoped for. `Display` gives the controller's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusError {
    method: String,
    url: String,
    status: u16,
    diagnostics: Vec<Diagnostic>,
    body: String,
}

/// One entry of a registry's error answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnostic {
    /// Such as `MANIFEST_UNKNOWN`; whatever the registry wrote.
    pub code: String,
    /// For people.
    pub message: String,
    /// Whatever else there is, as Go prints it: `map[Tag:9.9.9]`.
    pub detail: Option<String>,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)?;
        match &self.detail {
            Some(detail) => write!(f, "; {detail}"),
            None => Ok(()),
        }
    }
}

impl StatusError {
    /// Reads an answer. Of the body, the first [`ERROR_BODY_LIMIT`] bytes count. The URL is redacted here.
    pub fn new(method: &str, url: &str, status: u16, body: &[u8]) -> Self {
        let body = String::from_utf8_lossy(body.get(..ERROR_BODY_LIMIT).unwrap_or(body)).into_owned();
        let diagnostics = diagnostics(&body);
        Self { method: method.to_owned(), url: redact_url(url), status, diagnostics, body }
    }

    /// The method of the request.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The URL of the request, without what may be secret in it.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// What the registry said, as far as it keeps to the specification.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// Whether the registry gave this code.
    pub fn has_code(&self, code: &str) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.code == code)
    }

    /// The body as it came, at most [`ERROR_BODY_LIMIT`] bytes, stray bytes replaced.
    pub fn body(&self) -> &str {
        &self.body
    }

    /// Whether asking again may help.
    pub fn is_temporary(&self) -> bool {
        if self.diagnostics.is_empty() {
            return TEMPORARY_STATUSES.contains(&self.status);
        }
        self.diagnostics.iter().all(|diagnostic| TEMPORARY_CODES.contains(&diagnostic.code.as_str()))
    }
}

impl fmt::Display for StatusError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: ", self.method, self.url)?;
        match self.diagnostics.as_slice() {
            [] => {
                write!(f, "unexpected status code {} {}", self.status, status_text(self.status))?;
                match self.body.as_str() {
                    "" if self.method == "HEAD" => f.write_str(" (HEAD responses have no body, use GET for details)"),
                    "" => Ok(()),
                    body => write!(f, ": {body}"),
                }
            }
            [one] => one.fmt(f),
            [first, others @ ..] => {
                write!(f, "multiple errors returned: {first}")?;
                others.iter().try_for_each(|other| write!(f, "; {other}"))
            }
        }
    }
}

/// What Go's HTTP client says where there was no answer: `Get "https://…": EOF`. The URL is redacted here.
pub fn request_words(method: &str, url: &str, cause: &str) -> String {
    let mut verb = method.to_ascii_lowercase();
    if let Some(first) = verb.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    format!("{verb} {}: {cause}", super::quote::quoted(&redact_url(url)))
}

/// The `errors` of a body; none where it is no JSON at all. What is of the wrong type is passed over.
fn diagnostics(body: &str) -> Vec<Diagnostic> {
    let Ok(json) = Json::parse(body) else { return Vec::new() };
    let mut decoder = Decoder::default();
    let mut errors: GoSlice<Diagnostic> = GoSlice::default();
    let Ok(()) = decoder.structure(json.root(), ("transport.Error", "Error"), &["errors"], |decoder, _, value| {
        decoder.slice(value, "[]transport.Diagnostic", &mut errors, diagnostic);
        Ok::<(), std::convert::Infallible>(())
    });
    errors.into_vec()
}

fn diagnostic(decoder: &mut Decoder, value: Value<'_>, into: &mut Diagnostic) {
    let names = ["code", "message", "detail"];
    let Ok(()) = decoder.structure(value, ("transport.Diagnostic", "Diagnostic"), &names, |decoder, name, value| {
        match name {
            "code" => decoder.string(value, "transport.ErrorCode", &mut into.code),
            "message" => decoder.string(value, "string", &mut into.message),
            _ => into.detail = value::printed(value),
        }
        Ok::<(), std::convert::Infallible>(())
    });
}

#[cfg(test)]
mod tests;
