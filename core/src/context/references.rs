//! The Secrets and ServiceAccounts that an object names, where it is certain which they are.

use crate::model::{Found, Kind, Object, Secret, ServiceAccount, Text};

use super::Context;

impl<'a> Context<'_, 'a> {
    /// The Secret that the object means by a name. `None` where there is none in the set, where
    /// several may be meant, where it may be of another namespace, where a patch or an
    /// ExternalSecret may change it, and where the document shows no keys.
    ///
    /// Its values may be encrypted all the same: its type and the names of its keys are what is
    /// known then.
    pub fn referenced_secret(&self, name: &Text<'a>) -> Option<Secret<'a>> {
        let secret = Secret::of(self.referenced(Kind::Secret, name)?)?;
        let is_made = || self.surroundings().secrets(self.set()).is_made(secret.object.name());
        (!secret.entries.is_empty() && !is_made()).then_some(secret)
    }

    /// The ServiceAccount that the object means by a name, under the same conditions.
    pub fn referenced_service_account(&self, name: &Text<'a>) -> Option<ServiceAccount<'a>> {
        ServiceAccount::of(self.referenced(Kind::ServiceAccount, name)?)
    }

    fn referenced(&self, kind: Kind, name: &Text<'a>) -> Option<Object<'a>> {
        let name = name.known_non_empty()?;
        let own = self.object();
        let Found::Some(mut found) = self.set().find(kind, own.namespace(), name) else { return None };
        found.retain(|object| is_neighbour(own, *object));
        // Clusters of one repository may each have one of the name.
        if found.len() > 1 {
            found.retain(|object| object.file.id == own.file.id);
        }
        let [object] = found.as_slice() else { return None };
        let surroundings = self.surroundings();
        let whole = !surroundings.is_fragment(self.set(), *object) && !surroundings.may_be_patched(*object);
        whole.then_some(*object)
    }
}

/// True where two objects of fitting names are certainly of one namespace: both say so, or one
/// lies in the other's folder or below it, where a kustomization gives both the same.
fn is_neighbour(object: Object<'_>, other: Object<'_>) -> bool {
    if object.namespace().is_some() && object.namespace() == other.namespace() {
        return true;
    }
    let (folder, other) = (object.file.folder(), other.file.folder());
    let is_within = |inner: &str, outer: &str| {
        outer.is_empty() || inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    is_within(folder, other) || is_within(other, folder)
}
