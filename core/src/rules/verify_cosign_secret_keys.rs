use super::{Check, Rule, Scope, page};
use crate::compat::x509::PublicKeyError;
use crate::context::Context;
use crate::diag::Severity;
use crate::model::{Secret, Text};
use crate::rules::support::secret_place;
use crate::verify::cosign::{self, KeyEntry};
use crate::yaml::Node;

pub(super) const RULE: Rule = Rule {
    id: "verify-cosign-secret-keys",
    summary: "a Secret without a public key that cosign can use",
    severity: Severity::Error,
    scope: Scope::Set,
    check: Check::Object(check),
    page: page!("verify-cosign-secret-keys"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(verify) = ctx.oci().and_then(|oci| oci.verify.as_ref()).filter(|verify| verify.is_cosign()) else {
        return;
    };
    let Some(name) = &verify.secret_ref else { return };
    let Some(secret) = ctx.referenced_secret(name) else { return };
    let keys = cosign::keys(&secret);
    if keys.is_empty() {
        report_none(ctx, name, &secret);
        return;
    }
    let all_refused = keys.iter().all(|(_, key)| matches!(key, KeyEntry::Refused(_)));
    for (key, entry) in keys {
        match entry {
            KeyEntry::Key | KeyEntry::Unknown => {}
            KeyEntry::Empty => report_empty(ctx, name, &secret, key),
            KeyEntry::Refused(error) => report_refused(ctx, name, &secret, key, &error, all_refused),
        }
    }
}

fn report_none<'a>(ctx: &mut Context<'_, 'a>, name: &Text<'a>, secret: &Secret<'a>) {
    let place = secret.object.place();
    ctx.report_text(name, format!("the Secret \"{}\" has no key whose name ends in .pub", name.as_str()))
        .label(place, format!("it has {}", secret.names()))
        .why("only entries named *.pub are taken for public keys; without one no signature can match: \"no matching signatures were found\"")
        .help("store the public key as cosign.pub");
}

fn report_empty<'a>(ctx: &mut Context<'_, 'a>, name: &Text<'a>, secret: &Secret<'a>, key: Node<'a>) {
    let place = secret_place::of_key(secret, key);
    ctx.report_text(name, format!("\"{}\" in the Secret \"{}\" is empty", key.text(), name.as_str()))
        .severity(Severity::Warning)
        .label(place, "an empty key")
        .why("an empty key makes source-controller verify keyless, and accept any identity")
        .help("remove the entry, or store the public key there");
}

fn report_refused<'a>(
    ctx: &mut Context<'_, 'a>,
    name: &Text<'a>,
    secret: &Secret<'a>,
    key: Node<'a>,
    error: &PublicKeyError,
    all_refused: bool,
) {
    let why = match (error, all_refused) {
        (PublicKeyError::NoPem | PublicKeyError::Label(_) | PublicKeyError::Unsupported, true) => {
            format!("source-controller fails with \"{error}\"")
        }
        (_, true) => "source-controller cannot parse it and fails".to_owned(),
        (_, false) => {
            "the keys are tried in random order: where this one comes before the right one, verification fails"
                .to_owned()
        }
    };
    let place = secret_place::of_key(secret, key);
    let message = format!("\"{}\" in the Secret \"{}\" is no public key in PEM", key.text(), name.as_str());
    let severity = if all_refused { Severity::Error } else { Severity::Warning };
    ctx.report_text(name, message)
        .severity(severity)
        .label(place, word(error))
        .why(why)
        .help("store what cosign public-key prints: from -----BEGIN PUBLIC KEY----- to -----END PUBLIC KEY-----");
}

/// What stands there, without any of it.
fn word(error: &PublicKeyError) -> String {
    match error {
        PublicKeyError::NoPem => "no PEM in it".to_owned(),
        PublicKeyError::Label(label) => format!("holds a {label}"),
        PublicKeyError::Malformed => "PEM, and no key in it".to_owned(),
        PublicKeyError::UnknownAlgorithm | PublicKeyError::Unsupported => {
            "a key of an algorithm that cosign does not verify with".to_owned()
        }
    }
}
