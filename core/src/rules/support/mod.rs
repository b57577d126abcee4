//! What several rules say or mend in the same way.

pub(super) mod chart_ref;
pub(super) mod keyring;
pub(super) mod source_ref;
