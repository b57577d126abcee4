use super::{Check, Rule, Scope, page};
use crate::collections::Gather;
use crate::context::{Context, Waiting};
use crate::diag::Severity;
use crate::model::{Kind, Kinds};

pub(super) const RULE: Rule = Rule {
    id: "depends-on-cycle",
    summary: "objects that wait for each other, or for themselves",
    severity: Severity::Error,
    scope: Scope::Set,
    kinds: Kinds::of(&[Kind::HelmRelease, Kind::Kustomization, Kind::ResourceSet]),
    check: Check::Object(check),
    page: page!("depends-on-cycle"),
    ..Rule::DEFAULT
};

/// So many names a message can carry.
const SHOWN: usize = 6;

fn check(ctx: &mut Context<'_, '_>) {
    let object = ctx.object();
    if object.at("spec.dependsOn").is_none() {
        return;
    }
    let Some(ring) = ctx.surroundings().rings(ctx.set()).of(object) else { return };
    let Some(first) = ring.first() else { return };
    let span = first.reference.get("name").unwrap_or(first.reference).span();
    let (own, kind) = (object.name(), object.kind_name());
    let message = match ring {
        [_] => format!("the {kind} \"{own}\" waits for itself"),
        [_, second] => format!("the {kind}s \"{own}\" and \"{}\" wait for each other", second.object.name()),
        _ => format!("{} {kind}s wait for each other in a ring: {}", ring.len(), path(ring)),
    };
    // What a patch or a kustomization changes, or a suspended object that stays ready, may break it.
    let severity = if ring.iter().any(|member| member.object.is_suspended()) {
        Severity::Info
    } else if ring.iter().any(|member| !member.is_certain || ctx.surroundings().may_rewrite(member.object, "dependsOn"))
    {
        Severity::Warning
    } else {
        Severity::Error
    };
    let next = ring.get(1).unwrap_or(first).object.name();
    let finding = ctx.report(span, message);
    finding
        .severity(severity)
        .why(format!("none of them ever becomes ready: dependency '{next}' is not ready"))
        .help("remove one of these dependencies");
    for member in ring.iter().skip(1).take(SHOWN) {
        let node = member.reference.get("name").unwrap_or(member.reference);
        let (from, to) = (member.object.name(), node.text());
        finding.label(member.object.locate(node.span()), format!("\"{from}\" waits for \"{to}\""));
    }
}

fn path(ring: &[Waiting<'_>]) -> String {
    let names: Vec<&str> = ring.iter().take(SHOWN).map(|member| member.object.name()).gather();
    let more = if ring.len() > SHOWN { " → …" } else { "" };
    let first = names.first().copied().unwrap_or_default();
    format!("{}{more} → {first}", names.join(" → "))
}
