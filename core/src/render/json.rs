//! The JSON contract of `lint`, version 1. Adding fields is no break, changing one is.
//!
//! One finding a line, so that the output can be read, searched and compared as it is.

use std::fmt::{self, Write};

use serde::Serialize;

use crate::diag::{Diagnostic, Fix, Location, ObjectName, Severity};

use super::writer::Json;
use super::{Run, url};

pub(super) fn render(run: &Run<'_>, out: &mut dyn Write) -> fmt::Result {
    let summary = Json::of(|json| write_summary(json, run));
    let findings = Json::rows(&run.report.diagnostics, |json, diagnostic| write_finding(json, run, diagnostic));
    writeln!(out, "{{\"version\":1,\n\"summary\":{summary},\n\"diagnostics\":[{findings}]}}")
}

fn write_summary(json: &mut Json, run: &Run<'_>) {
    let summary = &run.report.summary;
    let found = &run.report.diagnostics;
    let count = |severity| found.iter().filter(|diagnostic| diagnostic.severity == severity).count();
    json.object(|json| {
        json.name("files").number(summary.files);
        json.name("documents").number(summary.documents);
        json.name("errors").number(count(Severity::Error));
        json.name("warnings").number(count(Severity::Warning));
        json.name("infos").number(count(Severity::Info));
        json.name("suppressed").number(summary.suppressed);
        json.name("skipped").list(&summary.skipped, |json, file| {
            json.object(|json| {
                json.name("path").text(&file.path);
                json.name("reason").text(file.reason.as_str());
            });
        });
        if let Some(fixed) = run.options.fixed {
            json.name("fixed").number(fixed.fixes);
        }
    });
}

fn write_finding(json: &mut Json, run: &Run<'_>, diagnostic: &Diagnostic) {
    json.object(|json| {
        json.name("rule").text(diagnostic.rule);
        json.name("severity").text(diagnostic.severity.as_str());
        json.name("path").text(run.path(diagnostic.at.file));
        json.name("object").object_name(diagnostic.object.as_ref());
        json.name("range").range(run.range(diagnostic.at));
        json.name("message").text(&diagnostic.message);
        json.name("why").optional(diagnostic.why.as_deref());
        json.name("help").optional(diagnostic.help.as_deref());
        json.name("url").optional(url(diagnostic).as_deref());
        json.name("labels").list(&diagnostic.labels, |json, label| {
            json.object(|json| {
                json.name("path").text(run.path(label.at.file));
                json.name("range").range(run.range(label.at));
                json.name("message").text(&label.message);
            });
        });
        json.name("fix");
        match &diagnostic.fix {
            Some(fix) => write_fix(json, run, fix),
            None => json.null(),
        }
    });
}

fn write_fix(json: &mut Json, run: &Run<'_>, fix: &Fix) {
    json.object(|json| {
        json.name("title").text(&fix.title);
        json.name("applicability").text(fix.applicability.as_str());
        json.name("edits").list(&fix.edits, |json, (file, edit)| {
            json.edit(run.path(*file), run.range(Location { file: *file, span: edit.span }), &edit.text);
        });
    });
}

/// How the contracts name an object, as [`Json::object_name`] writes it.
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

/// A value on one line. Maps with keys that are no strings alone could fail, and there are none.
pub(super) fn line(value: &impl Serialize) -> Result<String, fmt::Error> {
    serde_json::to_string(value).map_err(|_| fmt::Error)
}
