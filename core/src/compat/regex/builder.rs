//! The parser's stack of finished expressions and open groups, and how they are joined.
//!
//! Source: regexp/syntax `push`, `maybeConcat`, `concat`, `alternate`, `collapse`,
//! `swapVerticalBar`, `repeat`.

use std::sync::Arc;

use crate::compat::go::unicode;

use super::limits::Exceeded;
use super::ranges::{self, MAX, Range};
use super::tree::{Flags, Kind, NodeId, Op, Tree};

/// Grows a [`Tree`] from left to right.
#[derive(Debug)]
pub(super) struct Builder {
    pub(super) tree: Tree,
    pub(super) stack: Vec<NodeId>,
    /// The flags in force.
    pub(super) flags: Flags,
}

/// How a closing parenthesis fared.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Closed {
    Group,
    /// There was no open group.
    Unexpected,
}

/// How a repetition operator fared.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Repeated {
    Done,
    /// Nothing stands before it.
    NoArgument,
    /// Nested counts multiply to more than 1000.
    TooMany,
}

impl Builder {
    pub(super) fn new() -> Self {
        Self { tree: Tree::default(), stack: Vec::new(), flags: Flags::PERL }
    }

    /// Pushes a new expression or marker.
    pub(super) fn push_op(&mut self, op: Op) -> Result<(), Exceeded> {
        let id = self.tree.allocate(op, self.flags);
        self.push(id)
    }

    /// Pushes one code point to be matched literally, in its smallest form under `(?i)`.
    pub(super) fn push_literal(&mut self, c: u32) -> Result<(), Exceeded> {
        let c = if self.flags.has(Flags::FOLD) { unicode::smallest_fold(c) } else { c };
        self.push_op(Op::Literal(vec![c]))
    }

    /// Pushes an expression. Classes of a single character, or of one character in both cases,
    /// become literals on the way.
    pub(super) fn push(&mut self, id: NodeId) -> Result<(), Exceeded> {
        self.tree.count_runes(id);
        let literal = match self.tree.op(id) {
            Op::Class(class) => as_literal(class),
            _ => None,
        };
        match literal {
            Some((c, folds)) => {
                let flags = if folds { self.flags.with(Flags::FOLD) } else { self.flags.without(Flags::FOLD) };
                if self.join_literals(Some((c, flags))) {
                    return Ok(());
                }
                let node = self.tree.node_mut(id);
                node.op = Op::Literal(vec![c]);
                node.flags = flags;
            }
            None => {
                self.join_literals(None);
            }
        }
        self.stack.push(id);
        self.tree.check_limits(id, &self.stack)
    }

    /// Appends the literal on top of the stack to the one below it: called before a push, since
    /// only then no repetition operator can follow the top one. The node that this frees takes
    /// `next` at once; returns whether it did.
    fn join_literals(&mut self, next: Option<(u32, Flags)>) -> bool {
        let [.., below, top] = *self.stack.as_slice() else {
            return false;
        };
        let folds = |id| self.tree.node(id).flags.has(Flags::FOLD);
        if folds(below) != folds(top)
            || !matches!(self.tree.op(below), Op::Literal(_))
            || !matches!(self.tree.op(top), Op::Literal(_))
        {
            return false;
        }
        if let (Op::Literal(mut runes), Op::Literal(joined)) = (self.tree.take(top), self.tree.op_mut(below)) {
            joined.append(&mut runes);
        }
        match next {
            Some((c, flags)) => {
                let node = self.tree.node_mut(top);
                node.op = Op::Literal(vec![c]);
                node.flags = flags;
                true
            }
            None => {
                self.stack.pop();
                self.tree.release(top);
                false
            }
        }
    }

    /// Replaces what lies above the topmost marker by its concatenation.
    pub(super) fn concat(&mut self) -> Result<(), Exceeded> {
        self.join_literals(None);
        let subs = self.pop_to_marker();
        let id = if subs.is_empty() { self.tree.allocate(Op::Empty, Flags::NONE) } else { self.collapse_concat(subs) };
        self.push(id)
    }

    /// Replaces what lies above the topmost open group by its alternation.
    pub(super) fn alternate(&mut self) -> Result<(), Exceeded> {
        let subs = self.pop_to_marker();
        if let Some(last) = subs.last() {
            self.clean_alternative(*last);
        }
        let id = match *subs.as_slice() {
            [only] => only,
            _ => self.factor(subs)?,
        };
        self.push(id)
    }

    fn pop_to_marker(&mut self) -> Vec<NodeId> {
        let from = self.stack.iter().rposition(|id| self.tree.op(*id).is_marker()).map_or(0, |at| at + 1);
        self.stack.split_off(from)
    }

    /// One node for a sequence; concatenations within it are spliced in.
    fn collapse_concat(&mut self, subs: Vec<NodeId>) -> NodeId {
        if let [only] = *subs.as_slice() {
            return only;
        }
        let id = self.tree.allocate(Op::Empty, Flags::NONE);
        let (spliced, _) = self.splice(id, subs, Kind::Concat);
        *self.tree.op_mut(id) = Op::Concat(spliced);
        id
    }

    /// Replaces the lists among `subs` that are of the same kind by what they hold. Returns as well
    /// where a new neighbourhood begins, that is, before which of the parts: all but those within a
    /// settled alternation. The first list is taken over as it is. So nesting to the left, level by
    /// level, takes no more time than writing all of it in one row.
    pub(super) fn splice(&mut self, into: NodeId, subs: Vec<NodeId>, kind: Kind) -> (Vec<NodeId>, Vec<usize>) {
        self.tree.carry(into, &subs, kind);
        let (mut spliced, mut seams) = (Vec::new(), Vec::new());
        for sub in subs {
            seams.push(spliced.len());
            if Kind::of(self.tree.op(sub)) != Some(kind) {
                spliced.push(sub);
                continue;
            }
            let (mut inner, settled) = match self.tree.take(sub) {
                Op::Alternate { subs, settled } => (subs, settled),
                Op::Concat(subs) => (subs, true),
                _ => continue,
            };
            if !settled {
                seams.extend(spliced.len() + 1..spliced.len() + inner.len());
            }
            if spliced.is_empty() {
                spliced = inner;
            } else {
                spliced.append(&mut inner);
            }
            self.tree.release(sub);
        }
        (spliced, seams)
    }

    /// Ends an alternative: `|`.
    pub(super) fn vertical_bar(&mut self) -> Result<(), Exceeded> {
        self.concat()?;
        if !self.swap_vertical_bar() {
            self.push_op(Op::VerticalBar)?;
        }
        Ok(())
    }

    /// Moves the bar that lies right below the top above it, so that alternatives gather below one
    /// bar; two single-character alternatives become one class. Returns whether there was a bar.
    fn swap_vertical_bar(&mut self) -> bool {
        let is_bar = |id: NodeId| matches!(self.tree.op(id), Op::VerticalBar);
        if let [.., below, bar, top] = *self.stack.as_slice()
            && is_bar(bar)
            && let (Some(top_rank), Some(below_rank)) =
                (self.tree.op(top).class_rank(), self.tree.op(below).class_rank())
        {
            let (kept, merged) = if top_rank > below_rank { (top, below) } else { (below, top) };
            let length = self.stack.len();
            if let Some(slot) = self.stack.get_mut(length - 3) {
                *slot = kept;
            }
            self.merge_classes(kept, merged);
            self.tree.release(merged);
            self.stack.pop();
            return true;
        }
        let length = self.stack.len();
        if length < 2 || !is_bar(self.stack_at(length - 2)) {
            return false;
        }
        if length >= 3 {
            // Out of reach from here on.
            self.clean_alternative(self.stack_at(length - 3));
        }
        self.stack.swap(length - 2, length - 1);
        true
    }

    #[allow(clippy::indexing_slicing)] // Asked only for places below the length just read.
    fn stack_at(&self, at: usize) -> NodeId {
        self.stack[at]
    }

    /// Makes of all that lies above the topmost open group one expression.
    fn finish_alternation(&mut self) -> Result<(), Exceeded> {
        self.concat()?;
        if self.swap_vertical_bar() {
            self.stack.pop();
        }
        self.alternate()
    }

    /// Closes a group: `)`.
    pub(super) fn right_paren(&mut self) -> Result<Closed, Exceeded> {
        self.finish_alternation()?;
        let [.., paren, body] = *self.stack.as_slice() else {
            return Ok(Closed::Unexpected);
        };
        let Op::LeftParen { captures, .. } = *self.tree.op(paren) else {
            return Ok(Closed::Unexpected);
        };
        self.stack.truncate(self.stack.len() - 2);
        self.flags = self.tree.node(paren).flags;
        if captures {
            *self.tree.op_mut(paren) = Op::Capture(body);
            self.push(paren)?;
        } else {
            self.push(body)?;
        }
        Ok(Closed::Group)
    }

    /// Ends the pattern: the root, or the offset of the last parenthesis left open.
    pub(super) fn finish(&mut self) -> Result<Result<NodeId, usize>, Exceeded> {
        self.finish_alternation()?;
        if let [root] = *self.stack.as_slice() {
            return Ok(Ok(root));
        }
        let open = self.stack.iter().rev().find_map(|id| match self.tree.op(*id) {
            Op::LeftParen { offset, .. } => Some(*offset),
            _ => None,
        });
        Ok(Err(open.unwrap_or_default()))
    }

    /// Replaces the top of the stack by its repetition, which `make` builds.
    pub(super) fn repeat(&mut self, flags: Flags, make: impl FnOnce(NodeId) -> Op) -> Result<Repeated, Exceeded> {
        let sub = match self.stack.last() {
            Some(top) if !self.tree.op(*top).is_marker() => *top,
            _ => return Ok(Repeated::NoArgument),
        };
        let op = make(sub);
        let counts = match op {
            Op::Repeat { min, max, .. } => min.max(max.unwrap_or(0)) >= 2,
            _ => false,
        };
        let id = self.tree.allocate(op, flags);
        self.stack.pop();
        self.stack.push(id);
        self.tree.check_limits(id, &self.stack)?;
        if counts && !self.repeats_at_most(id, 1000) {
            return Ok(Repeated::TooMany);
        }
        Ok(Repeated::Done)
    }

    /// Whether nested counts below `id` multiply to `most` at most. Walks the tree again for each
    /// count of two or more, which can nest only nine deep.
    fn repeats_at_most(&self, id: NodeId, most: u32) -> bool {
        let op = self.tree.op(id);
        let mut left = most;
        if let Op::Repeat { min, max, .. } = *op {
            let count = max.unwrap_or(min);
            if max == Some(0) {
                return true;
            }
            if count > most {
                return false;
            }
            left = most.checked_div(count).unwrap_or(most);
        }
        op.subs().iter().all(|sub| self.repeats_at_most(*sub, left))
    }

    /// Makes `kept` match what either matches and empties `merged`; both match one character each,
    /// and `kept` is of the higher rank.
    pub(super) fn merge_classes(&mut self, kept: NodeId, merged: NodeId) {
        let (kept_flags, merged_flags) = (self.tree.node(kept).flags, self.tree.node(merged).flags);
        let other = self.tree.take(merged);
        let op = self.tree.op_mut(kept);
        match (&mut *op, &other) {
            (Op::AnyNotNewline, _) if matches_newline(&other) => *op = Op::Any,
            (Op::Class(class), Op::Literal(runes)) => {
                append_literal(Arc::make_mut(class), runes, merged_flags);
            }
            (Op::Class(class), Op::Class(more)) => ranges::push_all(Arc::make_mut(class), more),
            (Op::Literal(first), Op::Literal(second)) if first != second || kept_flags != merged_flags => {
                let mut class = Vec::new();
                append_literal(&mut class, first, kept_flags);
                append_literal(&mut class, second, merged_flags);
                *op = Op::Class(Arc::new(class));
            }
            _ => {}
        }
    }

    /// Tidies a class that no further alternative will be merged into, and names the two common
    /// ones.
    pub(super) fn clean_alternative(&mut self, id: NodeId) {
        let op = self.tree.op_mut(id);
        let Op::Class(class) = op else {
            return;
        };
        if !class.is_sorted_by(|a, b| a.high.saturating_add(1) < b.low) {
            ranges::clean(Arc::make_mut(class));
        }
        match *class.as_slice() {
            [Range { low: 0, high: MAX }] => *op = Op::Any,
            [Range { low: 0, high: 0x09 }, Range { low: 0x0B, high: MAX }] => *op = Op::AnyNotNewline,
            _ => {}
        }
    }
}

/// The one character of a class (`false`), or the smaller of two that are each other's only
/// equivalent (`true`).
fn as_literal(class: &[Range]) -> Option<(u32, bool)> {
    let (first, second) = match *class {
        [Range { low, high }] if low == high => return Some((low, false)),
        [Range { low, high }] if low + 1 == high => (low, high),
        [first, second] if first.low == first.high && second.low == second.high => (first.low, second.low),
        _ => return None,
    };
    (unicode::simple_fold(first) == second && unicode::simple_fold(second) == first).then_some((first, true))
}

fn append_literal(class: &mut Vec<Range>, runes: &[u32], flags: Flags) {
    for &c in runes {
        if flags.has(Flags::FOLD) {
            ranges::push_folded(class, c, c);
        } else {
            ranges::push(class, c, c);
        }
    }
}

/// Whether an expression of one character matches a line feed. A literal is compared as it is.
fn matches_newline(op: &Op) -> bool {
    const NEWLINE: u32 = 0x0A;
    match op {
        Op::Literal(runes) => runes.as_slice() == [NEWLINE],
        // Not yet clean, perhaps.
        Op::Class(class) => class.iter().any(|range| range.low <= NEWLINE && NEWLINE <= range.high),
        Op::Any => true,
        _ => false,
    }
}
