//! Edits to a YAML text that keep every other byte: comments, order, quotes, line endings.

use crate::collections::Gather;
use crate::text::{Edit, Span};

use super::scalar::{self, Scalar};
use super::tree::{Entry, Kind, Node, Style, Tag};

/// A value to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A string; quoted where it would otherwise read as something else.
    String(String),
    /// `true` or `false`.
    Bool(bool),
    /// Keys and values, in order.
    Mapping(Vec<(String, Value)>),
    /// Items, in order.
    Sequence(Vec<Value>),
}

impl Value {
    /// A string value.
    pub fn string(text: impl Into<String>) -> Self {
        Self::String(text.into())
    }

    /// A mapping of strings.
    pub fn strings(entries: &[(&str, &str)]) -> Self {
        let mut out = Self::Mapping(Vec::new());
        for (key, value) in entries {
            out = out.with(key, Self::string(*value));
        }
        out
    }

    /// A mapping with one more entry.
    #[must_use]
    pub fn with(mut self, key: &str, value: Self) -> Self {
        if let Self::Mapping(entries) = &mut self {
            entries.push((key.to_owned(), value));
        }
        self
    }
}

/// A string as a YAML scalar on one line: plain where that reads as the same string, else in
/// double quotes.
pub fn scalar_text(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { double_quoted(text) }
}

fn is_plain(text: &str) -> bool {
    let Some(first) = text.chars().next() else { return false };
    let indicator = matches!(first, '-' | '?' | ':') && text.chars().nth(1).is_none_or(|second| second == ' ')
        || matches!(
            first,
            ',' | '[' | ']' | '{' | '}' | '#' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`' | '=' | '<'
        );
    !indicator
        && !text.ends_with([' ', ':'])
        && !text.starts_with(' ')
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.contains(['{', '}', '[', ']', ','])
        && !text.chars().any(char::is_control)
        && matches!(scalar::resolve(text, Style::Plain, Tag::None), Scalar::String(_))
        && !(first.is_ascii_digit() && text.contains(['e', 'E']))
}

/// A string in double quotes, escaped.
pub fn double_quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Writes another string where a scalar stands, in the scalar's own quotes where it has some.
pub fn set_string(node: Node<'_>, text: &str) -> Edit {
    let written = match node.style() {
        Style::DoubleQuoted => double_quoted(text),
        Style::SingleQuoted if !text.contains(['\n', '\r', '\t']) => format!("'{}'", text.replace('\'', "''")),
        _ => scalar_text(text),
    };
    // Where nothing is written, the indicator before it stands alone: `key:`.
    let before = node.source().get(..node.span().start()).unwrap_or_default();
    let is_bare = node.span().start() == node.span().end() && before.ends_with([':', '-', '?']);
    Edit::replace(node.span(), if is_bare { format!(" {written}") } else { written })
}

/// Puts quotes around a plain scalar and keeps its characters.
pub fn quote(node: Node<'_>) -> Edit {
    let written = node.span().of(node.source());
    Edit::replace(node.span(), double_quoted(written))
}

/// Writes another name for a key.
pub fn rename_key(entry: Entry<'_>, name: &str) -> Edit {
    set_string(entry.key, name)
}

/// Removes an entry of a mapping. A comment behind it on its last line stays, on a line of its
/// own. Removing the last entry of a block mapping leaves nothing where it stood: remove the
/// parent's entry instead. `None` for an entry that `mapping` does not hold itself.
pub fn remove_entry(mapping: Node<'_>, entry: Entry<'_>) -> Option<Edit> {
    let entries: Vec<Entry<'_>> = mapping.entries().gather();
    let index = entries.iter().position(|other| other.key.id() == entry.key.id())?;
    let text = mapping.source();
    if mapping.style() == Style::Flow {
        let (start, end) = match (index.checked_sub(1).and_then(|i| entries.get(i)), entries.get(index + 1)) {
            (_, Some(next)) => (entry.key.span().start(), next.key.span().start()),
            (Some(previous), None) => (end_of(*previous), end_of(entry)),
            (None, None) => (entry.key.span().start(), end_of(entry)),
        };
        return Some(Edit::remove(Span::new(start, end)));
    }
    let start = entry.key.span().start();
    let end = end_of(entry);
    let line_end = line_end(text, end);
    let comment = text.get(end..line_end)?.trim();
    let line_start = line_start(text, start);
    let before_key = text.get(line_start..start)?;
    // The first key behind a dash shares its line: the next key moves up to it.
    if !before_key.trim().is_empty() {
        let next = entries.get(index + 1)?;
        return Some(Edit::remove(Span::new(start, next.key.span().start())));
    }
    if comment.is_empty() {
        let after = text.get(line_end..).map_or(0, |rest| {
            usize::from(rest.starts_with('\r')) + usize::from(rest.trim_start_matches('\r').starts_with('\n'))
        });
        return Some(Edit::remove(Span::new(line_start, line_end + after)));
    }
    Some(Edit::replace(Span::new(start, line_end), comment))
}

/// Removes an entry by its key. `None` where there is none of the mapping's own, where it is the
/// last one, and where a comment within it would be lost.
pub fn remove_key(mapping: Node<'_>, key: &str) -> Option<Edit> {
    let entry = mapping.entry(key)?;
    let keeps_comments = !Span::new(entry.key.span().start(), end_of(entry)).of(mapping.source()).contains('#');
    (keeps_comments && mapping.entries().nth(1).is_some()).then(|| remove_entry(mapping, entry))?
}

/// Removes an item of a block sequence with its lines. `None` for a flow sequence, for an item
/// that shares its line, and where a comment within it would be lost.
pub fn remove_item(sequence: Node<'_>, item: Node<'_>) -> Option<Edit> {
    if sequence.style() == Style::Flow || !sequence.items().any(|other| other.id() == item.id()) {
        return None;
    }
    let text = sequence.source();
    let start = line_start(text, item.span().start());
    let end = line_end(text, item.span().end());
    let lines = text.get(start..end)?;
    if lines.contains('#') || text.get(start..item.span().start())?.trim() != "-" {
        return None;
    }
    let rest = text.get(end..)?;
    let after = usize::from(rest.starts_with('\r')) + usize::from(rest.trim_start_matches('\r').starts_with('\n'));
    Some(Edit::remove(Span::new(start, end + after)))
}

/// Adds an entry behind the last one of a mapping. `None` for an empty block mapping or an alias,
/// where there is no place that is certainly right.
pub fn append_entry(mapping: Node<'_>, key: &str, value: &Value) -> Option<Edit> {
    let last = mapping.entries().last()?;
    if mapping.is_alias() {
        return None;
    }
    insert_after(mapping, last, key, value)
}

/// Adds an entry behind another one of the same mapping.
pub fn insert_after(mapping: Node<'_>, entry: Entry<'_>, key: &str, value: &Value) -> Option<Edit> {
    if mapping.kind() != Kind::Mapping {
        return None;
    }
    let text = mapping.source();
    let end = end_of(entry);
    if mapping.style() == Style::Flow {
        let write = flow_text(entry);
        return Some(Edit::insert(end, format!(", {}: {}", write(key), flow(value, write))));
    }
    let column = column(text, entry.key.span().start());
    let line_end = line_end(text, end);
    let newline = newline(text);
    let mut lines = Vec::new();
    block_entry(key, value, column, &mut lines);
    Some(Edit::insert(line_end, lines.iter().map(|line| format!("{newline}{line}")).collect::<String>()))
}

/// Writes an entry of a mapping anew: another key, another value, at the same place.
pub fn replace_entry(mapping: Node<'_>, entry: Entry<'_>, key: &str, value: &Value) -> Edit {
    let span = Span::new(entry.key.span().start(), end_of(entry));
    let text = mapping.source();
    if mapping.style() == Style::Flow {
        let write = flow_text(entry);
        return Edit::replace(span, format!("{}: {}", write(key), flow(value, write)));
    }
    let column = column(text, span.start());
    let mut lines = Vec::new();
    block_entry(key, value, column, &mut lines);
    let written = lines.join(newline(text));
    Edit::replace(span, written.trim_start().to_owned())
}

/// A value as YAML text in block style, each line indented by `indent` blanks: what messages and
/// help show.
pub fn render_block(key: &str, value: &Value, indent: usize) -> String {
    let mut lines = Vec::new();
    block_entry(key, value, indent, &mut lines);
    lines.join("\n")
}

fn block_entry(key: &str, value: &Value, indent: usize, lines: &mut Vec<String>) {
    let pad = " ".repeat(indent);
    let key = scalar_text(key);
    match value {
        Value::String(text) => lines.push(format!("{pad}{key}: {}", scalar_text(text))),
        Value::Bool(value) => lines.push(format!("{pad}{key}: {value}")),
        Value::Mapping(entries) if entries.is_empty() => lines.push(format!("{pad}{key}: {{}}")),
        Value::Mapping(entries) => {
            lines.push(format!("{pad}{key}:"));
            for (key, value) in entries {
                block_entry(key, value, indent + 2, lines);
            }
        }
        Value::Sequence(items) if items.is_empty() => lines.push(format!("{pad}{key}: []")),
        Value::Sequence(items) => {
            lines.push(format!("{pad}{key}:"));
            for item in items {
                block_item(item, indent + 2, lines);
            }
        }
    }
}

fn block_item(item: &Value, indent: usize, lines: &mut Vec<String>) {
    let pad = " ".repeat(indent);
    match item {
        Value::Mapping(entries) if !entries.is_empty() => {
            let mut inner = Vec::new();
            for (key, value) in entries {
                block_entry(key, value, indent + 2, &mut inner);
            }
            if let Some(first) = inner.first_mut() {
                *first = format!("{pad}- {}", first.trim_start());
            }
            lines.append(&mut inner);
        }
        other => lines.push(format!("{pad}- {}", flow(other, scalar_text))),
    }
}

/// How texts are written beside an entry of a flow mapping: where keys stand in double quotes the
/// file may be JSON, and must stay so.
fn flow_text(neighbour: Entry<'_>) -> fn(&str) -> String {
    if neighbour.key.style() == Style::DoubleQuoted { double_quoted } else { scalar_text }
}

fn flow(value: &Value, write: fn(&str) -> String) -> String {
    match value {
        Value::String(text) => write(text),
        Value::Bool(value) => value.to_string(),
        Value::Mapping(entries) => {
            let entries: Vec<String> =
                entries.iter().map(|(key, value)| format!("{}: {}", write(key), flow(value, write))).gather();
            format!("{{{}}}", entries.join(", "))
        }
        Value::Sequence(items) => {
            format!("[{}]", items.iter().map(|item| flow(item, write)).gather().join(", "))
        }
    }
}

fn end_of(entry: Entry<'_>) -> usize {
    entry.value.span().end().max(entry.key.span().end())
}

fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |line| line + 1)
}

/// Where the line of `at` ends, before its line break.
fn line_end(text: &str, at: usize) -> usize {
    let end = text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |len| at + len);
    if text.get(..end).is_some_and(|line| line.ends_with('\r')) && end > at { end - 1 } else { end }
}

/// How far a key is indented: in bytes, a dash before it counted as blank.
fn column(text: &str, at: usize) -> usize {
    at - line_start(text, at)
}

fn newline(text: &str) -> &'static str {
    match memchr::memchr(b'\n', text.as_bytes()) {
        Some(at) if at > 0 && text.as_bytes().get(at - 1) == Some(&b'\r') => "\r\n",
        _ => "\n",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::apply;
    use crate::yaml::parse;

    fn patched(text: &str, edit: impl Fn(Node<'_>) -> Option<Edit>) -> Option<String> {
        let tree = parse(text);
        apply(text, &[edit(tree.root(text, 0)?)?]).ok()
    }

    #[test]
    fn an_entry_is_added_behind_the_last_with_its_comment_kept() {
        let text = "spec:\r\n  ref:\r\n    tag: \"1\" # pinned\r\n  # end\r\n";
        let out = patched(text, |root| append_entry(root.at("spec.ref")?, "digest", &Value::string("sha256:ab")));
        assert_eq!(
            out.as_deref(),
            Some("spec:\r\n  ref:\r\n    tag: \"1\" # pinned\r\n    digest: sha256:ab\r\n  # end\r\n")
        );
        let out = patched("a: {b: 1}", |root| append_entry(root.get("a")?, "c", &Value::string("yes")));
        assert_eq!(out.as_deref(), Some("a: {b: 1, c: \"yes\"}"));
        let out = patched(r#"{"a": 1}"#, |root| append_entry(root, "b", &Value::string("c")));
        assert_eq!(out.as_deref(), Some(r#"{"a": 1, "b": "c"}"#));
    }

    #[test]
    fn an_entry_is_removed_and_its_comment_stays() {
        let remove = |route: &'static str, key: &'static str| {
            move |root: Node<'_>| {
                let mapping = if route.is_empty() { root } else { root.at(route)? };
                remove_entry(mapping, mapping.entry(key)?)
            }
        };
        assert_eq!(patched("a: 1\nb: 2 # why\nc: 3\n", remove("", "b")).as_deref(), Some("a: 1\n# why\nc: 3\n"));
        assert_eq!(patched("a: 1\nb:\n  - x\n  - y\nc: 3\n", remove("", "b")).as_deref(), Some("a: 1\nc: 3\n"));
        assert_eq!(patched("m: {a: 1, b: 2}", remove("m", "b")).as_deref(), Some("m: {a: 1}"));
        assert_eq!(patched("m: {a: 1, b: 2}", remove("m", "a")).as_deref(), Some("m: {b: 2}"));
        assert_eq!(patched("l:\n  - a: 1\n    b: 2\n", remove("l.0", "a")).as_deref(), Some("l:\n  - b: 2\n"));
    }

    #[test]
    fn what_would_take_a_comment_with_it_or_leave_nothing_stays() {
        let key = |text: &str| patched(text, |root| remove_key(root.get("a")?, "b"));
        assert_eq!(key("a:\n  b:\n    c: 1\n  d: 2\n").as_deref(), Some("a:\n  d: 2\n"));
        assert_eq!(key("a:\n  b: 1\n"), None);
        assert_eq!(key("a:\n  b:\n    c: 1 # why\n    e: 1\n  d: 2\n"), None);
        let item = |text: &str| patched(text, |root| remove_item(root.get("a")?, root.at("a.1")?));
        assert_eq!(
            item("a:\n  - b: 1\n    c: 2\n  - b: 3\n    c: 4\nd: 5\n").as_deref(),
            Some("a:\n  - b: 1\n    c: 2\nd: 5\n")
        );
        assert_eq!(item("a:\n- 1\n- 2").as_deref(), Some("a:\n- 1\n"));
        assert_eq!(item("a:\n- 1\n- 2 # why\n"), None);
        assert_eq!(item("a: [1, 2]"), None);
    }

    #[test]
    fn strings_are_quoted_where_they_would_read_as_something_else() {
        for (text, written) in [
            ("1.10", "\"1.10\""),
            ("no", "\"no\""),
            ("v1.2", "v1.2"),
            ("a: b", "\"a: b\""),
            ("", "\"\""),
            (">=1", "\">=1\""),
            ("6.9.2", "6.9.2"),
            ("- x", "\"- x\""),
            ("~1.2", "~1.2"),
        ] {
            assert_eq!(scalar_text(text), written, "{text}");
        }
    }
}
