//! The JSON contract of `lint`, version 1. Adding fields is no break, changing one is.
//!
//! One finding a line, so that the output can be read, searched and compared as it is.

use std::fmt::{self, Write};

use serde::Serialize;

use crate::collections::Gather;
use crate::diag::{Diagnostic, FileId, Fix, Location, ObjectName, Severity};

use super::place::JsonRange;
use super::{Run, url};

#[derive(Serialize)]
struct Summary<'a> {
    files: usize,
    documents: usize,
    errors: usize,
    warnings: usize,
    infos: usize,
    suppressed: usize,
    skipped: Vec<Skipped<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fixed: Option<usize>,
}

#[derive(Serialize)]
struct Skipped<'a> {
    path: &'a str,
    reason: &'static str,
}

#[derive(Serialize)]
struct Finding<'a> {
    rule: &'static str,
    severity: &'static str,
    path: &'a str,
    object: Option<JsonObject<'a>>,
    range: JsonRange,
    message: &'a str,
    why: Option<&'a str>,
    help: Option<&'a str>,
    url: Option<String>,
    labels: Vec<JsonLabel<'a>>,
    fix: Option<JsonFix<'a>>,
}

/// How the contracts name an object.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct JsonObject<'a> {
    api_version: &'a str,
    kind: &'a str,
    namespace: Option<&'a str>,
    name: &'a str,
}

impl<'a> From<&'a ObjectName> for JsonObject<'a> {
    fn from(object: &'a ObjectName) -> Self {
        Self {
            api_version: &object.api_version,
            kind: &object.kind,
            namespace: object.namespace.as_deref(),
            name: &object.name,
        }
    }
}

#[derive(Serialize)]
struct JsonLabel<'a> {
    path: &'a str,
    range: JsonRange,
    message: &'a str,
}

#[derive(Serialize)]
struct JsonFix<'a> {
    title: &'a str,
    applicability: &'static str,
    edits: Vec<JsonEdit<'a>>,
}

#[derive(Serialize)]
pub(super) struct JsonEdit<'a> {
    pub(super) path: &'a str,
    pub(super) range: JsonRange,
    pub(super) text: &'a str,
}

pub(super) fn render(run: &Run<'_>, out: &mut dyn Write) -> fmt::Result {
    let summary = &run.report.summary;
    let skipped = summary.skipped.iter();
    let summary = Summary {
        files: summary.files,
        documents: summary.documents,
        errors: count(run, Severity::Error),
        warnings: count(run, Severity::Warning),
        infos: count(run, Severity::Info),
        suppressed: summary.suppressed,
        skipped: skipped.map(|file| Skipped { path: &file.path, reason: file.reason.as_str() }).gather(),
        fixed: run.options.fixed.map(|fixed| fixed.fixes),
    };
    write!(out, "{{\"version\":1,\n\"summary\":{},\n\"diagnostics\":[", line(&summary)?)?;
    for (index, diagnostic) in run.report.diagnostics.iter().enumerate() {
        out.write_str(if index == 0 { "\n" } else { ",\n" })?;
        out.write_str(&line(&finding(run, diagnostic))?)?;
    }
    out.write_str("]}\n")
}

fn count(run: &Run<'_>, severity: Severity) -> usize {
    run.report.diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count()
}

/// A value on one line. Maps with keys that are no strings alone could fail, and there are none.
pub(super) fn line(value: &impl Serialize) -> Result<String, fmt::Error> {
    serde_json::to_string(value).map_err(|_| fmt::Error)
}

fn finding<'a>(run: &Run<'a>, diagnostic: &'a Diagnostic) -> Finding<'a> {
    let labels = diagnostic.labels.iter();
    Finding {
        rule: diagnostic.rule,
        severity: diagnostic.severity.as_str(),
        path: run.path(diagnostic.at.file),
        object: diagnostic.object.as_ref().map(JsonObject::from),
        range: run.range(diagnostic.at),
        message: &diagnostic.message,
        why: diagnostic.why.as_deref(),
        help: diagnostic.help.as_deref(),
        url: url(diagnostic),
        labels: labels
            .map(|label| JsonLabel {
                path: run.path(label.at.file),
                range: run.range(label.at),
                message: &label.message,
            })
            .gather(),
        fix: diagnostic.fix.as_ref().map(|fix| json_fix(run, fix)),
    }
}

fn json_fix<'a>(run: &Run<'a>, fix: &'a Fix) -> JsonFix<'a> {
    let edit = |(file, edit): &'a (FileId, crate::text::Edit)| JsonEdit {
        path: run.path(*file),
        range: run.range(Location { file: *file, span: edit.span }),
        text: &edit.text,
    };
    JsonFix { title: &fix.title, applicability: fix.applicability.as_str(), edits: fix.edits.iter().map(edit).gather() }
}
