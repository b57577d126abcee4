//! What source-controller stores of a layer that it extracted: it leaves out what `.sourceignore` files in the
//! artifact and `spec.ignore` say.
//!
//! Source: `reconcileArtifact` of source-controller's `ocirepository_controller.go`; what is left out is the core's
//! [`Matcher::of_artifact`].

use std::collections::BTreeMap;
use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};

use kubectl_oci_core::compat::ignore::{IGNORE_FILE, Matcher};

/// What an object says of what is stored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Stored {
    /// `spec.ignore`
    pub(crate) ignore: Option<String>,
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

/// `.sourceignore` files by the paths of their folders.
type Written = BTreeMap<Vec<u8>, Vec<u8>>;

/// Removes from a folder what the controller leaves out.
pub(super) fn leave_out(root: &Path, stored: &Stored) -> Result<LeftOut> {
    let mut written = Written::new();
    load(root, b"", &mut written)?;
    let matcher = Matcher::of_artifact(&written, stored.ignore.as_deref());
    let mut out = LeftOut::default();
    remove(root, &mut Vec::new(), &matcher, &mut out)?;
    Ok(out)
}

/// Of files by their names in an artifact those that the controller stores.
///
/// # Errors
///
/// Where a file of patterns cannot be read.
pub(crate) fn kept(files: BTreeMap<String, PathBuf>, stored: &Stored) -> Result<BTreeMap<String, PathBuf>> {
    let mut written = Written::new();
    for (name, path) in &files {
        let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
        if file == IGNORE_FILE {
            let text = fs::read(path).map_err(|error| (path.clone(), error))?;
            written.insert(folder.as_bytes().to_vec(), text);
        }
    }
    let matcher = Matcher::of_artifact(&written, stored.ignore.as_deref());
    let is_kept = |name: &str| !matcher.is_ignored(&name.split('/').collect::<Vec<_>>(), false);
    Ok(files.into_iter().filter(|(name, _)| is_kept(name)).collect())
}

fn load(folder: &Path, name: &[u8], into: &mut Written) -> Result<()> {
    let path = folder.join(IGNORE_FILE);
    match fs::read(&path) {
        Ok(text) => drop(into.insert(name.to_vec(), text)),
        // A folder of that name has no patterns.
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::IsADirectory) => {}
        Err(error) => return Err((path, error)),
    }
    for entry in entries(folder)? {
        if is_folder(&entry)? {
            load(&entry.path(), &[name, b"/", entry.file_name().as_encoded_bytes()].concat(), into)?;
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

fn entries(folder: &Path) -> Result<Vec<DirEntry>> {
    let at = |error| (folder.to_owned(), error);
    fs::read_dir(folder).map_err(at)?.collect::<io::Result<_>>().map_err(at)
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
    fn patterns_in_a_folder_of_git_are_not_read() {
        let mut files = FILES.to_vec();
        files.push((".git/.sourceignore", "*\n"));
        assert_eq!(left(&files, None), ["a.yaml", "docs/", "docs/a.md", "docs/b.yaml"]);
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
