use std::collections::BTreeMap;

use kubectl_oci_core::compat::archive::{Entry, Kind, TRAILER, header, padding};
use kubectl_oci_core::compat::ignore::Matcher;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Judge, compare};

/// The digest of the tar stream; that of the gzip stream needs Go's own encoder and is not claimed.
pub(super) fn judge() -> Judge {
    Box::new(|input, theirs| {
        let ours = tar_digest(input).unwrap_or_else(|error| error);
        Some(compare(&json!(ours), &theirs["tar"]))
    })
}

/// What lies at a path.
struct File {
    mode: u32,
    /// `None` for a folder.
    content: Option<String>,
}

fn tar_digest(input: &Value) -> Result<String, String> {
    let mut matcher = Matcher::new();
    let patterns: Vec<&str> = input["ignore"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    matcher.add::<&str>(&[], patterns.join("\n"));

    let mut hash = Sha256::new();
    for (path, file) in tree(input) {
        if matcher.is_ignored(&path, file.content.is_none()) {
            continue;
        }
        let name = if path.is_empty() { ".".to_owned() } else { path.join("/") };
        let kind = match &file.content {
            None => Kind::Directory,
            Some(content) => Kind::File { size: content.len() as u64 },
        };
        let entry = Entry { name: name.as_bytes(), mode: file.mode, kind };
        hash.update(header(&entry).map_err(|error| error.to_string())?);
        if let Some(content) = &file.content {
            hash.update(content);
            hash.update(padding(content.len() as u64));
        }
    }
    hash.update(TRAILER);
    Ok(hexadecimal(&hash.finalize()))
}

pub(super) fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The files of a vector with the folders above them, in the order of Go's `filepath.WalkDir`: a folder
/// before what is in it, names by their bytes.
fn tree(input: &Value) -> BTreeMap<Vec<&str>, File> {
    let folder = || File { mode: 0o755, content: None };
    let mut tree = BTreeMap::from([(Vec::new(), folder())]);
    for file in input["files"].as_array().into_iter().flatten() {
        let path: Vec<&str> = file["path"].as_str().unwrap_or_default().split('/').collect();
        for depth in 1..path.len() {
            tree.entry(path[..depth].to_vec()).or_insert_with(folder);
        }
        // Links are left out.
        if file["link"].is_string() {
            continue;
        }
        let mode = u32::from_str_radix(file["mode"].as_str().unwrap_or_default(), 8).unwrap_or_default();
        let is_dir = file["dir"].as_bool().unwrap_or_default();
        let repeat = file["repeat"].as_u64().unwrap_or(1) as usize;
        let content = (!is_dir).then(|| file["content"].as_str().unwrap_or_default().repeat(repeat));
        tree.insert(path, File { mode, content });
    }
    tree
}
