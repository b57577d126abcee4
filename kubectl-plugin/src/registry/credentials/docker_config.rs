//! `config.json` of Docker, `auth.json` of Podman.

use std::collections::BTreeMap;
use std::env;
use std::io;
use std::path::{Path, PathBuf};

use kubectl_oci_core::compat::image_name::{DEFAULT_REGISTRY, Repository};
use kubectl_oci_core::compat::pull_secret::{DOCKER_CONFIG_JSON, Keyring, PullSecret, data_key};
use kubectl_oci_core::render::Failure;
use serde::Deserialize;

use super::{Credentials, first, helper};
use crate::registry::error::{Error, Result};

/// The name that Docker keeps its own registry's credentials under.
const DOCKER_HUB_KEY: &str = "https://index.docker.io/v1/";

/// Who is asked for credentials.
#[derive(Debug, Clone, Default)]
pub(crate) struct DockerConfig {
    /// Helpers by host.
    helpers: BTreeMap<String, String>,
    /// The helper for all other hosts; empty if none.
    store: String,
    /// What stands in the file itself, matched by host and path.
    keyring: Keyring,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct File {
    cred_helpers: BTreeMap<String, String>,
    creds_store: String,
    auths: serde_json::Map<String, serde_json::Value>,
}

impl DockerConfig {
    /// Reads the first file that is there: of `$DOCKER_CONFIG` or `~/.docker`, `$REGISTRY_AUTH_FILE`, Podman's.
    ///
    /// # Errors
    ///
    /// A file that is there and cannot be used.
    pub(crate) fn of_environment() -> Result<Self> {
        for path in places() {
            match std::fs::read_to_string(&path) {
                Ok(text) => return Self::parse(&text, &path),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(unusable(&path, crate::error::words(&error))),
            }
        }
        Ok(Self::default())
    }

    /// Reads one file.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|error| unusable(path, crate::error::words(&error)))?;
        Self::parse(&text, path)
    }

    fn parse(text: &str, path: &Path) -> Result<Self> {
        // serde's own words quote the value that did not fit, which may be a password.
        let file: File = serde_json::from_str(text).map_err(|error| {
            unusable(
                path,
                format!("it is not JSON as Docker writes it (line {}, column {})", error.line(), error.column()),
            )
        })?;
        let auths: serde_json::Map<_, _> = file.auths.into_iter().filter(|(_, entry)| holds_something(entry)).collect();
        let value = serde_json::json!({ "auths": auths }).to_string();
        let key = data_key(DOCKER_CONFIG_JSON).unwrap_or_default();
        let keyring = Keyring::new(&[PullSecret { secret_type: DOCKER_CONFIG_JSON, key, value: &value }])
            .map_err(|error| unusable(path, error.to_string()))?;
        Ok(Self { helpers: file.cred_helpers, store: file.creds_store, keyring })
    }

    /// What it has for a repository: of the host's helper, else of the store, else of the file.
    pub(super) async fn credentials(&self, repository: &Repository) -> Result<Credentials> {
        let host = repository.registry_host();
        let key = if host == DEFAULT_REGISTRY { DOCKER_HUB_KEY } else { host };
        let names = [host, key, "docker.io"];
        let named = names.iter().take(if host == DEFAULT_REGISTRY { 3 } else { 2 });
        let helper = named.filter_map(|name| self.helpers.get(*name)).next();
        if let Some(helper) = helper.or(Some(&self.store)).filter(|helper| !helper.is_empty())
            && let Some(found) = helper::get(helper, key).await?
        {
            return Ok(found);
        }
        Ok(first(&self.keyring, repository))
    }
}

/// Where a helper keeps the credentials, Docker leaves an empty entry.
fn holds_something(entry: &serde_json::Value) -> bool {
    let fields = ["auth", "username", "password", "identitytoken", "registrytoken"];
    let is_set = |name: &str| entry.get(name).is_some_and(|value| value.as_str() != Some(""));
    fields.iter().any(|name| is_set(name))
}

/// The files that may hold credentials, the first one that is there counting.
fn places() -> Vec<PathBuf> {
    let variable = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let docker = variable("DOCKER_CONFIG").or_else(|| Some(env::home_dir()?.join(".docker")));
    let places = [
        docker.map(|folder| folder.join("config.json")),
        variable("REGISTRY_AUTH_FILE"),
        variable("XDG_RUNTIME_DIR").map(|folder| folder.join("containers/auth.json")),
        variable("XDG_CONFIG_HOME")
            .or_else(|| Some(env::home_dir()?.join(".config")))
            .map(|folder| folder.join("containers/auth.json")),
    ];
    places.into_iter().flatten().collect()
}

fn unusable(path: &Path, why: String) -> Error {
    Error::local(Failure::new(format!("the credentials of {} cannot be used", path.display())).why(why))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(config: &str, image: &str) -> String {
        let config = DockerConfig::parse(config, Path::new("config.json")).expect("a configuration");
        let repository = Repository::parse(image).expect("a repository");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let credentials = runtime.block_on(config.credentials(&repository)).expect("credentials");
        String::from_utf8_lossy(credentials.username.expose()).into_owned()
    }

    #[test]
    fn the_longest_path_wins_and_empty_entries_do_not_count() {
        let config = r#"{"auths": {"ghcr.io": {"username": "host", "password": "x"},
            "ghcr.io/acme": {"auth": "cGF0aDp4"}, "quay.io": {}, "https://index.docker.io/v1/": {"auth": "aHViOng="}}}"#;
        assert_eq!(found(config, "ghcr.io/acme/app"), "path");
        assert_eq!(found(config, "ghcr.io/other/app"), "host");
        assert_eq!(found(config, "quay.io/a/b"), "");
        assert_eq!(found(config, "nginx"), "hub");
        assert_eq!(found("{}", "ghcr.io/a/b"), "");
    }

    #[test]
    fn what_does_not_parse_is_not_quoted() {
        let broken = r#"{"auths": ["hunter2"]}"#;
        let error = DockerConfig::parse(broken, Path::new("config.json")).expect_err("no configuration");
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}
