use super::{Check, Rule, Scope, page};
use crate::context::Context;
use crate::diag::Severity;
use crate::model::{Kind, Kinds, Origin};

pub(super) const RULE: Rule = Rule {
    id: "unused-source",
    summary: "a source that nothing in view consumes",
    severity: Severity::Info,
    scope: Scope::Set,
    kinds: Kinds::of(&[Kind::OciRepository, Kind::HelmRepository]),
    check: Check::Object(check),
    page: page!("unused-source"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let object = ctx.object();
    if ctx.oci().is_none() && !ctx.helm_repository().is_some_and(|repository| repository.is_oci()) {
        return;
    }
    let consumers = ctx.set().consumers();
    // Where nothing names any source of this kind, the consumers lie elsewhere.
    if consumers.is_empty(object.kind()) || consumers.possible(object).next().is_some() {
        return;
    }
    if consumers.may_be_named_later(object) || ctx.is_fragment() || is_in_a_template(ctx) {
        return;
    }
    let span = object.at("metadata.name").map_or(object.place().span, |name| name.text_span());
    ctx.report(span, format!("nothing here consumes {} \"{}\"", object.kind_name(), object.name()))
        .why(match object.kind() {
            Kind::HelmRepository => {
                "one of type oci is an address and nothing more: source-controller does nothing with it"
            }
            _ => "source-controller fetches, verifies and stores it at each interval all the same",
        })
        .help("remove it, or look for the name in the consumer that was to have it");
}

/// Templates of ResourceSets are text: what they will refer to is not known.
fn is_in_a_template(ctx: &Context<'_, '_>) -> bool {
    ctx.object().entry.origin == Origin::ResourceSet
        || ctx.set().of_kind(Kind::ResourceSet).any(|set| {
            set.at("spec.resourcesTemplate").is_some_and(|template| template.text().contains(ctx.object().name()))
        })
}
