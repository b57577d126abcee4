//! `remote error: tls: bad certificate`, `tls: certificate required`.

use super::say::{anew, say};
use super::secret_missing::generic;
use super::{Context, Said};
use crate::doctor::evidence::Cause;

pub(super) fn explain(context: &Context<'_>) -> Said {
    if context.failure().and_then(|failure| failure.cause.as_ref()) != Some(&Cause::ClientCertificate) {
        return Ok(None);
    }
    let case = context.case;
    let host = context.host();
    let has_one = case.connection.as_ref().is_some_and(|connection| connection.client.is_some());
    let name = match case.fields.certificate_secret.as_str() {
        "" => "registry-client",
        name => name,
    };
    let text = if has_one {
        format!(
            "\"{host}\" wants a client's certificate, and refuses the one of the Secret \"{name}\": another authority made it, or its time is over."
        )
    } else {
        format!("\"{host}\" wants a client's certificate, and the controller has none to show.")
    };
    let command = anew(&generic(name, &case.namespace, &["tls.crt", "tls.key", "ca.crt"]));
    let said = say(text).paste("store the certificate and key that the registry's owner made for you", command);
    Ok(Some(match case.fields.certificate_secret.is_empty() {
        true => said.paste("and name the Secret in the object", format!("certSecretRef:\n  name: {name}")),
        false => said,
    }))
}
