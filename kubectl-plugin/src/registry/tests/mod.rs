//! The client against servers that answer as registries do, and as they should not.

mod auth;
mod live;
mod reading;
mod server;
mod writing;

use std::time::Duration;

use kubectl_oci_core::compat::image_name;

use super::{Action, Client, Credentials, Keychain, Options, Repository, Secret};
use server::Server;

/// Waits little, so that the tests do.
fn options() -> Options {
    Options {
        retry_delay: Duration::from_millis(1),
        longest_delay: Duration::from_secs(2),
        request_timeout: Duration::from_millis(500),
        ..Options::default()
    }
}

fn run<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(work)
}

/// `acme/app` of a server, asked as somebody.
fn repository_as(server: &Server, credentials: Credentials, action: Action) -> Repository {
    let client = Client::new(options(), Keychain::Anonymous).expect("a client");
    let name = image_name::Repository::parse(&format!("{}/acme/app", server.host)).expect("a name");
    client.repository_as(&name, action, credentials)
}

fn repository(server: &Server) -> Repository {
    repository_as(server, Credentials::default(), Action::Pull)
}

fn alice() -> Credentials {
    Credentials::basic_auth("alice", Secret::new("hunter2"))
}
