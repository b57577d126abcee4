use super::{Check, Rule, Scope, page};
use crate::context::Context;
use crate::diag::Severity;
use crate::model::{Text, version_tag};

pub(super) const RULE: Rule = Rule {
    id: "diverging-source-versions",
    summary: "a source of another version than most sources of the same URL",
    severity: Severity::Info,
    scope: Scope::Set,
    check: Check::Object(check),
    page: page!("diverging-source-versions"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(oci) = ctx.oci() else { return };
    let Some(own) = version_tag(oci) else { return };
    let (Some(url), Some(tag)) = (oci.url.as_ref().and_then(Text::known), &oci.reference.tag) else { return };
    let Some((common, objects)) = ctx.set().sources().versions(url).and_then(|versions| versions.common()) else {
        return;
    };
    let Some(example) = objects.first().filter(|_| common != own && !ctx.is_fragment()) else { return };
    let place = example.locate(example.key_span("spec.ref.tag"));
    let count = objects.len();
    let others = if count == 1 {
        "another source of this URL has".to_owned()
    } else {
        format!("{count} sources of this URL have")
    };
    ctx.report(tag.text_span(), format!("the version is \"{own}\", while {others} \"{common}\""))
        .label(place, format!("\"{common}\" here"))
        .why("nothing is wrong with either; one that was left behind by an update looks just like this")
        .help("bring them to one version, or leave it where they differ on purpose");
}
