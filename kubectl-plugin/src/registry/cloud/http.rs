//! Questions to the endpoints of clouds. What they answer is secret; what is said of them is not.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use kubectl_oci_core::render::printable;
use reqwest::header::{HeaderName, HeaderValue};
use reqwest::{Method, Url};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::registry::cause::Cause;
use crate::registry::error::Error;
use crate::registry::options::{Options, Proxy};
use crate::registry::secret::Secret;
use crate::registry::transport::{Request, Transport, host_and_port};

/// The longest answer, in bytes.
const ANSWER_LIMIT: u64 = 256 * 1024;

/// How long the other end may take. Where there is no metadata server, nothing answers at its address: who waits
/// longer than this waits for nothing.
const METADATA_CONNECT: Duration = Duration::from_secs(1);
const METADATA_ANSWER: Duration = Duration::from_secs(3);
const ENDPOINT_ANSWER: Duration = Duration::from_secs(20);

/// What of an error's words is kept, in characters.
const WORDS_LIMIT: usize = 300;

/// The two ways out.
#[derive(Debug)]
pub(super) struct Http {
    /// To the public endpoints.
    endpoints: Transport,
    /// To the metadata servers of machines, which are never behind a proxy.
    metadata: Transport,
}

impl Http {
    pub(super) fn new(options: &Options) -> Result<Self, String> {
        let near = Options {
            proxy: Proxy::Never,
            connect_timeout: METADATA_CONNECT,
            request_timeout: METADATA_ANSWER,
            retry_delay: Duration::from_millis(100),
            longest_delay: Duration::from_secs(1),
            tries: 2,
            ..options.clone()
        };
        let request_timeout = options.request_timeout.min(ENDPOINT_ANSWER);
        let far = Options { request_timeout, ..options.clone() };
        let transport = |options| Transport::new(options).map_err(|error| error.to_string());
        Ok(Self { endpoints: transport(far)?, metadata: transport(near)? })
    }

    /// Asks, and takes 200 or 201 for an answer.
    pub(super) async fn ask(&self, question: &Question) -> Result<Answer, Refusal> {
        let transport = if question.of_metadata { &self.metadata } else { &self.endpoints };
        let refused = |error: &Error| Refusal { status: None, words: unanswered(question, error) };
        let mut response = transport.round_trip(&question.request, None).await.map_err(|error| refused(&error))?;
        let status = response.status().as_u16();
        let body = response.bytes(ANSWER_LIMIT).await.map_err(|error| refused(&error))?;
        let host = question.host();
        if matches!(status, 200 | 201) {
            return Ok(Answer { host, body });
        }
        let words = match said(&body) {
            Some(said) => format!("{host} answers {status}: {}", question.mask(&said)),
            None => format!("{host} answers {status}"),
        };
        Err(Refusal { status: Some(status), words })
    }
}

/// A request, and what in it must never be shown.
pub(super) struct Question {
    request: Request,
    secrets: Vec<Secret>,
    of_metadata: bool,
}

/// A value of a form.
pub(super) enum Field<'f> {
    Plain(&'f str),
    Secret(&'f Secret),
}

impl Question {
    pub(super) fn get(url: Url) -> Self {
        Self { request: Request::get(url), secrets: Vec::new(), of_metadata: false }
    }

    pub(super) fn post(url: Url) -> Self {
        Self { request: Request::new(Method::POST, url), secrets: Vec::new(), of_metadata: false }
    }

    pub(super) fn put(url: Url) -> Self {
        Self { request: Request::new(Method::PUT, url), secrets: Vec::new(), of_metadata: false }
    }

    /// It goes to a metadata server: at once, or not at all.
    #[must_use]
    pub(super) fn of_metadata(mut self) -> Self {
        self.of_metadata = true;
        self
    }

    /// A header; the name is in lower case.
    #[must_use]
    pub(super) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.request = self.request.header(HeaderName::from_static(name), value);
        self
    }

    /// A header with a secret behind some words; the name is in lower case.
    #[must_use]
    pub(super) fn secret_header(self, name: &'static str, before: &str, value: &Secret) -> Self {
        self.with_secret(HeaderName::from_static(name), before, value)
    }

    /// The same, the name being somebody else's choice: one that is none is left out.
    #[must_use]
    pub(super) fn named_secret_header(self, name: &str, value: &Secret) -> Self {
        match HeaderName::from_bytes(name.as_bytes()) {
            Ok(name) => self.with_secret(name, "", value),
            Err(_) => self,
        }
    }

    fn with_secret(mut self, name: HeaderName, before: &str, value: &Secret) -> Self {
        if let Ok(mut header) = HeaderValue::from_bytes(&[before.as_bytes(), value.expose()].concat()) {
            header.set_sensitive(true);
            self.request.headers.insert(name, header);
        }
        self.hide(value)
    }

    /// A form as its body.
    #[must_use]
    pub(super) fn form(mut self, fields: &[(&str, Field<'_>)]) -> Self {
        let body = form(fields);
        self.request = self.request.body("application/x-www-form-urlencoded", body);
        for (_, field) in fields {
            if let Field::Secret(secret) = field {
                self = self.hide(secret);
            }
        }
        self
    }

    #[must_use]
    pub(super) fn body(mut self, media_type: &str, body: impl Into<Bytes>) -> Self {
        self.request = self.request.body(media_type, body);
        self
    }

    /// Never to be shown, should the other end repeat it.
    #[must_use]
    pub(super) fn hide(mut self, secret: &Secret) -> Self {
        self.secrets.push(secret.clone());
        self
    }

    fn host(&self) -> String {
        host_and_port(&self.request.url)
    }

    /// Words of the other end, fit to be shown.
    fn mask(&self, words: &str) -> String {
        let mut out = words.to_owned();
        for secret in &self.secrets {
            let text = String::from_utf8_lossy(secret.expose());
            if text.len() > 3 {
                out = out.replace(&*text, "***");
            }
        }
        let line = out.lines().next().unwrap_or_default();
        printable(line).chars().take(WORDS_LIMIT).collect()
    }
}

/// `name=value&…`
pub(super) fn form(fields: &[(&str, Field<'_>)]) -> String {
    let mut out = String::new();
    for (name, value) in fields {
        let bytes = match value {
            Field::Plain(text) => text.as_bytes(),
            Field::Secret(secret) => secret.expose(),
        };
        if !out.is_empty() {
            out.push('&');
        }
        out.push_str(name);
        out.push('=');
        out.push_str(&escaped(bytes));
    }
    out
}

/// Everything but RFC 3986's unreserved characters as `%XX`.
pub(super) fn escaped(bytes: &[u8]) -> String {
    let mut out = String::new();
    for byte in bytes {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(*byte)),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

/// What came back.
pub(super) struct Answer {
    host: String,
    body: Bytes,
}

impl Answer {
    /// Read as JSON. The words of an error quote nothing: what came is secret.
    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T, String> {
        serde_json::from_slice(&self.body)
            .map_err(|error| format!("{} answers something else than was asked for (line {})", self.host, error.line()))
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).trim().to_owned()
    }

    /// What is in the first element of this name, of XML.
    pub(super) fn element(&self, name: &str) -> Result<String, String> {
        element(&String::from_utf8_lossy(&self.body), name)
            .ok_or_else(|| format!("{} answers without {name}", self.host))
    }
}

/// No answer, or one that says no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: Option<u16>,
    words: String,
}

#[cfg(test)]
impl Refusal {
    pub(super) fn of(status: Option<u16>) -> Self {
        Self { status, words: String::new() }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}

impl From<Refusal> for String {
    fn from(refusal: Refusal) -> Self {
        refusal.words
    }
}

/// Why nothing came, in plain words.
fn unanswered(question: &Question, error: &Error) -> String {
    let host = question.host();
    match error.cause() {
        Some(Cause::UnknownHost { .. }) => format!("there is no host {host}"),
        Some(Cause::ConnectionRefused { .. }) => format!("nobody listens at {host}"),
        Some(Cause::TimedOut) => format!("{host} does not answer in time"),
        Some(cause) => format!("{host} cannot be asked: {}", question.mask(&cause.go_words())),
        None => format!("{host} cannot be asked: {}", question.mask(&error.to_string())),
    }
}

/// What an error's body says: JSON as AWS, Google, OAuth and registries write it, or AWS's XML.
fn said(body: &[u8]) -> Option<String> {
    let Ok(value) = serde_json::from_slice::<Value>(body) else {
        let text = std::str::from_utf8(body).ok()?;
        return joined(element(text, "Code"), element(text, "Message"));
    };
    let text =
        |value: &Value, names: &[&str]| names.iter().find_map(|name| value.get(*name)?.as_str()).map(str::to_owned);
    let error = match value.get("error") {
        Some(Value::String(error)) => return joined(Some(error.clone()), text(&value, &["error_description"])),
        Some(error @ Value::Object(_)) => error,
        _ => value.get("errors").and_then(|errors| errors.get(0)).unwrap_or(&value),
    };
    let code = text(error, &["__type", "status", "code", "Code"]);
    let code = code.map(|code| code.rsplit('#').next().unwrap_or_default().to_owned());
    joined(code, text(error, &["message", "Message"]))
}

fn joined(code: Option<String>, message: Option<String>) -> Option<String> {
    match (code, message) {
        (Some(code), Some(message)) => Some(format!("{code}: {message}")),
        (one, other) => one.or(other),
    }
}

fn element(xml: &str, name: &str) -> Option<String> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    let (text, _) = rest.split_once(&format!("</{name}>"))?;
    let text = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")]
        .iter()
        .fold(text.trim().to_owned(), |text, (from, to)| text.replace(from, to));
    Some(text)
}

/// An endpoint that somebody named: HTTPS, or HTTP on this machine, or HTTP anywhere where `allows_http`.
pub(super) fn endpoint(text: &str, allows_http: bool) -> Result<Url, String> {
    let url: Url = text.parse().map_err(|_| format!("\"{}\" is no URL", printable(text)))?;
    let is_allowed = match url.scheme() {
        "https" => true,
        "http" => allows_http || crate::registry::address::is_this_machine(&url),
        _ => false,
    };
    if is_allowed && url.has_host() && url.username().is_empty() && url.password().is_none() {
        return Ok(url);
    }
    Err(format!("{} is no endpoint for credentials: HTTPS alone is", host_and_port(&url)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_read_as_each_cloud_writes_them() {
        for (body, words) in [
            (
                r#"{"__type":"com.amazonaws#ExpiredTokenException","message":"too old"}"#,
                "ExpiredTokenException: too old",
            ),
            (r#"{"error":"invalid_grant","error_description":"Bad \u0022x\u0022"}"#, "invalid_grant: Bad \"x\""),
            (r#"{"error":{"code":403,"message":"no","status":"PERMISSION_DENIED"}}"#, "PERMISSION_DENIED: no"),
            (
                r#"{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}"#,
                "UNAUTHORIZED: authentication required",
            ),
            ("<Error><Code>AccessDenied</Code><Message>a &lt; b</Message></Error>", "AccessDenied: a < b"),
        ] {
            assert_eq!(said(body.as_bytes()).as_deref(), Some(words));
        }
        assert_eq!(said(b"<html>"), None);
        assert_eq!(said(b"[]"), None);
    }

    #[test]
    fn secrets_that_are_repeated_are_hidden() {
        let question = Question::get("https://sts.example/".parse().expect("a URL")).hide(&Secret::new("hunter2"));
        assert_eq!(question.mask("the token hunter2 is bad\r\nTrace 1"), "the token *** is bad");
    }

    #[test]
    fn credentials_go_by_https() {
        for (text, allows_http, is_allowed) in [
            ("https://sts.googleapis.com/v1/token", false, true),
            ("http://127.0.0.1:9/token", false, true),
            ("http://sts.example/token", false, false),
            ("http://localstack:4566", true, true),
            ("file:///etc/passwd", true, false),
            ("https://user:word@host/", true, false),
        ] {
            assert_eq!(endpoint(text, allows_http).is_ok(), is_allowed, "{text}");
        }
    }

    #[test]
    fn forms_are_escaped() {
        let secret = Secret::new("a+b/c=");
        assert_eq!(form(&[("x", Field::Plain("a b")), ("y", Field::Secret(&secret))]), "x=a%20b&y=a%2Bb%2Fc%3D");
    }
}
