use super::{Check, Rule, Stage, page};
use crate::context::Context;
use crate::diag::Severity;
use crate::model::Kinds;
use crate::yaml::Node;

pub(super) const RULE: Rule = Rule {
    id: "empty-reference-name",
    summary: "a reference to a Secret or another object whose name is empty",
    severity: Severity::Error,
    stage: Stage::Controller,
    kinds: Kinds::FLUX,
    check: Check::Object(check),
    page: page!("empty-reference-name"),
    ..Rule::DEFAULT
};

/// The mappings of a `spec` that hold references of their own.
const HOLDERS: &[&str] = &["verify", "kubeConfig", "decryption", "chart", "spec", "sts"];

fn check(ctx: &mut Context<'_, '_>) {
    if let Some(spec) = ctx.object().spec() {
        look(ctx, spec, HOLDERS.len());
    }
}

fn look<'a>(ctx: &mut Context<'_, 'a>, mapping: Node<'a>, depth: usize) {
    for entry in mapping.entries() {
        let name = entry.key.text();
        if name.ends_with("Ref") && entry.value.is_mapping() {
            reference(ctx, name, entry.value);
        } else if depth > 0 && HOLDERS.contains(&name) && entry.value.is_mapping() {
            look(ctx, entry.value, depth - 1);
        }
    }
}

fn reference<'a>(ctx: &mut Context<'_, 'a>, reference: &str, mapping: Node<'a>) {
    let Some(name) = mapping.get("name").filter(|name| name.as_str() == Some("")) else { return };
    // An empty certSecretRef counts as unset.
    if reference == "certSecretRef" || ctx.is_fragment() {
        return;
    }
    let object = match reference {
        "sourceRef" | "chartRef" => "source",
        "configMapRef" => "ConfigMap",
        _ => "Secret",
    };
    let help = match object {
        "source" => "name the source".to_owned(),
        _ => format!("name the {object}, or leave {reference} out"),
    };
    ctx.report(name.span(), format!("the name in {reference} is empty"))
        .why(format!("the controller looks for a {object} without a name, and finds none"))
        .help(help);
}
