//! The role of an EC2 instance, from its metadata server (version 2: a session first).

use super::{Handed, Keys};
use crate::registry::cloud::http::{Question, Refusal, endpoint};
use crate::registry::cloud::machine::Machine;
use crate::registry::cloud::tried::{Found, Miss};
use crate::registry::secret::Secret;

const ROLES: &str = "latest/meta-data/iam/security-credentials/";

pub(super) async fn keys(machine: &Machine) -> Found<Keys> {
    if machine.variable("AWS_EC2_METADATA_DISABLED").is_some_and(|value| value.eq_ignore_ascii_case("true")) {
        return Err(Miss::Absent("AWS_EC2_METADATA_DISABLED is true".to_owned()));
    }
    let mode = machine.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE").unwrap_or_default();
    let usual = if mode.eq_ignore_ascii_case("ipv6") { "http://[fd00:ec2::254]" } else { "http://169.254.169.254" };
    let base = machine.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT").unwrap_or_else(|| usual.to_owned());
    let url = |path: &str| endpoint(&format!("{}/{path}", base.trim_end_matches('/')), true);

    let session = Question::put(url("latest/api/token")?).of_metadata();
    let session = session.header("x-aws-ec2-metadata-token-ttl-seconds", "300");
    let session = Secret::new(machine.http.ask(&session).await.map_err(absent)?.text());
    let get = |path: String| {
        let question = url(&path).map(|url| Question::get(url).of_metadata());
        question.map(|question| question.secret_header("x-aws-ec2-metadata-token", "", &session))
    };
    let roles = machine.http.ask(&get(ROLES.to_owned())?).await.map_err(|refusal| match refusal.status {
        Some(404) => Miss::Absent("this instance has no role".to_owned()),
        _ => Miss::Failed(refusal.to_string()),
    })?;
    let roles = roles.text();
    let role = roles.lines().next().unwrap_or_default().trim();
    if role.is_empty() || role.contains(['/', '?', '#']) {
        return Err(Miss::Absent("this instance has no role".to_owned()));
    }
    let answer = machine.http.ask(&get(format!("{ROLES}{role}"))?).await.map_err(String::from)?;
    let handed: Handed = answer.json()?;
    Ok(handed.keys(machine, format!("role {role} of this instance"))?)
}

/// Most machines are no instances.
fn absent(refusal: Refusal) -> Miss {
    Miss::Absent(refusal.to_string())
}
