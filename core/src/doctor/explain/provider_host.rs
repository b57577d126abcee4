//! `invalid AWS registry: 'host'. must match …`

use super::say::say;
use super::{Context, Said};
use crate::compat::provider_host::{HostError, Provider};
use crate::doctor::fault::Fault;
use crate::provider::cloud;

pub(super) fn explain(context: &Context<'_>) -> Said {
    let Some(Fault::ProviderHost(error)) = context.fault() else { return Ok(None) };
    let host = context.host();
    let HostError::Host { provider, .. } = error else {
        return Ok(Some(say("The URL names nothing that a cloud can log in to.")));
    };
    let text = format!(
        "provider \"{provider}\" makes the controller log in to the cloud, and \"{host}\" is none of its registries, which look like {}. It is told only with the first request.",
        cloud(*provider).host
    );
    let said = say(text);
    Ok(Some(match Provider::of_host(&host) {
        Provider::Generic => said.paste(
            "write generic, and name a Secret where the registry wants credentials",
            "provider: generic\nsecretRef:\n  name: registry",
        ),
        owner => said.paste(format!("the host is one of {}", cloud(owner).registry), format!("provider: {owner}")),
    }))
}
