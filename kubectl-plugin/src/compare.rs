//! Two sides, file by file: what is there on one alone, and what differs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use kubectl_oci_core::difference::{Change, FileDifference};

use crate::diff::unified_between;

/// Files of more bytes than this are compared, and not shown.
const SHOWN: u64 = 1 << 20;

/// How much of a file is looked at to see whether it is text, in bytes: what git looks at.
const START: usize = 8000;

/// Where each file lies, by its path with slashes.
pub(crate) type Files = BTreeMap<String, PathBuf>;

/// A file that could not be read.
#[derive(Debug)]
pub(crate) struct Unreadable {
    pub(crate) path: PathBuf,
    pub(crate) error: io::Error,
}

/// The files that differ, and how many do not.
pub(crate) fn compare(before: &Files, after: &Files) -> Result<(Vec<FileDifference>, usize), Unreadable> {
    let paths: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let (mut differences, mut same) = (Vec::new(), 0);
    for path in paths {
        match (before.get(path), after.get(path)) {
            (Some(old), Some(new)) if are_equal(old, new)? => same += 1,
            (old, new) => differences.push(difference(path, old, new)?),
        }
    }
    Ok((differences, same))
}

fn difference(path: &str, old: Option<&PathBuf>, new: Option<&PathBuf>) -> Result<FileDifference, Unreadable> {
    let change = match (old, new) {
        (None, _) => Change::Added,
        (_, None) => Change::Removed,
        _ => Change::Changed,
    };
    let (before, after) = (content(old)?, content(new)?);
    let is_binary = before.is_binary() || after.is_binary();
    let unified = before.text().zip(after.text()).map(|(before, after)| {
        let name = |side: &str, file: Option<&PathBuf>| {
            if file.is_some() { quoted(&format!("{side}/{path}")) } else { "/dev/null".to_owned() }
        };
        unified_between(&name("a", old), &name("b", new), before, after)
    });
    Ok(FileDifference { path: path.to_owned(), change, unified: unified.filter(|_| !is_binary), is_binary })
}

/// A name as `git diff` writes it: in quotes where it would break the line or steer a terminal.
pub(crate) fn quoted(name: &str) -> String {
    if name.chars().any(char::is_control) { format!("{name:?}") } else { name.to_owned() }
}

/// What is in a file, where it is small.
enum Content {
    Text(String),
    Binary,
    TooLarge,
}

impl Content {
    fn is_binary(&self) -> bool {
        matches!(self, Self::Binary)
    }

    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Binary | Self::TooLarge => None,
        }
    }
}

fn content(path: Option<&PathBuf>) -> Result<Content, Unreadable> {
    let Some(path) = path else { return Ok(Content::Text(String::new())) };
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(SHOWN + 1).read_to_end(&mut bytes));
    read.map_err(unreadable(path))?;
    if bytes.get(..START.min(bytes.len())).unwrap_or_default().contains(&0) {
        return Ok(Content::Binary);
    }
    if bytes.len() as u64 > SHOWN {
        return Ok(Content::TooLarge);
    }
    Ok(String::from_utf8(bytes).map_or(Content::Binary, Content::Text))
}

fn are_equal(a: &Path, b: &Path) -> Result<bool, Unreadable> {
    let open = |path: &Path| {
        let file = File::open(path).map_err(unreadable(path))?;
        let size = file.metadata().map_err(unreadable(path))?.len();
        Ok((BufReader::with_capacity(64 * 1024, file), size))
    };
    let ((mut one, size), (mut other, other_size)) = (open(a)?, open(b)?);
    if size != other_size {
        return Ok(false);
    }
    loop {
        let (left, right) = (one.fill_buf().map_err(unreadable(a))?, other.fill_buf().map_err(unreadable(b))?);
        let common = left.len().min(right.len());
        if common == 0 {
            return Ok(left.len() == right.len());
        }
        if left[..common] != right[..common] {
            return Ok(false);
        }
        one.consume(common);
        other.consume(common);
    }
}

fn unreadable(path: &Path) -> impl Fn(io::Error) -> Unreadable + '_ {
    move |error| Unreadable { path: path.to_owned(), error }
}

/// The files of a folder that was unpacked by us.
pub(crate) fn files_of(folder: &Path) -> Result<Files, Unreadable> {
    let mut files = Files::new();
    let mut open = vec![(String::new(), folder.to_owned())];
    while let Some((prefix, folder)) = open.pop() {
        let failed = |error| unreadable(&folder)(error);
        for entry in std::fs::read_dir(&folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.file_type().map_err(failed)?.is_dir() {
                open.push((format!("{path}/"), entry.path()));
            } else {
                files.insert(path, entry.path());
            }
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(folder: &Path, files: &[(&str, &str)]) -> Files {
        for (name, content) in files {
            let path = folder.join(name);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            std::fs::write(path, content).expect("a file");
        }
        files_of(folder).expect("the files")
    }

    #[test]
    fn a_name_is_one_line() {
        let (old, new) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let after = side(new.path(), &[("a\n+b", "x\n")]);
        let (differences, _) = compare(&side(old.path(), &[]), &after).expect("a comparison");
        let expected = "--- /dev/null\n+++ \"b/a\\n+b\"\n@@ -0,0 +1 @@\n+x\n";
        assert_eq!(differences[0].unified.as_deref(), Some(expected));
    }

    #[test]
    fn files_are_compared_by_content() {
        let (old, new) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let before = side(old.path(), &[("a", "1\n"), ("d/b", "x\n"), ("c", "\0"), ("gone", "g\n")]);
        let after = side(new.path(), &[("a", "1\n"), ("d/b", "y\n"), ("c", "\0\0"), ("new", "n\n")]);
        let (differences, same) = compare(&before, &after).expect("a comparison");
        assert_eq!(same, 1);
        let shown: Vec<_> = differences
            .iter()
            .map(|it| (it.path.as_str(), it.change.as_str(), it.is_binary, it.unified.as_deref().unwrap_or("-")))
            .collect();
        let expected = [
            ("c", "changed", true, "-"),
            ("d/b", "changed", false, "--- a/d/b\n+++ b/d/b\n@@ -1 +1 @@\n-x\n+y\n"),
            ("gone", "removed", false, "--- a/gone\n+++ /dev/null\n@@ -1 +0,0 @@\n-g\n"),
            ("new", "added", false, "--- /dev/null\n+++ b/new\n@@ -0,0 +1 @@\n+n\n"),
        ];
        assert_eq!(shown, expected);
    }
}
