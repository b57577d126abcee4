//! Reading a pattern: Go's `regexp/syntax.Parse` with the flags that `regexp.Compile` gives it.

use std::ops::Range as Span;
use std::sync::Arc;

use super::builder::{Builder, Closed, Repeated};
use super::error::{Error, ErrorKind};
use super::limits::Exceeded;
use super::ranges::Range;
use super::tree::{Assertion, Flags, NodeId, Op, Tree};

/// Largest count that a repetition may have.
const MAX_COUNT: u32 = 1000;

/// A read pattern.
#[derive(Debug)]
pub(super) struct Parsed {
    pub(super) tree: Tree,
    pub(super) root: NodeId,
    /// Offsets of each `.` that stands between two bare word characters.
    pub(super) dots: Vec<usize>,
}

/// Reads a pattern.
pub(super) fn parse(pattern: &str) -> Result<Parsed, Error> {
    let mut parser = Parser {
        pattern,
        at: 0,
        builder: Builder::new(),
        dots: Vec::new(),
        unicode_classes: Vec::new(),
        last_name_end: pattern.rfind(":]"),
    };
    match parser.run() {
        Ok(root) => Ok(Parsed { tree: parser.builder.tree, root, dots: parser.dots }),
        Err(Stop::Refused(error)) => Err(error),
        Err(Stop::Exceeded(limit)) => {
            let kind = match limit {
                Exceeded::Size => ErrorKind::Large,
                Exceeded::Height => ErrorKind::NestingDepth,
            };
            Err(Error::at(kind, pattern, 0..pattern.len()))
        }
    }
}

/// Why reading stopped.
pub(super) enum Stop {
    Refused(Error),
    Exceeded(Exceeded),
}

impl From<Exceeded> for Stop {
    fn from(limit: Exceeded) -> Self {
        Self::Exceeded(limit)
    }
}

/// A `\p{name}`: the name, whether negated and whether folding.
pub(super) type ClassKey<'p> = (&'p str, bool, bool);

pub(super) type Step<T = ()> = Result<T, Stop>;

/// The pattern, and how far it is read. `at` is always on a character boundary.
pub(super) struct Parser<'p> {
    pub(super) pattern: &'p str,
    pub(super) at: usize,
    pub(super) builder: Builder,
    dots: Vec<usize>,
    /// Classes met before, by key ascending.
    pub(super) unicode_classes: Vec<(ClassKey<'p>, Arc<Vec<Range>>)>,
    /// Where the last `:]` stands: so that many a `[:` without one is not searched to the end.
    pub(super) last_name_end: Option<usize>,
}

/// What was read last, as far as the next token depends on it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    /// A repetition operator, and where it begins.
    Repeat(usize),
    /// A letter, digit or underscore that stands for itself.
    Word,
    Other,
}

impl<'p> Parser<'p> {
    fn run(&mut self) -> Step<NodeId> {
        let mut last = Last::Other;
        while let Some(byte) = self.byte(0) {
            last = self.token(byte, last)?;
        }
        match self.builder.finish()? {
            Ok(root) => Ok(root),
            Err(open) => Err(Stop::Refused(Error::quoting(ErrorKind::MissingParen, self.pattern, open..open + 1))),
        }
    }

    fn token(&mut self, byte: u8, last: Last) -> Step<Last> {
        match byte {
            b'(' if self.byte(1) == Some(b'?') => self.perl_group()?,
            b'(' => self.open_group(true, 1)?,
            b'|' => {
                self.builder.vertical_bar()?;
                self.at += 1;
            }
            b')' => self.close_group()?,
            b'^' if self.flags().has(Flags::ONE_LINE) => self.assertion(Assertion::BeginText, 1)?,
            b'^' => self.assertion(Assertion::BeginLine, 1)?,
            b'$' if self.flags().has(Flags::ONE_LINE) => self.assertion(Assertion::EndText, 1)?,
            b'$' => self.assertion(Assertion::EndLine, 1)?,
            b'.' => self.dot(last)?,
            b'[' => self.bracket_class()?,
            b'*' | b'+' | b'?' | b'{' => return self.repetition(byte, last),
            b'\\' => self.backslash()?,
            _ => {
                self.bare_literal()?;
                return Ok(if is_word(byte) { Last::Word } else { Last::Other });
            }
        }
        Ok(Last::Other)
    }

    fn dot(&mut self, last: Last) -> Step {
        if last == Last::Word && self.byte(1).is_some_and(is_word) {
            self.dots.push(self.at);
        }
        self.at += 1;
        self.builder.push_op(if self.flags().has(Flags::DOT_NEWLINE) { Op::Any } else { Op::AnyNotNewline })?;
        Ok(())
    }

    fn assertion(&mut self, assertion: Assertion, length: usize) -> Step {
        self.at += length;
        Ok(self.builder.push_op(Op::Assert(assertion))?)
    }

    fn bare_literal(&mut self) -> Step {
        if let Some(c) = self.next_char() {
            self.builder.push_literal(u32::from(c))?;
        }
        Ok(())
    }

    /// `*`, `+`, `?` or `{…}`; a brace that is no count is a literal.
    fn repetition(&mut self, byte: u8, last: Last) -> Step<Last> {
        let start = self.at;
        let count = match byte {
            b'{' => match self.count() {
                Some(count) => Some(count),
                None => {
                    self.bare_literal()?;
                    return Ok(Last::Other);
                }
            },
            _ => {
                self.at += 1;
                None
            }
        };
        if let Some((min, max)) = count
            && (min > MAX_COUNT || max.is_some_and(|max| max > MAX_COUNT || min > max))
        {
            return self.refuse(ErrorKind::InvalidRepeatSize, start..self.at);
        }
        let mut flags = self.flags();
        if self.byte(0) == Some(b'?') {
            self.at += 1;
            flags = flags.toggled(Flags::NON_GREEDY);
        }
        if let Last::Repeat(first) = last {
            return self.refuse(ErrorKind::InvalidRepeatOp, first..self.at);
        }
        let repeated = self.builder.repeat(flags, |sub| match (byte, count) {
            (_, Some((min, max))) => Op::Repeat { sub, min, max },
            (b'*', _) => Op::Star(sub),
            (b'+', _) => Op::Plus(sub),
            _ => Op::Quest(sub),
        })?;
        match repeated {
            Repeated::Done => Ok(Last::Repeat(start)),
            Repeated::NoArgument => self.refuse(ErrorKind::MissingRepeatArgument, start..self.at),
            Repeated::TooMany => self.refuse(ErrorKind::InvalidRepeatSize, start..self.at),
        }
    }

    /// Reads `{min}`, `{min,}` or `{min,max}`; reads nothing if it is none of these.
    fn count(&mut self) -> Option<(u32, Option<u32>)> {
        let start = self.at;
        self.at += 1;
        let count = self.count_after_brace();
        if count.is_none() {
            self.at = start;
        }
        count
    }

    fn count_after_brace(&mut self) -> Option<(u32, Option<u32>)> {
        let min = self.number()?;
        let mut max = Some(min);
        if self.byte(0) == Some(b',') {
            self.at += 1;
            max = match self.byte(0) {
                Some(b'}') => None,
                _ => Some(self.number()?),
            };
        }
        (self.byte(0) == Some(b'}')).then(|| self.at += 1)?;
        Some((min, max))
    }

    /// Reads a decimal number without leading zeros; `u32::MAX` if it is too large for one.
    fn number(&mut self) -> Option<u32> {
        let digits = self.rest();
        let length = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        let digits = digits.get(..length)?;
        if digits.is_empty() || digits.len() > 1 && digits.starts_with('0') {
            return None;
        }
        self.at += length;
        Some(digits.parse().unwrap_or(u32::MAX))
    }

    /// What begins with a backslash, outside of brackets.
    fn backslash(&mut self) -> Step {
        match self.byte(1) {
            Some(b'A') => self.assertion(Assertion::BeginText, 2),
            Some(b'z') => self.assertion(Assertion::EndText, 2),
            Some(b'b') => self.assertion(Assertion::WordBoundary, 2),
            Some(b'B') => self.assertion(Assertion::NotWordBoundary, 2),
            // Any byte: in Go's list of syntax, but refused.
            Some(b'C') => self.refuse(ErrorKind::InvalidEscape, self.at..self.at + 2),
            Some(b'Q') => self.quoted(),
            _ => {
                if let Some(class) = self.class_escape()? {
                    return Ok(self.builder.push_op(Op::Class(class))?);
                }
                let c = self.escape()?;
                Ok(self.builder.push_literal(c)?)
            }
        }
    }

    /// `\Q…\E`, or to the end of the pattern.
    fn quoted(&mut self) -> Step {
        self.at += 2;
        let rest = self.rest();
        let (text, length) = match rest.split_once("\\E") {
            Some((text, _)) => (text, text.len() + 2),
            None => (rest, rest.len()),
        };
        self.at += length;
        for c in text.chars() {
            self.builder.push_literal(u32::from(c))?;
        }
        Ok(())
    }

    fn open_group(&mut self, captures: bool, length: usize) -> Step {
        let offset = self.at;
        self.at += length;
        Ok(self.builder.push_op(Op::LeftParen { captures, offset })?)
    }

    fn close_group(&mut self) -> Step {
        match self.builder.right_paren()? {
            Closed::Group => {
                self.at += 1;
                Ok(())
            }
            Closed::Unexpected => {
                Err(Stop::Refused(Error::quoting(ErrorKind::UnexpectedParen, self.pattern, self.at..self.at + 1)))
            }
        }
    }

    /// What begins with `(?`: a named group, a group that does not capture, a change of flags.
    fn perl_group(&mut self) -> Step {
        let start = self.at;
        let name_at = match (self.byte(2), self.byte(3), self.byte(4)) {
            (Some(b'P'), Some(b'<'), Some(_)) => Some(4),
            (Some(b'<'), Some(_), _) => Some(3),
            _ => None,
        };
        if let Some(name_at) = name_at {
            let Some(length) = self.rest().find('>') else {
                return self.refuse(ErrorKind::InvalidNamedCapture, start..self.pattern.len());
            };
            let name = self.rest().get(name_at..length).unwrap_or_default();
            if name.is_empty() || !name.bytes().all(is_word) {
                let span = start..start + length + 1;
                return self.refuse(ErrorKind::InvalidNamedCapture, span);
            }
            return self.open_group(true, length + 1);
        }
        self.at += 2;
        self.flag_group(start)
    }

    /// `flags)` or `flags:`, behind `(?`.
    fn flag_group(&mut self, start: usize) -> Step {
        let mut flags = self.flags();
        let (mut negative, mut any) = (false, false);
        while let Some(c) = self.next_char() {
            match c {
                'i' => flags = flags.with(Flags::FOLD),
                'm' => flags = flags.without(Flags::ONE_LINE),
                's' => flags = flags.with(Flags::DOT_NEWLINE),
                'U' => flags = flags.with(Flags::NON_GREEDY),
                // From here on the flags are kept the other way round, so that the lines above
                // take away what they gave.
                '-' if !negative => {
                    (negative, any) = (true, false);
                    flags = flags.inverted();
                    continue;
                }
                ':' | ')' if !negative || any => {
                    if negative {
                        flags = flags.inverted();
                    }
                    if c == ':' {
                        let (captures, offset) = (false, start);
                        self.builder.push_op(Op::LeftParen { captures, offset })?;
                    }
                    self.builder.flags = flags;
                    return Ok(());
                }
                _ => break,
            }
            any = true;
        }
        self.refuse(ErrorKind::InvalidPerlOp, start..self.at)
    }

    pub(super) fn flags(&self) -> Flags {
        self.builder.flags
    }

    pub(super) fn rest(&self) -> &'p str {
        self.pattern.get(self.at..).unwrap_or_default()
    }

    /// The byte `ahead` of the next one.
    pub(super) fn byte(&self, ahead: usize) -> Option<u8> {
        self.pattern.as_bytes().get(self.at + ahead).copied()
    }

    pub(super) fn next_char(&mut self) -> Option<char> {
        let c = self.rest().chars().next()?;
        self.at += c.len_utf8();
        Some(c)
    }

    pub(super) fn refuse<T>(&self, kind: ErrorKind, span: Span<usize>) -> Step<T> {
        Err(Stop::Refused(Error::at(kind, self.pattern, span)))
    }
}

/// Whether a byte is a letter, digit or underscore of ASCII.
fn is_word(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric()
}
