//! A map and a set that keep their entries in the order in which they came, and how vectors are filled and sorted.
//!
//! One table of places serves every type of key: of a map over another type, only the comparison of two keys is
//! compiled anew. B-trees and hash maps of the standard library are compiled anew as a whole for each, and the core has
//! some forty of them: in WebAssembly that was a tenth of the download.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::hash::{BuildHasher, Hash, Hasher};
use std::{mem, vec};

use foldhash::fast::{FixedState, FoldHasher};

/// Iterators whose items go into a vector.
pub trait Gather: Iterator {
    /// As `collect`. That is compiled anew for every chain of adapters; in WebAssembly this is so for every type of items
    /// alone.
    fn gather(mut self) -> Vec<Self::Item>
    where
        Self: Sized,
    {
        if cfg!(target_family = "wasm") { fill(&mut self) } else { self.collect() }
    }
}

impl<I: Iterator> Gather for I {}

/// What items come from. A trait of its own, for as few functions behind it as there can be.
trait Source<T> {
    fn pull(&mut self) -> Option<T>;
}

impl<I: Iterator> Source<I::Item> for I {
    fn pull(&mut self) -> Option<I::Item> {
        self.next()
    }
}

#[inline(never)]
fn fill<T>(source: &mut dyn Source<T>) -> Vec<T> {
    let mut out = Vec::new();
    while let Some(item) = source.pull() {
        out.push(item);
    }
    out
}

/// Slices that are put in order, equal items as they stood.
pub trait Arrange<T> {
    /// As `sort_by`. The whole of that is compiled anew for every order; in WebAssembly only the comparison is.
    fn arrange_by(&mut self, compare: impl FnMut(&T, &T) -> Ordering);

    /// As `sort`.
    fn arrange(&mut self)
    where
        T: Ord;

    /// As `sort_by_key`.
    fn arrange_by_key<K: Ord>(&mut self, key: impl FnMut(&T) -> K);
}

impl<T> Arrange<T> for [T] {
    fn arrange_by(&mut self, compare: impl FnMut(&T, &T) -> Ordering) {
        if cfg!(target_family = "wasm") {
            arrange(self.len(), &mut By { items: self, compare });
        } else {
            self.sort_by(compare);
        }
    }

    fn arrange(&mut self)
    where
        T: Ord,
    {
        self.arrange_by(T::cmp);
    }

    fn arrange_by_key<K: Ord>(&mut self, mut key: impl FnMut(&T) -> K) {
        self.arrange_by(|one, other| key(one).cmp(&key(other)));
    }
}

/// Items that are sorted by their places alone.
trait Sortable {
    fn compare(&mut self, one: usize, other: usize) -> Ordering;
    fn swap(&mut self, one: usize, other: usize);
}

struct By<'s, T, F> {
    items: &'s mut [T],
    compare: F,
}

impl<T, F: FnMut(&T, &T) -> Ordering> Sortable for By<'_, T, F> {
    fn compare(&mut self, one: usize, other: usize) -> Ordering {
        match (self.items.get(one), self.items.get(other)) {
            (Some(one), Some(other)) => (self.compare)(one, other),
            _ => Ordering::Equal,
        }
    }

    fn swap(&mut self, one: usize, other: usize) {
        self.items.swap(one, other);
    }
}

#[inline(never)]
fn arrange(count: usize, items: &mut dyn Sortable) {
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|one, other| items.compare(*one, *other));
    // Where each item is to go. Every swap brings at least one there.
    let mut target = vec![0; count];
    for (to, from) in order.into_iter().enumerate() {
        target[from] = to;
    }
    for at in 0..count {
        while target[at] != at {
            let to = target[at];
            items.swap(at, to);
            target.swap(at, to);
        }
    }
}

/// A hash map whose entries stay in the order in which their keys first came, so that every run goes through them in
/// the same.
#[derive(Debug, Clone)]
pub struct IndexMap<K, V> {
    entries: Vec<(K, V)>,
    places: Places,
}

/// A set in the order in which its members first came.
#[derive(Debug, Clone)]
pub struct IndexSet<K>(IndexMap<K, ()>);

/// The places of entries by the hashes of their keys: a table with at least half of its slots free, in which each place
/// stands in the first slot that was free from where its hash points to.
#[derive(Debug, Clone, Default)]
struct Places {
    /// None yet, or a power of two.
    slots: Vec<Slot>,
    count: usize,
}

#[derive(Debug, Clone, Copy)]
struct Slot {
    hash: u32,
    /// `FREE`, or where the entry stands.
    place: u32,
}

const FREE: Slot = Slot { hash: 0, place: u32::MAX };

impl Slot {
    fn is_free(self) -> bool {
        self.place == FREE.place
    }
}

impl Places {
    /// The slot of a key.
    #[inline(never)]
    fn slot_of(&self, hash: u32, key: &dyn Wanted) -> Option<usize> {
        let last = self.slots.len().checked_sub(1)?;
        let mut at = hash as usize & last;
        loop {
            let slot = self.slots[at];
            if slot.is_free() {
                return None;
            }
            if slot.hash == hash && key.stands_at(slot.place as usize) {
                return Some(at);
            }
            at = (at + 1) & last;
        }
    }

    fn find(&self, hash: u32, key: &dyn Wanted) -> Option<usize> {
        self.slot_of(hash, key).map(|at| self.slots[at].place as usize)
    }

    #[inline(never)]
    fn insert(&mut self, hash: u32, place: usize) {
        if (self.count + 1) * 2 > self.slots.len() {
            self.reserve(self.count + 1);
        }
        self.count += 1;
        self.put(Slot { hash, place: place as u32 });
    }

    #[inline(never)]
    fn put(&mut self, slot: Slot) {
        let last = self.slots.len() - 1;
        let mut at = slot.hash as usize & last;
        while !self.slots[at].is_free() {
            at = (at + 1) & last;
        }
        self.slots[at] = slot;
    }

    #[inline(never)]
    fn reserve(&mut self, more: usize) {
        let wanted = (self.count + more) * 2;
        if wanted > self.slots.len() {
            let larger = vec![FREE; wanted.next_power_of_two()];
            for slot in mem::replace(&mut self.slots, larger) {
                if !slot.is_free() {
                    self.put(slot);
                }
            }
        }
    }

    fn clear(&mut self) {
        self.slots.clear();
        self.count = 0;
    }

    /// Forgets a place; the entry that stood at the end is to stand there from then on.
    #[inline(never)]
    fn swap_remove(&mut self, hash: u32, place: usize, last: (u32, usize)) {
        let Some(mut at) = self.slot_of(hash, &place) else { return };
        if let Some(moved) = self.slot_of(last.0, &last.1) {
            self.slots[moved].place = place as u32;
        }
        self.slots[at] = FREE;
        self.count -= 1;
        // What stood behind it because its own slot was taken is to be found again.
        loop {
            at = (at + 1) & (self.slots.len() - 1);
            let next = mem::replace(&mut self.slots[at], FREE);
            if next.is_free() {
                break;
            }
            self.put(next);
        }
    }
}

/// A key that is looked for.
trait Wanted {
    fn stands_at(&self, place: usize) -> bool;
}

/// The key of the entry that stands at a place.
impl Wanted for usize {
    fn stands_at(&self, place: usize) -> bool {
        *self == place
    }
}

struct Among<'m, K, V, Q: ?Sized> {
    entries: &'m [(K, V)],
    key: &'m Q,
}

impl<K: Borrow<Q>, V, Q: Eq + ?Sized> Wanted for Among<'_, K, V, Q> {
    fn stands_at(&self, place: usize) -> bool {
        self.entries.get(place).is_some_and(|(has, _)| has.borrow() == self.key)
    }
}

fn hash_of<Q: Hash + ?Sized>(key: &Q) -> u32 {
    let mut hasher = Folding(FixedState::default().build_hasher());
    key.hash(&mut hasher);
    hasher.finish() as u32
}

/// The hasher, compiled once in WebAssembly and not within every key's own code. Without a seed of its own, for runs that are
/// alike; whoever makes keys that collide makes their own check slow.
struct Folding<'s>(FoldHasher<'s>);

impl Hasher for Folding<'_> {
    #[cfg_attr(target_family = "wasm", inline(never))]
    fn write(&mut self, bytes: &[u8]) {
        self.0.write(bytes);
    }

    #[cfg_attr(target_family = "wasm", inline(never))]
    fn write_u64(&mut self, number: u64) {
        self.0.write_u64(number);
    }

    fn write_u8(&mut self, number: u8) {
        self.write_u64(number.into());
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(number.into());
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }

    fn finish(&self) -> u64 {
        self.0.finish()
    }
}

impl<K, V> Default for IndexMap<K, V> {
    fn default() -> Self {
        Self { entries: Vec::new(), places: Places::default() }
    }
}

impl<K, V> IndexMap<K, V> {
    /// No entries.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// True where there is no entry.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Makes room for as many more entries.
    pub fn reserve(&mut self, more: usize) {
        self.entries.reserve(more);
        self.places.reserve(more);
    }

    /// Forgets all entries.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.places.clear();
    }

    /// The entries, in the order in which their keys first came.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> + ExactSizeIterator + Clone {
        self.entries.iter().map(|(key, value)| (key, value))
    }

    /// The keys, in their order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &K> + ExactSizeIterator + Clone {
        self.entries.iter().map(|(key, _)| key)
    }

    /// The values, in the order of their keys.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> + ExactSizeIterator + Clone {
        self.entries.iter().map(|(_, value)| value)
    }

    /// The values, to change them.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.entries.iter_mut().map(|(_, value)| value)
    }

    /// The entries, the least key first.
    pub fn sorted(&self) -> Vec<(&K, &V)>
    where
        K: Ord,
    {
        let mut entries = self.iter().gather();
        entries.arrange_by_key(|(key, _)| *key);
        entries
    }
}

impl<K: Hash + Eq, V> IndexMap<K, V> {
    fn place<Q: Hash + Eq + ?Sized>(&self, hash: u32, key: &Q) -> Option<usize>
    where
        K: Borrow<Q>,
    {
        self.places.find(hash, &Among { entries: &self.entries, key })
    }

    /// The value of a key.
    pub fn get<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        let (_, value) = self.entries.get(self.place(hash_of(key), key)?)?;
        Some(value)
    }

    /// The value of a key, to change it.
    pub fn get_mut<Q: Hash + Eq + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        let place = self.place(hash_of(key), key)?;
        let (_, value) = self.entries.get_mut(place)?;
        Some(value)
    }

    /// True where there is an entry of the key.
    pub fn contains_key<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.place(hash_of(key), key).is_some()
    }

    /// The value of a key, made where there is none yet.
    pub fn or_insert_with(&mut self, key: K, make: impl FnOnce() -> V) -> &mut V {
        let hash = hash_of(&key);
        let place = match self.place(hash, &key) {
            Some(place) => place,
            None => {
                let place = self.entries.len();
                self.places.insert(hash, place);
                self.entries.push((key, make()));
                place
            }
        };
        &mut self.entries[place].1
    }

    /// The value of a key, the default where there is none yet.
    pub fn or_default(&mut self, key: K) -> &mut V
    where
        V: Default,
    {
        self.or_insert_with(key, V::default)
    }

    /// Sets the value of a key, which keeps its place where it has one. True where it is new.
    pub fn insert(&mut self, key: K, value: V) -> bool {
        let hash = hash_of(&key);
        if let Some((_, has)) = self.place(hash, &key).and_then(|place| self.entries.get_mut(place)) {
            *has = value;
            return false;
        }
        self.places.insert(hash, self.entries.len());
        self.entries.push((key, value));
        true
    }

    /// Takes an entry out; the last one takes its place.
    pub fn swap_remove<Q: Hash + Eq + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let hash = hash_of(key);
        let place = self.place(hash, key)?;
        let (last, _) = self.entries.last()?;
        self.places.swap_remove(hash, place, (hash_of(last.borrow()), self.entries.len() - 1));
        let (_, value) = self.entries.swap_remove(place);
        Some(value)
    }
}

impl<'m, K, V> IntoIterator for &'m IndexMap<K, V> {
    type Item = (&'m K, &'m V);
    type IntoIter = std::iter::Map<std::slice::Iter<'m, (K, V)>, fn(&'m (K, V)) -> (&'m K, &'m V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.iter().map(|(key, value)| (key, value))
    }
}

impl<K, V> IntoIterator for IndexMap<K, V> {
    type Item = (K, V);
    type IntoIter = vec::IntoIter<(K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl<K: Hash + Eq, V> Extend<(K, V)> for IndexMap<K, V> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        for (key, value) in entries {
            self.insert(key, value);
        }
    }
}

impl<K: Hash + Eq, V> FromIterator<(K, V)> for IndexMap<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut out = Self::new();
        out.extend(entries);
        out
    }
}

/// Equal where the entries are, in whatever order.
impl<K: Hash + Eq, V: PartialEq> PartialEq for IndexMap<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().all(|(key, value)| other.get(key) == Some(value))
    }
}

impl<K: Hash + Eq, V: Eq> Eq for IndexMap<K, V> {}

impl<K> Default for IndexSet<K> {
    fn default() -> Self {
        Self(IndexMap::default())
    }
}

impl<K> IndexSet<K> {
    /// No members.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True where there is no member.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The members, in the order in which they first came.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &K> + ExactSizeIterator + Clone {
        self.0.keys()
    }

    /// The members, the least first.
    pub fn sorted(&self) -> Vec<&K>
    where
        K: Ord,
    {
        let mut members = self.iter().gather();
        members.arrange();
        members
    }
}

impl<K: Hash + Eq> IndexSet<K> {
    /// Takes a member in. True where it is new.
    pub fn insert(&mut self, member: K) -> bool {
        self.0.insert(member, ())
    }

    /// True for a member.
    pub fn contains<Q: Hash + Eq + ?Sized>(&self, member: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.0.contains_key(member)
    }
}

impl<K: Hash + Eq> Extend<K> for IndexSet<K> {
    fn extend<I: IntoIterator<Item = K>>(&mut self, members: I) {
        for member in members {
            self.insert(member);
        }
    }
}

impl<K: Hash + Eq> FromIterator<K> for IndexSet<K> {
    fn from_iter<I: IntoIterator<Item = K>>(members: I) -> Self {
        let mut out = Self::new();
        out.extend(members);
        out
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn entries_keep_their_order_and_the_last_takes_the_place_of_one_that_goes() {
        let mut map: IndexMap<String, u32> = ["c", "a", "b", "a"].map(str::to_owned).into_iter().zip(0..).collect();
        assert_eq!(
            map.iter().map(|(key, value)| (key.as_str(), *value)).collect::<Vec<_>>(),
            [("c", 0), ("a", 3), ("b", 2)]
        );
        assert_eq!(map.swap_remove("c"), Some(0));
        assert_eq!(map.swap_remove("c"), None);
        *map.or_default("d".to_owned()) += 1;
        *map.or_insert_with("d".to_owned(), || 7) += 1;
        assert_eq!(map.keys().collect::<Vec<_>>(), ["b", "a", "d"]);
        assert_eq!(map.swap_remove("d"), Some(2));
        assert_eq!(map.sorted(), [(&"a".to_owned(), &3), (&"b".to_owned(), &2)]);
        assert_eq!(map, ["a", "b"].map(str::to_owned).into_iter().zip([3, 2]).collect());
        map.clear();
        assert!(map.is_empty() && !map.contains_key("a"));
    }

    /// As `sort_by_key`, for every number of items that it treats in its own way.
    #[test]
    fn items_are_put_in_order_and_equal_ones_keep_theirs() {
        for count in (0..80).chain([1000]) {
            let items: Vec<(usize, usize)> = (0..count).map(|at| (at * 7919 % 31, at)).collect();
            let (mut ours, mut theirs) = (items.clone(), items);
            arrange(
                count,
                &mut By { items: &mut ours, compare: |a: &(usize, usize), b: &(usize, usize)| a.0.cmp(&b.0) },
            );
            theirs.sort_by_key(|item| item.0);
            assert_eq!(ours, theirs);
        }
    }

    /// What the standard library's map says after the same inserts and removals.
    #[test]
    fn it_holds_what_a_b_tree_holds() {
        let (mut ours, mut theirs) = (IndexMap::new(), BTreeMap::new());
        let mut state = 7_u64;
        for step in 0..20_000_u32 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let key = state >> 54;
            if state & (1 << 20) == 0 {
                assert_eq!(ours.insert(key, step), theirs.insert(key, step).is_none());
            } else {
                assert_eq!(ours.swap_remove(&key), theirs.remove(&key));
            }
            assert_eq!((ours.len(), ours.get(&key)), (theirs.len(), theirs.get(&key)));
        }
        assert_eq!(ours.sorted(), theirs.iter().collect::<Vec<_>>());
    }
}
