//! `{…}` and `[…]` on one line.

use crate::collections::Gather;

use super::{Slot, is_word, plain};

/// A place in a flow collection.
#[derive(Debug)]
pub(super) struct Inner<'a> {
    pub(super) slot: Slot<'a>,
    /// The columns of the word that is there.
    pub(super) word: (usize, usize),
    pub(super) needs_blank: bool,
    /// The names from the collection's key to the one that holds the place.
    pub(super) route: Vec<String>,
    /// What else stands in that one.
    pub(super) entries: Vec<(&'a str, &'a str)>,
}

/// A collection that is not closed yet.
struct Level<'a> {
    is_list: bool,
    name: String,
    entries: Vec<(&'a str, &'a str)>,
    /// The key whose value is awaited.
    key: Option<&'a str>,
    /// A value is there: a comma must come.
    is_full: bool,
}

/// More levels on one line are nobody's manifest.
const DEPTH: usize = 16;

/// Reads the collection that begins `text`, which stands at column `start`, as the value of `key`.
/// `None` where the column lies outside of it.
pub(super) fn read<'a>(text: &'a str, start: usize, column: usize, key: &str) -> Option<Inner<'a>> {
    let at = column.checked_sub(start)?;
    let mut reader = Reader { text, at, start, levels: Vec::new(), found: None };
    let bytes = text.as_bytes();
    let mut quote = None;
    let mut token = 0;
    for (index, byte) in bytes.iter().enumerate() {
        if let Some(open) = quote {
            quote = quote.filter(|_| *byte != open);
            continue;
        }
        let ends_key = || bytes.get(index + 1).is_none_or(|next| matches!(next, b' ' | b',' | b'}' | b']'));
        let is_json_key = || index > 0 && bytes.get(index - 1).is_some_and(|before| matches!(before, b'"' | b'\''));
        match byte {
            b'"' | b'\'' if text.get(token..index).is_some_and(|before| before.trim().is_empty()) => {
                quote = Some(*byte);
                continue;
            }
            b':' if ends_key() || is_json_key() => {}
            b'{' | b'[' | b'}' | b']' | b',' => {}
            _ => continue,
        }
        reader.token(token, index, *byte)?;
        token = index + 1;
        match byte {
            b'{' | b'[' => reader.open(*byte == b'[', key)?,
            b'}' | b']' if reader.close() => return reader.found.map(|(_, inner)| inner),
            _ => {}
        }
    }
    if !reader.levels.is_empty() {
        reader.token(token, text.len(), b',')?;
    }
    while !reader.levels.is_empty() {
        reader.close();
    }
    reader.found.map(|(_, inner)| inner)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    start: usize,
    levels: Vec<Level<'a>>,
    /// The place, and how deep it lies.
    found: Option<(usize, Inner<'a>)>,
}

impl<'a> Reader<'a> {
    fn open(&mut self, is_list: bool, key: &str) -> Option<()> {
        let mut name = match self.levels.last() {
            Some(level) if level.is_list => String::new(),
            Some(level) => level.key?.to_owned(),
            None => key.to_owned(),
        };
        if is_list {
            name.push_str("[]");
        }
        self.levels.push(Level { is_list, name, entries: Vec::new(), key: None, is_full: false });
        (self.levels.len() <= DEPTH).then_some(())
    }

    /// Ends the innermost collection. True where the outermost one has ended.
    fn close(&mut self) -> bool {
        let depth = self.levels.len();
        if let Some(level) = self.levels.pop()
            && let Some((at, inner)) = &mut self.found
            && *at == depth
        {
            inner.entries = level.entries;
        }
        if let Some(level) = self.levels.last_mut() {
            level.is_full = true;
            level.key = None;
        }
        self.levels.is_empty()
    }

    /// What stands between two separators, the second of which is `separator`.
    fn token(&mut self, from: usize, to: usize, separator: u8) -> Option<()> {
        let depth = self.levels.len();
        let route = || self.levels.iter().map(|level| level.name.clone()).gather();
        let written = self.text.get(from..to)?;
        let trimmed = written.trim();
        let begin = from + (written.len() - written.trim_start().len());
        if (from..=to).contains(&self.at) {
            let level = self.levels.last()?;
            let opens = matches!(separator, b'{' | b'[');
            let touches = trimmed.is_empty() || (begin..=begin + trimmed.len()).contains(&self.at);
            if level.is_full || opens || !touches {
                return None;
            }
            let slot = match level.key {
                Some(key) => Slot::Value { key },
                None if trimmed.bytes().all(is_word) => Slot::Key { has_colon: separator == b':' },
                None => return None,
            };
            let word = if trimmed.is_empty() { (self.at, self.at) } else { (begin, begin + trimmed.len()) };
            let needs_blank = level.key.is_some() && trimmed.is_empty() && self.at == from;
            let word = (self.start + word.0, self.start + word.1);
            let inner = Inner { slot, word, needs_blank, route: route(), entries: Vec::new() };
            self.found = Some((depth, inner));
        }
        let is_here = (from..=to).contains(&self.at);
        let Some(level) = self.levels.last_mut() else { return Some(()) };
        match separator {
            b':' => {
                level.key = Some(plain(trimmed));
                if !is_here {
                    level.entries.push((plain(trimmed), ""));
                }
            }
            b'{' | b'[' => {}
            _ => {
                if let (Some(key), Some(entry)) = (level.key, level.entries.last_mut())
                    && entry.0 == key
                {
                    entry.1 = plain(trimmed);
                }
                level.key = None;
                level.is_full = false;
            }
        }
        Some(())
    }
}
