//! The façade of `build` and `push`: what was made of some files, and what stands against pushing them.

mod check;

use crate::artifact::{Descriptor, Kind};

pub use check::{Checker, Labels, PushFinding, check_overwrite};

/// An artifact that was built, and pushed where it has a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// `oci://host/name`
    pub url: Option<String>,
    /// The tag that it was pushed to.
    pub tag: Option<String>,
    /// Of the manifest; nothing of what was only built.
    pub digest: Option<String>,
    /// The file that the layer was written to; `-` for the standard output.
    pub file: Option<String>,
    /// Flux artifact or Helm chart.
    pub kind: Kind,
    /// The layer, as the manifest points to it.
    pub layer: Descriptor,
    /// How the layer got into the repository: `sent`, `existed` or `mounted`.
    pub upload: Option<&'static str>,
    /// The annotations of the manifest that Flux knows: created, source, revision.
    pub labels: Labels,
    /// What is in the layer.
    pub contents: Contents,
    /// What `--check` found.
    pub findings: Vec<PushFinding>,
}

/// What was packed and what was left out. Paths are relative to the folder that was named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contents {
    /// How many files.
    pub files: u64,
    /// How many folders.
    pub folders: u64,
    /// Sum of the sizes of the files, in bytes.
    pub size: u64,
    /// How many entries were left out by the rules.
    pub ignored: u64,
    /// Symbolic links that were left out.
    pub links: LeftOut,
    /// Devices, pipes and sockets.
    pub special: LeftOut,
    /// The largest files with their sizes in bytes, from the largest on.
    pub largest: Vec<(String, u64)>,
}

/// What was left out for what it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// How many.
    pub count: u64,
    /// The first of them.
    pub paths: Vec<String>,
}
