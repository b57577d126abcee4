//! The Security Token Service: roles for identities.

use super::signature::{self, Scope};
use super::{Keys, service_endpoint};
use crate::registry::cloud::http::{Answer, Field, Question, Refusal, form};
use crate::registry::cloud::machine::Machine;
use crate::registry::secret::Secret;

/// What a session is called that nobody named.
const SESSION: &str = "kubectl-oci";

/// A role of a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Role {
    pub(super) arn: String,
    pub(super) session: Option<String>,
    pub(super) external_id: Option<String>,
}

/// A role for a token in a file, which is proof enough: nothing is signed.
pub(super) async fn with_web_identity(
    machine: &Machine,
    region: &str,
    file: &str,
    role: &str,
    session: Option<&str>,
) -> Result<Keys, String> {
    let token = machine.token_file(file)?;
    let fields = [
        ("Action", Field::Plain("AssumeRoleWithWebIdentity")),
        ("Version", Field::Plain("2011-06-15")),
        ("RoleArn", Field::Plain(role)),
        ("RoleSessionName", Field::Plain(session.unwrap_or(SESSION))),
        ("WebIdentityToken", Field::Secret(&token)),
    ];
    let url = service_endpoint(machine, "STS", "sts", region)?;
    let answer = machine.http.ask(&Question::post(url).form(&fields)).await;
    keys(answer, role, &format!("the token in {file}"))
}

/// A role for keys.
pub(super) async fn assume(machine: &Machine, region: &str, role: &Role, with: &Keys) -> Result<Keys, String> {
    let mut fields = vec![
        ("Action", Field::Plain("AssumeRole")),
        ("Version", Field::Plain("2011-06-15")),
        ("RoleArn", Field::Plain(&role.arn)),
        ("RoleSessionName", Field::Plain(role.session.as_deref().unwrap_or(SESSION))),
    ];
    fields.extend(role.external_id.as_deref().map(|id| ("ExternalId", Field::Plain(id))));
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    let url = service_endpoint(machine, "STS", "sts", region)?;
    let scope = Scope { region, service: "sts" };
    let question = signature::post(url, &headers, form(&fields), with, scope, machine.now());
    keys(machine.http.ask(&question).await, &role.arn, &with.identity)
}

fn keys(answer: Result<Answer, Refusal>, role: &str, who: &str) -> Result<Keys, String> {
    let answer = answer.map_err(|refusal| format!("{who} does not get the role {role}: {refusal}"))?;
    Ok(Keys {
        access_key_id: answer.element("AccessKeyId")?,
        secret: Secret::new(answer.element("SecretAccessKey")?),
        session_token: Some(Secret::new(answer.element("SessionToken")?)),
        identity: format!("role {role}"),
    })
}
