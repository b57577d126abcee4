//! What lint rules ask about a pattern without running it on a text.

use super::tree::{Assertion, NodeId, Op, Tree};

impl Tree {
    /// Whether each match must touch the beginning (`BeginText`) or the end (`EndText`) of the text.
    /// Says no where it is not plain from the tree.
    pub(super) fn is_anchored(&self, id: NodeId, at: Assertion) -> bool {
        match self.op(id) {
            Op::Assert(assertion) => *assertion == at,
            Op::Capture(sub) | Op::Plus(sub) => self.is_anchored(*sub, at),
            Op::Repeat { sub, min, .. } => *min > 0 && self.is_anchored(*sub, at),
            // One part that must stand at the edge leaves nothing to those between it and the edge.
            Op::Concat(subs) => subs.iter().any(|sub| self.is_anchored(*sub, at)),
            Op::Alternate { subs, .. } => subs.iter().all(|sub| self.is_anchored(*sub, at)),
            _ => false,
        }
    }
}
