//! Rings of `dependsOn`: objects that wait for each other.

use std::collections::VecDeque;

use crate::collections::{Arrange, Gather, IndexMap, IndexSet};
use crate::model::{Kind, Object, Role, Set, Text};
use crate::yaml::{Node, Scalar, items_of};

use super::Surroundings;

/// An object that waits, and the reference by which it waits for the next one of its ring.
#[derive(Debug, Clone, Copy)]
pub struct Waiting<'a> {
    /// The object.
    pub object: Object<'a>,
    /// The entry of its `dependsOn`.
    pub reference: Node<'a>,
    /// False where the namespaces on the two sides are not both known.
    pub is_certain: bool,
}

/// The rings of a set, each reported at one object. Made when first asked for.
#[derive(Debug, Default)]
pub struct Rings<'a> {
    /// Each in order, beginning with the object that it is reported at.
    rings: Vec<Vec<Waiting<'a>>>,
}

/// From an object to one that it waits for.
struct Edge<'a> {
    to: usize,
    reference: Node<'a>,
    is_certain: bool,
}

struct Graph<'a> {
    nodes: Vec<Object<'a>>,
    edges: Vec<Vec<Edge<'a>>>,
}

impl<'a> Rings<'a> {
    pub(super) fn new(set: &Set<'a>, surroundings: &Surroundings<'a>) -> Self {
        let mut rings = Vec::new();
        for kind in [Kind::HelmRelease, Kind::Kustomization, Kind::ResourceSet] {
            let graph = Graph::new(set, surroundings, kind);
            for group in graph.groups() {
                rings.extend(graph.ring(&group));
            }
        }
        Self { rings }
    }

    /// The ring that is reported at an object.
    pub fn of(&self, object: Object<'_>) -> Option<&[Waiting<'a>]> {
        let begins = |ring: &&Vec<Waiting<'a>>| ring.first().is_some_and(|first| first.object.is(object));
        self.rings.iter().find(begins).map(Vec::as_slice)
    }
}

impl<'a> Graph<'a> {
    fn new(set: &Set<'a>, surroundings: &Surroundings<'a>, kind: Kind) -> Self {
        let nodes: Vec<Object<'a>> = set
            .of_kind(kind)
            .filter(|object| object.at("spec.dependsOn").is_some_and(Node::is_sequence))
            .filter(|object| !surroundings.is_fragment(set, *object))
            .gather();
        let place: IndexMap<_, usize> =
            nodes.iter().enumerate().map(|(index, object)| ((object.file.id, object.entry.root), index)).collect();
        let edges = nodes
            .iter()
            .map(|from| {
                let references = items_of(from.at("spec.dependsOn"));
                references
                    .filter_map(|reference| {
                        let (target, is_certain) = target(set, *from, reference)?;
                        let to = *place.get(&(target.file.id, target.entry.root))?;
                        Some(Edge { to, reference, is_certain })
                    })
                    .gather()
            })
            .gather();
        Self { nodes, edges }
    }

    fn edges_of(&self, node: usize) -> &[Edge<'a>] {
        self.edges.get(node).map_or(&[], Vec::as_slice)
    }

    /// The strongly connected components that hold a ring (Tarjan's algorithm, without recursion),
    /// each sorted.
    fn groups(&self) -> Vec<Vec<usize>> {
        const NEW: usize = usize::MAX;
        let count = self.nodes.len();
        let (mut index, mut low, mut on_stack) = (vec![NEW; count], vec![0; count], vec![false; count]);
        let (mut stack, mut groups, mut next) = (Vec::new(), Vec::new(), 0);
        for root in 0..count {
            if index[root] != NEW {
                continue;
            }
            let mut calls = vec![(root, 0)];
            while let Some((node, edge)) = calls.pop() {
                if edge == 0 {
                    (index[node], low[node], on_stack[node]) = (next, next, true);
                    next += 1;
                    stack.push(node);
                }
                if let Some(to) = self.edges_of(node).get(edge).map(|edge| edge.to) {
                    calls.push((node, edge + 1));
                    if index[to] == NEW {
                        calls.push((to, 0));
                    } else if on_stack[to] {
                        low[node] = low[node].min(index[to]);
                    }
                    continue;
                }
                if let Some(&(caller, _)) = calls.last() {
                    low[caller] = low[caller].min(low[node]);
                }
                if low[node] == index[node] {
                    let mut group = Vec::new();
                    while let Some(member) = stack.pop() {
                        on_stack[member] = false;
                        group.push(member);
                        if member == node {
                            break;
                        }
                    }
                    group.arrange();
                    if group.len() > 1 || self.edges_of(node).iter().any(|edge| edge.to == node) {
                        groups.push(group);
                    }
                }
            }
        }
        groups
    }

    /// The shortest ring through the first object of a group that was named.
    fn ring(&self, group: &[usize]) -> Option<Vec<Waiting<'a>>> {
        let named = |index: &usize| self.nodes.get(*index).is_some_and(|object| object.file.role == Role::Named);
        let start =
            group.iter().copied().filter(named).min_by_key(|index| {
                self.nodes.get(*index).map(|object| (object.file.path.as_str(), object.entry.root))
            })?;
        let members: IndexSet<usize> = group.iter().copied().collect();
        let mut came: IndexMap<usize, (usize, &Edge<'a>)> = IndexMap::new();
        let mut queue = VecDeque::from([start]);
        'search: while let Some(node) = queue.pop_front() {
            for edge in self.edges_of(node).iter().filter(|edge| members.contains(&edge.to)) {
                if !came.contains_key(&edge.to) {
                    came.insert(edge.to, (node, edge));
                    if edge.to == start {
                        break 'search;
                    }
                    queue.push_back(edge.to);
                }
            }
        }
        let mut ring = Vec::new();
        let mut at = start;
        loop {
            let (from, edge) = came.get(&at)?;
            let object = self.nodes.get(*from).copied()?;
            ring.push(Waiting { object, reference: edge.reference, is_certain: edge.is_certain });
            at = *from;
            if at == start {
                break;
            }
        }
        ring.reverse();
        Some(ring)
    }
}

/// The one object that an entry of `dependsOn` waits for, and whether that is certain; `None` where
/// several may be meant, or the entry asks for less than that the object is ready.
fn target<'a>(set: &Set<'a>, from: Object<'a>, reference: Node<'a>) -> Option<(Object<'a>, bool)> {
    let text = |key: &str| Text::of(from.file, reference.get(key)?).filter(|text| !text.is_empty());
    if text("readyExpr").is_some() {
        return None;
    }
    if from.kind() == Kind::ResourceSet {
        let ready = reference.get("ready").is_some_and(|ready| ready.scalar() == Some(Scalar::Bool(true)));
        if !ready || text("kind")?.known() != Some("ResourceSet") {
            return None;
        }
    }
    let (name, namespace) = (text("name")?, text("namespace"));
    let name = name.known()?;
    let wanted = match &namespace {
        Some(namespace) => Some(namespace.known()?),
        None => from.namespace(),
    };
    if name == from.name() && (namespace.is_none() || wanted == from.namespace()) {
        return Some((from, true));
    }
    let fits = |object: &&Object<'a>| wanted.is_none() || object.namespace().is_none_or(|has| Some(has) == wanted);
    let mut found = set.named(from.kind(), name).iter().filter(fits).copied();
    let (first, second) = (found.next()?, found.next());
    let is_certain = match namespace {
        Some(_) => first.namespace() == wanted,
        None => first.namespace() == from.namespace(),
    };
    (second.is_none() && !first.is(from)).then_some((first, is_certain))
}
