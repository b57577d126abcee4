//! `path:line:column: severity rule: message`, a line a finding: for editors, `grep` and `sort`.

use std::fmt::{self, Write};

use super::Run;
use super::printable::one_line;

pub(super) fn render(run: &Run<'_>, out: &mut dyn Write) -> fmt::Result {
    for diagnostic in &run.report.diagnostics {
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
    Ok(())
}
