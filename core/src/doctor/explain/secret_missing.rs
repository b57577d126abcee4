//! `secrets "name" not found`, `serviceaccount 'ns/name' not found`.

use super::say::{quoted_list, say, shell, yaml};
use super::{Context, Said};
use crate::doctor::fault::{Fault, SecretUse};
use crate::doctor::verdict::Explanation;
use crate::text::nearest;

pub(super) fn explain(context: &Context<'_>) -> Said {
    match context.fault() {
        Some(Fault::SecretMissing { secret, name, known }) => Ok(Some(secret_missing(context, *secret, name, known))),
        Some(Fault::AccountMissing { name, known }) => Ok(Some(account_missing(context, name, known))),
        _ => Ok(None),
    }
}

fn secret_missing(context: &Context<'_>, secret: SecretUse, name: &str, known: &[String]) -> Explanation {
    let namespace = &context.case.namespace;
    let mut text = format!(
        "{} names the Secret \"{name}\", and there is none of that name in the namespace \"{namespace}\". Secrets of other namespaces are not looked at.",
        secret.field()
    );
    if known.is_empty() {
        text.push_str(" No Secret of it is among the files.");
    } else {
        text.push_str(&format!(" Among the files it has {}.", quoted_list(known, 6)));
    }
    let said = near(say(text), name, known);
    match secret {
        SecretUse::Credentials | SecretUse::PullSecret => said
            .paste("create it, with an account that may pull", docker_registry(context, name))
            .maybe(without(secret)),
        SecretUse::Proxy => said.paste("create it", proxy(name, namespace)),
        SecretUse::Certificate => said.paste("create it, from the registry's authority", certificate(name, namespace)),
        SecretUse::Verification => said.paste("create it", verification(context, name)),
        SecretUse::TrustedRoot => said.paste(
            "create it, from the trust root that the signatures belong to",
            generic(name, namespace, &["trusted_root.json"]),
        ),
    }
}

fn account_missing(context: &Context<'_>, name: &str, known: &[String]) -> Explanation {
    let namespace = &context.case.namespace;
    let text = format!(
        "serviceAccountName names \"{name}\", and there is no such account in the namespace \"{namespace}\". Its pull secrets would be the registry's credentials."
    );
    near(say(text), name, known).paste(
        "create it, with the pull secret that it is to lend",
        format!(
            "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: {}\n  namespace: {}\nimagePullSecrets:\n  - name: registry",
            yaml(name),
            yaml(namespace)
        ),
    )
}

fn near(said: Explanation, name: &str, known: &[String]) -> Explanation {
    match nearest(name, known.iter().map(String::as_str)) {
        Some(near) => said.advise(format!("did you mean \"{near}\"?")),
        None => said,
    }
}

fn without(secret: SecretUse) -> Option<(String, String)> {
    let what = "if the repository is public, remove secretRef: no credentials are needed then";
    (secret == SecretUse::Credentials).then(|| (what.to_owned(), String::new()))
}

/// The command that makes a pull secret for the object's registry.
pub(super) fn docker_registry(context: &Context<'_>, name: &str) -> String {
    let (name, namespace) = (shell(name), shell(&context.case.namespace));
    let host = context.host();
    // What Docker itself writes for the Hub, and what the keyring looks for.
    let server = if host == "index.docker.io" { "https://index.docker.io/v1/" } else { &host };
    let server = if server.is_empty() { "REGISTRY".to_owned() } else { shell(server) };
    format!(
        "kubectl create secret docker-registry {name} -n {namespace} --docker-server={server} --docker-username=USER --docker-password=TOKEN"
    )
}

/// The Secret of a proxy.
pub(super) fn proxy(name: &str, namespace: &str) -> String {
    let (name, namespace) = (yaml(name), yaml(namespace));
    format!(
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: {name}\n  namespace: {namespace}\nstringData:\n  address: http://proxy.example.com:3128\n  # username and password, where the proxy wants them"
    )
}

/// The Secret of an authority.
pub(super) fn certificate(name: &str, namespace: &str) -> String {
    generic(name, namespace, &["ca.crt"])
}

/// The command that makes a Secret of files.
pub(super) fn generic(name: &str, namespace: &str, files: &[&str]) -> String {
    let files: String = files.iter().map(|file| format!(" --from-file={file}")).collect();
    format!("kubectl create secret generic {} -n {}{files}", shell(name), shell(namespace))
}

fn verification(context: &Context<'_>, name: &str) -> String {
    let namespace = &context.case.namespace;
    match context.case.fields.verify.as_ref().is_some_and(|verify| verify.notation) {
        true => generic(name, namespace, &["trustpolicy.json", "ca.crt"]),
        false => generic(name, namespace, &["cosign.pub"]),
    }
}
