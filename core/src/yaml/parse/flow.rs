//! `[…]` and `{…}`.
//!
//! Source: go-yaml `parserc.go` (flow sequences and mappings) and the flow context of `scannerc.go`.

use crate::text::Span;

use super::characters::{self, INDICATOR};
use super::{Collection, KeyStart, Read, Reader, Slot, SyntaxError, fault};

impl Reader<'_> {
    /// Reads a flow collection, which is no one's child yet.
    pub(super) fn flow(&mut self) -> Read<u32> {
        let depth = self.below.len();
        self.open_flow(None)?;
        loop {
            self.skip_to_token(true);
            if self.at_boundary() {
                return Err(self.flow_never_closed());
            }
            match self.byte(self.at) {
                b'[' | b'{' => {
                    let key = self.begin_flow_key();
                    self.open_flow(key)?;
                }
                b']' | b'}' => {
                    let node = self.close_flow()?;
                    let key = self.flow_keys.pop().flatten();
                    if self.below.len() == depth {
                        return Ok(node);
                    }
                    self.flow_value(key, node)?;
                }
                b',' => self.flow_comma()?,
                b'?' => self.flow_explicit_key()?,
                b':' => self.flow_colon()?,
                b'&' | b'!' => {
                    self.key = self.begin_flow_key();
                    if !self.awaits_node() {
                        return Err(self.no_comma(self.word(self.at)));
                    }
                    self.property()?;
                }
                _ => self.flow_scalar()?,
            }
        }
    }

    fn flow_scalar(&mut self) -> Read<()> {
        let key = self.begin_flow_key();
        let node = match self.byte(self.at) {
            b'*' => self.alias()?,
            b'"' | b'\'' => self.quoted()?,
            b'-' if self.is_blank_or_end(self.at + 1) => {
                return Err(self.no_dash());
            }
            byte if byte == b'-' || !characters::is(byte, INDICATOR) => self.plain(true)?,
            _ => return Err(self.cannot_begin(self.at)),
        };
        self.flow_value(key, node)
    }

    /// Where a key may begin, should a `:` follow: at the beginning of an entry.
    fn begin_flow_key(&mut self) -> Option<KeyStart> {
        if !self.key_allowed {
            return self.key.take();
        }
        self.key_allowed = false;
        Some(KeyStart { at: self.at, line: self.line, required: false })
    }

    fn open_flow(&mut self, key: Option<KeyStart>) -> Read<()> {
        let bracket = Span::new(self.at, self.at + 1);
        let collection = if self.byte(self.at) == b'[' { Collection::FlowSequence } else { Collection::FlowMapping };
        if self.in_flow() && !self.awaits_node() {
            return Err(self.no_comma(bracket));
        }
        let node = self.open(collection, bracket, self.top.indent)?;
        self.flow_keys.push(key);
        if self.has_properties {
            self.give_all(node);
        }
        self.at += 1;
        self.key_allowed = true;
        Ok(())
    }

    fn close_flow(&mut self) -> Read<u32> {
        let bracket = self.character(self.at);
        if self.top.slot != Slot::Entry || self.has_properties {
            self.fill();
        }
        if self.top.collection == Collection::FlowPair {
            self.close(None);
        }
        let expected = if self.top.collection == Collection::FlowSequence { b']' } else { b'}' };
        if self.byte(self.at) != expected {
            let message = format!("a `{}` is missing before this", char::from(expected));
            return Err(fault(bracket, message));
        }
        self.at += 1;
        self.key_allowed = false;
        Ok(self.close(Some(self.at)).node)
    }

    /// Puts a value where it belongs: as a key, should a `:` follow where one may begin.
    fn flow_value(&mut self, key: Option<KeyStart>, node: u32) -> Read<()> {
        if !self.awaits_node() {
            return Err(self.no_comma(self.span_of(node)));
        }
        let is_key = match key {
            Some(key) => self.becomes_key(key, true)?,
            None => false,
        };
        if is_key {
            return self.flow_key(node);
        }
        self.put(node);
        match self.top.collection {
            // A key without `?` and without value.
            Collection::FlowMapping if key.is_some() => self.fill(),
            Collection::FlowPair if self.top.slot == Slot::Next => {
                self.close(None);
            }
            _ => {}
        }
        Ok(())
    }

    /// Puts a key in its place. Reading stands at the `:`.
    fn flow_key(&mut self, node: u32) -> Read<()> {
        if self.top.collection == Collection::FlowSequence {
            let at = Span::at(self.span_of(node).start());
            self.open(Collection::FlowPair, at, self.top.indent)?;
        }
        self.put(node);
        self.pass_flow_colon();
        Ok(())
    }

    fn put(&mut self, node: u32) {
        if self.has_properties {
            self.give_all(node);
        }
        self.attach(node);
    }

    fn pass_flow_colon(&mut self) {
        self.top.slot = Slot::Value;
        self.at += 1;
        self.indicator = self.at;
        self.key_allowed = false;
    }

    fn flow_comma(&mut self) -> Read<()> {
        if self.top.slot == Slot::Entry && !self.has_properties {
            return Err(fault(self.character(self.at), "there is nothing before this comma"));
        }
        self.fill();
        if self.top.collection == Collection::FlowPair {
            self.close(None);
        }
        self.top.slot = Slot::Entry;
        self.at += 1;
        self.key = None;
        self.key_allowed = true;
        Ok(())
    }

    fn flow_explicit_key(&mut self) -> Read<()> {
        let mark = self.character(self.at);
        if self.top.slot != Slot::Entry || self.has_properties {
            return Err(fault(mark, "`?` cannot stand inside an unquoted value between brackets; quote the value"));
        }
        if self.top.collection == Collection::FlowSequence {
            self.open(Collection::FlowPair, Span::at(mark.start()), self.top.indent)?;
        }
        self.top.slot = Slot::Key;
        self.at += 1;
        self.indicator = self.at;
        self.key_allowed = false;
        Ok(())
    }

    /// A `:` that does not follow a key on its line.
    fn flow_colon(&mut self) -> Read<()> {
        let mark = self.character(self.at);
        if let Some(key) = self.key.take().filter(|key| key.line == self.line)
            && self.top.slot == Slot::Entry
        {
            self.check_key_length(key)?;
            let node = self.empty_key();
            return self.flow_key(node);
        }
        match self.top.slot {
            Slot::Colon => {}
            Slot::Key => self.fill_node(),
            Slot::Entry => return Err(fault(mark, "there is no key before this `:`")),
            Slot::Value | Slot::Next => return Err(self.no_comma(mark)),
        }
        self.pass_flow_colon();
        Ok(())
    }

    fn in_flow(&self) -> bool {
        matches!(self.top.collection, Collection::FlowMapping | Collection::FlowSequence | Collection::FlowPair)
    }

    /// A `- ` inside brackets.
    fn no_dash(&self) -> Box<SyntaxError> {
        let template = self.text.get(..self.at).is_some_and(|before| before.ends_with("{{"));
        let message = if template {
            "`{{-` begins a template, which is not YAML yet; quote the value if it is filled in later"
        } else {
            "a list with dashes cannot stand inside brackets"
        };
        fault(self.character(self.at), message)
    }

    /// Two values with no comma between them.
    fn no_comma(&self, at: Span) -> Box<SyntaxError> {
        let bracket = if self.top.collection == Collection::FlowSequence { ']' } else { '}' };
        let what = if bracket == ']' { "list" } else { "mapping" };
        fault(at, format!("a `,` is missing before this, or the flow {what} is not closed by `{bracket}`"))
    }

    fn flow_never_closed(&self) -> Box<SyntaxError> {
        let pair = self.top.collection == Collection::FlowPair;
        let open = if pair { self.below.last().copied().unwrap_or(self.top) } else { self.top };
        let bracket = self.tree.nodes.get(open.node as usize).map_or(Span::at(self.at), |data| data.span);
        let what = if open.collection == Collection::FlowSequence { "list" } else { "mapping" };
        fault(bracket, format!("this flow {what} is never closed"))
    }
}
