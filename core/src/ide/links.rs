//! From a name to the object that bears it, and back.

use crate::diag::Location;
use crate::lint::Linter;
use crate::model::File;

/// Where what is named at `offset` is defined.
pub fn definition<'a>(_linter: &Linter<'a>, _file: &'a File, _offset: usize) -> Vec<Location> {
    Vec::new()
}

/// Where the object whose name stands at `offset` is named.
pub fn references<'a>(_linter: &Linter<'a>, _file: &'a File, _offset: usize) -> Vec<Location> {
    Vec::new()
}
