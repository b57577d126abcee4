//! What sources see of this machine: its variables, files, clock, and the ways out of it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::http::Http;
use super::tried::{Found, Miss};
use crate::registry::options::Options;
use crate::registry::secret::Secret;

/// The largest file of credentials, in bytes.
const FILE_LIMIT: u64 = 1024 * 1024;

/// This machine.
#[derive(Debug)]
pub(super) struct Machine {
    pub(super) http: Http,
    /// Variables that stand in for those of the environment.
    variables: Option<BTreeMap<String, String>>,
}

impl Machine {
    pub(super) fn new(options: &Options) -> Result<Self, String> {
        Ok(Self { http: Http::new(options)?, variables: None })
    }

    /// One with these variables and no others.
    #[cfg(test)]
    pub(super) fn with(variables: &[(&str, &str)]) -> Self {
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let http = Http::new(&Options::default()).expect("a way out");
        Self { http, variables: Some(variables.collect()) }
    }

    /// A variable; one that is empty is not set.
    pub(super) fn variable(&self, name: &str) -> Option<String> {
        let value = match &self.variables {
            Some(variables) => variables.get(name).cloned(),
            None => std::env::var(name).ok(),
        };
        value.filter(|value| !value.is_empty())
    }

    /// A variable that a source needs.
    pub(super) fn required(&self, name: &str) -> Found<String> {
        self.variable(name).ok_or_else(|| Miss::Absent(format!("{name} is not set")))
    }

    pub(super) fn secret(&self, name: &str) -> Option<Secret> {
        self.variable(name).map(Secret::new)
    }

    /// A path below the user's own folder.
    pub(super) fn home(&self, rest: &str) -> Option<PathBuf> {
        match &self.variables {
            Some(variables) => variables.get("HOME").map(|home| Path::new(home).join(rest)),
            None => std::env::home_dir().map(|home| home.join(rest)),
        }
    }

    /// Seconds since 1970.
    pub(super) fn now(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
    }

    /// A token that lies in a file.
    pub(super) fn token_file(&self, path: &str) -> Result<Secret, String> {
        let text = read(Path::new(path))?;
        match text.trim() {
            "" => Err(format!("{path} is empty")),
            token => Ok(Secret::new(token)),
        }
    }
}

/// A small file.
pub(super) fn read(path: &Path) -> Result<String, String> {
    read_if_there(path)?.ok_or_else(|| format!("{} is not there", path.display()))
}

/// A small file; nothing where there is none.
pub(super) fn read_if_there(path: &Path) -> Result<Option<String>, String> {
    let unread = |error: std::io::Error| format!("{} cannot be read: {}", path.display(), crate::error::words(&error));
    match std::fs::metadata(path) {
        Ok(known) if known.len() > FILE_LIMIT => return Err(format!("{} is too large", path.display())),
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unread(error)),
    }
    std::fs::read_to_string(path).map(Some).map_err(unread)
}
