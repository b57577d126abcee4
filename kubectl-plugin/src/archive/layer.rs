//! A layer on its way out: the tar stream of Flux, compressed, and the digests of both.

use std::fmt;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{Context, SHA256};
use kubectl_oci_core::compat::archive::{Entry, HeaderError, Kind, TRAILER, header, padding};

use super::gzip::Gzip;
use crate::error::words;
use crate::registry::named_sha256;

/// What was written: a layer, as a manifest and its configuration speak of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Layer {
    /// Digest of the compressed layer, `sha256:…`.
    pub(crate) digest: String,
    /// Its size in bytes.
    pub(crate) size: u64,
    /// Digest of the tar stream: what the configuration of an image lists under `diff_ids`.
    pub(crate) diff_id: String,
    /// Size of the tar stream in bytes.
    pub(crate) unpacked_size: u64,
}

/// Why there is no layer.
#[derive(Debug)]
pub(crate) enum PackError {
    /// Something that was to be packed could not be read.
    Read { path: PathBuf, error: io::Error },
    /// A file was longer or shorter than it had said.
    Changed { path: PathBuf },
    /// A name or a size that no archive holds.
    Header { path: PathBuf, error: HeaderError },
    /// A folder that is no chart, or a chart that is none.
    Chart { path: PathBuf, why: String },
    /// The layer could not be written.
    Write(io::Error),
}

impl fmt::Display for PackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read { path, error } => write!(f, "{}: {}", path.display(), words(error)),
            Self::Changed { path } => write!(f, "{}: it changed while it was being packed", path.display()),
            Self::Header { path, error } => write!(f, "{}: {error}", path.display()),
            Self::Chart { path, why } => write!(f, "{}: {why}", path.display()),
            Self::Write(error) => write!(f, "the layer could not be written: {}", words(error)),
        }
    }
}

impl std::error::Error for PackError {}

/// A layer being written, entry by entry. It holds one buffer, whatever the size of the files.
pub(crate) struct LayerWriter<W> {
    tar: Digesting<Gzip<Digesting<W>>>,
    buffer: Vec<u8>,
}

impl<W: Write> LayerWriter<W> {
    pub(crate) fn new(out: W) -> Result<Self, PackError> {
        let gzip = Gzip::new(Digesting::new(out)).map_err(PackError::Write)?;
        Ok(Self { tar: Digesting::new(gzip), buffer: vec![0; 64 * 1024] })
    }

    /// Adds a folder.
    pub(crate) fn folder(&mut self, name: &[u8], mode: u32, path: &Path) -> Result<(), PackError> {
        self.header(&Entry { name, mode, kind: Kind::Directory }, path)
    }

    /// Adds a file of so many bytes. `path` is for errors alone.
    pub(crate) fn file(
        &mut self,
        name: &[u8],
        mode: u32,
        size: u64,
        content: &mut impl Read,
        path: &Path,
    ) -> Result<(), PackError> {
        self.header(&Entry { name, mode, kind: Kind::File { size } }, path)?;
        let mut left = size;
        loop {
            let read = match content.read(&mut self.buffer) {
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(PackError::Read { path: path.to_owned(), error }),
            };
            // Read once more than needed, to see a file that has grown.
            if read as u64 > left || read == 0 && left > 0 {
                return Err(PackError::Changed { path: path.to_owned() });
            }
            if read == 0 {
                break;
            }
            self.tar.write_all(&self.buffer[..read]).map_err(PackError::Write)?;
            left -= read as u64;
        }
        self.tar.write_all(padding(size)).map_err(PackError::Write)
    }

    /// Ends the layer.
    pub(crate) fn finish(mut self) -> Result<Layer, PackError> {
        self.tar.write_all(&TRAILER).map_err(PackError::Write)?;
        let (gzip, diff_id, unpacked_size) = self.tar.finish();
        let (mut out, digest, size) = gzip.finish().map_err(PackError::Write)?.finish();
        out.flush().map_err(PackError::Write)?;
        Ok(Layer { digest, size, diff_id, unpacked_size })
    }

    fn header(&mut self, entry: &Entry<'_>, path: &Path) -> Result<(), PackError> {
        let bytes = header(entry).map_err(|error| PackError::Header { path: path.to_owned(), error })?;
        self.tar.write_all(&bytes).map_err(PackError::Write)
    }
}

/// A writer that takes the digest of what passes.
struct Digesting<W> {
    out: W,
    hash: Context,
    size: u64,
}

impl<W> Digesting<W> {
    fn new(out: W) -> Self {
        Self { out, hash: Context::new(&SHA256), size: 0 }
    }

    fn finish(self) -> (W, String, u64) {
        (self.out, named_sha256(self.hash.finish().as_ref()), self.size)
    }
}

impl<W: Write> Write for Digesting<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
