use super::support::durations::mended;
use super::support::schema_errors::{errors_of, refusal};
use super::{Check, FixKind, Rule, Stage, page};
use crate::compat::duration;
use crate::context::Context;
use crate::diag::{Applicability, Severity};
use crate::model::schema::Pattern;
use crate::model::{Kind, Kinds};
use crate::yaml::patch;

pub(super) const RULE: Rule = Rule {
    id: "duration-format",
    summary: "an interval or a timeout that is no duration",
    severity: Severity::Error,
    fix: FixKind::Suggested,
    stage: Stage::Admission,
    kinds: Kinds::FLUX,
    check: Check::Object(check),
    page: page!("duration-format"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    for error in errors_of(ctx, RULE.id) {
        let node = error.node;
        let text = node.text();
        let pattern = error.schema.words().and_then(|words| words.pattern).unwrap_or(Pattern::Duration);
        let meant = mended(text, pattern);
        let message = match text {
            "" => format!("{} is empty", error.route),
            text if text.bytes().all(|b| b.is_ascii_digit() || b == b'.') => format!("{text} has no unit"),
            text => format!("\"{text}\" is no duration"),
        };
        let finding = ctx.report(node.span(), message);
        finding.why(refusal(error));
        match meant {
            Some(meant) => {
                finding.help(format!("write {meant}; the units are {}", units(pattern)));
                if !node.is_alias() {
                    let edit = patch::set_string(node, &meant);
                    finding.fix(Applicability::Unsafe, format!("Write {meant}"), vec![edit]);
                }
            }
            None => {
                finding.help(format!("write a number with a unit behind it: {}", units(pattern)));
            }
        }
    }
    overflow(ctx);
}

fn units(pattern: Pattern) -> &'static str {
    match pattern {
        Pattern::DurationWithoutHours => "ms, s or m, as in 60s or 90m",
        _ => "ms, s, m or h, as in 30s, 10m or 1h30m",
    }
}

/// Where durations stand; the nested ones only a HelmRelease has.
const ROUTES: &[&str] = &["spec.interval", "spec.timeout", "spec.retryInterval"];
const HELM_RELEASE_ROUTES: &[&str] = &[
    "spec.chart.spec.interval",
    "spec.install.timeout",
    "spec.upgrade.timeout",
    "spec.rollback.timeout",
    "spec.uninstall.timeout",
    "spec.test.timeout",
];

/// No shorter text is more than the 292 years that Go's durations hold.
const SHORTEST_OVERFLOW: usize = "2562048h".len();

/// The pattern lets through what Go's durations cannot hold; the controller then cannot read the
/// object at all.
fn overflow(ctx: &mut Context<'_, '_>) {
    let object = ctx.object();
    let Some(spec) = object.spec() else { return };
    let nested = if object.kind() == Kind::HelmRelease { HELM_RELEASE_ROUTES } else { &[] };
    for route in ROUTES.iter().chain(nested) {
        let Some(node) = route.strip_prefix("spec.").and_then(|route| spec.at(route)) else { continue };
        let text = node.text();
        if text.len() < SHORTEST_OVERFLOW || !Pattern::Duration.matches(text) {
            continue;
        }
        let Err(error) = duration::parse(text) else { continue };
        ctx.report(node.span(), format!("\"{text}\" is longer than a duration can be"))
            .why(format!("the API server takes it, and no controller can read the object any more: {error}"))
            .help("write a duration below 292 years (2562047h)");
    }
}
