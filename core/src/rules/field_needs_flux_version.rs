use super::{Check, Rule, Stage, page};
use crate::collections::Gather;
use crate::context::Context;
use crate::diag::Severity;
use crate::model::schema::{FLUX, GATES, served};
use crate::model::{Kind, Kinds};
use crate::yaml::Node;

pub(super) const RULE: Rule = Rule {
    id: "field-needs-flux-version",
    summary: "a field, value or API version that the target Flux does not have yet",
    severity: Severity::Error,
    stage: Stage::Admission,
    kinds: Kinds::FLUX.or(Kinds::of(&[Kind::OtherFlux])),
    check: Check::Object(check),
    page: page!("field-needs-flux-version"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let flux = ctx.flux();
    // The tables know of nothing newer than their own release.
    if flux.major != 2 || flux.minor >= FLUX {
        return;
    }
    api_version(ctx);
    let object = ctx.object();
    let kind = object.kind_name();
    let Some(root) = object.node() else { return };
    for gate in GATES.iter().filter(|gate| gate.since > flux.minor && gate.kind == kind) {
        for (key, value) in found(root, gate.route) {
            match gate.value {
                None if !value.is_null() => {
                    let name = key.text();
                    ctx.report(key.span(), format!("{name} needs Flux 2.{}, and the target is {flux}", gate.since))
                        .why(format!("the API server of an older Flux refuses it: unknown field \"{}\"", gate.route))
                        .help(format!("leave {name} out, or raise `flux` in the configuration with the cluster"));
                }
                Some(wanted) if value.text() == wanted => {
                    ctx.report(
                        value.span(),
                        format!("\"{wanted}\" needs Flux 2.{}, and the target is {flux}", gate.since),
                    )
                    .why(format!(
                        "the API server of an older Flux refuses it: {}: Unsupported value: \"{wanted}\"",
                        gate.route
                    ))
                    .help("choose another value, or raise `flux` in the configuration with the cluster");
                }
                _ => {}
            }
        }
    }
    service_account(ctx);
}

/// The keys and values at a route; `[]` is every item of a list.
fn found<'a>(root: Node<'a>, route: &str) -> Vec<(Node<'a>, Node<'a>)> {
    let mut parents = vec![root];
    let mut steps = route.split('.').peekable();
    while let Some(step) = steps.next() {
        let name = step.strip_suffix("[]").unwrap_or(step);
        let entries = parents.iter().filter_map(|parent| parent.entry(name));
        if steps.peek().is_none() {
            return entries.map(|entry| (entry.key, entry.value)).gather();
        }
        parents = match step == name {
            true => entries.map(|entry| entry.value).gather(),
            false => entries.flat_map(|entry| entry.value.items()).gather(),
        };
    }
    Vec::new()
}

fn api_version(ctx: &mut Context<'_, '_>) {
    let (object, flux) = (ctx.object(), ctx.flux());
    let kind = object.kind_name();
    let Some(version) = served(kind, object.version()).filter(|version| version.since > flux.minor) else { return };
    let Some(api_version) = object.text("apiVersion") else { return };
    let text = api_version.as_str();
    let span = api_version.part(text.len() - version.version.len(), text.len());
    let older = crate::model::schema::versions(kind).iter().rfind(|old| old.since <= flux.minor);
    let what = format!("{kind} {} needs Flux 2.{}, and the target is {flux}", version.version, version.since);
    let finding = ctx.report(span, what);
    finding.why(format!("the API server knows no such kind: no matches for kind \"{kind}\" in version \"{text}\""));
    match older {
        Some(older) => finding.help(format!("Flux {flux} has {}", older.version)),
        None => finding.help(format!("Flux {flux} does not have this kind")),
    };
}

/// Before Flux 2.6 a ServiceAccount was asked for pull secrets alone, never for a cloud identity.
fn service_account(ctx: &mut Context<'_, '_>) {
    const SINCE: u32 = 6;
    let flux = ctx.flux();
    let Some(oci) = ctx.oci().filter(|_| flux.minor < SINCE) else { return };
    let (Some(account), Some(provider)) = (&oci.service_account, &oci.provider) else { return };
    if !matches!(provider.as_str(), "aws" | "azure" | "gcp") {
        return;
    }
    let span = account.span();
    ctx.report(span, format!("a ServiceAccount's cloud identity needs Flux 2.{SINCE}, and the target is {flux}"))
        .severity(Severity::Warning)
        .why("source-controller logs in to the cloud with its own identity, and takes from the account its pull secrets alone")
        .help("leave the identity to the controller, or raise `flux` in the configuration with the cluster");
}
