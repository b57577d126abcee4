//! Unpacking a layer, so that nothing is written but what belongs there.
//!
//! Accepts what fluxcd/pkg/tar 1.2 accepts (`Untar`) and refuses the rest in its words. Nothing is written
//! through a link, as no link is ever made; a name that leads out is refused before anything of it is written.

use std::fmt;
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use kubectl_oci_core::compat::archive::{Found, Next, ReadError, Reader, Type, is_safe_name};
use kubectl_oci_core::compat::quote::quoted_bytes;

use super::inflate::{self, Fault, Inflate};
use super::stored::{Stored, leave_out};
use super::target::{Existing, Place, Target, new_file, set_time};
use super::writers::{self, Writers};
use crate::error::words;
use crate::stream::Wanted;

/// How much an archive may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Most bytes of all files together.
    pub(crate) bytes: u64,
    /// Most entries.
    pub(crate) entries: u64,
    /// How many bytes a byte of the layer may become. Judged after [`Limits::RATIO_FROM`].
    pub(crate) ratio: u64,
}

impl Limits {
    /// The first bytes may be of any ratio: a small archive of blank files does no harm.
    pub(super) const RATIO_FROM: u64 = 64 << 20;
}

/// Manifests compress five to forty times, mostly blank files two hundred times, and zeros a thousand times.
impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 16 << 30, entries: 1_000_000, ratio: 300 }
    }
}

/// How a layer is unpacked.
#[derive(Debug, Clone, Default)]
pub(crate) struct UnpackOptions {
    pub(crate) limits: Limits,
    /// What is done where the folder is there already.
    pub(crate) existing: Existing,
    /// For an object: only what source-controller stores of the layer.
    pub(crate) stored: Option<Stored>,
    /// Whether somebody still waits for it. Else it ends with an error, and leaves nothing behind.
    pub(crate) wanted: Wanted,
}

/// What was unpacked.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Unpacked {
    pub(crate) files: u64,
    pub(crate) folders: u64,
    /// Bytes of all files together.
    pub(crate) content: u64,
    /// How many files were left out, as [`UnpackOptions::stored`] asks.
    pub(crate) ignored: u64,
    /// Names of symbolic links that were left out, the first hundred of them.
    pub(crate) links: Vec<String>,
    /// Names of hard links, which became empty files as they do for Flux; the first hundred.
    pub(crate) hard_links: Vec<String>,
}

/// Why a layer was not unpacked.
#[derive(Debug)]
pub(crate) enum UnpackError {
    /// The layer is not one that Flux unpacks, in Flux's words.
    Refused(String),
    /// The layer is larger than the limits allow, or leads out of its folder.
    Unsafe(String),
    /// The layer could not be read.
    Read(io::Error),
    /// Something could not be written.
    Write { path: PathBuf, error: io::Error },
}

impl fmt::Display for UnpackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(text) | Self::Unsafe(text) => f.write_str(text),
            Self::Read(error) => write!(f, "the layer could not be read: {}", words(error)),
            Self::Write { path, error } => write!(f, "{}: {}", path.display(), words(error)),
        }
    }
}

impl std::error::Error for UnpackError {}

type Result<T> = std::result::Result<T, UnpackError>;

/// Unpacks a gzip-compressed tar stream into a folder, which is seen whole or not at all.
///
/// The layer is read to its end, also behind the end of the archive, so that whoever takes its digest on the
/// way sees all of it.
///
/// # Errors
///
/// At the first entry that is refused; the folder is then as it was before.
pub(crate) fn unpack(layer: impl Read + Send, folder: &Path, options: &UnpackOptions) -> Result<Unpacked> {
    let mut layer = BufReader::with_capacity(64 * 1024, layer);
    let mut target = Target::new(folder, options.existing)?;
    let header = inflate::header(&mut layer)?;
    let unpacked = std::thread::scope(|scope| {
        // Dropped at the end of the entries or at an error, which ends the threads.
        let mut stream = Inflate::start(scope, header, &mut layer, options.limits)?;
        let writers = Writers::start(scope)?;
        let unpacked = Unpacked::default();
        let mut work = Work { options, place: target.place(), writers, unpacked, entries: 0, declared: 0 };
        work.entries(&mut stream)?;
        work.writers.wait()?;
        Ok(work.unpacked)
    });
    let mut unpacked = unpacked.map_err(|error| named_as_it_will_be(error, target.root(), folder))?;
    io::copy(&mut layer, &mut io::sink()).map_err(UnpackError::Read)?;
    if let Some(stored) = &options.stored {
        let left_out = leave_out(target.root(), stored);
        let left_out = left_out.map_err(|(path, error)| UnpackError::Write { path, error })?;
        unpacked.ignored = left_out.files;
        unpacked.files = unpacked.files.saturating_sub(left_out.files);
        unpacked.folders = unpacked.folders.saturating_sub(left_out.folders);
        unpacked.content = unpacked.content.saturating_sub(left_out.content);
    }
    options.wanted.check().map_err(UnpackError::Read)?;
    target.finish()?;
    Ok(unpacked)
}

/// The error of a file by the name that it would have had: nobody knows the folder that it lies in until then.
fn named_as_it_will_be(error: UnpackError, root: &Path, folder: &Path) -> UnpackError {
    match error {
        UnpackError::Write { path, error } => {
            let path = path.strip_prefix(root).map(|name| folder.join(name)).unwrap_or(path);
            UnpackError::Write { path, error }
        }
        error => error,
    }
}

/// How many names of a sort are kept for a report.
const MOST_NAMES: usize = 100;

struct Work<'a> {
    options: &'a UnpackOptions,
    place: &'a mut Place,
    writers: Writers,
    unpacked: Unpacked,
    entries: u64,
    /// Bytes that the headers have declared.
    declared: u64,
}

impl Work<'_> {
    fn entries(&mut self, stream: &mut Inflate) -> Result<()> {
        let mut reader = Reader::new();
        let refused = |error: ReadError| UnpackError::Refused(format!("tar error: {error}"));
        let faulty = |fault: Fault| fault.during("tar error");
        let mut next = Next::Block;
        loop {
            next = match next {
                Next::End => return Ok(()),
                Next::Block => match stream.block().map_err(faulty)? {
                    Some(block) => {
                        self.count_entry()?;
                        reader.block(&block).map_err(refused)?
                    }
                    None => return Ok(()),
                },
                Next::Extension { size } => {
                    let extension = stream.bytes(size).map_err(faulty)?;
                    stream.padding(size as u64).map_err(faulty)?;
                    reader.extension(&extension).map_err(refused)?
                }
                Next::Entry(found) => {
                    self.entry(&found, stream)?;
                    Next::Block
                }
            };
        }
    }

    fn entry(&mut self, found: &Found, stream: &mut Inflate) -> Result<()> {
        let name = String::from_utf8_lossy(&found.name);
        self.declared = self.declared.saturating_add(u64::try_from(found.size).unwrap_or_default());
        let most = self.options.limits.bytes;
        if self.declared > most {
            let text = format!("tar {} is bigger than max archive size of {most} bytes", quoted_bytes(&found.name));
            return Err(UnpackError::Refused(text));
        }
        if !is_safe_name(&found.name) {
            let text = format!("tar contained invalid name error {}", quoted_bytes(&found.name));
            return Err(UnpackError::Refused(text));
        }
        // Global records: of use to nobody, and for Flux an empty file without permissions.
        if found.flag == b'g' {
            return Ok(());
        }
        let parts = found.name.split(|byte| *byte == b'/');
        let components: Vec<&[u8]> = parts.filter(|part| !part.is_empty() && *part != b".").collect();
        match found.kind() {
            Type::File => return self.file(found, &components, stream),
            Type::Directory => {
                self.place.folder(&components, found.permissions() | 0o700)?;
                self.unpacked.folders += 1;
            }
            // As `flux pull artifact` and the controller do.
            Type::Symlink => keep(&mut self.unpacked.links, &name),
            Type::Special => {
                let words = found.mode_words();
                let text = format!("tar file entry {name} contained unsupported file type {words}");
                return Err(UnpackError::Refused(text));
            }
        }
        // A folder by its mode alone may have a content.
        let skipped = stream.content::<Fault>(found.content, |_| Ok(()));
        skipped.and_then(|()| stream.padding(found.content)).map_err(|fault| fault.during("tar error"))
    }

    fn file(&mut self, found: &Found, components: &[&[u8]], stream: &mut Inflate) -> Result<()> {
        let name = String::from_utf8_lossy(&found.name);
        if components.is_empty() {
            return Err(UnpackError::Refused(format!(
                "tar contained invalid name error {}",
                quoted_bytes(&found.name)
            )));
        }
        let (path, may_be_there) = self.place.file(components)?;
        if may_be_there {
            self.writers.wait()?;
            self.place.remove(&path)?;
        }
        let mode = found.permissions();
        let is_held = found.content <= writers::MOST_BYTES;
        let mut file = if is_held { None } else { Some(new_file(&path, mode)?) };
        let written = stream.content(found.content, |piece| {
            let Some(file) = &mut file else {
                self.writers.content().extend_from_slice(piece);
                return Ok(());
            };
            let done = self.options.wanted.check().and_then(|()| file.write_all(piece));
            done.map_err(|error| CopyError::Write(UnpackError::Write { path: path.clone(), error }))
        });
        written.map_err(|error| match error {
            CopyError::Read(fault) => fault.during("error copying buffer"),
            CopyError::Write(error) => error,
        })?;
        stream.padding(found.content).map_err(|fault| fault.during("tar error"))?;
        if found.size != i64::try_from(found.content).unwrap_or(i64::MAX) {
            let text = format!("only wrote {} bytes to {name}; expected {}", found.content, found.size);
            return Err(UnpackError::Refused(text));
        }
        if found.flag == b'1' {
            keep(&mut self.unpacked.hard_links, &name);
        }
        let time = self.place.time(found.modified);
        match file {
            Some(file) => set_time(&file, time),
            None => self.writers.add(path, mode, time)?,
        }
        self.unpacked.files += 1;
        self.unpacked.content += found.content;
        Ok(())
    }

    /// Counts headers of every kind: an archive of nothing but records has an end too.
    fn count_entry(&mut self) -> Result<()> {
        self.entries += 1;
        self.options.wanted.check().map_err(UnpackError::Read)?;
        let most = self.options.limits.entries;
        // The two empty blocks at the end do not count.
        if self.entries > most.saturating_add(2) {
            return Err(UnpackError::Unsafe(format!("it has more than {most} entries")));
        }
        Ok(())
    }
}

/// Why a content was not copied.
enum CopyError {
    Read(Fault),
    Write(UnpackError),
}

impl From<Fault> for CopyError {
    fn from(fault: Fault) -> Self {
        Self::Read(fault)
    }
}

fn keep(names: &mut Vec<String>, name: &str) {
    if names.len() < MOST_NAMES {
        names.push(name.to_owned());
    }
}

#[cfg(test)]
mod tests;
