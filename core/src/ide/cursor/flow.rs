//! `{…}` and `[…]`, on one line or on several.

use super::{Frame, Slot, is_word, plain};
use crate::text::Span;

/// A place in a flow collection.
pub(super) struct Inner<'a> {
    pub(super) slot: Slot<'a>,
    /// The word that is there.
    pub(super) word: Span,
    pub(super) needs_blank: bool,
    /// The collections around it, from the inside out.
    pub(super) levels: Vec<Frame<'a>>,
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

/// More levels are nobody's manifest.
const DEPTH: usize = 16;

/// What ends a value where no comma does: its line.
const LINE_END: u8 = b'\n';

/// Reads the collection that begins at `begin` as the value of `key`, up to the end of `text`. `None`
/// where the offset lies outside of it, `Some(None)` where nothing can be said of it.
pub(super) fn read<'a>(text: &'a str, begin: usize, at: usize, key: &str) -> Option<Option<Inner<'a>>> {
    let mut reader = Reader { text, at, levels: Vec::new(), found: None, around: 0 };
    match reader.scan(begin, key) {
        Some(end) if !(begin..=end).contains(&at) => None,
        Some(_) => Some(reader.found),
        None => Some(None),
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    levels: Vec<Level<'a>>,
    found: Option<Inner<'a>>,
    /// How deep the innermost of the collections around the place lies that is still open.
    around: usize,
}

impl<'a> Reader<'a> {
    /// Reads on to the end of the collection, which it returns; `None` where the place is nothing's.
    fn scan(&mut self, begin: usize, key: &str) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut quote = None;
        let mut token = begin;
        let mut index = begin;
        while let Some(&byte) = bytes.get(index) {
            let here = index;
            index += 1;
            let is_blank = || self.text.get(token..here).is_some_and(|before| before.trim().is_empty());
            let before = here.checked_sub(1).and_then(|at| bytes.get(at));
            match (quote, byte) {
                (Some(open), _) if byte == open => quote = None,
                // Half typed: a scalar in quotes over several lines is not asked about.
                (Some(_), b'\n') => {
                    quote = None;
                    self.token(token, here, LINE_END)?;
                    token = index;
                }
                (Some(_), _) => {}
                (None, b'"' | b'\'') if is_blank() => quote = Some(byte),
                (None, b'#') if before.is_some_and(|before| before.is_ascii_whitespace()) => {
                    if !is_blank() || self.awaits_value() && (token..=here).contains(&self.at) {
                        self.token(token, here, LINE_END)?;
                    }
                    index = memchr::memchr(b'\n', bytes.get(here..)?).map_or(bytes.len(), |len| here + len);
                    token = index;
                }
                (None, b':') => {
                    let ends_key = bytes.get(index).is_none_or(|next| b" ,}]\r\n".contains(next));
                    if !ends_key && !before.is_some_and(|before| b"\"'".contains(before)) {
                        continue;
                    }
                    // A key stands on one line: what is above it lacks its comma.
                    if let Some(line) = self.text.get(token..here).and_then(|before| before.rfind('\n')) {
                        if self.awaits_value() {
                            self.token(token, token + line, LINE_END)?;
                        }
                        token += line + 1;
                    }
                    self.token(token, here, byte)?;
                    token = index;
                }
                (None, b'{' | b'[' | b'}' | b']' | b',') => {
                    self.token(token, here, byte)?;
                    token = index;
                    match byte {
                        b'{' | b'[' => self.open(byte == b'[', key)?,
                        b'}' | b']' if self.close() => return Some(here),
                        _ => {}
                    }
                }
                _ => {}
            }
        }
        self.token(token, bytes.len(), b',')?;
        while !self.close() {}
        Some(bytes.len())
    }

    fn awaits_value(&self) -> bool {
        self.levels.last().is_some_and(|level| level.key.is_some())
    }

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
            && let Some(inner) = &mut self.found
            && self.around == depth
        {
            self.around -= 1;
            inner.levels.push(Frame { column: 0, name: level.name, entries: level.entries });
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
        let written = self.text.get(from..to)?;
        let trimmed = written.trim();
        let is_here = (from..=to).contains(&self.at);
        let Some(level) = self.levels.last_mut() else { return (!is_here).then_some(()) };
        if is_here {
            let begin = from + (written.len() - written.trim_start().len());
            let word = if trimmed.is_empty() { Span::at(self.at) } else { Span::new(begin, begin + trimmed.len()) };
            let touches = (word.start()..=word.end()).contains(&self.at) && !trimmed.contains('\n');
            if level.is_full || matches!(separator, b'{' | b'[') || !touches {
                return None;
            }
            let slot = match level.key {
                Some(key) => Slot::Value { key },
                None if trimmed.bytes().all(is_word) => Slot::Key { has_colon: separator == b':' },
                None => return None,
            };
            let needs_blank = level.key.is_some() && trimmed.is_empty() && self.at == from;
            self.around = depth;
            self.found = Some(Inner { slot, word, needs_blank, levels: Vec::new() });
        }
        match separator {
            b':' => {
                level.key = Some(plain(trimmed));
                level.is_full = false;
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
                level.is_full = separator == LINE_END;
            }
        }
        Some(())
    }
}
