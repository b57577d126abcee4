//! Which sources of an identity were tried, and why each gave none.

use std::fmt;
use std::time::Duration;

use kubectl_oci_core::compat::provider_host::Provider;
use kubectl_oci_core::render::Failure;

/// Why a source gave nothing.
#[cfg_attr(not(feature = "cloud"), expect(dead_code, reason = "nobody asks a source"))]
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Miss {
    /// It is not set up here: the next one is asked.
    Absent(String),
    /// It is set up here, in a way that the cloud's own program alone knows: that one is asked next.
    Program(String),
    /// It is set up here and of no use: nobody else is asked.
    Failed(String),
}

impl From<String> for Miss {
    fn from(why: String) -> Self {
        Self::Failed(why)
    }
}

/// What a source gave.
#[cfg_attr(not(feature = "cloud"), expect(dead_code, reason = "nobody asks a source"))]
pub(super) type Found<T> = Result<T, Miss>;

/// The sources so far.
#[cfg_attr(not(feature = "cloud"), expect(dead_code, reason = "nobody asks a source"))]
#[derive(Debug)]
pub(super) struct Tried {
    provider: Provider,
    sources: Vec<(&'static str, String)>,
    is_for_program: bool,
}

#[cfg(feature = "cloud")]
impl Tried {
    pub(super) fn new(provider: Provider) -> Self {
        Self { provider, sources: Vec::new(), is_for_program: false }
    }

    /// What a source gave, if it gave something.
    ///
    /// # Errors
    ///
    /// Where it failed in a way that ends the login.
    pub(super) fn take<T>(&mut self, source: &'static str, found: Found<T>) -> Result<Option<T>, NoLogin> {
        match found {
            Ok(found) => Ok(Some(found)),
            Err(Miss::Absent(why)) => {
                self.sources.push((source, why));
                Ok(None)
            }
            Err(Miss::Program(why)) => {
                self.sources.push((source, why));
                self.is_for_program = true;
                Ok(None)
            }
            Err(Miss::Failed(why)) => Err(NoLogin {
                provider: self.provider,
                why: format!("{source}: {why}"),
                tried: self.sources.clone(),
                help: None,
            }),
        }
    }

    /// Whether the cloud's own program is next.
    pub(super) fn is_for_program(&self) -> bool {
        self.is_for_program
    }

    /// No source is left.
    pub(super) fn nothing(self) -> NoLogin {
        if self.is_for_program {
            let why = "the identity that is set up here is left to the cloud's own program".to_owned();
            let help = Some("install that program".to_owned());
            return NoLogin { provider: self.provider, why, tried: self.sources, help };
        }
        let help = match self.provider {
            Provider::Aws => "sign in (`aws sso login`, `aws configure`), or set AWS_PROFILE",
            Provider::Azure => "sign in (`az login`), or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET",
            Provider::Gcp => "sign in (`gcloud auth login`), or set GOOGLE_APPLICATION_CREDENTIALS",
            Provider::Generic => "give --username and --password-stdin",
        };
        let why = "there is no identity on this machine".to_owned();
        NoLogin { provider: self.provider, why, tried: self.sources, help: Some(help.to_owned()) }
    }
}

/// Why there is no login. `Display` says it on one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NoLogin {
    provider: Provider,
    why: String,
    tried: Vec<(&'static str, String)>,
    help: Option<String>,
}

impl NoLogin {
    /// The host is not the cloud's, but of the other one.
    pub(super) fn of_host(provider: Provider, fitting: Provider, why: String) -> Self {
        let help = match fitting {
            Provider::Generic => "that host belongs to none of the clouds: leave the provider out".to_owned(),
            other => format!("the provider of that host is {other}"),
        };
        Self { provider, why, tried: Vec::new(), help: Some(help) }
    }

    /// It lies with us, or with what an identity was changed for.
    pub(super) fn here(provider: Provider, why: String) -> Self {
        Self { provider, why, tried: Vec::new(), help: None }
    }

    /// It takes longer than an object gives it.
    pub(super) fn late(provider: Provider, limit: Duration) -> Self {
        Self::here(provider, format!("the login did not come about in {limit:?}, which is spec.timeout"))
    }

    /// As a command tells it.
    pub(crate) fn failure(&self, host: &str) -> Failure {
        let failure = Failure::new(format!("no login to {} for {host}", self.provider)).why(self.words());
        match &self.help {
            Some(help) => failure.help(help.clone()),
            None => failure,
        }
    }

    fn words(&self) -> String {
        let mut out = self.why.clone();
        if !self.tried.is_empty() {
            let tried: Vec<String> = self.tried.iter().map(|(source, why)| format!("{source}: {why}")).collect();
            out.push_str(&format!(" (tried {})", tried.join("; ")));
        }
        out
    }
}

impl fmt::Display for NoLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words())
    }
}
