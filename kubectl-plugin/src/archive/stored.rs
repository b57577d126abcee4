//! What source-controller stores of a layer that it extracted: it leaves out what `.sourceignore` files in the
//! artifact and `spec.ignore` say.
//!
//! Source: `reconcileArtifact` of source-controller's `ocirepository_controller.go`, `LoadIgnorePatterns` of
//! fluxcd/pkg/sourceignore and `SourceIgnoreFilter` of fluxcd/pkg/artifact.

use std::collections::BTreeMap;
use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};

use kubectl_oci_core::compat::ignore::{EXCLUDE_VERSION_CONTROL, IGNORE_FILE, Matcher};

/// What an object says of what is stored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Stored {
    /// `spec.ignore`
    pub(crate) ignore: Option<String>,
}

impl Stored {
    /// What the patterns of the files come to, with the object's own, which weigh most, and with the controller's.
    fn matcher(&self, of_files: Matcher) -> Matcher {
        let root: &[&[u8]] = &[];
        let mut written = of_files;
        written.add(root, self.ignore.as_deref().unwrap_or_default());
        if written.is_empty() {
            return Matcher::with_defaults(root);
        }
        let mut matcher = Matcher::new();
        matcher.add_patterns(root, EXCLUDE_VERSION_CONTROL);
        matcher.append(written);
        matcher
    }
}

/// What was left out.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct LeftOut {
    pub(super) files: u64,
    pub(super) folders: u64,
    /// Bytes of the files together.
    pub(super) content: u64,
}

type Failed = (PathBuf, io::Error);
type Result<T> = std::result::Result<T, Failed>;

/// Removes from a folder what the controller leaves out.
pub(super) fn leave_out(root: &Path, stored: &Stored) -> Result<LeftOut> {
    let mut written = Matcher::new();
    load(root, &mut Vec::new(), &mut written)?;
    let mut out = LeftOut::default();
    remove(root, &mut Vec::new(), &stored.matcher(written), &mut out)?;
    Ok(out)
}

/// Of files by their names in an artifact those that the controller stores.
///
/// # Errors
///
/// Where a file of patterns cannot be read.
pub(crate) fn kept(files: BTreeMap<String, PathBuf>, stored: &Stored) -> Result<BTreeMap<String, PathBuf>> {
    let components = |name: &str| name.split('/').map(|part| part.as_bytes().to_vec()).collect::<Vec<_>>();
    let mut written: Vec<(Vec<Vec<u8>>, &PathBuf)> = Vec::new();
    for (name, path) in &files {
        let mut components = components(name);
        if components.pop().is_some_and(|last| last == IGNORE_FILE.as_bytes()) {
            written.push((components, path));
        }
    }
    // What stands deeper weighs more.
    written.sort_by_key(|(components, _)| components.len());
    let mut of_files = Matcher::new();
    for (components, path) in written.into_iter().filter(|(components, _)| !components.contains(&b".git".to_vec())) {
        of_files.add(&components, fs::read(path).map_err(|error| (path.clone(), error))?);
    }
    let matcher = stored.matcher(of_files);
    Ok(files.into_iter().filter(|(name, _)| !matcher.is_ignored(&components(name), false)).collect())
}

/// The files of patterns, a folder before what is in it, and none of `.git`.
fn load(folder: &Path, components: &mut Vec<Vec<u8>>, into: &mut Matcher) -> Result<()> {
    let path = folder.join(IGNORE_FILE);
    match fs::read(&path) {
        Ok(text) => into.add(components, text),
        // A folder of that name has no patterns.
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::IsADirectory) => {}
        Err(error) => return Err((path, error)),
    }
    for entry in entries(folder)? {
        if is_folder(&entry)? && entry.file_name() != ".git" {
            components.push(entry.file_name().as_encoded_bytes().to_vec());
            load(&entry.path(), components, into)?;
            components.pop();
        }
    }
    Ok(())
}

/// A file inside a folder that is left out may be included again: the folder then stays for its sake.
fn remove(folder: &Path, components: &mut Vec<Vec<u8>>, matcher: &Matcher, out: &mut LeftOut) -> Result<()> {
    for entry in entries(folder)? {
        let path = entry.path();
        let at = |error| (path.clone(), error);
        let is_folder = is_folder(&entry)?;
        components.push(entry.file_name().as_encoded_bytes().to_vec());
        let is_ignored = matcher.is_ignored(components, is_folder);
        if is_folder {
            remove(&path, components, matcher, out)?;
            if is_ignored && entries(&path)?.is_empty() {
                fs::remove_dir(&path).map_err(at)?;
                out.folders += 1;
            }
        } else if is_ignored {
            out.content += entry.metadata().map_err(at)?.len();
            fs::remove_file(&path).map_err(at)?;
            out.files += 1;
        }
        components.pop();
    }
    Ok(())
}

fn is_folder(entry: &DirEntry) -> Result<bool> {
    entry.file_type().map(|kind| kind.is_dir()).map_err(|error| (entry.path(), error))
}

/// In the order of their names, as Go's `os.ReadDir` has them.
fn entries(folder: &Path) -> Result<Vec<DirEntry>> {
    let at = |error| (folder.to_owned(), error);
    let entries: io::Result<Vec<DirEntry>> = fs::read_dir(folder).map_err(at)?.collect();
    let mut entries = entries.map_err(at)?;
    entries.sort_by_key(DirEntry::file_name);
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{Stored, leave_out};

    fn left(files: &[(&str, &str)], ignore: Option<&str>) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        leave_out(folder.path(), &Stored { ignore: ignore.map(str::to_owned) }).unwrap();
        let mut out = Vec::new();
        let mut open = vec![folder.path().to_owned()];
        while let Some(path) = open.pop() {
            for entry in fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()) {
                let name = entry.strip_prefix(folder.path()).unwrap().to_str().unwrap().to_owned();
                out.push(if entry.is_dir() { format!("{name}/") } else { name });
                if entry.is_dir() {
                    open.push(entry);
                }
            }
        }
        out.sort();
        out
    }

    const FILES: &[(&str, &str)] = &[
        ("a.yaml", ""),
        ("logo.png", ""),
        (".github/x.yml", ""),
        (".gitignore", ""),
        ("docs/a.md", ""),
        ("docs/b.yaml", ""),
    ];

    #[test]
    fn without_patterns_the_defaults_go() {
        assert_eq!(left(FILES, None), ["a.yaml", "docs/", "docs/a.md", "docs/b.yaml"]);
    }

    #[test]
    fn with_patterns_version_control_and_they_go_and_pictures_stay() {
        let all = [".github/", ".github/x.yml", "a.yaml", "docs/", "docs/b.yaml", "logo.png"];
        assert_eq!(left(FILES, Some("*.md")), all);
        assert_eq!(left(FILES, Some("# nothing\n")), ["a.yaml", "docs/", "docs/a.md", "docs/b.yaml"]);
        assert_eq!(left(FILES, Some("/*\n!/docs/\n")), ["docs/", "docs/a.md", "docs/b.yaml"]);
        assert_eq!(left(FILES, Some("/*\n!a.md\n")), ["docs/", "docs/a.md"]);
    }

    #[test]
    fn files_of_patterns_weigh_less_than_the_field() {
        let mut files = FILES.to_vec();
        files.push(("docs/.sourceignore", "*.yaml\n"));
        let rest = [".github/", ".github/x.yml", "a.yaml", "docs/", "docs/.sourceignore", "docs/a.md"];
        assert_eq!(left(&files, None), [&rest[..], &["logo.png"]].concat());
        assert!(left(&files, Some("!docs/b.yaml")).contains(&"docs/b.yaml".to_owned()));
    }
}
