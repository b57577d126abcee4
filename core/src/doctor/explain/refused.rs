//! `UNAUTHORIZED`, `DENIED`, 401, 403: which of several causes it is, told apart by asking again.

use super::say::{anew, quoted_list, say, shell};
use super::secret_missing::docker_registry;
use super::{Context, Said};
use crate::compat::pull_secret::data_key;
use crate::doctor::case::{NotSent, Unsent};
use crate::doctor::evidence::{Access, Answer, Failure, Fetch};
use crate::doctor::verdict::Explanation;

pub(super) fn explain(context: &Context<'_>) -> Said {
    let Some(failure) = context.failure().filter(|failure| failure.is_refusal()) else { return Ok(None) };
    let case = context.case;
    if let Some((key, secret)) = &case.chosen_key {
        let has_credentials = case.connection.as_ref().is_some_and(|connection| connection.credentials.is_some());
        let said = if has_credentials { refused(context, failure, key, secret) } else { empty(context, key, secret) };
        return Ok(Some(said));
    }
    if case.pull_secrets.is_empty() {
        return Ok(Some(anonymous(context)));
    }
    not_sent(context)
}

/// The credentials are refused, and without them it answers.
pub(super) fn explain_stale(context: &Context<'_>) -> Said {
    let case = context.case;
    let is_refusal = context.failure().is_some_and(Failure::is_refusal);
    let has_credentials = case.connection.as_ref().is_some_and(|connection| connection.credentials.is_some());
    let (true, true, Some((key, secret))) = (is_refusal, has_credentials, &case.chosen_key) else { return Ok(None) };
    if again(context, Access::Anonymous)? != Some(true) {
        return Ok(None);
    }
    let host = context.host();
    let text = format!(
        "\"{host}\" refuses the credentials of the Secret \"{secret}\" (key \"{key}\"); without credentials it answers. The repository is public, and the credentials are stale or wrong: a registry that is shown such turns even public things down."
    );
    Ok(Some(
        say(text)
            .advise("remove secretRef: the repository is public")
            .paste("or renew the credentials", renew(context, secret)),
    ))
}

/// Asks the same again as somebody else. `None` where there is nothing to ask.
fn again(context: &Context<'_>, access: Access) -> Result<Option<bool>, Vec<Fetch>> {
    let Some(what) = context.failed_request() else { return Ok(None) };
    let answer = context.ask_one(Fetch { what, access })?;
    // What is missing was allowed to be looked for.
    Ok(Some(!matches!(answer, Answer::Failed(failure) if !failure.is_missing() || failure.is_refusal())))
}

/// The credentials were sent.
fn refused(context: &Context<'_>, failure: &Failure, key: &str, secret: &str) -> Explanation {
    let host = context.host();
    let from = format!("the credentials of the Secret \"{secret}\" (key \"{key}\")");
    let is_known = failure.status == Some(403) || failure.has_code("DENIED");
    let token_server = !failure.host.is_empty() && failure.host != host;
    let text = if token_server && failure.status == Some(401) {
        format!(
            "The token server \"{}\" does not know {from}: the password or token is wrong, or its time is over.",
            failure.host
        )
    } else if is_known {
        format!(
            "\"{host}\" was shown {from} and says no. The account may not read this repository, or there is no such repository: {}",
            unknown_names(&host)
        )
    } else {
        format!(
            "\"{host}\" refuses {from}, and anonymous requests as well: the password or token is wrong or its time is over, or the account may not read this repository."
        )
    };
    say(text)
        .paste("try them by hand", format!("docker login {host} && crane manifest {}", shell(&tagged(context))))
        .paste("renew the credentials", renew(context, secret))
        .maybe(grant(&host))
}

/// The key fits, and there is nothing behind it.
fn empty(context: &Context<'_>, key: &str, secret: &str) -> Explanation {
    say(format!(
        "The key \"{key}\" of the Secret \"{secret}\" fits, and holds no credentials: the request is anonymous, and \"{}\" refuses it.",
        context.host()
    ))
    .paste("store credentials", renew(context, secret))
}

/// There are none to send.
fn anonymous(context: &Context<'_>) -> Explanation {
    let host = context.host();
    let account = &context.case.fields.account;
    let none = if account.is_empty() {
        "The object names no Secret".to_owned()
    } else {
        format!("The account \"{account}\" lends no pull secret")
    };
    let text = format!(
        "{none}, so the registry is asked anonymously, and \"{host}\" refuses that. The repository is private, or there is none of that name: {}",
        unknown_names(&host)
    );
    let said = say(text).advise(format!("check the name: {}", context.location()));
    let said = match crate::compat::provider_host::Provider::of_host(&host) {
        crate::compat::provider_host::Provider::Generic => said,
        cloud => said.paste("log in as the cluster's identity", format!("provider: {cloud}")),
    };
    said.paste("store credentials that may pull", docker_registry(context, "registry"))
        .paste("and name them", "secretRef:\n  name: registry")
}

/// There are some, and none is for this repository.
fn not_sent(context: &Context<'_>) -> Said {
    let case = context.case;
    let host = context.host();
    let Some(unsent) = &case.unsent else { return Ok(Some(other_host(context))) };
    let works = again(context, Access::Unsent)?;
    let Unsent { secret, key, why, .. } = unsent;
    let (what, said) = match why {
        NotSent::Type(written) => (
            format!(
                "The Secret \"{secret}\" is of type {written}. Only kubernetes.io/dockerconfigjson and kubernetes.io/dockercfg are read; any other is ignored without a word, and the request is anonymous."
            ),
            "make it of the right type",
        ),
        NotSent::Path => (
            format!(
                "The Secret \"{secret}\" has an entry for \"{key}\", which does not begin \"{}\", so it is not sent and the request is anonymous.",
                context.location()
            ),
            "write the key without a path, or with one that fits",
        ),
    };
    let end = match works {
        Some(true) => format!(" Shown these very credentials, \"{host}\" answers: nothing else is wrong."),
        Some(false) => {
            format!(" Shown these credentials, \"{host}\" refuses as well: they are wrong or stale besides.")
        }
        None => String::new(),
    };
    Ok(Some(say(format!("{what}{end}")).paste(said, renew(context, secret))))
}

/// What there is, is for other hosts, or cannot be told.
fn other_host(context: &Context<'_>) -> Explanation {
    let case = context.case;
    let host = context.host();
    let names: Vec<&str> = case.pull_secrets.iter().map(|secret| secret.name.as_str()).collect();
    let secrets = quoted_list(&names, 4);
    let ignored = case.pull_secrets.iter().find(|secret| secret.secret_type.as_deref().and_then(data_key).is_none());
    let text = match (case.keys.as_slice(), ignored) {
        ([], Some(secret)) => format!(
            "The Secret \"{}\" is of type {}, which is ignored without a word: only kubernetes.io/dockerconfigjson and kubernetes.io/dockercfg are read. The request is anonymous, and \"{host}\" refuses it.",
            secret.name,
            secret.secret_type.as_deref().unwrap_or("Opaque")
        ),
        ([], None) => {
            format!("The Secret {secrets} holds no entry at all. The request is anonymous, and \"{host}\" refuses it.")
        }
        (keys, _) => format!(
            "The Secret {secrets} has entries for {}, and none for \"{host}\". Host and port must be equal, and the path, if one is written, must begin the repository's. So none is sent, the request is anonymous, and \"{host}\" refuses it.",
            quoted_list(keys, 6)
        ),
    };
    let name = names.first().copied().unwrap_or("registry");
    let said = say(text);
    let said = match case.keys.iter().find(|key| same_host(key, &host)) {
        Some(key) => said.advise(format!("write the key as \"{host}\", where \"{key}\" stands")),
        None => said,
    };
    said.paste("store credentials for the host", renew(context, name))
}

/// True where two hosts differ by their ports alone.
fn same_host(key: &str, host: &str) -> bool {
    let bare = |text: &str| {
        let text = text.split("://").last().unwrap_or(text);
        let text = text.split('/').next().unwrap_or(text);
        text.split(':').next().unwrap_or(text).to_owned()
    };
    bare(key) == bare(host)
}

/// Puts a new Secret in the place of the old one.
fn renew(context: &Context<'_>, secret: &str) -> String {
    anew(&docker_registry(context, secret))
}

fn tagged(context: &Context<'_>) -> String {
    match (&context.walk.tag, context.case.fields.digest.as_str()) {
        (_, digest) if !digest.is_empty() => format!("{}@{digest}", context.location()),
        (Some(tag), _) => format!("{}:{tag}", context.location()),
        _ => context.location(),
    }
}

/// What a registry says of names that it does not have.
fn unknown_names(host: &str) -> &'static str {
    match host {
        "ghcr.io" => "GHCR answers 401 or 403 for names that it does not have, as it does for private ones.",
        "index.docker.io" => "Docker Hub answers 401 for names that it does not have, as it does for private ones.",
        _ => "many registries answer the same for names that they do not have.",
    }
}

fn grant(host: &str) -> Option<(String, String)> {
    let what = match host {
        "ghcr.io" => "the token needs read:packages, and the package must be shared with its owner",
        host if host.ends_with("gitlab.com") => "the token needs read_registry",
        _ => return None,
    };
    Some((what.to_owned(), String::new()))
}
