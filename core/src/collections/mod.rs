//! A map and a set that keep their entries in the order in which they came, and how vectors are filled and sorted.
//!
//! One table of places serves every type of key: of a map over another type, only the comparison of two keys is
//! compiled anew. B-trees and hash maps of the standard library are compiled anew as a whole for each, and the core has
//! some forty of them: in WebAssembly that was a tenth of the download.

mod arrange;
mod gather;
mod map;

pub use arrange::Arrange;
pub use gather::Gather;
pub use map::{IndexMap, IndexSet};
