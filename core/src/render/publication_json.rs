//! The JSON contract of `build` and `push`, version 1.

use serde::Serialize;

use super::json::line;
use crate::collections::Gather;
use crate::publication::{LeftOut, Publication, PushFinding};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    url: Option<&'a str>,
    tag: Option<&'a str>,
    digest: Option<&'a str>,
    file: Option<&'a str>,
    kind: &'static str,
    layer: Layer<'a>,
    upload: Option<&'static str>,
    created: Option<&'a str>,
    source: Option<&'a str>,
    revision: Option<&'a str>,
    files: u64,
    folders: u64,
    content_size: u64,
    ignored: u64,
    links: Left<'a>,
    special: Left<'a>,
    largest: Vec<File<'a>>,
    findings: Vec<Finding<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Layer<'a> {
    media_type: &'a str,
    digest: &'a str,
    size: u64,
}

#[derive(Serialize)]
struct Left<'a> {
    count: u64,
    paths: &'a [String],
}

impl<'a> From<&'a LeftOut> for Left<'a> {
    fn from(left: &'a LeftOut) -> Self {
        Self { count: left.count, paths: &left.paths }
    }
}

#[derive(Serialize)]
struct File<'a> {
    path: &'a str,
    size: u64,
}

#[derive(Serialize)]
pub(super) struct Finding<'a> {
    rule: &'static str,
    severity: &'static str,
    path: Option<&'a str>,
    message: &'a str,
    help: &'a str,
}

impl<'a> From<&'a PushFinding> for Finding<'a> {
    fn from(finding: &'a PushFinding) -> Self {
        let PushFinding { rule, severity, path, message, help } = finding;
        Self { rule, severity: severity.as_str(), path: path.as_deref(), message, help }
    }
}

/// `{"version": 1, "results": [{…}]}`, of the one artifact that was made.
pub fn publication_json(of: &Publication) -> String {
    let answer = Answer {
        url: of.url.as_deref(),
        tag: of.tag.as_deref(),
        digest: of.digest.as_deref(),
        file: of.file.as_deref(),
        kind: of.kind.as_str(),
        layer: Layer { media_type: &of.layer.media_type, digest: &of.layer.digest, size: of.layer.size },
        upload: of.upload,
        created: of.labels.created.as_deref(),
        source: of.labels.source.as_deref(),
        revision: of.labels.revision.as_deref(),
        files: of.contents.files,
        folders: of.contents.folders,
        content_size: of.contents.size,
        ignored: of.contents.ignored,
        links: (&of.contents.links).into(),
        special: (&of.contents.special).into(),
        largest: of.contents.largest.iter().map(|(path, size)| File { path, size: *size }).gather(),
        findings: of.findings.iter().map(Finding::from).gather(),
    };
    format!("{{\"version\":1,\n\"results\":[\n{}]}}\n", line(&answer).unwrap_or_default())
}
