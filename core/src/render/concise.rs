//! `path:line:column: severity rule: message`, a line a finding: for editors, `grep` and `sort`. The
//! last line counts what is not shown.

use std::fmt::{self, Write};

use super::Run;
use super::printable::one_line;

pub(super) fn render(run: &Run<'_>, out: &mut dyn Write) -> fmt::Result {
    for diagnostic in run.report.diagnostics.iter().filter(|found| run.is_shown(found)) {
        let start = run.range(diagnostic.at).start;
        writeln!(
            out,
            "{}:{}:{}: {} {}: {}",
            one_line(run.path(diagnostic.at.file)),
            start.line,
            start.column,
            diagnostic.severity.as_str(),
            diagnostic.rule,
            one_line(&diagnostic.message),
        )?;
    }
    match run.held_back() {
        0 => Ok(()),
        _ if run.options.quiet => Ok(()),
        1 => writeln!(out, "1 info; --all shows it"),
        number => writeln!(out, "{number} infos; --all shows them"),
    }
}
