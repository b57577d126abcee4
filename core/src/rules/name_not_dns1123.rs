use super::{Check, FixKind, Rule, Stage, page};
use crate::context::Context;
use crate::diag::{Applicability, Severity};
use crate::model::{Kind, Kinds, Text};
use crate::yaml::patch;

pub(super) const RULE: Rule = Rule {
    id: "name-not-dns1123",
    summary: "a name or a namespace that Kubernetes does not take",
    severity: Severity::Error,
    fix: FixKind::Suggested,
    stage: Stage::Admission,
    kinds: Kinds::FLUX_GROUPS,
    check: Check::Object(check),
    page: page!("name-not-dns1123"),
    ..Rule::DEFAULT
};

const SUBDOMAIN: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or \
    '.', and must start and end with an alphanumeric character";
const LABEL: &str = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must \
    start and end with an alphanumeric character";
/// The longest label of DNS, and the longest value of a Kubernetes label.
const LABEL_LENGTH: usize = 63;
/// The longest name.
const NAME_LENGTH: usize = 253;

fn check(ctx: &mut Context<'_, '_>) {
    let object = ctx.object();
    let (name, namespace) = (object.text("metadata.name"), object.text("metadata.namespace"));
    let wrong_name = name.as_ref().and_then(Text::known_non_empty).filter(|name| !fits_name(name));
    let wrong_namespace = namespace.as_ref().and_then(Text::known_non_empty).filter(|text| !fits_label(text));
    if wrong_name.is_none()
        && wrong_namespace.is_none()
        && name.as_ref().is_none_or(|n| n.as_str().len() <= LABEL_LENGTH)
        || ctx.is_fragment()
    {
        return;
    }
    if let (Some(text), Some(name)) = (wrong_name, &name) {
        refuse(ctx, name, text, "name", NAME_LENGTH, SUBDOMAIN);
    } else if let Some(name) = &name {
        long(ctx, name);
    }
    if let (Some(text), Some(namespace)) = (wrong_namespace, &namespace) {
        refuse(ctx, namespace, text, "namespace", LABEL_LENGTH, LABEL);
    }
}

fn fits_label(text: &str) -> bool {
    text.len() <= LABEL_LENGTH && is_label(text)
}

fn is_label(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with('-')
        && !text.ends_with('-')
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn fits_name(text: &str) -> bool {
    text.len() <= NAME_LENGTH && text.split('.').all(is_label)
}

fn refuse<'a>(ctx: &mut Context<'_, 'a>, at: &Text<'a>, text: &str, what: &str, most: usize, words: &'static str) {
    let fixed = mended(text);
    let finding = ctx.report(at.span(), format!("\"{text}\" is no {what} that Kubernetes takes"));
    if text.len() > most {
        finding.why(format!("the API server refuses it: metadata.{what}: must be no more than {most} bytes"));
    } else {
        finding.why(format!("the API server refuses it: metadata.{what}: Invalid value: \"{text}\": {words}"));
    }
    if fixed.len() <= most && fixed.split('.').all(is_label) && (what == "name" || is_label(&fixed)) {
        finding.help(format!("write {fixed}, here and wherever it is named"));
        finding.fix(Applicability::Unsafe, format!("Write {fixed}"), vec![patch::set_string(at.node, &fixed)]);
    } else {
        finding.help("use lower case letters, digits and '-', with a letter or a digit at both ends");
    }
}

fn mended(text: &str) -> String {
    let plain: String =
        text.chars().map(|c| if matches!(c, '_' | ' ' | '/' | ':') { '-' } else { c.to_ascii_lowercase() }).collect();
    plain.trim_matches(['-', '.']).to_owned()
}

/// Both controllers write the object's name into a label of all that they apply.
fn long<'a>(ctx: &mut Context<'_, 'a>, name: &Text<'a>) {
    let label = match ctx.object().kind() {
        Kind::HelmRelease => "helm.toolkit.fluxcd.io/name",
        Kind::Kustomization => "kustomize.toolkit.fluxcd.io/name",
        _ => return,
    };
    let Some(text) = name.known().filter(|text| text.len() > LABEL_LENGTH) else { return };
    let len = text.len();
    ctx.report(name.span(), format!("the name has {len} characters, and a label holds {LABEL_LENGTH}"))
        .severity(Severity::Warning)
        .why(format!(
            "the controller writes the name into the label {label} of what it applies, which the API server refuses"
        ))
        .help(format!("take a name of at most {LABEL_LENGTH} characters"));
}
