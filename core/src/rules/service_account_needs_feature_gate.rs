use super::{Check, Rule, page};
use crate::context::Context;
use crate::diag::Severity;
use crate::model::Kind;
use crate::provider::Provider;
use crate::yaml::Scalar;

pub(super) const RULE: Rule = Rule {
    id: "service-account-needs-feature-gate",
    summary: "a ServiceAccount for a cloud login, which needs a feature gate",
    severity: Severity::Info,
    check: Check::Object(check),
    page: page!("service-account-needs-feature-gate"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(oci) = ctx.oci() else { return };
    let (Some(account), None) = (&oci.service_account, &oci.secret_ref) else { return };
    if oci.cloud().is_none_or(|cloud| cloud == Provider::Generic) || is_gate_on(ctx) {
        return;
    }
    // Its pull secrets would be used instead of the cloud.
    if ctx.referenced_service_account(account).is_some_and(|found| !found.image_pull_secrets.is_empty()) {
        return;
    }
    ctx.report_text(account, format!("the account \"{}\" is used for the login only with a feature gate", account.as_str()))
        .why("without it the source stalls: \"to use spec.serviceAccountName for provider authentication please enable the ObjectLevelWorkloadIdentity feature gate in the controller\"")
        .help("start source-controller with --feature-gates=ObjectLevelWorkloadIdentity=true");
}

/// True where a FluxInstance of the set switches it on.
fn is_gate_on(ctx: &Context<'_, '_>) -> bool {
    let mut instances = ctx.set().of_kind(Kind::FluxInstance);
    instances.any(|instance| {
        let gate = instance.at("spec.cluster.objectLevelWorkloadIdentity");
        gate.is_some_and(|gate| gate.scalar() == Some(Scalar::Bool(true)))
    })
}
