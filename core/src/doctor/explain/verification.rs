//! `verification secret cannot be empty`, `trustpolicy.json` not found: what fails before a signature
//! is looked at.

use super::say::{anew, say};
use super::secret_missing::generic;
use super::{Context, Said};
use crate::doctor::fault::Fault;

pub(super) fn explain(context: &Context<'_>) -> Said {
    let case = context.case;
    let namespace = &case.namespace;
    let said = match context.fault() {
        Some(Fault::VerificationSecret) => say(
            "verify.provider is notation, and there is no verify.secretRef: a trust policy and the authorities' certificates come from that Secret.",
        )
        .paste("store them", notation("notation", namespace))
        .paste("and name the Secret", "verify:\n  provider: notation\n  secretRef:\n    name: notation"),
        Some(Fault::VerificationKey { name, key, keys }) => {
            let said = say(format!("The Secret \"{name}\" that verify names has no entry \"{key}\"; it has {keys}."));
            match *key {
                "trusted_root.json" => said.paste(
                    "store the trust root under that name",
                    generic(name, namespace, &["trusted_root.json"]),
                ),
                "*.crt" => said.paste("add the authorities' certificates, *.crt or *.pem", anew(&notation(name, namespace))),
                _ => said
                    .paste("store the policy with the certificates", anew(&notation(name, namespace)))
                    .paste("a policy for this repository (trustpolicy.json)", policy(context)),
            }
        }
        _ => return Ok(None),
    };
    Ok(Some(said))
}

fn notation(name: &str, namespace: &str) -> String {
    generic(name, namespace, &["trustpolicy.json", "ca.crt"])
}

fn policy(context: &Context<'_>) -> String {
    let repository = context.case.repository().map(|repository| repository.to_string()).unwrap_or_default();
    format!(
        "{{\n  \"version\": \"1.0\",\n  \"trustPolicies\": [{{\n    \"name\": \"{}\",\n    \"registryScopes\": [\"{repository}\"],\n    \"signatureVerification\": {{\"level\": \"strict\"}},\n    \"trustStores\": [\"ca:certs\"],\n    \"trustedIdentities\": [\"*\"]\n  }}]\n}}",
        context.case.object.name
    )
}
