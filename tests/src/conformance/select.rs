use kubectl_oci_core::reference::{Spec, select_by_semver};
use serde_json::json;

use super::constraint::strings;
use super::{Judge, compare, compare_words};

/// `in`: tags and the fields of the object. `out`: the winner and its equals (any order), or the
/// error.
pub(super) fn judge() -> Judge {
    Box::new(|input, theirs| {
        let tags = strings(&input["tags"]);
        let field = |name: &str| input[name].as_str().unwrap_or_default();
        let spec = Spec {
            semver: field("semver"),
            semver_filter: field("semverFilter"),
            layer_media_type: field("layerMediaType"),
            ..Spec::default()
        };
        let outcome = select_by_semver(&tags, &spec);
        if let (Some(error), Some(words)) = (&outcome.error, theirs["error"].as_str()) {
            return Some(compare_words(&error.to_string(), words));
        }
        let mut winners: Vec<_> = outcome.ties.iter().collect();
        if winners.is_empty() {
            winners.extend(&outcome.tag);
        }
        winners.sort();
        // The vectors list a tag twice that the list holds twice.
        let mut expected = strings(&theirs["winners"]);
        expected.dedup();
        let ours = json!({ "winners": winners, "error": outcome.error.map(|e| e.to_string()) });
        let theirs = json!({ "winners": expected, "error": theirs["error"].as_str() });
        Some(compare(&ours, &theirs))
    })
}
