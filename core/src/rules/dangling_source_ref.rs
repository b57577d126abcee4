use super::support::source_ref::Reference;
use super::{Check, FixKind, Rule, Scope, page};
use crate::collections::Gather;
use crate::context::Context;
use crate::diag::{Applicability, Severity};
use crate::model::{Found, Kind, Kinds, Object, is_opaque};
use crate::text::Span;
use crate::yaml::patch;

pub(super) const RULE: Rule = Rule {
    id: "dangling-source-ref",
    summary: "a reference to a source that is not among the files",
    scope: Scope::Set,
    fix: FixKind::Suggested,
    kinds: Kinds::CONSUMERS,
    check: Check::Object(check),
    page: page!("dangling-source-ref"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let object = ctx.object();
    let Some(reference) = Reference::of(ctx) else { return };
    let (kind, name) = (reference.kind, reference.name.as_str());
    let Found::None = ctx.set().find(kind, None, name) else { return };
    // What the field cannot name at all is another rule's business.
    if !accepts(object, reference.field, kind) {
        return;
    }
    let (set, surroundings) = (ctx.set(), ctx.surroundings());
    let unanswered = surroundings.unanswered(set);
    // The cheap test first: looking for a name that was meant goes through all of them.
    if unanswered.may_exist(set, kind, name, true) {
        return;
    }
    let guess = guess(ctx, &reference);
    let is_slip = matches!(guess, Some(Guess::Name(_)));
    if !is_slip && unanswered.may_exist(set, kind, name, false)
        || ctx.is_fragment()
        || surroundings.may_rename()
        || surroundings.may_rewrite(object, reference.field)
        || surroundings.inclusion(set).is_partial(&object.file.path)
    {
        return;
    }
    let sure = guess.is_some()
        || unanswered.is_whole(kind)
        || reference.node.namespace.is_none() && set.of_kind(kind).any(|source| source.file.id == object.file.id);
    let severity = if sure { Severity::Warning } else { Severity::Info };
    let namespace = reference.namespace(object).map_or(String::new(), |namespace| format!(" in \"{namespace}\""));
    let why = match object.kind() {
        Kind::Kustomization => format!("kustomize-controller waits for it: {}", not_found(kind, name)),
        _ if reference.field == "chartRef" => {
            format!("helm-controller waits for it: could not get Source object: {}", not_found(kind, name))
        }
        _ => format!("source-controller waits for it: failed to get source: {}", not_found(kind, name)),
    };
    let finding =
        ctx.report(reference.name.text_span(), format!("no {} \"{name}\"{namespace} is among the files", kind.name()));
    finding.severity(severity).why(why);
    match guess {
        Some(Guess::Name(other)) => {
            finding
                .help(format!("did you mean \"{}\"?", other.name()))
                .label(other.locate(name_span(other)), "this one?")
                .fix(
                    Applicability::Unsafe,
                    format!("Name \"{}\"", other.name()),
                    vec![patch::set_string(reference.name.node, other.name())],
                );
        }
        Some(Guess::Kind(other)) => {
            let found = other.kind().name();
            finding
                .help(format!("there is a {found} of that name: write kind: {found}"))
                .label(other.place(), "of another kind");
            if let Some(kind) = &reference.node.kind {
                finding.fix(
                    Applicability::Unsafe,
                    format!("Name a {found}"),
                    vec![patch::set_string(kind.node, found)],
                );
            }
        }
        None => {
            finding.help("add it, or correct the name; switch the rule off where it is created by something else");
        }
    }
}

fn not_found(kind: Kind, name: &str) -> String {
    format!("{}.source.toolkit.fluxcd.io \"{name}\" not found", kind.name())
}

/// What may have been meant.
enum Guess<'a> {
    /// A source of the kind with nearly that name.
    Name(Object<'a>),
    /// A source of that name and another kind.
    Kind(Object<'a>),
}

fn guess<'a>(ctx: &Context<'_, 'a>, reference: &Reference<'_, 'a>) -> Option<Guess<'a>> {
    let (set, name) = (ctx.set(), reference.name.as_str());
    let others = set.of_kind(reference.kind).filter(|other| !is_opaque(other.name()) && is_slip(other.name(), name));
    let mut others = others.peekable();
    if let Some(first) = others.peek().copied() {
        return others.all(|other| other.name() == first.name()).then_some(Guess::Name(first));
    }
    let accepted = |other: &Object<'a>| accepts(ctx.object(), reference.field, other.kind());
    set.of_kinds(Kinds::SOURCES).filter(accepted).find(|other| other.name() == name).map(Guess::Kind)
}

fn name_span(object: Object<'_>) -> Span {
    object.at("metadata.name").map_or(object.place().span, |name| name.span())
}

/// True for names that differ by a slip of the fingers: by case, dashes and underscores, or by one
/// letter that is added, left out, swapped with its neighbour, or another within a word. Digits tell
/// names apart.
fn is_slip(a: &str, b: &str) -> bool {
    if is_misspelled(a, b) {
        return true;
    }
    let plain = |text: &str| -> Vec<char> {
        text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).take(256).gather()
    };
    let (a, b) = (plain(a), plain(b));
    if a == b {
        return true;
    }
    let (short, long) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    let same = short.iter().zip(long.iter()).take_while(|(x, y)| x == y).count();
    let (short_rest, long_rest) = (short.get(same..).unwrap_or_default(), long.get(same..).unwrap_or_default());
    if short.len() < 4 || long_rest.first().is_none_or(char::is_ascii_digit) {
        return false;
    }
    let swapped = || matches!((short_rest, long_rest), ([p, q, x @ ..], [r, s, y @ ..]) if p == s && q == r && x == y);
    match long.len() - short.len() {
        // One letter at the very end tells names apart as well: "app" and "apps" are two.
        1 => !short_rest.is_empty() && long_rest.get(1..) == Some(short_rest),
        0 => swapped(),
        _ => false,
    }
}

/// True where two texts of one length differ in one letter that stands between letters.
fn is_misspelled(a: &str, b: &str) -> bool {
    if a.len() != b.len() || a.len() < 6 {
        return false;
    }
    let mut others = a.bytes().zip(b.bytes()).enumerate().filter(|(_, (x, y))| x != y).map(|(at, _)| at);
    let (Some(at), None) = (others.next(), others.next()) else { return false };
    let is_letter = |text: &str, at: usize| text.as_bytes().get(at).is_some_and(u8::is_ascii_alphabetic);
    let before = at.checked_sub(1).is_some_and(|before| is_letter(a, before));
    before && is_letter(a, at) && is_letter(b, at) && is_letter(a, at + 1)
}

/// The kinds that a field may name.
fn accepts(consumer: Object<'_>, field: &str, kind: Kind) -> bool {
    let kinds: &[Kind] = match (consumer.kind(), field) {
        (Kind::Kustomization, _) => &[Kind::OciRepository, Kind::GitRepository, Kind::Bucket, Kind::ExternalArtifact],
        (_, "chartRef") => &[Kind::OciRepository, Kind::HelmChart, Kind::ExternalArtifact],
        _ => &[Kind::HelmRepository, Kind::GitRepository, Kind::Bucket],
    };
    kinds.contains(&kind)
}

#[cfg(test)]
mod tests {
    use super::is_slip;

    #[test]
    fn a_slip_is_told_from_another_name() {
        for (a, b) in [
            ("podinfo", "pod-info"),
            ("podinfo", "Podinfo"),
            ("podinfo", "podifno"),
            ("podinfo", "podnfo"),
            ("podinfo", "podimfo"),
            ("app-template", "app-templates-x".trim_end_matches("s-x")),
        ] {
            assert!(is_slip(a, b), "{a} {b}");
        }
        for (a, b) in [
            ("app", "apps"),
            ("postgres-16", "postgres-17"),
            ("web", "wbe"),
            ("dev", "prod"),
            ("a-1", "a-12"),
            ("frontend-a-x", "frontend-b-x"),
            ("web-v1-x", "web-v2-x"),
        ] {
            assert!(!is_slip(a, b), "{a} {b}");
        }
    }
}
