//! Trust policies of notation: `trustpolicy.json` in the Secret of `spec.verify`.
//!
//! A port of notation-go 1.3.2, `verifier/trustpolicy`, decoded as Go decodes it. Vectors:
//! `trust_policy.jsonl`.
//!
//! Where several things of one statement's `override`, or several scopes, are wrong, Go names one of
//! them at random; the first of the document is named here.

use crate::collections::{IndexMap, IndexSet};
use std::fmt;

use super::quote::quoted;

mod decode;
mod distinguished_name;
mod level;
mod scope;
mod statement;

pub use decode::DecodeError;
pub use level::{Action, Enforcement, Level, SignatureVerification, VerificationLevel};

/// A scope, or an identity, that stands for all.
const WILDCARD: &str = "*";

/// The only version of the document that notation reads.
const SUPPORTED_VERSION: &str = "1.0";

/// A trust policy document, decoded and not yet validated.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    /// `version`, `1.0`.
    pub version: String,
    /// `trustPolicies`.
    pub statements: Vec<Statement>,
}

/// A statement of a trust policy: what to ask of the signatures of some repositories.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Statement {
    /// `name`.
    pub name: String,
    /// `registryScopes`: repositories, `ghcr.io/org/app`, or `*` alone.
    pub registry_scopes: Vec<String>,
    /// `signatureVerification`.
    pub signature_verification: SignatureVerification,
    /// `trustStores`: `ca:name`, `signingAuthority:name`, `tsa:name`.
    pub trust_stores: Vec<String>,
    /// `trustedIdentities`: `x509.subject: C=US, ST=WA, O=acme`, or `*` alone.
    pub trusted_identities: Vec<String>,
}

impl Document {
    /// Reads `trustpolicy.json`, as laxly as Go does: names of fields in any case, unknown ones
    /// ignored, the last of several equal ones taken, `null` for nothing.
    ///
    /// # Errors
    ///
    /// What is not JSON, or of the wrong types, in Go's words.
    pub fn decode(json: &str) -> Result<Document, DecodeError> {
        decode::decode(json)
    }

    /// Empties the trust stores and identities of statements of level `skip`, as source-controller
    /// does before it validates a document that notation alone would refuse.
    pub fn clear_skipped(&mut self) {
        for statement in &mut self.statements {
            if statement.signature_verification.level == Level::Skip.name() {
                statement.trust_stores.clear();
                statement.trusted_identities.clear();
            }
        }
    }

    /// Checks a document.
    ///
    /// # Errors
    ///
    /// The first thing wrong with it, in notation's words.
    pub fn validate(&self) -> Result<(), PolicyError> {
        if self.version.is_empty() {
            return Err(PolicyError::of_document(
                PolicyErrorKind::Version,
                "trust policy document has empty version, version must be specified".to_owned(),
            ));
        }
        if self.version != SUPPORTED_VERSION {
            let version = quoted(&self.version);
            return Err(PolicyError::of_document(
                PolicyErrorKind::Version,
                format!("trust policy document uses unsupported version {version}"),
            ));
        }
        if self.statements.is_empty() {
            return Err(PolicyError::of_document(
                PolicyErrorKind::NoStatements,
                "trust policy document can not have zero trust policy statements".to_owned(),
            ));
        }
        let mut names = IndexSet::new();
        for (index, statement) in self.statements.iter().enumerate() {
            if !names.insert(statement.name.as_str()) {
                let name = quoted(&statement.name);
                return Err(PolicyError::of_statement(
                    index,
                    PolicyErrorKind::Name,
                    format!(
                        "multiple trust policy statements use the same name {name}, statement names must be unique"
                    ),
                ));
            }
            statement
                .validate()
                .map_err(|(kind, words)| PolicyError::of_statement(index, kind, format!("trust policy: {words}")))?;
        }
        self.validate_scopes()
    }

    /// Every statement has scopes, each is a repository or a lone wildcard, and none stands twice.
    fn validate_scopes(&self) -> Result<(), PolicyError> {
        let mut counts: IndexMap<&str, usize> = IndexMap::new();
        for (index, statement) in self.statements.iter().enumerate() {
            statement
                .validate_scopes()
                .map_err(|words| PolicyError::of_statement(index, PolicyErrorKind::RegistryScope, words))?;
            for scope in &statement.registry_scopes {
                *counts.or_default(scope) += 1;
            }
        }
        let mut scopes = self.statements.iter().flat_map(|statement| &statement.registry_scopes);
        match scopes.find(|scope| counts.get(scope.as_str()).is_some_and(|count| *count > 1)) {
            None => Ok(()),
            Some(scope) => {
                let scope = quoted(scope);
                Err(PolicyError::of_document(
                    PolicyErrorKind::ScopeTwice,
                    format!(
                        "registry scope {scope} is present in multiple trust policy statements, one registry scope value can only be associated with one statement"
                    ),
                ))
            }
        }
    }

    /// The statement for an artifact, `registry/repository@digest`: the one that names the
    /// repository, else the one with the wildcard. Docker Hub is `index.docker.io/…`.
    ///
    /// Asked of a document that is not valid, the last statement that fits is taken.
    ///
    /// # Errors
    ///
    /// No statement fits, or the text is no such reference.
    pub fn applicable(&self, artifact: &str) -> Result<&Statement, PolicyError> {
        let not_a_reference = |words| PolicyError::of_document(PolicyErrorKind::Reference, words);
        let Some((repository, _)) = artifact.rsplit_once('@') else {
            let artifact = quoted(artifact);
            return Err(not_a_reference(format!(
                "artifact URI {artifact} could not be parsed, make sure it is the fully qualified oci artifact URI without the scheme/protocol. e.g domain.com:80/my/repository@sha256:digest"
            )));
        };
        scope::validate(repository).map_err(not_a_reference)?;
        let (mut exact, mut wildcard) = (None, None);
        for statement in &self.statements {
            let names = |scope: &str| statement.registry_scopes.iter().any(|it| it == scope);
            if names(WILDCARD) {
                wildcard = Some(statement);
            } else if names(repository) {
                exact = Some(statement);
            }
        }
        exact.or(wildcard).ok_or_else(|| {
            let artifact = quoted(artifact);
            PolicyError::of_document(
                PolicyErrorKind::NotApplicable,
                format!("artifact {artifact} has no applicable trust policy statement. Trust policy applicability for a given artifact is determined by registryScopes. To create a trust policy, see: https://notaryproject.dev/docs/quickstart/#create-a-trust-policy"),
            )
        })
    }
}

/// What is wrong with a trust policy, or with asking it. `Display` gives notation's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyError {
    statement: Option<usize>,
    kind: PolicyErrorKind,
    words: String,
}

/// The field that a [`PolicyError`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyErrorKind {
    /// `version` is missing or not `1.0`.
    Version,
    /// `trustPolicies` is missing or empty.
    NoStatements,
    /// A `name` is missing or used twice.
    Name,
    /// `signatureVerification`: a level, an override or a timestamp option that there is not.
    SignatureVerification,
    /// `trustStores` or `trustedIdentities` is empty, or is not with level `skip`.
    Trust,
    /// A value of `trustStores`.
    TrustStore,
    /// A value of `trustedIdentities`.
    TrustedIdentity,
    /// `registryScopes` is empty, holds something that is no repository, or a wildcard among others.
    RegistryScope,
    /// A scope stands in the document more than once.
    ScopeTwice,
    /// No statement is for the repository.
    NotApplicable,
    /// The artifact asked about is no `registry/repository@digest`.
    Reference,
}

impl PolicyError {
    fn of_document(kind: PolicyErrorKind, words: String) -> PolicyError {
        PolicyError { statement: None, kind, words }
    }

    fn of_statement(statement: usize, kind: PolicyErrorKind, words: String) -> PolicyError {
        PolicyError { statement: Some(statement), kind, words }
    }

    /// Index of the statement that is wrong, where it is one alone.
    pub fn statement(&self) -> Option<usize> {
        self.statement
    }

    /// What is wrong.
    pub fn kind(&self) -> PolicyErrorKind {
        self.kind
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}

impl std::error::Error for PolicyError {}

#[cfg(test)]
mod tests;
