//! Files of credentials, as Google's console and `gcloud` write them.

use std::path::Path;

use serde::Deserialize;
use serde_json::json;

use super::external::External;
use super::{Given, SCOPE, Token};
use crate::registry::cloud::http::{Field, Question, endpoint};
use crate::registry::cloud::jwt;
use crate::registry::cloud::machine::Machine;
use crate::registry::cloud::tried::{Found, Miss};
use crate::registry::secret::Secret;

/// Where files that do not say it mean.
const TOKEN_URL: &str = "https://oauth2.googleapis.com/token";

/// How long an assertion counts, in seconds; and by how much clocks may differ.
const LIFE: i64 = 3600;
const SKEW: i64 = 10;

/// The key of a service account.
#[derive(Deserialize)]
struct ServiceAccount {
    client_email: String,
    private_key: Secret,
    #[serde(default)]
    private_key_id: String,
    token_uri: Option<String>,
}

/// What a person's login leaves behind.
#[derive(Deserialize)]
struct AuthorizedUser {
    client_id: String,
    client_secret: Secret,
    refresh_token: Secret,
    token_uri: Option<String>,
    #[serde(default)]
    account: String,
}

#[derive(Deserialize)]
struct Kind {
    #[serde(rename = "type")]
    kind: String,
}

/// A token for what a file holds.
pub(super) async fn token(machine: &Machine, path: &Path, text: &str) -> Found<Token> {
    let path = path.display();
    // serde's own words may quote what stands in the file.
    let broken = || Miss::Failed(format!("{path} is not a file of credentials as Google writes them"));
    let kind: Kind = serde_json::from_str(text).map_err(|_| broken())?;
    let token = match kind.kind.as_str() {
        "service_account" => {
            let account: ServiceAccount = serde_json::from_str(text).map_err(|_| broken())?;
            account.token(machine).await
        }
        "authorized_user" => {
            let user: AuthorizedUser = serde_json::from_str(text).map_err(|_| broken())?;
            user.token(machine).await
        }
        "external_account" => {
            let external: External = serde_json::from_str(text).map_err(|_| broken())?;
            if let Some(what) = external.unknown_source() {
                return Err(Miss::Program(format!("{path} wants a token of {what}, which is left to `gcloud`")));
            }
            external.token(machine).await
        }
        // Only a type that is one is shown.
        "impersonated_service_account" | "external_account_authorized_user" | "gdch_service_account" => {
            return Err(Miss::Program(format!("{path} is of type {}, which is left to `gcloud`", kind.kind)));
        }
        _ => return Err(broken()),
    };
    Ok(token.map_err(|why| format!("{path}: {why}"))?)
}

impl ServiceAccount {
    async fn token(&self, machine: &Machine) -> Result<Token, String> {
        let audience = self.token_uri.as_deref().unwrap_or(TOKEN_URL);
        let now = machine.now() - SKEW;
        let claims = json!({
            "iss": self.client_email, "scope": SCOPE, "aud": audience, "iat": now, "exp": now + LIFE,
        });
        let assertion = jwt::sign(&claims, &self.private_key_id, &self.private_key)?;
        let fields = [
            ("grant_type", Field::Plain("urn:ietf:params:oauth:grant-type:jwt-bearer")),
            ("assertion", Field::Secret(&assertion)),
        ];
        let question = Question::post(endpoint(audience, false)?).form(&fields);
        let given: Given = machine.http.ask(&question).await?.json()?;
        given.token(format!("service account {}", self.client_email))
    }
}

impl AuthorizedUser {
    async fn token(&self, machine: &Machine) -> Result<Token, String> {
        let fields = [
            ("grant_type", Field::Plain("refresh_token")),
            ("client_id", Field::Plain(&self.client_id)),
            ("client_secret", Field::Secret(&self.client_secret)),
            ("refresh_token", Field::Secret(&self.refresh_token)),
        ];
        let url = endpoint(self.token_uri.as_deref().unwrap_or(TOKEN_URL), false)?;
        let given: Given = machine.http.ask(&Question::post(url).form(&fields)).await?.json()?;
        given.token(match self.account.as_str() {
            "" => "the person of `gcloud auth application-default login`".to_owned(),
            account => account.to_owned(),
        })
    }
}
