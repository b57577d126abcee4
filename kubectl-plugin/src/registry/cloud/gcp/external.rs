//! Workload identity federation: a token of somebody else's (a cluster's, a CI's), changed for one of Google's.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Given, SCOPE, Token};
use crate::registry::cloud::http::{Field, Question, endpoint};
use crate::registry::cloud::machine::Machine;
use crate::registry::secret::Secret;

/// `type: external_account`
#[derive(Deserialize)]
pub(super) struct External {
    audience: String,
    subject_token_type: String,
    token_url: String,
    credential_source: Source,
    service_account_impersonation_url: Option<String>,
}

/// Where the other token lies.
#[derive(Deserialize)]
struct Source {
    file: Option<String>,
    url: Option<String>,
    #[serde(default)]
    headers: BTreeMap<String, Secret>,
    #[serde(default)]
    format: Format,
    /// Of AWS.
    environment_id: Option<String>,
    executable: Option<Value>,
}

/// How it is written.
#[derive(Deserialize, Default)]
struct Format {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    subject_token_field_name: String,
}

impl External {
    /// Where the other token comes from, where that is not known here.
    pub(super) fn unknown_source(&self) -> Option<&'static str> {
        match (&self.credential_source.executable, &self.credential_source.environment_id) {
            (Some(_), _) => Some("a program"),
            (None, Some(_)) => Some("AWS"),
            (None, None) => None,
        }
    }

    pub(super) async fn token(&self, machine: &Machine) -> Result<Token, String> {
        let subject = self.credential_source.token(machine).await?;
        let fields = [
            ("grant_type", Field::Plain("urn:ietf:params:oauth:grant-type:token-exchange")),
            ("audience", Field::Plain(&self.audience)),
            ("scope", Field::Plain(SCOPE)),
            ("requested_token_type", Field::Plain("urn:ietf:params:oauth:token-type:access_token")),
            ("subject_token_type", Field::Plain(&self.subject_token_type)),
            ("subject_token", Field::Secret(&subject)),
        ];
        let question = Question::post(endpoint(&self.token_url, false)?).form(&fields);
        let given: Given = machine.http.ask(&question).await?.json()?;
        let federated = given.token(format!("the federated identity of {}", self.audience))?;
        match &self.service_account_impersonation_url {
            Some(url) => impersonate(machine, url, &federated.token).await,
            None => Ok(federated),
        }
    }
}

impl Source {
    async fn token(&self, machine: &Machine) -> Result<Secret, String> {
        let text = match (&self.file, &self.url) {
            (Some(file), _) => machine.token_file(file)?,
            (None, Some(url)) => {
                // Mostly a metadata server, and whoever wrote the file chose it.
                let mut question = Question::get(endpoint(url, true)?).of_metadata();
                for (name, value) in &self.headers {
                    question = question.named_secret_header(name, value);
                }
                Secret::new(machine.http.ask(&question).await?.text())
            }
            (None, None) => return Err("its credential_source names neither a file nor a URL".to_owned()),
        };
        if self.format.kind != "json" {
            return Ok(text);
        }
        let field = self.format.subject_token_field_name.as_str();
        let value: Option<Value> = serde_json::from_slice(text.expose()).ok();
        let token = value.as_ref().and_then(|value| value.get(field)?.as_str());
        token.map(Secret::new).ok_or_else(|| format!("what its credential_source names has no field \"{field}\""))
    }
}

/// The token of a service account, for whom the federated one may stand.
async fn impersonate(machine: &Machine, url: &str, token: &Secret) -> Result<Token, String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Lent {
        access_token: Secret,
    }
    let body = json!({"scope": [SCOPE], "lifetime": "3600s"}).to_string();
    let question = Question::post(endpoint(url, false)?).body("application/json", body);
    let question = question.secret_header("authorization", "Bearer ", token);
    let lent: Lent = machine.http.ask(&question).await?.json()?;
    let account = url.rsplit('/').next().and_then(|last| last.split(':').next()).unwrap_or(url);
    Ok(Token { token: lent.access_token, identity: format!("service account {account}") })
}
