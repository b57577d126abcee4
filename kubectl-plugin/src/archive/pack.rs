//! Packing a folder, a file or a text as `flux build artifact` does.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::layer::{Layer, LayerWriter, PackError};
use super::rules::{Exclusions, FluxRules};
use super::walk::{Found, Kind, Links, mode, walk};

/// How many of the largest files are reported.
const LARGEST: usize = 10;

/// How many paths of a sort are kept for a report; all of them are counted.
const MOST_PATHS: usize = 100;

/// The mode of the folder around a single file: Flux stages it in a temporary one.
const STAGE_MODE: u32 = 0o700;

/// The mode of a text from standard input, which Flux puts into a temporary file.
const TEXT_MODE: u32 = 0o600;

/// What is packed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Source<'a> {
    /// A folder, with what is in it; or a file, alone in an archive.
    Path(&'a Path),
    /// A text, under a name. Flux invents the name anew on every run, so that nothing equals it.
    Text { name: &'a str, content: &'a [u8] },
}

/// How it is packed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Options {
    /// What is left out. A file that is named itself never is.
    pub(crate) exclusions: Exclusions,
    /// What is done with symbolic links inside a folder.
    pub(crate) links: Links,
}

/// A layer, and what is in it.
#[derive(Debug)]
pub(crate) struct Packed {
    pub(crate) layer: Layer,
    pub(crate) report: Report,
}

/// What was packed and what was left out. Paths are relative to the folder that was named.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) files: u64,
    pub(crate) folders: u64,
    /// Sum of the sizes of the files, in bytes.
    pub(crate) content: u64,
    /// Files, links and folders that were excluded; what is in a folder that was not looked into is not
    /// counted.
    pub(crate) ignored: u64,
    /// Symbolic links that were left out.
    pub(crate) links: Skipped,
    /// Devices, pipes and sockets.
    pub(crate) special: Skipped,
    /// The largest files, from the largest on.
    pub(crate) largest: Vec<(PathBuf, u64)>,
}

/// What was left out for what it is.
#[derive(Debug, Default)]
pub(crate) struct Skipped {
    pub(crate) count: u64,
    /// The first of them.
    pub(crate) paths: Vec<PathBuf>,
}

/// Packs a source and writes the layer.
///
/// The tar stream is that of `flux build artifact`, save that the `.sourceignore` files are heeded, that a
/// folder may be named by a link, and that the modes of a single file are those under a umask of 022.
///
/// # Errors
///
/// At the first file that cannot be read or is changing, and where the layer cannot be written.
pub(crate) fn pack(source: Source<'_>, options: &Options, out: impl Write) -> Result<Packed, PackError> {
    let mut layer = LayerWriter::new(out)?;
    let mut report = Report::default();
    match source {
        Source::Path(path) => {
            let failed = |error| PackError::Read { path: path.to_owned(), error };
            let kind = fs::metadata(path).map_err(failed)?.file_type();
            if kind.is_dir() {
                let mut rules = FluxRules::new(&options.exclusions);
                walk(path, options.links, &mut rules, &mut |found| add(&mut layer, &mut report, found))?;
            } else if !kind.is_file() {
                // A pipe has no size, and whoever opens it waits for somebody to write.
                return Err(failed(io::Error::other(
                    "it is neither a file nor a folder; what is piped in is `--path -`",
                )));
            } else {
                let name = path.file_name().unwrap_or_default();
                let mut file = File::open(path).map_err(failed)?;
                let metadata = file.metadata().map_err(failed)?;
                let (mode, size) = (mode(&metadata) & 0o755, metadata.len());
                add_one(&mut layer, &mut report, name.as_encoded_bytes(), mode, size, &mut file)?;
            }
        }
        Source::Text { name, content } => {
            let content = without_line_breaks(content);
            let size = content.len() as u64;
            add_one(&mut layer, &mut report, name.as_bytes(), TEXT_MODE, size, &mut &*content)?;
        }
    }
    Ok(Packed { layer: layer.finish()?, report })
}

/// Adds a file, and the folder that holds it alone.
fn add_one<W: Write>(
    layer: &mut LayerWriter<W>,
    report: &mut Report,
    name: &[u8],
    mode: u32,
    size: u64,
    content: &mut impl Read,
) -> Result<(), PackError> {
    let path = PathBuf::from(String::from_utf8_lossy(name).into_owned());
    layer.folder(b".", STAGE_MODE, Path::new("."))?;
    layer.file(name, mode, size, content, &path)?;
    report.folders += 1;
    report.add_file(&path, size);
    Ok(())
}

/// Adds what was found in a folder.
fn add<W: Write>(layer: &mut LayerWriter<W>, report: &mut Report, found: Found<'_>) -> Result<(), PackError> {
    let Found { kind, path, components } = found;
    let failed = |error| PackError::Read { path: path.to_owned(), error };
    let name = if components.is_empty() { b".".to_vec() } else { components.join(&b'/') };
    match kind {
        Kind::Folder => {
            layer.folder(&name, mode(&fs::metadata(path).map_err(failed)?), path)?;
            report.folders += 1;
        }
        Kind::File => {
            let mut file = File::open(path).map_err(failed)?;
            let metadata = file.metadata().map_err(failed)?;
            layer.file(&name, mode(&metadata), metadata.len(), &mut file, path)?;
            report.add_file(&relative(path, components), metadata.len());
        }
        Kind::Link => report.links.add(&relative(path, components)),
        Kind::Special => report.special.add(&relative(path, components)),
        Kind::Ignored => report.ignored += 1,
    }
    Ok(())
}

impl Report {
    pub(super) fn add_file(&mut self, path: &Path, size: u64) {
        self.files += 1;
        self.content += size;
        let place = self.largest.partition_point(|(_, other)| *other >= size);
        if place < LARGEST {
            self.largest.insert(place, (path.to_owned(), size));
            self.largest.truncate(LARGEST);
        }
    }
}

impl Skipped {
    fn add(&mut self, path: &Path) {
        self.count += 1;
        if self.paths.len() < MOST_PATHS {
            self.paths.push(path.to_owned());
        }
    }
}

/// The path from the folder that was named, as the system writes it.
pub(super) fn relative(path: &Path, components: &[Vec<u8>]) -> PathBuf {
    let above = path.components().count().saturating_sub(components.len());
    path.components().skip(above).collect()
}

/// A text without the line breaks at its end, which Flux takes off standard input.
fn without_line_breaks(text: &[u8]) -> &[u8] {
    let end = text.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n')).map_or(0, |at| at + 1);
    &text[..end]
}

#[cfg(test)]
pub(super) mod tests;
