//! The façade of `pull`: an artifact's layer, and where it was put.

use crate::artifact::{Artifact, Descriptor};
use crate::diag::ObjectName;

/// A layer that was pulled.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pulled {
    /// The object that means it; `None` where it was named by hand.
    pub object: Option<ObjectName>,
    /// `oci://host/name`
    pub url: String,
    /// The tag that was asked for; nothing where a digest was.
    pub tag: Option<String>,
    /// Of the manifest.
    pub digest: String,
    /// What the manifest describes.
    pub artifact: Artifact,
    /// The layer that was taken.
    pub layer: Descriptor,
    /// The folder, or the file where the layer was kept as it is.
    pub output: String,
    /// What was unpacked; nothing where the layer was kept as it is.
    pub unpacked: Option<Unpacked>,
}

/// What was in a layer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unpacked {
    /// How many files.
    pub files: u64,
    /// How many folders.
    pub folders: u64,
    /// Bytes of all files together.
    pub size: u64,
    /// Files that the controller leaves out of what it stores, for an object's artifact; they were left out here too.
    pub ignored: u64,
    /// Symbolic links that were left out, the first hundred of them.
    pub links: Vec<String>,
    /// Hard links, which became empty files as they do for Flux; the first hundred of them.
    pub hard_links: Vec<String>,
}
