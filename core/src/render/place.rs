//! Places as people and the JSON contract count them.

use crate::diag::Location;
use crate::text::{Encoding, Position, Span};

use super::Run;
use crate::model::File;

/// A position of the JSON contract. Line and column count from 1, the column in Unicode scalar
/// values unless other units were asked for; the offset counts bytes of UTF-8 from 0, or UTF-16 code
/// units where those were asked for, so that it indexes the strings of whoever asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JsonPosition {
    /// From 1.
    pub line: usize,
    /// From 1.
    pub column: usize,
    /// From 0, in bytes; in UTF-16 code units where columns are.
    pub offset: usize,
}

/// A range of the JSON contract; the end is exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

    /// The range of a span of a file, columns in the units of `encoding`, and offsets too where that is UTF-16.
    pub fn counted(file: &File, span: Span, encoding: Encoding) -> Self {
        let at = |offset: usize| {
            let position = file.lines().position(&file.text, offset, encoding);
            let offset = match encoding {
                Encoding::Utf16 => file.lines().utf16_offset(&file.text, offset),
                Encoding::Utf8 | Encoding::Utf32 => offset,
            };
            JsonPosition { line: position.line + 1, column: position.column + 1, offset }
        };
        Self { start: at(span.start()), end: at(span.end()) }
    }

    const NOWHERE: Self = {
        let start = JsonPosition { line: 1, column: 1, offset: 0 };
        Self { start, end: start }
    };
}

/// A place as a caller names it, in the units of some [`Encoding`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// From the beginning of the text, from 0.
    Offset(usize),
    /// Both from 1.
    Position {
        /// The line.
        line: usize,
        /// The column.
        column: usize,
    },
}

impl Place {
    /// In bytes of the file's text: the inverse of what ranges say. Places outside of the text are moved to its
    /// nearest end, or that of the line.
    pub fn offset(self, file: &File, encoding: Encoding) -> usize {
        match self {
            Self::Offset(units) => match encoding {
                Encoding::Utf16 => file.lines().offset_of_utf16(&file.text, units),
                Encoding::Utf8 | Encoding::Utf32 => floor(&file.text, units),
            },
            Self::Position { line, column } => {
                let position = Position { line: line.saturating_sub(1), column: column.saturating_sub(1) };
                file.lines().offset(&file.text, position, encoding)
            }
        }
    }
}

/// The beginning of the character that a byte offset lies in.
fn floor(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

impl Run<'_> {
    /// The range of a location; the beginning of nothing where the file is not of this run.
    pub(super) fn range(&self, at: Location) -> JsonRange {
        self.file(at.file).map_or(JsonRange::NOWHERE, |file| JsonRange::counted(file, at.span, self.options.encoding))
    }
}
