use super::{Check, FixKind, Rule, Scope, page};
use crate::compat::pull_secret::{self, DOCKER_CONFIG, DOCKER_CONFIG_JSON};
use crate::context::Context;
use crate::diag::{Applicability, Severity};
use crate::model::Secret;
use crate::provider::Provider;
use crate::text::Edit;
use crate::yaml::patch::{self, Value};

pub(super) const RULE: Rule = Rule {
    id: "registry-secret-type",
    summary: "a Secret of a type that holds no registry's credentials",
    scope: Scope::Set,
    fix: FixKind::Suggested,
    check: Check::Object(check),
    page: page!("registry-secret-type"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(oci) = ctx.oci() else { return };
    let Some(name) = &oci.secret_ref else { return };
    let Some(secret) = ctx.referenced_secret(name) else { return };
    let Some(written) = secret.type_name() else { return };
    if pull_secret::data_key(written).is_some() {
        return;
    }
    let logs_in = oci.cloud().is_some_and(|cloud| cloud != Provider::Generic);
    let (severity, why) = if logs_in {
        (
            Severity::Error,
            "source-controller ignores it without a word, does not log in to the cloud because of it either, and asks anonymously",
        )
    } else {
        (Severity::Warning, "source-controller ignores it without a word and asks the registry anonymously")
    };
    let place = match &secret.secret_type {
        Some(written) => secret.object.locate(written.span()),
        None => secret.object.place(),
    };
    let label = if secret.secret_type.is_some() { "this type" } else { "no type is Opaque" };
    let help = "make it of type kubernetes.io/dockerconfigjson: kubectl create secret docker-registry … --dry-run=client -o yaml";
    let found = ctx
        .report_text(
            name,
            format!("the Secret \"{}\" is of type {written}, which holds no credentials for a registry", name.as_str()),
        )
        .severity(severity)
        .label(place, label)
        .why(why)
        .help(help);
    if let Some((title, edit)) = set_type(&secret) {
        found.fix_in(secret.object.file.id, Applicability::Unsafe, title, vec![edit]);
    }
}

/// The type that the Secret's entry belongs to.
fn set_type(secret: &Secret<'_>) -> Option<(String, Edit)> {
    let holds = |wanted: &&str| pull_secret::data_key(wanted).is_some_and(|key| secret.get(key).is_some());
    let wanted = [DOCKER_CONFIG_JSON, DOCKER_CONFIG].into_iter().find(holds).filter(|_| secret.is_editable())?;
    let edit = match &secret.secret_type {
        Some(written) => patch::set_string(written.node, wanted),
        None => {
            let root = secret.object.node()?;
            patch::insert_after(root, root.entry("kind")?, "type", &Value::string(wanted))?
        }
    };
    Some((format!("Make it of type {wanted}"), edit))
}
