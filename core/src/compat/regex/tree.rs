//! The syntax tree, in an arena.
//!
//! The shape is Go's to the node, because its limits depend on the shape: nodes are taken from a
//! free list in the same order, literals are joined, groups flattened and alternations factored as
//! there (`builder`, `factor`). Source: regexp/syntax `Regexp`, `newRegexp`, `reuse`.

use std::sync::Arc;

use super::limits::Limits;
use super::ranges::Range;

/// Where a node lies in its [`Tree`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NodeId(u32);

impl NodeId {
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// The parse flags in force at a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Flags(u8);

impl Flags {
    /// None at all: what a prefix has that factoring made.
    pub(super) const NONE: Self = Self(0);
    /// `(?i)`.
    pub(super) const FOLD: Self = Self(1);
    /// `(?s)`.
    pub(super) const DOT_NEWLINE: Self = Self(2);
    /// Not `(?m)`.
    pub(super) const ONE_LINE: Self = Self(4);
    /// `(?U)`, or the `?` behind a repetition operator.
    pub(super) const NON_GREEDY: Self = Self(8);
    /// What `regexp.Compile` begins with. The bit that is none of the above stands for those that
    /// no pattern can change: it tells parsed nodes from those that factoring made.
    pub(super) const PERL: Self = Self(4 | 16);

    pub(super) const fn has(self, flag: Self) -> bool {
        self.0 & flag.0 != 0
    }

    pub(super) const fn with(self, flag: Self) -> Self {
        Self(self.0 | flag.0)
    }

    pub(super) const fn without(self, flag: Self) -> Self {
        Self(self.0 & !flag.0)
    }

    pub(super) const fn toggled(self, flag: Self) -> Self {
        Self(self.0 ^ flag.0)
    }

    /// All of them the other way round, as `(?-…)` has them while it is read.
    pub(super) const fn inverted(self) -> Self {
        Self(!self.0)
    }
}

/// A condition on the place between two characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Assertion {
    BeginLine,
    EndLine,
    BeginText,
    EndText,
    WordBoundary,
    NotWordBoundary,
}

/// What a node matches.
#[derive(Debug, Clone)]
pub(super) enum Op {
    /// The empty text. Also what a node is set to that waits in the free list.
    Empty,
    /// These code points in a row, each or its equivalents if the node has [`Flags::FOLD`].
    Literal(Vec<u32>),
    /// One code point of these. Shared, since `\pL` is large and may be repeated often.
    Class(Arc<Vec<Range>>),
    /// One code point that is no line feed.
    AnyNotNewline,
    /// One code point.
    Any,
    Assert(Assertion),
    Capture(NodeId),
    Star(NodeId),
    Plus(NodeId),
    Quest(NodeId),
    /// `max` is `None` for no limit.
    Repeat {
        sub: NodeId,
        min: u32,
        max: Option<u32>,
    },
    Concat(Vec<NodeId>),
    /// Nothing at all if empty. `settled` once no two neighbours are left that factoring would join.
    Alternate {
        subs: Vec<NodeId>,
        settled: bool,
    },
    /// On the parser's stack only: an open group and the offset of its parenthesis.
    LeftParen {
        captures: bool,
        offset: usize,
    },
    /// On the parser's stack only.
    VerticalBar,
}

impl Op {
    /// The nodes right below.
    pub(super) fn subs(&self) -> &[NodeId] {
        match self {
            Self::Capture(sub) | Self::Star(sub) | Self::Plus(sub) | Self::Quest(sub) | Self::Repeat { sub, .. } => {
                std::slice::from_ref(sub)
            }
            Self::Concat(subs) | Self::Alternate { subs, .. } => subs,
            _ => &[],
        }
    }

    /// A marker on the parser's stack, no expression.
    pub(super) fn is_marker(&self) -> bool {
        matches!(self, Self::LeftParen { .. } | Self::VerticalBar)
    }

    /// How complex a set of single characters this is, from literal to any; `None` for all else.
    pub(super) fn class_rank(&self) -> Option<u8> {
        match self {
            Self::Literal(runes) if runes.len() == 1 => Some(0),
            Self::Class(_) => Some(1),
            Self::AnyNotNewline => Some(2),
            Self::Any => Some(3),
            _ => None,
        }
    }

    /// How many runes Go stores in the node.
    pub(super) fn runes(&self) -> usize {
        match self {
            Self::Literal(runes) => runes.len(),
            Self::Class(ranges) => ranges.len() * 2,
            _ => 0,
        }
    }
}

/// The two operators that hold lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Concat,
    Alternate,
}

impl Kind {
    pub(super) fn of(op: &Op) -> Option<Self> {
        match op {
            Op::Concat(_) => Some(Self::Concat),
            Op::Alternate { .. } => Some(Self::Alternate),
            _ => None,
        }
    }
}

/// A node.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) op: Op,
    pub(super) flags: Flags,
}

/// The arena.
#[derive(Debug, Clone, Default)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    free: Vec<NodeId>,
    pub(super) limits: Limits,
}

impl Tree {
    /// A new node, or one from the free list.
    pub(super) fn allocate(&mut self, op: Op, flags: Flags) -> NodeId {
        let node = Node { op, flags };
        if let Some(id) = self.free.pop() {
            *self.node_mut(id) = node;
            return id;
        }
        let id = NodeId(self.nodes.len() as u32);
        self.nodes.push(node);
        self.limits.added();
        id
    }

    /// Gives a node back.
    pub(super) fn release(&mut self, id: NodeId) {
        self.node_mut(id).op = Op::Empty;
        self.limits.released(id);
        self.free.push(id);
    }

    /// How many nodes there are, those in the free list included.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    #[allow(clippy::indexing_slicing)] // Ids come from `allocate` and nodes are never removed.
    pub(super) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }

    #[allow(clippy::indexing_slicing)]
    pub(super) fn node_mut(&mut self, id: NodeId) -> &mut Node {
        &mut self.nodes[id.index()]
    }

    pub(super) fn op(&self, id: NodeId) -> &Op {
        &self.node(id).op
    }

    pub(super) fn op_mut(&mut self, id: NodeId) -> &mut Op {
        &mut self.node_mut(id).op
    }

    /// Takes the operator out of a node, leaving an empty match.
    pub(super) fn take(&mut self, id: NodeId) -> Op {
        std::mem::replace(self.op_mut(id), Op::Empty)
    }
}
