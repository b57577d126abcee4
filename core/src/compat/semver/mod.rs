//! Versions and ranges as Flux reads them: Masterminds/semver 3.5.0 under fluxcd/pkg/version.
//!
//! Written here because no Rust library reads this flavour: Cargo's, npm's and Composer's ranges
//! have other operators, other defaults and another grammar (`1.2.3` is an equality here, `x`,
//! `||`, `a - b` and blanks between terms are accepted, and so are versions such as `v01.2`).
//!
//! What the original does by accident is kept, since a controller does it too: `^*` takes 0.0.0
//! alone, `~0.0.0` takes everything, `<=*` stops below 0.1.0, and a range `a - b` is rewritten
//! wherever its text occurs first.

mod analysis;
mod constraint;
mod interval;
mod parse;
#[cfg(test)]
mod properties;
mod scan;
mod version;
mod words;

pub use constraint::{Constraint, Mismatch};
pub use parse::{ConstraintError, ConstraintErrorKind, MAX_CONSTRAINT_GROUPS, MAX_CONSTRAINT_LENGTH};
pub use version::{MAX_VERSION_LENGTH, Version, VersionError};

pub(crate) use version::has_three_parts;
