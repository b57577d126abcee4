//! Nodes into the arena.

use crate::text::Span;
use crate::yaml::tree::{ALIAS, COOKED, Kind, NONE, NodeData, OPEN, Style, Tag};

use super::{Collection, DOCUMENT, Frame, MAX_DEPTH, Read, Reader, Slot, fault};

impl Reader<'_> {
    #[inline]
    fn push(&mut self, data: NodeData) -> u32 {
        let id = u32::try_from(self.tree.nodes.len()).unwrap_or(NONE);
        self.tree.nodes.push(data);
        id
    }

    fn push_empty(&mut self, at: usize) -> u32 {
        self.push_scalar(Span::at(at), Style::Plain, Span::at(at), 0)
    }

    /// Makes a node of a scalar. It is not yet anyone's child.
    #[inline]
    pub(super) fn push_scalar(&mut self, span: Span, style: Style, content: Span, flags: u8) -> u32 {
        self.push(NodeData { span, content, next: NONE, kind: Kind::Scalar, style, tag: Tag::None, flags })
    }

    /// Makes a node of a scalar whose text begins at an offset of what was cooked.
    pub(super) fn push_cooked(&mut self, span: Span, style: Style, from: usize) -> u32 {
        let content = Span::new(from, self.tree.cooked.len());
        self.push_scalar(span, style, content, COOKED)
    }

    /// Makes a node of an alias of `target`.
    pub(super) fn push_alias(&mut self, span: Span, target: u32) -> u32 {
        self.has_aliases = true;
        self.push_scalar(span, Style::Plain, Span { start: target, end: target }, ALIAS)
    }

    /// Where a node is written.
    #[inline]
    pub(super) fn span_of(&self, node: u32) -> Span {
        self.tree.nodes.get(node as usize).map_or(Span::at(self.at), |data| data.span)
    }

    /// True where the innermost collection waits for a node.
    #[inline]
    pub(super) fn awaits_node(&self) -> bool {
        matches!(self.top.slot, Slot::Entry | Slot::Key | Slot::Value)
    }

    /// Makes a node the next child of the innermost collection.
    #[inline]
    pub(super) fn attach(&mut self, id: u32) {
        if let Some(last) = self.tree.nodes.get_mut(self.top.last_child as usize) {
            last.next = id;
        } else if let Some(parent) = self.tree.nodes.get_mut(self.top.node as usize) {
            parent.content.start = id;
        } else {
            self.document.root = id;
        }
        self.top.last_child = id;
        self.top.slot = match (self.top.slot, self.top.collection) {
            (Slot::Key, _) | (Slot::Entry, Collection::FlowMapping) => Slot::Colon,
            _ => Slot::Next,
        };
    }

    /// Opens a collection. Flow collections become someone's child when they are closed, since they
    /// may turn out to be the key of a mapping.
    pub(super) fn open(&mut self, collection: Collection, at: Span, indent: isize) -> Read<u32> {
        if self.below.len() >= MAX_DEPTH {
            return Err(fault(at, "collections nest more than 1,000 deep here; no reader of manifests goes that far"));
        }
        let (kind, style, attached) = match collection {
            Collection::FlowMapping => (Kind::Mapping, Style::Flow, false),
            Collection::FlowSequence => (Kind::Sequence, Style::Flow, false),
            Collection::FlowPair => (Kind::Mapping, Style::Flow, true),
            Collection::BlockMapping => (Kind::Mapping, Style::Block, true),
            Collection::BlockSequence | Collection::IndentlessSequence | Collection::Document => {
                (Kind::Sequence, Style::Block, true)
            }
        };
        let content = Span { start: NONE, end: NONE };
        let node = self.push(NodeData { span: at, content, next: NONE, kind, style, tag: Tag::None, flags: OPEN });
        if attached {
            self.attach(node);
        }
        self.below.push(self.top);
        self.top = Frame { collection, slot: Slot::Entry, node, last_child: NONE, indent };
        Ok(node)
    }

    /// Closes the innermost collection at `end`, or where its last child ends.
    pub(super) fn close(&mut self, end: Option<usize>) -> Frame {
        let closed = std::mem::replace(&mut self.top, self.below.pop().unwrap_or(DOCUMENT));
        let end = match end {
            Some(end) => Span::at(end).end,
            None => self.tree.nodes.get(closed.last_child as usize).map_or(0, |child| child.span.end),
        };
        if let Some(data) = self.tree.nodes.get_mut(closed.node as usize) {
            data.span.end = data.span.end.max(end);
            data.flags &= !OPEN;
        }
        closed
    }

    /// Gives the innermost collection what it waits for and did not get: empty nodes.
    #[inline]
    pub(super) fn fill(&mut self) {
        if self.awaits_node() {
            self.fill_node();
        }
        if self.top.slot == Slot::Colon {
            let key = self.span_of(self.top.last_child);
            self.add_empty(key.end());
        }
    }

    /// Gives the innermost collection the node it waits for: an empty one.
    pub(super) fn fill_node(&mut self) {
        self.add_empty(self.indicator);
    }

    /// An empty key, which has nothing but properties. It is not yet anyone's child.
    pub(super) fn empty_key(&mut self) -> u32 {
        self.push_empty(self.indicator)
    }

    fn add_empty(&mut self, at: usize) {
        let id = self.push_empty(at);
        if self.has_properties {
            self.give_all(id);
        }
        self.attach(id);
    }
}
