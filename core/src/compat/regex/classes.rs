//! Reading classes and escapes: `[…]`, `\d`, `\pL`, `\x{2d}`.
//!
//! Source: regexp/syntax `parseClass`, `parseNamedClass`, `parseUnicodeClass`,
//! `parsePerlClassEscape`, `parseEscape`, and the groups of perl_groups.go.

use std::sync::Arc;

use super::error::{Error, ErrorKind};
use super::parser::{Parser, Step, Stop};
use super::ranges::{self, MAX, Range};
use super::tree::{Flags, Op};
use super::unicode;

/// Groups are written as pairs of first and last characters.
const DIGIT: &str = "09";
/// Without the vertical tab, other than `[:space:]`.
const SPACE: &str = "\t\n\x0C\r  ";
const WORD: &str = "09AZ__az";

/// `[:name:]` by its name.
fn posix(name: &str) -> Option<&'static str> {
    Some(match name {
        "alnum" => "09AZaz",
        "alpha" => "AZaz",
        "ascii" => "\0\x7F",
        "blank" => "\t\t  ",
        "cntrl" => "\0\x1F\x7F\x7F",
        "digit" => DIGIT,
        "graph" => "!~",
        "lower" => "az",
        "print" => " ~",
        "punct" => "!/:@[`{~",
        "space" => "\t\r  ",
        "upper" => "AZ",
        "word" => WORD,
        "xdigit" => "09AFaf",
        _ => return None,
    })
}

impl<'p> Parser<'p> {
    /// `[…]`
    pub(super) fn bracket_class(&mut self) -> Step {
        let start = self.at;
        self.at += 1;
        let negative = self.byte(0) == Some(b'^');
        if negative {
            self.at += 1;
        }
        let mut class = Vec::new();
        // A bracket in first place is a member.
        let mut first = true;
        while first || self.byte(0) != Some(b']') {
            first = false;
            if let Some(group) = self.named_class()? {
                ranges::push_all(&mut class, &group);
            } else if let Some(group) = self.class_escape()? {
                ranges::push_all(&mut class, &group);
            } else {
                let (low, high) = self.class_range(start)?;
                if self.flags().has(Flags::FOLD) {
                    ranges::push_folded(&mut class, low, high);
                } else {
                    ranges::push(&mut class, low, high);
                }
            }
        }
        self.at += 1;
        ranges::clean(&mut class);
        if negative {
            class = ranges::negated(&class);
        }
        Ok(self.builder.push_op(Op::Class(Arc::new(class)))?)
    }

    /// A character or `low-high`, in the class that begins at `start`.
    fn class_range(&mut self, start: usize) -> Step<(u32, u32)> {
        let begin = self.at;
        let low = self.class_char(start)?;
        // A hyphen right before the closing bracket is a member.
        if self.byte(0) != Some(b'-') || matches!(self.byte(1), None | Some(b']')) {
            return Ok((low, low));
        }
        self.at += 1;
        let high = self.class_char(start)?;
        if high < low {
            return self.refuse(ErrorKind::InvalidCharRange, begin..self.at);
        }
        Ok((low, high))
    }

    fn class_char(&mut self, start: usize) -> Step<u32> {
        if self.byte(0) == Some(b'\\') {
            return self.escape();
        }
        match self.next_char() {
            Some(c) => Ok(u32::from(c)),
            None => self.refuse(ErrorKind::MissingBracket, start..self.pattern.len()),
        }
    }

    /// `[:alpha:]`, `[:^alpha:]`, if that comes next.
    fn named_class(&mut self) -> Step<Option<Arc<Vec<Range>>>> {
        let may_end = self.last_name_end.is_some_and(|end| end >= self.at + 2);
        if !may_end || !self.rest().starts_with("[:") {
            return Ok(None);
        }
        let Some((name, _)) = self.rest().get(2..).and_then(|rest| rest.split_once(":]")) else {
            return Ok(None);
        };
        let span = self.at..self.at + name.len() + 4;
        let (negative, plain) = match name.strip_prefix('^') {
            Some(plain) => (true, plain),
            None => (false, name),
        };
        let Some(group) = posix(plain) else {
            return self.refuse(ErrorKind::InvalidCharRange, span);
        };
        self.at = span.end;
        Ok(Some(self.group(group, negative)))
    }

    /// `\d`, `\pL`, `\p{Greek}` and their like, if that comes next.
    pub(super) fn class_escape(&mut self) -> Step<Option<Arc<Vec<Range>>>> {
        if self.byte(0) != Some(b'\\') {
            return Ok(None);
        }
        let (group, negative) = match self.byte(1) {
            Some(b'p' | b'P') => return self.unicode_class().map(Some),
            Some(b'd') => (DIGIT, false),
            Some(b'D') => (DIGIT, true),
            Some(b's') => (SPACE, false),
            Some(b'S') => (SPACE, true),
            Some(b'w') => (WORD, false),
            Some(b'W') => (WORD, true),
            _ => return Ok(None),
        };
        self.at += 2;
        Ok(Some(self.group(group, negative)))
    }

    fn group(&self, pairs: &str, negative: bool) -> Arc<Vec<Range>> {
        let mut class = Vec::new();
        let mut ends = pairs.chars().map(u32::from);
        while let (Some(low), Some(high)) = (ends.next(), ends.next()) {
            if self.flags().has(Flags::FOLD) {
                ranges::push_folded(&mut class, low, high);
            } else {
                ranges::push(&mut class, low, high);
            }
        }
        ranges::clean(&mut class);
        Arc::new(if negative { ranges::negated(&class) } else { class })
    }

    /// `\pL`, `\p{Greek}`, `\p{^Greek}`, `\PL`, `\P{Greek}`
    fn unicode_class(&mut self) -> Step<Arc<Vec<Range>>> {
        let start = self.at;
        let mut negative = self.byte(1) == Some(b'P');
        self.at += 2;
        let mut name = match self.next_char() {
            Some('{') => match self.rest().split_once('}') {
                Some((name, _)) => {
                    self.at += name.len() + 1;
                    name
                }
                None => {
                    return self.refuse(ErrorKind::InvalidCharRange, start..self.pattern.len());
                }
            },
            _ => self.pattern.get(start + 2..self.at).unwrap_or_default(),
        };
        if let Some(plain) = name.strip_prefix('^') {
            (negative, name) = (!negative, plain);
        }
        let key = (name, negative, self.flags().has(Flags::FOLD));
        let place = self.unicode_classes.partition_point(|(k, _)| *k < key);
        match self.unicode_classes.get(place) {
            Some((known, class)) if *known == key => return Ok(Arc::clone(class)),
            _ => {}
        }
        let Some(class) = unicode::class(name, key.2) else {
            return self.refuse(ErrorKind::InvalidCharRange, start..self.at);
        };
        let class = Arc::new(if negative { ranges::negated(&class) } else { class });
        self.unicode_classes.insert(place, (key, Arc::clone(&class)));
        Ok(class)
    }

    /// An escape that stands for one code point, at a backslash.
    pub(super) fn escape(&mut self) -> Step<u32> {
        let start = self.at;
        self.at += 1;
        let Some(c) = self.next_char() else {
            // Go quotes nothing here.
            return Err(Stop::Refused(Error::quoting(ErrorKind::TrailingBackslash, "", start..self.at)));
        };
        let code_point = match c {
            // One octal digit alone would be a back-reference.
            '1'..='7' if !matches!(self.byte(0), Some(b'0'..=b'7')) => None,
            '0'..='7' => Some(self.octal(c)),
            'x' => self.hexadecimal(),
            'a' => Some(0x07),
            'f' => Some(0x0C),
            'n' => Some(0x0A),
            'r' => Some(0x0D),
            't' => Some(0x09),
            'v' => Some(0x0B),
            // Punctuation always stands for itself; `\_` is let pass as well.
            c if c.is_ascii() && !c.is_ascii_alphanumeric() => Some(u32::from(c)),
            _ => None,
        };
        match code_point {
            Some(code_point) => Ok(code_point),
            None => self.refuse(ErrorKind::InvalidEscape, start..self.at),
        }
    }

    /// Up to three octal digits, the first of which is read.
    fn octal(&mut self, first: char) -> u32 {
        let mut value = first.to_digit(8).unwrap_or(0);
        for _ in 0..2 {
            match self.byte(0) {
                Some(digit @ b'0'..=b'7') => value = value * 8 + u32::from(digit - b'0'),
                _ => break,
            }
            self.at += 1;
        }
        value
    }

    /// Two hexadecimal digits, or any number of them in braces. `None` if it is neither; what was
    /// read up to the first wrong character is what Go quotes.
    fn hexadecimal(&mut self) -> Option<u32> {
        let first = self.next_char()?;
        if first != '{' {
            let second = self.next_char()?;
            return Some(first.to_digit(16)? * 16 + second.to_digit(16)?);
        }
        let (mut value, mut digits) = (0, 0);
        loop {
            match self.next_char()? {
                '}' => return (digits > 0).then_some(value),
                c => value = value * 16 + c.to_digit(16)?,
            }
            if value > MAX {
                return None;
            }
            digits += 1;
        }
    }
}
