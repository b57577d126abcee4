use std::borrow::Cow;
use std::cell::Cell;

use super::{Check, FixKind, Rule, Scope, Stage, page};
use crate::collections::{Arrange, Gather};
use crate::context::{Context, PostBuild};
use crate::diag::{Applicability, Location, Severity};
use crate::model::schema::{self, Schema};
use crate::model::substitution::{evaluate, is_written_plain, type_of};
use crate::model::{Kinds, Object};
use crate::yaml::{Kind as NodeKind, Node, Style, patch};

pub(super) const RULE: Rule = Rule {
    id: "substitution-changes-type",
    summary: "a string that post-build substitution turns into a number, a boolean or null",
    severity: Severity::Error,
    scope: Scope::Set,
    fix: FixKind::Suggested,
    stage: Stage::Admission,
    kinds: Kinds::FLUX,
    check: Check::Object(check),
    page: page!("substitution-changes-type"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let object = ctx.object();
    let Some(root) = object.node() else { return };
    if crate::text::find(root.span().of(root.source()).as_bytes(), b"${").is_none() || is_switched_off(object) {
        return;
    }
    let mut found = Vec::new();
    for part in ["metadata", "spec"] {
        if let (Some(node), Some(schema)) = (root.get(part), schema::at(object.kind(), part)) {
            strings(node, schema, &mut part.to_owned(), &mut found, DEPTH);
        }
    }
    for (route, node) in found {
        check_value(ctx, &route, node);
    }
}

/// The label or annotation by which an object is left out of substitution.
fn is_switched_off(object: Object<'_>) -> bool {
    ["metadata.labels", "metadata.annotations"]
        .into_iter()
        .filter_map(|route| object.at(route))
        .any(|map| map.get("kustomize.toolkit.fluxcd.io/substitute").is_some_and(|value| value.text() == "disabled"))
}

/// Deeper than any schema of Flux.
const DEPTH: usize = 24;

/// The strings of the schema that hold a variable and lose their quotes. What an alias repeats is
/// looked at where it is written.
fn strings<'a>(
    node: Node<'a>,
    schema: &'static Schema,
    route: &mut String,
    found: &mut Vec<(String, Node<'a>)>,
    depth: usize,
) {
    if node.is_alias() || depth == 0 {
        return;
    }
    let len = route.len();
    match node.kind() {
        NodeKind::Scalar => {
            let text = node.text();
            if matches!(schema, Schema::String(_)) && text.contains("${") && is_written_plain(text) {
                found.push((route.clone(), node));
            }
        }
        NodeKind::Mapping => {
            for entry in node.entries() {
                if let Some(schema) = schema.step(entry.key.text()) {
                    route.push('.');
                    route.push_str(entry.key.text());
                    strings(entry.value, schema, route, found, depth - 1);
                    route.truncate(len);
                }
            }
        }
        NodeKind::Sequence => {
            for (index, item) in node.items().enumerate() {
                if let Some(schema) = schema.step("0") {
                    route.push_str(&format!("[{index}]"));
                    strings(item, schema, route, found, depth - 1);
                    route.truncate(len);
                }
            }
        }
    }
}

/// What a string comes to in one Kustomization, or by the configuration's values.
struct Outcome {
    text: String,
    type_name: &'static str,
    severity: Severity,
    set_at: Option<Location>,
}

fn check_value<'a>(ctx: &mut Context<'_, 'a>, route: &str, node: Node<'a>) {
    let post_builds = ctx.surroundings().post_builds(ctx.set()).of(&ctx.object().file.path);
    let mut outcomes: Vec<Outcome> =
        post_builds.iter().filter_map(|post_build| outcome(ctx, node.text(), Some(post_build))).gather();
    if post_builds.is_empty() {
        outcomes.extend(outcome(ctx, node.text(), None));
    }
    outcomes.arrange_by(|a, b| (b.severity, a.set_at).cmp(&(a.severity, b.set_at)));
    let Some(worst) = outcomes.first() else { return };
    report(ctx, route, node, worst);
}

fn outcome<'a>(ctx: &Context<'_, 'a>, text: &str, post_build: Option<&PostBuild<'a>>) -> Option<Outcome> {
    let set_at = Cell::new(None);
    let value = |name: &str| -> Option<Cow<'_, str>> {
        if let Some(value) = ctx.config().variable(name) {
            return Some(value.into());
        }
        let (value, place) = post_build?.value(ctx.set(), name)?;
        set_at.set(set_at.get().or(Some(place)));
        Some(Cow::Owned(value.into_owned()))
    };
    let result = evaluate(text, &value)?;
    let type_name = type_of(&result.text).filter(|name| *name != "string")?;
    // An empty value is how people leave a field out.
    if result.text.trim().is_empty() {
        return None;
    }
    let is_certain =
        !result.by_default || post_build.is_some_and(|post_build| post_build.is_closed(ctx.set(), ctx.surroundings()));
    let severity = match (is_certain, type_name) {
        (true, "null") => Severity::Warning,
        (true, _) => Severity::Error,
        (false, _) => Severity::Info,
    };
    Some(Outcome { text: result.text, type_name, severity, set_at: set_at.get() })
}

fn report<'a>(ctx: &mut Context<'_, 'a>, route: &str, node: Node<'a>, outcome: &Outcome) {
    let written = node.text();
    let becomes = match outcome.type_name {
        "null" => "null".to_owned(),
        name => format!("the {name} {}", outcome.text),
    };
    let quotes = match node.style() {
        Style::SingleQuoted | Style::DoubleQuoted => "these quotes",
        _ => "quotes",
    };
    let refused = match outcome.type_name {
        "null" => format!("and {route} is left out as if it were not written"),
        name => format!("and the API server refuses a {name} for {route}, which must be a string"),
    };
    // The quotes come from the variable's default, and so stand in the text that is read again.
    let quoted = format!("${{quote:=\"}}{written}${{quote:=\"}}");
    let mut edits = Vec::new();
    if !written.contains(['"', '\'', '\\']) {
        edits.push(patch::set_string(node, &quoted));
    }
    let finding = ctx.report(node.text_span(), format!("\"{written}\" becomes {becomes}"));
    finding
        .severity(outcome.severity)
        .why(format!("post-build substitution works on YAML that is written anew without {quotes}, {refused}"))
        .help(
            "put quotes into the value ('\"1.10\"'), or write ${quote}${VAR}${quote} with quote: '\"' among the \
             variables, as Flux's documentation does",
        );
    if let Some(place) = outcome.set_at {
        finding.label(place, "set here");
    }
    if !edits.is_empty() {
        finding.fix(Applicability::Unsafe, "Bring the quotes in with the substitution", edits);
    }
}
