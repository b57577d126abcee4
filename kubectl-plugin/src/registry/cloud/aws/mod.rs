//! Elastic Container Registry.
//!
//! Sources in the order of AWS's SDK for Go, which is what the controller uses: variables, web identity (IRSA), the
//! shared files, a container's credentials (EKS Pod Identity, ECS), the instance's role; at last the program `aws`.

mod container;
mod instance;
mod profile;
mod signature;
mod sts;
mod time;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use kubectl_oci_core::compat::provider_host::Provider;
use reqwest::Url;
use serde::Deserialize;
use serde_json::Value;

use super::Login;
use super::http::endpoint;
use super::machine::Machine;
use super::program;
use super::tried::{Found, Miss, NoLogin, Tried};
use crate::registry::credentials::Credentials;
use crate::registry::secret::Secret;
use signature::Scope;

/// Keys that sign requests.
#[derive(Debug, Clone)]
struct Keys {
    access_key_id: String,
    secret: Secret,
    session_token: Option<Secret>,
    /// Whose they are.
    identity: String,
}

/// Where tokens of a registry come from.
#[derive(Debug)]
pub(super) struct Registry {
    region: String,
    is_public: bool,
    is_fips: bool,
}

impl Registry {
    /// The public gallery, which one region alone looks after.
    pub(super) fn public() -> Self {
        Self { region: "us-east-1".to_owned(), is_public: true, is_fips: false }
    }

    /// A private registry. The region comes from its host, which somebody else may have written: it becomes part of
    /// the name of the host that we show a signature to.
    pub(super) fn private(host: &str, region: &str) -> Result<Self, NoLogin> {
        let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if region.is_empty() || !region.bytes().all(is_name) {
            let why = format!("\"{region}\" in {host} is no region");
            return Err(NoLogin::here(Provider::Aws, why));
        }
        Ok(Self { region: region.to_owned(), is_public: false, is_fips: host.contains("ecr-fips.") })
    }

    fn service(&self) -> &'static str {
        if self.is_public { "ecr-public" } else { "ecr" }
    }

    fn endpoint(&self, machine: &Machine) -> Result<Url, String> {
        let name = if self.is_public { "ECR_PUBLIC" } else { "ECR" };
        let host = match (self.is_public, self.is_fips) {
            (true, _) => "api.ecr-public",
            (false, true) => "ecr-fips",
            (false, false) => "api.ecr",
        };
        service_endpoint(machine, name, host, &self.region)
    }
}

/// Logs in to a registry.
pub(super) async fn login(machine: &Machine, registry: &Registry) -> Result<Login, NoLogin> {
    let mut tried = Tried::new(Provider::Aws);
    let region = machine.variable("AWS_REGION").or_else(|| machine.variable("AWS_DEFAULT_REGION"));
    let region = region.unwrap_or_else(|| registry.region.clone());
    let keys = 'keys: {
        if let Some(keys) = tried.take("environment", of_environment(machine))? {
            break 'keys keys;
        }
        if let Some(keys) = tried.take("web identity", web_identity(machine, &region).await)? {
            break 'keys keys;
        }
        if let Some(keys) = tried.take("profile", profile::keys(machine, &region).await)? {
            break 'keys keys;
        }
        if !tried.is_for_program()
            && let Some(keys) = tried.take("container", container::keys(machine).await)?
        {
            break 'keys keys;
        }
        if !tried.is_for_program()
            && let Some(keys) = tried.take("instance metadata", instance::keys(machine).await)?
        {
            break 'keys keys;
        }
        return match tried.take("aws", of_program(registry).await)? {
            Some(login) => Ok(login),
            None => Err(tried.nothing()),
        };
    };
    let credentials = authorization_token(machine, registry, &keys).await.map_err(|why| {
        NoLogin::here(Provider::Aws, format!("{} cannot be changed for a token of the registry: {why}", keys.identity))
    })?;
    Ok(Login { credentials, identity: keys.identity })
}

fn of_environment(machine: &Machine) -> Found<Keys> {
    let id = machine.variable("AWS_ACCESS_KEY_ID").or_else(|| machine.variable("AWS_ACCESS_KEY"));
    let access_key_id = id.ok_or_else(|| Miss::Absent("AWS_ACCESS_KEY_ID is not set".to_owned()))?;
    let secret = machine.secret("AWS_SECRET_ACCESS_KEY").or_else(|| machine.secret("AWS_SECRET_KEY"));
    let secret = secret.ok_or_else(|| Miss::Absent("AWS_SECRET_ACCESS_KEY is not set".to_owned()))?;
    let identity = format!("access key {access_key_id} of the environment");
    Ok(Keys { access_key_id, secret, session_token: machine.secret("AWS_SESSION_TOKEN"), identity })
}

/// IAM roles for service accounts.
async fn web_identity(machine: &Machine, region: &str) -> Found<Keys> {
    let file = machine.required("AWS_WEB_IDENTITY_TOKEN_FILE")?;
    let role = machine.variable("AWS_ROLE_ARN").ok_or_else(|| Miss::Failed("AWS_ROLE_ARN is not set".to_owned()))?;
    let session = machine.variable("AWS_ROLE_SESSION_NAME");
    Ok(sts::with_web_identity(machine, region, &file, &role, session.as_deref()).await?)
}

/// What the program of AWS gets, which knows SSO and second factors too.
async fn of_program(registry: &Registry) -> Found<Login> {
    let arguments = [registry.service(), "get-login-password", "--region", &registry.region];
    let out = program::run("aws", &arguments).await?;
    match out.trim() {
        "" => Err(Miss::Failed("the program \"aws\" printed no password".to_owned())),
        password => Ok(Login {
            credentials: Credentials::basic_auth("AWS", Secret::new(password)),
            identity: "whoever is signed in with the program \"aws\"".to_owned(),
        }),
    }
}

/// `GetAuthorizationToken`, which gives the registry's user and password.
async fn authorization_token(machine: &Machine, registry: &Registry, keys: &Keys) -> Result<Credentials, String> {
    let target = match registry.is_public {
        true => "SpencerFrontendService.GetAuthorizationToken",
        false => "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken",
    };
    let headers = [("content-type", "application/x-amz-json-1.1"), ("x-amz-target", target)];
    let scope = Scope { region: &registry.region, service: registry.service() };
    let url = registry.endpoint(machine)?;
    let question = signature::post(url, &headers, "{}".to_owned(), keys, scope, machine.now());
    let answer: Value = machine.http.ask(&question).await?.json()?;
    let data = answer.get("authorizationData").map(|data| data.get(0).unwrap_or(data));
    let token = data.and_then(|data| data.get("authorizationToken")?.as_str());
    let pair = token.and_then(|token| BASE64_STANDARD.decode(token).ok());
    let pair = pair.as_deref().and_then(|pair| std::str::from_utf8(pair).ok()?.split_once(':'));
    let (user, password) = pair.ok_or("ECR answers without an authorization token")?;
    Ok(Credentials::basic_auth(user, Secret::new(password)))
}

/// Keys as containers, instances and programs hand them out.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Handed {
    access_key_id: String,
    secret_access_key: Secret,
    #[serde(alias = "SessionToken")]
    token: Option<Secret>,
    expiration: Option<String>,
    /// Told by ECS alone.
    role_arn: Option<String>,
}

impl Handed {
    fn keys(self, machine: &Machine, identity: String) -> Result<Keys, String> {
        if let Some(expiration) = self.expiration.filter(|expiration| time::is_past(expiration, machine.now())) {
            return Err(format!("the keys of {identity} ran out at {expiration}"));
        }
        Ok(Keys {
            access_key_id: self.access_key_id,
            secret: self.secret_access_key,
            session_token: self.token.filter(|token| !token.is_empty()),
            identity,
        })
    }
}

/// The endpoint of a service in a region: that of the environment, else AWS's.
fn service_endpoint(machine: &Machine, service: &str, host: &str, region: &str) -> Result<Url, String> {
    let named = machine.variable(&format!("AWS_ENDPOINT_URL_{service}"));
    let named = named.or_else(|| machine.variable("AWS_ENDPOINT_URL"));
    let is_ignored = machine.variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS").is_some_and(|value| value == "true");
    match named.filter(|_| !is_ignored) {
        Some(url) => endpoint(&url, true),
        None => endpoint(&format!("https://{host}.{region}.{}/", domain(region)), false),
    }
}

/// What the hosts of a region end in: that of its partition.
fn domain(region: &str) -> &'static str {
    match region.split_once('-').map(|(area, rest)| (area, rest.split('-').next().unwrap_or_default())) {
        Some(("cn", _)) => "amazonaws.com.cn",
        Some(("eusc", _)) => "amazonaws.eu",
        Some((_, "iso")) => "c2s.ic.gov",
        Some((_, "isob")) => "sc2s.sgov.gov",
        Some((_, "isoe")) => "cloud.adc-e.uk",
        Some((_, "isof")) => "csp.hci.ic.gov",
        _ => "amazonaws.com",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_region_has_its_endpoint() {
        let machine = Machine::with(&[]);
        for (host, region, endpoint) in [
            ("1.dkr.ecr.eu-west-1.amazonaws.com", "eu-west-1", "https://api.ecr.eu-west-1.amazonaws.com/"),
            (
                "1.dkr.ecr-fips.us-gov-west-1.amazonaws.com",
                "us-gov-west-1",
                "https://ecr-fips.us-gov-west-1.amazonaws.com/",
            ),
            ("1.dkr.ecr.cn-north-1.amazonaws.com.cn", "cn-north-1", "https://api.ecr.cn-north-1.amazonaws.com.cn/"),
            (
                "1.dkr.ecr.us-isob-east-1.sc2s.sgov.gov",
                "us-isob-east-1",
                "https://api.ecr.us-isob-east-1.sc2s.sgov.gov/",
            ),
            ("1.dkr.ecr.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1", "https://api.ecr.eusc-de-east-1.amazonaws.eu/"),
            ("1.dkr-ecr.eu-west-1.on.aws", "eu-west-1", "https://api.ecr.eu-west-1.amazonaws.com/"),
        ] {
            let registry = Registry::private(host, region).expect("a registry");
            assert_eq!(registry.endpoint(&machine).expect("an endpoint").as_str(), endpoint);
        }
        let public = Registry::public().endpoint(&machine).expect("an endpoint");
        assert_eq!(public.as_str(), "https://api.ecr-public.us-east-1.amazonaws.com/");
    }

    #[test]
    fn what_is_no_region_goes_into_no_host() {
        for region in ["", "evil@host", "a:1", "EU"] {
            assert!(Registry::private("1.dkr.ecr.x.amazonaws.com", region).is_err(), "{region}");
        }
    }

    #[test]
    fn endpoints_of_the_environment_come_first() {
        let both = [("AWS_ENDPOINT_URL", "http://127.0.0.1:1"), ("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:2")];
        let machine = Machine::with(&both);
        let url = |service: &str| service_endpoint(&machine, service, "sts", "eu-west-1").expect("a URL").to_string();
        assert_eq!((url("ECR"), url("STS")), ("http://127.0.0.1:1/".to_owned(), "http://127.0.0.1:2/".to_owned()));
    }
}
