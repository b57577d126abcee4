//! What can be told of documents before any rule looks at their objects: which of them are
//! templates, and where the reader stopped.

use crate::model::{File, GROUPS, Kinds, Object};
use crate::rules::{document_skipped, yaml_syntax};
use crate::text::{self, Span};

use super::plan::Plan;
use super::{FileReport, SkipReason, Skipped};

/// The documents of a file that rules cannot judge.
#[derive(Debug, Default)]
pub(super) struct Unread {
    /// The numbers of those that are templates.
    templates: Vec<usize>,
    /// The numbers of those that were read to some place only.
    broken: Vec<usize>,
}

impl Unread {
    /// True where rules did not see all of a document.
    pub(super) fn has(&self, document: usize) -> bool {
        self.templates.contains(&document) || self.broken.contains(&document)
    }

    /// True where rules saw all of every document.
    pub(super) fn is_empty(&self) -> bool {
        self.templates.is_empty() && self.broken.is_empty()
    }
}

/// Finds what cannot be read and says so: `yaml-syntax` for a document of Flux, `document-skipped`
/// for a template.
pub(super) fn check(file: &File, plan: &Plan, report: &mut FileReport) -> Unread {
    let mut out = Unread::default();
    let text = file.parsed_text();
    let has_marks = next_mark(text).is_some();
    let errors = file.syntax_errors().next().is_some();
    if !has_marks && !errors {
        return out;
    }
    let mut first_template = None;
    for (number, document) in file.tree.documents().iter().enumerate() {
        let mark = has_marks.then(|| template_mark(file, number)).flatten();
        let is_ours = || shows_flux(region(file, number).of(text));
        match (mark, &document.error) {
            (Some(mark), _) => {
                out.templates.push(number);
                first_template = first_template.or_else(|| is_ours().then_some(mark));
            }
            (None, Some(error)) => {
                out.broken.push(number);
                if plan.is_on("yaml-syntax") && is_ours() {
                    report.diagnostics.push(yaml_syntax::report(file, error));
                }
            }
            (None, None) => {}
        }
    }
    if let Some(span) = first_template {
        if plan.is_on("document-skipped") {
            report.diagnostics.push(document_skipped::template(file, span));
        }
        skip(file, SkipReason::Template, report);
    }
    out
}

/// Says what is not checked in the objects that were read: encrypted ones, and fragments. Once for a
/// file and reason; every encrypted document is counted.
pub(super) fn check_objects<'a>(
    file: &'a File,
    plan: &Plan,
    is_fragment: &impl Fn(Object<'a>) -> bool,
    unread: &Unread,
    report: &mut FileReport,
) {
    let (mut encrypted, mut fragment) = (false, false);
    for object in file.objects().filter(|object| !unread.has(object.entry.document as usize)) {
        if object.is_encrypted() {
            skip(file, SkipReason::Encrypted, report);
            if !encrypted && plan.is_on("document-skipped") {
                report.diagnostics.push(document_skipped::encrypted(object));
            }
            encrypted = true;
            continue;
        }
        if fragment || !Kinds::FLUX.has(object.kind()) {
            continue;
        }
        let Some(finding) = document_skipped::fragment(object).filter(|_| is_fragment(object)) else { continue };
        if plan.is_on("document-skipped") {
            report.diagnostics.push(finding);
        }
        skip(file, SkipReason::Fragment, report);
        fragment = true;
    }
}

fn skip(file: &File, reason: SkipReason, report: &mut FileReport) {
    report.skipped.push(Skipped { path: file.path.clone(), reason, detail: None });
}

/// The lines of a document: from where the one before it ends to where the next one begins.
fn region(file: &File, number: usize) -> Span {
    let documents = file.tree.documents();
    let start = |number: usize| documents.get(number).map(|document| document.span.start());
    // What stands before the first document, comments and directives, belongs to it.
    let first = if number == 0 { 0 } else { start(number).unwrap_or_default() };
    Span::new(first, start(number + 1).unwrap_or(file.parsed_text().len()))
}

/// True where a line gives an `apiVersion` of a Flux group.
fn shows_flux(text: &str) -> bool {
    const KEY: &str = "apiVersion";
    text::find_all(text.as_bytes(), KEY.as_bytes()).any(|at| {
        let behind = text.get(at + KEY.len()..).unwrap_or_default();
        let value = behind.trim_start_matches(['"', '\'', ' ', ':']);
        GROUPS.iter().any(|group| value.strip_prefix(group.name).is_some_and(|rest| rest.starts_with('/')))
    })
}

/// The first `{{` or `{%` of a document that no string and no comment holds. Behind the place where
/// the reader stopped that cannot be told, and any will do.
fn template_mark(file: &File, number: usize) -> Option<Span> {
    let (text, region) = (file.parsed_text(), region(file, number));
    let error = file.tree.documents().get(number)?.error.as_ref();
    let read_to = error.map_or(usize::MAX, |error| error.span.start());
    let mut at = region.start();
    while let Some(mark) = next_mark(text.get(at..region.end())?).map(|found| at + found) {
        if mark < read_to && file.tree.scalar_over(mark).is_some() {
            at = mark + 1;
        } else if mark < read_to && is_in_comment(file, mark) {
            at = text.get(mark..).and_then(|rest| rest.find('\n')).map_or(region.end(), |len| mark + len);
        } else {
            return Some(Span::new(mark, mark + 2));
        }
    }
    None
}

fn next_mark(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'{', bytes).find(|at| matches!(bytes.get(at + 1), Some(b'{' | b'%')))
}

fn is_in_comment(file: &File, offset: usize) -> bool {
    let text = file.parsed_text();
    let before = text.get(..offset).unwrap_or_default();
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    before.get(line..).unwrap_or_default().match_indices('#').any(|(at, _)| {
        let begins = at == 0 || before.get(line..line + at).is_some_and(|before| before.ends_with([' ', '\t']));
        begins && file.tree.scalar_over(line + at).is_none()
    })
}
