//! One request in JSON, one answer in JSON: what the WASI command does between its standard input and output.
//!
//! The forms are described in docs/schemas/request.schema.json; answers are those of the command line's `-o json`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use kubectl_oci_core::diag::Applicability;
use kubectl_oci_core::model::Role;
use kubectl_oci_core::render::{Failure, failure_json};
use serde::Deserialize;

use crate::session::{self, Answer, Session};

/// What is asked. An unknown field is refused: a misspelled one would answer another question.
#[derive(Debug, Deserialize)]
#[serde(tag = "command", rename_all = "lowercase", deny_unknown_fields)]
enum Request {
    Lint(Files),
    Fix(Files),
    Resolve(Resolve),
    Explain { rule: String },
    Rules {},
}

/// Texts by path. A map in order: answers do not depend on how a request is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Files {
    files: BTreeMap<String, String>,
    /// Looked up in, and not checked.
    #[serde(default)]
    context: BTreeMap<String, String>,
    #[serde(default)]
    config: String,
    #[serde(default = "utf32")]
    encoding: String,
    /// Of `fix` alone: also what a person would look at first.
    #[serde(rename = "unsafe")]
    is_unsafe: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Resolve {
    manifest: Option<String>,
    semver: Option<String>,
    #[serde(default)]
    semver_filter: String,
    tags: Option<Tags>,
    #[serde(default)]
    config: String,
}

/// Tags one by one, or a text as `resolve --tags` reads it.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Tags {
    List(Vec<String>),
    Text(String),
}

/// As the command line counts.
fn utf32() -> String {
    "utf-32".to_owned()
}

/// An answer, and whether the request failed as a whole.
#[derive(Debug)]
pub struct Response {
    /// JSON and a line feed.
    pub json: String,
    /// True where `json` is `{"version", "error"}`.
    pub is_failure: bool,
}

impl From<Answer> for Response {
    fn from(answer: Answer) -> Self {
        match answer {
            Ok(mut json) => {
                if !json.ends_with('\n') {
                    json.push('\n');
                }
                Self { json, is_failure: false }
            }
            Err(failure) => Self { json: failure_json(&failure), is_failure: true },
        }
    }
}

/// Answers a request. `now` is the time in Unix seconds.
pub fn respond(request: &[u8], now: Option<i64>) -> Response {
    let parsed = serde_json::from_slice(request).map_err(|error| {
        let failure = Failure::new("the request could not be read").why(error.to_string());
        failure.help("docs/wasi.md describes requests")
    });
    parsed.and_then(|request| perform(request, now)).into()
}

fn perform(request: Request, now: Option<i64>) -> Answer {
    match request {
        Request::Lint(Files { is_unsafe: Some(_), .. }) => {
            Err(Failure::new("\"unsafe\" says how to fix, and lint does not").help("ask for the command fix"))
        }
        Request::Lint(files) => Ok(files.session(now)?.check_all()),
        Request::Fix(files) => {
            let least = if files.is_unsafe == Some(true) { Applicability::Unsafe } else { Applicability::Safe };
            Ok(files.session(now)?.fix(None, least))
        }
        Request::Resolve(Resolve { manifest, semver, semver_filter, tags, config }) => {
            let tags = tags.map(Tags::into_text).transpose()?;
            resolve(manifest, semver, &semver_filter, tags.as_deref(), &config, now)
        }
        Request::Explain { rule } => session::explain(&rule),
        Request::Rules {} => Ok(session::rules()),
    }
}

impl Files {
    fn session(self, now: Option<i64>) -> Result<Session, Failure> {
        let mut session = Session::new(&self.config, session::encoding(&self.encoding)?, now)?;
        for (path, text) in self.files {
            session.put(&path, text, Role::Named);
        }
        for (path, text) in self.context {
            session.put(&path, text, Role::Context);
        }
        Ok(session)
    }
}

/// Which tag a manifest's objects, or a range, mean.
///
/// # Errors
///
/// Both or neither of the two; else as [`Session::resolve`].
pub fn resolve(
    manifest: Option<String>,
    semver: Option<String>,
    filter: &str,
    tags: Option<&str>,
    config: &str,
    now: Option<i64>,
) -> Answer {
    match (manifest, semver) {
        (Some(manifest), None) => {
            Session::new(config, session::encoding("utf-32")?, now)?.resolve("the manifest", manifest, tags)
        }
        (None, Some(semver)) => session::resolve_range(&semver, filter, tags.unwrap_or_default()),
        (Some(_), Some(_)) => Err(Failure::new("both a manifest and a range are given").help("give one of the two")),
        (None, None) => {
            Err(Failure::new("there is nothing to resolve").help("give a manifest, or a range as \"semver\""))
        }
    }
}

impl Tags {
    /// As `resolve --tags` reads it.
    pub(crate) fn into_text(self) -> Answer {
        match self {
            Self::Text(text) => Ok(text),
            // As JSON, a form that lists of tags come in: what a tag holds cannot be taken for a line's end.
            Self::List(tags) => serde_json::to_string(&tags)
                .map_err(|error| Failure::new("the list of tags could not be read").why(error.to_string())),
        }
    }
}

/// The largest request that is read, in bytes: what a session holds, written with escapes.
pub const MAX_REQUEST: usize = 256 << 20;

/// What is answered to a request that could not be read to its end.
pub fn unreadable(why: impl Into<Cow<'static, str>>) -> Response {
    Err(Failure::new("the request could not be read").why(why.into())).into()
}
