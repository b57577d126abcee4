//! What a token is asked for.

use std::sync::{Arc, Mutex, PoisonError};

/// What somebody means to do with a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    Pull,
    Push,
    Delete,
}

impl Action {
    fn as_str(self) -> &'static str {
        match self {
            Self::Pull => "pull",
            Self::Push => "push,pull",
            // Some registries want it named.
            Self::Delete => "push,pull,delete",
        }
    }
}

/// The scopes of one repository's requests, shared by its handles. They grow when a registry asks for more.
#[derive(Debug, Clone)]
pub(crate) struct Scopes(Arc<Mutex<Vec<String>>>);

impl Scopes {
    pub(crate) fn new(repository: &str, action: Action) -> Self {
        Self(Arc::new(Mutex::new(vec![scope(repository, action)])))
    }

    /// Another repository of the same registry is read too: blobs are mounted from there.
    pub(crate) fn add(&self, repository: &str, action: Action) {
        let scope = scope(repository, action);
        let mut scopes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !scopes.contains(&scope) {
            scopes.push(scope);
        }
    }

    /// Adds what a registry asks for, in front: some read the first scope alone.
    pub(crate) fn grow<'a>(&self, wanted: impl Iterator<Item = &'a String>) {
        let mut scopes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut new: Vec<String> = wanted.filter(|scope| !scopes.contains(scope)).cloned().collect();
        // A registry that asks for something else each time does not get ever longer questions.
        if new.len() + scopes.len() <= 16 {
            new.append(&mut scopes);
            *scopes = new;
        }
    }

    pub(crate) fn list(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn scope(repository: &str, action: Action) -> String {
    format!("repository:{repository}:{}", action.as_str())
}
