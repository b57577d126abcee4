//! A folder in the order of Go's `filepath.WalkDir`: a folder before what is in it, names by their bytes.

use std::ffi::OsString;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use super::layer::PackError;

/// What is done with symbolic links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Links {
    /// They are left out, as Flux does, and reported.
    #[default]
    Skip,
    /// What they point to takes their place, wherever it lies. A folder within itself is left out.
    Follow,
}

/// What is left out.
pub(crate) trait Rules {
    /// Before the entries of a folder are asked about.
    fn enter(&mut self, folder: &Path, components: &[Vec<u8>], names: &[OsString]) -> io::Result<()>;
    /// When all of them have been.
    fn leave(&mut self);
    /// Whether an entry is left out.
    fn ignores(&self, components: &[Vec<u8>], is_dir: bool) -> bool;
    /// Whether a folder that is left out need not be looked into.
    fn prunes(&self, components: &[Vec<u8>]) -> bool;
}

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Folder,
    File,
    /// A symbolic link that is not followed.
    Link,
    /// A device, a pipe or a socket.
    Special,
    /// Left out by the rules.
    Ignored,
}

/// An entry.
pub(crate) struct Found<'a> {
    pub(crate) kind: Kind,
    pub(crate) path: &'a Path,
    /// The components of its name in the archive; none for the folder that was named.
    pub(crate) components: &'a [Vec<u8>],
}

/// Shows every entry of a folder, the folder itself first.
pub(crate) fn walk<R, V>(root: &Path, links: Links, rules: &mut R, visit: &mut V) -> Result<(), PackError>
where
    R: Rules,
    V: FnMut(Found<'_>) -> Result<(), PackError>,
{
    let mut components: Vec<Vec<u8>> = Vec::new();
    visit(Found { kind: Kind::Folder, path: root, components: &components })?;
    let mut open = vec![Folder::open(root, links, &components, rules)?];
    while let Some(folder) = open.last_mut() {
        let Some((name, path)) = folder.next() else {
            open.pop();
            rules.leave();
            components.pop();
            continue;
        };
        components.push(name.as_encoded_bytes().to_vec());
        let kind = kind_of(&path, links)?;
        let is_folder = kind == Kind::Folder;
        let is_ignored = rules.ignores(&components, is_folder);
        let shown = if is_ignored { Kind::Ignored } else { kind };
        visit(Found { kind: shown, path: &path, components: &components })?;
        let is_entered = is_folder && !(is_ignored && rules.prunes(&components));
        if is_entered {
            let folder = Folder::open(&path, links, &components, rules)?;
            let is_within_itself =
                folder.real.as_ref().is_some_and(|real| open.iter().any(|other| other.real.as_ref() == Some(real)));
            if !is_within_itself {
                open.push(folder);
                continue;
            }
            rules.leave();
        }
        components.pop();
    }
    Ok(())
}

/// A folder that is being walked.
struct Folder {
    path: PathBuf,
    /// Where it really is, where links are followed.
    real: Option<PathBuf>,
    names: std::vec::IntoIter<OsString>,
}

impl Folder {
    fn open(path: &Path, links: Links, components: &[Vec<u8>], rules: &mut impl Rules) -> Result<Self, PackError> {
        let failed = |error| PackError::Read { path: path.to_owned(), error };
        let entries = fs::read_dir(path).map_err(failed)?;
        let names: io::Result<Vec<OsString>> = entries.map(|entry| Ok(entry?.file_name())).collect();
        let mut names = names.map_err(failed)?;
        names.sort_unstable_by(|a, b| a.as_encoded_bytes().cmp(b.as_encoded_bytes()));
        let real = match links {
            Links::Skip => None,
            Links::Follow => Some(fs::canonicalize(path).map_err(failed)?),
        };
        rules.enter(path, components, &names).map_err(failed)?;
        Ok(Self { path: path.to_owned(), real, names: names.into_iter() })
    }

    fn next(&mut self) -> Option<(OsString, PathBuf)> {
        let name = self.names.next()?;
        let path = self.path.join(&name);
        Some((name, path))
    }
}

fn kind_of(path: &Path, links: Links) -> Result<Kind, PackError> {
    let metadata = match links {
        Links::Skip => fs::symlink_metadata(path),
        Links::Follow => fs::metadata(path),
    };
    let kind = metadata.map_err(|error| PackError::Read { path: path.to_owned(), error })?.file_type();
    Ok(if kind.is_symlink() {
        Kind::Link
    } else if kind.is_dir() {
        Kind::Folder
    } else if kind.is_file() {
        Kind::File
    } else {
        Kind::Special
    })
}

/// The mode that Go sees: permissions, and the set-user, set-group and sticky bits.
#[cfg(unix)]
pub(crate) fn mode(metadata: &Metadata) -> u32 {
    use std::os::unix::fs::MetadataExt;

    metadata.mode() & 0o7777
}

/// The mode that Go makes up where there is none.
#[cfg(not(unix))]
pub(crate) fn mode(metadata: &Metadata) -> u32 {
    let all = if metadata.is_dir() { 0o777 } else { 0o666 };
    if metadata.permissions().readonly() { all & 0o555 } else { all }
}
