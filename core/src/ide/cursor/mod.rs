//! What is being written at a place, told by lines and their indentation alone.
//!
//! The tree ends where a document cannot be read on, and half-typed text is just that. Lines tell
//! enough: which mapping or list a place belongs to, what stands there already, and which object
//! it is part of. Where they do not, there is no answer.

mod flow;
mod line;
#[cfg(test)]
mod tests;

use crate::model::{File, GROUPS, KUSTOMIZATION_FILES, Kind};
use crate::text::Span;

use line::Line;

/// What is being written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot<'a> {
    /// A key, or an item that is no mapping. True where its colon is there.
    Key { has_colon: bool },
    /// The value of a key.
    Value { key: &'a str },
}

/// A place where something is being written.
#[derive(Debug)]
pub(super) struct Cursor<'a> {
    /// What is being written.
    pub(super) slot: Slot<'a>,
    /// The word of it that is there.
    pub(super) word: Option<Span>,
    /// True where a blank must come before a value.
    pub(super) needs_blank: bool,
    /// True where the lines below belong to what is being written.
    pub(super) has_lines_below: bool,
    /// True within `{…}` or `[…]`.
    pub(super) is_flow: bool,
    /// The column of the mapping or list.
    pub(super) column: usize,
    /// The kind of the object; [`Kind::Foreign`] where it is not known.
    pub(super) kind: Kind,
    /// The mapping or list that it belongs to, from the object's root: `spec.ref`, `spec.verify.matchOIDCIdentity[]`.
    pub(super) route: String,
    /// Mappings from that one up to the object's root, each with its scalar entries.
    pub(super) mappings: Vec<Vec<(&'a str, &'a str)>>,
    /// True where the object is a document of its own.
    pub(super) is_document: bool,
}

/// A mapping by its lines.
struct Frame<'a> {
    column: usize,
    /// The key under which it stands in the mapping around it, `[]` behind it for an item of a list.
    name: String,
    entries: Vec<(&'a str, &'a str)>,
}

/// Deeper collections are nobody's manifest, and each costs a pass over the lines.
const DEPTH: usize = 24;

impl<'a> Cursor<'a> {
    /// What is being written at an offset. `None` in comments, in text of several lines, and where
    /// the lines do not tell.
    pub(super) fn at(file: &'a File, offset: usize) -> Option<Self> {
        let lines = Lines::of(file);
        let number = file.lines().line(offset);
        let text = lines.text(number);
        let column = offset.checked_sub(file.lines().span(lines.source, number).start())?;
        let before = text.get(..column)?;
        if is_marker(text) || before.starts_with('\t') || line::comment(text) < column || in_long_scalar(file, offset) {
            return None;
        }
        let (start, end) = lines.document(file, number)?;
        let start_of_line = offset - column;
        let span = |from: usize, to: usize| Span::new(start_of_line + from, start_of_line + to);
        let blank = before.trim_matches(' ').is_empty() && text.trim().is_empty();
        let line = if blank { None } else { Some(Line::read(text)?) };
        let mut out = Self {
            slot: Slot::Key { has_colon: false },
            word: Some(span(column, if blank { text.len() } else { column })),
            needs_blank: false,
            has_lines_below: false,
            is_flow: false,
            column: line.map_or(column, |line| line.column),
            kind: Kind::Foreign,
            route: String::new(),
            mappings: Vec::new(),
            is_document: false,
        };
        if let Some(flow) = lines.flow(number, column, start, end)
            && let Some(inner) = flow::read(lines.source.get(..flow.end)?, flow.begin, offset, flow.key)
        {
            let inner = inner?;
            out.slot = inner.slot;
            out.word = Some(inner.word);
            out.needs_blank = inner.needs_blank;
            out.is_flow = true;
            out.column = flow.line.column;
            let mut around = lines.frames(flow.number, Some(flow.line), out.column, start, end)?;
            let mut frames = inner.levels;
            // A collection without a key is what its line holds.
            if flow.key.is_empty()
                && let (Some(level), Some(frame)) = (frames.pop(), around.first_mut())
            {
                frame.name.push_str(&level.name);
                frame.entries = level.entries;
            }
            frames.append(&mut around);
            out.place(file, frames);
            return Some(out);
        }
        if let Some(line) = line {
            if line.content.is_empty() {
                // Behind a dash, blanks and nothing else.
                if column < line.indent + 2 {
                    return None;
                }
                out.column = column;
            } else if column < line.column {
                return None;
            } else {
                out.read_line(line, column, &span)?;
            }
        }
        let frames = lines.frames(number, line, out.column, start, end)?;
        out.has_lines_below = lines.would_take(number, out.column, end);
        if matches!(out.slot, Slot::Key { has_colon: false }) && out.has_lines_below {
            return None;
        }
        out.place(file, frames);
        Some(out)
    }

    /// What the word is of which a line consists, or the part of it that holds the column.
    fn read_line(&mut self, line: Line<'a>, column: usize, span: &impl Fn(usize, usize) -> Span) -> Option<()> {
        let end = line.column + line.content.len();
        let Some(entry) = line.entry() else {
            self.word = Some(span(line.column, end));
            return (line.content.bytes().all(is_word) && column <= end).then_some(());
        };
        if column <= entry.key_end {
            self.slot = Slot::Key { has_colon: true };
            let is_plain = entry.key.len() == entry.key_end - line.column;
            self.word = is_plain.then(|| span(line.column, entry.key_end));
            return is_plain.then_some(());
        }
        if entry.value.starts_with(['{', '[', '|', '>', '&', '*', '!']) {
            return None;
        }
        self.slot = Slot::Value { key: entry.key };
        let value_end = entry.value_column + entry.value.len();
        if entry.value.is_empty() {
            self.word = Some(span(column, column));
            self.needs_blank = column == entry.key_end + 1;
        } else if (entry.value_column..=value_end).contains(&column) {
            self.word = Some(span(entry.value_column, value_end));
        } else {
            return None;
        }
        Some(())
    }

    /// Finds the object among the mappings, and the route from its root.
    fn place(&mut self, file: &File, frames: Vec<Frame<'a>>) {
        let has = |frame: &Frame<'a>, key: &str| frame.entries.iter().any(|(name, _)| *name == key);
        let is_object = |frame: &Frame<'a>| {
            has(frame, "apiVersion") && has(frame, "kind") && matches!(last(&frame.name), "items[]" | "resources[]")
        };
        let root = frames.iter().position(is_object).unwrap_or(frames.len().saturating_sub(1));
        self.is_document = root + 1 == frames.len();
        for frame in frames.iter().take(root).rev().filter(|frame| !frame.name.is_empty()) {
            if !self.route.is_empty() && frame.name != "[]" {
                self.route.push('.');
            }
            self.route.push_str(&frame.name);
        }
        self.mappings.extend(frames.into_iter().take(root + 1).map(|frame| frame.entries));
        let written = |key| self.mappings.last().and_then(|root| find(root, key)).unwrap_or_default();
        self.kind = kind_of(file, written("apiVersion"), written("kind"));
    }

    /// The route of a key of the mapping.
    pub(super) fn route_of(&self, key: &str) -> String {
        if self.route.is_empty() { key.to_owned() } else { [&self.route, ".", key].concat() }
    }

    /// The entries beside what is being written.
    pub(super) fn entries(&self) -> &[(&'a str, &'a str)] {
        self.mappings.first().map_or(&[], Vec::as_slice)
    }

    /// What stands beside what is being written under a key.
    pub(super) fn beside(&self, key: &str) -> &'a str {
        find(self.entries(), key).unwrap_or_default()
    }

    /// What the object's root holds under a key.
    pub(super) fn of_root(&self, key: &str) -> &'a str {
        self.mappings.last().and_then(|root| find(root, key)).unwrap_or_default()
    }
}

fn find<'a>(entries: &[(&'a str, &'a str)], key: &str) -> Option<&'a str> {
    entries.iter().find(|(name, _)| *name == key).map(|(_, value)| *value)
}

/// The name behind the last dot.
fn last(route: &str) -> &str {
    route.rsplit('.').next().unwrap_or(route)
}

/// The kind of an object as far as it is written. A kind of Flux is known without its group.
fn kind_of(file: &File, api_version: &str, kind: &str) -> Kind {
    if kind.is_empty() {
        return Kind::Foreign;
    }
    if !api_version.is_empty() {
        return match Kind::of(api_version, kind) {
            Kind::Unknown => Kind::meant(api_version, kind).map_or(Kind::Unknown, |(_, kind)| kind),
            kind => kind,
        };
    }
    if KUSTOMIZATION_FILES.contains(&file.name()) {
        return Kind::Kustomize;
    }
    let all = GROUPS.iter().flat_map(|group| group.kinds);
    all.into_iter().find(|(name, _)| *name == kind).map_or(Kind::Foreign, |(_, kind)| *kind)
}

/// True within a scalar in quotes or of a block that began on an earlier line.
fn in_long_scalar(file: &File, offset: usize) -> bool {
    file.tree.scalar_over(offset).is_some_and(|span| {
        let before = file.parsed_text().get(span.start()..offset).unwrap_or_default();
        before.starts_with(['"', '\'', '|', '>']) && before.contains('\n')
    })
}

/// What keys and simple values consist of.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/' | b'$')
}

/// `---` or `...`
fn is_marker(line: &str) -> bool {
    ["---", "..."]
        .iter()
        .any(|mark| line.strip_prefix(mark).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t'])))
}

/// A flow collection with no other one around it.
struct Flow<'a> {
    /// The number of the line that it begins on.
    number: usize,
    line: Line<'a>,
    /// The key that it is the value of, where it is one's.
    key: &'a str,
    /// Where it begins.
    begin: usize,
    /// Behind it the lines go on with what is around it.
    end: usize,
}

/// The lines of a file, by their numbers.
struct Lines<'a> {
    file: &'a File,
    source: &'a str,
}

impl<'a> Lines<'a> {
    fn of(file: &'a File) -> Self {
        Self { file, source: file.parsed_text() }
    }

    fn text(&self, number: usize) -> &'a str {
        self.file.lines().span(self.source, number).of(self.source)
    }

    fn read(&self, number: usize) -> Option<Line<'a>> {
        Line::read(self.text(number))
    }

    /// The lines of the document around a line, markers left out. `None` in the prose of Markdown.
    fn document(&self, file: &File, number: usize) -> Option<(usize, usize)> {
        let marker = (0..number).rev().find(|number| is_marker(self.text(*number)));
        if file.is_markdown() && !marker.is_some_and(|number| self.text(number).starts_with("---")) {
            return None;
        }
        let count = file.lines().len();
        let end = (number + 1..count).find(|number| is_marker(self.text(*number))).unwrap_or(count);
        Some((marker.map_or(0, |marker| marker + 1), end))
    }

    /// The flow collection that a column of a line may be in, told by the lines around it.
    fn flow(&self, number: usize, column: usize, start: usize, end: usize) -> Option<Flow<'a>> {
        let closes = |line: &Line<'_>| line.content.starts_with(['}', ']']);
        let below = (number + 1..end).find_map(|number| self.read(number));
        // A line without words is as deep as the place, or as what it stands before.
        let is_blank = self.read(number).is_none() && !below.is_some_and(|line| closes(&line));
        let mut depth = if is_blank { column } else { usize::MAX };
        let mut out = None;
        for at in (start..=number).rev() {
            let Some(line) = self.read(at).filter(|line| !closes(line)) else { continue };
            let entry = line.entry();
            let (key, value, column) =
                entry.map_or(("", line.content, line.column), |entry| (entry.key, entry.value, entry.value_column));
            let own = if entry.is_some() { line.column } else { line.indent };
            if own >= depth {
                continue;
            }
            depth = own;
            if value.starts_with(['{', '[']) {
                let begin = self.file.lines().span(self.source, at).start() + column;
                out = Some((Flow { number: at, line, key, begin, end: 0 }, own));
            }
            if depth == 0 {
                break;
            }
        }
        let (mut flow, depth) = out?;
        let ends = |line: Line<'_>| line.indent <= depth && !closes(&line);
        let behind = (number + 1..end).find(|number| self.read(*number).is_some_and(ends)).unwrap_or(end);
        flow.end = self.file.lines().span(self.source, behind - 1).end();
        Some(flow)
    }

    /// The mappings around a place, from the inside out: `line` is what is written there, in the
    /// lines from `start` to `end`.
    fn frames(
        &self,
        number: usize,
        line: Option<Line<'a>>,
        column: usize,
        start: usize,
        end: usize,
    ) -> Option<Vec<Frame<'a>>> {
        let mut out = Vec::new();
        let (mut at, mut column, mut dash) = (number, column, line.and_then(|line| line.dash));
        let mut opened = None;
        loop {
            if out.len() > DEPTH {
                return None;
            }
            let entries = opened.into_iter().map(|key| (key, "")).collect();
            let mut frame = Frame { column, name: String::new(), entries };
            // Up to the first line of the mapping: one with a dash, or the one below its key.
            let mut parent = None;
            // Lines further in belong to a key of the mapping; without one it is not aligned.
            let mut awaits_key = false;
            while dash.is_none() && parent.is_none() && at > start {
                at -= 1;
                let Some(line) = self.read(at) else { continue };
                if line.column == column {
                    frame.entries.extend(line.entry().map(|entry| (entry.key, plain(entry.value))));
                    dash = line.dash;
                    awaits_key = false;
                } else if line.column < column {
                    parent = Some(line);
                } else if line.indent < column {
                    return None;
                } else {
                    awaits_key = true;
                }
            }
            if awaits_key {
                return None;
            }
            if let Some(dash) = dash {
                frame.name.push_str("[]");
                parent = Some(self.parent_of_items(&mut at, dash, start)?);
            }
            if let Some(parent) = parent {
                frame.name.insert_str(0, parent.opens()?);
            }
            self.read_below(number, end, &mut frame);
            out.push(frame);
            let Some(parent) = parent else { return Some(out) };
            (column, dash, opened) = (parent.column, parent.dash, parent.opens());
        }
    }

    /// The line of the key under which the items with a dash in a column stand.
    fn parent_of_items(&self, at: &mut usize, dash: usize, start: usize) -> Option<Line<'a>> {
        while *at > start {
            *at -= 1;
            let Some(line) = self.read(*at) else { continue };
            let is_item = line.dash.is_some() && line.indent >= dash;
            if !is_item && line.column <= dash {
                return Some(line);
            }
        }
        None
    }

    /// The entries of a mapping below a line.
    fn read_below(&self, number: usize, end: usize, frame: &mut Frame<'a>) {
        for line in (number + 1..end).filter_map(|number| self.read(number)) {
            if line.indent < frame.column {
                return;
            }
            if line.column == frame.column {
                frame.entries.extend(line.entry().map(|entry| (entry.key, plain(entry.value))));
            }
        }
    }

    /// True where a new key on a line would take the lines below it for its value.
    fn would_take(&self, number: usize, column: usize, end: usize) -> bool {
        let below = (number + 1..end).find_map(|number| self.read(number));
        below.is_some_and(|line| line.indent > column || line.indent == column && line.dash.is_some())
    }
}

/// A scalar on one line without its quotes.
fn plain(value: &str) -> &str {
    let quoted = |quote| value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    quoted('"').or_else(|| quoted('\'')).unwrap_or(value)
}
