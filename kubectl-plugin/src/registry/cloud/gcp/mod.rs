//! Google Container Registry and Artifact Registry: an access token is the password.
//!
//! Sources as Google's library has them, which the controller uses (`google.DefaultTokenSource`): a key file that
//! `GOOGLE_APPLICATION_CREDENTIALS` names, the one that `gcloud auth application-default login` leaves behind, the
//! metadata server (GKE's too); at last the program `gcloud`, which the controller does not ask.

mod external;
mod file;

use std::path::PathBuf;

use kubectl_oci_core::compat::provider_host::Provider;
use serde::Deserialize;

use super::Login;
use super::http::{Question, Refusal, endpoint};
use super::machine::{Machine, read, read_if_there};
use super::program;
use super::tried::{Found, Miss, NoLogin, Tried};
use crate::registry::credentials::Credentials;
use crate::registry::secret::Secret;

/// The user that stands for a token.
const TOKEN_USER: &str = "oauth2accesstoken";

/// What tokens are for: what the controller asks for too, but for the mail address.
const SCOPE: &str = "https://www.googleapis.com/auth/cloud-platform";

/// The metadata server's name, which no resolver outside Google's networks knows.
const METADATA: &str = "metadata.google.internal";

/// An access token, and whose it is.
struct Token {
    token: Secret,
    identity: String,
}

/// Logs in.
pub(super) async fn login(machine: &Machine) -> Result<Login, NoLogin> {
    let mut tried = Tried::new(Provider::Gcp);
    let token = 'token: {
        if let Some(token) = tried.take("GOOGLE_APPLICATION_CREDENTIALS", named_file(machine).await)? {
            break 'token token;
        }
        if !tried.is_for_program()
            && let Some(token) = tried.take("application default credentials", usual_file(machine).await)?
        {
            break 'token token;
        }
        if !tried.is_for_program()
            && let Some(token) = tried.take("metadata server", metadata(machine).await)?
        {
            break 'token token;
        }
        match tried.take("gcloud", of_program().await)? {
            Some(token) => token,
            None => return Err(tried.nothing()),
        }
    };
    Ok(Login { credentials: Credentials::basic_auth(TOKEN_USER, token.token), identity: token.identity })
}

async fn named_file(machine: &Machine) -> Found<Token> {
    let path = PathBuf::from(
        machine.required("GOOGLE_APPLICATION_CREDENTIALS").map_err(|_| Miss::Absent("it is not set".to_owned()))?,
    );
    file::token(machine, &path, &read(&path)?).await
}

async fn usual_file(machine: &Machine) -> Found<Token> {
    let folder = machine.variable("CLOUDSDK_CONFIG").map(PathBuf::from);
    let windows = || Some(PathBuf::from(machine.variable("APPDATA")?).join("gcloud"));
    let folder = folder.or_else(|| if cfg!(windows) { windows() } else { machine.home(".config/gcloud") });
    let Some(path) = folder.map(|folder| folder.join("application_default_credentials.json")) else {
        return Err(Miss::Absent("there is no home folder".to_owned()));
    };
    match read_if_there(&path)? {
        Some(text) => file::token(machine, &path, &text).await,
        None => Err(Miss::Absent("`gcloud auth application-default login` left none".to_owned())),
    }
}

/// The account of this machine, or of this pod.
async fn metadata(machine: &Machine) -> Found<Token> {
    let host = machine.variable("GCE_METADATA_HOST").unwrap_or_else(|| METADATA.to_owned());
    let get = |path: &str| {
        let url = format!("http://{host}/computeMetadata/v1/instance/service-accounts/default/{path}");
        Ok::<_, String>(Question::get(endpoint(&url, true)?).of_metadata().header("metadata-flavor", "Google"))
    };
    let answer = machine.http.ask(&get("token")?).await.map_err(|refusal| unavailable(&refusal))?;
    let given: Given = answer.json()?;
    let email = machine.http.ask(&get("email")?).await.map(|answer| answer.text());
    let email = email.ok().filter(|email| email.contains('@') && !email.contains(char::is_whitespace));
    Ok(given.token(match email {
        Some(email) => format!("service account {email} of this machine"),
        None => "the service account of this machine".to_owned(),
    })?)
}

/// Most machines have no such server, and some with one have no account.
fn unavailable(refusal: &Refusal) -> Miss {
    match refusal.status {
        None | Some(404) => Miss::Absent(refusal.to_string()),
        _ => Miss::Failed(refusal.to_string()),
    }
}

async fn of_program() -> Found<Token> {
    let out = program::run("gcloud", &["auth", "print-access-token"]).await?;
    match out.trim() {
        "" => Err(Miss::Failed("the program \"gcloud\" printed no token".to_owned())),
        token => Ok(Token {
            token: Secret::new(token),
            identity: "whoever is signed in with the program \"gcloud\"".to_owned(),
        }),
    }
}

/// A token as Google's endpoints give it.
#[derive(Deserialize)]
struct Given {
    access_token: Secret,
    expires_in: Option<i64>,
}

impl Given {
    fn token(self, identity: String) -> Result<Token, String> {
        if self.expires_in.is_some_and(|seconds| seconds <= 0) {
            return Err(format!("the token of {identity} has run out"));
        }
        if self.access_token.is_empty() {
            return Err(format!("there is no token for {identity}"));
        }
        Ok(Token { token: self.access_token, identity })
    }
}
