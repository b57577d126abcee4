use super::{Check, FixKind, Rule, Stage, page};
use crate::context::Context;
use crate::diag::{Applicability, Severity};
use crate::model::Kinds;
use crate::model::schema::{self, Schema};
use crate::text::Edit;
use crate::yaml::{Entry, Kind, Node, Scalar, Style, Tag, patch};

pub(super) const RULE: Rule = Rule {
    id: "yaml-surprising-scalar",
    summary: "a word or a number without quotes that is read as another value than it looks",
    severity: Severity::Warning,
    fix: FixKind::Safe,
    stage: Stage::Admission,
    kinds: Kinds::FLUX,
    check: Check::Object(check),
    page: page!("yaml-surprising-scalar"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let object = ctx.object();
    let Some(spec) = object.spec() else { return };
    if object.is_encrypted() {
        return;
    }
    if let Some(schema) = schema::at(object.kind(), "spec") {
        look(ctx, spec, schema);
    }
}

/// Walks the fields that the schema knows: booleans, and what may be anything.
fn look<'a>(ctx: &mut Context<'_, 'a>, mapping: Node<'a>, schema: &'static Schema) {
    for entry in mapping.entries().filter(|entry| !entry.value.is_alias() && may_surprise(entry.value)) {
        let Some(schema) = schema.step(entry.key.text()) else { continue };
        value(ctx, Some(entry.key), entry.value, schema);
    }
}

/// False for a scalar that can be neither a number nor an old boolean by its first and last letter:
/// most are not, and the schema need not be asked about them.
fn may_surprise(node: Node<'_>) -> bool {
    if node.kind() != Kind::Scalar {
        return true;
    }
    let text = node.text().as_bytes();
    let (Some(first), Some(last)) = (text.first(), text.last()) else { return false };
    match first {
        b'y' | b'Y' | b'n' | b'N' | b'o' | b'O' => text.len() <= "off".len(),
        b'0'..=b'9' | b'+' | b'-' | b'.' => last.is_ascii_hexdigit() || matches!(last, b'.' | b'_' | b'n' | b'N'),
        _ => false,
    }
}

fn value<'a>(ctx: &mut Context<'_, 'a>, key: Option<Node<'a>>, node: Node<'a>, schema: &'static Schema) {
    match schema {
        Schema::Boolean => boolean(ctx, node),
        Schema::Any => free(ctx, key, node),
        // Resources of a ResourceSet are objects of their own.
        Schema::FreeObject | Schema::String(_) | Schema::Integer { .. } => {}
        Schema::List { items, .. } => {
            for item in node.items().filter(|item| !item.is_alias()) {
                value(ctx, None, item, items);
            }
        }
        Schema::Object { .. } | Schema::Map(_) => look(ctx, node, schema),
    }
}

/// A boolean field: `yes` is one to kubectl, and text to the kustomize that Flux runs.
fn boolean<'a>(ctx: &mut Context<'_, 'a>, node: Node<'a>) {
    let Some(meant) = old_boolean(node) else { return };
    let text = node.text();
    ctx.report(node.span(), format!("{text} is a boolean to kubectl, and the text \"{text}\" to Flux"))
        .why("kubectl reads YAML 1.1; kustomize, which Flux builds with, reads 1.2, and the API server refuses a string here")
        .help(format!("write {meant}"))
        .fix(Applicability::Safe, format!("Write {meant}"), vec![Edit::replace(node.span(), meant.to_string())]);
}

/// A value of Helm's, or another that may be anything.
fn free<'a>(ctx: &mut Context<'_, 'a>, key: Option<Node<'a>>, node: Node<'a>) {
    if node.is_alias() {
        return;
    }
    match node.scalar() {
        Some(scalar) => free_scalar(ctx, key.map_or("", Node::text), node, scalar),
        None if node.is_mapping() => {
            for Entry { key, value } in node.entries() {
                free(ctx, Some(key), value);
            }
        }
        None => node.items().for_each(|item| free(ctx, None, item)),
    }
}

fn free_scalar<'a>(ctx: &mut Context<'_, 'a>, key: &str, node: Node<'a>, scalar: Scalar<'a>) {
    if node.style() != Style::Plain || node.tag() != Tag::None {
        return;
    }
    let text = node.text();
    match scalar {
        Scalar::Bool(_) => {
            // Items of lists are arguments, keys in capitals the environment: texts, as Flux reads them.
            let Some(meant) = old_boolean(node).filter(|_| key.contains(|c: char| c.is_ascii_lowercase())) else {
                return;
            };
            ctx.report(node.span(), format!("{text} is a boolean to kubectl, and the text \"{text}\" to Flux"))
                .why("kubectl reads YAML 1.1; kustomize, which Flux builds with, reads 1.2: a chart then takes any text, \"no\" too, for true")
                .help(format!("write {meant}, or put it in quotes where the word is meant"))
                .fix(Applicability::Unsafe, format!("Write {meant}"), vec![Edit::replace(node.span(), meant.to_string())]);
        }
        Scalar::Int(_) | Scalar::UInt(_) | Scalar::Float(_) => {
            let Some(read) = other_number(key, text, scalar) else { return };
            let safe = names_a_version(key);
            let finding = ctx.report(node.span(), format!("{text} is read as the number {read}"));
            finding.why("without quotes it is a number: how it was written is lost").help("put it in quotes");
            let applicability = if safe { Applicability::Safe } else { Applicability::Unsafe };
            finding.fix(applicability, "Put it in quotes", vec![patch::quote(node)]);
        }
        _ => {}
    }
}

/// What a word that YAML 1.1 alone takes for a boolean means; `None` for `true`, `false` and all
/// else.
fn old_boolean(node: Node<'_>) -> Option<bool> {
    if node.style() != Style::Plain || node.tag() != Tag::None {
        return None;
    }
    match node.scalar() {
        Some(Scalar::Bool(value)) if !["true", "false"].iter().any(|word| node.text().eq_ignore_ascii_case(word)) => {
            Some(value)
        }
        _ => None,
    }
}

/// What a number comes to that a person reads as something else: an octal, an exponent without a
/// point, a version whose last zero falls off.
fn other_number(key: &str, text: &str, scalar: Scalar<'_>) -> Option<String> {
    let read = scalar.number_text()?;
    let leading_zero = text.len() > 1 && text.starts_with('0') && text.bytes().all(|b| b.is_ascii_digit());
    let octal = text.starts_with("0o");
    let exponent = text.contains(['e', 'E']) && !text.contains('.') && !text.starts_with("0x");
    let version = names_a_version(key) && read != text;
    let surprising = (leading_zero || octal) && !names_a_mode(key) || exponent || version;
    (surprising && read != text).then_some(read)
}

/// `tag`, `imageTag`, `version`, `appVersion` and their like.
fn names_a_version(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    key.ends_with("tag") || key.ends_with("version")
}

/// Modes of files are octal, and meant so.
fn names_a_mode(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    ["mode", "mask", "perm", "chmod"].iter().any(|word| key.contains(word))
}
