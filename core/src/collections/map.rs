use std::borrow::Borrow;
use std::hash::{BuildHasher, Hash, Hasher};
use std::vec;

use foldhash::fast::{FixedState, FoldHasher};
use hashbrown::HashTable;

use super::{Arrange, Gather};

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

/// The places of entries by the hashes of their keys, each with its hash.
#[derive(Debug, Clone, Default)]
struct Places(HashTable<(u64, usize)>);

impl Places {
    #[inline(never)]
    fn find(&self, hash: u64, key: &dyn Wanted) -> Option<usize> {
        self.0.find(hash, |&(has, place)| has == hash && key.stands_at(place)).map(|&(_, place)| place)
    }

    #[inline(never)]
    fn insert(&mut self, hash: u64, place: usize) {
        self.0.insert_unique(hash, (hash, place), |&(hash, _)| hash);
    }

    #[inline(never)]
    fn reserve(&mut self, more: usize) {
        self.0.reserve(more, |&(hash, _)| hash);
    }

    /// Forgets a place; the entry that stood at the end is to stand there from then on.
    #[inline(never)]
    fn swap_remove(&mut self, hash: u64, place: usize, last: (u64, usize)) {
        if let Ok(found) = self.0.find_entry(hash, |&(_, has)| has == place) {
            found.remove();
        }
        if let Some((_, moved)) = self.0.find_mut(last.0, |&(_, has)| has == last.1) {
            *moved = place;
        }
    }
}

/// A key that is looked for.
trait Wanted {
    fn stands_at(&self, place: usize) -> bool;
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

fn hash_of<Q: Hash + ?Sized>(key: &Q) -> u64 {
    let mut hasher = Folding(FixedState::default().build_hasher());
    key.hash(&mut hasher);
    hasher.finish()
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
        self.places.0.clear();
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
    fn place<Q: Hash + Eq + ?Sized>(&self, hash: u64, key: &Q) -> Option<usize>
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
