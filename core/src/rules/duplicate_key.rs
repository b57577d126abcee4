use super::{Check, Rule, Stage, page};
use crate::collections::IndexMap;
use crate::context::Context;
use crate::diag::Severity;
use crate::model::{Kind, Kinds};
use crate::text::Span;
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
    let mut likeness = Likeness::default();
    let mut may_repeat = false;
    for entry in node.entries() {
        may_repeat |= likeness.is_met(entry.key.text());
        if entry.value.is_mapping() || entry.value.is_sequence() {
            look(ctx, entry.value);
        }
    }
    if may_repeat {
        let mut first: IndexMap<&str, Span> = IndexMap::new();
        for entry in node.entries() {
            first.or_insert_with(entry.key.text(), || entry.key.span());
        }
        for key in duplicate_keys(node).into_iter().filter(|key| !key.is_merge()) {
            report(ctx, key, first.get(key.text()).copied());
        }
    }
}

fn report<'a>(ctx: &mut Context<'_, 'a>, key: Node<'a>, first: Option<Span>) {
    let name = key.text();
    let at = first.map(|first| ctx.object().locate(first));
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

/// The keys of a mapping by a few of their letters, on the stack: nearly no mapping has a key twice,
/// and few have two that are alike in these.
#[derive(Default)]
struct Likeness {
    seen: [u32; 32],
    count: usize,
}

impl Likeness {
    /// True where a key before it was like this one, or where there were too many to tell.
    fn is_met(&mut self, key: &str) -> bool {
        let key = key.as_bytes();
        let letter = |at: usize| u32::from(key.get(at).copied().unwrap_or_default());
        let last = key.len().saturating_sub(1);
        let likeness = (key.len() as u32) << 24 ^ letter(0) << 16 ^ letter(last / 2) << 8 ^ letter(last);
        let is_met = self.seen.get(..self.count).is_none_or(|seen| seen.contains(&likeness));
        if let Some(place) = self.seen.get_mut(self.count) {
            *place = likeness;
            self.count += 1;
            return is_met;
        }
        true
    }
}
