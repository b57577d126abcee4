//! Any URL, digest, duration, pull secret and trust policy is understood or refused in words.
#![no_main]

use kubectl_oci_core::compat::image_name::Repository;
use kubectl_oci_core::compat::provider_host::Provider;
use kubectl_oci_core::compat::pull_secret::{Keyring, PullSecret};
use kubectl_oci_core::compat::trust_policy::Document;
use kubectl_oci_core::compat::{digest, duration};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, &str)| {
    let (text, json) = input;
    match Repository::parse_url(text, false) {
        Ok(repository) => {
            let secret = PullSecret { secret_type: "kubernetes.io/dockerconfigjson", key: ".dockerconfigjson", value: json };
            if let Ok(keyring) = Keyring::new(&[secret]) {
                let _ = keyring.resolve(&repository);
            }
            let _ = Provider::ALL.map(|provider| provider.login(text).is_ok());
        }
        Err(error) => {
            let span = error.span();
            assert!(text.get(span).is_some());
        }
    }
    let _ = (digest::Digest::parse(text).is_ok(), duration::parse(text).is_ok(), duration::to_minutes(text));
    if let Ok(mut policy) = Document::decode(json) {
        policy.clear_skipped();
        let _ = (policy.validate().is_ok(), policy.applicable(text).is_ok());
    }
});
