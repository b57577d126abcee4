//! Azure Container Registry: an Entra token, which the registry itself changes for one of its own.
//!
//! Sources as the controller has them (fluxcd/pkg/auth 0.54, `newDefaultAzureCredential`), by the names that
//! azidentity gives them, so that what is found here and what stands in a condition can be compared; at last the
//! program `az`, which the controller does not ask.

use kubectl_oci_core::compat::provider_host::Provider;
use reqwest::Url;
use serde::Deserialize;
use serde_json::Value;

use super::Login;
use super::http::{Field, Question, Refusal, endpoint, escaped};
use super::jwt;
use super::machine::Machine;
use super::program;
use super::tried::{Found, Miss, NoLogin, Tried};
use crate::registry::credentials::Credentials;
use crate::registry::secret::Secret;

/// What tokens are for. It is the same in all of Azure's clouds (azcontainerregistry, `cloud_config.go`).
const RESOURCE: &str = "https://containerregistry.azure.net";
const SCOPE: &str = "https://containerregistry.azure.net/.default";

/// The user that stands for a token.
const TOKEN_USER: &str = "00000000-0000-0000-0000-000000000000";

/// The metadata server of virtual machines.
const METADATA: &str = "http://169.254.169.254";

/// An Entra token, and whose it is.
struct Token {
    token: Secret,
    identity: String,
}

/// Logs in to the registry of a host.
pub(super) async fn login(machine: &Machine, host: &str) -> Result<Login, NoLogin> {
    let mut tried = Tried::new(Provider::Azure);
    let token = 'token: {
        if let Some(token) = tried.take("EnvironmentCredential", client_secret(machine, host).await)? {
            break 'token token;
        }
        if !tried.is_for_program()
            && let Some(token) = tried.take("WorkloadIdentityCredential", workload_identity(machine, host).await)?
        {
            break 'token token;
        }
        if !tried.is_for_program()
            && let Some(token) = tried.take("ManagedIdentityCredential", managed_identity(machine).await)?
        {
            break 'token token;
        }
        match tried.take("AzureCLICredential", of_program().await)? {
            Some(token) => token,
            None => return Err(tried.nothing()),
        }
    };
    let credentials = exchange(machine, host, &token.token).await.map_err(|why| {
        NoLogin::here(Provider::Azure, format!("{} is not let in by the registry: {why}", token.identity))
    })?;
    Ok(Login { credentials, identity: token.identity })
}

/// A client with a secret.
async fn client_secret(machine: &Machine, host: &str) -> Found<Token> {
    let missing = |name: &str| Miss::Absent(format!("missing environment variable {name}"));
    let tenant = machine.variable("AZURE_TENANT_ID").ok_or_else(|| missing("AZURE_TENANT_ID"))?;
    let client = machine.variable("AZURE_CLIENT_ID").ok_or_else(|| missing("AZURE_CLIENT_ID"))?;
    let Some(secret) = machine.secret("AZURE_CLIENT_SECRET") else {
        if machine.variable("AZURE_CLIENT_CERTIFICATE_PATH").is_some() {
            return Err(Miss::Program("certificates (AZURE_CLIENT_CERTIFICATE_PATH) are left to `az`".to_owned()));
        }
        return Err(missing("AZURE_CLIENT_SECRET"));
    };
    let fields = [
        ("grant_type", Field::Plain("client_credentials")),
        ("client_id", Field::Plain(&client)),
        ("client_secret", Field::Secret(&secret)),
        ("scope", Field::Plain(SCOPE)),
    ];
    Ok(entra(machine, host, &tenant, &client, &fields).await?)
}

/// A token of the cluster's, which Entra trusts.
async fn workload_identity(machine: &Machine, host: &str) -> Found<Token> {
    let missing = "missing environment variables for workload identity. Check webhook and pod configuration";
    let variable =
        |name: &str| machine.variable(name).ok_or_else(|| Miss::Absent(format!("{missing} ({name} is not set)")));
    let (client, tenant) = (variable("AZURE_CLIENT_ID")?, variable("AZURE_TENANT_ID")?);
    let file = variable("AZURE_FEDERATED_TOKEN_FILE")?;
    let assertion = machine.token_file(&file)?;
    let fields = [
        ("grant_type", Field::Plain("client_credentials")),
        ("client_id", Field::Plain(&client)),
        ("client_assertion_type", Field::Plain("urn:ietf:params:oauth:client-assertion-type:jwt-bearer")),
        ("client_assertion", Field::Secret(&assertion)),
        ("scope", Field::Plain(SCOPE)),
    ];
    Ok(entra(machine, host, &tenant, &client, &fields).await?)
}

/// What Entra gives a client of a tenant.
async fn entra(
    machine: &Machine,
    host: &str,
    tenant: &str,
    client: &str,
    fields: &[(&str, Field<'_>)],
) -> Result<Token, String> {
    let url = authority(machine, host)?;
    let url = format!("{}/{}/oauth2/v2.0/token", url.as_str().trim_end_matches('/'), escaped(tenant.as_bytes()));
    let answer = machine.http.ask(&Question::post(endpoint(&url, false)?).form(fields)).await?;
    let given: Given = answer.json()?;
    given.token(machine, Some(&format!("client {client} of tenant {tenant}")))
}

/// Where Entra is: the one of the registry's cloud, unless somebody says otherwise.
fn authority(machine: &Machine, host: &str) -> Result<Url, String> {
    let named = machine.variable("AZURE_AUTHORITY_HOST");
    let usual = match host.rsplit('.').next() {
        Some("cn") => "https://login.chinacloudapi.cn",
        Some("us") => "https://login.microsoftonline.us",
        _ => "https://login.microsoftonline.com",
    };
    let named = named.map(|named| if named.contains("://") { named } else { format!("https://{named}") });
    endpoint(named.as_deref().unwrap_or(usual), false)
}

/// The identity of this machine: App Service and its kin name their server, virtual machines have it at one address.
async fn managed_identity(machine: &Machine) -> Found<Token> {
    let client = machine.variable("AZURE_CLIENT_ID");
    let client_id = client.as_ref().map(|client| format!("&client_id={}", escaped(client.as_bytes())));
    let query = format!("resource={}{}", escaped(RESOURCE.as_bytes()), client_id.unwrap_or_default());
    let service = machine.variable("IDENTITY_ENDPOINT").zip(machine.secret("IDENTITY_HEADER"));
    let is_service = service.is_some();
    let question = match service {
        Some((server, secret)) => {
            let url = endpoint(&format!("{server}?api-version=2019-08-01&{query}"), true)?;
            Question::get(url).of_metadata().secret_header("x-identity-header", "", &secret)
        }
        None => {
            let server = machine.variable("AZURE_POD_IDENTITY_AUTHORITY_HOST").unwrap_or_else(|| METADATA.to_owned());
            let server = server.trim_end_matches('/');
            let url =
                endpoint(&format!("{server}/metadata/identity/oauth2/token?api-version=2018-02-01&{query}"), true)?;
            Question::get(url).of_metadata().header("metadata", "true")
        }
    };
    let answer = machine.http.ask(&question).await.map_err(|refusal| unavailable(&refusal, is_service))?;
    let given: Given = answer.json()?;
    let named = client.map(|client| format!("managed identity {client}"));
    Ok(given.token(machine, named.as_deref())?)
}

/// Most machines have no such server, and many with one have no identity.
fn unavailable(refusal: &Refusal, is_service: bool) -> Miss {
    match refusal.status {
        None | Some(400 | 404) if !is_service => Miss::Absent(refusal.to_string()),
        _ => Miss::Failed(refusal.to_string()),
    }
}

/// Whoever is signed in with Azure's program.
async fn of_program() -> Found<Token> {
    let out = program::run("az", &["account", "get-access-token", "--resource", RESOURCE, "-o", "json"]).await?;
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Printed {
        access_token: Secret,
    }
    let printed: Printed =
        serde_json::from_str(&out).map_err(|_| "the program \"az\" does not print a token in JSON".to_owned())?;
    let token = printed.access_token;
    let who = jwt::claim(&token, &["upn", "unique_name", "preferred_username", "appid"]);
    let who = who.unwrap_or_else(|| "whoever is signed in".to_owned());
    Ok(Token { token, identity: format!("{who} of the program \"az\"") })
}

/// A token as Entra and metadata servers give it.
#[derive(Deserialize)]
struct Given {
    access_token: Secret,
    /// Seconds since 1970, as a text or a number; not told by all.
    expires_on: Option<Value>,
}

impl Given {
    fn token(self, machine: &Machine, whose: Option<&str>) -> Result<Token, String> {
        let token = self.access_token;
        let said = self.expires_on.and_then(|on| on.as_i64().or_else(|| on.as_str()?.parse().ok()));
        let whose = whose.map(str::to_owned).unwrap_or_else(|| match jwt::claim(&token, &["appid", "oid"]) {
            Some(id) => format!("managed identity {id}"),
            None => "the managed identity of this machine".to_owned(),
        });
        match said.or_else(|| jwt::expires(&token)) {
            Some(end) if end <= machine.now() => Err(format!("the token of {whose} has run out")),
            _ => Ok(Token { token, identity: whose }),
        }
    }
}

/// The registry's own token for Entra's.
async fn exchange(machine: &Machine, host: &str, token: &Secret) -> Result<Credentials, String> {
    let url = endpoint(&format!("https://{host}/oauth2/exchange?api-version=2021-07-01"), false)?;
    let fields = [
        ("grant_type", Field::Plain("access_token")),
        ("service", Field::Plain(host)),
        ("access_token", Field::Secret(token)),
    ];
    #[derive(Deserialize)]
    struct Changed {
        refresh_token: Secret,
    }
    let answer = machine.http.ask(&Question::post(url).form(&fields)).await?;
    let changed: Changed = answer.json()?;
    Ok(Credentials::basic_auth(TOKEN_USER, changed.refresh_token))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_cloud_has_its_authority() {
        let of = |host: &str, variables: &[(&str, &str)]| authority(&Machine::with(variables), host);
        for (host, expected) in [
            ("acme.azurecr.io", "https://login.microsoftonline.com/"),
            ("acme.azurecr.cn", "https://login.chinacloudapi.cn/"),
            ("acme.azurecr.us", "https://login.microsoftonline.us/"),
        ] {
            assert_eq!(of(host, &[]).expect("a URL").as_str(), expected);
        }
        let named = of("acme.azurecr.io", &[("AZURE_AUTHORITY_HOST", "login.example")]);
        assert_eq!(named.expect("a URL").as_str(), "https://login.example/");
        assert!(of("acme.azurecr.io", &[("AZURE_AUTHORITY_HOST", "http://login.example")]).is_err());
    }

    #[test]
    fn servers_without_identities_are_passed_over() {
        let refusal = |status| Refusal::of(status);
        assert!(matches!(unavailable(&refusal(None), false), Miss::Absent(_)));
        assert!(matches!(unavailable(&refusal(Some(400)), false), Miss::Absent(_)));
        assert!(matches!(unavailable(&refusal(Some(500)), false), Miss::Failed(_)));
        assert!(matches!(unavailable(&refusal(Some(400)), true), Miss::Failed(_)));
    }
}
