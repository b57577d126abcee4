use kubectl_oci_core::compat::semver::Version;
use serde_json::json;

use super::{Judge, compare};

/// `in`: a tag. `out`: whether Flux takes it for a version, and its parts.
pub(super) fn judge() -> Judge {
    Box::new(|input, theirs| {
        let ours = match Version::parse_flux(input.as_str()?) {
            Ok(version) => json!({
                "ok": true,
                "canonical": version.to_string(),
                "major": version.major().to_string(),
                "minor": version.minor().to_string(),
                "patch": version.patch().to_string(),
                "prerelease": version.prerelease(),
                "metadata": version.metadata(),
            }),
            Err(_) => json!({ "ok": false }),
        };
        Some(compare(&ours, theirs))
    })
}
