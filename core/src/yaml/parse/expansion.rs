//! How far aliases may blow a document up: a few lines of them can stand for billions of nodes.
//!
//! Source: go-yaml v2 `decode.go`, which counts what it decodes and refuses "excessive aliasing".
//! The count here is the same, so that what passes is what Kubernetes takes; and since everything
//! walks the tree with aliases followed, what passes is also cheap to walk.

use crate::text::Span;
use crate::yaml::tree::{ALIAS, Kind, NodeData, NodeId, Tree};

use super::{MAX_DEPTH, Read, Reader, fault};

/// Up to how many decoded nodes nearly all may come from aliases, and from how many on only a tenth.
const SMALL: u64 = 400_000;
const LARGE: u64 = 4_000_000;

impl Reader<'_> {
    /// Refuses a document whose aliases stand for too much. Its aliases are not followed then.
    pub(super) fn check_expansion(&mut self) -> Read<()> {
        let mut walk = Walk {
            text: self.text,
            tree: &self.tree,
            open: Vec::new(),
            // The document itself is the first.
            decoded: 1,
            from_aliases: 0,
            alias_depth: 0,
            depth: 0,
            alias: Span::at(self.document.start),
        };
        let Err(error) = walk.run(self.document.root) else { return Ok(()) };
        for data in self.tree.nodes.iter_mut().skip(self.document.first_node) {
            if data.has(ALIAS) {
                data.flags &= !ALIAS;
                data.content = data.span;
            }
        }
        Err(error)
    }
}

struct Walk<'t> {
    text: &'t str,
    tree: &'t Tree,
    open: Vec<Open>,
    decoded: u64,
    from_aliases: u64,
    alias_depth: usize,
    /// Collections that are open, aliases followed.
    depth: usize,
    /// The outermost alias that is being followed.
    alias: Span,
}

enum Open {
    /// A collection: the child to come, and whether it is a mapping's key.
    Collection {
        next: u32,
        mapping: bool,
        key: bool,
    },
    Alias,
}

impl Walk<'_> {
    fn run(&mut self, root: u32) -> Read<()> {
        self.visit(root)?;
        while let Some(open) = self.open.last_mut() {
            match open {
                Open::Collection { next, mapping, key } => {
                    let child = *next;
                    let is_key = *key;
                    let Some(data) = self.tree.nodes.get(child as usize) else {
                        self.depth -= 1;
                        self.open.pop();
                        continue;
                    };
                    *next = data.next;
                    *key = *mapping && !is_key;
                    if is_key && self.merges(child) {
                        self.visit_merged(data.next)?;
                    } else {
                        self.visit(child)?;
                    }
                }
                Open::Alias => {
                    self.alias_depth -= 1;
                    self.open.pop();
                }
            }
        }
        Ok(())
    }

    fn merges(&self, key: u32) -> bool {
        self.tree.node(self.text, NodeId(key)).is_some_and(|key| key.is_merge())
    }

    /// The value of `<<`: the key is not decoded, nor is a list of what is to be merged.
    fn visit_merged(&mut self, value: u32) -> Read<()> {
        let Some(data) = self.tree.nodes.get(value as usize) else { return Ok(()) };
        if let Some(Open::Collection { next, key, .. }) = self.open.last_mut() {
            *next = data.next;
            *key = true;
        }
        if data.kind == Kind::Sequence { self.enter(data) } else { self.visit(value) }
    }

    fn visit(&mut self, node: u32) -> Read<()> {
        let Some(mut data) = self.tree.nodes.get(node as usize) else { return Ok(()) };
        self.count()?;
        if data.has(ALIAS) {
            if self.alias_depth == 0 {
                self.alias = data.span;
            }
            self.alias_depth += 1;
            self.open.push(Open::Alias);
            let Some(target) = self.tree.nodes.get(data.content.start as usize) else { return Ok(()) };
            data = target;
            self.count()?;
        }
        if data.kind == Kind::Scalar { Ok(()) } else { self.enter(data) }
    }

    fn enter(&mut self, data: &NodeData) -> Read<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(fault(self.alias, "with this alias followed, collections nest more than 1,000 deep"));
        }
        let mapping = data.kind == Kind::Mapping;
        self.open.push(Open::Collection { next: data.content.start, mapping, key: mapping });
        Ok(())
    }

    fn count(&mut self) -> Read<()> {
        self.decoded += 1;
        self.from_aliases += u64::from(self.alias_depth > 0);
        let ratio = match self.decoded {
            ..=SMALL => 0.99,
            LARGE.. => 0.10,
            decoded => 0.99 - 0.89 * ((decoded - SMALL) as f64 / (LARGE - SMALL) as f64),
        };
        let excessive =
            self.from_aliases > 100 && self.decoded > 1_000 && self.from_aliases as f64 / self.decoded as f64 > ratio;
        if excessive {
            return Err(fault(self.alias, "aliases blow this document up beyond what Kubernetes reads"));
        }
        Ok(())
    }
}
