//! Factoring the common beginnings of alternatives: `abc|abd` becomes `ab[cd]`.
//!
//! Done not for speed but because Go does it before it measures a tree: what is nested too deeply
//! depends on it. Source: regexp/syntax `factor` and what it calls.

use std::vec::IntoIter;

use crate::collections::Gather;

use super::builder::Builder;
use super::limits::Exceeded;
use super::tree::{Flags, Kind, NodeId, Op};

/// Each level of factoring adds a level to the tree and leaves two nodes, so that beyond this depth
/// the limit on height is passed for certain.
const MAX_DEPTH: usize = 1000;

/// An alternation that is being factored. What its alternatives have in common is followed by an
/// alternation of the remainders, which is factored first: a level waits for the one above it.
#[derive(Debug)]
struct Level {
    /// The node to become the alternation.
    node: NodeId,
    round: Round,
    /// Alternatives to come in this round.
    rest: IntoIter<NodeId>,
    /// Those done.
    out: Vec<NodeId>,
    /// What goes before the alternation of the level above.
    prefix: Option<NodeId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Round {
    Strings,
    Classes,
}

impl Builder {
    /// Makes one node of two or more alternatives: splices in those that are alternations
    /// themselves and factors them all, in Go's four rounds.
    pub(super) fn factor(&mut self, subs: Vec<NodeId>) -> Result<NodeId, Exceeded> {
        let mut waiting = Vec::new();
        let mut finished = self.open(subs, &mut waiting);
        while let Some(mut level) = waiting.pop() {
            if let (Some(suffix), Some(prefix)) = (finished.take(), level.prefix.take()) {
                let joined = Op::Concat(vec![prefix, suffix]);
                level.out.push(self.tree.allocate(joined, Flags::NONE));
            }
            match self.next_run(&mut level)? {
                Some(_) if waiting.len() >= MAX_DEPTH => return Err(Exceeded::Height),
                Some(run) => {
                    waiting.push(level);
                    finished = self.open(run, &mut waiting);
                }
                None => finished = Some(self.close(level)),
            }
        }
        // The last level to close is the first that was opened.
        finished.ok_or(Exceeded::Height)
    }

    /// Begins an alternation, or returns it at once if there is nothing to factor.
    fn open(&mut self, subs: Vec<NodeId>, waiting: &mut Vec<Level>) -> Option<NodeId> {
        let node = self.tree.allocate(Op::Empty, Flags::NONE);
        let (subs, seams) = self.splice(node, subs, Kind::Alternate);
        let settled = seams.iter().all(|seam| {
            let pair = seam.checked_sub(1).and_then(|from| subs.get(from..=*seam));
            !pair.is_some_and(|pair| self.would_join(pair))
        });
        if settled {
            *self.tree.op_mut(node) = Op::Alternate { subs, settled };
            return Some(node);
        }
        self.tree.limits.changed(node);
        waiting.push(Level { node, round: Round::Strings, rest: subs.into_iter(), out: Vec::new(), prefix: None });
        None
    }

    /// Whether any round would do something about two neighbours.
    fn would_join(&self, pair: &[NodeId]) -> bool {
        let &[first, second] = pair else {
            return false;
        };
        let (text, fold) = self.leading_string(first);
        let (other, other_fold) = self.leading_string(second);
        let ranked = |id| self.tree.op(id).class_rank().is_some();
        let empty = |id| matches!(self.tree.op(id), Op::Empty);
        (fold == other_fold && !text.is_empty() && text.first() == other.first())
            || (ranked(first) && ranked(second))
            || (empty(first) && empty(second))
            || self.leading_class(first).is_some_and(|prefix| self.begins_with(second, prefix))
    }

    /// Goes on to the next run of alternatives with a common beginning, which becomes the level's
    /// prefix; returns what remains of them.
    fn next_run(&mut self, level: &mut Level) -> Result<Option<Vec<NodeId>>, Exceeded> {
        loop {
            while let Some(first) = level.rest.next() {
                let found = match level.round {
                    Round::Strings => self.string_run(first, &mut level.rest)?,
                    Round::Classes => self.class_run(first, &mut level.rest)?,
                };
                if let Some((prefix, run)) = found {
                    level.prefix = Some(prefix);
                    return Ok(Some(run));
                }
                level.out.push(first);
            }
            if level.round == Round::Classes {
                return Ok(None);
            }
            level.round = Round::Classes;
            level.rest = std::mem::take(&mut level.out).into_iter();
        }
    }

    /// Rounds 3 and 4, and the end of a level.
    fn close(&mut self, level: Level) -> NodeId {
        let merged = self.merge_single_characters(level.out);
        let subs = self.join_empty(merged);
        if let [only] = *subs.as_slice() {
            self.tree.release(level.node);
            return only;
        }
        let settled = false;
        *self.tree.op_mut(level.node) = Op::Alternate { subs, settled };
        level.node
    }

    /// Round 1: a run of alternatives that begin with the same literal text. Returns that text and
    /// what remains of them.
    fn string_run(
        &mut self,
        first: NodeId,
        rest: &mut IntoIter<NodeId>,
    ) -> Result<Option<(NodeId, Vec<NodeId>)>, Exceeded> {
        let (text, fold) = self.leading_string(first);
        let (mut common, mut length) = (text.len(), 0);
        for next in rest.as_slice() {
            let (other, other_fold) = self.leading_string(*next);
            let pairs = text.iter().zip(other).take(common);
            let same = pairs.take_while(|(a, b)| a == b).count();
            if fold != other_fold || same == 0 {
                break;
            }
            common = same;
            length += 1;
        }
        if length == 0 {
            return Ok(None);
        }
        let prefix = Op::Literal(text.iter().copied().take(common).gather());
        let flags = if fold { Flags::FOLD } else { Flags::NONE };
        let prefix = self.tree.allocate(prefix, flags);
        let mut run = vec![first];
        run.extend(rest.take(length));
        for sub in &mut run {
            *sub = self.without_leading_string(*sub, common);
            self.tree.limits.changed(*sub);
            self.tree.check_limits(*sub, &self.stack)?;
        }
        Ok(Some((prefix, run)))
    }

    /// Round 2: a run of alternatives that begin with the same class, or class repeated a fixed
    /// number of times. Anything more would merge paths that Go keeps apart.
    fn class_run(
        &mut self,
        first: NodeId,
        rest: &mut IntoIter<NodeId>,
    ) -> Result<Option<(NodeId, Vec<NodeId>)>, Exceeded> {
        let Some(prefix) = self.leading_class(first) else {
            return Ok(None);
        };
        let others = rest.as_slice().iter();
        let others = others.take_while(|next| self.begins_with(**next, prefix));
        let length = others.count();
        if length == 0 {
            return Ok(None);
        }
        let mut run = vec![first];
        run.extend(rest.take(length));
        for (at, sub) in run.iter_mut().enumerate() {
            *sub = self.without_leading_node(*sub, at > 0);
            self.tree.limits.changed(*sub);
            self.tree.check_limits(*sub, &self.stack)?;
        }
        Ok(Some((prefix, run)))
    }

    /// Round 3: runs of single characters and classes become one class.
    fn merge_single_characters(&mut self, subs: Vec<NodeId>) -> Vec<NodeId> {
        let mut out = Vec::with_capacity(subs.len());
        let mut run = Vec::new();
        for sub in subs {
            if self.tree.op(sub).class_rank().is_some() {
                run.push(sub);
                continue;
            }
            self.merge_run(&mut run, &mut out);
            out.push(sub);
        }
        self.merge_run(&mut run, &mut out);
        out
    }

    fn merge_run(&mut self, run: &mut Vec<NodeId>, out: &mut Vec<NodeId>) {
        // The most complex one takes in the others: the first of the highest rank and size.
        let mut most = 0;
        for (at, sub) in run.iter().enumerate() {
            let complexity = |id: NodeId| match self.tree.op(id) {
                Op::Class(class) => (1, class.len()),
                op => (op.class_rank().unwrap_or(0), 0),
            };
            if run.get(most).is_some_and(|best| complexity(*best) < complexity(*sub)) {
                most = at;
            }
        }
        if run.len() > 1 {
            run.swap(0, most);
        }
        let mut subs = run.drain(..);
        let Some(kept) = subs.next() else {
            return;
        };
        let merged: Vec<_> = subs.gather();
        for sub in &merged {
            self.merge_classes(kept, *sub);
            self.tree.release(*sub);
        }
        if !merged.is_empty() {
            self.clean_alternative(kept);
        }
        out.push(kept);
    }

    /// Round 4: of empty alternatives in a row the last remains.
    fn join_empty(&self, subs: Vec<NodeId>) -> Vec<NodeId> {
        let is_empty = |id: &NodeId| matches!(self.tree.op(*id), Op::Empty);
        let mut out = Vec::with_capacity(subs.len());
        for sub in subs {
            if is_empty(&sub) && out.last().is_some_and(is_empty) {
                out.pop();
            }
            out.push(sub);
        }
        out
    }

    /// The literal text that an expression begins with, and whether it folds.
    fn leading_string(&self, id: NodeId) -> (&[u32], bool) {
        let id = match self.tree.op(id) {
            Op::Concat(subs) => subs.first().copied().unwrap_or(id),
            _ => id,
        };
        let node = self.tree.node(id);
        match &node.op {
            Op::Literal(runes) => (runes, node.flags.has(Flags::FOLD)),
            _ => (&[], false),
        }
    }

    /// Removes the first `count` code points of that text.
    fn without_leading_string(&mut self, id: NodeId, count: usize) -> NodeId {
        let first = match self.tree.op(id) {
            Op::Concat(subs) => subs.first().copied(),
            _ => None,
        };
        let op = self.tree.op_mut(first.unwrap_or(id));
        if let Op::Literal(runes) = op {
            runes.drain(..count.min(runes.len()));
            if runes.is_empty() {
                *op = Op::Empty;
            }
        }
        match first {
            Some(first) if matches!(self.tree.op(first), Op::Empty) => {
                self.tree.release(first);
                self.without_first(id)
            }
            _ => id,
        }
    }

    /// The expression that an expression begins with; `None` for an empty one.
    fn leading_node(&self, id: NodeId) -> Option<NodeId> {
        let leading = match self.tree.op(id) {
            Op::Concat(subs) => subs.first().copied().unwrap_or(id),
            _ => id,
        };
        (!matches!(self.tree.op(leading), Op::Empty)).then_some(leading)
    }

    /// Removes that expression; `release` gives it back to the arena.
    fn without_leading_node(&mut self, id: NodeId, release: bool) -> NodeId {
        let first = match self.tree.op(id) {
            Op::Concat(subs) => subs.first().copied(),
            _ => None,
        };
        if release {
            self.tree.release(first.unwrap_or(id));
        }
        match first {
            Some(_) => self.without_first(id),
            None => self.tree.allocate(Op::Empty, Flags::NONE),
        }
    }

    /// A concatenation without its first part: the second one alone if there were two.
    fn without_first(&mut self, id: NodeId) -> NodeId {
        let Op::Concat(subs) = self.tree.op_mut(id) else {
            return id;
        };
        if let [_, only] = *subs.as_slice() {
            self.tree.release(id);
            return only;
        }
        if !subs.is_empty() {
            subs.remove(0);
        }
        id
    }

    /// The class, or class repeated a fixed number of times, that an expression begins with.
    fn leading_class(&self, id: NodeId) -> Option<NodeId> {
        let is_class = |id: NodeId| self.tree.op(id).class_rank().is_some();
        self.leading_node(id).filter(|id| match self.tree.op(*id) {
            Op::Repeat { sub, min, max } => *max == Some(*min) && is_class(*sub),
            _ => is_class(*id),
        })
    }

    fn begins_with(&self, id: NodeId, prefix: NodeId) -> bool {
        self.leading_node(id).is_some_and(|leading| self.same_class(prefix, leading))
    }

    /// Whether two expressions are equal, the first of which is a fixed class.
    fn same_class(&self, id: NodeId, other: NodeId) -> bool {
        let (node, other) = (self.tree.node(id), self.tree.node(other));
        let same = |flag| node.flags.has(flag) == other.flags.has(flag);
        match (&node.op, &other.op) {
            (Op::Literal(a), Op::Literal(b)) => same(Flags::FOLD) && a == b,
            (Op::Class(a), Op::Class(b)) => same(Flags::FOLD) && a == b,
            (Op::AnyNotNewline, Op::AnyNotNewline) | (Op::Any, Op::Any) => true,
            (Op::Repeat { sub: a, min, max }, Op::Repeat { sub: b, min: other_min, max: other_max }) => {
                same(Flags::NON_GREEDY) && (min, max) == (other_min, other_max) && self.same_class(*a, *b)
            }
            _ => false,
        }
    }
}
