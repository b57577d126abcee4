//! `failed to generate transport`: the Secret of `certSecretRef` is refused.

use super::say::{anew, say};
use super::secret_missing::certificate;
use super::{Context, Said};
use crate::compat::secrets::TlsError;
use crate::doctor::fault::Fault;

pub(super) fn explain(context: &Context<'_>) -> Said {
    let Some(Fault::Tls { name, error, keys }) = context.fault() else { return Ok(None) };
    let namespace = &context.case.namespace;
    let (what, remedy) = match error {
        TlsError::NoKey => {
            ("has a certificate and no private key", "add tls.key; if it is the registry's authority, name it ca.crt")
        }
        TlsError::NoCertificate => ("has a private key and no certificate", "add tls.crt"),
        TlsError::Nothing => (
            "has neither an authority nor a client's certificate under the names that are read",
            "name the registry's authority ca.crt, a client's certificate tls.crt and its key tls.key",
        ),
        TlsError::Authority => ("has no certificate in its ca.crt", "store the authority's certificate there, in PEM"),
        TlsError::Pair(_) => (
            "has a client's certificate and a private key that cannot be used together",
            "store a certificate and the unencrypted key that it was made for, both in PEM",
        ),
    };
    let text = format!("The Secret \"{name}\" of certSecretRef {what}; it has {keys}.");
    Ok(Some(say(text).advise(remedy).paste("for an authority alone", anew(&certificate(name, namespace)))))
}
