//! Writing files so that nobody ever sees half of one.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::error::words;

/// Replaces a file's content, at once: a new file beside it takes its name. Permissions are kept,
/// a symbolic link stays one. `before` is what was read; a file that changed since is left alone.
pub(crate) fn replace(path: &Path, before: &[u8], after: &[u8]) -> Result<(), String> {
    let target = fs::canonicalize(path).map_err(|error| words(&error))?;
    if fs::read(&target).map_err(|error| words(&error))? != before {
        return Err("it changed while it was being fixed".to_owned());
    }
    let permissions = fs::metadata(&target).map_err(|error| words(&error))?.permissions();
    if permissions.readonly() {
        return Err("it is read-only".to_owned());
    }
    let folder = target.parent().unwrap_or(Path::new("."));
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let temporary = folder.join(format!(".{name}.{}.tmp", std::process::id()));
    let written = create(&temporary, after)
        .and_then(|()| fs::set_permissions(&temporary, permissions))
        .and_then(|()| fs::rename(&temporary, &target));
    written.map_err(|error| {
        let _ = fs::remove_file(&temporary);
        words(&error)
    })
}

/// Writes a file that is not there yet.
pub(crate) fn create(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(content)
}

/// A file that takes its name when it is whole. Dropped before, it leaves nothing behind.
pub(crate) enum Temporary {
    File {
        file: NamedTempFile,
        target: PathBuf,
    },
    /// A device or a pipe, which is written to as it is.
    Other(File),
}

impl Temporary {
    /// In the folder of the file that it is to become, which is made where it is not there. A symbolic link stays one.
    pub(crate) fn beside(target: &Path) -> io::Result<Self> {
        let target = match fs::metadata(target) {
            Ok(there) if there.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
            Ok(there) if !there.is_file() => return OpenOptions::new().write(true).open(target).map(Self::Other),
            Ok(_) => fs::canonicalize(target)?,
            Err(_) => target.to_owned(),
        };
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(".kubectl-oci-");
        // Else nobody but the owner could read it.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        Ok(Self::File { file: builder.tempfile_in(folder)?, target })
    }

    /// Gives it its name; a file of that name goes.
    pub(crate) fn keep(self) -> io::Result<()> {
        match self {
            Self::File { file, target } => file.persist(target).map(drop).map_err(|error| error.error),
            Self::Other(_) => Ok(()),
        }
    }
}

impl Write for Temporary {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::File { file, .. } => file.write(bytes),
            Self::Other(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::File { file, .. } => file.flush(),
            Self::Other(file) => file.flush(),
        }
    }
}
