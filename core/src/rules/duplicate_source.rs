use super::{Check, Rule, Scope, page};
use crate::context::Context;
use crate::diag::Severity;

pub(super) const RULE: Rule = Rule {
    id: "duplicate-source",
    summary: "several sources of a namespace that fetch the very same",
    severity: Severity::Info,
    scope: Scope::Set,
    check: Check::Object(check),
    page: page!("duplicate-source"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(oci) = ctx.oci() else { return };
    let Some(url) = &oci.url else { return };
    let twins = ctx.set().sources().twins(oci);
    // The first one is the one to keep; one of the same name is the same object, for another
    // cluster or in another layer.
    let Some(first) = twins.first().filter(|first| !first.is(oci.object)) else { return };
    if twins.iter().any(|twin| !twin.is(oci.object) && twin.name() == oci.object.name()) || ctx.is_fragment() {
        return;
    }
    let name = first.name();
    let place = first.locate(first.key_span("spec.url"));
    ctx.report(url.text_span(), format!("OCIRepository \"{name}\" fetches the same"))
        .label(place, "the same URL, reference and layer")
        .why("source-controller asks the registry for both and stores both")
        .help(format!("let the consumers share \"{name}\""));
}
