//! What it means and what to do: a table of rows, each one file.

use super::case::Case;
use super::evidence::{Evidence, Fetch};
use super::verdict::Explanation;
use super::walk::Walk;

/// Explains where a walk ended.
///
/// # Errors
///
/// What has to be asked before it can be.
pub(super) fn explain(_case: &Case, _evidence: &Evidence, _walk: &Walk) -> Result<Option<Explanation>, Vec<Fetch>> {
    Ok(None)
}
