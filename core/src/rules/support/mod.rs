//! What several rules need in order to report.

pub(super) mod keyring;
