use super::{Check, FixKind, Rule, Stage, page};
use crate::context::Context;
use crate::diag::{Applicability, Severity};
use crate::yaml::patch;

pub(super) const RULE: Rule = Rule {
    id: "url-missing-oci-scheme",
    summary: "a URL that does not begin with oci://",
    severity: Severity::Error,
    fix: FixKind::Safe,
    stage: Stage::Admission,
    silences: &["invalid-value"],
    check: Check::Object(check),
    page: page!("url-missing-oci-scheme"),
    ..Rule::DEFAULT
};

/// Schemes that people write where `oci://` belongs.
const OTHER_SCHEMES: &[&str] = &["https://", "http://", "docker://", "oci:/", "oci:"];

fn check(ctx: &mut Context<'_, '_>) {
    let Some(url) = ctx.oci().and_then(|oci| oci.url.as_ref()) else { return };
    let Some(text) = url.known_non_empty() else { return };
    if text.starts_with("oci://") {
        return;
    }
    let rest = OTHER_SCHEMES.iter().find_map(|scheme| text.strip_prefix(scheme)).unwrap_or(text);
    let fixed = format!("oci://{}", rest.trim_start_matches('/'));
    let scheme = text.len() - rest.len();
    let span = if scheme == 0 { url.text_span() } else { url.part(0, scheme) };
    let edit = patch::set_string(url.node, &fixed);
    ctx.report(span, format!("the URL \"{text}\" does not begin with oci://"))
        .why("the API server refuses it: spec.url must match ^oci://.*$")
        .help(format!("write {fixed}"))
        .fix(Applicability::Safe, "Begin the URL with oci://", vec![edit]);
}
