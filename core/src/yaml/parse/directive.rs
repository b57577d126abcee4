//! `%YAML` and `%TAG`.

use crate::text::Span;

use super::characters::{self, NAME, break_len};
use super::{Read, Reader, fault};

enum Directive<'t> {
    /// `%YAML 1.1`: whether it is that version.
    Version { readable: bool },
    /// `%TAG !handle! prefix`.
    Tag { handle: &'t str, prefix: Vec<u8> },
}

impl<'t> Reader<'t> {
    /// Reads the directives before a `---`, and past the blanks and comments behind them. Source:
    /// go-yaml `yaml_parser_process_directives`.
    pub(super) fn directives(&mut self) -> Read<()> {
        let mut version_given = false;
        while self.at == self.line && self.byte(self.at) == b'%' {
            let start = self.at;
            let (directive, end) = self.directive()?;
            let span = Span::new(start, end);
            match directive {
                Directive::Version { .. } if version_given => return Err(fault(span, "a second `%YAML` line")),
                Directive::Version { readable: true } => version_given = true,
                Directive::Version { readable: false } => {
                    self.at = end;
                    return Err(fault(span, "Kubernetes reads YAML 1.1 alone; remove the `%YAML` line"));
                }
                Directive::Tag { handle, prefix } => {
                    if self.tag_prefixes.iter().any(|(declared, _)| *declared == handle) {
                        return Err(fault(span, format!("a second `%TAG` line for `{handle}`")));
                    }
                    self.tag_prefixes.push((handle, prefix));
                }
            }
            self.at = self.line_end(end);
            self.at += break_len(self.bytes, self.at);
            self.line = self.at;
            self.key_allowed = false;
            self.skip_to_token(false);
        }
        Ok(())
    }

    /// Refuses a line that begins with `%` and is no directive.
    pub(super) fn check_directive(&self) -> Read<()> {
        self.directive().map(|_| ())
    }

    /// Reads one directive; where its line ends, comment left out. Source: go-yaml
    /// `yaml_parser_scan_directive`.
    fn directive(&self) -> Read<(Directive<'t>, usize)> {
        let name_at = self.at + 1;
        let mut name_end = name_at;
        while characters::is(self.byte(name_end), NAME) {
            name_end += 1;
        }
        let word = self.word(self.at);
        let value = self.skip_blanks(name_end);
        let (directive, end) = match Span::new(name_at, name_end).of(self.text) {
            _ if !self.is_blank_or_end(name_end) => {
                return Err(fault(word, "`%` cannot begin a line; quote the value"));
            }
            "YAML" => self.version(value)?,
            "TAG" => self.tag_directive(value)?,
            _ => return Err(fault(word, "`%` begins a directive, and `%YAML` and `%TAG` are the only ones")),
        };
        let rest = self.skip_blanks(end);
        if self.byte(rest) != b'#' && rest < self.bytes.len() && break_len(self.bytes, rest) == 0 {
            return Err(fault(self.word(rest), "nothing may follow a directive on its line"));
        }
        Ok((directive, end))
    }

    fn version(&self, from: usize) -> Read<(Directive<'t>, usize)> {
        let number = |from: usize| {
            let mut end = from;
            while self.byte(end).is_ascii_digit() {
                end += 1;
            }
            let digits = Span::new(from, end).of(self.text);
            // go-yaml takes two digits at most.
            (end - from <= 2).then(|| digits.parse::<u8>().ok()).flatten().map(|number| (number, end))
        };
        let version = number(from).and_then(|(major, dot)| {
            let minor_at = (self.byte(dot) == b'.').then_some(dot + 1)?;
            let (minor, end) = number(minor_at)?;
            Some(((major, minor), end))
        });
        match version {
            Some((version, end)) => Ok((Directive::Version { readable: version == (1, 1) }, end)),
            None => Err(fault(self.word(from), "a `%YAML` line needs a version such as 1.1")),
        }
    }

    fn tag_directive(&self, from: usize) -> Read<(Directive<'t>, usize)> {
        let wrong = || fault(self.word(from), "a `%TAG` line needs a handle such as `!e!` and a prefix");
        let mut end = from + 1;
        while characters::is(self.byte(end), NAME) {
            end += 1;
        }
        let named = end > from + 1;
        if self.byte(end) == b'!' {
            end += 1;
        } else if named {
            return Err(wrong());
        }
        if self.byte(from) != b'!' || !matches!(self.byte(end), b' ' | b'\t') {
            return Err(wrong());
        }
        let handle = Span::new(from, end).of(self.text);
        let (prefix, end) = self.tag_text(from, self.skip_blanks(end), false)?;
        if !self.is_blank_or_end(end) {
            return Err(wrong());
        }
        Ok((Directive::Tag { handle, prefix }, end))
    }
}
