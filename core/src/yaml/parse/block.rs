//! Collections by indentation.
//!
//! Source: go-yaml `scannerc.go` (indentation, keys without `?`) and `parserc.go` (block mappings
//! and sequences), taken together: the tokens that open and close block collections are the pushes
//! and pops of the stack here.

use crate::text::Span;
use crate::yaml::tree::NONE;

use super::characters::{self, INDICATOR};
use super::{Collection, KeyStart, Read, Reader, Slot, SyntaxError, fault, words};

impl Reader<'_> {
    /// Reads the content of a document, up to the next marker, directive or the end.
    pub(super) fn content(&mut self) -> Read<()> {
        loop {
            self.skip_to_token(false);
            if self.at_boundary() {
                self.expire_key()?;
                self.join_properties()?;
                self.close_blocks(-1);
                return Ok(());
            }
            self.token()?;
        }
    }

    /// Reads what begins here, and the `:` behind it if it is a key.
    fn token(&mut self) -> Read<()> {
        if self.key.is_some_and(|key| key.line != self.line) {
            self.expire_key()?;
        }
        if self.has_properties && self.key_allowed {
            self.join_properties()?;
        }
        self.close_blocks(self.column());
        let byte = self.byte(self.at);
        if !characters::is(byte, INDICATOR) {
            return self.plain_value();
        }
        let stands_alone = self.is_blank_or_end(self.at + 1);
        match byte {
            b'-' if stands_alone => self.item(),
            b'?' if stands_alone => self.explicit_key(),
            b':' if stands_alone => self.colon(),
            b'-' | b'?' | b':' => self.plain_value(),
            b'"' | b'\'' => {
                let key = self.begin_key();
                let node = self.quoted()?;
                self.value(key, node)
            }
            b'[' | b'{' => {
                let key = self.begin_key();
                self.flow_in_block(key)
            }
            b'*' => {
                let key = self.begin_key();
                let node = self.alias()?;
                self.value(key, node)
            }
            b'&' | b'!' => {
                self.key = self.begin_key();
                if !self.awaits_node() && !self.key.is_some_and(|key| key.required) {
                    return Err(self.unexpected(self.word(self.at)));
                }
                self.property()
            }
            b'|' | b'>' => {
                self.expire_key()?;
                let node = self.block_scalar()?;
                self.place(node)
            }
            _ => Err(self.cannot_begin(self.at)),
        }
    }

    /// Where a key may begin, should a `:` follow.
    #[inline]
    fn begin_key(&mut self) -> Option<KeyStart> {
        if !self.key_allowed {
            return self.key.take();
        }
        self.key_allowed = false;
        Some(KeyStart { at: self.at, line: self.line, required: self.top.indent == self.column() })
    }

    #[inline]
    fn plain_value(&mut self) -> Read<()> {
        let key = self.begin_key();
        let node = self.plain(false)?;
        self.value(key, node)
    }

    /// Reads a flow collection. Properties of earlier lines are its own, unless it turns out to be a
    /// key: then they are its mapping's.
    fn flow_in_block(&mut self, key: Option<KeyStart>) -> Read<()> {
        let earlier = self.outer;
        if self.has_properties {
            self.join_properties()?;
        }
        let node = self.flow()?;
        let is_key = match key {
            Some(key) => self.becomes_key(key, false)?,
            None => false,
        };
        if is_key && self.tree.nodes.get(node as usize).is_some_and(|data| data.content.start == NONE) {
            // go-yaml forgets that an empty one might have been a key.
            self.place(node)?;
            return Err(fault(Span::new(self.at, self.at + 1), "a list or mapping cannot be a key"));
        }
        if is_key && !earlier.is_empty() {
            self.outer = earlier;
            self.has_properties = true;
        }
        self.value(key, node)
    }

    /// Closes the block collections that are indented deeper than a column.
    #[inline]
    fn close_blocks(&mut self, column: isize) {
        while self.top.indent > column {
            self.fill();
            self.close(None);
            self.dedented = self.at;
        }
    }

    /// Forgets where a key might have begun: no `:` followed on its line.
    fn expire_key(&mut self) -> Read<()> {
        match self.key.take() {
            Some(key) if key.required => Err(self.no_colon(self.word(key.at))),
            _ => Ok(()),
        }
    }

    /// Puts a value where it belongs: into the collection that waits for one or, should a `:`
    /// follow, as a key into its mapping.
    #[inline]
    fn value(&mut self, key: Option<KeyStart>, node: u32) -> Read<()> {
        if let Some(key) = key {
            if self.becomes_key(key, false)? {
                return self.simple_key(key, node);
            }
            if key.required {
                return Err(self.no_colon(self.span_of(node)));
            }
        }
        self.place(node)
    }

    /// Puts a value that is no key where it belongs.
    #[inline]
    fn place(&mut self, node: u32) -> Read<()> {
        if !self.awaits_node() {
            return Err(self.unexpected(self.span_of(node)));
        }
        if self.has_properties {
            self.check_alias_bare(node)?;
            self.join_properties()?;
            self.give_all(node);
        }
        self.attach(node);
        Ok(())
    }

    /// Puts a key into its mapping, which may begin with it. Reading stands at the `:`.
    #[inline]
    fn simple_key(&mut self, key: KeyStart, node: u32) -> Read<()> {
        let column = isize::try_from(key.at - key.line).unwrap_or(isize::MAX);
        if column > self.top.indent {
            self.open_block(Collection::BlockMapping, self.span_of(node), column)?;
            self.check_alias_key(node)?;
        } else {
            self.next_simple_key(node)?;
        }
        if self.has_properties {
            self.give_inner(node);
        }
        self.attach(node);
        self.top.slot = Slot::Value;
        self.at += 1;
        self.indicator = self.at;
        let next = words::skip_spaces(self.bytes, self.at);
        let byte = self.byte(next);
        if byte > b' ' && byte.is_ascii() && !characters::is(byte, INDICATOR) {
            // Most values stand without quotes on the line of their key.
            self.at = next;
            let value = self.plain(false)?;
            self.attach(value);
        }
        Ok(())
    }

    /// Opens a block collection where a node is awaited, with the properties of the lines before.
    fn open_block(&mut self, collection: Collection, at: Span, column: isize) -> Read<()> {
        if !self.awaits_node() {
            return Err(self.unexpected(at));
        }
        let node = self.open(collection, Span::at(at.start()), column)?;
        if self.has_properties {
            self.give_outer(node);
        }
        Ok(())
    }

    /// Makes the innermost mapping ready for a key in its column. False where that is no mapping's.
    #[inline]
    fn next_key(&mut self) -> bool {
        if self.top.collection == Collection::IndentlessSequence {
            self.fill();
            self.close(None);
        }
        if self.top.collection != Collection::BlockMapping {
            return false;
        }
        self.fill();
        true
    }

    /// The same for a key without `?`, whose own properties were read already.
    #[inline]
    fn next_simple_key(&mut self, node: u32) -> Read<()> {
        let ready = if self.has_properties {
            let own = self.put_inner_aside();
            let ready = self.next_key();
            self.take_inner_back(own);
            ready
        } else {
            self.next_key()
        };
        if ready { Ok(()) } else { Err(no_mapping(self.span_of(node))) }
    }

    /// `- `.
    fn item(&mut self) -> Read<()> {
        let dash = Span::new(self.at, self.at + 1);
        if !self.key_allowed {
            return Err(self.no_item_here(dash));
        }
        let column = self.column();
        match (self.top.collection, self.top.slot) {
            _ if column > self.top.indent => self.open_block(Collection::BlockSequence, dash, column)?,
            (Collection::BlockSequence | Collection::IndentlessSequence, _) => self.fill(),
            (Collection::BlockMapping, Slot::Key | Slot::Value) => {
                self.open_block(Collection::IndentlessSequence, dash, column)?;
            }
            _ => return Err(fault(dash, "a list item cannot stand among the keys of a mapping")),
        }
        self.top.slot = Slot::Entry;
        self.pass_indicator();
        Ok(())
    }

    /// `? `.
    fn explicit_key(&mut self) -> Read<()> {
        let mark = Span::new(self.at, self.at + 1);
        if !self.key_allowed {
            return Err(fault(mark, "a key with `? ` must begin its line; quote the value if `?` is meant as text"));
        }
        let column = self.column();
        if column > self.top.indent {
            self.open_block(Collection::BlockMapping, mark, column)?;
        } else if !self.next_key() {
            return Err(no_mapping(mark));
        }
        self.top.slot = Slot::Key;
        self.pass_indicator();
        Ok(())
    }

    /// A `:` that does not follow a key on its line: the value of a `? ` key, or the value of an empty
    /// key with properties.
    fn colon(&mut self) -> Read<()> {
        if let Some(key) = self.key.take() {
            self.check_key_length(key)?;
            let node = self.empty_key();
            return self.simple_key(key, node);
        }
        let mark = Span::new(self.at, self.at + 1);
        if !self.key_allowed {
            return Err(self.no_value_here(mark));
        }
        if self.column() == self.top.indent {
            if self.top.collection == Collection::IndentlessSequence {
                self.fill();
                self.close(None);
            }
            if self.top.collection == Collection::BlockMapping {
                if self.top.slot == Slot::Key {
                    self.fill_node();
                }
                if self.top.slot == Slot::Colon {
                    self.top.slot = Slot::Value;
                    self.pass_indicator();
                    return Ok(());
                }
            }
        }
        Err(fault(mark, "there is no key before this `:`"))
    }

    fn pass_indicator(&mut self) {
        self.at += 1;
        self.indicator = self.at;
        self.key_allowed = true;
    }
}

/// The words for what cannot stand where it stands.
impl Reader<'_> {
    fn last_sibling(&self) -> Option<Span> {
        self.tree.nodes.get(self.top.last_child as usize).map(|data| data.span)
    }

    /// A character that begins nothing.
    pub(super) fn cannot_begin(&self, at: usize) -> Box<SyntaxError> {
        let span = self.character(at);
        match self.byte(at) {
            b'\t' => fault(Span::new(at, self.skip_blanks(at)), "a tab cannot indent; use blanks"),
            close @ (b']' | b'}') => fault(span, format!("this `{}` closes nothing", char::from(close))),
            b'`' => fault(span, "a backtick cannot begin a value; quote the value"),
            _ => fault(span, format!("`{}` cannot begin a value; quote the value", span.of(self.text))),
        }
    }

    /// A value where none is awaited.
    fn unexpected(&self, at: Span) -> Box<SyntaxError> {
        let sibling = self.last_sibling().filter(|sibling| sibling.end() >= self.line_of(at));
        let opening = sibling.and_then(|sibling| sibling.of(self.text).bytes().next());
        let touches = sibling.is_some_and(|sibling| sibling.end() == at.start());
        let message = match (self.top.collection, opening) {
            (_, Some(b'\'')) if touches => "the quote closes before this; write `''` for a quote inside single quotes",
            (_, Some(b'"')) if touches => "the quote closes before this; write `\\\"` for a quote inside double quotes",
            (_, Some(_)) => {
                "this stands behind a value that is complete; put quotes around all of it, or `#` before this"
            }
            _ if self.dedented == at.start() => "this is indented less than its siblings",
            (Collection::Document, _) => {
                "a document holds one value, and it is complete before this; separate documents by `---`"
            }
            (Collection::BlockMapping, _) => "this is indented more than the keys above it, whose value is complete",
            _ => "this is indented more than the items above it, which are complete",
        };
        fault(at, message)
    }

    fn line_of(&self, at: Span) -> usize {
        let before = self.bytes.get(..at.start()).unwrap_or_default();
        memchr::memrchr2(b'\n', b'\r', before).map_or(0, |line| line + 1)
    }

    /// Something in the column of keys that no `:` follows.
    fn no_colon(&self, at: Span) -> Box<SyntaxError> {
        let written = at.of(self.text);
        let glued = written.find(':').filter(|_| !written.starts_with(['"', '\'', '[', '{']));
        if let Some(colon) = glued {
            return fault(at.part(colon, colon + 1), "a blank is missing behind this `:`");
        }
        let message = match self.top.collection {
            _ if ["<<<<<<<", "=======", ">>>>>>>"].iter().any(|marker| written.starts_with(marker)) => {
                "a merge conflict is left here"
            }
            Collection::BlockSequence => "this stands in the column of a list's dashes and has none",
            _ => "this stands in the column of keys, but no `:` follows on its line",
        };
        fault(at, message)
    }

    /// A `: ` where no key may begin.
    fn no_value_here(&self, mark: Span) -> Box<SyntaxError> {
        let Some(before) = self.last_sibling() else {
            return fault(mark, "a mapping cannot begin on this line");
        };
        let written = before.of(self.text);
        let message = match written.bytes().next() {
            Some(b'"' | b'\'') => "`: ` behind a closing quote; put quotes around all of it",
            Some(b'[' | b'{') => "`: ` behind a closing bracket; put quotes around all of it",
            _ if before.start() < self.line && before.end() > self.line => {
                "this line continues the value above it, which cannot hold `: `; check its indentation"
            }
            _ if before.end() < self.line => "a key and its `:` must stand on one line",
            _ => "`: ` inside an unquoted value; quote the value",
        };
        fault(mark, message)
    }

    /// A `- ` where no list may begin.
    fn no_item_here(&self, dash: Span) -> Box<SyntaxError> {
        let message = match self.top.slot {
            _ if self.has_properties => "a list cannot begin on the line of an anchor or tag; put it on the next line",
            Slot::Value => "a list cannot begin on the line of its key; quote the value if `- ` is meant as text",
            Slot::Entry => "a list cannot begin behind this; put it on a line of its own",
            _ => "a list item cannot stand behind a value",
        };
        fault(dash, message)
    }
}

/// A key in the column of a list's dashes.
fn no_mapping(key: Span) -> Box<SyntaxError> {
    fault(key, "this key stands in the column of a list's dashes; indent it, or put `- ` before it")
}
