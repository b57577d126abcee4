//! A GitLab code quality report.
//!
//! <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>

use std::fmt::{self, Write};

use serde::Serialize;

use crate::diag::Severity;

use super::Run;
use super::fingerprint::Fingerprints;
use super::json::line;

#[derive(Serialize)]
struct Issue<'a> {
    description: &'a str,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: Place<'a>,
}

#[derive(Serialize)]
struct Place<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

pub(super) fn render(run: &Run<'_>, out: &mut dyn Write) -> fmt::Result {
    let mut fingerprints = Fingerprints::default();
    out.write_str("[")?;
    for (index, diagnostic) in run.report.diagnostics.iter().enumerate() {
        let path = run.path(diagnostic.at.file);
        let range = run.range(diagnostic.at);
        let issue = Issue {
            description: &diagnostic.message,
            check_name: diagnostic.rule,
            fingerprint: fingerprints.next(run, diagnostic),
            severity: match diagnostic.severity {
                Severity::Error => "critical",
                Severity::Warning => "minor",
                Severity::Info => "info",
            },
            location: Place {
                // GitLab matches paths as they stand in the repository.
                path: path.strip_prefix("./").unwrap_or(path),
                lines: Lines { begin: range.start.line, end: range.end.line },
            },
        };
        out.write_str(if index == 0 { "\n" } else { ",\n" })?;
        out.write_str(&line(&issue)?)?;
    }
    out.write_str("]\n")
}
