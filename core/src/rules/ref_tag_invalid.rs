use super::support::short;
use super::{Check, Rule, page};
use crate::compat::digest::Digest;
use crate::compat::image_name::is_valid_tag;
use crate::context::Context;
use crate::diag::Severity;

pub(super) const RULE: Rule = Rule {
    id: "ref-tag-invalid",
    summary: "a tag that no registry can hold",
    severity: Severity::Error,
    check: Check::Object(check),
    page: page!("ref-tag-invalid"),
    ..Rule::DEFAULT
};

/// The most characters that a tag has.
const LONGEST: usize = 128;

fn check(ctx: &mut Context<'_, '_>) {
    let Some(tag) = ctx.oci().and_then(|oci| oci.reference.effective_tag()) else { return };
    let Some(text) = tag.known() else { return };
    // A digest is answered to where a tag is asked for.
    if is_valid_tag(text) || Digest::parse(text).is_ok() {
        return;
    }
    let allowed = |(at, c): &(usize, char)| c.is_ascii_alphanumeric() || *c == '_' || *at > 0 && matches!(c, '.' | '-');
    let (span, mark) = match text.char_indices().find(|c| !allowed(c)) {
        Some((at, c)) if c.is_whitespace() => (tag.part(at, at + c.len_utf8()), "a blank".to_owned()),
        Some((0, c @ ('.' | '-'))) => (tag.part(0, 1), format!("a tag does not begin with \"{c}\"")),
        Some((at, c)) => (tag.part(at, at + c.len_utf8()), format!("no tag holds \"{c}\"")),
        None => (tag.part(LONGEST, text.len()), format!("a tag has at most {LONGEST} characters")),
    };
    ctx.report(span, format!("the tag \"{}\" is none that a registry can hold", short(text)))
        .mark(mark)
        .why("source-controller asks for it as it is written, and the registry answers 404 Not Found")
        .help("a tag has 1 to 128 letters, digits, \"_\", \".\" and \"-\", and begins with neither \".\" nor \"-\"");
}
