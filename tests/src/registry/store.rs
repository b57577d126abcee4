//! What a registry holds, in memory.

use std::collections::BTreeMap;
use std::ops::Bound::{Excluded, Unbounded};
use std::sync::{Mutex, MutexGuard};

use serde_json::Value;

use super::blob::{Blob, Hasher};

/// Blobs pushed above this are hashed and counted, and dropped.
const KEPT: u64 = 64 << 20;

/// Several registries may share one, as a registry and its blob storage do.
#[derive(Debug, Default)]
pub struct Store {
    repositories: Mutex<BTreeMap<String, Repository>>,
    uploads: Mutex<(u64, BTreeMap<String, Upload>)>,
}

#[derive(Debug, Default)]
struct Repository {
    tags: BTreeMap<String, String>,
    manifests: BTreeMap<String, Manifest>,
    blobs: BTreeMap<String, Blob>,
}

/// A manifest as it was pushed.
#[derive(Debug, Clone)]
pub struct Manifest {
    /// `Content-Type` it was pushed with.
    pub media_type: String,
    /// Its bytes.
    pub blob: Blob,
}

impl Manifest {
    /// Its JSON; `null` where it is none.
    pub fn json(&self) -> Value {
        self.blob.bytes().and_then(|bytes| serde_json::from_slice(bytes).ok()).unwrap_or_default()
    }

    /// The digest of its `subject`.
    pub fn subject(&self) -> Option<String> {
        self.json()["subject"]["digest"].as_str().map(str::to_owned)
    }

    /// As an index lists it.
    pub fn descriptor(&self) -> Value {
        let json = self.json();
        let mut out = serde_json::json!({
            "mediaType": self.media_type, "digest": self.blob.digest, "size": self.blob.size,
        });
        let kind = json["artifactType"].as_str().or_else(|| json["config"]["mediaType"].as_str());
        if let Some(kind) = kind {
            out["artifactType"] = kind.into();
        }
        if json["annotations"].is_object() {
            out["annotations"] = json["annotations"].clone();
        }
        out
    }
}

struct Upload {
    repository: String,
    hasher: Hasher,
    kept: Vec<u8>,
}

impl std::fmt::Debug for Upload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Upload of {} bytes to {}", self.hasher.size, self.repository)
    }
}

impl Store {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Repository>> {
        self.repositories.lock().expect("the repositories")
    }

    fn lock_uploads(&self) -> MutexGuard<'_, (u64, BTreeMap<String, Upload>)> {
        self.uploads.lock().expect("the uploads")
    }

    /// Adds a blob.
    pub fn add_blob(&self, repository: &str, blob: Blob) {
        self.lock().entry(repository.to_owned()).or_default().blobs.insert(blob.digest.clone(), blob);
    }

    /// Adds a manifest, under a tag or by its digest alone. Its digest is returned.
    pub fn add_manifest(&self, repository: &str, tag: Option<&str>, media_type: &str, bytes: &[u8]) -> String {
        let blob = Blob::of(bytes);
        let name = blob.digest.clone();
        let mut repositories = self.lock();
        let repository = repositories.entry(repository.to_owned()).or_default();
        if let Some(tag) = tag {
            repository.tags.insert(tag.to_owned(), name.clone());
        }
        repository.manifests.insert(name.clone(), Manifest { media_type: media_type.to_owned(), blob });
        name
    }

    /// One more name for a manifest.
    pub fn tag(&self, repository: &str, tag: &str, digest: &str) {
        let mut repositories = self.lock();
        repositories.entry(repository.to_owned()).or_default().tags.insert(tag.to_owned(), digest.to_owned());
    }

    /// Whether anything was ever pushed there.
    pub fn has_repository(&self, repository: &str) -> bool {
        self.lock().contains_key(repository)
    }

    /// Names of all repositories.
    pub fn repositories(&self) -> Vec<String> {
        self.lock().keys().cloned().collect()
    }

    /// Tags in their order, behind `last`, at most `limit`; and whether there are more.
    pub fn tags(&self, repository: &str, last: &str, limit: usize) -> (Vec<String>, bool) {
        let repositories = self.lock();
        let Some(repository) = repositories.get(repository) else { return (Vec::new(), false) };
        let mut rest = repository.tags.range::<str, _>((Excluded(last), Unbounded)).map(|(tag, _)| tag);
        let page = rest.by_ref().take(limit).cloned().collect();
        (page, rest.next().is_some())
    }

    /// The digest behind a tag.
    pub fn resolve(&self, repository: &str, reference: &str) -> Option<String> {
        if reference.contains(':') {
            return Some(reference.to_owned());
        }
        self.lock().get(repository)?.tags.get(reference).cloned()
    }

    /// A manifest by tag or digest.
    pub fn manifest(&self, repository: &str, reference: &str) -> Option<Manifest> {
        let digest = self.resolve(repository, reference)?;
        self.lock().get(repository)?.manifests.get(&digest).cloned()
    }

    /// A blob.
    pub fn blob(&self, repository: &str, digest: &str) -> Option<Blob> {
        self.lock().get(repository)?.blobs.get(digest).cloned()
    }

    /// A blob of another repository becomes one of this.
    pub(super) fn mount(&self, repository: &str, from: &str, digest: &str) -> bool {
        let Some(blob) = self.blob(from, digest) else { return false };
        self.add_blob(repository, blob);
        true
    }

    /// Manifests whose subject this is, by digest.
    pub(super) fn referrers(&self, repository: &str, digest: &str) -> Vec<Manifest> {
        let repositories = self.lock();
        let Some(repository) = repositories.get(repository) else { return Vec::new() };
        let all = repository.manifests.values();
        all.filter(|manifest| manifest.subject().as_deref() == Some(digest)).cloned().collect()
    }

    /// Removes a tag, or a manifest with its tags. Whether it was there.
    pub(super) fn delete_manifest(&self, repository: &str, reference: &str) -> bool {
        let mut repositories = self.lock();
        let Some(repository) = repositories.get_mut(repository) else { return false };
        if reference.contains(':') {
            repository.tags.retain(|_, digest| digest != reference);
            return repository.manifests.remove(reference).is_some();
        }
        repository.tags.remove(reference).is_some()
    }

    pub(super) fn delete_blob(&self, repository: &str, digest: &str) -> bool {
        let mut repositories = self.lock();
        repositories.get_mut(repository).is_some_and(|repository| repository.blobs.remove(digest).is_some())
    }

    pub(super) fn start_upload(&self, repository: &str) -> String {
        let mut uploads = self.lock_uploads();
        uploads.0 += 1;
        let id = format!("upload-{}", uploads.0);
        let upload = Upload { repository: repository.to_owned(), hasher: Hasher::default(), kept: Vec::new() };
        uploads.1.insert(id.clone(), upload);
        id
    }

    /// How many bytes of an upload are there.
    pub(super) fn upload_size(&self, repository: &str, id: &str) -> Option<u64> {
        let uploads = self.lock_uploads();
        let upload = uploads.1.get(id).filter(|upload| upload.repository == repository)?;
        Some(upload.hasher.size)
    }

    pub(super) fn append(&self, id: &str, bytes: &[u8]) {
        let mut uploads = self.lock_uploads();
        let Some(upload) = uploads.1.get_mut(id) else { return };
        upload.hasher.update(bytes);
        if upload.hasher.size <= KEPT {
            upload.kept.extend_from_slice(bytes);
        } else {
            upload.kept = Vec::new();
        }
    }

    pub(super) fn forget_upload(&self, id: &str) {
        self.lock_uploads().1.remove(id);
    }

    /// The upload becomes a blob; the digest that was found in place of the wanted one where they differ.
    pub(super) fn finish_upload(&self, id: &str, wanted: &str) -> Result<(), String> {
        let Some(upload) = self.lock_uploads().1.remove(id) else { return Err("no upload".to_owned()) };
        let size = upload.hasher.size;
        let found = upload.hasher.finish();
        if found != wanted {
            return Err(found);
        }
        let blob = if size <= KEPT { Blob::kept(found, &upload.kept) } else { Blob::dropped(found, size) };
        self.add_blob(&upload.repository, blob);
        Ok(())
    }
}
