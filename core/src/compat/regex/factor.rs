//! Factoring the common beginnings of alternatives: `abc|abd` becomes `ab[cd]`.
//!
//! Done not for speed but because Go does it before it measures a tree: what is nested too deeply
//! depends on it. Source: regexp/syntax `factor` and what it calls.

use super::builder::Builder;
use super::tree::{Exceeded, Flags, NodeId, Op};

/// Each level of factoring adds a level to the tree and leaves two nodes, so that at this depth the
/// limit on height is passed for certain; stopping here bounds our own stack.
const MAX_DEPTH: u32 = 1000;

impl Builder {
    /// Factors a list of alternatives, in Go's four rounds.
    pub(super) fn factor(&mut self, subs: Vec<NodeId>, depth: u32) -> Result<Vec<NodeId>, Exceeded> {
        if subs.len() < 2 {
            return Ok(subs);
        }
        if depth >= MAX_DEPTH {
            return Err(Exceeded::Height);
        }
        let subs = self.factor_strings(subs, depth)?;
        let subs = self.factor_classes(subs, depth)?;
        let subs = self.merge_single_characters(subs);
        Ok(self.join_empty(subs))
    }

    /// Round 1: runs of alternatives that begin with the same literal text.
    fn factor_strings(&mut self, subs: Vec<NodeId>, depth: u32) -> Result<Vec<NodeId>, Exceeded> {
        let mut out = Vec::with_capacity(subs.len());
        let mut rest = subs.into_iter().peekable();
        while let Some(first) = rest.next() {
            let (text, fold) = self.leading_string(first);
            let mut common = text.len();
            let mut run = vec![first];
            while let Some(&next) = rest.peek() {
                let (other, other_fold) = self.leading_string(next);
                let (text, _) = self.leading_string(first);
                let same = text.iter().zip(other).take(common).take_while(|(a, b)| a == b).count();
                if fold != other_fold || same == 0 {
                    break;
                }
                common = same;
                run.push(next);
                rest.next();
            }
            if run.len() == 1 {
                out.push(first);
                continue;
            }
            let prefix = self.leading_string(first).0.iter().copied().take(common);
            let prefix = Op::Literal(prefix.collect());
            let flags = if fold { Flags::FOLD } else { Flags::NONE };
            let prefix = self.tree.allocate(prefix, flags);
            for sub in &mut run {
                *sub = self.without_leading_string(*sub, common);
                self.tree.check_limits(*sub, &self.stack)?;
            }
            out.push(self.prefixed(prefix, run, depth)?);
        }
        Ok(out)
    }

    /// Round 2: runs of alternatives that begin with the same class, or class repeated a fixed
    /// number of times. Anything more would merge paths that Go keeps apart.
    fn factor_classes(&mut self, subs: Vec<NodeId>, depth: u32) -> Result<Vec<NodeId>, Exceeded> {
        let mut out = Vec::with_capacity(subs.len());
        let mut rest = subs.into_iter().peekable();
        while let Some(first) = rest.next() {
            let mut run = vec![first];
            let prefix = self.leading_node(first);
            if let Some(prefix) = prefix.filter(|id| self.is_fixed_class(*id)) {
                while let Some(next) =
                    rest.next_if(|next| self.leading_node(*next).is_some_and(|other| self.same_class(prefix, other)))
                {
                    run.push(next);
                }
            }
            let (Some(prefix), [_, _, ..]) = (prefix, run.as_slice()) else {
                out.push(first);
                continue;
            };
            for (at, sub) in run.iter_mut().enumerate() {
                *sub = self.without_leading_node(*sub, at > 0);
                self.tree.check_limits(*sub, &self.stack)?;
            }
            out.push(self.prefixed(prefix, run, depth)?);
        }
        Ok(out)
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
        let merged: Vec<_> = subs.collect();
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

    /// `prefix(a|b|…)`.
    fn prefixed(&mut self, prefix: NodeId, suffixes: Vec<NodeId>, depth: u32) -> Result<NodeId, Exceeded> {
        let suffix = self.collapse_alternate(suffixes, depth + 1)?;
        Ok(self.tree.allocate(Op::Concat(vec![prefix, suffix]), Flags::NONE))
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

    /// A class, or a class repeated a fixed number of times.
    fn is_fixed_class(&self, id: NodeId) -> bool {
        match self.tree.op(id) {
            Op::Repeat { sub, min, max } => *max == Some(*min) && self.tree.op(*sub).class_rank().is_some(),
            op => op.class_rank().is_some(),
        }
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
