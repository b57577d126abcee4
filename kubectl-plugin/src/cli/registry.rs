//! What every command takes that asks a registry, and the commands that do nothing else.

use std::path::PathBuf;
use std::time::Duration;

use super::{TextOrJson, Variables};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum, ValueHint};
use kubectl_oci_core::compat::provider_host::Provider;

/// How registries are reached, and as whom.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Registry")]
pub(crate) struct RegistryArgs {
    /// The user's name; the password comes with --password-stdin
    #[arg(long, value_name = "USER", requires = "password_stdin")]
    pub(crate) username: Option<String>,
    /// Read the password or token from standard input
    #[arg(long, requires = "username")]
    pub(crate) password_stdin: bool,
    /// Send no credentials, whatever Docker's configuration holds
    #[arg(long, conflicts_with = "username")]
    pub(crate) anonymous: bool,
    /// Log in to the registry of this cloud as an identity of this machine; generic keeps to Docker's configuration
    #[arg(long, value_name = "PROVIDER", conflicts_with_all = ["username", "anonymous"], value_parser = provider())]
    pub(crate) provider: Option<Provider>,
    /// Believe these certificate authorities too
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) ca_file: Option<PathBuf>,
    /// The client certificate
    #[arg(long, value_name = "FILE", requires = "key_file", value_hint = ValueHint::FilePath)]
    pub(crate) cert_file: Option<PathBuf>,
    /// The private key of the client certificate
    #[arg(long, value_name = "FILE", requires = "cert_file", value_hint = ValueHint::FilePath)]
    pub(crate) key_file: Option<PathBuf>,
    /// Fall back to HTTP without TLS
    #[arg(long, visible_alias = "insecure-registry")]
    pub(crate) plain_http: bool,
    /// Believe any certificate
    #[arg(long)]
    pub(crate) insecure_skip_tls_verify: bool,
    /// How long all of it may take, such as 30s or 5m
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = duration)]
    pub(crate) timeout: Duration,
}

/// `list`
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// The repository: oci://HOST/NAME
    #[arg(value_name = "URL")]
    pub(crate) url: String,
    /// Show the tags of this range alone
    #[arg(long, visible_alias = "filter-semver", value_name = "RANGE")]
    pub(crate) semver: Option<String>,
    /// Show the tags alone that this expression (Go's) matches
    #[arg(long, value_name = "REGEX")]
    pub(crate) filter_regex: Option<String>,
    /// Show the first N tags; 0 shows all
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub(crate) limit: usize,
    /// How to answer
    #[arg(short, long, value_name = "FORMAT", default_value = "table")]
    pub(crate) output: ListFormat,
    #[command(flatten)]
    pub(crate) registry: RegistryArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// Tag, digest, and where it was made from
    Table,
    /// Everything, unshortened
    Wide,
    /// The tags alone, without asking for their manifests
    Name,
    /// In a versioned contract
    Json,
}

/// `inspect`
#[derive(Debug, Args)]
pub(crate) struct InspectArgs {
    /// The artifact: oci://HOST/NAME[:TAG|@DIGEST]
    #[arg(value_name = "URL", required_unless_present = "filename", conflicts_with = "filename")]
    pub(crate) url: Option<String>,
    /// Manifests with OCIRepository objects, which say what is meant; `-` is standard input
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) filename: Vec<PathBuf>,
    /// List the files of the layer that Flux takes
    #[arg(long)]
    pub(crate) files: bool,
    /// The media type of that layer; the first layer where none is given
    #[arg(long, value_name = "TYPE", conflicts_with = "filename")]
    pub(crate) layer_media_type: Option<String>,
    /// How to answer
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub(crate) output: TextOrJson,
    /// Read Secrets and ServiceAccounts from here
    #[arg(long = "with", help_heading = "Input", value_name = "PATH", conflicts_with = "url", value_hint = ValueHint::AnyPath)]
    pub(crate) with: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) variables: Variables,
    #[command(flatten)]
    pub(crate) registry: RegistryArgs,
}

/// A duration as Go and Kubernetes write it.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let nanoseconds = kubectl_oci_core::compat::duration::parse(text).map_err(|error| error.to_string())?;
    match u64::try_from(nanoseconds) {
        Ok(nanoseconds) if nanoseconds > 0 => Ok(Duration::from_nanos(nanoseconds)),
        _ => Err("write more than nothing, such as 30s".to_owned()),
    }
}

/// The values of `spec.provider`.
fn provider() -> impl TypedValueParser<Value = Provider> {
    let names = PossibleValuesParser::new(Provider::ALL.map(Provider::name));
    names.map(|name| Provider::parse(&name).unwrap_or(Provider::Generic))
}
