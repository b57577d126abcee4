use super::{Check, Rule, Scope, page};
use crate::config::FluxVersion;
use crate::context::Context;
use crate::diag::Severity;
use crate::verify::cosign::{self, TRUSTED_ROOT};

pub(super) const RULE: Rule = Rule {
    id: "verify-trusted-root",
    summary: "a Secret without a trusted root that Sigstore's libraries can use",
    severity: Severity::Error,
    scope: Scope::Set,
    check: Check::Object(check),
    page: page!("verify-trusted-root"),
    ..Rule::DEFAULT
};

/// The first release that knows the field.
const SINCE: FluxVersion = FluxVersion::new(2, 9);

fn check(ctx: &mut Context<'_, '_>) {
    let Some(verify) = ctx.oci().and_then(|oci| oci.verify.as_ref()).filter(|verify| verify.is_cosign()) else {
        return;
    };
    let Some(name) = verify.trusted_root.as_ref().filter(|_| ctx.flux() >= SINCE) else { return };
    let Some(secret) = ctx.referenced_secret(name) else { return };
    let Some(value) = secret.get(TRUSTED_ROOT) else {
        ctx.report_text(name, format!("the Secret \"{}\" has no {TRUSTED_ROOT}", name.as_str()))
            .label(secret.object.place(), format!("it has {}", secret.names()))
            .why("source-controller reads that key alone, also beside secretRef, and fails without it")
            .help(format!("name the entry {TRUSTED_ROOT}"));
        return;
    };
    let place = secret.object.locate(value.node().span());
    if value.is_empty() {
        ctx.report_text(name, format!("{TRUSTED_ROOT} in the Secret \"{}\" is empty", name.as_str()))
            .severity(Severity::Warning)
            .label(place, "an empty root")
            .why("source-controller then trusts the public Sigstore instead")
            .help("store the root there, or remove trustedRootSecretRef");
        return;
    }
    // With keys it is not parsed.
    if !verify.is_keyless() {
        return;
    }
    let Some(Err(error)) = value.bytes().map(|bytes| cosign::check_trusted_root(&bytes)) else { return };
    ctx.report_text(name, format!("{TRUSTED_ROOT} in the Secret \"{}\" is no trusted root", name.as_str()))
        .label(place, "refused")
        .why(format!("source-controller fails with \"{error}\""))
        .help("store the trusted_root.json of your Sigstore instance, as cosign trusted-root create writes it");
}
