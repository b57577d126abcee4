//! The steps that need no network, in the controller's order (source-controller 1.9.1
//! `reconcileSource`, up to the first request).

mod admission;
mod credentials;
mod proxy;
mod transport;
mod verification;

pub(super) use verification::Verification;

use crate::model::Object;

use super::case::Case;
use super::connection::Connection;
use super::fault::{Failed, Fault, Gap, GapKind, SecretUse};
use super::secrets::{Lookup, SecretData, Shelf};
use super::verdict::{Step, StepName, StepStatus};

/// The reason of every failure before the first request.
const AUTHENTICATION_FAILED: &str = "AuthenticationFailed";

/// Fills a case: steps, gaps, and either where it stops or the connection.
pub(super) fn walk(case: &mut Case, object: Object<'_>, shelf: &Shelf<'_, '_>) {
    let stop = steps(case, object, shelf).err();
    if let Some(failed) = &stop {
        case.note(failed.step, StepStatus::Failed, failed.message.clone());
    }
    case.stop = stop;
}

fn steps(case: &mut Case, object: Object<'_>, shelf: &Shelf<'_, '_>) -> Result<(), Box<Failed>> {
    let version = admission::check(object)?;
    case.note(StepName::Admission, StepStatus::Ok, version);
    if let Some((route, value)) = &case.fields.unknown {
        let text = format!("{route} is \"{value}\", which is known only after substitution");
        case.gaps.push(Gap::new(GapKind::Variable, text));
        return Ok(());
    }
    let keyring = credentials::read(case, shelf);
    case.credential_gaps = case.gaps.len();
    let keyring = keyring?;
    let proxy = proxy::read(case, shelf)?;
    let login = credentials::login(case)?;
    let tls = transport::read(case, shelf)?;
    // The URL is looked at last; only a step of the network reports it.
    let repository = case.repository();
    let credentials = credentials::choose(case, &keyring, repository.as_ref());
    let Some(repository) = repository else { return Ok(()) };
    verification::read(case, shelf);
    case.connection = Some(Connection {
        repository,
        credentials,
        login,
        login_timeout: case.fields.timeout(),
        authorities: tls.authorities,
        client: tls.client,
        skip_verification: tls.skip_verification,
        proxy,
    });
    Ok(())
}

impl Case {
    pub(super) fn note(&mut self, name: StepName, status: StepStatus, detail: impl Into<String>) {
        self.steps.push(Step { name, status, detail: detail.into() });
    }
}

/// What is said of a Secret that the files do not show.
pub(super) fn not_in_files(name: &str, secret: SecretUse) -> String {
    format!("the Secret \"{name}\" ({}) is not in the files", secret.field())
}

/// The same of a ServiceAccount.
pub(super) fn account_not_in_files(name: &str) -> String {
    format!("the ServiceAccount \"{name}\" is not in the files")
}

/// A Secret that the controller must find; `None` where the files do not show it, which is a gap.
fn wanted(
    case: &mut Case,
    shelf: &Shelf<'_, '_>,
    name: &str,
    secret: SecretUse,
    missing: impl Fn(&str) -> (StepName, String),
) -> Result<Option<SecretData>, Box<Failed>> {
    match shelf.secret(name) {
        Lookup::Found(data) => Ok(Some(data)),
        Lookup::Elsewhere => {
            case.gaps.push(Gap::new(GapKind::NotInFiles, not_in_files(name, secret)));
            Ok(None)
        }
        Lookup::Missing => {
            let (step, message) = missing(&shelf.qualified(name));
            let fault = Fault::SecretMissing { secret, name: name.to_owned(), known: shelf.secret_names() };
            Err(Failed::new(step, AUTHENTICATION_FAILED, message, fault))
        }
    }
}
