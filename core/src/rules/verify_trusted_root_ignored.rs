use super::{Check, FixKind, Rule, page};
use crate::context::Context;
use crate::diag::Applicability;
use crate::yaml::patch;

pub(super) const RULE: Rule = Rule {
    id: "verify-trusted-root-ignored",
    summary: "a trusted root beside keys or notation, which do not use it",
    fix: FixKind::Suggested,
    check: Check::Object(check),
    page: page!("verify-trusted-root-ignored"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(verify) = ctx.oci().and_then(|oci| oci.verify.as_ref()) else { return };
    let Some(root) = &verify.trusted_root else { return };
    let why = match &verify.secret_ref {
        _ if verify.is_notation() => "notation knows no Sigstore root: its trust lies in the certificates of secretRef",
        Some(_) if verify.is_cosign() => {
            "with secretRef the keys decide; the root is read (and must be there), and then not used"
        }
        _ => return,
    };
    let edit = patch::remove_key(verify.node, "trustedRootSecretRef");
    let found = ctx
        .report_text(root, format!("the trusted root \"{}\" is not used", root.as_str()))
        .why(why)
        .help("remove trustedRootSecretRef, or verify keyless without secretRef");
    if let Some(edit) = edit {
        found.fix(Applicability::Unsafe, "Remove trustedRootSecretRef", vec![edit]);
    }
}
