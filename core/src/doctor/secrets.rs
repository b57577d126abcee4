//! The Secrets and ServiceAccounts that an object names, as far as the files show them.

use std::fmt;

use crate::context::{Presence, SecretNames};
use crate::model::{Found, Kind, Object, Secret, SecretValue, ServiceAccount, Set};

/// The namespace of an object that names none, as `kubectl apply` puts it.
pub(super) const DEFAULT_NAMESPACE: &str = "default";

/// A Secret that was found. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct SecretData {
    pub(super) name: String,
    /// `Opaque` where none is written; `None` where it is only known later.
    pub(super) secret_type: Option<String>,
    pub(super) entries: Vec<(String, SecretBytes)>,
}

/// A value of a Secret.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum SecretBytes {
    Known(Vec<u8>),
    /// Encrypted, or filled in later.
    Hidden,
}

impl fmt::Debug for SecretData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<&str> = self.keys().collect();
        f.debug_struct("SecretData").field("name", &self.name).field("keys", &keys).finish_non_exhaustive()
    }
}

impl SecretData {
    pub(super) fn get(&self, key: &str) -> Option<&SecretBytes> {
        self.entries.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|(name, _)| name.as_str())
    }

    /// The names of the entries, for a reader.
    pub(super) fn names(&self) -> String {
        let keys: Vec<&str> = self.keys().collect();
        if keys.is_empty() { "no entries".to_owned() } else { keys.join(", ") }
    }
}

/// What came of a look-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Lookup<T> {
    Found(T),
    /// Its like are in the files, and it is not.
    Missing,
    /// Nothing shows that the files are where it would be.
    Elsewhere,
}

/// The Secrets and accounts of a set that an object of some namespace sees.
pub(super) struct Shelf<'s, 'a> {
    object: Object<'a>,
    set: &'s Set<'a>,
    names: &'s SecretNames<'a>,
}

impl<'s, 'a> Shelf<'s, 'a> {
    pub(super) fn new(object: Object<'a>, set: &'s Set<'a>, names: &'s SecretNames<'a>) -> Self {
        Self { object, set, names }
    }

    pub(super) fn namespace(&self) -> &'a str {
        self.object.namespace().unwrap_or(DEFAULT_NAMESPACE)
    }

    /// `namespace/name`, as the controller prints it.
    pub(super) fn qualified(&self, name: &str) -> String {
        format!("{}/{name}", self.namespace())
    }

    pub(super) fn secret(&self, name: &str) -> Lookup<SecretData> {
        if let Some(object) = self.find(Kind::Secret, name)
            && let Some(secret) = Secret::of(object)
        {
            return if secret.is_hidden() && secret.entries.is_empty() && self.names.is_made(name) {
                Lookup::Elsewhere
            } else {
                Lookup::Found(read(&secret))
            };
        }
        match self.names.presence(self.object, self.object.namespace(), name) {
            Presence::Missing => Lookup::Missing,
            // Something in the set makes it.
            Presence::Here | Presence::Elsewhere => Lookup::Elsewhere,
        }
    }

    /// The names of the pull secrets of an account.
    pub(super) fn account(&self, name: &str) -> Lookup<Vec<String>> {
        if let Some(account) = self.find(Kind::ServiceAccount, name).and_then(ServiceAccount::of) {
            return Lookup::Found(account.image_pull_secrets.iter().map(|name| name.as_str().to_owned()).collect());
        }
        let is_here = |object: Object<'_>| object.namespace().is_none_or(|namespace| namespace == self.namespace());
        let kept = self.set.of_kind(Kind::ServiceAccount).any(is_here);
        if kept { Lookup::Missing } else { Lookup::Elsewhere }
    }

    /// The names of the Secrets that the object could mean, for "did you mean".
    pub(super) fn secret_names(&self) -> Vec<String> {
        self.names_of(Kind::Secret)
    }

    /// The names of the accounts that the object could mean.
    pub(super) fn account_names(&self) -> Vec<String> {
        self.names_of(Kind::ServiceAccount)
    }

    fn names_of(&self, kind: Kind) -> Vec<String> {
        let is_here = |object: &Object<'_>| object.namespace().is_none_or(|namespace| namespace == self.namespace());
        let mut names: Vec<String> =
            self.set.of_kind(kind).filter(is_here).map(|object| object.name().to_owned()).collect();
        names.retain(|name| !name.is_empty());
        names.dedup();
        names
    }

    /// The one object of a name: that of the object's own file where there are several.
    fn find(&self, kind: Kind, name: &str) -> Option<Object<'a>> {
        let Found::Some(found) = self.set.find(kind, self.object.namespace(), name) else { return None };
        let own = found.iter().find(|object| object.file.id == self.object.file.id);
        own.or(found.first()).copied()
    }
}

fn read(secret: &Secret<'_>) -> SecretData {
    let value = |value: &SecretValue<'_>| {
        if value.is_empty() {
            return SecretBytes::Known(Vec::new());
        }
        value.bytes().map_or(SecretBytes::Hidden, SecretBytes::Known)
    };
    SecretData {
        name: secret.object.name().to_owned(),
        secret_type: secret.type_name().map(str::to_owned),
        entries: secret.entries.iter().map(|(key, entry)| (key.text().to_owned(), value(entry))).collect(),
    }
}
