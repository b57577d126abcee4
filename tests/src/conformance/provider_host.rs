use kubectl_oci_core::compat::provider_host::Provider;
use serde_json::{Value, json};

use super::{Judge, Verdict, compare, compare_words};

pub(super) fn judge() -> Judge {
    Box::new(|input, theirs| {
        let repository = input.as_str().unwrap_or_default();
        let clouds = [Provider::Aws, Provider::Azure, Provider::Gcp];
        let verdicts = clouds.map(|provider| {
            let theirs = &theirs[provider.name()];
            judge_one(provider, repository, theirs)
        });
        // The worst of the three: a difference, else other words.
        verdicts.into_iter().max_by_key(|verdict| match verdict {
            Verdict::Agreed => 0,
            Verdict::Words { .. } => 1,
            _ => 2,
        })
    })
}

fn judge_one(provider: Provider, repository: &str, theirs: &Value) -> Verdict {
    match (provider.login(repository), theirs["error"].as_str()) {
        (Ok(login), _) => compare(&json!({ "ok": true, "value": login.to_string() }), theirs),
        (Err(error), Some(words)) => compare_words(&error.to_string(), words),
        (Err(error), None) => compare(&json!({ "error": error.to_string() }), theirs),
    }
}
