use super::{Check, FixKind, Rule, page};
use crate::context::Context;
use crate::diag::{Applicability, Severity};
use crate::model::{Kind, Kinds, Text};
use crate::yaml::patch::{self, Value};

pub(super) const RULE: Rule = Rule {
    id: "helmrepository-type-url-mismatch",
    summary: "a HelmRepository with an oci:// URL and no type: oci, or the reverse",
    severity: Severity::Error,
    fix: FixKind::Safe,
    kinds: Kinds::of(&[Kind::HelmRepository]),
    check: Check::Object(check),
    page: page!("helmrepository-type-url-mismatch"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(repository) = ctx.helm_repository() else { return };
    let Some(url) = &repository.url else { return };
    let Some(text) = url.known_non_empty() else { return };
    let repository_type = repository.repository_type.as_ref().filter(|text| !text.is_empty());
    if text.starts_with("oci://") {
        match repository_type.map(Text::known) {
            None => missing_type(ctx, url),
            Some(Some("default")) => missing_type(ctx, url),
            _ => {}
        }
    } else if repository_type.and_then(Text::known) == Some("oci") && has_web_scheme(text) {
        other_scheme(ctx, url, text);
    }
}

fn has_web_scheme(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

fn missing_type<'a>(ctx: &mut Context<'_, 'a>, url: &Text<'a>) {
    let Some(repository) = ctx.helm_repository() else { return };
    let (spec, object) = (repository.spec, ctx.object());
    let written = spec.entry("type").filter(|entry| !entry.value.is_null());
    if written.is_none() && ctx.may_be_supplied("spec.type") {
        return;
    }
    let edit = match (spec.entry("type"), spec.entries().find(|entry| entry.key.text() == "url")) {
        (Some(entry), _) => Some(patch::set_string(entry.value, "oci")).filter(|_| !entry.value.span().is_empty()),
        (None, Some(entry)) => patch::insert_after(spec, entry, "type", &Value::string("oci")),
        (None, None) => None,
    };
    let finding = ctx.report(url.part(0, "oci://".len()), "an oci:// URL needs type: oci");
    if let Some(entry) = written {
        finding.label(object.locate(entry.value.span()), "the type of a repository with an index, over HTTP");
    }
    finding
        .why(
            "source-controller stalls with URLInvalid: invalid Helm repository URL: 'oci' URL scheme cannot be used \
             with 'default' HelmRepository type",
        )
        .help("add type: oci");
    if let Some(edit) = edit {
        finding.fix(Applicability::Safe, "Set type: oci", vec![edit]);
    }
}

fn other_scheme<'a>(ctx: &mut Context<'_, 'a>, url: &Text<'a>, text: &str) {
    let Some(repository) = ctx.helm_repository() else { return };
    let (spec, object) = (repository.spec, ctx.object());
    let Some((scheme, rest)) = text.split_once("://") else { return };
    let place = object.locate(object.key_span("spec.type"));
    let oci = format!("oci://{rest}");
    let likely_oci = is_oci_only(rest);
    let remove = spec.entry("type").and_then(|entry| patch::remove_entry(spec, entry));
    let finding = ctx.report(url.part(0, scheme.len() + 3), format!("type: oci needs an oci:// URL, not {scheme}://"));
    finding
        .label(place, "says that this is a registry")
        .why(format!("source-controller refuses to build a chart from it: invalid OCI registry URL: {text}"));
    if likely_oci {
        finding.help(format!("write {oci}")).fix(
            Applicability::Unsafe,
            "Begin the URL with oci://",
            vec![patch::set_string(url.node, &oci)],
        );
    } else {
        finding.help(format!("write {oci} for a registry, or remove type: oci for a repository with an index.yaml"));
        if let Some(edit) = remove {
            finding.fix(Applicability::Unsafe, "Remove type: oci", vec![edit]);
        }
    }
}

/// Hosts that serve registries and no indexes of charts.
fn is_oci_only(rest: &str) -> bool {
    let host = rest.split('/').next().unwrap_or_default();
    matches!(host, "ghcr.io" | "quay.io" | "docker.io" | "registry-1.docker.io" | "public.ecr.aws" | "mirror.gcr.io")
        || [".azurecr.io", ".amazonaws.com", "-docker.pkg.dev", ".gcr.io"].iter().any(|end| host.ends_with(end))
}
