//! `certSecretRef` and `insecure`: source-controller `getTLSConfig`, fluxcd/pkg/runtime
//! `TLSConfigFromSecretRef`.

use crate::compat::secrets::{AUTHORITY, CERTIFICATE, Item, KeyName, PRIVATE_KEY, TlsData};

use super::super::case::Case;
use super::super::connection::ClientCertificate;
use super::super::fault::{Failed, Fault, Gap, GapKind, SecretUse};
use super::super::secrets::{SecretBytes, SecretData, Shelf};
use super::super::verdict::{StepName, StepStatus};
use super::{AUTHENTICATION_FAILED, wanted};

const STEP: StepName = StepName::Transport;

/// What TLS is made with.
#[derive(Default)]
pub(super) struct Tls {
    pub(super) authorities: Option<Vec<u8>>,
    pub(super) client: Option<ClientCertificate>,
    pub(super) skip_verification: bool,
}

pub(super) fn read(case: &mut Case, shelf: &Shelf<'_, '_>) -> Result<Tls, Box<Failed>> {
    let name = case.fields.certificate_secret.clone();
    let insecure = case.fields.insecure;
    if name.is_empty() {
        let detail = match insecure {
            true => "plain HTTP offered, certificates not checked (insecure)",
            false if case.repository().is_some_and(|repository| repository.offers_plain_http()) => {
                "TLS, the system's authorities; plain HTTP offered, since the address is private"
            }
            false => "TLS, the system's authorities",
        };
        case.note(STEP, StepStatus::Ok, detail);
        return Ok(Tls { skip_verification: insecure, ..Tls::default() });
    }
    let url = case.fields.url.clone();
    let failed_to = |words: &str| format!("failed to generate transport for '{url}': {words}");
    let missing = |qualified: &str| (STEP, failed_to(&format!("secret '{qualified}' not found")));
    let Some(secret) = wanted(case, shelf, &name, SecretUse::Certificate, missing)? else {
        case.note(STEP, StepStatus::Skipped, format!("Secret \"{name}\" is not in the files"));
        return Ok(Tls::default());
    };
    let data = TlsData {
        certificate: item(&secret, CERTIFICATE),
        key: item(&secret, PRIVATE_KEY),
        authority: item(&secret, AUTHORITY),
    };
    if let Err(error) = data.check() {
        let message = failed_to(&error.words(&shelf.qualified(&name)));
        let fault = Fault::Tls { name, error, keys: secret.names() };
        return Err(Failed::new(STEP, AUTHENTICATION_FAILED, message, fault));
    }
    let is_hidden = |item: Item<'_>| matches!(item, Item::Hidden);
    if is_hidden(data.certificate) || is_hidden(data.key) || is_hidden(data.authority) {
        let text = format!("the Secret \"{name}\" (certSecretRef) is encrypted or filled in later");
        case.gaps.push(Gap::new(GapKind::Hidden, text));
    }
    let client = bytes(data.certificate).zip(bytes(data.key));
    let tls = Tls {
        authorities: bytes(data.authority),
        client: client.map(|(certificate, key)| ClientCertificate { certificate, key }),
        skip_verification: false,
    };
    case.note(STEP, StepStatus::Ok, detail(&name, &tls, insecure));
    Ok(tls)
}

fn detail(name: &str, tls: &Tls, insecure: bool) -> String {
    let mut out = "TLS, the system's authorities".to_owned();
    if tls.authorities.is_some() {
        out.push_str(&format!(" and those of Secret \"{name}\""));
    }
    if tls.client.is_some() {
        out.push_str(&format!(", a client certificate of Secret \"{name}\""));
    }
    if insecure {
        out.push_str("; plain HTTP offered (insecure)");
    }
    out
}

fn item(secret: &SecretData, key: KeyName) -> Item<'_> {
    match secret.get(key.name).or_else(|| secret.get(key.legacy)) {
        None => Item::Absent,
        Some(SecretBytes::Hidden) => Item::Hidden,
        Some(SecretBytes::Known(bytes)) => Item::Bytes(bytes),
    }
}

fn bytes(item: Item<'_>) -> Option<Vec<u8>> {
    match item {
        Item::Bytes(bytes) if !bytes.is_empty() => Some(bytes.to_vec()),
        _ => None,
    }
}
