//! The last lines: what was checked, what came out, what was left out.

use std::time::Duration;

use crate::collections::IndexMap;
use crate::diag::{Applicability, Severity};
use crate::lint::{SkipReason, Skipped};

use super::super::printable::one_line;
use super::super::{Options, Run};
use super::count;
use super::look::Look;

/// `checked 214 documents in 61 files in 9 ms: 1 error, 1 warning · 2 fixable with …`, and a line about what was
/// skipped.
pub fn summary_text(run: &Run<'_>) -> String {
    let look = Look::of(run.options);
    let summary = &run.report.summary;
    let mut out = String::new();
    if let Some(fixed) = run.options.fixed.filter(|fixed| fixed.fixes > 0) {
        out.push_str(&look.good("fixed"));
        out.push_str(&format!(" {} in {}\n", count(fixed.fixes, "finding"), count(fixed.files, "file")));
    }
    let files = count(summary.files, "file");
    let time = run.options.elapsed.map_or_else(String::new, |elapsed| format!(" in {}", duration(elapsed)));
    if summary.has_flux || !run.report.diagnostics.is_empty() {
        let documents = count(summary.documents, "document");
        out.push_str(&format!("checked {documents} in {files}{time}: {}\n", verdict(run, &look)));
    } else {
        let nothing = if summary.files == 1 { "it holds no Flux object" } else { "none of them holds a Flux object" };
        out.push_str(&format!("read {files}{time}: {}\n", look.warning(nothing)));
    }
    if let Some(skipped) = skipped(&summary.skipped) {
        out.push_str(&look.dim(&skipped));
        out.push('\n');
    }
    out
}

fn verdict(run: &Run<'_>, look: &Look) -> String {
    let counted = || run.report.diagnostics.iter().filter(|found| run.is_counted(found));
    let of = |severity: Severity| counted().filter(|found| found.severity == severity).count();
    let mut parts = Vec::new();
    for (severity, word) in [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Info, "info")] {
        let number = of(severity);
        if number > 0 {
            let text = count(number, word);
            parts.push(match severity {
                Severity::Error => look.error(&text),
                Severity::Warning => look.warning(&text),
                Severity::Info if run.held_back() > 0 => {
                    format!("{} (--all shows {})", look.info(&text), if number == 1 { "it" } else { "them" })
                }
                Severity::Info => look.info(&text),
            });
        }
    }
    let mut out = if parts.is_empty() { look.good("no findings") } else { parts.join(", ") };
    if run.report.summary.suppressed > 0 {
        out.push_str(&format!(" · {} suppressed", run.report.summary.suppressed));
    }
    let fixable = |wanted: Applicability| {
        counted().filter_map(|found| found.fix.as_ref()).filter(|fix| fix.applicability == wanted).count()
    };
    out.push_str(&fixable_text(run.options, fixable(Applicability::Safe), fixable(Applicability::Unsafe)));
    out
}

fn fixable_text(options: &Options<'_>, safe: usize, risky: usize) -> String {
    let command = options.command;
    match (safe, risky) {
        (0, 0) => String::new(),
        (safe, 0) => format!(" · {safe} fixable with `{command} fix`"),
        (0, risky) => format!(" · {risky} fixable with `{command} fix --unsafe-fixes`"),
        (safe, risky) => format!(" · {safe} fixable with `{command} fix`, {risky} more with --unsafe-fixes"),
    }
}

/// "skipped 3: 2 templates (.j2), 1 encrypted document"; `None` where nothing was.
fn skipped(skipped: &[Skipped]) -> Option<String> {
    let mut by_reason: IndexMap<SkipReason, Vec<&str>> = IndexMap::new();
    for file in skipped {
        by_reason.or_default(file.reason).push(&file.path);
    }
    let parts: Vec<String> = by_reason.sorted().iter().map(|(reason, paths)| part(**reason, paths)).collect();
    (!parts.is_empty()).then(|| format!("skipped {}: {}", skipped.len(), parts.join(", ")))
}

fn part(reason: SkipReason, paths: &[&str]) -> String {
    let number = paths.len();
    match reason {
        SkipReason::Template => {
            let mut extensions: Vec<&str> = paths.iter().filter_map(|path| template_extension(path)).collect();
            extensions.sort_unstable();
            extensions.dedup();
            let which = if extensions.is_empty() { String::new() } else { format!(" ({})", extensions.join(", ")) };
            format!("{}{which}", count(number, "template"))
        }
        SkipReason::Encrypted => count(number, "encrypted document"),
        SkipReason::Fragment => count(number, "fragment"),
        SkipReason::TooLarge => format!("{number} too large ({})", names(paths)),
        SkipReason::Unreadable => format!("{number} unreadable ({})", names(paths)),
        SkipReason::NotText => format!("{number} not text ({})", names(paths)),
        SkipReason::Offline => format!("{} whose registry could not be asked", count(number, "file")),
    }
}

/// Some of the names: which ones they are is what a person asks next.
fn names(paths: &[&str]) -> String {
    let some: Vec<_> = paths.iter().take(3).map(|path| one_line(path)).collect();
    let rest = if paths.len() > some.len() { ", …" } else { "" };
    format!("{}{rest}", some.join(", "))
}

/// The ending that makes a file a template.
fn template_extension(path: &str) -> Option<&str> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let extension = name.rfind('.').and_then(|at| name.get(at..))?;
    matches!(extension, ".j2" | ".tpl" | ".tmpl" | ".gotmpl").then_some(extension)
}

fn duration(elapsed: Duration) -> String {
    let milliseconds = elapsed.as_millis();
    let tenths = (milliseconds + 50) / 100;
    if milliseconds < 1000 {
        format!("{} ms", milliseconds.max(1))
    } else {
        format!("{}.{} s", tenths / 10, tenths % 10)
    }
}
