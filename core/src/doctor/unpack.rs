//! What the controller does with a layer, entry by entry: fluxcd/pkg/tar 1.2 `Untar` and
//! fluxcd/pkg/artifact 0.18 `Archive`.
//!
//! Whoever reads the blob shows each entry's header to an [`Unpacking`]; nothing is written.

use std::collections::BTreeMap;
use std::fmt;

use crate::compat::quoted;

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
    /// How many symbolic links were skipped.
    pub links: usize,
    /// Names of files, the first few thousand.
    pub names: Vec<String>,
    /// The folders that hold a `Chart.yaml`; empty text for the root.
    pub charts: Vec<String>,
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

/// What kind of entry it is: a tar header's type flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryType {
    /// A file; hard links and unknown flags are read as (empty) files too.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// A character device.
    CharacterDevice,
    /// A block device.
    BlockDevice,
    /// A named pipe.
    Pipe,
    /// A socket.
    Socket,
}

impl EntryType {
    /// The type of a tar header's flag, and what the file type in its mode makes of it. Source: Go's
    /// archive/tar `headerFileInfo.Mode`.
    pub fn of(flag: u8, mode: u32) -> Self {
        match flag {
            b'2' => return Self::Link,
            b'3' => return Self::CharacterDevice,
            b'4' => return Self::BlockDevice,
            b'5' => return Self::Folder,
            b'6' => return Self::Pipe,
            _ => {}
        }
        match mode & 0o170_000 {
            0o040_000 => Self::Folder,
            0o010_000 => Self::Pipe,
            0o120_000 => Self::Link,
            0o060_000 => Self::BlockDevice,
            0o020_000 => Self::CharacterDevice,
            0o140_000 => Self::Socket,
            _ => Self::File,
        }
    }
}

/// A layer being unpacked in thought. Memory grows with the number of entries.
#[derive(Debug, Default)]
pub struct Unpacking {
    /// What stands at each path: a file's permissions, or nothing for a folder.
    paths: BTreeMap<String, Option<u32>>,
    contents: Contents,
}

impl Unpacking {
    /// Takes the next entry's header.
    ///
    /// # Errors
    ///
    /// What the controller stops at.
    pub fn entry(&mut self, name: &str, kind: EntryType, mode: u32) -> Result<(), LayerFault> {
        if name.is_empty() || name.contains('\\') || name.starts_with('/') || name.contains("../") {
            return Err(LayerFault::InvalidName(name.to_owned()));
        }
        match kind {
            EntryType::File => self.file(name, mode),
            EntryType::Folder => self.folder(&clean(name), name),
            EntryType::Link => {
                self.contents.links += 1;
                Ok(())
            }
            EntryType::CharacterDevice | EntryType::BlockDevice | EntryType::Pipe | EntryType::Socket => {
                Err(LayerFault::UnsupportedType { name: name.to_owned(), mode: mode_in_go(kind, mode) })
            }
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
            (folder, "Chart.yaml") if folder.split('/').count() <= 2 => self.contents.charts.push(folder.to_owned()),
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

    /// The end of the archive. `is_ignored` says whether `.sourceignore` and `spec.ignore` leave a
    /// path out (`true` as the second argument for a folder).
    pub fn finish(self, is_ignored: impl Fn(&str, bool) -> bool) -> (Contents, Option<LayerFault>) {
        let unreadable = self
            .paths
            .iter()
            .find(|(path, mode)| mode.is_some_and(|mode| mode & 0o400 == 0) && !is_ignored(path, false));
        let fault = unreadable.map(|(path, _)| LayerFault::Unreadable(path.clone()));
        (self.contents, fault)
    }

    /// What was seen so far.
    pub fn contents(self) -> Contents {
        self.contents
    }
}

/// A path without `.`, empty parts and `..` (which cannot stand before a slash here).
fn clean(name: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in name.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// A mode as Go's `fs.FileMode` prints it.
fn mode_in_go(kind: EntryType, mode: u32) -> String {
    let is_character = kind == EntryType::CharacterDevice;
    let letters = [
        (is_character || kind == EntryType::BlockDevice, 'D'),
        (kind == EntryType::Pipe, 'p'),
        (kind == EntryType::Socket, 'S'),
        (mode & 0o4000 != 0, 'u'),
        (mode & 0o2000 != 0, 'g'),
        (is_character, 'c'),
        (mode & 0o1000 != 0, 't'),
    ];
    let mut out: String = letters.into_iter().filter(|(is_set, _)| *is_set).map(|(_, letter)| letter).collect();
    if out.is_empty() {
        out.push('-');
    }
    for (bit, letter) in (0..9).rev().zip("rwxrwxrwx".chars()) {
        out.push(if mode & (1 << bit) != 0 { letter } else { '-' });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unpack(entries: &[(&str, EntryType, u32)]) -> (Contents, Option<LayerFault>) {
        let mut unpacking = Unpacking::default();
        for (name, kind, mode) in entries {
            if let Err(fault) = unpacking.entry(name, *kind, *mode) {
                return (unpacking.contents(), Some(fault));
            }
        }
        unpacking.finish(|_, _| false)
    }

    #[test]
    fn faults_are_in_the_controllers_words() {
        use EntryType::*;
        let words = |entries: &[_]| unpack(entries).1.map(|fault| fault.to_string());
        assert_eq!(words(&[("a.yaml", File, 0o644), ("b", Link, 0o777), ("d/", Folder, 0o755)]), None);
        for name in ["../evil.yaml", "/etc/passwd", "a\\b", ""] {
            let expected = format!("tar contained invalid name error {}", quoted(name));
            assert_eq!(words(&[(name, File, 0o644)]), Some(expected));
        }
        assert_eq!(
            words(&[("dev/null", CharacterDevice, 0o666)]).as_deref(),
            Some("tar file entry dev/null contained unsupported file type Dcrw-rw-rw-")
        );
        assert_eq!(words(&[("run/x", Pipe, 0o600)]).unwrap().rsplit(' ').next(), Some("prw-------"));
        assert_eq!(words(&[("a", File, 0o644), ("a/b", File, 0o644)]).as_deref(), Some("mkdir a/b: not a directory"));
        assert_eq!(words(&[("a/b", File, 0o644), ("a", File, 0o644)]).as_deref(), Some("open a: is a directory"));
        assert_eq!(words(&[("a", File, 0o444), ("./a", File, 0o644)]).as_deref(), Some("open ./a: permission denied"));
        assert_eq!(words(&[("etc/gshadow", File, 0)]).as_deref(), Some("open etc/gshadow: permission denied"));
    }

    #[test]
    fn contents_are_told_apart() {
        use EntryType::File;
        let (chart, _) = unpack(&[("demo/Chart.yaml", File, 0o644), ("demo/charts/x/Chart.yaml", File, 0o644)]);
        assert_eq!((chart.files, chart.charts.as_slice()), (2, ["demo".to_owned()].as_slice()));
        let (image, _) = unpack(&[("./bin/sh", File, 0o755), ("etc/passwd", File, 0o644)]);
        assert!(image.is_root_file_system() && !chart.is_root_file_system());
    }

    #[test]
    fn the_first_bytes_say_what_it_is() {
        let mut tar = vec![b'a'; 300];
        tar[257..262].copy_from_slice(b"ustar");
        for (bytes, magic) in [
            (&b"\x1f\x8b\x08"[..], Magic::Gzip),
            (b"\x28\xb5\x2f\xfd", Magic::Zstd),
            (&tar, Magic::Tar),
            (b"-----BEGIN PGP SIGNED MESSAGE-----\n", Magic::Provenance),
            (b"{}", Magic::Json),
            (b"not an archive", Magic::Text),
            (b"", Magic::Empty),
            (b"\xff\x00", Magic::Other),
        ] {
            assert_eq!(Magic::of(bytes), magic);
        }
    }
}
