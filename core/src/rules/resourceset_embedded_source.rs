use super::{Check, Rule, page};
use crate::context::Context;
use crate::diag::Severity;
use crate::model::{Kind, Kinds};
use crate::text::Span;
use crate::yaml::{Node, items_of};

pub(super) const RULE: Rule = Rule {
    id: "resourceset-embedded-source",
    summary: "a source inside a ResourceSet whose address or version comes from inputs",
    severity: Severity::Info,
    kinds: Kinds::of(&[Kind::ResourceSet]),
    check: Check::Object(check),
    page: page!("resourceset-embedded-source"),
    ..Rule::DEFAULT
};

/// The fields that decide what a source means.
const FIELDS: &[&str] = &["url", "ref.tag", "ref.semver", "ref.semverFilter", "ref.digest", "ref.branch"];

fn check(ctx: &mut Context<'_, '_>) {
    let object = ctx.object();
    let Some(spec) = object.spec() else { return };
    let mut holders = vec![spec];
    holders.extend(items_of(spec.get("steps")));
    let mut first: Option<Span> = None;
    let (mut fields, mut kinds): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    for resource in holders.iter().flat_map(|holder| items_of(holder.get("resources"))) {
        let text = |key: &str| resource.get(key).map_or("", Node::text);
        let kind = Kind::of(text("apiVersion"), text("kind"));
        if !Kinds::SOURCES.has(kind) {
            continue;
        }
        let Some(spec) = resource.get("spec") else { continue };
        for field in FIELDS {
            let Some(value) = spec.at(field).filter(|value| is_filled_in_later(value.text())) else { continue };
            first = first.or(Some(value.span()));
            add(&mut fields, field);
            add(&mut kinds, kind.name());
        }
    }
    if let Some(span) = first {
        let be = if fields.len() == 1 { "comes" } else { "come" };
        let message = format!("{} of the {} in this ResourceSet {be} from inputs", and(&fields), and(&kinds));
        report(ctx, span, message, "what the inputs fill in is not known here, and no rule about it was run");
        return;
    }
    let template = holders.iter().find_map(|holder| {
        let node = holder.get("resourcesTemplate")?;
        let names = ["OCIRepository", "HelmRepository"];
        Some((node, names.into_iter().find(|kind| node.text().contains(&format!("kind: {kind}")))?))
    });
    if let Some((node, kind)) = template {
        let message = format!("the {kind} in this resourcesTemplate is not checked");
        report(ctx, node.part(0, 0), message, "a template is no YAML before the Flux operator has rendered it");
    }
}

fn report(ctx: &mut Context<'_, '_>, span: Span, message: String, why: &'static str) {
    ctx.report(span, message)
        .why(why)
        .help("render it with `flux-operator build rset` and check the outcome: … | kubectl oci lint -");
}

fn is_filled_in_later(text: &str) -> bool {
    text.contains("<<") && text.contains(">>")
}

fn add<'t>(list: &mut Vec<&'t str>, text: &'t str) {
    if !list.contains(&text) {
        list.push(text);
    }
}

/// `a`, `a and b`, `a, b and c`.
fn and(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
