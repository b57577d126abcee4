use super::support::short;
use super::support::sources::may_be_completed;
use super::{Check, Rule, page};
use crate::context::Context;
use crate::diag::Severity;

pub(super) const RULE: Rule = Rule {
    id: "ref-unpinned",
    summary: "a source that no digest pins",
    severity: Severity::Info,
    on: false,
    check: Check::Object(check),
    page: page!("ref-unpinned"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(oci) = ctx.oci() else { return };
    let reference = &oci.reference;
    if reference.digest.is_some() || oci.url.is_none() || may_be_completed(ctx, "spec.ref.digest") {
        return;
    }
    let (span, message) = match (&reference.semver, &reference.tag) {
        (Some(semver), _) => {
            (semver.text_span(), format!("the range \"{}\" is pinned by no digest", short(semver.as_str())))
        }
        (None, Some(tag)) => (tag.text_span(), format!("the tag \"{}\" is pinned by no digest", short(tag.as_str()))),
        (None, None) => (oci.object.key_span("spec.ref"), "the tag \"latest\" is pinned by no digest".to_owned()),
    };
    ctx.report(span, message)
        .why("a tag can be pushed again with other content, and a range finds new tags; a digest names the content itself")
        .help("write ref.digest, and keep the tag as a label; `kubectl oci resolve` tells the digest");
}
