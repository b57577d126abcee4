//! What stands against pushing the files of a package.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use kubectl_oci_core::publication::{Checker, Labels, PushFinding};

use super::{Content, Package};
use crate::archive::PackError;
use crate::error::Result;

/// Looks at every file that would be packed.
pub(crate) fn check(package: &Package, labels: &Labels) -> Result<Vec<PushFinding>> {
    let mut checker = Checker::default();
    if let Content::Text(text) = &package.content {
        checker.file(super::TEXT_NAME, text.len() as u64, text.as_bytes());
        return Ok(checker.finish(labels, false));
    }
    let listed = package.listed().map_err(|error| package.failed(&error))?;
    for (name, path) in &listed.files {
        let read = begin(path).map_err(|error| PackError::Read { path: path.clone(), error });
        let (size, content) = read.map_err(|error| package.failed(&error))?;
        checker.file(&String::from_utf8_lossy(name), size, &content);
    }
    for (name, path) in &listed.links {
        if leads_out(path, name) {
            checker.leaving_link(&String::from_utf8_lossy(name));
        }
    }
    Ok(checker.finish(labels, package.chart().is_some()))
}

/// The size of a file, and as much of it as is looked at.
fn begin(path: &Path) -> io::Result<(u64, Vec<u8>)> {
    let mut content = Vec::new();
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    file.take(Checker::MOST).read_to_end(&mut content)?;
    Ok((size, content))
}

/// Whether a link points to somewhere outside of the folder that is packed. `name` is its name from there.
fn leads_out(path: &Path, name: &[u8]) -> bool {
    let Ok(target) = fs::read_link(path) else { return false };
    if target.is_absolute() {
        let root: PathBuf = path.ancestors().nth(name.split(|byte| *byte == b'/').count()).unwrap_or(path).into();
        return !fs::canonicalize(root).is_ok_and(|root| target.starts_with(root));
    }
    let mut depth = name.split(|byte| *byte == b'/').count() as i64 - 1;
    target.components().any(|component| {
        match component {
            Component::ParentDir => depth -= 1,
            Component::Normal(_) => depth += 1,
            _ => {}
        }
        depth < 0
    })
}
