//! Text for people: rustc's look, colour where it helps, and nothing that the reader cannot use.

mod config_error;
mod doctor;
mod excerpt;
mod failure;
mod finding;
mod inspect;
mod list;
mod look;
mod page;
mod publication;
mod pull;
mod resolve;
mod rules;
mod shorten;
mod summary;
mod table;
#[cfg(test)]
mod tests;

pub use config_error::config_error_text;
pub use doctor::diagnoses_text;
pub use failure::failure_text;
pub use inspect::inspections_text;
pub use list::{listing_names, listing_text};
pub use look::Look;
pub use page::page_text;
pub use publication::{publication_text, push_findings_text};
pub use pull::pulled_text;
pub use resolve::{resolutions_text, why_text};
pub use rules::rules_text;
pub use summary::summary_text;
pub use table::{size, table};

use std::fmt::{self, Write};

use crate::collections::IndexSet;
use crate::diag::Diagnostic;

use super::Run;
use super::printable::one_line;

/// How many findings of one rule in one file are shown in full.
const SHOWN: usize = 3;

/// How many lines are named where findings are not shown.
const NAMED_LINES: usize = 8;

pub(super) fn render(run: &Run<'_>, out: &mut dyn Write) -> fmt::Result {
    let look = Look::of(run.options);
    let mut documented = IndexSet::new();
    let shown: Vec<&Diagnostic> = run.report.diagnostics.iter().filter(|found| run.is_shown(found)).collect();
    for of_file in shown.chunk_by(|a, b| a.at.file == b.at.file) {
        let groups = Groups::of(of_file, run.options.all);
        for (index, diagnostic) in of_file.iter().enumerate() {
            if groups.is_hidden(index) {
                continue;
            }
            let with_docs = documented.insert(diagnostic.rule);
            out.write_str(&finding::render(run, diagnostic, &look, with_docs))?;
            if let Some(hidden) = groups.hidden_behind(index) {
                more(run, hidden, of_file, &look, out)?;
            }
            out.write_char('\n')?;
        }
    }
    if !run.options.quiet {
        out.write_str(&summary_text(run))?;
    }
    Ok(())
}

/// "and 14 more like this", behind the last one that is shown.
fn more(run: &Run<'_>, hidden: &[usize], of_file: &[&Diagnostic], look: &Look, out: &mut dyn Write) -> fmt::Result {
    let first = hidden.iter().filter_map(|index| of_file.get(*index)).take(NAMED_LINES);
    let lines: Vec<String> = first.map(|found| run.range(found.at).start.line.to_string()).collect();
    let Some(found) = hidden.first().and_then(|index| of_file.get(*index)) else { return Ok(()) };
    let rest = if hidden.len() > NAMED_LINES { ", …" } else { "" };
    let word = if hidden.len() == 1 { "line" } else { "lines" };
    let path = one_line(run.path(found.at.file));
    let text =
        format!("and {} more like this in {path} ({word} {}{rest}); --all shows them", hidden.len(), lines.join(", "));
    writeln!(out, "{}", look.dim(&text))
}

/// Which findings of a file are shown, and which are only counted.
struct Groups {
    /// By the index of the last finding shown of a rule: those that are not.
    behind: Vec<(usize, Vec<usize>)>,
}

impl Groups {
    fn of(found: &[&Diagnostic], all: bool) -> Self {
        let mut behind = Vec::new();
        let rules: IndexSet<&str> = found.iter().map(|diagnostic| diagnostic.rule).collect();
        for rule in rules.iter().filter(|_| !all) {
            let of_rule = found.iter().enumerate().filter(|(_, diagnostic)| diagnostic.rule == *rule);
            let mut of_rule = of_rule.map(|(index, _)| index);
            let last = of_rule.by_ref().take(SHOWN).last();
            let hidden: Vec<usize> = of_rule.collect();
            if let (Some(last), false) = (last, hidden.is_empty()) {
                behind.push((last, hidden));
            }
        }
        Self { behind }
    }

    fn is_hidden(&self, index: usize) -> bool {
        self.behind.iter().any(|(_, hidden)| hidden.binary_search(&index).is_ok())
    }

    fn hidden_behind(&self, index: usize) -> Option<&[usize]> {
        self.behind.iter().find(|(last, _)| *last == index).map(|(_, hidden)| hidden.as_slice())
    }
}

/// "1 file", "2 files".
fn count(number: usize, word: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {word}{plural}", thousands(number))
}

/// `12345` → `12,345`.
fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
