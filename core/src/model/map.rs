//! Hash maps for the indexes of a set.

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::BuildHasherDefault;

/// A hash map with a fixed state: the same on every run. What is read from it never depends on its
/// order.
pub(super) type Map<K, V> = HashMap<K, V, BuildHasherDefault<DefaultHasher>>;
