//! The façade of the linter: read files, check each against the set, assemble the report.
//!
//! [`read`] and [`Linter::check`] work on one file at a time, so a caller may run them in
//! parallel; the result is the same in any order.

mod documents;
mod fix;
mod markdown;
mod plan;
mod read;
mod suppress;

pub use fix::{Fixed, Fixing, apply_fixes, breaks, choose_fixes};
pub use read::{Input, MAX_SIZE, is_template, is_text, may_hold_ours, read};

use crate::collections::{Arrange, Gather};
use crate::config::Config;
use crate::context::{Context, Subject, Surroundings};
use crate::diag::{Diagnostic, Severity};
use crate::model::{File, Kinds, Object, Role, Set};
use crate::rules::{Check, yaml_syntax};

use plan::Plan;

/// Why a file, or a document of one, was not checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SkipReason {
    /// It is a template, not YAML yet.
    Template,
    /// It is encrypted: its values are unknown.
    Encrypted,
    /// It is a part of an object.
    Fragment,
    /// It is larger than anything a person writes.
    TooLarge,
    /// It could not be read.
    Unreadable,
    /// It is no text.
    NotText,
    /// It needs the network.
    Offline,
}

impl SkipReason {
    /// As the JSON contract spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Template => "template",
            Self::Encrypted => "encrypted",
            Self::Fragment => "fragment",
            Self::TooLarge => "too-large",
            Self::Unreadable => "unreadable",
            Self::NotText => "not-text",
            Self::Offline => "offline",
        }
    }
}

/// A file, or a document of one, that was not checked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// The file.
    pub path: String,
    /// Why.
    pub reason: SkipReason,
    /// What the system said, where it said something.
    pub detail: Option<String>,
}

/// What was found in one file.
#[derive(Debug, Default)]
pub struct FileReport {
    /// The findings, sorted by place.
    pub diagnostics: Vec<Diagnostic>,
    /// How many documents of kinds we know it holds.
    pub documents: usize,
    /// True where one of them is of a Flux API group.
    pub has_flux: bool,
    /// How many findings a comment silenced.
    pub suppressed: usize,
    /// What was not checked.
    pub skipped: Vec<Skipped>,
}

/// What a caller found in documents of kinds that no rule looks at.
#[derive(Debug, Default)]
pub struct Foreign {
    /// The findings, each under a rule's id.
    pub diagnostics: Vec<Diagnostic>,
    /// How many documents were looked at.
    pub documents: usize,
}

/// The counts of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files that were read.
    pub files: usize,
    /// Documents of kinds we know in them.
    pub documents: usize,
    /// Findings of severity error.
    pub errors: usize,
    /// Findings of severity warning.
    pub warnings: usize,
    /// Findings of severity info.
    pub infos: usize,
    /// Findings that a comment silenced.
    pub suppressed: usize,
    /// What was not checked.
    pub skipped: Vec<Skipped>,
    /// False where no document of a Flux API group was found.
    pub has_flux: bool,
}

/// What a run found.
#[derive(Debug, Default)]
pub struct Report {
    /// The findings, sorted by path and place.
    pub diagnostics: Vec<Diagnostic>,
    /// The counts.
    pub summary: Summary,
}

/// The rules of a configuration over a set of files.
pub struct Linter<'a> {
    set: Set<'a>,
    surroundings: Surroundings<'a>,
    config: &'a Config,
    plan: Plan,
}

impl<'a> Linter<'a> {
    /// Indexes the set. `files` must stand at the positions that their ids say.
    pub fn new(files: &'a [File], config: &'a Config) -> Self {
        let set = Set::new(files);
        let surroundings = Surroundings::new(&set);
        Self { set, surroundings, config, plan: Plan::new(config) }
    }

    /// The set.
    pub fn set(&self) -> &Set<'a> {
        &self.set
    }

    /// The configuration.
    pub fn config(&self) -> &'a Config {
        self.config
    }

    /// What kustomizations do to the objects of the set.
    pub fn surroundings(&self) -> &Surroundings<'a> {
        &self.surroundings
    }

    /// Checks one file of the set.
    pub fn check(&self, file: &'a File) -> FileReport {
        self.check_with(file, Foreign::default())
    }

    /// Checks one file of the set, and takes in what the caller found in documents of other kinds:
    /// configuration and comments are heard for those too.
    pub fn check_with(&self, file: &'a File, foreign: Foreign) -> FileReport {
        let mut report = FileReport::default();
        if file.role == Role::Context {
            return report;
        }
        report.documents = foreign.documents;
        report.has_flux = foreign.documents > 0;
        report.diagnostics.extend(foreign.diagnostics.into_iter().filter(|found| self.plan.is_on(found.rule)));
        let unread = documents::check(file, &self.plan, &mut report);
        for object in file.objects() {
            if Kinds::KNOWN.has(object.kind()) {
                report.documents += 1;
                report.has_flux |= Kinds::FLUX_GROUPS.has(object.kind());
            }
            // What is missing in a document that was read in part may stand behind the place.
            if !unread.has(object.entry.document as usize) {
                self.check_object(object, &mut report);
            }
        }
        let is_fragment = |object| self.surroundings.is_fragment(&self.set, object);
        documents::check_objects(file, &self.plan, &is_fragment, &unread, &mut report);
        suppress::apply(file, &self.plan, self.config, &unread, &mut report);
        self.plan.settle(file, self.config, &mut report);
        if !report.diagnostics.is_empty() {
            // Whoever shows them asks for lines: made here, where files are checked side by side.
            file.lines();
        }
        report
    }

    fn check_object(&self, object: Object<'a>, report: &mut FileReport) {
        if Kinds::FLUX.has(object.kind()) && self.plan.is_on("yaml-syntax") {
            report.diagnostics.extend(yaml_syntax::report_json(object));
        }
        let rules = self.plan.rules_for(object.kind());
        if rules.is_empty() {
            return;
        }
        let subject = Subject::new(object, &self.set, &self.surroundings, self.config);
        let first = report.diagnostics.len();
        for rule in rules {
            let Check::Object(check) = rule.check else { continue };
            let before = report.diagnostics.len();
            let mut context = Context::new(&subject, rule.id, self.plan.severity(rule), &mut report.diagnostics);
            check(&mut context);
            if context.looked_around() {
                report.diagnostics.iter_mut().skip(before).for_each(|found| found.rests_on_set = true);
            }
        }
        if report.diagnostics.len() > first {
            let found = report.diagnostics.split_off(first);
            report.diagnostics.extend(plan::silence(found, object));
        }
    }
}

/// Puts the reports of a run together. `files` counts those that were read.
pub fn assemble(files: &[File], reports: Vec<FileReport>, skipped: Vec<Skipped>) -> Report {
    let mut out = Report::default();
    out.summary.files = files.iter().filter(|file| file.role == Role::Named).count();
    out.summary.skipped = skipped;
    for report in reports {
        out.summary.documents += report.documents;
        out.summary.has_flux |= report.has_flux;
        out.summary.suppressed += report.suppressed;
        out.summary.skipped.extend(report.skipped);
        out.diagnostics.extend(report.diagnostics);
    }
    let path = |diagnostic: &Diagnostic| files.get(diagnostic.at.file.0 as usize).map_or("", |file| file.path.as_str());
    out.diagnostics
        .arrange_by(|a, b| (path(a), a.at.span, a.rule, &a.message).cmp(&(path(b), b.at.span, b.rule, &b.message)));
    for diagnostic in &out.diagnostics {
        match diagnostic.severity {
            Severity::Error => out.summary.errors += 1,
            Severity::Warning => out.summary.warnings += 1,
            Severity::Info => out.summary.infos += 1,
        }
    }
    out.summary.skipped.arrange();
    out
}

/// Reads and checks texts in one go: what an editor, a test or a page needs.
pub fn check(inputs: Vec<Input>, config: &Config) -> (Vec<File>, Report) {
    let variables = std::sync::Arc::new(config.substitute.clone());
    let files: Vec<File> =
        inputs.into_iter().enumerate().map(|(index, input)| read(index, input, variables.clone())).gather();
    let report = {
        let linter = Linter::new(&files, config);
        let reports = files.iter().map(|file| linter.check(file)).gather();
        assemble(&files, reports, Vec::new())
    };
    (files, report)
}
