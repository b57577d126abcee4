use super::{Check, Rule, page};
use crate::context::Context;
use crate::diag::Severity;

pub(super) const RULE: Rule = Rule {
    id: "proxy-not-used-for-keyless",
    summary: "a proxy that keyless verification does not use",
    check: Check::Object(check),
    page: page!("proxy-not-used-for-keyless"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(oci) = ctx.oci() else { return };
    let (Some(proxy), Some(verify)) = (&oci.proxy_secret_ref, &oci.verify) else { return };
    if !verify.is_keyless() || ctx.may_be_supplied("spec.verify.secretRef") {
        return;
    }
    // With a root of one's own only signatures of the older format may ask a log.
    let severity = if verify.trusted_root.is_some() { Severity::Info } else { Severity::Warning };
    ctx.report_text(proxy, format!("keyless verification does not go through the proxy \"{}\"", proxy.as_str()))
        .severity(severity)
        .why("proxySecretRef is used for the registry alone: Sigstore's trust root and log are asked directly")
        .help("set HTTPS_PROXY and NO_PROXY on source-controller as well, or let it reach sigstore.dev");
}
