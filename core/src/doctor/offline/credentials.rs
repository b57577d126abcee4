//! `secretRef`, `serviceAccountName` and the gate in front of a cloud login: source-controller
//! `keychain`, fluxcd/pkg/runtime `PullSecretsFromServiceAccountRef`.

use crate::compat::image_name::Repository;
use crate::compat::provider_host::Provider;
use crate::compat::pull_secret::{
    Credentials, DOCKER_CONFIG, DOCKER_CONFIG_JSON, Entry, Keyring, Mismatch, PullSecret, data_key, explain,
};

use super::super::case::{Case, NotSent, Unsent};
use super::super::fault::{Failed, Fault, Gap, GapKind, SecretUse};
use super::super::secrets::{Lookup, SecretBytes, SecretData, Shelf};
use super::super::verdict::{StepName, StepStatus};
use super::{AUTHENTICATION_FAILED, account_not_in_files, wanted};

const STEP: StepName = StepName::Credentials;

/// Finds the Secrets and reads them.
pub(super) fn read(case: &mut Case, shelf: &Shelf<'_, '_>) -> Result<Keyring, Box<Failed>> {
    if let Some(name) = case.fields.secret.clone() {
        let missing = |qualified: &str| {
            // The name is asked for as it stands; the client refuses to ask for none.
            let why = match name.as_str() {
                "" => "resource name may not be empty".to_owned(),
                name => format!("secrets \"{name}\" not found"),
            };
            (STEP, format!("failed to get credential: failed to get secret '{qualified}': {why}"))
        };
        let found = wanted(case, shelf, &name, SecretUse::Credentials, missing)?;
        case.pull_secrets.extend(found);
    }
    if !case.fields.account.is_empty() {
        read_account(case, shelf)?;
    }
    keyring(case)
}

fn read_account(case: &mut Case, shelf: &Shelf<'_, '_>) -> Result<(), Box<Failed>> {
    let account = case.fields.account.clone();
    let qualified = shelf.qualified(&account);
    let names = match shelf.account(&account) {
        Lookup::Found(names) => names,
        Lookup::Elsewhere => {
            case.gaps.push(Gap::new(GapKind::NotInFiles, account_not_in_files(&account)));
            return Ok(());
        }
        Lookup::Missing => {
            let message = format!("failed to get credential: serviceaccount '{qualified}' not found");
            let fault = Fault::AccountMissing { name: account, known: shelf.account_names() };
            return Err(Failed::new(STEP, AUTHENTICATION_FAILED, message, fault));
        }
    };
    for name in names {
        let missing = |secret: &str| {
            let message = format!(
                "failed to get credential: failed to get image pull secret for serviceaccount '{qualified}': secret '{secret}' not found"
            );
            (STEP, message)
        };
        let found = wanted(case, shelf, &name, SecretUse::PullSecret, missing)?;
        case.pull_secrets.extend(found);
    }
    Ok(())
}

/// Reads what the Secrets hold. Those of other types are ignored, as the controller does.
fn keyring(case: &mut Case) -> Result<Keyring, Box<Failed>> {
    let mut read = Vec::new();
    let mut gaps = Vec::new();
    for (index, secret) in case.pull_secrets.iter().enumerate() {
        let key = secret.secret_type.as_deref().and_then(data_key);
        match (&secret.secret_type, key.and_then(|key| Some((key, secret.get(key)?)))) {
            (None, _) | (_, Some((_, SecretBytes::Hidden))) => {
                let text = format!("the Secret \"{}\" is encrypted or filled in later", secret.name);
                gaps.push(Gap::new(GapKind::Hidden, text));
            }
            (Some(secret_type), Some((key, SecretBytes::Known(value)))) => {
                read.push((index, secret_type, key, String::from_utf8_lossy(value)));
            }
            (Some(_), None) => {}
        }
    }
    let values: Vec<PullSecret<'_>> =
        read.iter().map(|(_, secret_type, key, value)| PullSecret { secret_type, key, value }).collect();
    let keyring = Keyring::new(&values).map_err(|error| {
        let index = read.get(error.secret()).map_or(0, |(index, ..)| *index);
        let name = case.pull_secrets.get(index).map_or_else(String::new, |secret| secret.name.clone());
        let fault = Fault::PullSecret { name, kind: error.kind().clone() };
        Failed::new(STEP, AUTHENTICATION_FAILED, format!("failed to get credential: {error}"), fault)
    })?;
    case.gaps.extend(gaps);
    Ok(keyring)
}

/// Whether the controller logs in to a cloud: only where no Secret at all was named.
pub(super) fn login(case: &mut Case) -> Result<Option<Provider>, Box<Failed>> {
    let Some(cloud) = case.fields.cloud() else {
        case.note(StepName::Login, StepStatus::Skipped, "provider generic");
        return Ok(None);
    };
    if !case.pull_secrets.is_empty() {
        case.note(StepName::Login, StepStatus::Skipped, format!("a Secret is named, so provider {cloud} is not used"));
        return Ok(None);
    }
    if case.fields.secret.is_some() {
        // Which Secret it is decides; that it is not shown is a gap already.
        case.note(StepName::Login, StepStatus::Skipped, "a Secret is named");
        return Ok(None);
    }
    if !case.fields.account.is_empty() {
        let message = "to use spec.serviceAccountName for provider authentication please enable the ObjectLevelWorkloadIdentity feature gate in the controller";
        let failed = Failed::new(StepName::Login, "FeatureGateDisabled", message.to_owned(), Fault::FeatureGate);
        return Err(failed.stalled());
    }
    Ok(Some(cloud))
}

/// The credentials of the first key that fits, and the step's line.
pub(super) fn choose(case: &mut Case, keyring: &Keyring, repository: Option<&Repository>) -> Option<Credentials> {
    let entry = repository.and_then(|repository| keyring.resolve(repository).first());
    if let Some(entry) = entry {
        let secret = read_secret(case, entry.secret()).map_or_else(String::new, |secret| secret.name.clone());
        case.chosen_key = Some((shown(entry.written()).to_owned(), secret));
    }
    case.keys = keyring.entries().iter().map(|entry| shown(entry.written()).to_owned()).collect();
    if let (None, Some(repository)) = (entry, repository) {
        case.unsent = of_other_type(case, repository).or_else(|| of_other_path(case, keyring, repository));
    }
    let detail = detail(case, keyring, repository.is_some());
    let at = case.steps.iter().position(|step| step.name > STEP).unwrap_or(case.steps.len());
    let status = if case.pull_secrets.is_empty() { StepStatus::Skipped } else { StepStatus::Ok };
    case.steps.insert(at, super::Step { name: STEP, status, detail });
    entry.map(|entry| entry.credentials().clone()).filter(|credentials| !credentials.is_empty())
}

/// The credentials of a Secret that would be used if it were of the right type.
fn of_other_type(case: &Case, repository: &Repository) -> Option<Unsent> {
    case.pull_secrets.iter().find_map(|secret| {
        let secret_type = secret.secret_type.as_deref()?;
        if data_key(secret_type).is_some() {
            return None;
        }
        [DOCKER_CONFIG_JSON, DOCKER_CONFIG].into_iter().find_map(|wanted| {
            let key = data_key(wanted)?;
            let SecretBytes::Known(value) = secret.get(key)? else { return None };
            let value = std::str::from_utf8(value).ok()?;
            let keyring = Keyring::new(&[PullSecret { secret_type: wanted, key, value }]).ok()?;
            let entry = keyring.resolve(repository).first()?;
            unsent(&secret.name, entry, NotSent::Type(secret_type.to_owned()))
        })
    })
}

/// The credentials of a key that differs from the repository by its path alone.
fn of_other_path(case: &Case, keyring: &Keyring, repository: &Repository) -> Option<Unsent> {
    let is_near = |entry: &&Entry| matches!(explain(entry.written(), repository), Some(Mismatch::Path { .. }));
    let entry = keyring.entries().iter().find(is_near)?;
    unsent(&read_secret(case, entry.secret())?.name, entry, NotSent::Path)
}

fn unsent(secret: &str, entry: &Entry, why: NotSent) -> Option<Unsent> {
    let credentials = entry.credentials();
    (!credentials.is_empty()).then(|| Unsent {
        secret: secret.to_owned(),
        key: shown(entry.written()).to_owned(),
        why,
        credentials: credentials.clone(),
    })
}

/// The Secret behind an index of the keyring, which counts those alone that are read.
fn read_secret(case: &Case, index: usize) -> Option<&SecretData> {
    let is_read = |secret: &&SecretData| {
        let key = secret.secret_type.as_deref().and_then(data_key);
        matches!(key.and_then(|key| secret.get(key)), Some(SecretBytes::Known(_)))
    };
    case.pull_secrets.iter().filter(is_read).nth(index)
}

fn detail(case: &Case, keyring: &Keyring, is_known: bool) -> String {
    if let Some((key, secret)) = &case.chosen_key {
        let secret_type = case.pull_secrets.iter().find(|known| known.name == *secret);
        let secret_type = secret_type.and_then(|known| known.secret_type.as_deref()).unwrap_or_default();
        return format!("Secret \"{secret}\" ({secret_type}), key \"{key}\"");
    }
    let names: Vec<String> = case.pull_secrets.iter().map(|secret| format!("\"{}\"", secret.name)).collect();
    match (names.as_slice(), keyring.entries()) {
        ([], _) if case.fields.cloud().is_some() => "none: left to the provider".to_owned(),
        ([], _) => "none: the registry is asked anonymously".to_owned(),
        (names, _) if !is_known => format!("Secret {}", names.join(", ")),
        (names, []) => format!("Secret {} holds no credentials that are read: asked anonymously", names.join(", ")),
        (names, _) => format!("no key of Secret {} fits: asked anonymously", names.join(", ")),
    }
}

/// A key as a message may show it: without a user that somebody wrote into it.
fn shown(written: &str) -> &str {
    written.rsplit('@').next().unwrap_or(written)
}
