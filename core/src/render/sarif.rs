//! SARIF 2.1.0, for code scanning.
//!
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>. Columns count Unicode scalar
//! values, which `columnKind` says. Suppressed findings are left out, as in every other format.

use std::fmt::{self, Write};

use crate::collections::{Arrange, Gather};
use crate::diag::{Applicability, Diagnostic, FileId, Fix, Location, Severity};
use crate::lint::SkipReason;
use crate::rules::{Rule, rule};

use super::fingerprint::Fingerprints;
use super::place::JsonRange;
use super::writer::Json;
use super::{Run, mark, whole_message};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
const HOME: &str = env!("CARGO_PKG_REPOSITORY");

pub(super) fn render(run: &Run<'_>, out: &mut dyn Write) -> fmt::Result {
    let found = &run.report.diagnostics;
    let mut rules: Vec<&str> = found.iter().map(|diagnostic| diagnostic.rule).gather();
    rules.arrange();
    rules.dedup();
    let driver = Json::of(|json| {
        json.object(|json| {
            json.name("name").text("kubectl-oci");
            json.name("version").text(run.options.version);
            json.name("semanticVersion").text(run.options.version);
            json.name("informationUri").text(HOME);
            json.name("rules").list(&rules, |json, id| write_descriptor(json, id));
        });
    });
    let invocation = Json::of(|json| write_invocation(json, run));
    let mut fingerprints = Fingerprints::default();
    let results = Json::rows(found, |json, diagnostic| {
        write_result(json, run, diagnostic, &rules, &fingerprints.next(run, diagnostic));
    });
    write!(out, "{{\"$schema\":\"{SCHEMA}\",\n\"version\":\"2.1.0\",\n\"runs\":[{{")?;
    write!(out, "\"tool\":{{\"driver\":{driver}}},\n\"columnKind\":\"unicodeCodePoints\",")?;
    writeln!(out, "\n\"invocations\":[{invocation}],\n\"results\":[{results}]}}]}}")
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn write_descriptor(json: &mut Json, id: &str) {
    json.object(|json| {
        json.name("id").text(id);
        let Some(rule) = rule(id) else { return };
        json.name("shortDescription").message(rule.summary);
        json.name("helpUri").text(&rule.url());
        json.name("help").object(|json| {
            json.name("text").text(&format!("{}. See {}", rule.summary, rule.url()));
            json.name("markdown").text(&help_markdown(rule));
        });
        json.name("defaultConfiguration").object(|json| {
            json.name("enabled").bool(rule.on);
            json.name("level").text(level(rule.severity));
        });
        json.name("properties").object(|json| {
            json.name("tags").list(["flux", "oci", rule.scope.as_str()], Json::text);
        });
    });
}

fn help_markdown(rule: &Rule) -> String {
    if rule.page.is_empty() { format!("[{}]({})", rule.summary, rule.url()) } else { rule.page.to_owned() }
}

/// What was not checked is a note of the run, not a result.
fn write_invocation(json: &mut Json, run: &Run<'_>) {
    json.object(|json| {
        json.name("executionSuccessful").bool(true);
        json.name("toolExecutionNotifications").list(&run.report.summary.skipped, |json, file| {
            let is_error = matches!(file.reason, SkipReason::Unreadable | SkipReason::TooLarge | SkipReason::NotText);
            json.object(|json| {
                json.name("level").text(if is_error { "error" } else { "note" });
                json.name("message").message(&format!("{} was not checked: {}", file.path, file.reason.as_str()));
                json.name("locations").list([file], |json, file| {
                    json.object(|json| json.name("physicalLocation").object(|json| json.artifact(&file.path)));
                });
            });
        });
    });
}

fn write_result(json: &mut Json, run: &Run<'_>, diagnostic: &Diagnostic, rules: &[&str], fingerprint: &str) {
    json.object(|json| {
        json.name("ruleId").text(diagnostic.rule);
        json.name("ruleIndex").number(rules.binary_search(&diagnostic.rule).unwrap_or_default());
        json.name("level").text(level(diagnostic.severity));
        json.name("message").message(&whole_message(diagnostic));
        json.name("locations").list([diagnostic], |json, diagnostic| write_location(json, run, diagnostic));
        let others = diagnostic.labels.iter().filter(|label| label.at != diagnostic.at).enumerate();
        json.name("relatedLocations").list(others, |json, (id, label)| {
            json.object(|json| {
                write_physical(json, run, label.at);
                json.name("id").number(id);
                json.name("message").message(&label.message);
            });
        });
        json.name("partialFingerprints").object(|json| json.name("kubectlOci/v1").text(fingerprint));
        // What a person must complete is no replacement.
        if let Some(fix) = diagnostic.fix.as_ref().filter(|fix| fix.applicability != Applicability::Display) {
            json.name("fixes").list([fix], |json, fix| write_fix(json, run, fix));
        }
    });
}

fn write_location(json: &mut Json, run: &Run<'_>, diagnostic: &Diagnostic) {
    json.object(|json| {
        write_physical(json, run, diagnostic.at);
        if let Some(object) = &diagnostic.object {
            let namespace = object.namespace.as_deref().map_or_else(String::new, |namespace| format!("{namespace}/"));
            json.name("logicalLocations").list([object], |json, object| {
                json.object(|json| {
                    json.name("name").text(&object.name);
                    json.name("fullyQualifiedName").text(&format!("{}/{namespace}{}", object.kind, object.name));
                    json.name("kind").text("object");
                });
            });
        }
        if let Some(mark) = mark(diagnostic) {
            json.name("message").message(&mark.message);
        }
    });
}

/// The field of a location that says where in a file it is.
fn write_physical(json: &mut Json, run: &Run<'_>, at: Location) {
    json.name("physicalLocation").object(|json| {
        json.artifact(run.path(at.file));
        json.name("region").region(run.range(at));
    });
}

fn write_fix(json: &mut Json, run: &Run<'_>, fix: &Fix) {
    let mut files: Vec<FileId> = fix.edits.iter().map(|(file, _)| *file).gather();
    files.arrange();
    files.dedup();
    json.object(|json| {
        json.name("description").message(&fix.title);
        json.name("artifactChanges").list(files, |json, file| {
            let own = fix.edits.iter().filter(|(of, _)| *of == file);
            json.object(|json| {
                json.artifact(run.path(file));
                json.name("replacements").list(own, |json, (_, edit)| {
                    json.object(|json| {
                        json.name("deletedRegion").region(run.range(Location { file, span: edit.span }));
                        json.name("insertedContent").message(&edit.text);
                    });
                });
            });
        });
    });
}

/// What SARIF says over and over.
impl Json {
    /// `{"text": …}`
    #[inline(never)]
    fn message(&mut self, text: &str) {
        self.object(|json| json.name("text").text(text));
    }

    /// The field that names a file.
    fn artifact(&mut self, path: &str) {
        self.name("artifactLocation").object(|json| json.name("uri").text(&uri(path)));
    }

    #[inline(never)]
    fn region(&mut self, JsonRange { start, end }: JsonRange) {
        self.object(|json| {
            json.name("startLine").number(start.line);
            json.name("startColumn").number(start.column);
            json.name("endLine").number(end.line);
            json.name("endColumn").number(end.column);
            json.name("byteOffset").number(start.offset);
            json.name("byteLength").number(end.offset - start.offset);
        });
    }
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
