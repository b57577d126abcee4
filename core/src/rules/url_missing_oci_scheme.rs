use std::borrow::Cow;

use super::support::{edits, short, url};
use super::{Check, FixKind, Rule, Stage, page};
use crate::context::Context;
use crate::diag::{Applicability, Severity};
use crate::model::{Kind, Kinds};
use crate::text::mask_credentials;

pub(super) const RULE: Rule = Rule {
    id: "url-missing-oci-scheme",
    summary: "a URL that does not begin with oci://",
    severity: Severity::Error,
    fix: FixKind::Safe,
    stage: Stage::Admission,
    silences: &["invalid-value"],
    kinds: Kinds::of(&[Kind::OciRepository, Kind::FluxInstance]),
    check: Check::Object(check),
    page: page!("url-missing-oci-scheme"),
    ..Rule::DEFAULT
};

/// Schemes that people write where `oci://` belongs. Behind any other, something else than a
/// registry is meant.
const OTHER_SCHEMES: &[&str] = &["https", "http", "docker", "oci"];

fn check(ctx: &mut Context<'_, '_>) {
    let Some(url) = url::carried(ctx) else { return };
    let is_made = ctx.object().kind() == Kind::FluxInstance;
    let Some(text) = url.known_non_empty() else { return };
    if text.starts_with("oci://") {
        return;
    }
    let name = text.trim_start();
    let (scheme, name) = match name.split_once(":/") {
        Some((scheme, name)) if scheme.bytes().all(|b| b.is_ascii_alphanumeric()) => (Some(scheme), name),
        _ => match name.strip_prefix("oci:") {
            Some(name) if !name.starts_with(|c: char| c.is_ascii_digit()) => (Some("oci"), name),
            _ => (None, name),
        },
    };
    let name = name.trim_start_matches('/');
    let is_registry = scheme.is_none_or(|scheme| OTHER_SCHEMES.iter().any(|known| scheme.eq_ignore_ascii_case(known)));
    let fixed = (is_registry && !name.is_empty()).then(|| format!("oci://{name}"));
    let written = text.len() - name.len();
    let span = if written == 0 { url.text_span() } else { url.part(0, written) };
    // A fix would show the password where its difference is shown.
    let open = fixed.as_ref().filter(|fixed| matches!(mask_credentials(fixed), Cow::Borrowed(_)));
    let edit = open.and_then(|fixed| edits::set(&url, fixed));
    let finding =
        ctx.report(span, format!("the URL \"{}\" does not begin with oci://", short(&mask_credentials(text))))
            .why(if is_made {
                "the API server refuses the OCIRepository that the operator makes of it: spec.url must match ^oci://.*$"
            } else {
                "the API server refuses it: spec.url must match ^oci://.*$"
            })
            .help(match &fixed {
                Some(fixed) => format!("write {}", mask_credentials(fixed)),
                None => "a URL is oci://<registry>/<repository>; Git, buckets and the like have sources of their own"
                    .to_owned(),
            });
    if let Some(edit) = edit {
        finding.fix(Applicability::Safe, "Begin the URL with oci://", vec![edit]);
    }
}
