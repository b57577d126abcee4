//! `server gave HTTP response to HTTPS client`, connection refused.

use super::say::say;
use super::{Context, Said};
use crate::doctor::evidence::{Answer, Cause, Fetch, What};
use crate::doctor::verdict::Explanation;

pub(super) fn explain(context: &Context<'_>) -> Said {
    let host = context.host();
    let cause = context.failure().and_then(|failure| failure.cause.as_ref());
    if cause == Some(&Cause::PlainHttp) {
        let text = format!("\"{host}\" speaks plain HTTP, and the controller speaks HTTPS to it.");
        return Ok(Some(insecure(say(text))));
    }
    let offered = context.case.repository().is_some_and(|repository| repository.offers_plain_http());
    if cause != Some(&Cause::Refused) || offered {
        return Ok(None);
    }
    // Whether it listens for plain HTTP, on port 80 where none is written.
    Ok(match context.ask_one(Fetch::insecure(What::Challenge))? {
        Answer::Challenge(challenge) if challenge.plain_http => {
            let text = format!("Nobody listens for HTTPS at \"{host}\"; over plain HTTP it answers.");
            Some(insecure(say(text)))
        }
        _ => None,
    })
}

/// Connection refused, by HTTPS and by HTTP.
pub(super) fn explain_silence(context: &Context<'_>) -> Said {
    let is_refused = context.failure().and_then(|failure| failure.cause.as_ref()) == Some(&Cause::Refused);
    Ok(is_refused.then(|| nobody(&context.host())))
}

fn nobody(host: &str) -> Explanation {
    let port = if host.contains(':') { "" } else { " (port 443)" };
    say(format!("Nobody listens at \"{host}\"{port}. As seen from here, that is: the cluster may see it otherwise."))
        .advise("check the host and its port, and that the registry runs")
        .paste(
            "look from within the cluster",
            format!("kubectl run -it --rm curl --image=curlimages/curl --restart=Never -- -sv https://{host}/v2/"),
        )
}

fn insecure(said: Explanation) -> Explanation {
    said.paste(
        "let the controller use plain HTTP; whoever sits between can then read and change what is pulled, and certificates are not checked either",
        "insecure: true",
    )
    .advise("better: give the registry a certificate, and its authority to the controller with certSecretRef")
}
