use super::support::short;
use super::{Check, Rule, page};
use crate::compat::regex::{self, ErrorKind};
use crate::context::Context;
use crate::diag::Severity;

pub(super) const RULE: Rule = Rule {
    id: "ref-semverfilter-regex",
    summary: "a semverFilter that is no regular expression to Go",
    severity: Severity::Error,
    check: Check::Object(check),
    page: page!("ref-semverfilter-regex"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(filter) = ctx.oci().and_then(|oci| oci.reference.effective_filter()) else { return };
    let Some(Err(error)) = filter.known().map(regex::check) else { return };
    let span = error.span();
    ctx.report(
        filter.part(span.start, span.end),
        format!("the filter \"{}\" is no regular expression", short(filter.as_str())),
    )
    .why(format!("the source fails: {error}"))
    .help(match error.kind() {
        ErrorKind::InvalidPerlOp | ErrorKind::InvalidNamedCapture => {
            "Go's syntax (RE2) has no look-around: leave pre-releases out by the range, which takes none without -0"
        }
        ErrorKind::InvalidEscape => "Go's syntax (RE2) has no back-references and few escapes: \\d, \\w, \\s, \\b, \\.",
        _ => "write it in Go's syntax (RE2): https://pkg.go.dev/regexp/syntax",
    });
}
