//! From a text to a file of the set.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use memchr::memmem;

use crate::diag::FileId;
use crate::model::{File, Role, find_objects};
use crate::yaml;

use super::markdown;

/// A text to be checked.
#[derive(Debug, Clone)]
pub struct Input {
    /// As it was named; decides whether it is Markdown (`.md`) or a `kustomization.yaml`.
    pub path: String,
    /// Its text.
    pub text: String,
    /// Why it is here.
    pub role: Role,
}

/// False where a text cannot hold anything that the project looks at: it need not be parsed. Costs
/// a few substring searches.
pub fn may_hold_ours(path: &str, text: &str) -> bool {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let bytes = text.as_bytes();
    matches!(name, "kustomization.yaml" | "kustomization.yml" | "Kustomization")
        || memmem::find(bytes, b"fluxcd").is_some()
        || memmem::find(bytes, b"kustomize.config.k8s.io").is_some()
        || holds_kind(bytes, b"Secret")
        || holds_kind(bytes, b"ServiceAccount")
        || memmem::find(bytes, b"kubectl-oci:").is_some()
}

/// True where a word stands as a whole value on a line that speaks of a kind.
fn holds_kind(bytes: &[u8], word: &[u8]) -> bool {
    memmem::find_iter(bytes, word).any(|at| {
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        let after = bytes.get(at + word.len());
        before.is_some_and(|b| matches!(b, b' ' | b'"' | b'\'' | b':'))
            && after.is_none_or(|b| matches!(b, b'\n' | b'\r' | b' ' | b'"' | b'\'' | b',' | b'}'))
    })
}

/// Reads one file. `index` is its position in the set, `variables` the values of post-build
/// variables.
pub fn read(index: usize, input: Input, variables: Arc<BTreeMap<String, String>>) -> File {
    let Input { path, text, role } = input;
    let masked = is_markdown(&path).then(|| markdown::mask(&text));
    let parsed = masked.as_deref().unwrap_or(&text);
    let tree = if may_hold_ours(&path, parsed) { yaml::parse(parsed) } else { yaml::Tree::default() };
    let name = path.rsplit(['/', '\\']).next().unwrap_or(&path);
    let objects = find_objects(parsed, &tree, name);
    File {
        id: FileId(u32::try_from(index).unwrap_or(u32::MAX)),
        path,
        text,
        masked,
        tree,
        objects,
        role,
        variables,
        lines: OnceLock::new(),
    }
}

fn is_markdown(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, extension)| matches!(extension, "md" | "markdown" | "mdx"))
}
