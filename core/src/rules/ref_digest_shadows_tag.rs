use super::support::short;
use super::{Check, Rule, page};
use crate::context::Context;
use crate::diag::Severity;

pub(super) const RULE: Rule = Rule {
    id: "ref-digest-shadows-tag",
    summary: "a tag or a range beside a digest, which alone decides",
    severity: Severity::Info,
    check: Check::Object(check),
    page: page!("ref-digest-shadows-tag"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(oci) = ctx.oci() else { return };
    let reference = &oci.reference;
    // What is only known later may come out empty.
    let Some(digest) = reference.digest.as_ref().filter(|digest| !digest.is_opaque()) else { return };
    let decides = oci.object.locate(digest.span());
    if let Some(tag) = &reference.tag {
        ctx.report(tag.text_span(), format!("the tag \"{}\" is a label: the digest decides", short(tag.as_str())))
            .label(decides, "decides")
            .why("where both are set, source-controller takes the digest and never looks at the tag, even where that has moved on")
            .help("keep the tag as a label if something keeps both up to date; else remove the one that is not meant");
    }
    if let Some(semver) = &reference.semver {
        let text = short(semver.as_str());
        ctx.report(semver.text_span(), format!("the range \"{text}\" selects nothing: the digest decides"))
            .severity(Severity::Warning)
            .label(decides, "decides")
            .why("where both are set, source-controller takes the digest and lists no tags: nothing is ever updated by the range")
            .help("remove the digest to follow the range, or the range to stay at the digest");
    }
}
