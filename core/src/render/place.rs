//! Places as people and the JSON contract count them.

use serde::Serialize;

use crate::diag::Location;
use crate::text::{Encoding, Span};

use super::Run;
use crate::model::File;

/// A position of the JSON contract. Line and column count from 1, the column in Unicode scalar
/// values unless other units were asked for; the offset counts bytes of UTF-8 from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct JsonPosition {
    /// From 1.
    pub line: usize,
    /// From 1.
    pub column: usize,
    /// From 0, in bytes.
    pub offset: usize,
}

/// A range of the JSON contract; the end is exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct JsonRange {
    /// The first character.
    pub start: JsonPosition,
    /// One past the last character.
    pub end: JsonPosition,
}

impl JsonRange {
    /// The range of a span of a file, columns in Unicode scalar values.
    pub fn of(file: &File, span: Span) -> Self {
        Self::counted(file, span, Encoding::Utf32)
    }

    /// The range of a span of a file, columns in the units of `encoding`.
    pub fn counted(file: &File, span: Span, encoding: Encoding) -> Self {
        let at = |offset: usize| {
            let position = file.lines().position(&file.text, offset, encoding);
            JsonPosition { line: position.line + 1, column: position.column + 1, offset }
        };
        Self { start: at(span.start()), end: at(span.end()) }
    }

    const NOWHERE: Self = {
        let start = JsonPosition { line: 1, column: 1, offset: 0 };
        Self { start, end: start }
    };
}

impl Run<'_> {
    /// The range of a location; the beginning of nothing where the file is not of this run.
    pub(super) fn range(&self, at: Location) -> JsonRange {
        self.file(at.file).map_or(JsonRange::NOWHERE, |file| JsonRange::counted(file, at.span, self.options.encoding))
    }
}
