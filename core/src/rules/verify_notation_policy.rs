use super::{Check, Rule, Scope, page};
use crate::collections::Gather;
use crate::compat::image_name::Repository;
use crate::compat::trust_policy::{Action, Document, PolicyErrorKind, Statement};
use crate::context::Context;
use crate::diag::{Diagnostic, Location, Severity};
use crate::model::{Secret, Text};
use crate::rules::support::secret_place;
use crate::verify::notation::{self, TRUST_POLICY};

pub(super) const RULE: Rule = Rule {
    id: "verify-notation-policy",
    summary: "a Secret of notation that verifies nothing",
    severity: Severity::Error,
    scope: Scope::Set,
    check: Check::Object(check),
    page: page!("verify-notation-policy"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(oci) = ctx.oci() else { return };
    let Some(verify) = oci.verify.as_ref().filter(|verify| verify.is_notation()) else { return };
    let Some(name) = &verify.secret_ref else { return };
    let Some(secret) = ctx.referenced_secret(name) else { return };
    let document = check_policy(ctx, name, &secret);
    if notation::certificates(&secret).is_empty() {
        report(ctx, name, secret.object.place(), "has no certificate", &format!("it has {}", secret.names()))
            .why("source-controller takes entries whose names end in .crt or .pem, also for the level skip: \"no certificates found in secret\"")
            .help("add the authority that signers' certificates come from, as ca.crt");
        return;
    }
    let Some(document) = document else { return };
    let image = oci.url.as_ref().and_then(|url| url.known()).and_then(|url| Repository::parse_url(url, false).ok());
    let Some(image) = image else { return };
    match document.applicable(&image.with_digest(NO_DIGEST)) {
        Ok(statement) => check_certificates(ctx, name, &secret, statement),
        Err(error) if error.kind() == PolicyErrorKind::NotApplicable => {
            report_scope(ctx, name, &secret, &image, &document);
        }
        Err(_) => {}
    }
}

/// Which statement applies is decided by the repository alone.
const NO_DIGEST: &str = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

fn report<'d, 'a>(
    ctx: &'d mut Context<'_, 'a>,
    name: &Text<'a>,
    at: Location,
    fault: &str,
    label: &str,
) -> &'d mut Diagnostic {
    let message = format!("the Secret \"{}\" {fault}", name.as_str());
    ctx.report_text(name, message).label(at, label)
}

/// Reads the trust policy and reports what is wrong with it. The document where it is valid.
fn check_policy<'a>(ctx: &mut Context<'_, 'a>, name: &Text<'a>, secret: &Secret<'a>) -> Option<Document> {
    let Some(value) = secret.get(TRUST_POLICY) else {
        let names = format!("it has {}", secret.names());
        report(ctx, name, secret.object.place(), "has no trustpolicy.json", &names)
            .why("source-controller reads the trust policy from that entry alone: \"'trustpolicy.json' not found in secret\"")
            .help("name the entry trustpolicy.json");
        return None;
    };
    let json = value.text()?;
    let place = secret.object.locate(value.node().span());
    let mut document = match Document::decode(&json) {
        Ok(document) => document,
        Err(error) => {
            report(ctx, name, place, "has a trustpolicy.json that is no trust policy", "refused")
                .why(format!("source-controller fails with \"error occurred while parsing trustpolicy.json: {error}\""))
                .help("write a JSON document with version and trustPolicies");
            return None;
        }
    };
    document.clear_skipped();
    if let Err(error) = document.validate() {
        let label = match error.statement() {
            Some(index) => format!("statement {}", index + 1),
            None => "refused".to_owned(),
        };
        report(ctx, name, place, "has a trust policy that is not valid", &label)
            .why(format!("source-controller fails with \"{error}\""))
            .help(help(error.kind()));
        return None;
    }
    Some(document)
}

fn help(kind: PolicyErrorKind) -> &'static str {
    match kind {
        PolicyErrorKind::Version => "write \"version\": \"1.0\"",
        PolicyErrorKind::NoStatements => "add a statement to trustPolicies",
        PolicyErrorKind::Name => "give each statement a name of its own",
        PolicyErrorKind::SignatureVerification => "write a level: strict, permissive, audit or skip",
        PolicyErrorKind::Trust => {
            "name a store and an identity: \"trustStores\": [\"ca:acme\"], \"trustedIdentities\": [\"*\"]"
        }
        PolicyErrorKind::TrustStore => "a store is ca:name, signingAuthority:name or tsa:name; any name will do here",
        PolicyErrorKind::TrustedIdentity => "an identity is * alone, or x509.subject: C=…, ST=…, O=…",
        PolicyErrorKind::RegistryScope | PolicyErrorKind::ScopeTwice => {
            "a scope is registry/repository without tag, or * alone, and stands in one statement"
        }
        PolicyErrorKind::NotApplicable | PolicyErrorKind::Reference => "add a statement for the repository",
    }
}

fn report_scope<'a>(
    ctx: &mut Context<'_, 'a>,
    name: &Text<'a>,
    secret: &Secret<'a>,
    image: &Repository,
    document: &Document,
) {
    let Some(value) = secret.get(TRUST_POLICY) else { return };
    let scopes: Vec<&str> =
        document.statements.iter().flat_map(|statement| &statement.registry_scopes).map(String::as_str).gather();
    let place = secret.object.locate(value.node().span());
    let fault = format!("has no statement for \"{image}\"");
    let help = if image.registry_host() == crate::compat::image_name::DEFAULT_REGISTRY {
        format!("add \"{image}\" to the registryScopes of a statement: Docker Hub is index.docker.io here")
    } else {
        format!("add \"{image}\" to the registryScopes of a statement, or one with \"*\"")
    };
    report(ctx, name, place, &fault, &format!("it has {}", scopes.join(", ")))
        .why("scopes are whole repositories, compared letter by letter: \"has no applicable trust policy statement\"")
        .help(help);
}

/// Each certificate is in each store, so one that cannot be read spoils them all.
fn check_certificates<'a>(ctx: &mut Context<'_, 'a>, name: &Text<'a>, secret: &Secret<'a>, statement: &Statement) {
    let Ok(level) = statement.signature_verification.resolve() else { return };
    let severity = match level.enforcement().authenticity {
        Action::Enforce => Severity::Error,
        Action::Log => Severity::Warning,
        Action::Skip => return,
    };
    for (key, _) in notation::certificates(secret).into_iter().filter(|(_, is_read)| !is_read) {
        let place = secret_place::of_key(secret, key);
        let fault = format!("has no certificate in \"{}\"", key.text());
        let why = match severity {
            Severity::Error => {
                "source-controller fails with \"failed to parse certificate\": each of them is in each trust store"
            }
            _ => "the certificates cannot be read, so nothing is ever marked as verified",
        };
        report(ctx, name, place, &fault, "neither PEM nor DER of a certificate")
            .severity(severity)
            .why(why)
            .help("store the certificate in PEM, or name the entry otherwise");
    }
}
