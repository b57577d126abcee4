//! Scalars without quotes.

use crate::text::Span;
use crate::yaml::tree::Style;

use super::characters::{self, FLOW_PLAIN, PLAIN, break_len};
use super::{Read, Reader, fault, span, words};

impl Reader<'_> {
    /// Reads a scalar without quotes, and past the blanks and line breaks behind it. Source: go-yaml
    /// `yaml_parser_scan_plain_scalar`.
    #[inline]
    pub(super) fn plain(&mut self, flow: bool) -> Read<u32> {
        let start = self.at;
        self.tree.has_points |= matches!(self.byte(start), b'.' | b'+' | b'-');
        let (end, next) = self.plain_line(start, flow);
        self.at = next;
        if self.is_break(next) && self.plain_goes_on(flow)? {
            return self.plain_lines(Span::new(start, end), next, flow);
        }
        let span = span(start, end);
        Ok(self.push_scalar(span, Style::Plain, span, 0))
    }

    /// The part of a plain scalar that stands on one line: where it ends, and what comes behind the
    /// blanks that follow.
    #[inline]
    fn plain_line(&self, from: usize, flow: bool) -> (usize, usize) {
        let class = if flow { FLOW_PLAIN } else { PLAIN };
        let mut at = from;
        loop {
            if !flow {
                at = words::skip_ordinary(self.bytes, at, b' ' + 1, [b':']);
            }
            at = self.find(at, class);
            match self.byte(at) {
                b' ' | b'\t' => {
                    let next = self.skip_blanks(at);
                    if self.ends_plain(next, flow) {
                        return (at, next);
                    }
                    at = next + 1;
                }
                b':' if !self.is_blank_or_end(at + 1) => at += 1,
                0xC2 | 0xE2 if break_len(self.bytes, at) == 0 => at += 1,
                _ => return (at, at),
            }
        }
    }

    /// True where a plain scalar cannot go on behind blanks or at the beginning of a line.
    #[inline]
    fn ends_plain(&self, at: usize, flow: bool) -> bool {
        match self.byte(at) {
            b'#' | 0 => true,
            b':' => self.is_blank_or_end(at + 1),
            byte if flow && characters::is(byte, FLOW_PLAIN) && !characters::is(byte, PLAIN) => true,
            _ => self.is_break(at),
        }
    }

    /// Goes from a line break to the next line that holds anything. True where a plain scalar of the
    /// innermost block collection goes on there.
    #[inline]
    fn plain_goes_on(&mut self, flow: bool) -> Read<bool> {
        let floor = self.top.indent + 1;
        let mut at = self.at;
        loop {
            let len = break_len(self.bytes, at);
            if len > 0 {
                at += len;
                self.line = at;
            }
            self.at = at;
            match self.byte(at) {
                b' ' => at = words::skip_spaces(self.bytes, at),
                b'\t' if self.column() < floor => {
                    return Err(fault(Span::new(at, self.skip_blanks(at)), "a tab cannot indent; use blanks"));
                }
                b'\t' => at += 1,
                _ if self.is_break(at) => {}
                _ => break,
            }
        }
        self.key_allowed = !flow;
        Ok((flow || self.column() >= floor) && !self.at_marker() && !self.ends_plain(at, flow))
    }

    /// Reads the further lines of a plain scalar and folds all into one.
    fn plain_lines(&mut self, first: Span, first_break: usize, flow: bool) -> Read<u32> {
        let from = self.tree.cooked.len();
        self.tree.cooked.push_str(first.of(self.text));
        let mut break_at = first_break;
        loop {
            self.fold(break_at, self.at);
            self.key_allowed = false;
            let start = self.at;
            let (end, next) = self.plain_line(start, flow);
            self.tree.cooked.push_str(Span::new(start, end).of(self.text));
            self.at = next;
            break_at = next;
            if !self.is_break(next) || !self.plain_goes_on(flow)? {
                return Ok(self.push_cooked(Span::new(first.start(), end), Style::Plain, from));
            }
        }
    }

    /// Cooks the line breaks between two offsets as folding has it: one is a blank, of several the
    /// first is dropped. U+2028 and U+2029 are kept. Source: go-yaml, wherever it joins lines.
    pub(super) fn fold(&mut self, from: usize, to: usize) {
        let first = break_len(self.bytes, from);
        if first == 3 {
            self.cook_breaks(from, to);
            return;
        }
        let before = self.tree.cooked.len();
        self.cook_breaks(from + first, to);
        if self.tree.cooked.len() == before {
            self.tree.cooked.push(' ');
        }
    }

    /// Cooks the line breaks between two offsets, blanks left out.
    pub(super) fn cook_breaks(&mut self, from: usize, to: usize) {
        let mut at = from;
        while at < to {
            match break_len(self.bytes, at) {
                0 => at += 1,
                3 => {
                    self.tree.cooked.push_str(Span::new(at, at + 3).of(self.text));
                    at += 3;
                }
                len => {
                    self.tree.cooked.push('\n');
                    at += len;
                }
            }
        }
    }
}
