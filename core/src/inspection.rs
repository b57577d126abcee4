//! The façade of `inspect`: an artifact, with everything that belongs to it.

use crate::artifact::{Artifact, Descriptor};
use crate::diag::ObjectName;
use crate::resolve::Unresolved;

/// One artifact.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Inspection {
    /// The object that means it; `None` where it was named by hand.
    pub object: Option<ObjectName>,
    /// `oci://host/name`, or `spec.url` as written.
    pub url: String,
    /// The tag that was asked for; nothing where a digest was.
    pub tag: Option<String>,
    /// Of the manifest.
    pub digest: Option<String>,
    /// What the manifest describes.
    pub artifact: Artifact,
    /// Of an index: the image that Flux takes, with its digest. Layers and config are its.
    pub chosen: Option<(String, Artifact)>,
    /// What the config holds, where it is a small JSON document.
    pub config: Option<serde_json::Value>,
    /// The place of the layer that Flux takes among the layers.
    pub selected: Option<usize>,
    /// What refers to the manifest.
    pub referrers: Vec<Descriptor>,
    /// Where those were found: `api`, `tag`, `none`, or `unknown` where the registry did not say.
    pub referrers_by: &'static str,
    /// cosign's tags beside the manifest (`sha256-….sig`, `.att`, `.sbom`) that are there.
    pub cosign_tags: Vec<String>,
    /// What is in the layer that Flux takes, where that was asked for.
    pub files: Option<Vec<FileEntry>>,
    /// Why there is nothing, or not everything.
    pub error: Option<Unresolved>,
    /// What can be done about that.
    pub help: Option<String>,
}

/// An entry of a layer.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct FileEntry {
    /// As written; stray bytes are replaced.
    pub path: String,
    /// `file`, `directory`, `symlink` or `special`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// In bytes.
    pub size: u64,
    /// Type and permissions as Go prints them: `-rw-r--r--`.
    pub mode: String,
    /// Where a link points to.
    pub link: Option<String>,
}

impl Inspection {
    /// The manifest that has the layers: that of the image that was chosen from an index, else the artifact's own.
    pub fn layered(&self) -> &Artifact {
        self.chosen.as_ref().map_or(&self.artifact, |(_, artifact)| artifact)
    }

    /// The layer that Flux takes.
    pub fn layer(&self) -> Option<&Descriptor> {
        self.layered().layers.get(self.selected?)
    }

    /// Chooses the layer as the controller does: the first of the media type, or without one the first.
    pub fn select_layer(&mut self, media_type: &str) {
        let is_it = |layer: &Descriptor| media_type.is_empty() || layer.media_type == media_type;
        self.selected = self.layered().layers.iter().position(is_it);
    }
}

impl Artifact {
    /// The image of an index that the controller takes: the first for linux/amd64, or the first that names no
    /// platform.
    pub fn chosen_image(&self) -> Option<&Descriptor> {
        self.manifests.iter().find(|image| {
            image.platform.as_ref().is_none_or(|platform| platform.os == "linux" && platform.architecture == "amd64")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layer_is_the_first_of_its_media_type() {
        let text = br#"{"layers":[{"mediaType":"a"},{"mediaType":"b"},{"mediaType":"b"}]}"#;
        let artifact = Artifact::parse(text, "").expect("a manifest");
        let mut inspection = Inspection { artifact, ..Inspection::default() };
        for (media_type, expected) in [("", Some(0)), ("b", Some(1)), ("c", None)] {
            inspection.select_layer(media_type);
            assert_eq!(inspection.selected, expected);
        }
    }
}
