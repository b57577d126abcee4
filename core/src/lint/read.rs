//! From a text to a file of the set.

use std::sync::{Arc, OnceLock};

use crate::collections::IndexMap;
use crate::diag::FileId;
use crate::model::{File, KUSTOMIZATION_FILES, Role, SECRET_MAKERS, find_objects};
use crate::text;
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

/// The largest text that is read, in bytes. Nobody writes such a manifest.
pub const MAX_SIZE: usize = 64 << 20;

/// False for bytes that are no text. One without a zero byte is what every tool takes for text.
pub fn is_text(bytes: &[u8]) -> bool {
    memchr::memchr(0, bytes).is_none()
}

/// True for a path whose text is not YAML yet. One that was found in a folder, not named, must say that YAML is what
/// it becomes.
pub fn is_template(path: &str, is_named: bool) -> bool {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let Some((stem, extension)) = name.rsplit_once('.') else { return false };
    let is_template = matches!(extension, "j2" | "tpl" | "tmpl" | "gotmpl");
    let becomes_yaml = [".yaml", ".yml", ".json"].iter().any(|ending| stem.ends_with(ending));
    is_template && (is_named || becomes_yaml)
}

/// False where a text cannot hold anything that the project looks at: it need not be parsed. Costs
/// a few substring searches.
pub fn may_hold_ours(path: &str, text: &str) -> bool {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let bytes = text.as_bytes();
    KUSTOMIZATION_FILES.contains(&name)
        || text::find(bytes, b"fluxcd").is_some()
        || text::find(bytes, b"kustomize.config.k8s.io").is_some()
        || kinds(text).any(|kind| is_wanted(kind, text.len()))
        || text::find(bytes, b"kubectl-oci:").is_some()
}

/// ConfigMaps matter for the variables that post-build substitution takes from them. Larger ones are
/// dashboards and scripts.
const SMALL: usize = 64 * 1024;

/// The kinds outside Flux's groups that rules look up.
fn is_wanted(kind: &str, size: usize) -> bool {
    match kind {
        "Secret" | "ServiceAccount" => true,
        "ConfigMap" => size <= SMALL,
        _ => SECRET_MAKERS.iter().any(|maker| maker.kind == kind),
    }
}

/// What stands behind each `kind:` of a text, in YAML or JSON.
fn kinds(text: &str) -> impl Iterator<Item = &str> {
    text::find_all(text.as_bytes(), b"kind").filter_map(move |at| {
        let quotes = ['"', '\''];
        let rest = text.get(at + 4..)?.trim_start_matches(quotes).trim_start_matches(' ').strip_prefix(':')?;
        let mut words = rest.split(['\n', '\r', ' ', '\t', ',', '}']).filter(|word| !word.is_empty());
        // An anchor or a tag may stand before the value.
        let word = words.next().filter(|word| !word.starts_with(['&', '!'])).or_else(|| words.next())?;
        Some(word.trim_matches(quotes))
    })
}

/// Reads one file. `index` is its position in the set, `variables` the values of post-build
/// variables.
pub fn read(index: usize, input: Input, variables: Arc<IndexMap<String, String>>) -> File {
    let Input { path, text, role } = input;
    let masked = is_markdown(&path).then(|| markdown::mask(&text));
    let parsed = masked.as_deref().unwrap_or(&text);
    let tree = if may_hold_ours(&path, parsed) { yaml::parse(parsed) } else { yaml::Tree::default() };
    let name = path.rsplit(['/', '\\']).next().unwrap_or(&path);
    let (objects, foreign) = find_objects(parsed, &tree, name);
    File {
        id: FileId(u32::try_from(index).unwrap_or(u32::MAX)),
        path,
        text,
        masked,
        tree,
        objects,
        foreign,
        role,
        variables,
        lines: OnceLock::new(),
    }
}

fn is_markdown(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, extension)| matches!(extension, "md" | "markdown" | "mdx"))
}

#[cfg(test)]
mod tests {
    use super::may_hold_ours;

    #[test]
    fn what_rules_look_up_is_parsed_and_the_rest_is_not() {
        for text in [
            "kind: Secret\n",
            "kind: \"Secret\"",
            "{\"apiVersion\":\"v1\",\"kind\":\"ServiceAccount\"}",
            "a: 1\nkind: &k ExternalSecret # x",
            "kind: Certificate\r\n",
            "kind: ConfigMap",
            "apiVersion: source.toolkit.fluxcd.io/v1",
        ] {
            assert!(may_hold_ours("a.yaml", text), "{text}");
        }
        for text in ["kind: Deployment\nname: Secret", "# a kind of Secret", "kinds: [Secret]", "kind:"] {
            assert!(!may_hold_ours("a.yaml", text), "{text}");
        }
        assert!(!may_hold_ours("a.yaml", &format!("kind: ConfigMap\n{}", "x".repeat(70_000))));
        assert!(may_hold_ours("x/kustomization.yaml", ""));
    }
}
