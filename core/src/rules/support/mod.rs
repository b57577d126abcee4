//! What several rules say or mend in the same way.

pub(super) mod chart_ref;
pub(super) mod durations;
pub(super) mod keyring;
pub(super) mod schema_errors;
pub(super) mod secret_place;
pub(super) mod source_ref;
