//! Scalars by indentation: `|` and `>`.

use crate::text::Span;
use crate::yaml::tree::Style;

use super::characters::break_len;
use super::{Read, Reader, fault};

/// What happens to the line breaks at the end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chomping {
    /// One stays.
    Clip,
    /// `-`: none stays.
    Strip,
    /// `+`: all stay.
    Keep,
}

struct Header {
    chomping: Chomping,
    /// The indentation indicator; 0 where there is none.
    increment: isize,
    /// Where the indicators end.
    end: usize,
}

/// The text that was read: a span of the source as long as one line is all there is.
enum Content {
    None,
    Line(Span),
    Cooked,
}

impl Reader<'_> {
    /// Reads a block scalar, and past the line breaks behind it. Source: go-yaml
    /// `yaml_parser_scan_block_scalar`.
    pub(super) fn block_scalar(&mut self) -> Read<u32> {
        let start = self.at;
        let literal = self.byte(start) == b'|';
        let header = self.block_scalar_header()?;
        let mut indent = match header.increment {
            0 => 0,
            increment => self.top.indent.max(0) + increment,
        };
        let cooked_from = self.tree.cooked.len();
        let mut end = header.end;
        let mut content = Content::None;
        // The break that ends the last line, and the empty lines behind it.
        let (mut break_at, mut breaks_at) = (self.at, self.at);
        self.block_scalar_breaks(&mut indent)?;
        let mut blank_before = false;
        while self.column() == indent && self.at < self.bytes.len() {
            let blank = matches!(self.byte(self.at), b' ' | b'\t');
            let line = Span::new(self.at, self.line_end(self.at));
            if let Content::Line(first) = content {
                self.tree.cooked.push_str(first.of(self.text));
            }
            if matches!(content, Content::None) && breaks_at == self.line {
                content = Content::Line(line);
            } else {
                if !literal && !blank_before && !blank && breaks_at > break_at {
                    self.fold(break_at, self.line);
                } else {
                    self.cook_breaks(break_at, self.line);
                }
                self.tree.cooked.push_str(line.of(self.text));
                content = Content::Cooked;
            }
            blank_before = blank;
            let written = line.of(self.text).trim_end_matches([' ', '\t']).len();
            if written > 0 {
                end = line.start() + written;
            }
            break_at = line.end();
            breaks_at = break_at + break_len(self.bytes, break_at);
            self.at = breaks_at;
            self.line = if breaks_at > break_at { breaks_at } else { self.line };
            self.block_scalar_breaks(&mut indent)?;
        }
        let style = if literal { Style::Literal } else { Style::Folded };
        let span = Span::new(start, end);
        self.key_allowed = true;
        let tail = match header.chomping {
            Chomping::Strip => break_at,
            Chomping::Clip => breaks_at,
            Chomping::Keep => self.line,
        };
        if let Content::Line(line) = content {
            let after = Span::new(break_at, tail).of(self.text);
            if after.is_empty() || after == "\n" {
                return Ok(self.push_scalar(span, style, Span::new(line.start(), break_at + after.len()), 0));
            }
            self.tree.cooked.push_str(line.of(self.text));
        }
        self.cook_breaks(break_at, tail);
        Ok(self.push_cooked(span, style, cooked_from))
    }

    /// Reads the header, comment and line break included.
    fn block_scalar_header(&mut self) -> Read<Header> {
        let mut header = Header { chomping: Chomping::Clip, increment: 0, end: self.at + 1 };
        // Each of the two may stand first, neither twice.
        let (mut chomped, mut indented) = (false, false);
        loop {
            match self.byte(header.end) {
                sign @ (b'+' | b'-') if !chomped => {
                    chomped = true;
                    header.chomping = if sign == b'+' { Chomping::Keep } else { Chomping::Strip };
                }
                b'0' if !indented => {
                    return Err(fault(self.character(header.end), "a block scalar is indented by 1 to 9, not by 0"));
                }
                digit @ b'1'..=b'9' if !indented => {
                    indented = true;
                    header.increment = isize::from(digit as i8 - b'0' as i8);
                }
                _ => break,
            }
            header.end += 1;
        }
        let mut at = self.skip_blanks(header.end);
        if self.byte(at) == b'#' {
            at = self.line_end(at);
        }
        let len = break_len(self.bytes, at);
        if len == 0 && at < self.bytes.len() {
            let message = "the text of a block scalar begins on the next line; only `+`, `-` or a digit may stand here";
            return Err(fault(self.word(at), message));
        }
        self.at = at + len;
        self.line = if len > 0 { self.at } else { self.line };
        Ok(header)
    }

    /// Goes past empty lines and indentation; finds the indentation where it is still 0. Source:
    /// go-yaml `yaml_parser_scan_block_scalar_breaks`.
    fn block_scalar_breaks(&mut self, indent: &mut isize) -> Read<()> {
        let mut deepest = 0;
        loop {
            while (*indent == 0 || self.column() < *indent) && self.byte(self.at) == b' ' {
                self.at += 1;
            }
            deepest = deepest.max(self.column());
            if (*indent == 0 || self.column() < *indent) && self.byte(self.at) == b'\t' {
                let tabs = Span::new(self.at, self.skip_blanks(self.at));
                return Err(fault(tabs, "a tab cannot indent; use blanks"));
            }
            let len = break_len(self.bytes, self.at);
            if len == 0 {
                break;
            }
            self.at += len;
            self.line = self.at;
        }
        if *indent == 0 {
            *indent = deepest.max(self.top.indent + 1).max(1);
        }
        Ok(())
    }
}
