//! Which registries a cloud provider can log in to.
//!
//! A port of fluxcd/pkg/auth 0.54, `ParseArtifactRepository` of its aws, azure and gcp packages. Its
//! regular expressions are few and fixed, so they are matched by hand; the words quote them.
//! Vectors: `provider_host.jsonl`.

use std::fmt;

use super::image_name::{NotAReference, parse_reference};

/// Flux's pattern of private ECR hosts. It is not anchored.
const AWS_PATTERN: &str = r"([0-9+]*).dkr[.-]ecr(?:-fips)?\.([^/.]*)\.(amazonaws\.com[.cn]*|amazonaws\.eu|sc2s\.sgov\.gov|c2s\.ic\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov|on\.aws)";

/// Flux's pattern of ACR hosts.
const AZURE_PATTERN: &str = r"^.+\.(azurecr\.io|azurecr\.cn|azurecr\.de|azurecr\.us)$";

/// Flux's pattern of GCR and Artifact Registry hosts.
const GCP_PATTERN: &str = r"^(((.+\.)?gcr\.io)|(.+-docker\.pkg\.dev)|(docker\.s3nsregistry\.fr))$";

/// The host of the public ECR gallery.
const PUBLIC_ECR: &str = "public.ecr.aws";

/// What follows the region of an ECR host. `amazonaws.com` covers `amazonaws.com.cn`.
const ECR_SUFFIXES: [&str; 7] =
    ["amazonaws.com", "amazonaws.eu", "sc2s.sgov.gov", "c2s.ic.gov", "cloud.adc-e.uk", "csp.hci.ic.gov", "on.aws"];

/// What an ACR host ends in.
const ACR_SUFFIXES: [&str; 4] = [".azurecr.io", ".azurecr.cn", ".azurecr.de", ".azurecr.us"];

/// The values of `spec.provider`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Provider {
    /// No cloud login.
    Generic,
    /// Elastic Container Registry.
    Aws,
    /// Azure Container Registry.
    Azure,
    /// Google Container Registry and Artifact Registry.
    Gcp,
}

impl Provider {
    /// Every provider, in the order of the CRD's enum.
    pub const ALL: [Provider; 4] = [Provider::Generic, Provider::Aws, Provider::Azure, Provider::Gcp];

    /// The value of `spec.provider`.
    pub fn name(self) -> &'static str {
        match self {
            Provider::Generic => "generic",
            Provider::Aws => "aws",
            Provider::Azure => "azure",
            Provider::Gcp => "gcp",
        }
    }

    /// The provider of that name, in lower case as the CRD wants it.
    pub fn parse(name: &str) -> Option<Provider> {
        Provider::ALL.into_iter().find(|it| it.name() == name)
    }

    /// The provider whose host this is, port included; generic where it is no cloud's. The public ECR
    /// gallery is one of aws, though it serves anonymously.
    pub fn of_host(host: &str) -> Provider {
        Provider::ALL
            .into_iter()
            .filter(|it| *it != Provider::Generic)
            .find(|it| it.login_for_host(host).is_some())
            .unwrap_or(Provider::Generic)
    }

    /// What a login for a repository (the URL without `oci://`; a tag or digest is allowed) is made
    /// for.
    ///
    /// The controller that runs in Azure Stack takes one more suffix, from a file that it finds through
    /// its environment; that one is not known here.
    ///
    /// # Errors
    ///
    /// A host that does not belong to the provider, or text that names no repository, in the words of
    /// fluxcd/pkg/auth.
    pub fn login(self, repository: &str) -> Result<Login, HostError> {
        let trimmed = repository.strip_suffix('/').unwrap_or(repository);
        let host = if trimmed.contains('/') {
            let reference = parse_reference(trimmed).map_err(|cause| {
                let repository = repository.to_owned();
                HostError::Repository { repository, cause }
            })?;
            reference.repository.registry_host().to_owned()
        } else {
            trimmed.to_owned()
        };
        match self.login_for_host(&host) {
            Some(login) => Ok(login),
            None => Err(HostError::Host { provider: self, host }),
        }
    }

    fn login_for_host(self, host: &str) -> Option<Login> {
        match self {
            Provider::Generic => Some(Login::None),
            Provider::Aws if host == PUBLIC_ECR => Some(Login::PublicEcr),
            Provider::Aws => ecr_region(host).map(|region| Login::Ecr { region: region.to_owned() }),
            Provider::Azure => is_acr(host).then(|| Login::Acr { host: host.to_owned() }),
            Provider::Gcp => is_gcp(host).then_some(Login::Gcp),
        }
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a login is made for. `Display` gives the value of `ParseArtifactRepository`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Login {
    /// Generic: no login.
    None,
    /// The public ECR gallery, by way of us-east-1.
    PublicEcr,
    /// Private ECR.
    Ecr {
        /// The region in the host, `eu-west-1`; not checked to be one, and empty in
        /// `1.dkr.ecr..amazonaws.com`.
        region: String,
    },
    /// ACR.
    Acr {
        /// The host.
        host: String,
    },
    /// GCR or Artifact Registry; the token is good for all of them.
    Gcp,
}

impl fmt::Display for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Login::None => "",
            Login::PublicEcr => PUBLIC_ECR,
            Login::Ecr { region } => region,
            Login::Acr { host } => host,
            Login::Gcp => "gcp",
        })
    }
}

/// Why a provider cannot log in to a repository. `Display` gives the words of fluxcd/pkg/auth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HostError {
    /// The text names no repository.
    Repository {
        /// The text.
        repository: String,
        /// What go-containerregistry says.
        cause: NotAReference,
    },
    /// The host is not the provider's.
    Host {
        /// The provider; never generic, which takes any host.
        provider: Provider,
        /// The host, with its port.
        host: String,
    },
}

impl fmt::Display for HostError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (provider, host) = match self {
            HostError::Repository { repository, cause } => {
                return write!(f, "failed to parse artifact repository '{repository}': {cause}");
            }
            HostError::Host { provider, host } => (provider, host),
        };
        let (name, pattern) = match provider {
            Provider::Generic => ("generic", ".*"),
            Provider::Aws => ("AWS", AWS_PATTERN),
            Provider::Azure => ("Azure", AZURE_PATTERN),
            Provider::Gcp => ("GCP", GCP_PATTERN),
        };
        write!(f, "invalid {name} registry: '{host}'. must match {pattern}")
    }
}

impl std::error::Error for HostError {}

/// Whether a host is a private ECR registry, which answers nobody without a login.
pub fn is_private_ecr(host: &str) -> bool {
    ecr_region(host).is_some()
}

/// The region in the first place where [`AWS_PATTERN`] fits. The account in front of it may be empty
/// and the pattern is not anchored, so one character before `dkr` is all that is asked for.
fn ecr_region(host: &str) -> Option<&str> {
    host.match_indices("dkr").find_map(|(at, dkr)| {
        let before = host.get(..at)?.chars().next_back()?;
        let behind = host.get(at + dkr.len()..)?.strip_prefix(['.', '-'])?;
        let behind = behind.strip_prefix("ecr")?;
        let behind = behind.strip_prefix("-fips").unwrap_or(behind);
        let behind = behind.strip_prefix('.')?;
        let (region, behind) = behind.split_at(behind.find(['.', '/'])?);
        let behind = behind.strip_prefix('.')?;
        let fits = before != '\n' && ECR_SUFFIXES.iter().any(|it| behind.starts_with(it));
        fits.then_some(region)
    })
}

fn is_acr(host: &str) -> bool {
    ACR_SUFFIXES.iter().any(|suffix| host.strip_suffix(suffix).is_some_and(is_some_text))
}

fn is_gcp(host: &str) -> bool {
    let gcr = host == "gcr.io" || host.strip_suffix(".gcr.io").is_some_and(is_some_text);
    let artifact_registry = host.strip_suffix("-docker.pkg.dev").is_some_and(is_some_text);
    gcr || artifact_registry || host == "docker.s3nsregistry.fr"
}

/// `.+` of a Go pattern.
fn is_some_text(text: &str) -> bool {
    !text.is_empty() && !text.contains('\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_whose_host_it_is() {
        for (host, provider) in [
            ("012345678901.dkr.ecr.us-east-1.amazonaws.com", Provider::Aws),
            ("public.ecr.aws", Provider::Aws),
            ("foo.azurecr.io", Provider::Azure),
            ("eu.gcr.io", Provider::Gcp),
            ("europe-west1-docker.pkg.dev", Provider::Gcp),
            ("ghcr.io", Provider::Generic),
            ("foo.azurecr.io:443", Provider::Generic),
        ] {
            assert_eq!(Provider::of_host(host), provider, "{host}");
        }
        assert!(is_private_ecr("012345678901.dkr-ecr.eu-west-1.on.aws"));
        assert!(!is_private_ecr("public.ecr.aws"));
    }

    #[test]
    fn the_first_fit_gives_the_region() {
        assert_eq!(ecr_region("1.dkr.ecr.x.dkr.ecr.us.amazonaws.com"), Some("us"));
        assert_eq!(ecr_region("1.dkr.ecr.a.on.aws.dkr.ecr.b.on.aws"), Some("a"));
        assert_eq!(ecr_region("dkr.ecr.us.amazonaws.com"), None);
        assert_eq!(ecr_region("xdkr.ecr-fips..amazonaws.comx"), Some(""));
        assert_eq!(ecr_region("1.dkr.ecr.a/amazonaws.com"), None);
    }

    #[test]
    fn reads_the_names_of_the_crd() {
        for provider in Provider::ALL {
            assert_eq!(Provider::parse(provider.name()), Some(provider));
        }
        assert_eq!(Provider::parse("AWS"), None);
    }
}
