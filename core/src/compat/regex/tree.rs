//! The syntax tree, in an arena, with the limits that Go sets on its size.
//!
//! The shape is Go's to the node, because its limits depend on the shape: nodes are taken from a
//! free list in the same order, literals are joined, groups flattened and alternations factored as
//! there (`push.rs`, `factor.rs`). Source: regexp/syntax `Regexp`, `checkLimits`.

use std::sync::Arc;

use super::ranges::Range;

/// Largest height of a tree.
const MAX_HEIGHT: u32 = 1000;
/// Largest program, in instructions of 40 bytes as Go has them.
pub(super) const MAX_SIZE: u64 = (128 << 20) / 40;
/// Most runes in all literals and classes together, two per range.
const MAX_RUNES: usize = (128 << 20) / 4;

/// A limit was passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exceeded {
    /// Size of the program or of its classes.
    Size,
    /// Height of the tree.
    Height,
}

/// Where a node lies in its [`Tree`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NodeId(u32);

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
    /// no pattern can change: it tells parsed nodes from those that
    /// factoring made.
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
    /// Nothing at all if empty.
    Alternate(Vec<NodeId>),
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
            Self::Concat(subs) | Self::Alternate(subs) => subs,
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
    fn runes(&self) -> usize {
        match self {
            Self::Literal(runes) => runes.len(),
            Self::Class(ranges) => ranges.len() * 2,
            _ => 0,
        }
    }
}

/// A node.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) op: Op,
    pub(super) flags: Flags,
}

/// The arena, and the running totals by which the limits are checked.
#[derive(Debug, Clone, Default)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    free: Vec<NodeId>,
    runes: usize,
    /// Product of all counts seen.
    repeats: u64,
    /// Sizes by node, 0 if unknown; `None` until the size could matter. A node from the free list
    /// keeps its entry until it is measured again, as in Go.
    sizes: Option<Vec<u64>>,
    /// Heights by node, 0 if unknown; `None` until the height could matter.
    heights: Option<Vec<u32>>,
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
        if let Some(sizes) = &mut self.sizes {
            sizes.push(0);
        }
        if let Some(heights) = &mut self.heights {
            heights.push(0);
        }
        id
    }

    /// Gives a node back.
    pub(super) fn release(&mut self, id: NodeId) {
        if let Some(height) = entry(&mut self.heights, id) {
            *height = 0;
        }
        self.node_mut(id).op = Op::Empty;
        self.free.push(id);
    }

    #[allow(clippy::indexing_slicing)] // Ids come from `allocate` and nodes are never removed.
    pub(super) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    #[allow(clippy::indexing_slicing)]
    pub(super) fn node_mut(&mut self, id: NodeId) -> &mut Node {
        &mut self.nodes[id.0 as usize]
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

    /// Counts the runes of a node that is pushed (again, if it is pushed again).
    pub(super) fn count_runes(&mut self, id: NodeId) {
        self.runes = self.runes.saturating_add(self.op(id).runes());
    }

    /// Checks all limits after a change that ends in `id`; `stack` is the parser's.
    pub(super) fn check_limits(&mut self, id: NodeId, stack: &[NodeId]) -> Result<(), Exceeded> {
        if self.runes > MAX_RUNES {
            return Err(Exceeded::Size);
        }
        self.check_size(id, stack)?;
        self.check_height(id, stack)
    }

    /// Does nothing while the number of nodes times all counts together is in budget.
    fn check_size(&mut self, id: NodeId, stack: &[NodeId]) -> Result<(), Exceeded> {
        let mut sizes = match self.sizes.take() {
            Some(sizes) => sizes,
            None => {
                if self.repeats == 0 {
                    self.repeats = 1;
                }
                if let Op::Repeat { min, max, .. } = *self.op(id) {
                    let count = u64::from(max.unwrap_or(min).max(1));
                    self.repeats = if count > MAX_SIZE / self.repeats { MAX_SIZE } else { self.repeats * count };
                }
                if (self.nodes.len() as u64) < MAX_SIZE / self.repeats {
                    return Ok(());
                }
                let mut sizes = vec![0; self.nodes.len()];
                for &waiting in stack {
                    if self.measure_size(waiting, &mut sizes) > MAX_SIZE {
                        return Err(Exceeded::Size);
                    }
                }
                sizes
            }
        };
        let size = self.measure_size(id, &mut sizes);
        self.sizes = Some(sizes);
        if size > MAX_SIZE {
            return Err(Exceeded::Size);
        }
        Ok(())
    }

    /// Does nothing while there are fewer nodes than the height allowed.
    fn check_height(&mut self, id: NodeId, stack: &[NodeId]) -> Result<(), Exceeded> {
        if self.nodes.len() < MAX_HEIGHT as usize {
            return Ok(());
        }
        let mut heights = match self.heights.take() {
            Some(heights) => heights,
            None => {
                let mut heights = vec![0; self.nodes.len()];
                for &waiting in stack {
                    if self.measure_height(waiting, &mut heights) > MAX_HEIGHT {
                        return Err(Exceeded::Height);
                    }
                }
                heights
            }
        };
        let height = self.measure_height(id, &mut heights);
        self.heights = Some(heights);
        if height > MAX_HEIGHT {
            return Err(Exceeded::Height);
        }
        Ok(())
    }

    /// Instructions that a node compiles to, from the known sizes below it; remembers it.
    fn measure_size(&self, id: NodeId, sizes: &mut [u64]) -> u64 {
        let mut below: u64 = 0;
        for &sub in self.op(id).subs() {
            let size = match known(sizes, sub) {
                0 => self.measure_size(sub, sizes),
                size => size,
            };
            below = below.saturating_add(size);
        }
        let size = self.op(id).size(below);
        if let Some(known) = sizes.get_mut(id.0 as usize) {
            *known = size;
        }
        size
    }

    /// Height of a node, from the known heights below it; remembers it.
    fn measure_height(&self, id: NodeId, heights: &mut [u32]) -> u32 {
        let mut height = 1;
        for &sub in self.op(id).subs() {
            let below = match known(heights, sub) {
                0 => self.measure_height(sub, heights),
                below => below,
            };
            height = height.max(1 + below);
        }
        if let Some(known) = heights.get_mut(id.0 as usize) {
            *known = height;
        }
        height
    }

    /// Instructions of the whole expression, measured afresh. Go's check has a gap (a long literal
    /// is one node), so that this may exceed [`MAX_SIZE`] for a tree that passed.
    pub(super) fn program_size(&self, root: NodeId) -> u64 {
        self.measure_size(root, &mut vec![0; self.nodes.len()])
    }
}

impl Op {
    /// Instructions, given those of all nodes right below together.
    fn size(&self, below: u64) -> u64 {
        let size = match self {
            Self::Literal(runes) => runes.len() as u64,
            // A star may take one or two: assume two.
            Self::Capture(_) | Self::Star(_) => below.saturating_add(2),
            Self::Plus(_) | Self::Quest(_) => below.saturating_add(1),
            Self::Concat(_) => below,
            Self::Alternate(subs) => below.saturating_add((subs.len() as u64).saturating_sub(1)),
            Self::Repeat { min: 0, max: None, .. } => below.saturating_add(2),
            Self::Repeat { min, max: None, .. } => below.saturating_mul(u64::from(*min)).saturating_add(1),
            Self::Repeat { min, max: Some(max), .. } => {
                below.saturating_mul(u64::from(*max)).saturating_add(u64::from(max.saturating_sub(*min)))
            }
            _ => 1,
        };
        size.max(1)
    }
}

fn known<T: Copy + Default>(entries: &[T], id: NodeId) -> T {
    entries.get(id.0 as usize).copied().unwrap_or_default()
}

fn entry<T>(entries: &mut Option<Vec<T>>, id: NodeId) -> Option<&mut T> {
    entries.as_mut()?.get_mut(id.0 as usize)
}
