//! JUnit XML: a suite for each file with findings, a case for each finding.

use std::borrow::Cow;
use std::fmt::{self, Write};

use crate::diag::{Diagnostic, Severity};
use crate::lint::Skipped;

use super::printable::printable;
use super::{Run, whole_message};

pub(super) fn render(run: &Run<'_>, out: &mut dyn Write) -> fmt::Result {
    let found = &run.report.diagnostics;
    let skipped = &run.report.summary.skipped;
    let failures = failures(run, found);
    let passed = usize::from(found.is_empty());
    out.write_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")?;
    writeln!(
        out,
        "<testsuites name=\"kubectl-oci\" tests=\"{}\" failures=\"{failures}\" errors=\"0\" skipped=\"{}\">",
        found.len() + skipped.len() + passed,
        skipped.len(),
    )?;
    for of_file in found.chunk_by(|a, b| a.at.file == b.at.file) {
        suite(run, of_file, out)?;
    }
    if passed == 1 {
        // A report without a single case is taken for a broken one.
        let files = run.report.summary.files;
        out.write_str("  <testsuite name=\"lint\" tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\">\n")?;
        writeln!(out, "    <testcase name=\"no findings in {files} files\" classname=\"kubectl-oci\"/>")?;
        out.write_str("  </testsuite>\n")?;
    }
    if !skipped.is_empty() {
        skipped_suite(skipped, out)?;
    }
    out.write_str("</testsuites>\n")
}

fn failures(run: &Run<'_>, found: &[Diagnostic]) -> usize {
    found.iter().filter(|diagnostic| run.fails(diagnostic.severity)).count()
}

fn suite(run: &Run<'_>, found: &[Diagnostic], out: &mut dyn Write) -> fmt::Result {
    let Some(first) = found.first() else { return Ok(()) };
    let path = run.path(first.at.file);
    writeln!(
        out,
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"0\">",
        escape(path),
        found.len(),
        failures(run, found),
    )?;
    for diagnostic in found {
        let start = run.range(diagnostic.at).start;
        let object = diagnostic.object.as_ref();
        let name = object.map_or_else(String::new, |object| format!(" {}/{}", object.kind, object.name));
        writeln!(
            out,
            "    <testcase name=\"{}{} at {}:{}\" classname=\"{}\" file=\"{}\" line=\"{}\">",
            diagnostic.rule,
            escape(&name),
            start.line,
            start.column,
            escape(path),
            escape(path),
            start.line,
        )?;
        let text = format!("{path}:{}:{}: {}", start.line, start.column, whole_message(diagnostic));
        if run.fails(diagnostic.severity) {
            writeln!(
                out,
                "      <failure type=\"{}\" message=\"{}\">{}</failure>",
                word(diagnostic.severity),
                escape(&diagnostic.message),
                escape(&text),
            )?;
        } else {
            writeln!(out, "      <system-out>{}: {}</system-out>", word(diagnostic.severity), escape(&text))?;
        }
        out.write_str("    </testcase>\n")?;
    }
    out.write_str("  </testsuite>\n")
}

fn skipped_suite(skipped: &[Skipped], out: &mut dyn Write) -> fmt::Result {
    let count = skipped.len();
    writeln!(
        out,
        "  <testsuite name=\"not checked\" tests=\"{count}\" failures=\"0\" errors=\"0\" skipped=\"{count}\">"
    )?;
    for file in skipped {
        writeln!(
            out,
            "    <testcase name=\"{}\" classname=\"not checked\"><skipped message=\"{}\"/></testcase>",
            escape(&file.path),
            file.reason.as_str(),
        )?;
    }
    out.write_str("  </testsuite>\n")
}

fn word(severity: Severity) -> &'static str {
    severity.as_str()
}

/// XML 1.0 cannot hold most control characters, not even escaped: they become their pictures.
fn escape(text: &str) -> Cow<'_, str> {
    let text = printable(text);
    if !text.contains(['&', '<', '>', '"', '\n', '\t', '\u{fffe}', '\u{ffff}']) {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}
