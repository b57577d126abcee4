//! `… please enable the ObjectLevelWorkloadIdentity feature gate`.

use super::say::say;
use super::{Context, Said};
use crate::doctor::fault::Fault;

pub(super) fn explain(context: &Context<'_>) -> Said {
    if context.fault() != Some(&Fault::FeatureGate) {
        return Ok(None);
    }
    let provider = &context.case.fields.provider;
    let account = &context.case.fields.account;
    let text = format!(
        "With provider \"{provider}\" and serviceAccountName \"{account}\", which lends no pull secret, the controller would log in to the cloud as that account. That is behind a gate which is closed unless somebody opened it; this assumes that nobody did. The source stalls."
    );
    let patch = "# of the Kustomization that installs Flux\npatches:\n  - target:\n      kind: Deployment\n      name: source-controller\n    patch: |\n      - op: add\n        path: /spec/template/spec/containers/0/args/-\n        value: --feature-gates=ObjectLevelWorkloadIdentity=true";
    Ok(Some(
        say(text)
            .advise("remove serviceAccountName, to log in as the controller itself")
            .paste("or open the gate", patch),
    ))
}
