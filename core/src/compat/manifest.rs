//! Image manifests and indexes, as go-containerregistry 0.21.6 reads them (`pkg/v1` `ParseManifest`,
//! `ParseIndexManifest`, `pkg/v1/remote` `childByPlatform`, `pkg/v1/partial` `BlobDescriptor`).

use super::digest::Digest;
use super::go::json::{Json, Kind, Value};

/// Media types that are manifests or indexes.
pub mod media_type {
    /// An OCI image manifest.
    pub const OCI_MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
    /// An OCI image index.
    pub const OCI_INDEX: &str = "application/vnd.oci.image.index.v1+json";
    /// Docker's image manifest.
    pub const DOCKER_MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
    /// Docker's index.
    pub const DOCKER_LIST: &str = "application/vnd.docker.distribution.manifest.list.v2+json";
    /// Docker's first manifest, which go-containerregistry refuses.
    pub const DOCKER_SCHEMA1: &str = "application/vnd.docker.distribution.manifest.v1+json";
    /// The same, signed.
    pub const DOCKER_SCHEMA1_SIGNED: &str = "application/vnd.docker.distribution.manifest.v1+prettyjws";
}

/// What a manifest says of a blob or of another manifest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Descriptor {
    /// Its media type; empty where none is written.
    pub media_type: String,
    /// Its digest, checked; empty where none is written.
    pub digest: String,
    /// Its size in bytes, 0 where none is written.
    pub size: u64,
    /// `os/architecture` of a child of an index; `None` where none is written.
    pub platform: Option<(String, String)>,
    /// The type of what an index' child is, where it says so.
    pub artifact_type: String,
}

/// An image manifest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Manifest {
    /// The configuration.
    pub config: Descriptor,
    /// The layers, in order.
    pub layers: Vec<Descriptor>,
    /// The annotations, in order.
    pub annotations: Vec<(String, String)>,
    /// `artifactType`; empty where none is written.
    pub artifact_type: String,
    /// Whether it is attached to another manifest (a signature, an SBOM).
    pub has_subject: bool,
}

/// An index of manifests.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Index {
    /// The manifests, in order.
    pub manifests: Vec<Descriptor>,
}

impl Manifest {
    /// Reads a manifest.
    ///
    /// # Errors
    ///
    /// Go's words where the text is no JSON or a digest in it is none.
    pub fn parse(text: &str) -> Result<Self, String> {
        let json = Json::parse(text).map_err(|error| error.words)?;
        let root = object(json.root(), "v1.Manifest")?;
        let layers = field(root, "layers").map_or(Ok(Vec::new()), |list| list.elements().map(descriptor).collect())?;
        let annotations = field(root, "annotations").into_iter().flat_map(Value::members);
        Ok(Self {
            config: field(root, "config").map_or(Ok(Descriptor::default()), descriptor)?,
            layers,
            annotations: annotations.map(|(name, value)| (name.into_owned(), value.text().into_owned())).collect(),
            artifact_type: text_of(root, "artifactType"),
            has_subject: field(root, "subject").is_some_and(|subject| subject.kind() == Kind::Object),
        })
    }

    /// The media type of a layer, as go-containerregistry looks it up: by its digest, first in the
    /// configuration. A layer of the configuration's bytes has the configuration's type.
    pub fn media_type_of<'m>(&'m self, layer: &'m Descriptor) -> &'m str {
        self.described(layer).map_or("", |found| &found.media_type)
    }

    /// The size of a layer, looked up the same way.
    pub fn size_of(&self, layer: &Descriptor) -> u64 {
        self.described(layer).map_or(0, |found| found.size)
    }

    fn described<'m>(&'m self, layer: &'m Descriptor) -> Option<&'m Descriptor> {
        std::iter::once(&self.config).chain(&self.layers).find(|known| known.digest == layer.digest)
    }
}

impl Index {
    /// Reads an index.
    ///
    /// # Errors
    ///
    /// As [`Manifest::parse`].
    pub fn parse(text: &str) -> Result<Self, String> {
        let json = Json::parse(text).map_err(|error| error.words)?;
        let root = object(json.root(), "v1.IndexManifest")?;
        let manifests =
            field(root, "manifests").map_or(Ok(Vec::new()), |list| list.elements().map(descriptor).collect());
        Ok(Self { manifests: manifests? })
    }

    /// The child that an image is taken from: the first of linux/amd64. One that names no platform
    /// counts as such.
    pub fn child(&self) -> Option<&Descriptor> {
        self.manifests.iter().find(|child| {
            child.platform.as_ref().is_none_or(|(os, architecture)| os == "linux" && architecture == "amd64")
        })
    }
}

/// Whether a media type is that of an index.
pub fn is_index(media_type: &str) -> bool {
    matches!(media_type, media_type::OCI_INDEX | media_type::DOCKER_LIST)
}

/// Whether a media type is that of Docker's first manifest, which is not read.
pub fn is_schema1(media_type: &str) -> bool {
    matches!(media_type, media_type::DOCKER_SCHEMA1 | media_type::DOCKER_SCHEMA1_SIGNED)
}

fn object<'j>(value: Value<'j>, target: &str) -> Result<Value<'j>, String> {
    let kind = match value.kind() {
        Kind::Object | Kind::Null => return Ok(value),
        Kind::Array => "array",
        Kind::String => "string",
        Kind::Number => "number",
        Kind::Bool => "bool",
    };
    Err(format!("json: cannot unmarshal {kind} into Go value of type {target}"))
}

fn descriptor(value: Value<'_>) -> Result<Descriptor, String> {
    let digest = match field(value, "digest") {
        Some(digest) => Digest::parse(&digest.text()).map_err(|error| error.to_string())?.to_string(),
        None => String::new(),
    };
    let platform = field(value, "platform").filter(|platform| platform.kind() == Kind::Object);
    Ok(Descriptor {
        media_type: text_of(value, "mediaType"),
        digest,
        size: field(value, "size").and_then(|size| size.literal().parse().ok()).unwrap_or(0),
        platform: platform.map(|platform| (text_of(platform, "os"), text_of(platform, "architecture"))),
        artifact_type: text_of(value, "artifactType"),
    })
}

/// The member of an object that Go fills a field from: the last whose name fits in any case.
fn field<'j>(value: Value<'j>, name: &str) -> Option<Value<'j>> {
    value.members().filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value).last()
}

fn text_of(value: Value<'_>, name: &str) -> String {
    field(value, name).map_or_else(String::new, |value| value.text().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    const B: &str = "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

    #[test]
    fn manifests_are_read() {
        let text = format!(
            r#"{{"schemaVersion":2,"config":{{"mediaType":"c","digest":"{A}","size":2}},
            "layers":[{{"mediaType":"l","digest":"{B}","size":7}},{{"mediaType":"x","digest":"{A}","size":2}}],
            "annotations":{{"a":"b"}},"subject":null}}"#
        );
        let manifest = Manifest::parse(&text).unwrap();
        let types: Vec<_> = manifest.layers.iter().map(|layer| manifest.media_type_of(layer)).collect();
        assert_eq!(types, ["l", "c"]);
        assert_eq!(manifest.size_of(&manifest.layers[0]), 7);
        assert_eq!(manifest.annotations, [("a".to_owned(), "b".to_owned())]);
        assert!(!manifest.has_subject);
        assert_eq!(Manifest::parse("{").unwrap_err(), "unexpected end of JSON input");
        let broken = Manifest::parse(r#"{"layers":[{"digest":"x"}]}"#).unwrap_err();
        assert_eq!(broken, "cannot parse hash: \"x\"");
    }

    #[test]
    fn an_index_means_its_first_child_of_linux_amd64() {
        let child = |digest: &str, platform: &str| format!(r#"{{"digest":"{digest}","platform":{platform}}}"#);
        let index = |children: &[String]| {
            Index::parse(&format!(r#"{{"manifests":[{}]}}"#, children.join(","))).unwrap().child().cloned()
        };
        let arm = child(A, r#"{"os":"linux","architecture":"arm64"}"#);
        let amd = child(B, r#"{"os":"linux","architecture":"amd64"}"#);
        assert_eq!(index(&[arm.clone(), amd]).unwrap().digest, B);
        assert_eq!(index(&[arm.clone(), child(B, "null")]).unwrap().digest, B);
        assert_eq!(index(&[arm]), None);
    }
}
