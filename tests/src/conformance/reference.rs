use kubectl_oci_core::compat::image_name::Repository;
use serde_json::json;

use super::{Judge, compare, compare_words};

pub(super) fn judge() -> Judge {
    Box::new(|input, theirs| {
        let url = input["url"].as_str().unwrap_or_default();
        let insecure = input["insecure"].as_bool().unwrap_or_default();
        let ours = match Repository::parse_url(url, insecure) {
            Ok(repository) => {
                let name = match (input["digest"].as_str(), input["tag"].as_str()) {
                    (Some(digest), _) => repository.with_digest(digest),
                    (None, tag) => repository.with_tag(tag.unwrap_or("latest")),
                };
                json!({
                    "registry": repository.registry_host(),
                    "repository": repository.repository_name(),
                    "scheme": if repository.offers_plain_http() { "http" } else { "https" },
                    "name": name,
                    "string": name,
                })
            }
            Err(error) => match theirs["error"].as_str() {
                Some(words) => return Some(compare_words(&error.to_string(), words)),
                None => json!({ "error": error.to_string() }),
            },
        };
        Some(compare(&ours, theirs))
    })
}
