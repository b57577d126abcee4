//! What may stand before a value: `&anchor` and `!tag`; and `*alias`, which stands for one.

use crate::text::Span;
use crate::yaml::tree::{ALIAS, MERGE_TAG, OPEN, Tag};

use super::characters::{self, NAME, TAG};
use super::{Read, Reader, SyntaxError, fault};

/// The anchor and the tag of a value to come.
#[derive(Clone, Copy, Default)]
pub(super) struct Properties<'t> {
    anchor: Option<(&'t str, Span)>,
    tag: Option<(Tag, bool, Span)>,
}

impl Properties<'_> {
    pub(super) fn is_empty(&self) -> bool {
        self.anchor.is_none() && self.tag.is_none()
    }

    /// Adds what a later line says.
    fn join(&mut self, later: Self) -> Read<()> {
        let second_anchor = self.anchor.and(later.anchor).map(|(_, span)| span);
        let second_tag = self.tag.and(later.tag).map(|(.., span)| span);
        // What stands before the one too many still counts.
        let counts = |span: Span| [second_anchor, second_tag].iter().flatten().all(|second| span.start < second.start);
        self.anchor = self.anchor.or(later.anchor.filter(|&(_, span)| counts(span)));
        self.tag = self.tag.or(later.tag.filter(|&(.., span)| counts(span)));
        match (second_anchor, second_tag) {
            (Some(anchor), tag) if tag.is_none_or(|tag| anchor.start < tag.start) => {
                Err(fault(anchor, "this value has an anchor already"))
            }
            (_, Some(tag)) => Err(fault(tag, "this value has a tag already")),
            _ => Ok(()),
        }
    }
}

impl<'t> Reader<'t> {
    /// Reads an anchor or a tag.
    pub(super) fn property(&mut self) -> Read<()> {
        let at = self.at;
        let read = if self.byte(at) == b'&' {
            let name = self.name("&", "anchor")?;
            Properties { anchor: Some((name.of(self.text), Span::new(at, name.end()))), tag: None }
        } else {
            let (tag, merges) = self.tag()?;
            Properties { anchor: None, tag: Some((tag, merges, Span::new(at, self.at))) }
        };
        if let Err(second) = self.inner.join(read) {
            // Without it, the value is empty and ends before it.
            self.indicator = second.span.start();
            return Err(second);
        }
        self.has_properties = true;
        self.indicator = self.at;
        Ok(())
    }

    /// Keeps this line's properties for later.
    pub(super) fn put_inner_aside(&mut self) -> Properties<'t> {
        self.has_properties = !self.outer.is_empty();
        std::mem::take(&mut self.inner)
    }

    pub(super) fn take_inner_back(&mut self, inner: Properties<'t>) {
        self.has_properties |= !inner.is_empty();
        self.inner = inner;
    }

    /// Gives a node the properties of this line.
    pub(super) fn give_inner(&mut self, node: u32) {
        let properties = std::mem::take(&mut self.inner);
        self.has_properties = !self.outer.is_empty();
        self.give(node, properties);
    }

    /// Gives a node the properties of earlier lines.
    pub(super) fn give_outer(&mut self, node: u32) {
        let properties = std::mem::take(&mut self.outer);
        self.has_properties = !self.inner.is_empty();
        self.give(node, properties);
    }

    /// Gives a node all properties that were read.
    pub(super) fn give_all(&mut self, node: u32) {
        // At an error, both may hold a tag: the first stays.
        self.give_inner(node);
        self.give_outer(node);
    }

    /// At the beginning of a line: puts the properties of the lines before together. They belong to
    /// the value to come or, should that be a key, to its mapping; a key's own stand on its line.
    /// A value has one anchor and one tag.
    pub(super) fn join_properties(&mut self) -> Read<()> {
        let inner = std::mem::take(&mut self.inner);
        if let Err(second) = self.outer.join(inner) {
            self.indicator = second.span.start();
            return Err(second);
        }
        Ok(())
    }

    fn give(&mut self, node: u32, properties: Properties<'t>) {
        if let Some((name, _)) = properties.anchor {
            self.anchors.insert(name, node);
        }
        if let (Some((tag, merges, _)), Some(data)) = (properties.tag, self.tree.nodes.get_mut(node as usize)) {
            data.tag = tag;
            data.flags |= if merges { MERGE_TAG } else { 0 };
        }
    }

    /// Reads an alias.
    pub(super) fn alias(&mut self) -> Read<u32> {
        let start = self.at;
        let name = self.name("*", "alias")?;
        let span = Span::new(start, name.end());
        if !self.inner.is_empty() {
            return Err(no_property(span));
        }
        let target = self.alias_target(span)?;
        Ok(self.push_alias(span, target))
    }

    /// Refuses an alias where properties stand before it.
    pub(super) fn check_alias_bare(&self, node: u32) -> Read<()> {
        match self.tree.nodes.get(node as usize) {
            Some(data) if data.has(ALIAS) => Err(no_property(data.span)),
            _ => Ok(()),
        }
    }

    /// Refuses an alias as the first key of the mapping it stands for.
    pub(super) fn check_alias_key(&self, key: u32) -> Read<()> {
        match self.tree.nodes.get(key as usize) {
            Some(data) if data.has(ALIAS) => self.alias_target(data.span).map(|_| ()),
            _ => Ok(()),
        }
    }

    /// The node that an alias stands for.
    fn alias_target(&self, alias: Span) -> Read<u32> {
        let name = alias.part(1, alias.len()).of(self.text);
        let Some(&target) = self.anchors.get(name) else {
            return Err(fault(
                alias,
                format!("this alias has no anchor before it; quote the value if `*{name}` is meant"),
            ));
        };
        if self.tree.nodes.get(target as usize).is_some_and(|data| data.has(OPEN)) {
            return Err(fault(alias, "this alias stands inside the value it stands for"));
        }
        Ok(target)
    }

    /// Reads the name behind `&` or `*`.
    fn name(&mut self, indicator: &str, what: &str) -> Read<Span> {
        let start = self.at + 1;
        let mut end = start;
        while characters::is(self.byte(end), NAME) {
            end += 1;
        }
        if start == end {
            let message = format!("`{indicator}` begins an {what}; quote the value if it is meant as text");
            return Err(fault(self.word(self.at), message));
        }
        let ends = self.is_blank_or_end(end)
            || matches!(self.byte(end), b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`');
        if !ends {
            let message = format!("this cannot stand in the name of an {what}; quote the value if it is meant as text");
            return Err(fault(self.character(end), message));
        }
        self.at = end;
        Ok(Span::new(start, end))
    }

    /// Reads a tag: its meaning, and whether it makes `<<` a merge whatever the style.
    fn tag(&mut self) -> Read<(Tag, bool)> {
        let start = self.at;
        let (handle, suffix, end) = if self.byte(start + 1) == b'<' {
            let (suffix, end) = self.tag_text(start, start + 2, false)?;
            if self.byte(end) != b'>' {
                return Err(fault(Span::new(start, end), "this tag is never closed by `>`"));
            }
            ("", suffix, end + 1)
        } else {
            self.tag_with_handle(start)?
        };
        if !self.is_blank_or_end(end) {
            return Err(fault(
                self.character(end),
                "a tag must end with a blank; quote the value if `!` is meant as text",
            ));
        }
        self.at = end;
        let mut tag = Vec::new();
        if !handle.is_empty() {
            let Some(prefix) = self.tag_prefix(handle) else {
                return Err(fault(Span::new(start, end), format!("no `%TAG` line says what `{handle}` stands for")));
            };
            tag.extend_from_slice(prefix);
        }
        tag.extend_from_slice(&suffix);
        Ok(meaning(&tag))
    }

    /// `!`, `!suffix` or `!handle!suffix`: handle, suffix, and where it ends.
    fn tag_with_handle(&self, start: usize) -> Read<(&'t str, Vec<u8>, usize)> {
        let mut end = start + 1;
        while characters::is(self.byte(end), NAME) {
            end += 1;
        }
        if self.byte(end) == b'!' {
            end += 1;
            let handle = Span::new(start, end).of(self.text);
            let (suffix, end) = self.tag_text(start, end, false)?;
            return Ok((handle, suffix, end));
        }
        // No handle after all: what was read belongs to the suffix.
        let (suffix, end) = self.tag_text(start, start + 1, true)?;
        Ok(if suffix.is_empty() { ("", b"!".to_vec(), end) } else { ("!", suffix, end) })
    }

    fn tag_prefix(&self, handle: &str) -> Option<&[u8]> {
        let declared = self.tag_prefixes.iter().find(|(declared, _)| *declared == handle);
        match (declared, handle) {
            (Some((_, prefix)), _) => Some(prefix),
            (None, "!") => Some(b"!"),
            (None, "!!") => Some(b"tag:yaml.org,2002:"),
            (None, _) => None,
        }
    }

    /// Reads the text of a tag from `from`, `%41` resolved.
    pub(super) fn tag_text(&self, start: usize, from: usize, may_be_empty: bool) -> Read<(Vec<u8>, usize)> {
        let mut text = Vec::new();
        let mut at = from;
        while characters::is(self.byte(at), TAG) {
            if self.byte(at) == b'%' {
                at = self.tag_escape(at, &mut text)?;
            } else {
                text.push(self.byte(at));
                at += 1;
            }
        }
        if at == from && !may_be_empty {
            return Err(fault(Span::new(start, at), "this tag has no name"));
        }
        Ok((text, at))
    }

    /// One character written as `%C3%A9`.
    fn tag_escape(&self, from: usize, text: &mut Vec<u8>) -> Read<usize> {
        let octet = |at: usize| {
            let digits = self.text.get(at..at + 3)?.strip_prefix('%')?;
            digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u8::from_str_radix(digits, 16).ok())?
        };
        let wrong = || fault(Span::new(from, from + 1), "`%` in a tag must be followed by the two digits of a byte");
        let first = octet(from).ok_or_else(wrong)?;
        let len = match first {
            0..0x80 => 1,
            0xC0..0xE0 => 2,
            0xE0..0xF0 => 3,
            0xF0..0xF8 => 4,
            _ => return Err(wrong()),
        };
        text.push(first);
        for index in 1..len {
            let next = octet(from + 3 * index).filter(|byte| byte & 0xC0 == 0x80).ok_or_else(wrong)?;
            text.push(next);
        }
        Ok(from + 3 * len)
    }
}

fn no_property(alias: Span) -> Box<SyntaxError> {
    fault(alias, "an alias takes no anchor and no tag")
}

fn meaning(tag: &[u8]) -> (Tag, bool) {
    if tag == b"!" {
        return (Tag::Str, true);
    }
    match tag.strip_prefix(b"tag:yaml.org,2002:") {
        Some(b"str") => (Tag::Str, false),
        Some(b"int") => (Tag::Int, false),
        Some(b"float") => (Tag::Float, false),
        Some(b"bool") => (Tag::Bool, false),
        Some(b"null") => (Tag::Null, false),
        Some(b"binary") => (Tag::Binary, false),
        Some(b"timestamp") => (Tag::Timestamp, false),
        Some(b"merge") => (Tag::Other, true),
        _ => (Tag::Other, false),
    }
}
