//! The repositories of a registry, as far as it tells them.

use serde::Deserialize;

use super::error::{Error, Result};
use super::repository::Repository;
use super::transport::Request;

/// The largest answer, in bytes.
const ANSWER_LIMIT: u64 = 8 * 1024 * 1024;

impl Repository {
    /// Up to a thousand names of repositories beside this one. Public registries do not tell.
    pub(crate) async fn neighbours(&self) -> Result<Vec<String>> {
        #[derive(Deserialize)]
        struct Catalog {
            #[serde(default)]
            repositories: Option<Vec<String>>,
        }
        let mut url = self.registry_url("/v2/_catalog").await?;
        url.set_query(Some("n=1000"));
        let (_, body) = self.get(&Request::get(url), ANSWER_LIMIT).await?;
        let catalog: Catalog = serde_json::from_slice(&body).map_err(|error| Error::malformed(error.to_string()))?;
        Ok(catalog.repositories.unwrap_or_default())
    }
}
