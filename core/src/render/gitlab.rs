//! A GitLab code quality report.
//!
//! <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>

use std::fmt::{self, Write};

use crate::diag::Severity;

use super::Run;
use super::fingerprint::Fingerprints;
use super::writer::Json;

pub(super) fn render(run: &Run<'_>, out: &mut dyn Write) -> fmt::Result {
    let mut fingerprints = Fingerprints::default();
    let issues = Json::rows(&run.report.diagnostics, |json, diagnostic| {
        let path = run.path(diagnostic.at.file);
        let range = run.range(diagnostic.at);
        json.object(|json| {
            json.name("description").text(&diagnostic.message);
            json.name("check_name").text(diagnostic.rule);
            json.name("fingerprint").text(&fingerprints.next(run, diagnostic));
            json.name("severity").text(match diagnostic.severity {
                Severity::Error => "critical",
                Severity::Warning => "minor",
                Severity::Info => "info",
            });
            json.name("location").object(|json| {
                // GitLab matches paths as they stand in the repository.
                json.name("path").text(path.strip_prefix("./").unwrap_or(path));
                json.name("lines").object(|json| {
                    json.name("begin").number(range.start.line);
                    json.name("end").number(range.end.line);
                });
            });
        });
    });
    writeln!(out, "[{issues}]")
}
