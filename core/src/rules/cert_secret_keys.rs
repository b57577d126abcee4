use super::{Check, FixKind, Rule, Scope, page};
use crate::compat::secrets::{AUTHORITY, CERTIFICATE, Item, KeyName, PRIVATE_KEY, TlsData, TlsError};
use crate::compat::x509::{self, Certificate, Part};
use crate::context::Context;
use crate::diag::{Applicability, Severity};
use crate::model::{Secret, SecretValue, Text};
use crate::rules::support::secret_place;
use crate::text::Edit;
use crate::yaml::{Node, patch};

pub(super) const RULE: Rule = Rule {
    id: "cert-secret-keys",
    summary: "a Secret of certSecretRef that the controller cannot use",
    severity: Severity::Error,
    scope: Scope::Set,
    fix: FixKind::Safe,
    check: Check::Object(check),
    page: page!("cert-secret-keys"),
    ..Rule::DEFAULT
};

/// An entry that is read.
struct Entry<'a> {
    key: Node<'a>,
    value: SecretValue<'a>,
    /// The name it should have, where it has the old one.
    renamed: Option<&'static str>,
    bytes: Option<Vec<u8>>,
}

impl<'a> Entry<'a> {
    fn of(secret: &Secret<'a>, name: KeyName) -> Option<Self> {
        let find = |name: &str| secret.entries.iter().find(|(key, _)| key.text() == name).copied();
        let (key, value, renamed) = match find(name.name) {
            Some((key, value)) => (key, value, None),
            None => find(name.legacy).map(|(key, value)| (key, value, Some(name.name)))?,
        };
        Some(Self { key, value, renamed, bytes: value.bytes() })
    }
}

/// What the controller sees of an entry; `None` where that is only known later.
fn item<'e>(entry: Option<&'e Entry<'_>>) -> Option<Item<'e>> {
    let Some(entry) = entry else { return Some(Item::Absent) };
    match &entry.bytes {
        Some(bytes) => Some(Item::Bytes(bytes)),
        None => entry.value.is_encrypted().then_some(Item::Hidden),
    }
}

/// The entries of a Secret that are read.
struct Entries<'a> {
    certificate: Option<Entry<'a>>,
    key: Option<Entry<'a>>,
    authority: Option<Entry<'a>>,
}

fn check(ctx: &mut Context<'_, '_>) {
    let Some(name) = ctx.oci().and_then(|oci| oci.cert_secret_ref.as_ref()) else { return };
    let Some(secret) = ctx.referenced_secret(name) else { return };
    let entries = Entries {
        certificate: Entry::of(&secret, CERTIFICATE),
        key: Entry::of(&secret, PRIVATE_KEY),
        authority: Entry::of(&secret, AUTHORITY),
    };
    for entry in [&entries.certificate, &entries.key, &entries.authority].into_iter().flatten() {
        report_legacy(ctx, name, &secret, entry);
    }
    let items = (item(entries.certificate.as_ref()), item(entries.key.as_ref()), item(entries.authority.as_ref()));
    let (Some(certificate), Some(key), Some(authority)) = items else { return };
    match (TlsData { certificate, key, authority }).check() {
        Err(error) => report_error(ctx, name, &secret, &entries, &error),
        Ok((client, authorities)) => {
            if let (Some(entry), Some(client)) = (&entries.certificate, &client) {
                report_expired(ctx, name, &secret, entry, std::slice::from_ref(client));
            }
            if let Some(entry) = &entries.authority {
                report_expired(ctx, name, &secret, entry, &authorities);
            }
        }
    }
}

fn report_legacy<'a>(ctx: &mut Context<'_, 'a>, name: &Text<'a>, secret: &Secret<'a>, entry: &Entry<'a>) {
    let Some(renamed) = entry.renamed else { return };
    let message = format!("the Secret \"{}\" still has the old name {}", name.as_str(), entry.key.text());
    let place = secret_place::of(secret, entry.key, &entry.value);
    let found = ctx
        .report_text(name, message)
        .severity(Severity::Warning)
        .label(place, "the old name")
        .why("source-controller reads it, and writes an error into its log each time: \"using legacy key in secret data\"")
        .help(format!("name it {renamed}"));
    // The line of a private key is not for a diff to show.
    if secret.is_editable() && (renamed != PRIVATE_KEY.name || secret_place::is_apart(&entry.value)) {
        let edit = patch::set_string(entry.key, renamed);
        found.fix_in(secret.object.file.id, Applicability::Safe, format!("Name it {renamed}"), vec![edit]);
    }
}

fn report_error<'a>(
    ctx: &mut Context<'_, 'a>,
    name: &Text<'a>,
    secret: &Secret<'a>,
    entries: &Entries<'a>,
    error: &TlsError,
) {
    let (certificate, key, authority) = (&entries.certificate, &entries.key, &entries.authority);
    let (fault, at, help) = match error {
        TlsError::NoKey => (
            "has a certificate and no private key",
            certificate,
            "add tls.key; or, if this is the registry's authority and no client's certificate, name it ca.crt",
        ),
        TlsError::NoCertificate => ("has a private key and no certificate", key, "add tls.crt"),
        TlsError::Nothing => (
            "has neither an authority nor a certificate with its key",
            &None,
            "name the registry's authority ca.crt, a client's certificate tls.crt and its key tls.key",
        ),
        TlsError::Authority => {
            ("has no certificate in its ca.crt", authority, "store the authority's certificate in PEM there")
        }
        TlsError::Pair(error) => match error.part {
            Part::Certificate => {
                ("has no usable certificate in its tls.crt", certificate, "store the client's certificate in PEM there")
            }
            Part::Key => (
                "has no usable private key in its tls.key",
                key,
                "store the certificate's private key in PEM there, unencrypted",
            ),
            Part::Pair => (
                "has a certificate and a private key that do not belong together",
                key,
                "store the private key that the certificate was made for",
            ),
        },
    };
    let namespace = secret.object.namespace().or(ctx.object().namespace()).unwrap_or("…");
    let words = error.words(&format!("{namespace}/{}", name.as_str()));
    let (place, label) = match at {
        Some(entry) => (secret_place::of(secret, entry.key, &entry.value), "this entry".to_owned()),
        None => (secret.object.place(), format!("it has {}", secret.names())),
    };
    let found = ctx
        .report_text(name, format!("the Secret \"{}\" {fault}", name.as_str()))
        .label(place, label)
        .why(format!("source-controller fails with \"{words}\""))
        .help(help);
    if let Some((wanted, edit)) = rename(secret, error) {
        found.fix_in(secret.object.file.id, Applicability::Unsafe, format!("Name it {wanted}"), vec![edit]);
    }
}

/// The one entry of another name that holds what is missing, renamed.
fn rename(secret: &Secret<'_>, error: &TlsError) -> Option<(&'static str, Edit)> {
    let (wanted, is_it): (&str, fn(&[u8]) -> bool) = match error {
        TlsError::NoKey => (PRIVATE_KEY.name, x509::holds_private_key),
        TlsError::NoCertificate => (CERTIFICATE.name, |bytes| !x509::authorities(bytes).is_empty()),
        TlsError::Nothing => (AUTHORITY.name, |bytes| !x509::authorities(bytes).is_empty()),
        TlsError::Authority | TlsError::Pair(_) => return None,
    };
    let known = [CERTIFICATE, PRIVATE_KEY, AUTHORITY];
    let is_read = |key: &str| known.iter().any(|known| known.name == key || known.legacy == key);
    let mut fitting = secret
        .entries
        .iter()
        .filter(|(key, value)| !is_read(key.text()) && value.bytes().is_some_and(|bytes| is_it(&bytes)));
    let ((key, value), None) = (fitting.next().filter(|_| secret.is_editable())?, fitting.next()) else { return None };
    if wanted == PRIVATE_KEY.name && !secret_place::is_apart(value) {
        return None;
    }
    Some((wanted, patch::set_string(*key, wanted)))
}

/// All of them: one of several authorities may be there for a while longer than it is valid.
fn report_expired<'a>(
    ctx: &mut Context<'_, 'a>,
    name: &Text<'a>,
    secret: &Secret<'a>,
    entry: &Entry<'a>,
    certificates: &[Certificate],
) {
    let Some(now) = ctx.config().now else { return };
    let last = certificates.iter().map(|certificate| certificate.not_after).collect::<Option<Vec<_>>>();
    let Some(last) = last.and_then(|last| last.into_iter().max()).filter(|last| *last < now) else { return };
    let place = secret_place::of(secret, entry.key, &entry.value);
    let date = x509::date(last);
    ctx.report_text(name, format!("{} in the Secret \"{}\" expired on {date}", entry.key.text(), name.as_str()))
        .severity(Severity::Warning)
        .label(place, format!("not valid after {date}"))
        .why("a connection with it is refused: \"x509: certificate has expired or is not yet valid\"")
        .help("store the certificate's successor");
}
