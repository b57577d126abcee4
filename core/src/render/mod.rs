//! What was found, as text for people and for machines: one file per output format, one table.
//!
//! To add a format, write `<name>.rs` here and add its `mod` line and its row of [`FORMATS`]. The
//! values of `--output`, the help and the documentation come from the table.

mod concise;
mod diff_json;
mod doctor_json;
mod failure;
mod fingerprint;
mod github;
mod gitlab;
mod ide_json;
mod inspect_json;
mod json;
mod junit;
mod list_json;
mod place;
mod printable;
mod publication_json;
mod pull_json;
mod resolve_json;
mod rules_json;
mod sarif;
#[cfg(feature = "text")]
mod text;
mod writer;

pub use diff_json::comparison_json;
pub use doctor_json::diagnoses_json;
pub use failure::{Failure, failure_json};
pub use ide_json::{actions_json, completions_json, hover_json, locations_json, symbols_json};
pub use inspect_json::inspections_json;
pub use list_json::listing_json;
pub use place::{JsonPosition, JsonRange, Place};
pub use printable::{printable, printable_json};
pub use publication_json::publication_json;
pub use pull_json::pulled_json;
pub use resolve_json::resolutions_json;
pub use rules_json::{rule_json, rules_json};
#[cfg(feature = "text")]
pub use text::{
    Look, config_error_text, diagnoses_text, failure_text, inspections_text, listing_names, listing_text, page_text,
    publication_text, pulled_text, push_findings_text, resolutions_text, rules_text, size, summary_text, table,
    why_text,
};

use std::fmt::{self, Write};
use std::time::Duration;

use crate::diag::{Diagnostic, FileId, Label, Severity};
use crate::lint::Report;
use crate::model::File;
use crate::text::Encoding;

/// How a report is to look. The time and the terminal are the caller's to know.
#[derive(Debug, Clone)]
pub struct Options<'a> {
    /// What the program is called by: `kubectl oci`.
    pub command: &'a str,
    /// The program's version, for formats that name it.
    pub version: &'a str,
    /// ANSI colours (`text` alone).
    pub color: bool,
    /// OSC 8 links from a rule's id to its page (`text` alone, and with colour alone).
    pub hyperlinks: bool,
    /// How many columns a line may have (`text` alone).
    pub width: usize,
    /// Every finding: infos too, and also where one rule has many in a file (`text` and `concise`).
    pub all: bool,
    /// Findings alone, no summary (`text` and `concise`).
    pub quiet: bool,
    /// How long the run took, where the summary is to say so.
    pub elapsed: Option<Duration>,
    /// What fails a run, for formats that tell failures from remarks; `None`: nothing does.
    pub fail_on: Option<Severity>,
    /// What was mended before this report was made; `None` where nothing was to be mended.
    pub fixed: Option<FixedCount>,
    /// The units of columns: Unicode scalar values in every contract, what an editor counts in where one asks.
    pub encoding: Encoding,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self {
            command: "kubectl oci",
            version: env!("CARGO_PKG_VERSION"),
            color: false,
            hyperlinks: false,
            width: 100,
            all: false,
            quiet: false,
            elapsed: None,
            fail_on: Some(Severity::Error),
            fixed: None,
            encoding: Encoding::Utf32,
        }
    }
}

/// What fixing came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FixedCount {
    /// Fixes that were applied.
    pub fixes: usize,
    /// Files that changed.
    pub files: usize,
}

/// A report with what is needed to show it.
#[derive(Debug, Clone, Copy)]
pub struct Run<'a> {
    /// What was found.
    pub report: &'a Report,
    /// The files of the run, at the positions that their ids say.
    pub files: &'a [File],
    /// How it is to look.
    pub options: &'a Options<'a>,
}

impl<'a> Run<'a> {
    fn file(&self, id: FileId) -> Option<&'a File> {
        self.files.get(id.0 as usize)
    }

    fn path(&self, id: FileId) -> &'a str {
        self.file(id).map_or("", |file| file.path.as_str())
    }

    /// True where a finding of this severity fails the run.
    fn fails(&self, severity: Severity) -> bool {
        self.options.fail_on.is_some_and(|least| severity >= least)
    }

    /// True for a finding that people are shown unasked: advice is counted, and shown with `all`, or
    /// where it fails the run.
    fn is_shown(&self, found: &Diagnostic) -> bool {
        self.options.all || self.is_counted(found) && (found.severity > Severity::Info || self.fails(Severity::Info))
    }

    /// True for a finding that a summary counts: what was not checked is said there in words.
    fn is_counted(&self, found: &Diagnostic) -> bool {
        self.options.all || found.rule != "document-skipped"
    }

    /// How many findings are counted and not shown.
    fn held_back(&self) -> usize {
        let is_held_back = |found: &&Diagnostic| self.is_counted(found) && !self.is_shown(found);
        self.report.diagnostics.iter().filter(is_held_back).count()
    }
}

/// An output format of `lint`.
pub struct Format {
    /// The value of `--output`.
    pub name: &'static str,
    /// Who reads it, in one line.
    pub summary: &'static str,
    /// Writes a report, whole: valid also where nothing was found.
    pub render: fn(&Run<'_>, &mut dyn Write) -> fmt::Result,
    /// Whether it is JSON, which for a terminal goes through [`printable_json`].
    pub is_json: bool,
}

/// The output formats; the first one is the default.
pub static FORMATS: &[Format] = &[
    #[cfg(feature = "text")]
    Format {
        name: "text",
        summary: "for people: the place, why it matters, what to do",
        render: text::render,
        is_json: false,
    },
    Format {
        name: "concise",
        summary: "one line a finding: path:line:column: severity rule: message",
        render: concise::render,
        is_json: false,
    },
    Format { name: "json", summary: "everything, in a versioned contract", render: json::render, is_json: true },
    Format { name: "sarif", summary: "SARIF 2.1.0, for code scanning", render: sarif::render, is_json: true },
    Format { name: "github", summary: "annotations of a GitHub workflow", render: github::render, is_json: false },
    Format { name: "gitlab", summary: "a GitLab code quality report", render: gitlab::render, is_json: true },
    Format { name: "junit", summary: "JUnit XML, for test reports", render: junit::render, is_json: false },
];

/// A format by its name.
pub fn format(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

/// The word at the marked characters themselves, if the rule said one.
fn mark(diagnostic: &Diagnostic) -> Option<&Label> {
    diagnostic.labels.iter().find(|label| label.at == diagnostic.at)
}

/// The address of a rule's page; `None` for a finding of something that is no rule of the table.
fn url(diagnostic: &Diagnostic) -> Option<String> {
    crate::rules::rule(diagnostic.rule).map(crate::rules::Rule::url)
}

/// Message, reason and remedy as sentences of one text, for formats that have a single field.
fn whole_message(diagnostic: &Diagnostic) -> String {
    let mut out = diagnostic.message.clone();
    if let Some(why) = &diagnostic.why {
        out.push_str("\nwhy: ");
        out.push_str(why);
    }
    if let Some(help) = &diagnostic.help {
        out.push_str("\nhelp: ");
        out.push_str(help);
    }
    out
}
