use super::support::short;
use super::support::url::{self, refusal};
use super::url_contains_tag::move_out;
use super::{Check, FixKind, Rule, page};
use crate::compat::digest::Digest;
use crate::compat::image_name::is_valid_tag;
use crate::context::Context;
use crate::diag::Severity;
use crate::model::Kind;

pub(super) const RULE: Rule = Rule {
    id: "url-contains-digest",
    summary: "a digest in the URL, which belongs into ref.digest",
    severity: Severity::Error,
    fix: FixKind::Safe,
    kinds: url::CARRIERS,
    check: Check::Object(check),
    page: page!("url-contains-digest"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some((url, parts)) = url::carried_parts(ctx) else { return };
    let (kind, text) = (ctx.object().kind(), url.as_str());
    let Some(range) = parts.digest else { return };
    let digest = text.get(range.clone()).unwrap_or_default();
    let tag = parts.tag.as_ref().and_then(|tag| text.get(tag.clone())).unwrap_or_default();
    let start = parts.tag.as_ref().map_or(range.start, |tag| tag.start).saturating_sub(1);
    let without = format!("{}{}", text.get(..start).unwrap_or_default(), text.get(range.end..).unwrap_or_default());
    let is_well_formed = Digest::parse(digest).is_ok() && (tag.is_empty() || is_valid_tag(tag));
    let fix = move_out(ctx, &url, &without, &[("tag", tag), ("digest", digest)]).filter(|_| is_well_formed);
    let message = match tag {
        "" => format!("the URL holds the digest \"{}\"", short(digest)),
        tag => format!("the URL holds the tag \"{tag}\" and the digest \"{}\"", short(digest)),
    };
    let is_source = kind == Kind::OciRepository;
    let named = ctx.object().kind_name();
    let finding = ctx.report(url.part(start, range.end), message);
    if is_source {
        finding
            .mark(if tag.is_empty() { "belongs into ref.digest" } else { "belong into ref" })
            .help(format!("write url: {without}, and ref.digest: {}", short(digest)));
    } else {
        finding.help(format!("write url: {without}; {named} takes tags alone"));
    }
    if let Some(why) = refusal(kind, text) {
        finding.why(why);
    }
    if let Some((applicability, edits)) = fix {
        let title = if is_source { "Move the digest into ref.digest" } else { "Take the digest out of the URL" };
        finding.fix(applicability, title, edits);
    }
}
