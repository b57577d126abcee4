use super::support::identities::patterns;
use super::{Check, Rule, page};
use crate::context::Context;
use crate::diag::Severity;
use crate::verify::identity;

pub(super) const RULE: Rule = Rule {
    id: "verify-shared-workflow-subject",
    summary: "a subject that names a workflow of somebody else",
    severity: Severity::Info,
    check: Check::Object(check),
    page: page!("verify-shared-workflow-subject"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(oci) = ctx.oci() else { return };
    // Only GitHub's registry says by its path who publishes.
    let publisher = oci.location().and_then(|location| location.strip_prefix("ghcr.io/")?.split('/').next());
    let Some(publisher) = publisher else { return };
    for (subject, pattern) in patterns(ctx).into_iter().filter(|(field, _)| field.name == "subject") {
        let Some(repository) = identity::workflow_repository(pattern) else { continue };
        let owner = repository.split('/').next().unwrap_or_default();
        if owner.eq_ignore_ascii_case(publisher) {
            continue;
        }
        ctx.report(subject.text.text_span(), format!("the subject names a workflow of \"{repository}\", and \"{publisher}\" publishes"))
            .why("a reusable workflow signs with its own name: everybody who calls it has this subject, whatever they publish")
            .help("sign with a workflow of the publisher's own repository, and name that");
    }
}
