//! Go's `encoding/json`: what it takes for JSON, in its own words where it does not, and how it
//! fills typed values.
//!
//! Not `serde_json`: Go allows 10,000 levels, keeps one of several equal keys, matches field names
//! in any case, treats `null` as "leave alone", and its errors are what the controller shows. The
//! tree lies flat in one vector, so that depth costs no stack, here or when it is dropped.

use std::borrow::Cow;

use crate::compat::quote::quoted_byte;

mod scan;
mod typed;

pub(crate) use typed::{Decoder, GoMap, GoSlice, TypeError};

/// Escapes in a JSON text what Go's encoder escapes, so that the text may stand in HTML and JavaScript.
pub(crate) fn escape_for_html(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => out.push_str(&format!("\\u{:04x}", u32::from(character))),
            _ => out.push(character),
        }
    }
    out
}

/// Where a text stops being JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SyntaxError {
    /// Go's words.
    pub(crate) words: String,
    /// Byte offset of the character that does not fit; the text's length where it ends too early.
    pub(crate) offset: usize,
}

impl SyntaxError {
    fn end(text: &str) -> SyntaxError {
        SyntaxError { words: "unexpected end of JSON input".to_owned(), offset: text.len() }
    }

    fn character(byte: u8, offset: usize, context: &str) -> SyntaxError {
        SyntaxError { words: format!("invalid character {} {context}", quoted_byte(byte)), offset }
    }
}

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Object,
    Array,
    String,
    Number,
    Bool,
    Null,
}

impl Kind {
    /// The name Go's type errors give it.
    fn name(self) -> &'static str {
        match self {
            Kind::Object => "object",
            Kind::Array => "array",
            Kind::String => "string",
            Kind::Number => "number",
            Kind::Bool => "bool",
            Kind::Null => "null",
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Node {
    kind: Kind,
    /// Byte span of a literal, quotes included.
    start: usize,
    end: usize,
    /// Index of the node behind this one and all that it holds.
    behind: usize,
}

/// A parsed text.
#[derive(Debug)]
pub(crate) struct Json<'t> {
    text: &'t str,
    /// In the order of the text; an object's children are key, value, key, value.
    nodes: Vec<Node>,
}

impl<'t> Json<'t> {
    pub(crate) fn parse(text: &'t str) -> Result<Json<'t>, SyntaxError> {
        let nodes = scan::scan(text)?;
        Ok(Json { text, nodes })
    }

    pub(crate) fn root(&self) -> Value<'_> {
        Value { json: self, at: 0 }
    }
}

/// One value of a parsed text.
#[derive(Clone, Copy)]
pub(crate) struct Value<'j> {
    json: &'j Json<'j>,
    at: usize,
}

impl<'j> Value<'j> {
    fn node(self) -> Option<&'j Node> {
        self.json.nodes.get(self.at)
    }

    pub(crate) fn kind(self) -> Kind {
        self.node().map_or(Kind::Null, |node| node.kind)
    }

    /// The text of a string, escapes resolved; empty for anything else.
    pub(crate) fn text(self) -> Cow<'j, str> {
        match self.node() {
            Some(node) if node.kind == Kind::String => {
                let inner = self.json.text.get(node.start + 1..node.end - 1);
                unescape(inner.unwrap_or_default())
            }
            _ => Cow::Borrowed(""),
        }
    }

    /// A number or a boolean as it is written; the source text of anything else.
    pub(crate) fn literal(self) -> &'j str {
        self.node().and_then(|node| self.json.text.get(node.start..node.end)).unwrap_or_default()
    }

    /// The elements of an array, or the keys and values of an object, in turn.
    fn children(self) -> impl Iterator<Item = Value<'j>> {
        let json = self.json;
        let end = match self.kind() {
            Kind::Object | Kind::Array => self.node().map_or(0, |node| node.behind),
            _ => 0,
        };
        let mut at = self.at + 1;
        std::iter::from_fn(move || {
            let node = json.nodes.get(at).filter(|_| at < end)?;
            let value = Value { json, at };
            at = node.behind;
            Some(value)
        })
    }

    /// The text of a string; `None` for anything else.
    pub(crate) fn as_text(self) -> Option<Cow<'j, str>> {
        (self.kind() == Kind::String).then(|| self.text())
    }

    /// The last member of an object that has this name.
    pub(crate) fn get(self, name: &str) -> Option<Value<'j>> {
        self.members().filter(|(key, _)| key == name).last().map(|(_, value)| value)
    }

    /// The elements of an array; none for anything else.
    pub(crate) fn elements(self) -> impl Iterator<Item = Value<'j>> {
        let is_array = self.kind() == Kind::Array;
        self.children().filter(move |_| is_array)
    }

    /// The members of an object, repeated keys included; none for anything else.
    pub(crate) fn members(self) -> impl Iterator<Item = (Cow<'j, str>, Value<'j>)> {
        let is_object = self.kind() == Kind::Object;
        let mut children = self.children();
        std::iter::from_fn(move || {
            let key = children.next().filter(|_| is_object)?;
            Some((key.text(), children.next()?))
        })
    }
}

/// Resolves the escapes of a string. A surrogate without its partner becomes U+FFFD.
fn unescape(inner: &str) -> Cow<'_, str> {
    if !inner.contains('\\') {
        return Cow::Borrowed(inner);
    }
    let mut out = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(backslash) = rest.find('\\') {
        let (plain, escape) = rest.split_at(backslash);
        out.push_str(plain);
        let mut characters = escape.chars();
        characters.next();
        match characters.next() {
            Some('b') => out.push('\x08'),
            Some('f') => out.push('\x0c'),
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some('u') => {
                let (character, width) = unicode_escape(escape);
                out.push(character);
                rest = escape.get(width..).unwrap_or_default();
                continue;
            }
            Some(literal) => out.push(literal),
            None => {}
        }
        rest = characters.as_str();
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Reads `\u00e9` or a pair of them: the character and how many bytes it took.
fn unicode_escape(escape: &str) -> (char, usize) {
    let unit = |at: usize| {
        let digits = escape.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    let first = unit(0).unwrap_or(0xfffd);
    let mut units = [first, unit(6).unwrap_or(0)].into_iter();
    let pair = (0xd800..0xdc00).contains(&first);
    match char::decode_utf16(units.by_ref().take(if pair { 2 } else { 1 })).next() {
        Some(Ok(character)) => (character, if pair { 12 } else { 6 }),
        _ => (char::REPLACEMENT_CHARACTER, 6),
    }
}

#[cfg(test)]
mod tests;
