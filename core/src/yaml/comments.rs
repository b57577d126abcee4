//! Comments: what lies between scalars behind a `#`.

use crate::text::Span;

use super::parse::break_len;
use super::tree::{Kind, NodeData, Style, Tree};

/// A comment: from its `#` to the end of its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comment {
    /// Where it stands, the line break left out.
    pub span: Span,
    /// True where nothing but blanks stands before it on its line.
    pub own_line: bool,
}

/// The comments of a text, in order, found as they are asked for. `tree` is the tree of that text.
///
/// A `#` begins a comment at the beginning of a line and behind a blank; and behind a closing quote
/// or a bracket, where Kubernetes' reader takes it for one too. Where a document could not be read,
/// there are no scalars to tell a `#` from a comment's, and each that looks like one counts.
pub fn comments<'a>(text: &'a str, tree: &'a Tree) -> impl Iterator<Item = Comment> + 'a {
    let mut search = Search { bytes: text.as_bytes(), nodes: tree.nodes.iter(), at: 0, end: 0, after: 0 };
    search.next_gap();
    std::iter::from_fn(move || search.next())
}

struct Search<'a> {
    bytes: &'a [u8],
    nodes: std::slice::Iter<'a, NodeData>,
    /// What lies between two scalars and is still to be searched.
    at: usize,
    end: usize,
    /// Where the next gap begins: behind the scalar that ends this one.
    after: usize,
}

impl Search<'_> {
    fn next(&mut self) -> Option<Comment> {
        loop {
            let gap = self.bytes.get(self.at..self.end).unwrap_or_default();
            let Some(len) = memchr::memchr(b'#', gap) else {
                if self.end == self.bytes.len() {
                    return None;
                }
                self.next_gap();
                continue;
            };
            let start = self.at + len;
            self.at = start + 1;
            if self.begins_comment(start) {
                let end = self.line_end(start);
                self.at = end;
                return Some(Comment { span: Span::new(start, end), own_line: self.own_line(start) });
            }
        }
    }

    /// Goes on behind the next scalar that is written at all. In a block scalar, the comment in its
    /// header comes first.
    fn next_gap(&mut self) {
        self.at = self.after;
        for data in self.nodes.by_ref() {
            let written = data.kind == Kind::Scalar && !data.span.is_empty() && data.span.start() >= self.at;
            if written {
                let block = matches!(data.style, Style::Literal | Style::Folded);
                self.end = if block { self.line_end(data.span.start()) } else { data.span.start() };
                self.after = data.span.end().max(self.end);
                return;
            }
        }
        self.end = self.bytes.len();
    }

    fn begins_comment(&self, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|before| self.bytes.get(before));
        match before {
            Some(b' ' | b'\t' | b'"' | b'\'' | b'[' | b']' | b'{' | b'}' | b',') => true,
            _ => self.begins_line(at),
        }
    }

    fn own_line(&self, at: usize) -> bool {
        let before = self.bytes.get(..at).unwrap_or_default();
        let blanks = before.iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        self.begins_line(at - blanks)
    }

    fn begins_line(&self, at: usize) -> bool {
        let before = self.bytes.get(..at).unwrap_or_default();
        before.is_empty()
            || before == "\u{feff}".as_bytes()
            || (1..=3.min(at)).any(|len| break_len(self.bytes, at - len) == len)
    }

    fn line_end(&self, from: usize) -> usize {
        let mut at = from;
        while at < self.bytes.len() && break_len(self.bytes, at) == 0 {
            at += 1;
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use crate::yaml::{comments, parse};

    fn found(text: &str) -> Vec<(&str, bool)> {
        let tree = parse(text);
        comments(text, &tree).map(|comment| (comment.span.of(text), comment.own_line)).collect()
    }

    #[test]
    fn what_stands_in_a_value_is_no_comment() {
        let text = "# one\r\na: \"x # no\" # two\nb: |\n  # no\n  y\n# three\nc: 'it''s # no'\nd: a#b\ne: >-\n  z # no\n\n  # no\n\nf: # four\n  - g # five\n";
        let wanted = [("# one", true), ("# two", false), ("# three", true), ("# four", false), ("# five", false)];
        assert_eq!(found(text), wanted);
    }

    #[test]
    fn comments_stand_at_the_beginning_of_a_line_or_behind_a_blank() {
        assert_eq!(
            found("# first\na: b # second\n  # third\nc: d#e\n#\n---\n# last"),
            [("# first", true), ("# second", false), ("# third", true), ("#", true), ("# last", true)]
        );
        assert_eq!(found("\u{feff}# a\r\nb: c\t# d\r\n"), [("# a", true), ("# d", false)]);
        assert_eq!(found("a: [b, # c\n  d] # e\n"), [("# c", false), ("# e", false)]);
        assert_eq!(found("a:\n  # b\nc:\n"), [("# b", true)]);
        assert_eq!(found("%YAML 1.1 # a\n--- # b\nc: &d # e\n  f\n... # g\n").len(), 4);
        assert_eq!(found(""), []);
    }

    #[test]
    fn scalars_hold_no_comments() {
        assert_eq!(found("a: 'b # c'\nd: \"e # f\n  # g\"\n"), []);
        assert_eq!(found("a: |  # why\n  b\n  # c\n # d\n# e\n"), [("# why", false), ("# d", true), ("# e", true)]);
        assert_eq!(found("a: >-\n  b # c\n\nd: e # f\n"), [("# f", false)]);
        assert_eq!(found("a: | # why\nb: 1\n"), [("# why", false)]);
    }

    #[test]
    fn what_the_reader_takes_for_a_comment_is_one() {
        assert_eq!(found("a: 'b'#c\nd: [e]#f\n"), [("#c", false), ("#f", false)]);
    }

    #[test]
    fn comments_of_broken_documents_are_found() {
        assert_eq!(
            found("a: b: c # d\n'e # f'\n# g\n---\nh: '# i'\n").into_iter().map(|(text, _)| text).collect::<Vec<_>>(),
            ["# d", "# f'", "# g"]
        );
    }
}
