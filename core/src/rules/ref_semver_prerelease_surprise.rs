use super::support::{edits, short};
use super::{Check, FixKind, Rule, page};
use crate::collections::Gather;
use crate::compat::regex::Regex;
use crate::compat::semver::{Constraint, Version};
use crate::context::Context;
use crate::diag::{Applicability, Severity};
use crate::model::Text;

pub(super) const RULE: Rule = Rule {
    id: "ref-semver-prerelease-surprise",
    summary: "a range that takes pre-releases nobody asked for, or none where they are filtered for",
    severity: Severity::Warning,
    fix: FixKind::Suggested,
    check: Check::Object(check),
    page: page!("ref-semver-prerelease-surprise"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(oci) = ctx.oci() else { return };
    let Some(semver) = oci.reference.effective_semver() else { return };
    let Some(text) = semver.known() else { return };
    let may_matter = text.contains('-') || oci.reference.semver_filter.is_some();
    let Some(range) = may_matter.then(|| Constraint::parse(text).ok()).flatten() else { return };
    match oci.reference.effective_filter() {
        Some(filter) if !range.admits_prereleases() => filtered_for(ctx, semver, filter, &range),
        Some(_) => {}
        None if range.admits_prereleases() && !range.is_exact() => let_in(ctx, semver, text, &range),
        None => {}
    }
}

/// The filter keeps pre-releases alone, and the range takes none.
fn filtered_for(ctx: &mut Context<'_, '_>, semver: &Text<'_>, filter: &Text<'_>, range: &Constraint) {
    let Some(regex) = filter.known().and_then(|filter| Regex::new(filter).ok()) else { return };
    if range.is_unsatisfiable() || !keeps_prereleases_alone(&regex, semver.as_str()) {
        return;
    }
    let widened = widened(semver.as_str());
    let edit = widened.as_ref().and_then(|widened| edits::set(semver, widened));
    let at = ctx.object().locate(filter.span());
    let finding = ctx
        .report(
            semver.text_span(),
            format!("the range \"{}\" takes no pre-release, and the filter leaves nothing else", short(semver.as_str())),
        )
        .label(at, "keeps pre-releases alone")
        .why(format!(
            "a range takes pre-releases only where it names one itself; the source fails: no match found for semver: {}",
            short(semver.as_str())
        ))
        .help(match &widened {
            Some(widened) => format!("write \"{widened}\""),
            None => "add -0 to a version of the range, such as \">=1.2.0-0\"".to_owned(),
        });
    if let Some(edit) = edit {
        finding.fix(Applicability::Unsafe, "Let pre-releases in", vec![edit]);
    }
}

/// The range takes pre-releases, and nothing says which.
fn let_in(ctx: &mut Context<'_, '_>, semver: &Text<'_>, text: &str, range: &Constraint) {
    if let Some((start, end)) = upper_bound_with_prereleases(text, range) {
        let bound = text.get(start..end).unwrap_or_default();
        let edit = edits::set(
            semver,
            &format!("{}-0{}", text.get(..end).unwrap_or_default(), text.get(end..).unwrap_or_default()),
        );
        let finding = ctx
            .report(
                semver.part(start, end),
                format!("\"{bound}\" lets in the pre-releases of {}", bound.trim_start_matches(['<', ' '])),
            )
            .mark("2.0.0-rc.1 is below 2.0.0".replace("2.0.0", bound.trim_start_matches(['<', ' '])))
            .why("another term of the range names a pre-release, which lets in those of every version in the range")
            .help(format!("write {bound}-0"));
        if let Some(edit) = edit {
            finding.fix(Applicability::Unsafe, "Leave out the pre-releases of the upper bound", vec![edit]);
        }
        return;
    }
    let (start, end) = prerelease(text).unwrap_or((0, text.len()));
    let suffix = text.get(start..end).unwrap_or_default();
    let is_idiom = suffix == "-0";
    ctx.report(semver.part(start, end), format!("\"{suffix}\" lets in the pre-releases of every version in \"{}\"", short(text)))
        .severity(if is_idiom { Severity::Info } else { Severity::Warning })
        .mark(range.bounds_in_words())
        .why("a range that names one pre-release takes those of all its versions: alphas, nightly builds, whatever is tagged so")
        .help("keep the kind that is wanted with ref.semverFilter, such as \".*-rc.*\", or leave the suffix out");
}

/// A bound `<2.0.0` whose own pre-releases the range takes, as byte offsets.
fn upper_bound_with_prereleases(text: &str, range: &Constraint) -> Option<(usize, usize)> {
    let mut at = 0;
    while let Some(found) = text.get(at..)?.find('<') {
        let start = at + found;
        at = start + 1;
        let rest = text.get(at..)?;
        let blanks = rest.len() - rest.trim_start().len();
        let version = rest.get(blanks..)?;
        let length = version.find([' ', ',', '|', '\t', '<', '>']).unwrap_or(version.len());
        let version = version.get(..length)?;
        if version.starts_with('=') || version.contains(['-', '+']) || version.split('.').count() != 3 {
            continue;
        }
        let takes = |suffix: &str| {
            let candidate = format!("{version}-{suffix}");
            Version::parse(&candidate).is_ok_and(|candidate| range.matches(&candidate))
        };
        if takes("rc.1") {
            return Some((start, at + blanks + length));
        }
    }
    None
}

/// The first pre-release that a range names, as byte offsets, its `-` included. ` - ` is none.
fn prerelease(text: &str) -> Option<(usize, usize)> {
    let (start, _) = text.match_indices('-').find(|(at, _)| {
        text.get(..*at)
            .and_then(|before| before.chars().next_back())
            .is_some_and(|c| c.is_ascii_alphanumeric() || c == '*')
    })?;
    let rest = text.get(start..)?;
    let length = rest.find([' ', ',', '|', '\t', '+']).unwrap_or(rest.len());
    Some((start, start + length))
}

/// A range of one term with `-0` behind its version.
fn widened(text: &str) -> Option<String> {
    let text = text.trim();
    let widened = format!("{text}-0");
    let version = text.trim_start_matches(['>', '<', '=', '~', '^', ' ']);
    let is_one = !version.is_empty() && !version.contains([' ', ',', '|', '-', '+', '\t']);
    (is_one && Constraint::parse(&widened).is_ok_and(|range| range.admits_prereleases())).then_some(widened)
}

/// What pre-releases are called.
const PRERELEASES: &[&str] = &[
    "-rc.1",
    "-rc1",
    "-RC1",
    "-rc-1",
    "-alpha.1",
    "-alpha1",
    "-beta.1",
    "-beta1",
    "-dev",
    "-dev.1",
    "-pre.1",
    "-preview.1",
    "-nightly",
    "-nightly.1",
    "-SNAPSHOT",
    "-snapshot",
    "-canary.1",
    "-main.1",
    "-0",
    "-1",
];

/// True where the filter passes some pre-release that people tag, and no release around the
/// range's own version.
fn keeps_prereleases_alone(filter: &Regex, range: &str) -> bool {
    let named: Vec<u64> =
        range.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse().ok()).take(3).gather();
    let number = |index: usize| named.get(index).copied().unwrap_or_default();
    let own = format!("{}.{}.{}", number(0), number(1), number(2));
    let later = format!("{}.{}.{}", number(0), number(1).saturating_add(1), 12);
    let versions = [own.as_str(), later.as_str(), "0.1.0", "1.0.0", "1.2.3", "2.10.0", "10.20.30", "2024.1.2"];
    let passes = |version: &str| filter.is_match(version) || filter.is_match(&format!("v{version}"));
    let passes_prerelease = |version: &&str| PRERELEASES.iter().any(|suffix| passes(&format!("{version}{suffix}")));
    !versions.iter().any(|version| passes(version)) && versions.iter().any(passes_prerelease)
}
