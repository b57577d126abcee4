//! `proxySecretRef`: fluxcd/pkg/runtime `ProxyURLFromSecretRef`.

use crate::compat::secrets::{PROXY_ADDRESS, ProxyError, check_proxy_address};
use crate::text::mask_credentials;

use super::super::case::Case;
use super::super::connection::Proxy;
use super::super::fault::{Failed, Fault, Gap, GapKind, SecretUse};
use super::super::secrets::{SecretBytes, SecretData, Shelf};
use super::super::verdict::{StepName, StepStatus};
use super::{AUTHENTICATION_FAILED, wanted};

const STEP: StepName = StepName::Proxy;

pub(super) fn read(case: &mut Case, shelf: &Shelf<'_, '_>) -> Result<Option<Proxy>, Box<Failed>> {
    let Some(name) = case.fields.proxy_secret.clone() else {
        case.note(STEP, StepStatus::Skipped, "no proxySecretRef");
        return Ok(None);
    };
    let missing = |qualified: &str| (STEP, failed_to_get(&format!("secret '{qualified}' not found")));
    let Some(secret) = wanted(case, shelf, &name, SecretUse::Proxy, missing)? else {
        case.note(STEP, StepStatus::Skipped, format!("Secret \"{name}\" is not in the files"));
        return Ok(None);
    };
    let qualified = shelf.qualified(&name);
    let failed = |words: String, fault| Failed::new(STEP, AUTHENTICATION_FAILED, failed_to_get(&words), fault);
    let address = match secret.get(PROXY_ADDRESS) {
        Some(SecretBytes::Known(address)) => address,
        Some(SecretBytes::Hidden) => {
            let text = format!("the Secret \"{name}\" (proxySecretRef) is encrypted or filled in later");
            case.gaps.push(Gap::new(GapKind::Hidden, text));
            case.note(STEP, StepStatus::Skipped, format!("Secret \"{name}\" is not readable here"));
            return Ok(None);
        }
        None => {
            let words = format!("secret '{qualified}': key '{PROXY_ADDRESS}' not found");
            return Err(failed(words, Fault::ProxyKeyMissing { name, keys: secret.names() }));
        }
    };
    check_proxy_address(address)
        .map_err(|error| failed(words(&qualified, &error), Fault::ProxyAddress { name: name.clone(), error }))?;
    let address = String::from_utf8_lossy(address).into_owned();
    case.note(STEP, StepStatus::Ok, mask_credentials(&address));
    Ok(Some(Proxy { address, username: text(&secret, "username"), password: text(&secret, "password") }))
}

fn failed_to_get(words: &str) -> String {
    format!("failed to get proxy address: {words}")
}

/// The controller's words. It quotes an address that is no URL, which may hold a password: left out.
fn words(qualified: &str, error: &ProxyError) -> String {
    format!("secret '{qualified}': {error}")
}

fn text(secret: &SecretData, key: &str) -> Option<String> {
    match secret.get(key)? {
        SecretBytes::Known(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
        SecretBytes::Hidden => None,
    }
}
