use super::support::source_ref::Reference;
use super::{Check, Rule, Scope, page};
use crate::context::Context;
use crate::diag::Severity;
use crate::model::{Kind, Kinds};

pub(super) const RULE: Rule = Rule {
    id: "cross-namespace-source-ref",
    summary: "a reference to a source in another namespace, which multi-tenant clusters refuse",
    severity: Severity::Info,
    strict: Some(Severity::Error),
    scope: Scope::Set,
    kinds: Kinds::CONSUMERS,
    check: Check::Object(check),
    page: page!("cross-namespace-source-ref"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let object = ctx.object();
    let Some(reference) = Reference::of(ctx) else { return };
    let Some(namespace) = &reference.node.namespace else { return };
    let (Some(wanted), Some(own)) = (namespace.known(), object.namespace()) else { return };
    if wanted == own || ctx.surroundings().inclusion(ctx.set()).sets_namespace(&object.file.path) {
        return;
    }
    let (kind, name) = (reference.kind.name(), reference.name.as_str());
    let why = match object.kind() {
        Kind::Kustomization => format!(
            "where kustomize-controller runs with --no-cross-namespace-refs=true it stops: can't access \
             '{kind}/{wanted}/{name}', cross-namespace references have been blocked"
        ),
        _ => format!(
            "where helm-controller runs with --no-cross-namespace-refs=true it stops: cross-namespace references are \
             not allowed: cannot access {kind} {wanted}/{name}"
        ),
    };
    let message = format!("a {} of \"{own}\" takes its source from \"{wanted}\"", object.kind_name());
    ctx.report(namespace.text_span(), message)
        .why(why)
        .help("keep the source in the namespace of its consumer, as multi-tenancy wants it");
}
