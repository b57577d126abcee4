use super::support::sources::may_be_completed;
use super::{Check, Rule, page};
use crate::context::Context;
use crate::diag::Severity;
use crate::model::Use;

pub(super) const RULE: Rule = Rule {
    id: "ref-mutable-tag",
    summary: "a tag that is made to be moved, without a digest",
    severity: Severity::Warning,
    silences: &["ref-unpinned"],
    check: Check::Object(check),
    page: page!("ref-mutable-tag"),
    ..Rule::DEFAULT
};

/// Tags that name a branch, a channel or a stage, not a version.
const MUTABLE: &[&str] = &[
    "alpha",
    "beta",
    "canary",
    "current",
    "dev",
    "develop",
    "development",
    "edge",
    "head",
    "local",
    "lts",
    "main",
    "mainline",
    "master",
    "next",
    "nightly",
    "preview",
    "prod",
    "production",
    "rolling",
    "snapshot",
    "stable",
    "stage",
    "staging",
    "test",
    "testing",
    "trunk",
    "unstable",
];

fn check(ctx: &mut Context<'_, '_>) {
    let Some(oci) = ctx.oci() else { return };
    let Some(tag) = oci.reference.effective_tag() else { return };
    let Some(text) = tag.known() else { return };
    let is_latest = text.eq_ignore_ascii_case("latest");
    if !is_latest && !MUTABLE.iter().any(|name| name.eq_ignore_ascii_case(text)) {
        return;
    }
    if may_be_completed(ctx, "spec.ref.digest") {
        return;
    }
    // What delivers manifests to its own cluster is meant to follow.
    let delivers = ctx.set().consumers_of(oci.object).any(|consumer| consumer.by == Use::Kustomization);
    let severity = if is_latest && !delivers { Severity::Warning } else { Severity::Info };
    ctx.report(tag.text_span(), format!("the tag \"{text}\" moves"))
        .severity(severity)
        .why("whatever is pushed under that tag is deployed at the next interval, and no commit here says so")
        .help("pin what is wanted: a version in ref.tag or ref.semver, or ref.digest beside the tag");
}
