//! `x509: …`

use super::say::{anew, quoted_list, say};
use super::secret_missing::certificate as secret_command;
use super::{Context, Said};
use crate::compat::x509::date;
use crate::doctor::evidence::{Cause, CertificateFacts, CertificateProblem};
use crate::doctor::verdict::Explanation;

pub(super) fn explain(context: &Context<'_>) -> Said {
    let Some(Cause::Certificate(facts)) = context.failure().and_then(|failure| failure.cause.as_ref()) else {
        return Ok(None);
    };
    let host = context.host();
    let said = match facts.problem {
        // A row of its own: there is something to do about it in the manifest.
        CertificateProblem::UnknownAuthority => return Ok(None),
        CertificateProblem::Name => {
            say(format!("The certificate that \"{host}\" shows is for other names: {}.", quoted_list(&facts.names, 6)))
                .maybe(of_other_name(context, facts))
                .advise("or have the certificate made out for the name in the URL")
        }
        CertificateProblem::Expired => say(format!(
            "The certificate that \"{host}\" shows {}.",
            facts
                .not_after
                .map_or_else(|| "is no longer valid".to_owned(), |last| format!("expired on {}", date(last)))
        ))
        .advise("renew it at the registry; nothing in the manifest mends it"),
        CertificateProblem::NotYetValid => say(format!(
            "The certificate that \"{host}\" shows {}.",
            facts.not_before.map_or_else(
                || "is not valid yet".to_owned(),
                |first| format!("is valid only from {} on", date(first))
            )
        ))
        .advise("check the clocks of the registry and of the cluster's nodes"),
        CertificateProblem::Other => say(format!("The certificate that \"{host}\" shows is not accepted."))
            .advise("see what the message says of it"),
    };
    Ok(Some(said))
}

/// `x509: certificate signed by unknown authority`
pub(super) fn explain_authority(context: &Context<'_>) -> Said {
    match context.failure().and_then(|failure| failure.cause.as_ref()) {
        Some(Cause::Certificate(facts)) if facts.problem == CertificateProblem::UnknownAuthority => {
            Ok(Some(unknown_authority(context, facts)))
        }
        _ => Ok(None),
    }
}

fn unknown_authority(context: &Context<'_>, facts: &CertificateFacts) -> Explanation {
    let host = context.host();
    let case = context.case;
    let mut text = format!("Nobody whom the controller trusts signed the certificate that \"{host}\" shows");
    if facts.issuer.is_empty() {
        text.push('.');
    } else if facts.issuer == facts.subject {
        text.push_str(&format!(": \"{}\" signed itself.", facts.subject));
    } else {
        text.push_str(&format!(": it is from \"{}\".", facts.issuer));
    }
    let name = match case.fields.certificate_secret.as_str() {
        "" => "registry-ca".to_owned(),
        name => {
            text.push_str(&format!(" The Secret \"{name}\" of certSecretRef holds another authority."));
            name.to_owned()
        }
    };
    let fetch = format!("openssl s_client -showcerts -connect {} </dev/null", with_port(&host));
    let said = say(text);
    let said = match &facts.authority_pem {
        Some(pem) => {
            let indented: String = pem.lines().map(|line| format!("    {line}\n")).collect();
            said.paste(
                "the registry sends this authority along: compare it with what its owner says, then store it",
                format!(
                    "apiVersion: v1\nkind: Secret\nmetadata:\n  name: {name}\n  namespace: {}\nstringData:\n  ca.crt: |\n{indented}",
                    case.namespace
                ),
            )
        }
        None => said
            .paste(
                "get the authority's certificate from the registry's owner (this shows what the registry sends)",
                fetch,
            )
            .paste("store it", anew(&secret_command(&name, &case.namespace))),
    };
    if case.fields.certificate_secret.is_empty() {
        said.paste("and name it in the object", format!("certSecretRef:\n  name: {name}"))
    } else {
        said
    }
}

/// The URL with a name that the certificate is for, where there is just one.
fn of_other_name(context: &Context<'_>, facts: &CertificateFacts) -> Option<(String, String)> {
    let [name] = facts.names.as_slice() else { return None };
    let repository = context.case.repository()?;
    let host = repository.registry_host();
    let port = host.rsplit_once(':').map_or(String::new(), |(_, port)| format!(":{port}"));
    (!name.contains('*')).then(|| {
        ("use the name that it is for".to_owned(), format!("url: oci://{name}{port}/{}", repository.repository_name()))
    })
}

fn with_port(host: &str) -> String {
    if host.contains(':') { host.to_owned() } else { format!("{host}:443") }
}
