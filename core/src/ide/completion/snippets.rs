//! Whole objects for an empty document.

use super::super::cursor::Slot;
use super::{CompletionKind, List};

const OBJECTS: [(&str, &str, &str); 3] = [
    (
        "OCIRepository",
        "an artifact in a registry",
        "apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nmetadata:\n  name: app\nspec:\n  interval: 10m\n  url: oci://ghcr.io/org/app\n  ref:\n    semver: \"1.x\"\n",
    ),
    (
        "HelmRelease with chartRef",
        "a chart from an OCIRepository",
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: app\nspec:\n  interval: 10m\n  chartRef:\n    kind: OCIRepository\n    name: app\n",
    ),
    (
        "Kustomization on OCIRepository",
        "manifests from an OCIRepository",
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: app\nspec:\n  interval: 10m\n  sourceRef:\n    kind: OCIRepository\n    name: app\n  path: ./\n  prune: true\n",
    ),
];

/// Objects, where the document holds nothing but the word that is being written.
pub(super) fn objects(list: &mut List<'_, '_>) {
    let cursor = list.cursor;
    let is_empty = cursor.is_document && cursor.mappings.iter().all(Vec::is_empty) && cursor.route.is_empty();
    let is_kustomize = list.file.name().starts_with("kustomization.y");
    if !is_empty || cursor.is_flow || is_kustomize || cursor.slot != (Slot::Key { has_colon: false }) {
        return;
    }
    // The versions that they are written in.
    if list.release < 6 {
        return;
    }
    let new_line = list.new_line(cursor.column);
    for (label, detail, text) in OBJECTS {
        let documentation = ["```yaml\n", text, "```"].concat();
        let text = text.trim_end().replace('\n', &new_line);
        list.add(label, CompletionKind::Snippet, Some(detail.to_owned()), Some(documentation), text);
    }
}
