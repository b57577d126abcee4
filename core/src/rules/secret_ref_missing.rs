use super::{Check, Rule, Scope, page};
use crate::context::{Context, Presence};
use crate::diag::Severity;
use crate::model::{Kind, Kinds, Text};

pub(super) const RULE: Rule = Rule {
    id: "secret-ref-missing",
    summary: "a Secret that is not among the files, where others beside it are",
    severity: Severity::Info,
    scope: Scope::Set,
    kinds: Kinds::of(&[Kind::OciRepository, Kind::HelmRepository, Kind::GitRepository, Kind::Bucket]),
    check: Check::Object(check),
    page: page!("secret-ref-missing"),
    ..Rule::DEFAULT
};

/// The fields by which a source names a Secret.
const FIELDS: &[&str] = &[
    "spec.secretRef.name",
    "spec.certSecretRef.name",
    "spec.proxySecretRef.name",
    "spec.verify.secretRef.name",
    "spec.verify.trustedRootSecretRef.name",
];

/// What `flux bootstrap` creates.
const BOOTSTRAP: &str = "flux-system";

fn check(ctx: &mut Context<'_, '_>) {
    let object = ctx.object();
    for route in FIELDS {
        if let Some(name) = object.text(route) {
            check_name(ctx, route, &name);
        }
    }
}

fn check_name<'a>(ctx: &mut Context<'_, 'a>, route: &str, name: &Text<'a>) {
    let object = ctx.object();
    let Some(text) = name.known_non_empty().filter(|text| *text != BOOTSTRAP) else { return };
    let (set, surroundings) = (ctx.set(), ctx.surroundings());
    let secrets = surroundings.secrets(set);
    let inclusion = surroundings.inclusion(set);
    let namespace = object.namespace().filter(|_| !inclusion.sets_namespace(&object.file.path));
    if secrets.presence(object, namespace, text) != Presence::Missing
        || ctx.is_fragment()
        || inclusion.is_partial(&object.file.path)
    {
        return;
    }
    let shown = namespace.unwrap_or("…");
    let help = match crate::text::nearest(text, secrets.names()) {
        Some(near) => format!("did you mean \"{near}\"?"),
        None => "add it (encrypted, or as an ExternalSecret or SealedSecret), or see that something else creates it"
            .to_owned(),
    };
    ctx.report(name.text_span(), format!("no Secret \"{text}\" is among the files"))
        .why(format!("without it the source fails: {}", failure(object.kind(), route, shown, text)))
        .help(help);
}

/// The controller's words for an OCIRepository; for the other sources what they have in common.
fn failure(kind: Kind, route: &str, namespace: &str, name: &str) -> String {
    if kind == Kind::OciRepository {
        match route {
            "spec.secretRef.name" => {
                return format!(
                    "failed to get credential: failed to get secret '{namespace}/{name}': secrets \"{name}\" not found"
                );
            }
            "spec.proxySecretRef.name" => {
                return format!("failed to get proxy address: secret '{namespace}/{name}' not found");
            }
            "spec.verify.trustedRootSecretRef.name" => {
                return format!(
                    "failed to read trusted root from secret '{namespace}/{name}': secrets \"{name}\" not found"
                );
            }
            _ => {}
        }
    }
    format!("secrets \"{name}\" not found")
}
