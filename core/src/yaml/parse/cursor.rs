//! Places: bytes ahead, columns, and the way to the next token.

use crate::text::Span;

use super::characters::{self, BREAK, break_len};
use super::{KeyStart, Read, Reader, fault, words};

/// In characters.
const LONGEST_KEY: usize = 1_024;

impl Reader<'_> {
    /// The byte at an offset; 0 past the end.
    #[inline]
    pub(super) fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    /// True at a blank, a tab, a line break and the end.
    #[inline]
    pub(super) fn is_blank_or_end(&self, at: usize) -> bool {
        match self.byte(at) {
            b' ' | b'\n' | b'\t' | b'\r' | 0 => true,
            0xC2 | 0xE2 => break_len(self.bytes, at) > 0,
            _ => false,
        }
    }

    #[inline]
    pub(super) fn is_break(&self, at: usize) -> bool {
        characters::is(self.byte(at), BREAK) && break_len(self.bytes, at) > 0
    }

    /// The first byte of a class from an offset on, or the end.
    #[inline]
    pub(super) fn find(&self, from: usize, class: u8) -> usize {
        let rest = self.bytes.get(from..).unwrap_or_default();
        rest.iter().position(|&byte| characters::is(byte, class)).map_or(self.bytes.len(), |len| from + len)
    }

    /// Past the blanks and tabs at an offset.
    #[inline]
    pub(super) fn skip_blanks(&self, mut at: usize) -> usize {
        while matches!(self.byte(at), b' ' | b'\t') {
            at += 1;
        }
        at
    }

    /// The line break that ends the line of an offset, or the end.
    pub(super) fn line_end(&self, from: usize) -> usize {
        if self.line_feeds_alone {
            let rest = self.bytes.get(from..).unwrap_or_default();
            return memchr::memchr(b'\n', rest).map_or(self.bytes.len(), |len| from + len);
        }
        let mut at = self.find(from, BREAK);
        while at < self.bytes.len() && break_len(self.bytes, at) == 0 {
            at = self.find(at + 1, BREAK);
        }
        at
    }

    /// The column of `at`. Bytes are columns: nothing but blanks and indicators stands before a
    /// place whose column matters.
    #[inline]
    pub(super) fn column(&self) -> isize {
        isize::try_from(self.at - self.line).unwrap_or(isize::MAX)
    }

    /// Goes past blanks, comments and line breaks. Source: go-yaml `yaml_parser_scan_to_next_token`:
    /// a tab counts as blank where it cannot be mistaken for indentation.
    pub(super) fn skip_to_token(&mut self, flow: bool) {
        loop {
            let mut at = words::skip_spaces(self.bytes, self.at);
            let mut byte = self.byte(at);
            if byte == b'\t' && (flow || !self.key_allowed) {
                at = self.skip_blanks(at);
                byte = self.byte(at);
            }
            if byte == b'#' {
                at = self.line_end(at);
            }
            let len = if characters::is(self.byte(at), BREAK) { break_len(self.bytes, at) } else { 0 };
            self.at = at + len;
            if len == 0 {
                return;
            }
            self.line = self.at;
            if !flow {
                self.key_allowed = true;
            }
        }
    }

    /// True at the end, and at a line that begins with `---`, `...` or `%`.
    #[inline]
    pub(super) fn at_boundary(&self) -> bool {
        self.at >= self.bytes.len() || (self.at == self.line && (self.byte(self.at) == b'%' || self.at_marker()))
    }

    /// True where a line begins with `---` or `...`, and a blank or the line's end follows.
    #[inline]
    pub(super) fn at_marker(&self) -> bool {
        self.at == self.line
            && matches!(self.byte(self.at), b'-' | b'.')
            && matches!(self.bytes.get(self.at..self.at + 3), Some(b"---" | b"..."))
            && self.is_blank_or_end(self.at + 3)
    }

    /// True where `key` is followed by a `:` that makes it one. Goes to the `:`.
    #[inline]
    pub(super) fn becomes_key(&mut self, key: KeyStart, flow: bool) -> Read<bool> {
        let at = self.skip_blanks(self.at);
        if self.byte(at) != b':' || key.line != self.line || !(flow || self.is_blank_or_end(at + 1)) {
            return Ok(false);
        }
        self.at = at;
        self.check_key_length(key)?;
        Ok(true)
    }

    /// A key without `?` is at most 1,024 characters away from its `:`.
    #[inline]
    pub(super) fn check_key_length(&self, key: KeyStart) -> Read<()> {
        if self.at - key.at <= LONGEST_KEY { Ok(()) } else { self.check_long_key(key) }
    }

    #[cold]
    fn check_long_key(&self, key: KeyStart) -> Read<()> {
        let written = Span::new(key.at, self.at);
        if written.of(self.text).chars().nth(LONGEST_KEY).is_some() {
            return Err(fault(self.character(self.at), "this key is longer than 1,024 characters; put `? ` before it"));
        }
        Ok(())
    }

    /// The character at an offset, or the end of the text.
    pub(super) fn character(&self, at: usize) -> Span {
        let len = self.text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        Span::new(at, at + len)
    }

    /// What stands at an offset, up to the next blank or the end of the line.
    pub(super) fn word(&self, at: usize) -> Span {
        let mut end = at;
        while !self.is_blank_or_end(end) {
            end += 1;
        }
        Span::new(at, end)
    }
}
