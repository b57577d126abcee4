//! The clouds, and what kind of place a registry's host is.

pub mod hosts;
