use super::support::identities::{BUNDLES, keyless};
use super::{Check, FixKind, Rule, page};
use crate::context::Context;
use crate::diag::Applicability;
use crate::model::{Identity, Verify};
use crate::text::Edit;
use crate::yaml::patch;

pub(super) const RULE: Rule = Rule {
    id: "verify-multiple-identities",
    summary: "more than one identity, which bundles do not allow",
    fix: FixKind::Suggested,
    check: Check::Object(check),
    page: page!("verify-multiple-identities"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(verify) = keyless(ctx) else { return };
    let [_, second, ..] = verify.identities.as_slice() else { return };
    if ctx.flux() < BUNDLES {
        return;
    }
    let edits = joined(verify);
    let count = verify.identities.len();
    let span = second.node.entries().next().map_or(second.node.span(), |entry| entry.span());
    let found = ctx
        .report(span, format!("{count} identities: a signature in the bundle format is always refused"))
        .why("the controller says \"multiple identities are not supported at this time\"; for older signatures they are alternatives")
        .help("write one identity whose subject lists the alternatives: ^(first|second)$");
    if let Some(edits) = edits {
        found.fix(Applicability::Unsafe, "Join the subjects into one pattern", edits);
    }
}

/// One identity instead of several that have the same issuer.
fn joined(verify: &Verify<'_>) -> Option<Vec<Edit>> {
    let (first, others) = verify.identities.split_first()?;
    let issuer = first.issuer.as_ref()?.known_non_empty()?;
    let subject = |identity: &Identity<'_>| -> Option<String> {
        let same = identity.issuer.as_ref()?.known() == Some(issuer);
        identity.subject.as_ref()?.known_non_empty().filter(|_| same).map(str::to_owned)
    };
    let subjects: Vec<String> = verify.identities.iter().map(subject).collect::<Option<_>>()?;
    let list = verify.node.get("matchOIDCIdentity")?;
    let mut edits = vec![patch::set_string(first.subject.as_ref()?.node, &alternation(&subjects))];
    for other in others {
        edits.push(patch::remove_item(list, other.node)?);
    }
    Some(edits)
}

/// A pattern that fits what any of some patterns fits.
fn alternation(patterns: &[String]) -> String {
    let inner = |pattern: &String| -> Option<String> {
        let inner = pattern.strip_prefix('^')?.strip_suffix('$')?;
        // With a bar at the top, or an escaped end, the anchors are not those of the whole.
        (!inner.contains('|') && !inner.ends_with('\\')).then(|| inner.to_owned())
    };
    match patterns.iter().map(inner).collect::<Option<Vec<_>>>() {
        Some(inner) => format!("^({})$", inner.join("|")),
        None => format!("({})", patterns.join(")|(")),
    }
}
