use super::{Check, FixKind, Rule, page};
use crate::context::Context;
use crate::diag::Applicability;
use crate::provider::Provider;
use crate::yaml::patch;

pub(super) const RULE: Rule = Rule {
    id: "provider-ignored-by-secret",
    summary: "a cloud provider beside a Secret, which switches its login off",
    fix: FixKind::Suggested,
    check: Check::Object(check),
    page: page!("provider-ignored-by-secret"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(oci) = ctx.oci() else { return };
    let (Some(provider), Some(secret)) = (&oci.provider, &oci.secret_ref) else { return };
    if oci.cloud().is_none_or(|cloud| cloud == Provider::Generic) {
        return;
    }
    let edit = patch::remove_key(oci.spec, "provider");
    let place = ctx.object().locate(secret.span());
    let found = ctx
        .report_text(provider, format!("the login of \"{}\" is not used", provider.as_str()))
        .label(place, "this Secret is used instead")
        .why("source-controller logs in to a cloud only where there is no Secret at all, also none that it can use")
        .help("remove provider, or remove secretRef to use the cloud's identity");
    if let Some(edit) = edit {
        found.fix(Applicability::Unsafe, "Remove provider", vec![edit]);
    }
}
