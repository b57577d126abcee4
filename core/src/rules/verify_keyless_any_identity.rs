use super::support::identities::{BUNDLES, keyless};
use super::{Check, FixKind, Rule, page};
use crate::context::Context;
use crate::diag::Applicability;
use crate::model::OciRepository;
use crate::yaml::patch::{self, Value};
use crate::yaml::{Kind, Node};

pub(super) const RULE: Rule = Rule {
    id: "verify-keyless-any-identity",
    summary: "keyless verification that names nobody",
    fix: FixKind::Suggested,
    check: Check::Object(check),
    page: page!("verify-keyless-any-identity"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let (Some(oci), Some(verify)) = (ctx.oci(), keyless(ctx)) else { return };
    if !names_nobody(verify.node.get("matchOIDCIdentity"))
        || ctx.may_be_supplied("spec.verify.matchOIDCIdentity")
        || ctx.may_be_supplied("spec.verify.secretRef")
    {
        return;
    }
    let why = if ctx.flux() >= BUNDLES {
        "a signature in the bundle format is refused (\"can't verify identities without providing at least one identity\"), \
         an older one is accepted whoever made it"
    } else {
        "a signature is accepted whoever made it: anybody can get a certificate for an identity of their own"
    };
    let edit = patch::append_entry(verify.node, "matchOIDCIdentity", &example(oci));
    let span = ctx.object().key_span("spec.verify");
    let found = ctx.report(span, "keyless verification accepts any signer, or none").why(why);
    found.help("name the issuer and the subject in verify.matchOIDCIdentity");
    if let Some(edit) = edit {
        found.fix(Applicability::Display, "Name the signer", vec![edit]);
    }
}

fn names_nobody(identities: Option<Node<'_>>) -> bool {
    identities.is_none_or(|node| node.is_null() || node.kind() == Kind::Sequence && node.items().next().is_none())
}

/// An identity to complete: the owner is known where the registry is GitHub's.
fn example(oci: &OciRepository<'_>) -> Value {
    let owner = oci.location().and_then(|location| location.strip_prefix("ghcr.io/"));
    let owner = owner.and_then(|path| path.split('/').next()).filter(|owner| !owner.is_empty()).unwrap_or("OWNER");
    let subject = format!(
        r"^https://github\.com/{}/REPOSITORY/\.github/workflows/WORKFLOW\.yaml@refs/tags/.+$",
        owner.replace('.', r"\.")
    );
    let issuer = r"^https://token\.actions\.githubusercontent\.com$";
    Value::Sequence(vec![Value::strings(&[("issuer", issuer), ("subject", &subject)])])
}
