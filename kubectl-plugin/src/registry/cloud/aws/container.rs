//! The credentials of a container: EKS Pod Identity and ECS.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use reqwest::Url;

use super::{Handed, Keys};
use crate::registry::address::{address, is_this_machine};
use crate::registry::cloud::http::Question;
use crate::registry::cloud::machine::Machine;
use crate::registry::cloud::tried::{Found, Miss};
use crate::registry::secret::Secret;

/// Where a relative address is meant.
const HOST: &str = "http://169.254.170.2";

/// The addresses that may be asked without TLS, besides this machine: ECS, EKS.
const NEAR: [IpAddr; 3] = [
    IpAddr::V4(Ipv4Addr::new(169, 254, 170, 2)),
    IpAddr::V4(Ipv4Addr::new(169, 254, 170, 23)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x23)),
];

pub(super) async fn keys(machine: &Machine) -> Found<Keys> {
    let relative = machine.variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    let full = machine.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI");
    let Some(text) = relative.map(|path| format!("{HOST}{path}")).or(full) else {
        return Err(Miss::Absent("AWS_CONTAINER_CREDENTIALS_FULL_URI is not set".to_owned()));
    };
    let url = allowed(&text)?;
    let mut question = Question::get(url).of_metadata();
    if let Some(token) = token(machine)? {
        question = question.secret_header("authorization", "", &token);
    }
    let answer = machine.http.ask(&question).await.map_err(String::from)?;
    let handed: Handed = answer.json()?;
    let identity = match handed.session_role() {
        Some(role) => format!("role {role} of this container"),
        None => "the role of this container".to_owned(),
    };
    Ok(handed.keys(machine, identity)?)
}

impl Handed {
    /// What ECS says beside the keys is not needed; the role is not told by EKS.
    fn session_role(&self) -> Option<&str> {
        self.role_arn.as_deref().filter(|role| !role.is_empty())
    }
}

/// Pod Identity renews its token in the file.
fn token(machine: &Machine) -> Result<Option<Secret>, String> {
    match machine.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") {
        Some(path) => machine.token_file(&path).map(Some),
        None => Ok(machine.secret("AWS_CONTAINER_AUTHORIZATION_TOKEN")),
    }
}

fn allowed(text: &str) -> Result<Url, String> {
    let url: Url = text.parse().map_err(|_| "its address is no URL".to_owned())?;
    let is_near = is_this_machine(&url) || address(&url).is_some_and(|address| NEAR.contains(&address));
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_near => Ok(url),
        _ => Err(format!("{} is neither HTTPS nor near: its token is not sent there", url.host_str().unwrap_or("it"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_stay_near() {
        for (url, is_allowed) in [
            ("http://169.254.170.23/v1/credentials", true),
            ("http://[fd00:ec2::23]/v1/credentials", true),
            ("http://localhost:81/", true),
            ("https://anywhere.example/", true),
            ("http://anywhere.example/", false),
            ("http://169.254.169.254/", false),
        ] {
            assert_eq!(allowed(url).is_ok(), is_allowed, "{url}");
        }
    }
}
