//! Docker's credential helpers: `docker-credential-NAME get`, the host on its standard input.

use std::process::Stdio;
use std::time::Duration;

use kubectl_oci_core::render::{Failure, printable};
use serde::Deserialize;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::Command;

use super::Credentials;
use crate::registry::error::{Error, Result};
use crate::registry::secret::Secret;

/// How long a helper may take. Some ask a person.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// The longest answer.
const ANSWER_LIMIT: u64 = 1024 * 1024;

/// The user name that says that the password is an identity token.
const TOKEN_USER: &str = "<token>";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    #[serde(default)]
    username: String,
    #[serde(default)]
    secret: String,
}

/// What a helper has for a host; nothing where it has nothing.
///
/// # Errors
///
/// A helper that is not there, fails, takes too long or answers something else.
pub(super) async fn get(name: &str, host: &str) -> Result<Option<Credentials>> {
    let program = format!("docker-credential-{name}");
    let failed = |why: String| {
        Error::local(Failure::new(format!("the credential helper {} failed", printable(&program))).why(why))
    };
    // A name of a configuration file, not a path of one.
    if name.contains(['/', '\\']) {
        return Err(failed("its name is a path".to_owned()));
    }
    let run = ask(&program, host);
    let (is_success, out) = match tokio::time::timeout(TIME_LIMIT, run).await {
        Ok(Ok(done)) => done,
        Ok(Err(error)) => return Err(failed(crate::error::words(&error))),
        Err(_) => return Err(failed(format!("it did not answer in {} s", TIME_LIMIT.as_secs()))),
    };
    if !is_success {
        // Helpers say on their standard output what is wrong; it holds no secret.
        let said = String::from_utf8_lossy(&out).trim().to_owned();
        let has_nothing = said.contains("credentials not found") || said.contains("no credentials");
        return if has_nothing { Ok(None) } else { Err(failed(printable(&said).chars().take(300).collect())) };
    }
    let answer: Answer = serde_json::from_slice(&out)
        .map_err(|_| failed("it did not answer with a name and a secret in JSON".to_owned()))?;
    Ok(Some(credentials(answer)).filter(|found| !found.is_anonymous()))
}

fn credentials(answer: Answer) -> Credentials {
    let secret = Secret::new(answer.secret);
    if answer.username == TOKEN_USER {
        return Credentials { identity_token: secret, ..Credentials::default() };
    }
    Credentials::basic_auth(&answer.username, secret)
}

async fn ask(program: &str, host: &str) -> std::io::Result<(bool, Vec<u8>)> {
    let mut child = Command::new(program)
        .arg("get")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    if let Some(mut input) = child.stdin.take() {
        // A helper that does not read to the end still answers.
        let _ = input.write_all(host.as_bytes()).await;
    }
    let mut out = Vec::new();
    if let Some(output) = child.stdout.take() {
        output.take(ANSWER_LIMIT).read_to_end(&mut out).await?;
    }
    let status = child.wait().await?;
    Ok((status.success(), out))
}
