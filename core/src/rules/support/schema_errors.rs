//! Who speaks about which violation of the schema: each mistake is named once, by the rule that
//! says the most about it.

use crate::context::Context;
use crate::model::schema::{FLUX, Pattern, SchemaError, SchemaErrorKind, Type, Validation};
use crate::model::{Kind, Kinds};
use crate::yaml::{Node, Style, Tag};

/// The errors that a rule speaks about.
pub(in crate::rules) fn errors_of<'c, 'a>(
    ctx: &Context<'c, 'a>,
    rule: &'static str,
) -> impl Iterator<Item = &'c SchemaError<'a>> + use<'c, 'a> {
    ctx.schema_errors().iter().filter(move |error| rule_for(error) == Some(rule))
}

/// The rule that speaks about an error; `None` where another error, or a rule of its own, says it.
fn rule_for(error: &SchemaError<'_>) -> Option<&'static str> {
    if error.follows {
        return None;
    }
    let words = error.schema.words();
    let pattern = words.and_then(|words| words.pattern);
    Some(match error.kind {
        SchemaErrorKind::UnknownField { .. } => "unknown-field",
        SchemaErrorKind::Required { .. } => "missing-required-field",
        SchemaErrorKind::TypeInvalid { expected: Type::String, found } => {
            // That it is none of the values allowed is said of the same value.
            if words.is_some_and(|words| !words.one_of.is_empty()) {
                return None;
            }
            let fits = pattern.is_none_or(|pattern| pattern.matches(error.node.text()));
            match pattern {
                Some(pattern) if pattern.is_duration() && matches!(found, "integer" | "number") => "duration-format",
                _ if fits && matches!(found, "integer" | "number" | "boolean") && is_plain(error.node) => {
                    "scalar-not-string"
                }
                _ => "invalid-value",
            }
        }
        SchemaErrorKind::Pattern(Pattern::DurationWithoutHours) if Pattern::Duration.matches(error.node.text()) => {
            "timeout-hours-unit"
        }
        SchemaErrorKind::Pattern(pattern) if pattern.is_duration() => "duration-format",
        SchemaErrorKind::TooShort { .. } if error.node.text().is_empty() && is_reference_name(&error.route) => {
            return None;
        }
        // `helmrelease-chart-and-chartref` looks at the whole of it.
        SchemaErrorKind::Validation(Validation::ChartOrChartRef) => return None,
        _ => "invalid-value",
    })
}

/// `empty-reference-name` speaks of these.
fn is_reference_name(route: &str) -> bool {
    route.strip_suffix(".name").is_some_and(|reference| reference.ends_with("Ref"))
}

fn is_plain(node: Node<'_>) -> bool {
    node.style() == Style::Plain && node.tag() == Tag::None
}

/// True where a newer release than the tables' may know more: the Flux operator's kinds, which have
/// releases of their own, and a target newer than the tables.
pub(in crate::rules) fn may_be_newer(ctx: &Context<'_, '_>) -> bool {
    const OPERATOR: Kinds = Kinds::of(&[Kind::FluxInstance, Kind::ResourceSet, Kind::ResourceSetInputProvider]);
    let flux = ctx.flux();
    OPERATOR.has(ctx.object().kind()) || (flux.major, flux.minor) > (2, FLUX)
}

/// A route of the API server as [`Node::at`] walks it: `a[0].b` is `a.0.b`.
pub(in crate::rules) fn steps(route: &str) -> String {
    route.replace('[', ".").replace(']', "")
}

/// What holds the last step of a route: `spec.ref` of `spec.ref.tag`; empty for the object itself.
/// The step is given, since it may hold dots itself.
pub(in crate::rules) fn parent<'r>(route: &'r str, step: &str) -> &'r str {
    route.strip_suffix(step).and_then(|parent| parent.strip_suffix('.')).unwrap_or_default()
}

/// What the API server makes of it, in its own words where they are known.
pub(in crate::rules) fn refusal(error: &SchemaError<'_>) -> String {
    match error.kind {
        SchemaErrorKind::TypeInvalid { expected, .. } if error.route.starts_with("metadata") => {
            format!("the API server cannot read the object: {} must be {}", error.route, expected.in_words())
        }
        _ => format!("the API server refuses it: {}", error.api_message()),
    }
}
