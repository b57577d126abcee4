//! The limits that Go sets on a tree: its height, the size of the program that it will become, and
//! the size of its classes.
//!
//! They are tracked only once they could be passed, and from then on by node. That is Go's way, and
//! an observable one: what it forgets to measure again counts with its former measure, here as
//! there. Source: regexp/syntax `checkLimits`, `checkSize`, `checkHeight`.

use super::tree::{Kind, NodeId, Op, Tree};

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

/// The measures of a concatenation or alternation, as far as known (else 0).
#[derive(Debug, Clone, Copy)]
struct Carried {
    id: NodeId,
    size: u64,
    height: u32,
}

/// The running totals by which the limits are checked.
#[derive(Debug, Clone, Default)]
pub(super) struct Limits {
    runes: usize,
    /// Product of all counts seen.
    repeats: u64,
    /// Sizes by node, 0 if unknown; `None` until the size could matter. A node from the free list
    /// keeps its entry until it is measured again, as in Go.
    sizes: Option<Vec<u64>>,
    /// Heights by node, 0 if unknown; `None` until the height could matter.
    heights: Option<Vec<u32>>,
    /// Saves measuring a long list again that was only lengthened, or pushed again as it is.
    carried: Option<Carried>,
}

impl Limits {
    /// The arena has grown by a node.
    pub(super) fn added(&mut self) {
        if let Some(sizes) = &mut self.sizes {
            sizes.push(0);
        }
        if let Some(heights) = &mut self.heights {
            heights.push(0);
        }
    }

    /// A node has gone to the free list.
    pub(super) fn released(&mut self, id: NodeId) {
        if let Some(heights) = &mut self.heights {
            set(heights, id, 0);
        }
        self.changed(id);
    }

    /// A node was changed: it must be measured afresh.
    pub(super) fn changed(&mut self, id: NodeId) {
        self.carried = self.carried.filter(|carried| carried.id != id);
    }

    /// What is carried for a list; zeros for one that is met anew.
    fn carried(&self, id: NodeId) -> Carried {
        self.carried.filter(|carried| carried.id == id).unwrap_or(Carried { id, size: 0, height: 0 })
    }
}

impl Tree {
    /// Computes the measures of a list from those of its pieces, before the pieces that are lists of
    /// the same kind are spliced into it.
    pub(super) fn carry(&mut self, id: NodeId, pieces: &[NodeId], kind: Kind) {
        let (mut size, mut height) = (0_u64, 0);
        let (mut sizes, mut heights) = (self.limits.sizes.as_deref(), self.limits.heights.as_deref());
        for &piece in pieces {
            if let Some(known_size) = sizes.map(|sizes| known(sizes, piece)) {
                size = size.saturating_add(known_size);
                sizes = sizes.filter(|_| known_size > 0);
            }
            if let Some(known_height) = heights.map(|heights| known(heights, piece)) {
                let below = u32::from(Kind::of(self.op(piece)) != Some(kind));
                height = height.max(known_height + below);
                heights = heights.filter(|_| known_height > 0);
            }
        }
        if kind == Kind::Alternate {
            size = size.saturating_add((pieces.len() as u64).saturating_sub(1));
        }
        self.limits.carried = Some(Carried {
            id,
            size: if sizes.is_some() { size } else { 0 },
            height: if heights.is_some() { height } else { 0 },
        });
    }

    /// Counts the runes of a node that is pushed (again, if it is pushed again).
    pub(super) fn count_runes(&mut self, id: NodeId) {
        self.limits.runes = self.limits.runes.saturating_add(self.op(id).runes());
    }

    /// Checks all limits after a change that ends in `id`; `stack` is the parser's.
    pub(super) fn check_limits(&mut self, id: NodeId, stack: &[NodeId]) -> Result<(), Exceeded> {
        if self.limits.runes > MAX_RUNES {
            return Err(Exceeded::Size);
        }
        self.check_size(id, stack)?;
        self.check_height(id, stack)
    }

    /// Does nothing while the number of nodes times all counts together is in budget.
    fn check_size(&mut self, id: NodeId, stack: &[NodeId]) -> Result<(), Exceeded> {
        let mut sizes = match self.limits.sizes.take() {
            Some(sizes) => sizes,
            None => {
                if self.limits.repeats == 0 {
                    self.limits.repeats = 1;
                }
                if let Op::Repeat { min, max, .. } = *self.op(id) {
                    let count = u64::from(max.unwrap_or(min).max(1));
                    self.limits.repeats =
                        if count > MAX_SIZE / self.limits.repeats { MAX_SIZE } else { self.limits.repeats * count };
                }
                if (self.len() as u64) < MAX_SIZE / self.limits.repeats {
                    return Ok(());
                }
                let mut sizes = vec![0; self.len()];
                for &waiting in stack {
                    if self.measure_size(waiting, &mut sizes) > MAX_SIZE {
                        return Err(Exceeded::Size);
                    }
                }
                sizes
            }
        };
        let size = match self.limits.carried(id).size {
            0 => self.measure_size(id, &mut sizes),
            size => size,
        };
        set(&mut sizes, id, size);
        self.limits.sizes = Some(sizes);
        self.carry_size(id, size);
        if size > MAX_SIZE {
            return Err(Exceeded::Size);
        }
        Ok(())
    }

    /// Does nothing while there are fewer nodes than the height allowed.
    fn check_height(&mut self, id: NodeId, stack: &[NodeId]) -> Result<(), Exceeded> {
        if self.len() < MAX_HEIGHT as usize {
            return Ok(());
        }
        let mut heights = match self.limits.heights.take() {
            Some(heights) => heights,
            None => {
                let mut heights = vec![0; self.len()];
                for &waiting in stack {
                    if self.measure_height(waiting, &mut heights) > MAX_HEIGHT {
                        return Err(Exceeded::Height);
                    }
                }
                heights
            }
        };
        let height = match self.limits.carried(id).height {
            0 => self.measure_height(id, &mut heights),
            height => height,
        };
        set(&mut heights, id, height);
        self.limits.heights = Some(heights);
        self.carry_height(id, height);
        if height > MAX_HEIGHT {
            return Err(Exceeded::Height);
        }
        Ok(())
    }

    /// Notes a measure, of lists only: other nodes are quickly measured again.
    fn carry_size(&mut self, id: NodeId, size: u64) {
        if Kind::of(self.op(id)).is_some() {
            let carried = self.limits.carried(id);
            self.limits.carried = Some(Carried { size, ..carried });
        }
    }

    fn carry_height(&mut self, id: NodeId, height: u32) {
        if Kind::of(self.op(id)).is_some() {
            let carried = self.limits.carried(id);
            self.limits.carried = Some(Carried { height, ..carried });
        }
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
        set(sizes, id, size);
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
        set(heights, id, height);
        height
    }

    /// Instructions of the whole expression, measured afresh. Go's check has a gap (a long literal
    /// is one node), so that this may exceed [`MAX_SIZE`] for a tree that passed.
    pub(super) fn program_size(&self, root: NodeId) -> u64 {
        self.measure_size(root, &mut vec![0; self.len()])
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
            Self::Alternate { subs, .. } => below.saturating_add((subs.len() as u64).saturating_sub(1)),
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
    entries.get(id.index()).copied().unwrap_or_default()
}

fn set<T>(entries: &mut [T], id: NodeId, value: T) {
    if let Some(entry) = entries.get_mut(id.index()) {
        *entry = value;
    }
}
