//! What can be said of a verification's configuration without asking a registry.

pub mod cosign;
pub mod identity;
pub mod notation;
