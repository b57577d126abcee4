//! Faithful ports of the Go behaviour that Flux shows to its users.
//!
//! One file each, one vector file each (`tests/vectors/<kind>.jsonl`, written by the Go libraries
//! themselves). A port agrees with its original on every vector, error words included where a
//! controller shows them to a person.

pub mod archive;
pub mod digest;
pub mod duration;
pub mod flux_artifact;
pub(crate) mod go;
pub mod helm_chart;
pub mod helm_ignore;
pub mod ignore;
pub mod image_name;
pub mod manifest;
pub mod provider_host;
pub mod pull_secret;
pub mod quote;
pub mod regex;
pub mod registry_error;
pub mod secrets;
pub mod semver;
pub mod trust_policy;
pub mod x509;

pub(crate) use quote::quoted;
