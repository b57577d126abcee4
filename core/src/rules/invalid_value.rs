use super::support::schema_errors::{errors_of, may_be_newer, refusal, steps};
use super::{Check, FixKind, Rule, Stage, page};
use crate::context::Context;
use crate::diag::{Applicability, Diagnostic, Severity};
use crate::model::Kinds;
use crate::model::schema::{SchemaError, SchemaErrorKind, Type, served, versions};
use crate::text::{Edit, nearest};
use crate::yaml::patch;

pub(super) const RULE: Rule = Rule {
    id: "invalid-value",
    summary: "a value that the schema of its kind does not allow",
    severity: Severity::Error,
    fix: FixKind::Suggested,
    stage: Stage::Admission,
    kinds: Kinds::FLUX,
    check: Check::Object(check),
    page: page!("invalid-value"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    for error in errors_of(ctx, RULE.id) {
        match error.kind {
            // Of a part of an object, what is between its fields cannot be told.
            SchemaErrorKind::Validation(_) if ctx.may_be_supplied(&steps(&error.route)) => {}
            SchemaErrorKind::Validation(rule) => {
                let span = error.key.map_or(ctx.object().place().span, |key| key.span());
                let why = refusal(error);
                ctx.report(span, rule.message()).why(why);
            }
            _ => value(ctx, error),
        }
    }
    unknown_version(ctx);
}

fn value<'a>(ctx: &mut Context<'_, 'a>, error: &SchemaError<'a>) {
    let newer = may_be_newer(ctx);
    let span = match error.node.is_mapping() || error.node.is_sequence() {
        true => error.key.map_or(error.node.span(), |key| key.span()),
        false => error.node.span(),
    };
    let finding = ctx.report(span, message(error));
    finding.why(refusal(error));
    if newer && matches!(error.kind, SchemaErrorKind::NotSupported { .. }) {
        finding.severity(Severity::Warning);
    }
    help(finding, error);
}

fn message(error: &SchemaError<'_>) -> String {
    let (route, text) = (&error.route, error.node.text());
    match error.kind {
        SchemaErrorKind::TypeInvalid { expected, found } if error.node.scalar().is_none() => {
            format!(
                "{route} takes {}, not {}",
                expected.in_words(),
                if found == "array" { "a list" } else { "a mapping" }
            )
        }
        SchemaErrorKind::TypeInvalid { expected, found: "null" } => {
            format!("{route} takes {} and is empty", expected.in_words())
        }
        SchemaErrorKind::TypeInvalid { expected, .. } => format!("\"{text}\" is not {}", expected.in_words()),
        SchemaErrorKind::NotSupported { .. } if error.node.scalar().is_none() => {
            format!("{route} takes one of a few words")
        }
        SchemaErrorKind::NotSupported { .. } => format!("\"{text}\" is no value of {route}"),
        SchemaErrorKind::TooShort { .. } if text.is_empty() => format!("{route} is empty"),
        SchemaErrorKind::TooShort { least } => format!("\"{text}\" is shorter than {least} characters"),
        SchemaErrorKind::TooLong { most } => format!("{route} is longer than {most} characters"),
        SchemaErrorKind::TooFew { least } => format!("{route} has fewer than {least} items"),
        SchemaErrorKind::TooMany { most, found } => format!("{route} has {found} items, and may have {most}"),
        SchemaErrorKind::TooBig { most } => format!("{text} is more than {most}"),
        SchemaErrorKind::Pattern(_) => format!("\"{text}\" does not fit {route}"),
        _ => format!("{route} is not allowed"),
    }
}

fn help(finding: &mut Diagnostic, error: &SchemaError<'_>) {
    let node = error.node;
    match error.kind {
        SchemaErrorKind::NotSupported { allowed } => {
            let meant = nearest(node.text(), allowed.iter().copied()).filter(|_| node.scalar().is_some());
            match meant {
                Some(meant) => finding.help(format!("did you mean {meant}? Allowed are {}", allowed.join(", "))),
                None => finding.help(format!("write one of {}", allowed.join(", "))),
            };
            if let Some(meant) = meant.filter(|_| !node.is_alias()) {
                finding.fix(Applicability::Unsafe, format!("Write {meant}"), vec![patch::set_string(node, meant)]);
            }
        }
        SchemaErrorKind::TypeInvalid { expected: Type::Boolean, .. } => {
            let meant = match node.text() {
                "true" | "True" | "TRUE" | "yes" | "on" => "true",
                "false" | "False" | "FALSE" | "no" | "off" => "false",
                _ => {
                    finding.help("write true or false, without quotes");
                    return;
                }
            };
            finding.help(format!("write {meant} without quotes"));
            if !node.is_alias() {
                finding.fix(Applicability::Unsafe, format!("Write {meant}"), vec![Edit::replace(node.span(), meant)]);
            }
        }
        SchemaErrorKind::TypeInvalid { expected: Type::Integer, .. } => {
            let text = node.text();
            finding.help("write a whole number, without quotes");
            if !node.is_alias()
                && !text.is_empty()
                && text.bytes().all(|b| b.is_ascii_digit())
                && !text.starts_with('0')
            {
                finding.fix(Applicability::Unsafe, format!("Write {text}"), vec![Edit::replace(node.span(), text)]);
            }
        }
        SchemaErrorKind::TypeInvalid { expected: Type::Object, found: "string" } if error.route.ends_with("Ref") => {
            finding.help(format!("name it in a mapping: {{name: {}}}", patch::scalar_text(node.text())));
        }
        SchemaErrorKind::TypeInvalid { expected: Type::Array, found: "object" } => {
            finding.help("put a dash before each item");
        }
        SchemaErrorKind::TypeInvalid { expected: Type::Array, .. } if node.scalar().is_some() => {
            finding.help(format!("write a list: [{}]", patch::scalar_text(node.text())));
        }
        SchemaErrorKind::Pattern(pattern) => {
            finding.help(format!("it must match {}", pattern.source()));
        }
        _ => {}
    }
}

/// A version that the kind never had. A newer release may bring one.
fn unknown_version(ctx: &mut Context<'_, '_>) {
    let object = ctx.object();
    let Some(api_version) = object.text("apiVersion") else { return };
    let Some((_, version)) = api_version.known().and_then(|text| text.split_once('/')) else { return };
    let kind = object.kind_name();
    let newest = versions(kind).iter().rfind(|served| served.removed.is_none());
    let Some(newest) = newest.filter(|_| served(kind, version).is_none()) else { return };
    let text = api_version.as_str();
    let fixed = format!("{}{}", text.strip_suffix(version).unwrap_or_default(), newest.version);
    let edit = patch::set_string(api_version.node, &fixed);
    ctx.report(
        api_version.part(text.len() - version.len(), text.len()),
        format!("{kind} has no version \"{version}\""),
    )
    .severity(Severity::Warning)
    .why(format!("the API server knows no such version: no matches for kind \"{kind}\" in version \"{text}\""))
    .help(format!("write {fixed}, unless a newer release has that version"))
    .fix(Applicability::Unsafe, format!("Write {fixed}"), vec![edit]);
}
