use super::support::sources::may_be_completed;
use super::support::url::{self, refusal};
use super::support::{edits, short};
use super::{Check, FixKind, Rule, page};
use crate::collections::Gather;
use crate::compat::image_name::is_valid_tag;
use crate::context::Context;
use crate::diag::{Applicability, Severity};
use crate::model::{Kind, Text};
use crate::text::Edit;
use crate::yaml::Node;
use crate::yaml::patch::{self, Value};

pub(super) const RULE: Rule = Rule {
    id: "url-contains-tag",
    summary: "a tag in the URL, which belongs into ref.tag",
    severity: Severity::Error,
    fix: FixKind::Safe,
    kinds: url::CARRIERS,
    check: Check::Object(check),
    page: page!("url-contains-tag"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some((url, parts)) = url::carried_parts(ctx) else { return };
    let (kind, text) = (ctx.object().kind(), url.as_str());
    // With a digest behind it, url-contains-digest says both.
    let Some(tag) = parts.tag.filter(|_| parts.digest.is_none()) else { return };
    let end = tag.end;
    let start = tag.start.saturating_sub(1);
    let name = text.get(tag).unwrap_or_default();
    let without = format!("{}{}", text.get(..start).unwrap_or_default(), text.get(end..).unwrap_or_default());
    let fix = move_out(ctx, &url, &without, &[("tag", name)]).filter(|_| name.is_empty() || is_valid_tag(name));
    let message = match name {
        "" => "the URL ends in \":\"".to_owned(),
        name => format!("the URL holds the tag \"{}\"", short(name)),
    };
    let (place, also) = match kind {
        Kind::ResourceSetInputProvider => {
            ("belongs into filter", format!("spec.filter.includeTag: ^{}$", regex_of(name)))
        }
        Kind::FluxInstance => ("belongs into sync.ref", format!("sync.ref: {name}")),
        _ => ("belongs into ref.tag", format!("ref.tag: {name}")),
    };
    let finding = ctx.report(url.part(start, end), message).mark(place).help(match name {
        "" => format!("write url: {without}"),
        _ => format!("write url: {without}, and {also}"),
    });
    if let Some(why) = refusal(kind, text) {
        finding.why(why);
    }
    if let Some((applicability, edits)) = fix {
        let title =
            if kind == Kind::OciRepository { "Move the tag into ref.tag" } else { "Take the tag out of the URL" };
        finding.fix(applicability, title, edits);
    }
}

/// A tag as a pattern that fits it alone.
fn regex_of(tag: &str) -> String {
    tag.replace('.', "\\.").replace('+', "\\+")
}

/// Edits that shorten the URL and write what was in it into `ref`. Safe where there is no `ref`, or
/// one that says the same; with another one, and in other kinds, only the URL is shortened, and a
/// person must look.
pub(super) fn move_out(
    ctx: &Context<'_, '_>,
    url: &Text<'_>,
    without: &str,
    entries: &[(&str, &str)],
) -> Option<(Applicability, Vec<Edit>)> {
    let shorten = edits::set(url, without)?;
    let Some(oci) = ctx.oci() else {
        let is_same = matches!(entries, [("tag", tag)] if ctx.object().text("spec.sync.ref").is_some_and(|text| text.as_str() == *tag));
        return Some((if is_same { Applicability::Safe } else { Applicability::Unsafe }, vec![shorten]));
    };
    let entries: Vec<(&str, &str)> = entries.iter().copied().filter(|(_, value)| !value.is_empty()).gather();
    let reference = oci.spec.get("ref").filter(|node| !node.is_null());
    let Some(reference) = reference.filter(|_| !entries.is_empty()) else {
        if entries.is_empty() {
            return Some((Applicability::Safe, vec![shorten]));
        }
        let value = Value::strings(&entries);
        let add = match edits::own_entry(oci.spec, "ref") {
            Some(empty) => patch::replace_entry(oci.spec, empty, "ref", &value),
            None => patch::insert_after(oci.spec, edits::own_entry(oci.spec, "url")?, "ref", &value)?,
        };
        let is_alone = !may_be_completed(ctx, "spec.ref");
        return Some((if is_alone { Applicability::Safe } else { Applicability::Unsafe }, vec![shorten, add]));
    };
    let says_so = |(key, value): &(&str, &str)| reference.get(key).map(Node::text) == Some(value);
    let is_same = reference.entries().count() == entries.len() && entries.iter().all(says_so);
    Some((if is_same { Applicability::Safe } else { Applicability::Unsafe }, vec![shorten]))
}
