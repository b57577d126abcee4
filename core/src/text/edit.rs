use std::fmt;

use crate::collections::{Arrange, Gather};

use super::Span;

/// One replacement of bytes by text. An empty span inserts, an empty text removes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// What is replaced.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

impl Edit {
    /// Replaces a span.
    pub fn replace(span: Span, text: impl Into<String>) -> Self {
        Self { span, text: text.into() }
    }

    /// Inserts at a byte offset.
    pub fn insert(offset: usize, text: impl Into<String>) -> Self {
        Self::replace(Span::at(offset), text)
    }

    /// Removes a span.
    pub fn remove(span: Span) -> Self {
        Self::replace(span, "")
    }
}

/// Why edits were not applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EditError {
    /// Two edits touch the same bytes.
    Overlap(Span, Span),
    /// An edit lies outside the text or inside a character.
    OutOfText(Span),
}

impl fmt::Display for EditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Overlap(a, b) => {
                write!(f, "edits overlap at bytes {}..{} and {}..{}", a.start, a.end, b.start, b.end)
            }
            Self::OutOfText(span) => write!(f, "an edit of bytes {}..{} lies outside the text", span.start, span.end),
        }
    }
}

impl std::error::Error for EditError {}

/// Applies edits, in any order, to a text. Every byte outside the spans stays.
///
/// # Errors
///
/// Where two edits overlap (insertions at one place do), or one lies outside the text.
pub fn apply(text: &str, edits: &[Edit]) -> Result<String, EditError> {
    let mut sorted: Vec<&Edit> = edits.iter().gather();
    sorted.arrange();
    let mut out = String::with_capacity(text.len() + sorted.iter().map(|edit| edit.text.len()).sum::<usize>());
    let mut last = Span::at(0);
    for (index, edit) in sorted.iter().enumerate() {
        let same_place = index > 0 && edit.span == last && edit.span.is_empty();
        if edit.span.start < last.end || same_place {
            return Err(EditError::Overlap(last, edit.span));
        }
        let kept = text.get(last.end()..edit.span.start()).ok_or(EditError::OutOfText(edit.span))?;
        if text.get(edit.span.start()..edit.span.end()).is_none() {
            return Err(EditError::OutOfText(edit.span));
        }
        out.push_str(kept);
        out.push_str(&edit.text);
        last = edit.span;
    }
    out.push_str(text.get(last.end()..).ok_or(EditError::OutOfText(last))?);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_apply_in_any_order_and_refuse_overlap() {
        let text = "tag: 1.10 # keep";
        let edits = [Edit::insert(9, "\""), Edit::insert(5, "\"")];
        assert_eq!(apply(text, &edits).as_deref(), Ok("tag: \"1.10\" # keep"));
        let overlapping = [Edit::remove(Span::new(0, 5)), Edit::remove(Span::new(4, 6))];
        assert!(matches!(apply(text, &overlapping), Err(EditError::Overlap(..))));
        assert!(matches!(apply(text, &[Edit::insert(99, "x")]), Err(EditError::OutOfText(_))));
    }
}
