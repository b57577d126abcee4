//! What the controller does with a layer, entry by entry: fluxcd/pkg/tar 1.2 `Untar` and
//! fluxcd/pkg/artifact 0.18 `Archive`.
//!
//! Whoever reads the blob pushes its decompressed bytes into an [`Unpacking`]; nothing is written.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::compat::archive::{BLOCK, Found, Next, Reader, Type};
use crate::compat::helm_chart::ChartMetadata;
use crate::compat::ignore::{IGNORE_FILE, Matcher};
use crate::compat::quoted;
use crate::text;

/// What describes a chart.
const CHART_FILE: &str = "Chart.yaml";

/// How many names of entries are kept for explanations.
const KEPT: usize = 4_000;

/// What is in a blob.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LayerFacts {
    /// Its size in bytes.
    pub size: u64,
    /// What its first bytes say.
    pub magic: Magic,
    /// What stands against unpacking it; `None` where nothing does, and for `operation: copy`.
    pub fault: Option<LayerFault>,
    /// What was seen of its entries; empty for `operation: copy`.
    pub contents: Contents,
}

/// What the first bytes of a blob say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Magic {
    /// gzip.
    Gzip,
    /// Zstandard.
    Zstd,
    /// A tar archive without compression.
    Tar,
    /// A signature of Helm's: `-----BEGIN PGP SIGNED MESSAGE-----`.
    Provenance,
    /// JSON.
    Json,
    /// Other text.
    Text,
    /// Nothing at all.
    Empty,
    /// Anything else.
    #[default]
    Other,
}

impl Magic {
    /// Looks at the beginning of a blob; 512 bytes are enough.
    pub fn of(start: &[u8]) -> Self {
        match start {
            [] => Self::Empty,
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Self::Zstd,
            _ if start.get(257..262) == Some(b"ustar") => Self::Tar,
            _ if start.starts_with(b"-----BEGIN PGP SIGNED MESSAGE-----") => Self::Provenance,
            _ => match std::str::from_utf8(start) {
                Ok(text) if text.trim_start().starts_with(['{', '[']) => Self::Json,
                Ok(text) if !text.contains('\0') => Self::Text,
                // The end of the buffer may lie within a character.
                Err(error) if error.error_len().is_none() && error.valid_up_to() > 0 => Self::Text,
                _ => Self::Other,
            },
        }
    }

    /// For a reader: "gzip", "a PGP-signed text".
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "Zstandard",
            Self::Tar => "tar without gzip",
            Self::Provenance => "Helm's provenance, a signed text",
            Self::Json => "JSON",
            Self::Text => "text",
            Self::Empty => "nothing",
            Self::Other => "unknown bytes",
        }
    }
}

/// What stands against unpacking a layer. `Display` gives the controller's words behind `failed to
/// extract layer contents from artifact: `, or, for [`LayerFault::Unreadable`], behind `unable to
/// archive artifact to storage: `.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LayerFault {
    /// It is not gzip; with Go's words (`gzip: invalid header`, `EOF`).
    NotGzip(String),
    /// The archive is broken; with Go's words (`unexpected EOF`, `archive/tar: invalid tar header`).
    Tar(String),
    /// An entry's content is broken; with Go's words.
    Content(String),
    /// An entry would be unpacked elsewhere, or its name is empty or holds a backslash.
    InvalidName(String),
    /// An entry is a device, a pipe or a socket.
    UnsupportedType {
        /// Its name.
        name: String,
        /// Its mode as Go prints it, `Dcrw-rw-rw-`.
        mode: String,
    },
    /// An entry stands where another kind of one is needed, in the system's words.
    Conflict {
        /// Its name.
        name: String,
        /// What was tried, `mkdir` or `open`.
        operation: &'static str,
        /// `not a directory`, `is a directory`, `permission denied`.
        error: &'static str,
    },
    /// A file is unpacked without the right to read it, and cannot be archived.
    Unreadable(String),
    /// The bytes are not those of the digest; with go-containerregistry's words.
    Digest(String),
}

impl fmt::Display for LayerFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotGzip(words) => write!(f, "requires gzip-compressed body: {words}"),
            Self::Tar(words) => write!(f, "tar error: {words}"),
            Self::Content(words) => write!(f, "error copying buffer: {words}"),
            Self::InvalidName(name) => write!(f, "tar contained invalid name error {}", quoted(name)),
            Self::UnsupportedType { name, mode } => {
                write!(f, "tar file entry {name} contained unsupported file type {mode}")
            }
            // The folder's name is drawn anew on each run.
            Self::Conflict { name, operation, error } => write!(f, "{operation} {name}: {error}"),
            Self::Unreadable(name) => write!(f, "open {name}: permission denied"),
            Self::Digest(words) => f.write_str(words),
        }
    }
}

/// What was seen of a layer's entries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contents {
    /// How many regular files there are.
    pub files: usize,
    /// How many of them the filter of `.sourceignore` and `spec.ignore` lets through.
    pub kept: usize,
    /// How many symbolic links were skipped.
    pub links: usize,
    /// Names of files, the first few thousand.
    pub names: Vec<String>,
    /// The folders that are archived, sorted; the first few thousand.
    pub folders: Vec<String>,
    /// The folders that the filter leaves out, with all that is in them.
    pub left_out: Vec<String>,
    /// The folders that hold a `Chart.yaml`; empty text for the root.
    pub charts: Vec<String>,
    /// The version in the `Chart.yaml` of the folder that a chart lies in, where Helm reads one there.
    pub chart_version: Option<String>,
}

impl Contents {
    /// True where it looks like the root of a Linux system.
    pub fn is_root_file_system(&self) -> bool {
        let known = ["bin/", "etc/", "usr/", "lib/", "sbin/", "var/", "proc/", "sys/", "dev/"];
        let is_there =
            |folder: &&&str| self.names.iter().any(|name| name.trim_start_matches("./").starts_with(**folder));
        known.iter().filter(is_there).count() >= 2
    }
}

/// What the next bytes of the archive are.
#[derive(Debug)]
enum Part {
    /// A header, as far as it has come.
    Header(Vec<u8>),
    /// An extension of this size, as far as it has come.
    Extension(usize, Vec<u8>),
    /// A file's content: how much is still to come, and what is kept of it.
    Content { left: u64, padding: usize, kept: Option<(Kept, Vec<u8>)> },
    /// Bytes up to the next header.
    Padding(usize),
    /// Nothing more is read.
    End,
}

/// A file whose content means something.
#[derive(Debug)]
enum Kept {
    /// The `.sourceignore` of a folder.
    Ignore(String),
    /// The `Chart.yaml` of a chart, which lies in a folder of its name.
    Chart,
}

/// A layer being unpacked in thought, from the bytes inside its gzip. Memory grows with the number of
/// entries, not with their sizes.
#[derive(Debug)]
pub struct Unpacking {
    reader: Reader,
    part: Part,
    /// What stands at each path: a file's permissions, or nothing for a folder.
    paths: BTreeMap<String, Option<u32>>,
    /// The `.sourceignore` files by their folders.
    ignores: BTreeMap<String, Vec<u8>>,
    contents: Contents,
}

impl Default for Unpacking {
    fn default() -> Self {
        Self {
            reader: Reader::new(),
            part: Part::Header(Vec::new()),
            paths: BTreeMap::new(),
            ignores: BTreeMap::new(),
            contents: Contents::default(),
        }
    }
}

impl Unpacking {
    /// Takes more of the archive. False once the controller reads no further.
    ///
    /// # Errors
    ///
    /// What the controller stops at.
    pub fn push(&mut self, mut bytes: &[u8]) -> Result<bool, LayerFault> {
        while !bytes.is_empty() {
            let part = std::mem::replace(&mut self.part, Part::End);
            self.part = match part {
                Part::End => return Ok(false),
                Part::Header(mut header) => {
                    fill(&mut header, BLOCK, &mut bytes);
                    match <[u8; BLOCK]>::try_from(header.as_slice()) {
                        Ok(block) => {
                            let next = self.reader.block(&block).map_err(|error| LayerFault::Tar(error.to_string()))?;
                            self.turn(next)?
                        }
                        Err(_) => Part::Header(header),
                    }
                }
                Part::Extension(size, mut content) => {
                    fill(&mut content, size, &mut bytes);
                    if content.len() < size { Part::Extension(size, content) } else { self.extension(&content)? }
                }
                Part::Content { left, padding, mut kept } => {
                    let most = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
                    let (piece, rest) = bytes.split_at_checked(most).unwrap_or((bytes, &[]));
                    if let Some((_, kept)) = &mut kept {
                        fill(kept, KEPT_LIMIT, &mut { piece });
                    }
                    bytes = rest;
                    let left = left - piece.len() as u64;
                    if left > 0 { Part::Content { left, padding, kept } } else { self.end_of_content(padding, kept) }
                }
                Part::Padding(left) => {
                    let most = left.min(bytes.len());
                    bytes = bytes.get(most..).unwrap_or_default();
                    if left > most { Part::Padding(left - most) } else { Part::Header(Vec::new()) }
                }
            };
        }
        Ok(!matches!(self.part, Part::End))
    }

    /// What comes next by the word of the reader of headers.
    fn turn(&mut self, next: Next) -> Result<Part, LayerFault> {
        Ok(match next {
            Next::Block => Part::Header(Vec::new()),
            Next::Extension { size: 0 } => self.extension(&[])?,
            Next::Extension { size } => Part::Extension(size, Vec::new()),
            Next::Entry(found) => {
                let name = String::from_utf8_lossy(&found.name).into_owned();
                self.entry(&name, &found)?;
                let padding = padding(found.content);
                let kept = kept(&name).filter(|_| found.kind() == Type::File).map(|kept| (kept, Vec::new()));
                match found.content {
                    0 => self.end_of_content(0, kept),
                    left => Part::Content { left, padding, kept },
                }
            }
            Next::End => Part::End,
        })
    }

    fn extension(&mut self, content: &[u8]) -> Result<Part, LayerFault> {
        let next = self.reader.extension(content).map_err(|error| LayerFault::Tar(error.to_string()))?;
        let padding = padding(content.len() as u64);
        let next = self.turn(next)?;
        Ok(match (padding, next) {
            (0, next) => next,
            // Global records are an entry without content: its end is the next header.
            (padding, _) => Part::Padding(padding),
        })
    }

    fn end_of_content(&mut self, padding: usize, kept: Option<(Kept, Vec<u8>)>) -> Part {
        match kept {
            Some((Kept::Ignore(folder), content)) => drop(self.ignores.insert(folder, content)),
            Some((Kept::Chart, content)) if self.contents.chart_version.is_none() => {
                let metadata = ChartMetadata::parse(&String::from_utf8_lossy(&content));
                self.contents.chart_version = metadata.ok().map(|metadata| metadata.version);
            }
            Some((Kept::Chart, _)) | None => {}
        }
        if padding > 0 { Part::Padding(padding) } else { Part::Header(Vec::new()) }
    }

    fn entry(&mut self, name: &str, found: &Found) -> Result<(), LayerFault> {
        if name.is_empty() || name.contains('\\') || name.starts_with('/') || name.contains("../") {
            return Err(LayerFault::InvalidName(name.to_owned()));
        }
        match found.kind() {
            Type::File => self.file(name, found.permissions()),
            Type::Directory => self.folder(&clean(name), name),
            Type::Symlink => {
                self.contents.links += 1;
                Ok(())
            }
            Type::Special => Err(LayerFault::UnsupportedType { name: name.to_owned(), mode: found.mode_words() }),
        }
    }

    fn file(&mut self, name: &str, mode: u32) -> Result<(), LayerFault> {
        let path = clean(name);
        if let Some((parent, _)) = path.rsplit_once('/') {
            self.folder(parent, name)?;
        }
        let conflict = |error| Err(LayerFault::Conflict { name: name.to_owned(), operation: "open", error });
        match self.paths.get(&path) {
            _ if path.is_empty() => return conflict("is a directory"),
            Some(None) => return conflict("is a directory"),
            // A file that is there already is written anew and keeps its permissions.
            Some(Some(mode)) if mode & 0o200 == 0 => return conflict("permission denied"),
            Some(Some(_)) => return Ok(()),
            None => {}
        }
        self.contents.files += 1;
        if self.contents.names.len() < KEPT {
            self.contents.names.push(path.clone());
        }
        match path.rsplit_once('/').unwrap_or(("", &path)) {
            (folder, CHART_FILE) if folder.split('/').count() <= 2 => self.contents.charts.push(folder.to_owned()),
            _ => {}
        }
        self.paths.insert(path, Some(mode));
        Ok(())
    }

    /// A folder and those above it.
    fn folder(&mut self, path: &str, name: &str) -> Result<(), LayerFault> {
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        for end in ends {
            let part = path.get(..end).unwrap_or_default();
            match self.paths.get(part) {
                Some(Some(_)) => {
                    let error = "not a directory";
                    return Err(LayerFault::Conflict { name: name.to_owned(), operation: "mkdir", error });
                }
                Some(None) => {}
                None if part.is_empty() => {}
                None => {
                    self.paths.insert(part.to_owned(), None);
                }
            }
        }
        Ok(())
    }

    /// The end of the stream. `fault` says in Go's words why it ended where it is not its own end
    /// (`unexpected EOF`, `flate: corrupt input`); `ignore` is `spec.ignore`.
    pub fn finish(self, fault: Option<&str>, ignore: Option<&str>) -> (Contents, Option<LayerFault>) {
        let cut = |fault: Option<&str>| fault.unwrap_or("unexpected EOF").to_owned();
        let broken = match &self.part {
            Part::End => None,
            // The stream may end before a header, and within padding.
            Part::Header(header) if header.is_empty() => fault.map(|words| LayerFault::Tar(words.to_owned())),
            Part::Padding(_) => fault.map(|words| LayerFault::Tar(words.to_owned())),
            Part::Header(_) | Part::Extension(..) => Some(LayerFault::Tar(cut(fault))),
            Part::Content { .. } => Some(LayerFault::Content(cut(fault))),
        };
        let mut contents = self.contents;
        if broken.is_some() {
            return (contents, broken);
        }
        let matcher = Matcher::of_artifact(&self.ignores, ignore);
        let is_ignored = |path: &str, is_folder| {
            let components: Vec<&str> = path.split('/').collect();
            matcher.is_ignored(&components, is_folder)
        };
        let mut unreadable = None;
        // A folder is kept with the files in it, whatever is said of itself.
        let mut with_files: BTreeSet<&str> = BTreeSet::new();
        for (path, mode) in self.paths.iter().filter_map(|(path, mode)| Some((path, (*mode)?))) {
            if is_ignored(path, false) {
                continue;
            }
            contents.kept += 1;
            let mut folder = path.as_str();
            while let Some((above, _)) = folder.rsplit_once('/').filter(|(above, _)| with_files.insert(above)) {
                folder = above;
            }
            if mode & 0o400 == 0 && unreadable.is_none() {
                unreadable = Some(LayerFault::Unreadable(path.clone()));
            }
        }
        for path in self.paths.iter().filter(|(_, mode)| mode.is_none()).map(|(path, _)| path) {
            let is_kept = with_files.contains(path.as_str()) || !is_ignored(path, true);
            let folders = if is_kept { &mut contents.folders } else { &mut contents.left_out };
            if folders.len() < KEPT {
                folders.push(path.clone());
            }
        }
        (contents, unreadable)
    }

    /// What was seen so far.
    pub fn contents(self) -> Contents {
        self.contents
    }
}

/// How much is kept of a `.sourceignore` or a `Chart.yaml`, in bytes.
const KEPT_LIMIT: usize = 64 * 1024;

/// Takes as much as is missing.
fn fill(buffer: &mut Vec<u8>, wanted: usize, bytes: &mut &[u8]) {
    let most = wanted.saturating_sub(buffer.len()).min(bytes.len());
    let (piece, rest) = bytes.split_at_checked(most).unwrap_or((bytes, &[]));
    buffer.extend_from_slice(piece);
    *bytes = rest;
}

/// Bytes behind a content, up to the next header.
fn padding(size: u64) -> usize {
    let over = usize::try_from(size % BLOCK as u64).unwrap_or_default();
    (BLOCK - over) % BLOCK
}

/// What a file is kept for.
fn kept(name: &str) -> Option<Kept> {
    let path = clean(name);
    match path.rsplit_once('/').unwrap_or(("", &path)) {
        (folder, IGNORE_FILE) => Some(Kept::Ignore(folder.to_owned())),
        (folder, CHART_FILE) if !folder.is_empty() && !folder.contains('/') => Some(Kept::Chart),
        _ => None,
    }
}

/// A path without `.`, empty parts and `..` (which cannot stand before a slash here).
fn clean(name: &str) -> String {
    text::join_parts(name.split('/'))
}

#[cfg(test)]
mod tests;
