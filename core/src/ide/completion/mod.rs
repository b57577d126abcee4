//! What could be written here.

mod keys;
mod names;
mod snippets;
mod suppressions;
mod values;

use crate::collections::Arrange;
use crate::lint::Linter;
use crate::model::File;
use crate::text::{Edit, Span};

use super::cursor::{Cursor, Slot};
use super::{fields, hover, links};

/// What a completion stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompletionKind {
    /// A field.
    Field,
    /// A value.
    Value,
    /// The name of an object of the set.
    Reference,
    /// A whole object or block.
    Snippet,
}

/// Something that could be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// What a list shows.
    pub label: String,
    /// What it stands for.
    pub kind: CompletionKind,
    /// A word or two beside the label: its type, its default.
    pub detail: Option<String>,
    /// Markdown: what it means.
    pub documentation: Option<String>,
    /// What writing it does to the text. Its span holds the offset that was asked for.
    pub edit: Edit,
}

/// What could be written at `offset`, the best first: what does not fit the word before the offset
/// is left out.
pub fn completions<'a>(linter: &Linter<'a>, file: &'a File, offset: usize) -> Vec<Completion> {
    let Some(cursor) = Cursor::at(file, offset) else { return suppressions::names(file, offset) };
    let span = cursor.word.unwrap_or(Span::at(offset));
    let written = file.text.get(span.start()..offset).unwrap_or_default().trim_start_matches(['"', '\'']);
    let release = linter.config().flux.minor;
    let mut list = List { file, cursor: &cursor, span, written, release, out: Vec::new() };
    match cursor.slot {
        Slot::Key { .. } => {
            if !values::items(&mut list) {
                snippets::objects(&mut list);
                keys::fields(&mut list);
            }
        }
        Slot::Value { key } => {
            if !names::of_objects(&mut list, linter, key) {
                values::of_field(&mut list, key);
            }
        }
    }
    let written = list.written;
    // What begins with the word comes before what holds it.
    list.out.arrange_by_key(|found| !begins_with(&found.label, written));
    list.out
}

fn begins_with(label: &str, written: &str) -> bool {
    label.as_bytes().get(..written.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(written.as_bytes()))
}

/// What is offered so far.
struct List<'l, 'a> {
    file: &'a File,
    cursor: &'l Cursor<'a>,
    /// What an edit replaces.
    span: Span,
    /// The part of it before the offset.
    written: &'l str,
    /// The release of Flux 2 that it is written for.
    release: u32,
    out: Vec<Completion>,
}

impl List<'_, '_> {
    /// True where a label holds what is written.
    fn fits(&self, label: &str) -> bool {
        (0..=label.len().saturating_sub(self.written.len()))
            .any(|at| label.get(at..).is_some_and(|rest| begins_with(rest, self.written)))
    }

    fn add(
        &mut self,
        label: &str,
        kind: CompletionKind,
        detail: Option<String>,
        documentation: Option<String>,
        text: String,
    ) {
        if self.fits(label) {
            let edit = Edit::replace(self.span, text);
            self.out.push(Completion { label: label.to_owned(), kind, detail, documentation, edit });
        }
    }

    /// A value, written as text: the blank before it, and the quotes that were there.
    fn value_text(&self, value: &str) -> String {
        use crate::yaml::patch::{double_quoted, scalar_text};
        let old = self.span.of(&self.file.text);
        let written = match old.as_bytes().first() {
            Some(b'"') => double_quoted(value),
            Some(b'\'') => ["'", &value.replace('\'', "''"), "'"].concat(),
            _ => scalar_text(value),
        };
        if self.cursor.needs_blank { [" ", &written].concat() } else { written }
    }

    /// A line break as the file writes it, and blanks.
    fn new_line(&self, indent: usize) -> String {
        let mut out = if self.file.text.contains("\r\n") { "\r\n" } else { "\n" }.to_owned();
        out.extend(std::iter::repeat_n(' ', indent));
        out
    }
}
