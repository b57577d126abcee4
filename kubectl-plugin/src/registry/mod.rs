//! Registries: the OCI distribution protocol as go-containerregistry speaks it, which is what the controller does.
//!
//! A [`Client`] is one set-up of TLS, proxy and credentials; it hands out [`Repository`]s, on which everything is
//! done. All of it is asynchronous, and run by `runtime`, so that commands that ask no registry start none of it.
//! `Display` of an [`Error`] is what the controller would say.

#![cfg_attr(test, allow(dead_code))]
#![cfg_attr(not(test), expect(dead_code, reason = "what writes to registries is used by the commands to come"))]

mod address;
mod blob;
mod catalog;
mod cause;
mod challenge;
mod client;
mod cloud;
mod credentials;
mod error;
mod layout;
mod link;
mod manifest;
mod options;
mod ping;
mod publish;
mod referrers;
mod repository;
mod runtime;
mod scopes;
mod secret;
mod session;
mod tags;
mod token;
mod transport;
mod upload;

#[cfg(test)]
mod tests;

pub(crate) use blob::Blob;
pub(crate) use cause::Cause;
pub(crate) use client::Client;
pub(crate) use cloud::{Login, Logins, NoLogin};
pub(crate) use credentials::{Credentials, DockerConfig, Keychain};
pub(crate) use error::{Error, Kind, Result};
pub(crate) use layout::{Entry, Layout};
pub(crate) use manifest::{Manifest, NO_TAG, named_sha256, sha256};
pub(crate) use options::{Options, Proxy, Tls};
pub(crate) use referrers::FoundBy;
pub(crate) use repository::Repository;
pub(crate) use runtime::{run, write_on_a_thread};
pub(crate) use scopes::Action;
pub(crate) use secret::Secret;
pub(crate) use upload::Pushed;
