//! Something that decides is not known here.

use super::say::{say, shell};
use super::{Context, Said};
use crate::doctor::fault::GapKind;
use crate::provider;

pub(super) fn explain(context: &Context<'_>) -> Said {
    let walk = context.walk;
    if walk.gaps.is_empty() || walk.failed.is_some() && !walk.is_owed_to_gaps() {
        return Ok(None);
    }
    let reached = match &walk.failed {
        Some(failed) => {
            let asked = match &walk.identity {
                Some(identity) => format!("Asked as {identity}"),
                None => "Asked without it".to_owned(),
            };
            format!("{asked}, the registry says: {}.", failed.message.trim_end())
        }
        None if context.case.fields.unknown.is_some() => "Nothing was asked.".to_owned(),
        None => "Everything else is in order.".to_owned(),
    };
    let mut said = say(context.case.mask(&format!(
        "What the controller would say hangs on what is not known here: {}. {reached}",
        walk.unknowns()
    )));
    if walk.has_gap(GapKind::NotInFiles) {
        said = said.paste(
            "give the Secrets and ServiceAccounts that the cluster has",
            "kubectl oci doctor -f source.yaml --with secrets/",
        );
    }
    if walk.has_gap(GapKind::Hidden) {
        said = said.paste(
            "give the Secret decrypted, by way of a file that nobody keeps",
            "kubectl oci doctor -f source.yaml --with <(sops decrypt secret.yaml)",
        );
    }
    if let Some(cloud) = context.case.connection.as_ref().and_then(|connection| connection.login)
        && walk.has_gap(GapKind::Login)
    {
        said = said
            .advise(format!(
                "on the controller, check the identity that it logs in with: {}",
                provider::cloud(cloud).identity
            ))
            .advise(match &walk.identity {
                Some(identity) => format!("or let {identity} pull too, to look further from here"),
                None => "or run this where such a login can be made".to_owned(),
            });
    }
    if context.case.fields.unknown.is_some() {
        said = said.paste("give the variable a value", "kubectl oci doctor -f source.yaml --set NAME=VALUE");
    }
    if walk.has_gap(GapKind::Signature) {
        said = said.paste("verify the signature", verify_command(context));
    }
    Ok(Some(said))
}

/// The signature's own tool, for the digest that was found.
fn verify_command(context: &Context<'_>) -> String {
    let digest =
        context.walk.revision.as_deref().map_or("", |revision| revision.rsplit('@').next().unwrap_or(revision));
    let reference = shell(&format!("{}@{digest}", context.location()));
    match &context.case.fields.verify {
        Some(verify) if verify.notation => format!("notation verify {reference}"),
        Some(verify) if verify.secret.is_some() => format!("cosign verify --key cosign.pub {reference}"),
        _ => format!(
            "cosign verify --certificate-oidc-issuer-regexp ISSUER --certificate-identity-regexp SUBJECT {reference}"
        ),
    }
}
