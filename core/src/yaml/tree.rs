//! The tree: an arena of nodes that remember where they were written.

use crate::collections::{Gather, IndexSet};
use crate::text::Span;

use super::scalar::{self, Scalar};

/// Index of a node in its [`Tree`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(super) u32);

impl NodeId {
    /// The id of no node.
    pub const NONE: Self = Self(NONE);
}

/// "No node": ends a list of siblings.
pub(super) const NONE: u32 = u32::MAX;

/// How a node is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Style {
    /// A scalar without quotes.
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
    /// A collection by indentation.
    Block,
    /// `{…}` or `[…]`
    Flow,
}

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// One value.
    Scalar,
    /// Keys and values.
    Mapping,
    /// Items.
    Sequence,
}

/// An explicit tag, as far as Kubernetes' reader knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Tag {
    /// None: plain scalars are typed by their text.
    None,
    /// `!!str`, and `!`
    Str,
    /// `!!int`
    Int,
    /// `!!float`
    Float,
    /// `!!bool`
    Bool,
    /// `!!null`
    Null,
    /// `!!binary`
    Binary,
    /// `!!timestamp`
    Timestamp,
    /// Anything else; the reader ignores it.
    Other,
}

/// One node: 24 bytes, since large sets have millions.
#[derive(Debug, Clone, Copy)]
pub(super) struct NodeData {
    pub(super) span: Span,
    /// Scalars: where their text lies, in the source or in [`Tree::cooked`]. Collections: `.start`
    /// is their first child. Aliases: `.start` is the node they stand for.
    pub(super) content: Span,
    pub(super) next: u32,
    pub(super) kind: Kind,
    pub(super) style: Style,
    pub(super) tag: Tag,
    /// Of the flags below.
    pub(super) flags: u8,
}

/// An alias.
pub(super) const ALIAS: u8 = 1;
/// A scalar whose text is not the source's: escapes resolved, lines folded, indentation cut.
pub(super) const COOKED: u8 = 2;
/// A collection that is still being read.
pub(super) const OPEN: u8 = 4;
/// A scalar with a tag that makes `<<` a merge in any style: `!!merge`, or `!`.
pub(super) const MERGE_TAG: u8 = 8;

impl NodeData {
    pub(super) fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    fn first_child(&self, kind: Kind) -> u32 {
        if self.kind == kind { self.content.start } else { NONE }
    }
}

/// One document of a text.
#[derive(Debug, Clone)]
pub struct Document {
    pub(super) root: u32,
    /// From its first directive, its `---` or, where it has neither, its value: to its `...`, the
    /// next document or the end of the text, or to what is at fault.
    pub span: Span,
    /// Where and why reading stopped, if it did. What was read before stays in the tree.
    pub error: Option<super::SyntaxError>,
}

/// The documents of one text. Offsets point into that text, which the tree does not hold.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    pub(super) nodes: Vec<NodeData>,
    pub(super) cooked: String,
    pub(super) documents: Vec<Document>,
    /// A plain scalar begins with a point or a sign.
    pub(super) has_points: bool,
}

impl Tree {
    /// False where no plain scalar begins with a point or a sign, as infinity and not-a-number do.
    pub fn may_hold_no_numbers(&self) -> bool {
        self.has_points
    }

    /// The documents in order, empty ones included.
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// The root node of a document; `None` for an empty one. `text` is the text that was parsed.
    pub fn root<'a>(&'a self, text: &'a str, document: usize) -> Option<Node<'a>> {
        let root = self.documents.get(document)?.root;
        self.node(text, NodeId(root))
    }

    /// A node by its id; `None` where the tree has no such node.
    pub fn node<'a>(&'a self, text: &'a str, id: NodeId) -> Option<Node<'a>> {
        self.nodes.get(id.0 as usize)?;
        Some(Node { tree: self, text, site: id.0, id: self.resolve(id.0) })
    }

    /// The scalar that covers a byte, quotes and block headers included.
    pub fn scalar_over(&self, offset: usize) -> Option<Span> {
        // Nodes stand in the order in which they begin, so the last one that began is the innermost.
        let after = self.nodes.partition_point(|data| data.span.start() <= offset);
        let data = self.nodes.get(after.checked_sub(1)?)?;
        (data.kind == Kind::Scalar && offset < data.span.end()).then_some(data.span)
    }

    fn resolve(&self, id: u32) -> u32 {
        match self.nodes.get(id as usize) {
            Some(data) if data.has(ALIAS) => data.content.start,
            _ => id,
        }
    }
}

/// A node with its tree and text: a cheap copy. An alias behaves as what it stands for, but its
/// span is where the alias is written.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    tree: &'a Tree,
    text: &'a str,
    /// Where it is written.
    site: u32,
    /// What it is, aliases followed.
    id: u32,
}

impl std::fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} at {}..{}", self.kind(), self.span().start, self.span().end)
    }
}

/// A key with its value.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// The key.
    pub key: Node<'a>,
    /// The value.
    pub value: Node<'a>,
}

impl Entry<'_> {
    /// From the beginning of its key to the end of its value.
    pub fn span(self) -> Span {
        Span::new(self.key.span().start(), self.value.span().end().max(self.key.span().end()))
    }
}

impl<'a> Node<'a> {
    /// A static fallback keeps every accessor free of panics; ids only come from the tree itself.
    fn data(self) -> &'a NodeData {
        const NOTHING: &NodeData = &NodeData {
            span: Span { start: 0, end: 0 },
            content: Span { start: 0, end: 0 },
            next: NONE,
            kind: Kind::Scalar,
            style: Style::Plain,
            tag: Tag::None,
            flags: 0,
        };
        self.tree.nodes.get(self.id as usize).unwrap_or(NOTHING)
    }

    fn with(self, id: u32) -> Self {
        Self { site: id, id: self.tree.resolve(id), ..self }
    }

    /// Its id in the tree.
    pub fn id(self) -> NodeId {
        NodeId(self.site)
    }

    /// The id of what it stands for: differs from [`Node::id`] for an alias alone.
    pub fn target(self) -> NodeId {
        NodeId(self.id)
    }

    /// The tree it belongs to.
    pub fn tree(self) -> &'a Tree {
        self.tree
    }

    /// The text it was read from, whole.
    pub fn source(self) -> &'a str {
        self.text
    }

    /// Where it is written, quotes and block headers included. A block collection ends with its
    /// last value.
    pub fn span(self) -> Span {
        self.tree.nodes.get(self.site as usize).map_or(Span::default(), |data| data.span)
    }

    /// True where it is written as `*alias`.
    pub fn is_alias(self) -> bool {
        self.site != self.id
    }

    /// What it is.
    pub fn kind(self) -> Kind {
        self.data().kind
    }

    /// How it is written.
    pub fn style(self) -> Style {
        self.data().style
    }

    /// Its explicit tag.
    pub fn tag(self) -> Tag {
        self.data().tag
    }

    /// True for a mapping.
    pub fn is_mapping(self) -> bool {
        self.kind() == Kind::Mapping
    }

    /// True for a sequence.
    pub fn is_sequence(self) -> bool {
        self.kind() == Kind::Sequence
    }

    /// True where Kubernetes reads null: nothing at all, `~`, `null`.
    pub fn is_null(self) -> bool {
        let data = self.data();
        // Nearly every field that is read is asked, and no longer word is null.
        data.content.len() <= "null".len() && data.kind == Kind::Scalar && matches!(self.scalar(), Some(Scalar::Null))
    }

    /// A scalar's text with escapes resolved, whatever its type; empty for collections.
    pub fn text(self) -> &'a str {
        let data = self.data();
        match data.kind {
            Kind::Scalar if data.has(COOKED) => data.content.of(&self.tree.cooked),
            Kind::Scalar => data.content.of(self.text),
            _ => "",
        }
    }

    /// True for the data of a scalar whose text is this.
    fn has_text(self, data: &NodeData, wanted: &str) -> bool {
        if data.content.len() != wanted.len() || data.kind != Kind::Scalar {
            return false;
        }
        let text = if data.has(COOKED) { self.tree.cooked.as_str() } else { self.text };
        let text = text.as_bytes().get(data.content.start()..data.content.end()).unwrap_or_default();
        // Of two keys that are as long, the first letters differ more often than not.
        text.first() == wanted.as_bytes().first() && text == wanted.as_bytes()
    }

    /// The span of a byte range of [`Node::text`], where the text stands in the source as it is;
    /// otherwise the whole node's span. The line break that ends a block scalar's text lies outside
    /// the node and is left out.
    pub fn part(self, start: usize, end: usize) -> Span {
        let data = self.data();
        if data.kind != Kind::Scalar || data.has(COOKED) || self.is_alias() {
            return self.span();
        }
        let part = data.content.part(start, end);
        Span::new(part.start().min(data.span.end()), part.end().min(data.span.end()))
    }

    /// The span of a scalar's text without quotes, where it stands in the source as it is;
    /// otherwise the whole node's span.
    pub fn text_span(self) -> Span {
        self.part(0, usize::MAX / 2)
    }

    /// A scalar as Kubernetes types it; `None` for collections.
    pub fn scalar(self) -> Option<Scalar<'a>> {
        let data = self.data();
        (data.kind == Kind::Scalar).then(|| scalar::resolve(self.text(), data.style, data.tag))
    }

    /// The text of a scalar that Kubernetes reads as a string.
    pub fn as_str(self) -> Option<&'a str> {
        match self.scalar() {
            Some(Scalar::String(text)) => Some(text),
            _ => None,
        }
    }

    /// The items of a sequence; none for anything else.
    pub fn items(self) -> impl Iterator<Item = Node<'a>> + use<'a> {
        items_of(Some(self))
    }

    /// The node behind it in the same collection: an item, or a key and a value in turn.
    pub(super) fn next_sibling(self) -> Option<Self> {
        let next = self.tree.nodes.get(self.site as usize)?.next;
        self.tree.nodes.get(next as usize).map(|_| self.with(next))
    }

    /// The entries of a mapping as written, `<<` included; none for anything else.
    pub fn entries(self) -> impl Iterator<Item = Entry<'a>> + use<'a> {
        entries_of(Some(self))
    }

    /// The entries that count: those written here, then those merged in by `<<` that no written
    /// one overrides.
    pub fn effective_entries(self) -> Vec<Entry<'a>> {
        let mut out = Vec::new();
        let mut merges = false;
        for entry in self.entries() {
            if entry.key.is_merge() { merges = true } else { out.push(entry) }
        }
        if merges {
            let mut known = out.iter().map(|entry| entry.key.text()).collect();
            self.merge_into(&mut out, &mut known, MERGE_DEPTH);
        }
        out
    }

    /// Visits the entries that count with their keys' texts: those written, then those that `<<` merges in.
    /// Allocates nothing where nothing is merged.
    pub fn visit_effective(self, mut visit: impl FnMut(&'a str, Entry<'a>)) {
        let mut merges = false;
        for entry in self.entries() {
            let name = entry.key.text();
            if name == "<<" && entry.key.is_merge() {
                merges = true;
            } else {
                visit(name, entry);
            }
        }
        if merges {
            let written = self.entries().filter(|entry| !entry.key.is_merge()).count();
            self.effective_entries().into_iter().skip(written).for_each(|entry| visit(entry.key.text(), entry));
        }
    }

    /// Adds what `<<` merges into this mapping and no earlier entry overrides.
    fn merge_into(self, out: &mut Vec<Entry<'a>>, known: &mut IndexSet<&'a str>, depth: usize) {
        let merges = self.entries().filter(|entry| entry.key.is_merge());
        for source in merges.flat_map(|entry| merge_sources(entry.value)) {
            out.extend(source.entries().filter(|entry| !entry.key.is_merge() && known.insert(entry.key.text())));
            if depth > 0 {
                source.merge_into(out, known, depth - 1);
            }
        }
    }

    /// True for the key `<<` written plain, or with the tag `!!merge`.
    pub fn is_merge(self) -> bool {
        let data = self.data();
        let merges = data.has(MERGE_TAG) || data.style == Style::Plain && data.tag == Tag::None;
        data.kind == Kind::Scalar && merges && !self.is_alias() && self.text() == "<<"
    }

    /// The entry of a key: the last one written here, as a lax reader takes it, else one merged in.
    pub fn entry(self, key: &str) -> Option<Entry<'a>> {
        self.entry_within(key, MERGE_DEPTH)
    }

    fn entry_within(self, key: &str, depth: usize) -> Option<Entry<'a>> {
        let mut found = None;
        let mut merge = false;
        // Every rule looks fields up, so this is the linter's hottest loop: nodes are made for the
        // entry that is found alone.
        let nodes = &self.tree.nodes;
        let mut at = self.data().first_child(Kind::Mapping);
        while let Some(data) = nodes.get(at as usize) {
            let Some(value) = nodes.get(data.next as usize) else { break };
            let named = if data.has(ALIAS) { self.with(at).data() } else { data };
            if self.has_text(named, key) {
                found = Some((at, data.next));
            } else if self.has_text(named, "<<") {
                merge = true;
            }
            at = value.next;
        }
        let found = found.map(|(key, value)| Entry { key: self.with(key), value: self.with(value) });
        if found.is_some() || !merge || depth == 0 {
            return found;
        }
        self.entries()
            .filter(|entry| entry.key.is_merge())
            .flat_map(|entry| merge_sources(entry.value))
            .find_map(|source| source.entry_within(key, depth - 1))
    }

    /// The value of a key, aliases and merges followed.
    pub fn get(self, key: &str) -> Option<Node<'a>> {
        self.entry(key).map(|entry| entry.value)
    }

    /// The value at a route of keys and item numbers, such as `spec.ref.tag` or `spec.verify.0`.
    pub fn at(self, route: &str) -> Option<Node<'a>> {
        let (mut node, mut route) = (self, route);
        loop {
            // A route is a few short words: a plain loop finds the dot before a searcher is made.
            let dot = route.bytes().position(|byte| byte == b'.');
            let step = dot.and_then(|dot| route.get(..dot)).unwrap_or(route);
            node = match node.kind() {
                Kind::Sequence => node.items().nth(step.parse().ok()?)?,
                _ => node.get(step)?,
            };
            route = match dot {
                Some(dot) => route.get(dot + 1..)?,
                None => return Some(node),
            };
        }
    }
}

/// How many `<<` in a row are followed. More is nobody's manifest, and unbounded following would
/// let nested merges cost exponential time.
const MERGE_DEPTH: usize = 4;

fn merge_sources(value: Node<'_>) -> Vec<Node<'_>> {
    match value.kind() {
        Kind::Sequence => value.items().gather(),
        _ => vec![value],
    }
}

/// As [`Node::items`], of a node that may not be there.
pub fn items_of<'a>(node: Option<Node<'a>>) -> impl Iterator<Item = Node<'a>> + use<'a> {
    Children::of(node, Kind::Sequence)
}

/// As [`Node::entries`], of a node that may not be there.
pub fn entries_of<'a>(node: Option<Node<'a>>) -> impl Iterator<Item = Entry<'a>> + use<'a> {
    let mut children = Children::of(node, Kind::Mapping);
    std::iter::from_fn(move || {
        let key = children.next()?;
        let value = children.next()?;
        Some(Entry { key, value })
    })
}

struct Children<'a> {
    node: Option<Node<'a>>,
    next: u32,
}

impl<'a> Children<'a> {
    /// Those of a node of this kind; none of another.
    fn of(node: Option<Node<'a>>, kind: Kind) -> Self {
        Self { node, next: node.map_or(NONE, |node| node.data().first_child(kind)) }
    }
}

impl<'a> Iterator for Children<'a> {
    type Item = Node<'a>;

    fn next(&mut self) -> Option<Node<'a>> {
        let node = self.node?;
        let data = node.tree.nodes.get(self.next as usize)?;
        let child = node.with(self.next);
        self.next = data.next;
        Some(child)
    }
}
