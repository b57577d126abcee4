use super::support::schema_errors::{errors_of, may_be_newer, parent, refusal, steps};
use super::{Check, Rule, Stage, page};
use crate::context::Context;
use crate::diag::Severity;
use crate::model::schema::{self, SchemaErrorKind};
use crate::model::{Kind, Kinds};
use crate::yaml::Node;

pub(super) const RULE: Rule = Rule {
    id: "missing-required-field",
    summary: "a field that the kind requires and nothing in view supplies",
    severity: Severity::Error,
    stage: Stage::Admission,
    kinds: Kinds::FLUX,
    check: Check::Object(check),
    page: page!("missing-required-field"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    for error in errors_of(ctx, RULE.id) {
        let SchemaErrorKind::Required { field } = error.kind else { continue };
        if ctx.may_be_supplied(&steps(&error.route)) {
            continue;
        }
        let span = error.key.map_or(ctx.object().place().span, Node::span);
        let whole = looks_whole(ctx) && !may_be_newer(ctx);
        let finding = ctx.report(span, format!("{} is missing", error.route));
        finding.mark(format!("no {}", field.name)).why(refusal(error));
        if whole {
            finding.help(remedy(&error.route, field.name));
        } else {
            finding.severity(Severity::Info).help("nothing to do where a patch or another document supplies it");
        }
    }
}

/// The field that says what an object is about: who writes it means to write a whole object.
fn subject(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::OciRepository | Kind::GitRepository | Kind::HelmRepository => &["url"],
        Kind::Bucket => &["bucketName", "endpoint"],
        Kind::HelmChart => &["chart"],
        Kind::HelmRelease => &["chart", "chartRef"],
        Kind::Kustomization => &["sourceRef"],
        Kind::FluxInstance => &["distribution"],
        Kind::ResourceSetInputProvider => &["type"],
        _ => &[],
    }
}

/// True for a document that is meant to be complete: it says what it is about, and most of what
/// is required is there. What says little is a part of something.
fn looks_whole(ctx: &Context<'_, '_>) -> bool {
    let object = ctx.object();
    let Some(spec) = object.spec() else { return false };
    let Some(table) = schema::at(object.kind(), "spec") else { return false };
    let has = |name: &str| spec.get(name).is_some_and(|value| !value.is_null());
    let required = || table.fields().iter().filter(|field| field.required && field.default.is_none());
    let missing = required().filter(|field| !has(field.name)).count();
    let present = required().count() - missing;
    if missing == 0 {
        return true;
    }
    let says_enough = spec.entries().take(2).count() == 2;
    says_enough && (subject(object.kind()).iter().any(|name| has(name)) || present > missing)
}

fn remedy(route: &str, name: &str) -> String {
    let place = match parent(route, name) {
        "" => "the object",
        place => place,
    };
    match name {
        "interval" => "add how often Flux looks for a change, such as interval: 10m".to_owned(),
        "prune" => "add prune: true to remove what the source no longer holds, or prune: false to keep it".to_owned(),
        "url" => "add the url of the source".to_owned(),
        "sourceRef" => "add the source: sourceRef: {kind: OCIRepository, name: …}".to_owned(),
        name => format!("add {name} to {place}"),
    }
}
