use std::sync::OnceLock;

use crate::collections::Gather;

use super::Span;

/// What a column counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units: the language server protocol's default.
    Utf16,
    /// Unicode scalar values: what the JSON contract counts.
    #[default]
    Utf32,
}

/// A place in a text, line and column both counted from 0, the column in some [`Encoding`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Lines before it.
    pub line: usize,
    /// Units before it on its line.
    pub column: usize,
}

/// Where each line of a text begins. `\n` ends a line; a `\r` before it belongs to the line's end.
#[derive(Debug, Clone)]
pub struct LineIndex {
    starts: Vec<u32>,
    /// The same in UTF-16 code units: made when first asked for.
    utf16_starts: OnceLock<Vec<u32>>,
    /// The same with a `\r` alone as an end too, where there is one: made when first asked for.
    of_editor: OnceLock<Option<Box<LineIndex>>>,
}

impl LineIndex {
    /// Indexes a text: one pass over its bytes.
    pub fn new(text: &str) -> Self {
        let mut starts = vec![0];
        starts.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| u32::try_from(at + 1).unwrap_or(u32::MAX)));
        Self::of(starts)
    }

    fn of(starts: Vec<u32>) -> Self {
        Self { starts, utf16_starts: OnceLock::new(), of_editor: OnceLock::new() }
    }

    /// The lines as editors count them, for whom a `\r` alone ends a line too: what the language server protocol asks for
    /// (specification 3.17, "Text Documents"). `text` is the one that this was made of.
    pub fn of_editor(&self, text: &str) -> &Self {
        let made = self.of_editor.get_or_init(|| {
            let bytes = text.as_bytes();
            let is_alone = |at: usize| bytes.get(at) == Some(&b'\r') && bytes.get(at + 1) != Some(&b'\n');
            memchr::memchr_iter(b'\r', bytes).find(|&at| is_alone(at))?;
            let ends =
                memchr::memchr2_iter(b'\n', b'\r', bytes).filter(|&at| bytes.get(at) == Some(&b'\n') || is_alone(at));
            let behind = ends.map(|at| u32::try_from(at + 1).unwrap_or(u32::MAX));
            Some(Box::new(Self::of(std::iter::once(0).chain(behind).gather())))
        });
        made.as_deref().unwrap_or(self)
    }

    /// How many lines there are; a text that ends in a line break has an empty last one.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Never: an empty text has one line.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// The line (from 0) that holds a byte offset.
    pub fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|&start| start as usize <= offset).saturating_sub(1)
    }

    /// The bytes of a line without its line break; empty past the last line.
    pub fn span(&self, text: &str, line: usize) -> Span {
        let Some(&start) = self.starts.get(line) else {
            return Span::at(text.len());
        };
        let end = self.starts.get(line + 1).map_or(text.len(), |&next| next as usize - 1);
        let start = start as usize;
        let content = text.get(start..end).unwrap_or_default();
        Span::new(start, start + content.strip_suffix('\r').unwrap_or(content).len())
    }

    /// Line and column of a byte offset. An offset inside a character counts as its beginning.
    pub fn position(&self, text: &str, offset: usize, encoding: Encoding) -> Position {
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.line(offset);
        let start = self.starts.get(line).map_or(0, |&start| start as usize);
        let before = text.get(start..offset).unwrap_or_default();
        let column = match encoding {
            Encoding::Utf8 => before.len(),
            Encoding::Utf16 => before.encode_utf16().count(),
            Encoding::Utf32 => before.chars().count(),
        };
        Position { line, column }
    }

    /// How many UTF-16 code units stand before a byte offset: where the same place is in a string of JavaScript.
    /// An offset inside a character counts as its beginning.
    pub fn utf16_offset(&self, text: &str, offset: usize) -> usize {
        let position = self.position(text, offset, Encoding::Utf16);
        self.utf16_starts(text).get(position.line).map_or(0, |&start| start as usize) + position.column
    }

    /// The byte offset of a place that is counted in UTF-16 code units; past the text's end it is that.
    pub fn offset_of_utf16(&self, text: &str, units: usize) -> usize {
        let starts = self.utf16_starts(text);
        let line = starts.partition_point(|&start| start as usize <= units).saturating_sub(1);
        let (Some(&first), Some(&start)) = (starts.get(line), self.starts.get(line)) else { return text.len() };
        let (mut left, start) = (units - first as usize, start as usize);
        for (at, c) in text.get(start..).unwrap_or_default().char_indices() {
            if left == 0 {
                return start + at;
            }
            left = left.saturating_sub(c.len_utf16());
        }
        text.len()
    }

    fn utf16_starts(&self, text: &str) -> &[u32] {
        self.utf16_starts.get_or_init(|| {
            let mut units = 0;
            let ends = self.starts.iter().skip(1).map(|&end| end as usize);
            let lines = self.starts.iter().map(|&start| start as usize).zip(ends);
            let before = lines.map(|(start, end)| {
                units += text.get(start..end).unwrap_or_default().encode_utf16().count();
                u32::try_from(units).unwrap_or(u32::MAX)
            });
            std::iter::once(0).chain(before).gather()
        })
    }

    /// The byte offset of a position; past a line's end it is the line's end, past the last line
    /// the text's.
    pub fn offset(&self, text: &str, position: Position, encoding: Encoding) -> usize {
        let span = self.span(text, position.line);
        let mut units = 0;
        for (at, c) in span.of(text).char_indices() {
            if units >= position.column {
                return span.start() + at;
            }
            units += match encoding {
                Encoding::Utf8 => c.len_utf8(),
                Encoding::Utf16 => c.len_utf16(),
                Encoding::Utf32 => 1,
            };
        }
        span.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_round_trip_in_every_encoding() {
        let text = "a: é\r\nb: \u{1f600}x\n\nlast";
        let index = LineIndex::new(text);
        for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
            for (offset, c) in text.char_indices() {
                if c == '\n' || c == '\r' {
                    continue;
                }
                let position = index.position(text, offset, encoding);
                assert_eq!(index.offset(text, position, encoding), offset, "{encoding:?} {offset}");
            }
        }
        for (offset, _) in text.char_indices() {
            let units = index.utf16_offset(text, offset);
            assert_eq!(units, text[..offset].encode_utf16().count());
            assert_eq!(index.offset_of_utf16(text, units), offset);
        }
        assert_eq!(index.offset_of_utf16(text, usize::MAX), text.len());
        let x = text.find('x').unwrap_or_default();
        assert_eq!(index.position(text, x, Encoding::Utf16).column, 5);
        assert_eq!(index.position(text, x, Encoding::Utf32).column, 4);
        assert_eq!(index.span(text, 0).of(text), "a: é");
        assert_eq!(index.len(), 4);
    }

    #[test]
    fn editors_end_a_line_at_a_return_alone() {
        let text = "a\rb\r\nc\r\r\nd\n\re";
        let lines = LineIndex::new(text);
        let editor = lines.of_editor(text);
        let starts: Vec<usize> = (0..editor.len()).map(|line| editor.span(text, line).start()).collect();
        assert_eq!(starts, [0, 2, 5, 7, 9, 11, 12]);
        let of: Vec<&str> = (0..editor.len()).map(|line| editor.span(text, line).of(text)).collect();
        assert_eq!(of, ["a", "b", "c", "", "d", "", "e"]);
        let place = editor.position(text, 5, Encoding::Utf16);
        assert_eq!((place, editor.offset(text, place, Encoding::Utf16)), (Position { line: 2, column: 0 }, 5));
        let text = "a\r\nb";
        assert_eq!(LineIndex::new(text).of_editor(text).len(), 2);
    }
}
