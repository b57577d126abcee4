//! What is wrong with a pattern, in Go's words.

use std::fmt;
use std::ops::Range;

/// Why Go's `regexp.Compile` refuses a pattern: `regexp/syntax.ErrorCode`, without those that it
/// cannot return for a valid UTF-8 pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ErrorKind {
    /// A range whose end lies before its start, an unknown `[:name:]`, an unknown `\p{name}`.
    InvalidCharRange,
    /// A backslash before something that has no meaning there; back-references.
    InvalidEscape,
    /// `(?P<name>` or `(?<name>` with an unusable name; look-behind.
    InvalidNamedCapture,
    /// Any other `(?…` that RE2 lacks: look-ahead, atomic groups, comments, unknown flags.
    InvalidPerlOp,
    /// Two repetition operators in a row: `a**`.
    InvalidRepeatOp,
    /// A count over 1000 (nested ones multiplied), or `{2,1}`.
    InvalidRepeatSize,
    /// `[` without its `]`.
    MissingBracket,
    /// `(` without its `)`.
    MissingParen,
    /// A repetition operator with nothing before it.
    MissingRepeatArgument,
    /// A backslash at the end.
    TrailingBackslash,
    /// `)` without its `(`.
    UnexpectedParen,
    /// A tree over 1000 levels high.
    NestingDepth,
    /// A compiled program over 128 MiB, as Go counts it.
    Large,
}

impl ErrorKind {
    /// The words of Go's `ErrorCode.String`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidCharRange => "invalid character class range",
            Self::InvalidEscape => "invalid escape sequence",
            Self::InvalidNamedCapture => "invalid named capture",
            Self::InvalidPerlOp => "invalid or unsupported Perl syntax",
            Self::InvalidRepeatOp => "invalid nested repetition operator",
            Self::InvalidRepeatSize => "invalid repeat count",
            Self::MissingBracket => "missing closing ]",
            Self::MissingParen => "missing closing )",
            Self::MissingRepeatArgument => "missing argument to repetition operator",
            Self::TrailingBackslash => "trailing backslash at end of expression",
            Self::UnexpectedParen => "unexpected )",
            Self::NestingDepth => "expression nests too deeply",
            Self::Large => "expression too large",
        }
    }
}

/// A refused pattern. `Display` is the whole text of Go's error, as the controller shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    argument: String,
    span: Range<usize>,
}

impl Error {
    /// An error whose argument is the offending part itself.
    pub(super) fn at(kind: ErrorKind, pattern: &str, span: Range<usize>) -> Self {
        let argument = pattern.get(span.clone()).unwrap_or_default().to_owned();
        Self { kind, argument, span }
    }

    /// An error for which Go quotes something else than what a reader should look at.
    pub(super) fn quoting(kind: ErrorKind, argument: &str, span: Range<usize>) -> Self {
        Self { kind, argument: argument.to_owned(), span }
    }

    /// What sort of mistake it is.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What Go quotes between backticks: a part of the pattern, the whole of it, or nothing.
    pub fn argument(&self) -> &str {
        &self.argument
    }

    /// The offending part: byte offsets into the pattern, on character boundaries. Narrower than
    /// [`argument`](Self::argument) where Go quotes the whole pattern over one parenthesis.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error parsing regexp: {}: `{}`", self.kind.as_str(), self.argument)
    }
}

impl std::error::Error for Error {}
