//! What the project says about a manifest: diagnostics with places, reasons, remedies and fixes,
//! and the comments that silence them.

mod suppression;

pub use suppression::{DIRECTIVES, Suppression, SuppressionScope, suppressions};

use std::borrow::Cow;

use crate::collections::Gather;
use crate::text::{Edit, Span};

/// How sure and how bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Advice.
    Info,
    /// Likely wrong, or risky.
    Warning,
    /// Certain to be refused or to fail, or certainly wrong.
    Error,
}

impl Severity {
    /// As the JSON contract and the configuration spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// The inverse of [`Severity::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Info, Self::Warning, Self::Error].into_iter().find(|severity| severity.as_str() == text)
    }
}

/// A file of the set that is being checked, by its position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A place in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// Which file.
    pub file: FileId,
    /// Which bytes of it.
    pub span: Span,
}

/// What else to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub at: Location,
    /// What is seen there.
    pub message: String,
}

/// Whether a fix may be applied without a person looking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Applicability {
    /// Means the same to the controller, or what was certainly meant. `fix` applies it.
    Safe,
    /// Probably what was meant. `fix --unsafe-fixes` applies it.
    Unsafe,
    /// To be read: an example that a person must complete. Never applied.
    Display,
}

impl Applicability {
    /// As the JSON contract spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
            Self::Display => "display",
        }
    }
}

/// Edits that mend what a diagnostic found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// An act: "Split tag and digest".
    pub title: String,
    /// May it be applied unseen?
    pub applicability: Applicability,
    /// The edits, all or none of them.
    pub edits: Vec<(FileId, Edit)>,
}

/// Which object a diagnostic is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectName {
    /// As written.
    pub api_version: String,
    /// As written.
    pub kind: String,
    /// As written; `None` where it is left to a kustomization.
    pub namespace: Option<String>,
    /// As written; empty where there is none.
    pub name: String,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The rule's id.
    pub rule: &'static str,
    /// After profile, overrides and `suspend` were heard.
    pub severity: Severity,
    /// The exact characters.
    pub at: Location,
    /// The object; `None` for a finding about a file.
    pub object: Option<ObjectName>,
    /// What is wrong, with the value quoted. Lower case, no full stop.
    pub message: String,
    /// Why it matters: what the API server or the controller does with it.
    pub why: Option<Cow<'static, str>>,
    /// What to do.
    pub help: Option<Cow<'static, str>>,
    /// Other places to look at; the first one in the same file and span names the main place.
    pub labels: Vec<Label>,
    /// How to mend it.
    pub fix: Option<Fix>,
    /// True where the rule looked at other objects before it spoke: with more of them in view it might
    /// say something else.
    pub rests_on_set: bool,
}

impl Diagnostic {
    /// A finding about a file rather than an object, with nothing said beyond the message.
    pub fn new(rule: &'static str, severity: Severity, at: Location, message: impl Into<String>) -> Self {
        Self {
            rule,
            severity,
            at,
            object: None,
            message: message.into(),
            why: None,
            help: None,
            labels: Vec::new(),
            fix: None,
            rests_on_set: false,
        }
    }

    /// Says why it matters.
    pub fn why(&mut self, why: impl Into<Cow<'static, str>>) -> &mut Self {
        self.why = Some(why.into());
        self
    }

    /// Says what to do.
    pub fn help(&mut self, help: impl Into<Cow<'static, str>>) -> &mut Self {
        self.help = Some(help.into());
        self
    }

    /// Points at another place.
    pub fn label(&mut self, at: Location, message: impl Into<String>) -> &mut Self {
        self.labels.push(Label { at, message: message.into() });
        self
    }

    /// Says a word at the marked characters themselves.
    pub fn mark(&mut self, message: impl Into<String>) -> &mut Self {
        let at = self.at;
        self.labels.insert(0, Label { at, message: message.into() });
        self
    }

    /// Another severity than the rule's own.
    pub fn severity(&mut self, severity: Severity) -> &mut Self {
        self.severity = severity;
        self
    }

    /// Offers a fix within the diagnostic's own file.
    pub fn fix(&mut self, applicability: Applicability, title: impl Into<String>, edits: Vec<Edit>) -> &mut Self {
        self.fix_in(self.at.file, applicability, title, edits)
    }

    /// Offers a fix within another file of the set.
    pub fn fix_in(
        &mut self,
        file: FileId,
        applicability: Applicability,
        title: impl Into<String>,
        edits: Vec<Edit>,
    ) -> &mut Self {
        let edits = edits.into_iter().map(|edit| (file, edit)).gather();
        self.fix = Some(Fix { title: title.into(), applicability, edits });
        self
    }
}
