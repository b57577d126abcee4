use super::{Check, Rule, Stage, page};
use crate::collections::Gather;
use crate::context::Context;
use crate::diag::Severity;
use crate::model::{Kind, Kinds, variables};

pub(super) const RULE: Rule = Rule {
    id: "url-unresolved-variable",
    summary: "a URL that is only known after post-build substitution",
    severity: Severity::Info,
    stage: Stage::Controller,
    kinds: Kinds::of(&[Kind::OciRepository, Kind::HelmRepository]),
    check: Check::Object(check),
    page: page!("url-unresolved-variable"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(url) = ctx.object().text("spec.url") else { return };
    let text = url.as_str();
    let mut found = variables(text).peekable();
    let Some(first) = found.peek().copied() else { return };
    let names: Vec<&str> = found.map(|variable| variable.name).gather();
    let variable = text.get(first.start..first.end).unwrap_or_default();
    ctx.report(url.part(first.start, first.end), format!("the URL cannot be checked: {variable} is only known later"))
        .why("Flux fills it in when a Kustomization is built; what the URL is then decides what is wrong with it")
        .help(format!(
            "give {} a value under substitute in .kubectl-oci.yaml to have the result checked",
            names.join(" and ")
        ));
}
