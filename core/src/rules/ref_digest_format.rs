use super::support::short;
use super::{Check, Rule, page};
use crate::compat::digest::{Digest, DigestErrorKind};
use crate::context::Context;
use crate::diag::Severity;

pub(super) const RULE: Rule = Rule {
    id: "ref-digest-format",
    summary: "a digest that is not sha256: and 64 lower-case hex digits",
    severity: Severity::Error,
    check: Check::Object(check),
    page: page!("ref-digest-format"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(digest) = ctx.oci().and_then(|oci| oci.reference.digest.as_ref()) else { return };
    let Some(Err(error)) = digest.known().map(Digest::parse) else { return };
    let text = digest.as_str();
    let span = error.span();
    let mark = match error.kind() {
        DigestErrorKind::Malformed if text.contains('@') => "a digest alone belongs here".to_owned(),
        DigestErrorKind::Malformed => "not an algorithm, a colon and hex digits".to_owned(),
        DigestErrorKind::NotHex(c) if c.is_ascii_hexdigit() => "hex digits are written in lower case".to_owned(),
        DigestErrorKind::NotHex(c) => format!("\"{c}\" is no hex digit"),
        DigestErrorKind::Algorithm => "sha256 alone is taken".to_owned(),
        DigestErrorKind::Length(digits) => format!("{digits} digits, not 64"),
    };
    ctx.report(digest.part(span.start, span.end), format!("the digest \"{}\" is not well formed", short(text)))
        .mark(mark)
        .why(format!("the source fails: failed to determine artifact digest: {error}"))
        .help(
            "a digest is \"sha256:\" and 64 lower-case hex digits, as the registry or `kubectl oci inspect` shows it",
        );
}
