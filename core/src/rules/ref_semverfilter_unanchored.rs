use super::support::{edits, short};
use super::{Check, FixKind, Rule, page};
use crate::compat::regex;
use crate::context::Context;
use crate::diag::{Applicability, Severity};

pub(super) const RULE: Rule = Rule {
    id: "ref-semverfilter-unanchored",
    summary: "a semverFilter that is searched anywhere in the tag",
    severity: Severity::Info,
    fix: FixKind::Suggested,
    check: Check::Object(check),
    page: page!("ref-semverfilter-unanchored"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(filter) = ctx.oci().and_then(|oci| oci.reference.effective_filter()) else { return };
    let Some(text) = filter.known() else { return };
    // `.*-rc.*` and `^6\.` say where they are open.
    let is_open = |open: &[&str]| open.iter().any(|open| text.ends_with(open));
    let opens = text.starts_with(".*") || text.starts_with(".+");
    let closes = is_open(&[".*", ".+", "\\.", "-", "."]);
    let Ok(syntax) = regex::check(text) else { return };
    let (start, end) = (syntax.is_anchored_start() || opens, syntax.is_anchored_end() || closes);
    if start && end || syntax.matches_everything() {
        return;
    }
    let whole = format!("^(?:{text})$");
    let whole = if text.contains('|') { whole } else { format!("{}{}{}", anchor("^", start), text, anchor("$", end)) };
    let edit = edits::set(filter, &whole);
    let example = if start {
        "what follows it"
    } else if end {
        "what stands before it"
    } else {
        "what stands around it"
    };
    let finding = ctx
        .report(filter.text_span(), format!("the filter \"{}\" is searched anywhere in a tag", short(text)))
        .why(format!("source-controller keeps a tag that holds a match, {example} notwithstanding"))
        .help(format!("say where it begins and ends: \"{}\", or \".*\" where anything may stand", short(&whole)));
    if let Some(edit) = edit {
        finding.fix(Applicability::Unsafe, "Match the whole tag", vec![edit]);
    }
}

fn anchor(anchor: &'static str, is_there: bool) -> &'static str {
    if is_there { "" } else { anchor }
}
