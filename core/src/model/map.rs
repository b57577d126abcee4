//! Hash maps for the indexes of a set.

use std::collections::HashMap;

use foldhash::fast::FixedState;

/// A hash map with a fixed state: the same on every run. What is read from it never depends on its
/// order.
pub(super) type Map<K, V> = HashMap<K, V, FixedState>;
