use super::support::reference::{Digested, digested};
use super::support::{edits, short};
use super::{Check, FixKind, Rule, page};
use crate::compat::digest::Digest;
use crate::compat::image_name::is_valid_tag;
use crate::context::Context;
use crate::diag::{Applicability, Severity};
use crate::model::Text;
use crate::text::Edit;
use crate::yaml::Node;

pub(super) const RULE: Rule = Rule {
    id: "ref-tag-contains-digest",
    summary: "a digest in ref.tag, which no registry accepts there",
    severity: Severity::Error,
    fix: FixKind::Safe,
    silences: &["ref-tag-invalid", "ref-tag-is-range", "ref-tag-plus-sign", "ref-unpinned"],
    check: Check::Object(check),
    page: page!("ref-tag-contains-digest"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(oci) = ctx.oci() else { return };
    let Some(tag) = oci.reference.effective_tag() else { return };
    let Some(text) = tag.known() else { return };
    let Some(found) = digested(text) else { return };
    let is_digest = Digest::parse(found.digest).is_ok();
    let fix = oci.reference.node.filter(|_| is_digest).and_then(|reference| split(reference, tag, found));
    let finding = if !found.has_at && is_digest {
        ctx.report(tag.text_span(), format!("the tag \"{}\" is a digest", short(text)))
            .severity(Severity::Warning)
            .mark("belongs into ref.digest")
            .why("the registry happens to answer to it, but the controller neither checks it as a digest nor shows it as one: the revision becomes \"sha256:…@sha256:…\"")
    } else if found.before.is_empty() {
        ctx.report(
            tag.text_span(),
            format!("the tag \"{}\" is a digest, which no registry takes for a tag", short(text)),
        )
        .mark("belongs into ref.digest")
        .why(why(text))
    } else {
        ctx.report(tag.text_span(), format!("the tag \"{}\" holds a digest, which no registry accepts", short(text)))
            .mark("tag and digest are two fields")
            .why(why(text))
    };
    finding.help(match (found.before, is_digest) {
        (_, false) => "write the digest into ref.digest, as sha256: and 64 lower-case hex digits".to_owned(),
        ("", true) => format!("write digest: {}", short(found.digest)),
        (before, true) => format!("split it: tag: {before}, digest: {}", short(found.digest)),
    });
    if let Some(fix) = fix {
        let title = if found.before.is_empty() { "Write it as digest" } else { "Split tag and digest" };
        finding.fix(Applicability::Safe, title, fix);
    }
}

fn why(text: &str) -> String {
    format!("source-controller asks the registry for a manifest called \"{}\" and gets 404 Not Found", short(text))
}

fn split(reference: Node<'_>, tag: &Text<'_>, found: Digested<'_>) -> Option<Vec<Edit>> {
    if found.before.is_empty() {
        return edits::rename(reference, "tag", "digest", found.digest);
    }
    if !is_valid_tag(found.before) {
        return None;
    }
    Some(vec![edits::set(tag, found.before)?, edits::put(reference, "digest", found.digest, "tag")?])
}
