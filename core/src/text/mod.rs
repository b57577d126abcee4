//! A source text: spans of bytes, lines and columns in the encoding a front end asks for, and edits.

mod edit;
mod find;
mod lines;
mod mask;
mod nearest;
mod path;
mod quote;

pub use edit::{Edit, EditError, apply};
pub use find::{find, find_all, rfind};
pub use lines::{Encoding, LineIndex, Position};
pub use mask::{mask_credentials, password};
pub use nearest::nearest;
pub(crate) use path::join_parts;
pub use quote::quoted;

/// A half-open range of bytes of a UTF-8 text. Texts over 4 GiB are refused before they get here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span from byte offsets; `end` is raised to `start` where it lies before it.
    pub fn new(start: usize, end: usize) -> Self {
        let start = u32::try_from(start).unwrap_or(u32::MAX);
        let end = u32::try_from(end).unwrap_or(u32::MAX).max(start);
        Self { start, end }
    }

    /// An empty span at a byte offset.
    pub fn at(offset: usize) -> Self {
        Self::new(offset, offset)
    }

    /// First byte.
    pub fn start(self) -> usize {
        self.start as usize
    }

    /// One past the last byte.
    pub fn end(self) -> usize {
        self.end as usize
    }

    /// Length in bytes.
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// True where it covers no byte.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// True where `other` lies within.
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The part from byte `start` to byte `end` of this span, both counted from its own start and
    /// cut to its length.
    #[must_use]
    pub fn part(self, start: usize, end: usize) -> Self {
        let start = (self.start() + start).min(self.end());
        Self::new(start, (self.start() + end).clamp(start, self.end()))
    }

    /// The text it covers; empty where it does not lie on character boundaries of `text`.
    pub fn of(self, text: &str) -> &str {
        text.get(self.start()..self.end()).unwrap_or_default()
    }
}
