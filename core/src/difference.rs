//! The façade of `diff`: how the files of two artifacts differ.

/// A comparison of two sides, the older one first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// The artifact that everything is compared with.
    pub before: Side,
    /// The other artifact, or the files.
    pub after: Side,
    /// How many files are in both and equal.
    pub same: usize,
    /// The files that differ, by path.
    pub differences: Vec<FileDifference>,
}

/// One of the sides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Side {
    /// `oci://host/name:tag`, or a path.
    pub name: String,
    /// Of the manifest, where it is an artifact.
    pub digest: Option<String>,
}

/// How a file differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileDifference {
    /// With slashes, from the root of the artifact.
    pub path: String,
    /// What became of it.
    pub change: Change,
    /// The difference as `patch` takes it, without colours; nothing where it is too large or no text.
    pub unified: Option<String>,
    /// One side is no text.
    pub is_binary: bool,
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It is there on the newer side alone.
    Added,
    /// It is there on the older side alone.
    Removed,
    /// It is there on both sides, with another content.
    Changed,
}

impl Change {
    /// For JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
        }
    }
}
