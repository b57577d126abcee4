//! Where a layer is unpacked to: a folder that nobody sees until it is whole.

use std::collections::{BTreeSet, HashSet};
use std::ffi::OsStr;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::hash::{BuildHasher as _, RandomState};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

use super::unpack::UnpackError;

/// How temporary folders begin.
const PREFIX: &str = ".kubectl-oci-";

type Result<T> = std::result::Result<T, UnpackError>;

/// What is done where the target folder is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Existing {
    /// What is unpacked is put beside what is there, files of the same name are replaced, as Flux does.
    #[default]
    Merge,
    /// What is there goes.
    Replace,
    /// An empty folder alone is used.
    Refuse,
}

/// A target while it is being filled. Dropped before [`Target::finish`], it leaves nothing behind.
pub(super) struct Target {
    folder: PathBuf,
    /// Beside the target where that is new, to take its name at once; else inside it, as it may be a
    /// file system of its own.
    temporary: TempDir,
    place: Place,
    existing: Option<Existing>,
}

impl Target {
    pub(super) fn new(folder: &Path, existing: Existing) -> Result<Self> {
        let is_there = match fs::metadata(folder) {
            Ok(metadata) if metadata.is_dir() => true,
            Ok(_) => return Err(UnpackError::Refused(format!("dir '{}' must be a directory", folder.display()))),
            // A link to nowhere is there too, and no folder can take its place.
            Err(error) if error.kind() == io::ErrorKind::NotFound && fs::symlink_metadata(folder).is_err() => false,
            Err(error) => return Err(failed(folder, error)),
        };
        if is_there && existing == Existing::Refuse && fs::read_dir(folder).map_err(at(folder))?.next().is_some() {
            return Err(UnpackError::Refused(format!("{}: the folder is not empty", folder.display())));
        }
        let above = match folder.parent() {
            _ if is_there => folder,
            Some(above) if !above.as_os_str().is_empty() => above,
            _ => Path::new("."),
        };
        fs::create_dir_all(above).map_err(at(above))?;
        let temporary = tempfile::Builder::new().prefix(PREFIX).tempdir_in(above).map_err(at(above))?;
        let place = Place::new(temporary.path().join("new"))?;
        Ok(Self { folder: folder.to_owned(), temporary, place, existing: is_there.then_some(existing) })
    }

    pub(super) fn place(&mut self) -> &mut Place {
        &mut self.place
    }

    /// The folder that is being filled.
    pub(super) fn root(&self) -> &Path {
        &self.place.root
    }

    /// Shows what was unpacked.
    pub(super) fn finish(self) -> Result<()> {
        let (new, folder) = (&self.place.root, &self.folder);
        match self.existing {
            None => fs::rename(new, folder).map_err(at(folder))?,
            Some(Existing::Merge | Existing::Refuse) => {
                check_merge(new, folder)?;
                merge(new, folder)?;
            }
            Some(Existing::Replace) => {
                let old = self.temporary.path().join("old");
                fs::create_dir(&old).map_err(at(&old))?;
                let own = self.temporary.path().file_name();
                move_all(folder, &old, own)?;
                if let Err(error) = move_all(new, folder, None) {
                    // What was there comes back; where it cannot, it stays where it is.
                    if move_all(&old, folder, None).is_err() {
                        let _ = self.temporary.keep();
                    }
                    return Err(error);
                }
            }
        }
        // What remains is of no use to anybody; that it could not be removed is no failure of the work.
        let _ = self.temporary.close();
        Ok(())
    }
}

/// Sees that everything can be put in its place, before anything is.
fn check_merge(new: &Path, folder: &Path) -> Result<()> {
    for (from, to, is_folder) in pairs(new, folder)? {
        let Ok(there) = fs::symlink_metadata(&to) else {
            continue;
        };
        if is_folder && there.is_dir() {
            check_merge(&from, &to)?;
        } else if is_folder || there.is_dir() {
            // Through a link to a folder, files would be written somewhere else.
            let (is, was) = if is_folder { ("a folder", "no folder") } else { ("a file", "a folder") };
            let text = format!("{}: it is {is} in the artifact and {was} here", to.display());
            return Err(UnpackError::Unsafe(text));
        }
    }
    Ok(())
}

fn merge(new: &Path, folder: &Path) -> Result<()> {
    for (from, to, is_folder) in pairs(new, folder)? {
        if is_folder && fs::symlink_metadata(&to).is_ok_and(|there| there.is_dir()) {
            merge(&from, &to)?;
        } else {
            fs::rename(&from, &to).map_err(at(&to))?;
        }
    }
    Ok(())
}

/// Moves everything in a folder but one into another, or nothing.
fn move_all(from: &Path, to: &Path, except: Option<&OsStr>) -> Result<()> {
    let mut moved: Vec<(PathBuf, PathBuf)> = Vec::new();
    for (old, new, _) in pairs(from, to)? {
        if old.file_name() == except {
            continue;
        }
        if let Err(error) = fs::rename(&old, &new) {
            for (old, new) in moved {
                let _ = fs::rename(new, old);
            }
            return Err(failed(&old, error));
        }
        moved.push((old, new));
    }
    Ok(())
}

/// Each entry of a folder, where it is to go, and whether it is a folder.
fn pairs(new: &Path, folder: &Path) -> Result<Vec<(PathBuf, PathBuf, bool)>> {
    let entries = fs::read_dir(new).map_err(at(new))?;
    let pairs = entries.map(|entry| {
        let entry = entry?;
        Ok((entry.path(), folder.join(entry.file_name()), entry.file_type()?.is_dir()))
    });
    pairs.collect::<io::Result<_>>().map_err(at(new))
}

/// A fresh folder: whatever is in it was put there by us.
pub(super) struct Place {
    root: PathBuf,
    folders: BTreeSet<PathBuf>,
    /// Hashes of the files' paths, which take less room. Nobody can foresee them.
    files: HashSet<u64>,
    hasher: RandomState,
    started: SystemTime,
}

impl Place {
    fn new(root: PathBuf) -> Result<Self> {
        fs::create_dir(&root).map_err(at(&root))?;
        let folders = BTreeSet::from([root.clone()]);
        let (files, hasher) = (HashSet::new(), RandomState::new());
        Ok(Self { root, folders, files, hasher, started: SystemTime::now() })
    }

    /// Makes a folder and those above it, if they are not there. Those above get the mode that Flux gives them.
    pub(super) fn folder(&mut self, components: &[&[u8]], mode: u32) -> Result<PathBuf> {
        let whole = self.path(components)?;
        if self.folders.contains(&whole) {
            return Ok(whole);
        }
        let mut path = self.root.clone();
        for (index, component) in components.iter().enumerate() {
            path.push(os_name(component)?);
            if self.folders.contains(&path) {
                continue;
            }
            let mode = if index + 1 == components.len() { mode } else { 0o750 };
            match create_folder(&path, mode) {
                Ok(()) => drop(self.folders.insert(path.clone())),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(taken(&path)),
                Err(error) => return Err(failed(&path, error)),
            }
        }
        Ok(whole)
    }

    /// The path of a file that can now be made, and whether there may be a file of that name.
    pub(super) fn file(&mut self, components: &[&[u8]]) -> Result<(PathBuf, bool)> {
        let path = self.path(components)?;
        let (_, above) = components.split_last().unwrap_or((&b"".as_slice(), &[]));
        self.folder(above, 0o750)?;
        let is_new = self.files.insert(self.hasher.hash_one(&path));
        Ok((path, !is_new))
    }

    /// Removes a file that an entry of the same name takes the place of. Nothing else goes.
    pub(super) fn remove(&self, path: &Path) -> Result<()> {
        if self.folders.contains(path) || !is_listed(path) {
            return Ok(());
        }
        fs::remove_file(path).map_err(at(path))
    }

    /// The time that a file gets, no later than now.
    pub(super) fn time(&self, (seconds, nanoseconds): (i64, i32)) -> Time {
        let whole = Duration::from_secs(seconds.unsigned_abs());
        let part = Duration::from_nanos(nanoseconds.unsigned_abs().into());
        let epoch = SystemTime::UNIX_EPOCH;
        let time = if seconds < 0 || nanoseconds < 0 {
            epoch.checked_sub(whole).and_then(|time| time.checked_sub(part))
        } else {
            epoch.checked_add(whole).and_then(|time| time.checked_add(part))
        };
        time.map(|time| time.min(self.started))
    }

    fn path(&self, components: &[&[u8]]) -> Result<PathBuf> {
        let mut path = self.root.clone();
        for component in components {
            path.push(os_name(component)?);
        }
        Ok(path)
    }
}

/// The time of a file; nothing where an archive says one that is none.
pub(super) type Time = Option<SystemTime>;

/// A file system that keeps no such time is no reason to fail.
pub(super) fn set_time(file: &File, time: Time) {
    if let Some(time) = time {
        let _ = file.set_times(fs::FileTimes::new().set_modified(time).set_accessed(time));
    }
}

/// Whether a name is in its folder exactly so, and not merely found there by a file system that overlooks case.
fn is_listed(path: &Path) -> bool {
    let entries = path.parent().and_then(|folder| fs::read_dir(folder).ok());
    entries.into_iter().flatten().flatten().any(|entry| Some(entry.file_name().as_os_str()) == path.file_name())
}

/// Something else has the name: a file where a folder is to be, or another spelling of the name.
fn taken(path: &Path) -> UnpackError {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    UnpackError::Unsafe(format!(
        "the artifact has two entries in place of {name:?}, a file and a folder or two spellings that this file system takes for one"
    ))
}

#[cfg(unix)]
fn os_name(component: &[u8]) -> Result<&OsStr> {
    use std::os::unix::ffi::OsStrExt;

    Ok(OsStr::from_bytes(component))
}

/// Names that Windows would take for something else are refused: streams (`a:b`), devices, and dots and blanks at
/// the end, which it drops.
#[cfg(not(unix))]
fn os_name(component: &[u8]) -> Result<&OsStr> {
    const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];
    let refused =
        || UnpackError::Unsafe(format!("{:?} is no name for a file here", String::from_utf8_lossy(component)));
    let name = std::str::from_utf8(component).map_err(|_| refused())?;
    let stem = name.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let is_port = stem.len() == 4 && (stem.starts_with("com") || stem.starts_with("lpt"));
    let has_stray = name.contains(|c: char| c < ' ' || "<>:\"|?*".contains(c)) || name.ends_with(['.', ' ']);
    if has_stray || is_port || DEVICES.contains(&stem.trim_end()) { Err(refused()) } else { Ok(name.as_ref()) }
}

#[cfg(unix)]
fn create_folder(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;

    DirBuilder::new().mode(mode).create(path)
}

#[cfg(not(unix))]
fn create_folder(path: &Path, _mode: u32) -> io::Result<()> {
    DirBuilder::new().create(path)
}

/// A new file: where something has the name, be it a link, it fails.
pub(super) fn new_file(path: &Path, mode: u32) -> Result<File> {
    create_file(path, mode).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => taken(path),
        _ => failed(path, error),
    })
}

#[cfg(unix)]
fn create_file(path: &Path, mode: u32) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;

    OpenOptions::new().write(true).create_new(true).mode(mode).open(path)
}

#[cfg(not(unix))]
fn create_file(path: &Path, _mode: u32) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

fn failed(path: &Path, error: io::Error) -> UnpackError {
    UnpackError::Write { path: path.to_owned(), error }
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> UnpackError + '_ {
    move |error| failed(path, error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_moved_or_nothing() {
        let outer = tempfile::tempdir().expect("a folder");
        let (from, to) = (outer.path().join("from"), outer.path().join("to"));
        for name in ["from/a", "from/b", "from/c", "from/own"] {
            fs::create_dir_all(outer.path().join(name)).expect("a folder");
        }
        // No folder takes the place of one that is not empty.
        fs::create_dir_all(to.join("b/x")).expect("a folder");
        assert!(move_all(&from, &to, None).is_err());
        let names = |folder: &Path| {
            let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").file_name());
            entries.map(|name| name.to_string_lossy().into_owned()).collect::<BTreeSet<_>>()
        };
        assert_eq!(names(&from), ["a", "b", "c", "own"].map(str::to_owned).into());
        assert_eq!(names(&to), ["b".to_owned()].into());
        fs::remove_dir_all(to.join("b")).expect("a folder");
        move_all(&from, &to, Some(OsStr::new("own"))).expect("moved");
        assert_eq!((names(&from), names(&to)), (["own".to_owned()].into(), ["a", "b", "c"].map(str::to_owned).into()));
    }
}
