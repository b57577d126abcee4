//! Workflow commands: GitHub shows each as an annotation at its line.
//!
//! <https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands>

use std::fmt::{self, Write};

use crate::diag::Severity;

use super::printable::printable;
use super::{Run, whole_message};

pub(super) fn render(run: &Run<'_>, out: &mut dyn Write) -> fmt::Result {
    for diagnostic in &run.report.diagnostics {
        let command = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "notice",
        };
        let path = run.path(diagnostic.at.file);
        let range = run.range(diagnostic.at);
        let (start, end) = (range.start, range.end);
        write!(out, "::{command} file={},line={}", property(path), start.line)?;
        // Columns count on one line alone.
        if start.line == end.line {
            write!(out, ",col={},endColumn={}", start.column, end.column)?;
        }
        write!(out, ",endLine={},title={}", end.line, property(diagnostic.rule))?;
        // The log shows nothing but the message, so the place stands there too.
        let message = format!("{path}:{}:{}: {}", start.line, start.column, whole_message(diagnostic));
        writeln!(out, "::{}", data(&message))?;
    }
    Ok(())
}

fn data(text: &str) -> String {
    printable(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
