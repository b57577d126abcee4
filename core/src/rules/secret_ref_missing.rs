use super::{Check, Rule, Scope, page};
use crate::context::{Context, Presence};
use crate::diag::Severity;
use crate::model::{Kind, Kinds, Text};
use crate::yaml::Node;

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

/// What `flux bootstrap` creates.
const BOOTSTRAP: &str = "flux-system";

fn check(ctx: &mut Context<'_, '_>) {
    let object = ctx.object();
    let Some(spec) = object.spec() else { return };
    for entry in spec.entries() {
        match entry.key.text() {
            "verify" => {
                for (key, route) in [
                    ("secretRef", "spec.verify.secretRef.name"),
                    ("trustedRootSecretRef", "spec.verify.trustedRootSecretRef.name"),
                ] {
                    check_reference(ctx, route, entry.value.get(key));
                }
            }
            "secretRef" => check_reference(ctx, "spec.secretRef.name", Some(entry.value)),
            "certSecretRef" => check_reference(ctx, "spec.certSecretRef.name", Some(entry.value)),
            "proxySecretRef" => check_reference(ctx, "spec.proxySecretRef.name", Some(entry.value)),
            _ => {}
        }
    }
}

fn check_reference<'a>(ctx: &mut Context<'_, 'a>, route: &str, reference: Option<Node<'a>>) {
    let name = reference.and_then(|reference| Text::of(ctx.object().file, reference.get("name")?));
    if let Some(name) = name {
        check_name(ctx, route, &name);
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
