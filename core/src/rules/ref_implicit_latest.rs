use super::support::sources::may_be_completed;
use super::support::url;
use super::{Check, Rule, page};
use crate::context::Context;
use crate::diag::Severity;
use crate::yaml::Node;

pub(super) const RULE: Rule = Rule {
    id: "ref-implicit-latest",
    summary: "no ref, so that the tag latest is taken",
    severity: Severity::Warning,
    silences: &["ref-unpinned"],
    check: Check::Object(check),
    page: page!("ref-implicit-latest"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(oci) = ctx.oci() else { return };
    // Without a URL it is no whole object; an empty `ref` is for empty-ref to say.
    if oci.url.is_none() || !oci.spec.get("ref").is_none_or(Node::is_null) || may_be_completed(ctx, "spec.ref") {
        return;
    }
    // What the URL holds is what was meant, and url-contains-tag or url-contains-digest moves it here.
    if url::known(oci).is_some_and(|(_, _, parts)| parts.tag.is_some() || parts.digest.is_some()) {
        return;
    }
    let span = oci.object.key_span("spec.ref");
    ctx.report(span, "there is no ref, so the tag \"latest\" is taken")
        .mark("no ref")
        .why("source-controller asks for the tag \"latest\": what is deployed changes whenever somebody pushes it, and many repositories have none")
        .help("name what is wanted: ref.tag, ref.semver, or ref.digest for a pin");
}
