//! SARIF 2.1.0, for code scanning.
//!
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>. Columns count Unicode scalar
//! values, which `columnKind` says. Suppressed findings are left out, as in every other format.

use std::fmt::{self, Write};

use serde_json::{Value, json};

use crate::collections::Gather;
use crate::diag::{Applicability, Diagnostic, FileId, Fix, Location, Severity};
use crate::lint::SkipReason;
use crate::rules::{Rule, rule};
use crate::text::Edit;

use super::fingerprint::Fingerprints;
use super::{Run, mark, whole_message};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
const HOME: &str = env!("CARGO_PKG_REPOSITORY");

pub(super) fn render(run: &Run<'_>, out: &mut dyn Write) -> fmt::Result {
    let found = &run.report.diagnostics;
    let mut rules: Vec<&str> = found.iter().map(|diagnostic| diagnostic.rule).gather();
    rules.sort_unstable();
    rules.dedup();
    let driver = json!({
        "name": "kubectl-oci",
        "version": run.options.version,
        "semanticVersion": run.options.version,
        "informationUri": HOME,
        "rules": rules.iter().map(|id| descriptor(id)).gather(),
    });
    write!(out, "{{\"$schema\":\"{SCHEMA}\",\n\"version\":\"2.1.0\",\n\"runs\":[{{")?;
    write!(out, "\"tool\":{{\"driver\":{}}},\n\"columnKind\":\"unicodeCodePoints\",", line(&driver))?;
    write!(out, "\n\"invocations\":[{}],\n\"results\":[", line(&invocation(run)))?;
    let mut fingerprints = Fingerprints::default();
    for (index, diagnostic) in found.iter().enumerate() {
        let fingerprint = fingerprints.next(run, diagnostic);
        out.write_str(if index == 0 { "\n" } else { ",\n" })?;
        out.write_str(&line(&result(run, diagnostic, &rules, &fingerprint)))?;
    }
    out.write_str("]}]}\n")
}

fn line(value: &Value) -> String {
    let mut out = String::new();
    write_value(value, &mut out);
    out
}

/// As `serde_json` writes it. That would bring along how fractions are written, ten kilobytes of tables, and SARIF here
/// has none.
fn write_value(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Number(number) => out.push_str(&number.as_u64().unwrap_or_default().to_string()),
        Value::String(text) => write_text(text, out),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                out.push(if index == 0 { '[' } else { ',' });
                write_value(item, out);
            }
            out.push_str(if items.is_empty() { "[]" } else { "]" });
        }
        Value::Object(fields) => {
            for (index, (name, value)) in fields.iter().enumerate() {
                out.push(if index == 0 { '{' } else { ',' });
                write_text(name, out);
                out.push(':');
                write_value(value, out);
            }
            out.push_str(if fields.is_empty() { "{}" } else { "}" });
        }
    }
}

fn write_text(text: &str, out: &mut String) {
    out.push_str(&serde_json::to_string(text).unwrap_or_default());
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn descriptor(id: &str) -> Value {
    let Some(rule) = rule(id) else { return json!({ "id": id }) };
    json!({
        "id": id,
        "shortDescription": { "text": rule.summary },
        "helpUri": rule.url(),
        "help": { "text": help_text(rule), "markdown": help_markdown(rule) },
        "defaultConfiguration": { "enabled": rule.on, "level": level(rule.severity) },
        "properties": { "tags": ["flux", "oci", rule.scope.as_str()] },
    })
}

fn help_text(rule: &Rule) -> String {
    format!("{}. See {}", rule.summary, rule.url())
}

fn help_markdown(rule: &Rule) -> String {
    if rule.page.is_empty() { format!("[{}]({})", rule.summary, rule.url()) } else { rule.page.to_owned() }
}

/// What was not checked is a note of the run, not a result.
fn invocation(run: &Run<'_>) -> Value {
    let skipped = &run.report.summary.skipped;
    let notifications: Vec<Value> = skipped
        .iter()
        .map(|file| {
            let is_error = matches!(file.reason, SkipReason::Unreadable | SkipReason::TooLarge | SkipReason::NotText);
            json!({
                "level": if is_error { "error" } else { "note" },
                "message": { "text": format!("{} was not checked: {}", file.path, file.reason.as_str()) },
                "locations": [{ "physicalLocation": { "artifactLocation": { "uri": uri(&file.path) } } }],
            })
        })
        .gather();
    json!({ "executionSuccessful": true, "toolExecutionNotifications": notifications })
}

fn result(run: &Run<'_>, diagnostic: &Diagnostic, rules: &[&str], fingerprint: &str) -> Value {
    let mut location = physical(run, diagnostic.at);
    if let Some(object) = &diagnostic.object {
        let namespace = object.namespace.as_deref().map_or_else(String::new, |namespace| format!("{namespace}/"));
        let logical = json!({
            "name": object.name,
            "fullyQualifiedName": format!("{}/{namespace}{}", object.kind, object.name),
            "kind": "object",
        });
        location["logicalLocations"] = json!([logical]);
    }
    if let Some(mark) = mark(diagnostic) {
        location["message"] = json!({ "text": mark.message });
    }
    let others = diagnostic.labels.iter().filter(|label| label.at != diagnostic.at).enumerate().map(|(id, label)| {
        let mut location = physical(run, label.at);
        location["id"] = json!(id);
        location["message"] = json!({ "text": label.message });
        location
    });
    let mut out = json!({
        "ruleId": diagnostic.rule,
        "ruleIndex": rules.binary_search(&diagnostic.rule).unwrap_or_default(),
        "level": level(diagnostic.severity),
        "message": { "text": whole_message(diagnostic) },
        "locations": [location],
        "relatedLocations": others.gather(),
        "partialFingerprints": { "kubectlOci/v1": fingerprint },
    });
    // What a person must complete is no replacement.
    if let Some(fix) = diagnostic.fix.as_ref().filter(|fix| fix.applicability != Applicability::Display) {
        out["fixes"] = json!([fix_value(run, fix)]);
    }
    out
}

fn physical(run: &Run<'_>, at: Location) -> Value {
    json!({ "physicalLocation": { "artifactLocation": { "uri": uri(run.path(at.file)) }, "region": region(run, at) } })
}

fn region(run: &Run<'_>, at: Location) -> Value {
    let range = run.range(at);
    json!({
        "startLine": range.start.line,
        "startColumn": range.start.column,
        "endLine": range.end.line,
        "endColumn": range.end.column,
        "byteOffset": range.start.offset,
        "byteLength": range.end.offset - range.start.offset,
    })
}

fn fix_value(run: &Run<'_>, fix: &Fix) -> Value {
    let mut files: Vec<FileId> = fix.edits.iter().map(|(file, _)| *file).gather();
    files.sort_unstable();
    files.dedup();
    let replacement = |file: FileId, edit: &Edit| {
        json!({
            "deletedRegion": region(run, Location { file, span: edit.span }),
            "insertedContent": { "text": edit.text },
        })
    };
    let changes: Vec<Value> = files
        .into_iter()
        .map(|file| {
            let own = fix.edits.iter().filter(|(of, _)| *of == file);
            let replacements: Vec<Value> = own.map(|(_, edit)| replacement(file, edit)).gather();
            json!({ "artifactLocation": { "uri": uri(run.path(file)) }, "replacements": replacements })
        })
        .gather();
    json!({ "description": { "text": fix.title }, "artifactChanges": changes })
}

/// A path as a URI reference (RFC 3986): what is not allowed there is percent-encoded.
fn uri(path: &str) -> String {
    let path = path.strip_prefix("./").unwrap_or(path);
    let mut out = String::with_capacity(path.len());
    if path.starts_with('/') {
        out.push_str("file://");
    }
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' | b'@' | b'+' | b'=' | b',' => {
                out.push(char::from(byte));
            }
            b'\\' => out.push('/'),
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}
