//! Artifacts to put into a registry: as Flux and Helm make them, and as nobody should.

use std::io::{self, Read, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Map, Value, json};

use super::blob::{Blob, Noise};
use super::store::Store;

/// Media type of OCI manifests.
pub const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
/// Media type of OCI indexes.
pub const INDEX: &str = "application/vnd.oci.image.index.v1+json";
/// Media type of the config of Flux's artifacts.
pub const FLUX_CONFIG: &str = "application/vnd.cncf.flux.config.v1+json";
/// Media type of the layer of Flux's artifacts.
pub const FLUX_CONTENT: &str = "application/vnd.cncf.flux.content.v1.tar+gzip";
/// Media type of the config of Helm charts.
pub const HELM_CONFIG: &str = "application/vnd.cncf.helm.config.v1+json";
/// Media type of the content of Helm charts.
pub const HELM_CONTENT: &str = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
/// Media type of the provenance of Helm charts.
pub const HELM_PROVENANCE: &str = "application/vnd.cncf.helm.chart.provenance.v1.prov";

/// An artifact that is not in a registry yet.
#[derive(Debug, Clone)]
pub struct Artifact {
    /// Media type and content.
    pub config: (String, Vec<u8>),
    /// Media types and contents.
    pub layers: Vec<(String, Blob)>,
    /// Of the manifest.
    pub annotations: Map<String, Value>,
    /// `artifactType` of the manifest.
    pub artifact_type: Option<String>,
    /// Descriptor of what it refers to.
    pub subject: Option<Value>,
}

impl Artifact {
    /// With this config and no layers.
    pub fn new(config_type: &str, config: &str) -> Self {
        Self {
            config: (config_type.to_owned(), config.as_bytes().to_vec()),
            layers: Vec::new(),
            annotations: Map::new(),
            artifact_type: None,
            subject: None,
        }
    }

    /// As `flux push artifact` makes them of these files, with source and revision.
    pub fn flux(files: &[(&str, &str)]) -> Self {
        let entries: Vec<TarEntry<'_>> =
            files.iter().map(|(name, text)| TarEntry::file(name, text.as_bytes())).collect();
        Self::new(FLUX_CONFIG, r#"{"created":"2026-01-02T03:04:05Z"}"#)
            .layer(FLUX_CONTENT, Blob::of(&gzip(&tar(&entries))))
            .annotation("org.opencontainers.image.created", "2026-01-02T03:04:05Z")
            .annotation("org.opencontainers.image.source", "https://example.com/acme/app.git")
            .annotation("org.opencontainers.image.revision", "main@sha1:b3b00fe35424a45d373bf4c7214178bc36fd7872")
    }

    /// As `helm push` makes them, with provenance in front where `signed`.
    pub fn helm(name: &str, version: &str, signed: bool) -> Self {
        let chart = format!("apiVersion: v2\nname: {name}\nversion: {version}\n");
        let file = format!("{name}/Chart.yaml");
        let content = gzip(&tar(&[TarEntry::file(&file, chart.as_bytes())]));
        let config = json!({"name": name, "version": version, "apiVersion": "v2"}).to_string();
        let out = Self::new(HELM_CONFIG, &config);
        let out = match signed {
            true => out.layer(HELM_PROVENANCE, Blob::of(b"-----BEGIN PGP SIGNED MESSAGE-----\n")),
            false => out,
        };
        out.layer(HELM_CONTENT, Blob::of(&content))
    }

    /// With one more layer.
    #[must_use]
    pub fn layer(mut self, media_type: &str, blob: Blob) -> Self {
        self.layers.push((media_type.to_owned(), blob));
        self
    }

    /// With one more annotation.
    #[must_use]
    pub fn annotation(mut self, key: &str, value: &str) -> Self {
        self.annotations.insert(key.to_owned(), value.into());
        self
    }

    /// That refers to a manifest of this media type, digest and size, as this type of artifact.
    #[must_use]
    pub fn referring(mut self, artifact_type: &str, digest: &str, size: u64) -> Self {
        self.artifact_type = Some(artifact_type.to_owned());
        self.subject = Some(json!({"mediaType": MANIFEST, "digest": digest, "size": size}));
        self
    }

    /// Its manifest.
    pub fn manifest(&self) -> Vec<u8> {
        let descriptor =
            |media_type: &str, blob: &Blob| json!({"mediaType": media_type, "digest": blob.digest, "size": blob.size});
        let layers: Vec<Value> = self.layers.iter().map(|(media_type, blob)| descriptor(media_type, blob)).collect();
        let mut out = json!({
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": descriptor(&self.config.0, &Blob::of(&self.config.1)),
            "layers": layers,
        });
        if let Some(artifact_type) = &self.artifact_type {
            out["artifactType"] = artifact_type.as_str().into();
        }
        if let Some(subject) = &self.subject {
            out["subject"] = subject.clone();
        }
        if !self.annotations.is_empty() {
            out["annotations"] = self.annotations.clone().into();
        }
        out.to_string().into_bytes()
    }

    /// Puts it into a store under these tags, and returns its digest.
    pub fn put(&self, store: &Store, repository: &str, tags: &[&str]) -> String {
        store.add_blob(repository, Blob::of(&self.config.1));
        for (_, blob) in &self.layers {
            store.add_blob(repository, blob.clone());
        }
        let digest = store.add_manifest(repository, None, MANIFEST, &self.manifest());
        for tag in tags {
            store.tag(repository, tag, &digest);
        }
        digest
    }
}

/// An entry of a tar archive, as hostile as may be: `tar` crates refuse to write such names.
#[derive(Debug, Clone)]
pub struct TarEntry<'a> {
    /// Cut at 100 bytes.
    pub name: &'a str,
    /// `b'0'` a file, `b'1'` a hard link, `b'2'` a symbolic one, `b'3'` a device, `b'5'` a folder.
    pub kind: u8,
    /// Permissions.
    pub mode: u32,
    /// Where a link points.
    pub link: &'a str,
    /// Of a file.
    pub content: &'a [u8],
}

impl<'a> TarEntry<'a> {
    /// A file of mode 0644.
    pub fn file(name: &'a str, content: &'a [u8]) -> Self {
        Self { name, kind: b'0', mode: 0o644, link: "", content }
    }

    /// A symbolic link.
    pub fn symlink(name: &'a str, link: &'a str) -> Self {
        Self { name, kind: b'2', mode: 0o777, link, content: &[] }
    }

    /// A hard link.
    pub fn hard_link(name: &'a str, link: &'a str) -> Self {
        Self { name, kind: b'1', mode: 0o644, link, content: &[] }
    }
}

/// A ustar archive.
pub fn tar(entries: &[TarEntry<'_>]) -> Vec<u8> {
    let mut out = Vec::new();
    for entry in entries {
        out.extend_from_slice(&header(entry, entry.content.len() as u64));
        out.extend_from_slice(entry.content);
        out.resize(out.len().next_multiple_of(512), 0);
    }
    out.resize(out.len() + 1024, 0);
    out
}

fn header(entry: &TarEntry<'_>, size: u64) -> [u8; 512] {
    let mut out = [0; 512];
    let mut put = |at: usize, length: usize, bytes: &[u8]| {
        let length = length.min(bytes.len());
        out[at..at + length].copy_from_slice(&bytes[..length]);
    };
    put(0, 100, entry.name.as_bytes());
    put(100, 8, format!("{:07o}\0", entry.mode).as_bytes());
    put(108, 8, b"0000000\0");
    put(116, 8, b"0000000\0");
    put(124, 12, format!("{size:011o}\0").as_bytes());
    put(136, 12, b"00000000000\0");
    put(148, 8, b"        ");
    put(156, 1, &[entry.kind]);
    put(157, 100, entry.link.as_bytes());
    put(257, 8, b"ustar\x0000");
    let sum: u32 = out.iter().map(|&byte| u32::from(byte)).sum();
    out[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    out
}

/// In gzip.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = GzEncoder::new(Vec::new(), Compression::fast());
    writer.write_all(bytes).and_then(|()| writer.finish()).expect("gzip in memory")
}

/// A tar+gzip layer of `files` files of `size` bytes each that do not compress; made anew each time it is
/// read.
pub fn large_layer(files: u64, size: u64) -> Blob {
    Blob::made(move || Box::new(Stored::new(Box::new(large_tar(files, size)))))
}

fn large_tar(files: u64, size: u64) -> impl Read + Send {
    let parts = (0..files).map(move |number| {
        let name = format!("folder-{}/file-{number}.bin", number % 100);
        let padding = size.next_multiple_of(512) - size;
        let head = io::Cursor::new(header(&TarEntry::file(&name, &[]), size));
        head.chain(Noise::new(number + 1, size)).chain(io::repeat(0).take(padding))
    });
    Parts { parts: Box::new(parts), current: None }.chain(io::repeat(0).take(1024))
}

/// Readers one after the other.
struct Parts<R> {
    parts: Box<dyn Iterator<Item = R> + Send>,
    current: Option<R>,
}

impl<R: Read> Read for Parts<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.current.is_none() {
                self.current = self.parts.next();
            }
            let Some(current) = &mut self.current else { return Ok(0) };
            let length = current.read(buffer)?;
            if length > 0 || buffer.is_empty() {
                return Ok(length);
            }
            self.current = None;
        }
    }
}

/// gzip without compression: noise does not compress, and its reader is not to wait for trying.
struct Stored {
    inner: Box<dyn Read + Send>,
    sum: flate2::Crc,
    block: Vec<u8>,
    at: usize,
    ended: bool,
}

impl Stored {
    fn new(inner: Box<dyn Read + Send>) -> Self {
        let block = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
        Self { inner, sum: flate2::Crc::new(), block, at: 0, ended: false }
    }

    fn next_block(&mut self) -> io::Result<()> {
        const HEAD: usize = 5;
        self.block.resize(HEAD + 0xffff, 0);
        let mut length = 0;
        while length < 0xffff {
            let read = self.inner.read(&mut self.block[HEAD + length..])?;
            if read == 0 {
                break;
            }
            length += read;
        }
        self.sum.update(&self.block[HEAD..HEAD + length]);
        self.ended = length < 0xffff;
        let short = length as u16;
        self.block[0] = u8::from(self.ended);
        self.block[1..3].copy_from_slice(&short.to_le_bytes());
        self.block[3..5].copy_from_slice(&(!short).to_le_bytes());
        self.block.truncate(HEAD + length);
        if self.ended {
            self.block.extend_from_slice(&self.sum.sum().to_le_bytes());
            self.block.extend_from_slice(&self.sum.amount().to_le_bytes());
        }
        self.at = 0;
        Ok(())
    }
}

impl Read for Stored {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.block.len() {
            if self.ended {
                return Ok(0);
            }
            self.next_block()?;
        }
        let length = buffer.len().min(self.block.len() - self.at);
        buffer[..length].copy_from_slice(&self.block[self.at..self.at + length]);
        self.at += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_layers_are_gzip_of_a_tar() {
        let blob = large_layer(3, 100_000);
        let mut bytes = Vec::new();
        blob.read_from(0).expect("content").read_to_end(&mut bytes).expect("content");
        assert_eq!(bytes.len() as u64, blob.size);
        let mut archive = Vec::new();
        flate2::read::GzDecoder::new(&bytes[..]).read_to_end(&mut archive).expect("gzip");
        assert_eq!(archive.len(), 3 * (512 + 100_352) + 1024);
        assert_eq!(&archive[257..262], b"ustar");
    }
}
