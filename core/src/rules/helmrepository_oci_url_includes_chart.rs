use super::support::{edits, short};
use super::{Check, FixKind, Rule, Scope, page};
use crate::context::Context;
use crate::diag::{Applicability, Severity};
use crate::model::{HelmRelease, Kind, Kinds, Text, Use};

pub(super) const RULE: Rule = Rule {
    id: "helmrepository-oci-url-includes-chart",
    summary: "the URL of a HelmRepository of type oci that ends in the chart's name",
    severity: Severity::Warning,
    scope: Scope::Set,
    fix: FixKind::Suggested,
    kinds: Kinds::of(&[Kind::HelmRepository]),
    check: Check::Object(check),
    page: page!("helmrepository-oci-url-includes-chart"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(repository) = ctx.helm_repository().filter(|repository| repository.is_oci()) else { return };
    let Some(url) = &repository.url else { return };
    let Some(text) = url.known().filter(|text| text.starts_with("oci://")) else { return };
    let trimmed = text.trim_end_matches('/');
    let Some((before, last)) = trimmed.rsplit_once('/').filter(|(before, _)| before.len() > "oci://".len()) else {
        return;
    };
    let mut named = None;
    let mut others = false;
    for consumer in ctx.set().consumers_of(repository.object) {
        let release = Some(consumer.object).filter(|_| consumer.by == Use::ChartSource).and_then(HelmRelease::of);
        let chart = release.and_then(|release| release.chart).and_then(|chart| chart.chart);
        match chart.as_ref().and_then(Text::known) {
            Some(name) if name == last => named = named.or(Some((consumer, chart))),
            _ => others = true,
        }
    }
    let Some((consumer, Some(chart))) = named else { return };
    let edit = if others { None } else { edits::set(url, before) };
    let start = before.len() + 1;
    let finding = ctx
        .report(url.part(start, trimmed.len()), format!("the URL ends in the chart's name, \"{}\"", short(last)))
        .label(consumer.object.locate(chart.span()), "added to the URL")
        .why(format!("source-controller adds the chart's name to the URL: it asks for {trimmed}/{last}"))
        .help(format!("write {before}, unless the registry has the chart below a repository of its own name"));
    if let Some(edit) = edit {
        finding.fix(Applicability::Unsafe, "Leave the chart's name out", vec![edit]);
    }
}
