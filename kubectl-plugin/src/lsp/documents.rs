//! The texts that the editor has open.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use kubectl_oci_core::text::{Encoding, LineIndex, Position};
use lsp_types::{
    DidChangeTextDocumentParams, TextDocumentContentChangeEvent, TextDocumentIdentifier, TextDocumentItem, Uri,
};

use super::uri;
use crate::input::{Wish, wanted};

/// A text that is open.
#[derive(Debug)]
pub(super) struct Document {
    /// As the editor writes it.
    pub(super) uri: Uri,
    pub(super) version: i32,
    pub(super) text: String,
    language: String,
}

/// By path; for what is no file by its address.
#[derive(Debug, Default)]
pub(super) struct Documents {
    open: BTreeMap<PathBuf, Document>,
}

/// What a text lies under: its path, or its address where it is no file.
pub(super) fn path_of(uri: &Uri) -> PathBuf {
    uri::to_path(uri).unwrap_or_else(|| PathBuf::from(uri.as_str()))
}

impl Documents {
    pub(super) fn open(&mut self, item: TextDocumentItem) -> PathBuf {
        let path = path_of(&item.uri);
        let TextDocumentItem { uri, language_id: language, version, text } = item;
        self.open.insert(path.clone(), Document { uri, version, text, language });
        path
    }

    /// Applies changes in their order. `None` where the text is not open.
    pub(super) fn change(&mut self, params: DidChangeTextDocumentParams, encoding: Encoding) -> Option<PathBuf> {
        let path = path_of(&params.text_document.uri);
        let document = self.open.get_mut(&path)?;
        document.version = params.text_document.version;
        for change in params.content_changes {
            apply(&mut document.text, change, encoding);
        }
        Some(path)
    }

    pub(super) fn close(&mut self, document: &TextDocumentIdentifier) -> Option<(PathBuf, Document)> {
        self.open.remove_entry(&path_of(&document.uri))
    }

    pub(super) fn get(&self, path: &Path) -> Option<&Document> {
        self.open.get(path)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&PathBuf, &Document)> {
        self.open.iter()
    }
}

impl Document {
    /// Whether it is of a language that is read.
    pub(super) fn is_wanted(&self, path: &Path) -> bool {
        let is_language = ["yaml", "yml", "json"].iter().any(|name| self.language.starts_with(name));
        match wanted(path, true) {
            Wish::Yes => true,
            Wish::Template => false,
            Wish::No => is_language,
        }
    }
}

fn apply(text: &mut String, change: TextDocumentContentChangeEvent, encoding: Encoding) {
    let Some(range) = change.range else {
        *text = change.text;
        return;
    };
    let lines = LineIndex::new(text);
    let lines = lines.of_editor(text);
    let offset = |at: lsp_types::Position| {
        let position = Position { line: at.line as usize, column: at.character as usize };
        lines.offset(text, position, encoding)
    };
    let (start, end) = (offset(range.start), offset(range.end));
    text.replace_range(start.min(end)..end.max(start), &change.text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use lsp_types::Range;

    fn changed(text: &str, from: (u32, u32), to: (u32, u32), new: &str) -> String {
        let place = |(line, character)| lsp_types::Position { line, character };
        let range = Some(Range { start: place(from), end: place(to) });
        let mut out = text.to_owned();
        let change = TextDocumentContentChangeEvent { range, range_length: None, text: new.to_owned() };
        apply(&mut out, change, Encoding::Utf16);
        out
    }

    #[test]
    fn changes_land_where_they_were_meant() {
        assert_eq!(changed("a: \u{1f600}x\r\nb: 1\r\n", (0, 5), (0, 6), "y"), "a: \u{1f600}y\r\nb: 1\r\n");
        assert_eq!(changed("a: 1\r\nb: 2\r\n", (0, 0), (1, 0), ""), "b: 2\r\n");
        assert_eq!(changed("a: 1\r\nb: 2", (1, 4), (9, 9), "3\n"), "a: 1\r\nb: 23\n");
        // A column behind a line's end is its end; a range the wrong way round is turned.
        assert_eq!(changed("a\r\nb", (0, 99), (0, 99), "!"), "a!\r\nb");
        assert_eq!(changed("abc", (0, 2), (0, 1), ""), "ac");
        // A return alone ends a line too.
        assert_eq!(changed("a: 1\rb: 2\r\nc: 3", (1, 3), (1, 4), "9"), "a: 1\rb: 9\r\nc: 3");
        assert_eq!(changed("a: 1\rb: 2\r\nc: 3", (2, 0), (2, 1), "d"), "a: 1\rb: 2\r\nd: 3");
        assert_eq!(changed("", (3, 3), (4, 4), "x"), "x");
    }
}
