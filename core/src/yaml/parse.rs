//! From the parser's events to the tree.

use granit_parser::{Event, Options, Parser, ScalarStyle, Span as EventSpan, StructureStyle};

use crate::text::Span;

use super::tree::{Document, Kind, NONE, NodeData, Style, Tag, Text, Tree};

/// How deep collections may nest. The API server stops at 10,000; no manifest comes near either,
/// and everything here that walks a tree recurses.
pub const MAX_DEPTH: usize = 1_000;

/// Up to how many nodes a document may come to once its aliases are followed, before the ratio to
/// what is written counts. Source: go-yaml v2 `decode.go`, alias ratio.
const ALIAS_FREE: u64 = 400_000;

/// Why a document could not be read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// Where reading stopped: one character, or an alias.
    pub span: Span,
    /// What is wrong, in words that begin in lower case and name no library.
    pub message: String,
}

/// Reads every document of a text. Never fails as a whole: a document that does not parse carries
/// its [`SyntaxError`], and reading goes on at the next `---`.
pub fn parse(text: &str) -> Tree {
    Builder::new(text).run()
}

/// A collection that is being read.
struct Open {
    node: u32,
    last_child: u32,
    children: u32,
    /// Nodes below, with aliases followed.
    weight: u64,
}

struct Builder<'t> {
    text: &'t str,
    tree: Tree,
    open: Vec<Open>,
    /// By anchor id: the node, and its weight once complete (0 while it is open).
    anchors: Vec<(usize, u32, u64)>,
    root: u32,
    /// Where the last token ended: block scalar headers are looked for from there.
    last_end: usize,
    document_start: usize,
    document_nodes: usize,
    in_document: bool,
}

impl<'t> Builder<'t> {
    fn new(text: &'t str) -> Self {
        let mut tree = Tree::default();
        // Manifests have about one node in 14 bytes.
        tree.nodes.reserve(text.len() / 14 + 8);
        Self {
            text,
            tree,
            open: Vec::new(),
            anchors: Vec::new(),
            root: NONE,
            last_end: 0,
            document_start: 0,
            document_nodes: 0,
            in_document: false,
        }
    }

    fn run(mut self) -> Tree {
        let mut options = Options::default();
        options.set_emit_comments(false);
        options.block_scalar_eof_without_line_feed = true;
        options.flow_nesting_limit = MAX_DEPTH;
        options.block_nesting_limit = MAX_DEPTH;
        let mut parser = Parser::new_from_str_with_options(self.text, options);
        loop {
            match parser.next_event() {
                None => break,
                Some(Ok((Event::StreamEnd, _))) => break,
                Some(Ok((event, span))) => {
                    if let Err(error) = self.event(event, span) {
                        self.finish(Some(error));
                        if !matches!(parser.proceed_next_document(), Ok(true)) {
                            break;
                        }
                    }
                }
                Some(Err(error)) => {
                    let at = error.marker().byte_offset().unwrap_or(self.text.len()).min(self.text.len());
                    let error = SyntaxError { span: character_at(self.text, at), message: error.info() };
                    if !self.in_document {
                        self.document_start = self.last_end;
                    }
                    self.finish(Some(error));
                    if !matches!(parser.proceed_next_document(), Ok(true)) {
                        break;
                    }
                }
            }
        }
        self.tree
    }

    fn event(&mut self, event: Event<'t>, span: EventSpan) -> Result<(), SyntaxError> {
        let span = span.byte_range().map_or(Span::at(self.last_end), |range| Span::new(range.start, range.end));
        match event {
            Event::DocumentStart(_, version) => {
                self.in_document = true;
                self.document_start = span.start();
                self.document_nodes = self.tree.nodes.len();
                self.last_end = span.end();
                if version.is_some_and(|version| (version.major, version.minor) != (1, 1)) {
                    return Err(SyntaxError {
                        span,
                        message: "only YAML 1.1 documents are read by Kubernetes; remove the %YAML line".to_owned(),
                    });
                }
            }
            Event::DocumentEnd => {
                self.last_end = span.end();
                self.finish(None);
            }
            Event::Scalar(value, style, anchor, tag) => {
                let tag = tag.map_or(Tag::None, |tag| tag_of(&tag));
                if let Some(error) = self.tab_before(span) {
                    return Err(error);
                }
                self.scalar(&value, style, anchor, tag, span);
                self.last_end = span.end();
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.start(Kind::Sequence, style, anchor, tag.map_or(Tag::None, |tag| tag_of(&tag)), span)
            }
            Event::MappingStart(style, anchor, tag) => {
                self.start(Kind::Mapping, style, anchor, tag.map_or(Tag::None, |tag| tag_of(&tag)), span)
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(span)?,
            Event::Alias(anchor) => {
                let Some(&(_, target, weight)) = self.anchors.iter().rev().find(|(id, ..)| *id == anchor) else {
                    return Err(SyntaxError { span, message: "this alias has no anchor before it".to_owned() });
                };
                if weight == 0 {
                    return Err(SyntaxError {
                        span,
                        message: "this alias stands inside the value it stands for".to_owned(),
                    });
                }
                let data = NodeData {
                    span,
                    text: Text::Source(span),
                    next: NONE,
                    kind: Kind::Scalar,
                    style: Style::Plain,
                    tag: Tag::None,
                    alias: true,
                    first_child: target,
                };
                self.add(data, weight);
                self.last_end = span.end();
            }
            _ => {}
        }
        Ok(())
    }

    /// YAML 1.2 lets a tab stand before a key at the outermost level; Kubernetes' reader does not.
    fn tab_before(&self, span: Span) -> Option<SyntaxError> {
        let before = self.text.get(..span.start())?;
        if !before.ends_with('\t') || self.open.last().is_some_and(|open| self.is_flow(open.node)) {
            return None;
        }
        let line = before.rfind('\n').map_or(0, |at| at + 1);
        let indentation = before.get(line..)?;
        indentation.trim_matches([' ', '\t']).is_empty().then(|| SyntaxError {
            span: Span::new(line, span.start()),
            message: "a tab cannot indent; use blanks".to_owned(),
        })
    }

    fn is_flow(&self, node: u32) -> bool {
        self.tree.nodes.get(node as usize).is_some_and(|data| data.style == Style::Flow)
    }

    fn scalar(&mut self, value: &str, style: ScalarStyle, anchor: usize, tag: Tag, span: Span) {
        let raw = span.of(self.text);
        let (style, span, content) = match style {
            ScalarStyle::Plain => (Style::Plain, span, span),
            ScalarStyle::SingleQuoted => (Style::SingleQuoted, span, span.part(1, raw.len().saturating_sub(1))),
            ScalarStyle::DoubleQuoted => (Style::DoubleQuoted, span, span.part(1, raw.len().saturating_sub(1))),
            ScalarStyle::Literal => (Style::Literal, self.with_header(span, b'|'), span),
            ScalarStyle::Folded => (Style::Folded, self.with_header(span, b'>'), span),
        };
        // Nothing written is null; the parser says "~" with an empty span.
        let value = if raw.is_empty() && style == Style::Plain { "" } else { value };
        let text = if content.of(self.text) == value {
            Text::Source(content)
        } else {
            let start = self.tree.cooked.len();
            self.tree.cooked.push_str(value);
            Text::Cooked(Span::new(start, self.tree.cooked.len()))
        };
        let node = self.add(
            NodeData { span, text, next: NONE, kind: Kind::Scalar, style, tag, alias: false, first_child: NONE },
            1,
        );
        if anchor != 0 {
            self.anchors.push((anchor, node, 1));
        }
    }

    /// A block scalar's content with its header, trailing line breaks and indentation cut.
    fn with_header(&self, content: Span, indicator: u8) -> Span {
        let before = self.text.as_bytes().get(self.last_end..content.start()).unwrap_or_default();
        let start = memchr::memchr(indicator, before).map_or(content.start(), |at| self.last_end + at);
        let kept = self.text.get(start..content.end()).unwrap_or_default().trim_end();
        Span::new(start, start + kept.len())
    }

    fn start(&mut self, kind: Kind, style: StructureStyle, anchor: usize, tag: Tag, span: Span) {
        let style = if style == StructureStyle::Flow { Style::Flow } else { Style::Block };
        let node = self.add(
            NodeData { span, text: Text::Source(span), next: NONE, kind, style, tag, alias: false, first_child: NONE },
            0,
        );
        if anchor != 0 {
            self.anchors.push((anchor, node, 0));
        }
        self.open.push(Open { node, last_child: NONE, children: 0, weight: 1 });
        if style == Style::Flow {
            self.last_end = span.end();
        }
    }

    fn end(&mut self, span: Span) -> Result<(), SyntaxError> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let last_child_end = self.tree.nodes.get(open.last_child as usize).map(|child| child.span.end);
        if let Some(data) = self.tree.nodes.get_mut(open.node as usize) {
            // A block collection ends with its last value, not where the next token stands.
            data.span.end = match (data.style, last_child_end) {
                (Style::Flow, _) => span.end,
                (_, Some(end)) => end.max(data.span.start),
                _ => data.span.end,
            };
            if data.style == Style::Flow {
                self.last_end = span.end();
            }
        }
        for anchor in self.anchors.iter_mut().rev().filter(|anchor| anchor.1 == open.node) {
            anchor.2 = open.weight;
        }
        if let Some(parent) = self.open.last_mut() {
            parent.weight = parent.weight.saturating_add(open.weight);
        }
        let written = (self.tree.nodes.len() - self.document_nodes) as u64;
        if open.weight > ALIAS_FREE && open.weight > written.saturating_mul(10) {
            return Err(SyntaxError {
                span: Span::at(span.start()),
                message: format!("aliases blow this value up to {} nodes; Kubernetes refuses that", open.weight),
            });
        }
        Ok(())
    }

    fn add(&mut self, data: NodeData, weight: u64) -> u32 {
        let id = u32::try_from(self.tree.nodes.len()).unwrap_or(NONE);
        self.tree.nodes.push(data);
        match self.open.last_mut() {
            None => self.root = id,
            Some(parent) => {
                parent.weight = parent.weight.saturating_add(weight);
                parent.children += 1;
                let (parent_node, last) = (parent.node, parent.last_child);
                parent.last_child = id;
                if last == NONE {
                    if let Some(parent) = self.tree.nodes.get_mut(parent_node as usize) {
                        parent.first_child = id;
                    }
                } else if let Some(last) = self.tree.nodes.get_mut(last as usize) {
                    last.next = id;
                }
            }
        }
        id
    }

    /// Closes the document; open collections end where reading stopped.
    fn finish(&mut self, error: Option<SyntaxError>) {
        let end = error.as_ref().map_or(self.last_end, |error| error.span.start());
        while let Some(open) = self.open.pop() {
            let last = self.tree.nodes.get(open.last_child as usize).map(|child| child.span.end);
            if let Some(data) = self.tree.nodes.get_mut(open.node as usize) {
                data.span.end = last.unwrap_or(data.span.end).max(data.span.start);
            }
        }
        self.tree.documents.push(Document { root: self.root, span: Span::new(self.document_start, end), error });
        self.anchors.clear();
        self.root = NONE;
        self.in_document = false;
    }
}

fn tag_of(tag: &granit_parser::Tag) -> Tag {
    if tag.handle().is_empty() && tag.suffix() == "!" {
        return Tag::Str;
    }
    // `core_suffix` knows YAML 1.2's types alone; Kubernetes reads 1.1's.
    let suffix = tag.suffix_in_namespace("tag:yaml.org,2002:");
    match suffix.as_deref() {
        Some("str") => Tag::Str,
        Some("int") => Tag::Int,
        Some("float") => Tag::Float,
        Some("bool") => Tag::Bool,
        Some("null") => Tag::Null,
        Some("binary") => Tag::Binary,
        Some("timestamp") => Tag::Timestamp,
        _ => Tag::Other,
    }
}

/// The character at an offset, or the end of the text.
fn character_at(text: &str, mut at: usize) -> Span {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let len = text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    Span::new(at, at + len)
}
