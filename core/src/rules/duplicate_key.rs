use super::{Check, Rule, Stage, page};
use crate::context::Context;
use crate::diag::Severity;
use crate::model::{Kind, Kinds};
use crate::yaml::{Node, duplicate_keys};

pub(super) const RULE: Rule = Rule {
    id: "duplicate-key",
    summary: "a key that stands twice in a mapping",
    severity: Severity::Error,
    stage: Stage::Admission,
    kinds: Kinds::KNOWN.or(Kinds::of(&[Kind::ConfigMap])),
    check: Check::Object(check),
    page: page!("duplicate-key"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    if let Some(root) = ctx.object().node() {
        look(ctx, root);
    }
}

/// Looks at what is written: what an alias stands for is looked at where it stands itself.
fn look<'a>(ctx: &mut Context<'_, 'a>, node: Node<'a>) {
    if node.is_alias() {
        return;
    }
    for item in node.items() {
        look(ctx, item);
    }
    if !node.is_mapping() {
        return;
    }
    if may_hold_duplicates(node) {
        for key in duplicate_keys(node).into_iter().filter(|key| !key.is_merge()) {
            report(ctx, node, key);
        }
    }
    for entry in node.entries().filter(|entry| entry.value.scalar().is_none()) {
        look(ctx, entry.value);
    }
}

fn report<'a>(ctx: &mut Context<'_, 'a>, mapping: Node<'a>, key: Node<'a>) {
    let name = key.text();
    let first = mapping.entries().map(|entry| entry.key).find(|other| other.text() == name);
    let at = first.map(|first| ctx.object().locate(first.span()));
    let in_kustomization = ctx.object().kind() == Kind::Kustomize;
    let finding = ctx.report(key.span(), format!("the key \"{name}\" stands here a second time"));
    finding.help("keep one of them");
    if in_kustomization {
        finding.severity(Severity::Warning).why("kustomize takes the last of them without a word");
    } else {
        finding.why(format!(
            "kustomize, which Flux builds with, refuses it: mapping key \"{name}\" already defined; \
             a strict client does too, and a lax one takes the last"
        ));
    }
    if let Some(at) = at {
        finding.label(at, "the first one");
    }
}

/// Keys are compared by a few of their letters first, on the stack: nearly no mapping has a key
/// twice, and few have two that are alike in these.
fn may_hold_duplicates(mapping: Node<'_>) -> bool {
    let mut seen = [0u32; 32];
    for (count, entry) in mapping.entries().enumerate() {
        let key = entry.key.text().as_bytes();
        let letter = |at: usize| u32::from(key.get(at).copied().unwrap_or_default());
        let last = key.len().saturating_sub(1);
        let likeness = (key.len() as u32) << 24 ^ letter(0) << 16 ^ letter(last / 2) << 8 ^ letter(last);
        if seen.get(..count).is_none_or(|seen| seen.contains(&likeness)) {
            return true;
        }
        if let Some(place) = seen.get_mut(count) {
            *place = likeness;
        }
    }
    false
}
