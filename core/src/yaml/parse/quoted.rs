//! Scalars in quotes.

use crate::text::Span;
use crate::yaml::tree::Style;

use super::characters::{DOUBLE, SINGLE, break_len};
use super::{Read, Reader, fault, words};

impl Reader<'_> {
    /// Reads a scalar in quotes. Source: go-yaml `yaml_parser_scan_flow_scalar`.
    pub(super) fn quoted(&mut self) -> Read<u32> {
        let start = self.at;
        let quote = self.byte(start);
        let (class, style) = if quote == b'"' { (DOUBLE, Style::DoubleQuoted) } else { (SINGLE, Style::SingleQuoted) };
        let mut end = if quote == b'"' {
            words::skip_ordinary(self.bytes, start + 1, b' ', [b'"', b'\\'])
        } else {
            words::skip_ordinary(self.bytes, start + 1, b' ', [b'\''])
        };
        end = self.find(end, class);
        while matches!(self.byte(end), 0xC2 | 0xE2) && break_len(self.bytes, end) == 0 {
            end = self.find(end + 1, class);
        }
        if self.byte(end) == quote && (quote == b'"' || self.byte(end + 1) != b'\'') {
            self.at = end + 1;
            return Ok(self.push_scalar(Span::new(start, self.at), style, Span::new(start + 1, end), 0));
        }
        let from = self.tree.cooked.len();
        self.cook_quoted(start, class)?;
        Ok(self.push_cooked(Span::new(start, self.at), style, from))
    }

    /// Cooks what stands between quotes that open at `start`.
    fn cook_quoted(&mut self, start: usize, class: u8) -> Read<()> {
        let quote = self.byte(start);
        let mut at = start + 1;
        // What was escaped stays, blanks before a line break do not.
        let mut kept = self.tree.cooked.len();
        loop {
            let end = self.find(at, class);
            self.tree.cooked.push_str(Span::new(at, end).of(self.text));
            at = match self.byte(end) {
                0 => return Err(self.cut_off(start)),
                b'\'' if quote == b'\'' && self.byte(end + 1) == b'\'' => {
                    self.tree.cooked.push('\'');
                    end + 2
                }
                byte if byte == quote => {
                    self.at = end + 1;
                    return Ok(());
                }
                b'\\' => {
                    let next = self.escape(start, end)?;
                    kept = self.tree.cooked.len();
                    next
                }
                _ if break_len(self.bytes, end) > 0 => {
                    let trimmed = self.tree.cooked.trim_end_matches([' ', '\t']).len();
                    self.tree.cooked.truncate(trimmed.max(kept));
                    let next = self.next_quoted_line(start, end)?;
                    self.fold(end, next);
                    kept = self.tree.cooked.len();
                    next
                }
                // The first byte of a character that is no line break.
                _ => {
                    let character = self.character(end);
                    self.tree.cooked.push_str(character.of(self.text));
                    character.end()
                }
            };
        }
    }

    /// Past line breaks and blanks inside quotes.
    fn next_quoted_line(&mut self, start: usize, break_at: usize) -> Read<usize> {
        let mut at = break_at;
        loop {
            let len = break_len(self.bytes, at);
            if len > 0 {
                at += len;
                self.line = at;
            } else if matches!(self.byte(at), b' ' | b'\t') {
                at += 1;
            } else {
                break;
            }
        }
        self.at = at;
        if self.at_marker() { Err(self.never_closed(start)) } else { Ok(at) }
    }

    /// Cooks the escape sequence at `at`, in quotes that open at `start`; where it ends.
    fn escape(&mut self, start: usize, at: usize) -> Read<usize> {
        let letter = self.byte(at + 1);
        let character = match letter {
            b'0' => '\0',
            b'a' => '\u{7}',
            b'b' => '\u{8}',
            b't' | b'\t' => '\t',
            b'n' => '\n',
            b'v' => '\u{b}',
            b'f' => '\u{c}',
            b'r' => '\r',
            b'e' => '\u{1b}',
            b' ' | b'"' | b'\'' | b'\\' => char::from(letter),
            b'N' => '\u{85}',
            b'_' => '\u{a0}',
            b'L' => '\u{2028}',
            b'P' => '\u{2029}',
            b'x' => return self.hexadecimal(at, 2),
            b'u' => return self.hexadecimal(at, 4),
            b'U' => return self.hexadecimal(at, 8),
            0 => return Err(self.cut_off(start)),
            _ if break_len(self.bytes, at + 1) > 0 => {
                // The line break is left out, and so are the blanks of the next line.
                let after = at + 1 + break_len(self.bytes, at + 1);
                self.line = after;
                let next = self.next_quoted_line(start, after)?;
                self.cook_breaks(after, next);
                return Ok(next);
            }
            _ => {
                let escape = Span::new(at, self.character(at + 1).end());
                let message = format!("`{}` is no escape; write `\\\\`, or use single quotes", escape.of(self.text));
                return Err(fault(escape, message));
            }
        };
        self.tree.cooked.push(character);
        Ok(at + 2)
    }

    /// Cooks `\x41`, `\u0041` or `\U00000041`.
    fn hexadecimal(&mut self, at: usize, len: usize) -> Read<usize> {
        let end = at + 2 + len;
        let digits = self.text.get(at + 2..end).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        let Some(digits) = digits else {
            return Err(fault(Span::new(at, at + 2), format!("{len} hexadecimal digits must follow this escape")));
        };
        match u32::from_str_radix(digits, 16).ok().and_then(char::from_u32) {
            Some(character) => self.tree.cooked.push(character),
            None => return Err(fault(Span::new(at, end), "this escape stands for no character")),
        }
        Ok(end)
    }

    /// A quote that is open where reading ends.
    fn cut_off(&mut self, start: usize) -> Box<super::SyntaxError> {
        self.at = self.bytes.len();
        self.never_closed(start)
    }

    /// A quote without its partner.
    fn never_closed(&self, start: usize) -> Box<super::SyntaxError> {
        fault(self.character(start), "this quote is never closed")
    }
}
