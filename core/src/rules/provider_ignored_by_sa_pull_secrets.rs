use super::{Check, FixKind, Rule, Scope, page};
use crate::context::Context;
use crate::diag::Applicability;
use crate::provider::Provider;
use crate::yaml::patch;

pub(super) const RULE: Rule = Rule {
    id: "provider-ignored-by-sa-pull-secrets",
    summary: "a ServiceAccount whose pull secrets switch the cloud login off",
    scope: Scope::Set,
    fix: FixKind::Suggested,
    check: Check::Object(check),
    page: page!("provider-ignored-by-sa-pull-secrets"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(oci) = ctx.oci() else { return };
    let (Some(provider), Some(account), None) = (&oci.provider, &oci.service_account, &oci.secret_ref) else { return };
    if oci.cloud().is_none_or(|cloud| cloud == Provider::Generic) {
        return;
    }
    let Some(found) = ctx.referenced_service_account(account) else { return };
    let Some(secret) = found.image_pull_secrets.first() else { return };
    let place = found.object.locate(secret.span());
    let edit = patch::remove_key(oci.spec, "provider");
    let message =
        format!("the login of \"{}\" is not used: \"{}\" has pull secrets", provider.as_str(), account.as_str());
    let found = ctx
        .report_text(provider, message)
        .label(place, "used instead")
        .why("source-controller logs in to a cloud only where neither secretRef nor the account's imagePullSecrets name a Secret")
        .help("remove provider, or name an account without imagePullSecrets");
    if let Some(edit) = edit {
        found.fix(Applicability::Unsafe, "Remove provider", vec![edit]);
    }
}
