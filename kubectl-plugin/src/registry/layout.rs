//! An OCI image layout on disk (image-spec 1.1, `image-layout.md`), as crane, oras and skopeo write and read it.
//!
//! A blob is a file named by its digest, which it gets only once it is whole and verified; `index.json` comes last,
//! and at once. So a copy that was interrupted leaves blobs that nobody refers to, and the next one finds them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use aws_lc_rs::digest::{Context, SHA256};
use bytes::Bytes;
use futures_util::{Stream, TryStreamExt, stream};
use kubectl_oci_core::artifact::{Artifact, Descriptor, is_generated_tag};
use kubectl_oci_core::render::Failure;
use serde_json::{Value, json};
use tempfile::NamedTempFile;

use super::error::{Error, Kind, Result};
use super::manifest::{Manifest, named_sha256, sha256};
use super::upload::Pushed;

/// What names an entry of `index.json`.
pub(crate) const REF_NAME: &str = "org.opencontainers.image.ref.name";

const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const MARKER: &str = r#"{"imageLayoutVersion":"1.0.0"}"#;

/// How much of a blob is read at a time, in bytes.
const PART: usize = 256 * 1024;

/// The largest `index.json` or manifest, in bytes.
const MANIFEST_LIMIT: u64 = 32 * 1024 * 1024;

/// A folder with a layout in it.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    folder: PathBuf,
    /// As it was first read.
    contents: Arc<OnceLock<Contents>>,
}

/// What the index says, and what the manifests say that it lists.
#[derive(Debug, Default)]
struct Contents {
    entries: Vec<Entry>,
    /// Digest → position of its entry.
    by_digest: BTreeMap<String, usize>,
    /// Digest → positions of the entries that refer to it, as oras finds them.
    referrers: BTreeMap<String, Vec<usize>>,
    /// Digests of what refers to something.
    referring: BTreeSet<String>,
}

/// What `index.json` lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) descriptor: Descriptor,
    pub(crate) name: Option<String>,
}

impl Layout {
    /// # Errors
    ///
    /// A folder without a layout.
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        if folder.join("index.json").is_file() {
            return Ok(Self { folder: folder.to_owned(), contents: Arc::default() });
        }
        let failure = Failure::new(format!("{} is no OCI layout", folder.display())).why("it has no index.json");
        Err(Error::local(failure.help("name the folder that holds `oci-layout`, `index.json` and `blobs`")))
    }

    /// The same, begun where there is none.
    ///
    /// # Errors
    ///
    /// A folder that holds something else, or cannot be written.
    pub(crate) fn create(folder: &Path) -> Result<Self> {
        let out = Self { folder: folder.to_owned(), contents: Arc::default() };
        if folder.join("index.json").is_file() {
            return Ok(out);
        }
        // What an interrupted copy leaves is a layout without index.
        let is_begun = folder.join("oci-layout").is_file();
        let is_other = !is_begun && fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
        if is_other {
            let failure = Failure::new(format!("{} holds something that is no OCI layout", folder.display()));
            return Err(Error::local(failure.help("name a new folder, or an empty one")));
        }
        fs::create_dir_all(out.blobs()).map_err(|error| out.unwritable(&error))?;
        let marker = folder.join("oci-layout");
        if !is_begun {
            fs::write(&marker, MARKER).map_err(|error| out.unwritable(&error))?;
        }
        Ok(out)
    }

    /// Where it is.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// What the index lists, in order.
    pub(crate) fn entries(&self) -> Result<&[Entry]> {
        Ok(&self.contents()?.entries)
    }

    fn contents(&self) -> Result<&Contents> {
        if let Some(contents) = self.contents.get() {
            return Ok(contents);
        }
        let bytes = self.read(&self.folder.join("index.json"))?;
        let artifact = Artifact::parse(&bytes, INDEX).map_err(|words| self.broken(words))?;
        let mut contents = Contents::default();
        for (position, descriptor) in artifact.manifests.into_iter().enumerate() {
            if descriptor.valid_digest().is_none() {
                return Err(self.broken(format!("index.json lists \"{}\", which is no digest", descriptor.digest)));
            }
            let name = descriptor.annotations.get(REF_NAME).cloned();
            contents.by_digest.entry(descriptor.digest.clone()).or_insert(position);
            // What cannot be read refers to nothing; it is missed where it is asked for.
            if let Some(subject) = self.subject(&descriptor.digest) {
                contents.referring.insert(descriptor.digest.clone());
                contents.referrers.entry(subject).or_default().push(position);
            }
            contents.entries.push(Entry { descriptor, name });
        }
        Ok(self.contents.get_or_init(|| contents))
    }

    fn subject(&self, digest: &str) -> Option<String> {
        let artifact = Artifact::parse(&self.read(&self.path(digest)).ok()?, "").ok()?;
        artifact.subject.map(|subject| subject.digest)
    }

    /// The digest of what has a name or a digest; without either, of all that there is, where that is one thing.
    pub(crate) fn resolve(&self, name: Option<&str>) -> Result<String> {
        if let Some(digest) = name.filter(|name| name.contains(':')) {
            return Ok(digest.to_owned());
        }
        let Contents { entries, referring, .. } = self.contents()?;
        // oras and skopeo write a tag, crane (with --annotate-ref) and containerd a whole reference.
        let has_name = |entry: &&Entry| match (&entry.name, name) {
            (Some(known), Some(name)) => known == name || known.ends_with(&format!(":{name}")),
            (None, Some(_)) => false,
            (name, None) => {
                !name.as_deref().is_some_and(is_generated_tag) && !referring.contains(&entry.descriptor.digest)
            }
        };
        let mut found = entries.iter().filter(has_name).map(|entry| &entry.descriptor.digest).collect::<Vec<_>>();
        found.dedup();
        match (found.as_slice(), name) {
            ([digest], _) => Ok((*digest).clone()),
            ([], Some(name)) => {
                Err(self.nothing(format!("{} holds nothing of the name {name}", self.shown()), entries))
            }
            ([], None) => Err(self.nothing(format!("{} holds nothing", self.shown()), entries)),
            _ => Err(self.nothing(format!("{} holds more than one artifact", self.shown()), entries)),
        }
    }

    fn nothing(&self, what: String, entries: &[Entry]) -> Error {
        let names: Vec<&str> = entries.iter().filter_map(|entry| entry.name.as_deref()).take(10).collect();
        let help = match names.as_slice() {
            [] => format!("name it by digest: oci-layout://{}@sha256:…", self.shown()),
            names => format!("write oci-layout://{}:NAME; there are {}", self.shown(), names.join(", ")),
        };
        Error::local(Failure::new(what).help(help))
    }

    /// A manifest; nothing else is returned than what has this digest.
    pub(crate) fn manifest(&self, digest: &str) -> Result<Manifest> {
        let bytes = self.read(&self.path(digest))?;
        if sha256(&bytes) != digest {
            return Err(self.altered(digest));
        }
        let contents = self.contents()?;
        let listed = contents.by_digest.get(digest).and_then(|position| contents.entries.get(*position));
        let media_type = listed.map(|entry| entry.descriptor.media_type.clone()).unwrap_or_default();
        let artifact = Artifact::parse(&bytes, &media_type).map_err(|words| self.broken(words))?;
        Ok(Manifest { bytes: bytes.into(), media_type: artifact.media_type, digest: digest.to_owned() })
    }

    /// What refers to a digest.
    pub(crate) fn referrers(&self, digest: &str) -> Result<Vec<Descriptor>> {
        let contents = self.contents()?;
        let positions = contents.referrers.get(digest).into_iter().flatten();
        let descriptors = positions.filter_map(|position| Some(contents.entries.get(*position)?.descriptor.clone()));
        Ok(descriptors.map(unnamed).collect())
    }

    /// Whether a blob is there, with all its bytes.
    pub(crate) fn has(&self, digest: &str, size: u64) -> bool {
        fs::metadata(self.path(digest)).is_ok_and(|metadata| metadata.is_file() && metadata.len() == size)
    }

    /// A blob in parts. The last comes only once all of it is what its digest says.
    pub(crate) fn blob(&self, digest: &str, size: u64) -> impl Stream<Item = Result<Bytes>> + Send + use<> {
        struct Reading {
            file: File,
            hash: Context,
            read: u64,
            held: Option<Bytes>,
        }
        let (layout, digest) = (self.clone(), digest.to_owned());
        stream::try_unfold(None::<Reading>, move |reading| {
            let (layout, digest) = (layout.clone(), digest.clone());
            async move {
                let mut reading = match reading {
                    Some(reading) => reading,
                    None => {
                        let path = layout.path(&digest);
                        let file = File::open(&path).map_err(|error| layout.unreadable(&path, &error))?;
                        Reading { file, hash: Context::new(&SHA256), read: 0, held: Some(Bytes::new()) }
                    }
                };
                let Some(held) = reading.held.take() else { return Ok(None) };
                // From disk to disk nothing is ever waited for: signals and the time limit want their turn.
                tokio::task::yield_now().await;
                let mut part = vec![0; PART];
                let length = reading.file.read(&mut part);
                let length = length.map_err(|error| layout.unreadable(&layout.path(&digest), &error))?;
                part.truncate(length);
                reading.hash.update(&part);
                reading.read += length as u64;
                if length > 0 {
                    reading.held = Some(part.into());
                } else if reading.read != size || named_sha256(reading.hash.clone().finish().as_ref()) != digest {
                    return Err(layout.altered(&digest));
                }
                Ok(Some((held, Some(reading))))
            }
        })
        .try_filter(|part| std::future::ready(!part.is_empty()))
    }

    /// Takes a blob in.
    pub(crate) async fn write_blob(
        &self,
        digest: &str,
        size: u64,
        parts: impl Stream<Item = Result<Bytes>>,
    ) -> Result<Pushed> {
        if self.has(digest, size) {
            return Ok(Pushed::Existed);
        }
        let mut parts = std::pin::pin!(parts);
        let mut file = self.temporary()?;
        let mut hash = Context::new(&SHA256);
        while let Some(part) = parts.try_next().await? {
            hash.update(&part);
            file.write_all(&part).map_err(|error| self.unwritable(&error))?;
        }
        if named_sha256(hash.finish().as_ref()) != digest {
            return Err(Error::unverified(format!("what arrived is not {digest}")));
        }
        self.keep(file, digest)?;
        Ok(Pushed::Sent)
    }

    /// Takes a manifest in, not yet listed.
    pub(crate) fn write_manifest(&self, manifest: &Manifest) -> Result<Pushed> {
        if self.has(&manifest.digest, manifest.bytes.len() as u64) {
            return Ok(Pushed::Existed);
        }
        let mut file = self.temporary()?;
        file.write_all(&manifest.bytes).map_err(|error| self.unwritable(&error))?;
        self.keep(file, &manifest.digest)?;
        Ok(Pushed::Sent)
    }

    /// Lists entries, besides what is listed. A name is one entry's alone.
    pub(crate) fn list(&self, new: &[Entry]) -> Result<()> {
        let path = self.folder.join("index.json");
        let mut index = match self.read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| self.broken(error.to_string()))?,
            Err(_) if !path.exists() => json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": []}),
            Err(error) => return Err(error),
        };
        let Some(listed) = index.get_mut("manifests").and_then(Value::as_array_mut) else {
            return Err(self.broken("index.json lists no manifests".to_owned()));
        };
        for entry in new {
            let name = |listed: &Value| listed["annotations"][REF_NAME].as_str().map(str::to_owned);
            let is_replaced = |old: &Value| {
                let is_same = old["digest"] == entry.descriptor.digest.as_str();
                (name(old).is_some() && name(old) == entry.name) || (is_same && name(old).is_none())
            };
            let is_listed = |old: &Value| old["digest"] == entry.descriptor.digest.as_str();
            if entry.name.is_none() && listed.iter().any(is_listed) {
                continue;
            }
            listed.retain(|old| !is_replaced(old));
            let mut descriptor = unnamed(entry.descriptor.clone());
            if let Some(name) = &entry.name {
                descriptor.annotations.insert(REF_NAME.to_owned(), name.clone());
            }
            listed.push(serde_json::to_value(descriptor).map_err(|error| self.broken(error.to_string()))?);
        }
        let mut file = self.temporary()?;
        file.write_all(index.to_string().as_bytes()).map_err(|error| self.unwritable(&error))?;
        file.persist(&path).map_err(|error| self.unwritable(&error.error))?;
        Ok(())
    }

    fn blobs(&self) -> PathBuf {
        self.folder.join("blobs").join("sha256")
    }

    /// Digests are those of descriptors that were checked: 64 hexadecimal digits.
    fn path(&self, digest: &str) -> PathBuf {
        self.blobs().join(digest.trim_start_matches("sha256:"))
    }

    fn shown(&self) -> std::path::Display<'_> {
        self.folder.display()
    }

    /// In the layout, so that it can take its place by a new name. Removed where it is not kept.
    fn temporary(&self) -> Result<NamedTempFile> {
        let mut builder = tempfile::Builder::new();
        #[cfg(unix)]
        let builder = {
            use std::os::unix::fs::PermissionsExt as _;
            // Less what the umask takes, as for any file.
            builder.permissions(fs::Permissions::from_mode(0o666))
        };
        builder.prefix(".").suffix(".part").tempfile_in(self.blobs()).map_err(|error| self.unwritable(&error))
    }

    fn keep(&self, file: NamedTempFile, digest: &str) -> Result<()> {
        file.persist(self.path(digest)).map_err(|error| self.unwritable(&error.error))?;
        Ok(())
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>> {
        let file = File::open(path).map_err(|error| self.unreadable(path, &error))?;
        let mut out = Vec::new();
        file.take(MANIFEST_LIMIT + 1).read_to_end(&mut out).map_err(|error| self.unreadable(path, &error))?;
        if out.len() as u64 > MANIFEST_LIMIT {
            return Err(Error::new(Kind::Unverified(format!("{} is too large for a manifest", path.display()))));
        }
        Ok(out)
    }

    fn unreadable(&self, path: &Path, error: &io::Error) -> Error {
        Error::local(Failure::new(format!("{} could not be read", path.display())).why(crate::error::words(error)))
    }

    fn unwritable(&self, error: &io::Error) -> Error {
        Error::local(Failure::new(format!("{} could not be written", self.shown())).why(crate::error::words(error)))
    }

    fn altered(&self, digest: &str) -> Error {
        let path = self.path(digest);
        let failure = Failure::new(format!("{} does not hold what its name says", path.display()));
        Error::local(failure.why("its bytes have another digest: it was altered, or never whole"))
    }

    fn broken(&self, why: String) -> Error {
        Error::local(Failure::new(format!("the OCI layout {} cannot be read", self.shown())).why(why))
    }
}

fn unnamed(mut descriptor: Descriptor) -> Descriptor {
    descriptor.annotations.remove(REF_NAME);
    descriptor
}
