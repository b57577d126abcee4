//! What went wrong, as data: what explanations are made from.

use crate::compat::digest::DigestError;
use crate::compat::image_name::NameError;
use crate::compat::provider_host::HostError;
use crate::compat::pull_secret::PullSecretErrorKind;
use crate::compat::secrets::{ProxyError, TlsError};
use crate::reference::SelectError;

use super::StepName;
use super::evidence::Failure;
use super::unpack::LayerFault;

/// Which field names a Secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SecretUse {
    /// `spec.secretRef`
    Credentials,
    /// `imagePullSecrets` of the account
    PullSecret,
    /// `spec.proxySecretRef`
    Proxy,
    /// `spec.certSecretRef`
    Certificate,
    /// `spec.verify.secretRef`
    Verification,
    /// `spec.verify.trustedRootSecretRef`
    TrustedRoot,
}

impl SecretUse {
    pub(super) fn field(self) -> &'static str {
        match self {
            Self::Credentials => "secretRef",
            Self::PullSecret => "imagePullSecrets",
            Self::Proxy => "proxySecretRef",
            Self::Certificate => "certSecretRef",
            Self::Verification => "verify.secretRef",
            Self::TrustedRoot => "verify.trustedRootSecretRef",
        }
    }
}

/// A refusal of the API server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    /// Where, `spec.url`.
    pub(super) route: String,
    /// Line of the manifest, from 1.
    pub(super) line: usize,
    /// The API server's words.
    pub(super) words: String,
    /// The name or value that is near, where one is.
    pub(super) nearest: Option<String>,
    pub(super) is_unknown_field: bool,
}

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// The API server refuses the object.
    Refused(Vec<Refusal>),
    /// The API version is not served; the versions that are.
    NotServed { removed: Option<u32>, newest: &'static str },
    /// A Secret is not there; the names that are.
    SecretMissing { secret: SecretUse, name: String, known: Vec<String> },
    /// The account is not there; the names that are.
    AccountMissing { name: String, known: Vec<String> },
    /// A pull secret holds something else than Docker writes.
    PullSecret { name: String, kind: PullSecretErrorKind },
    /// The proxy's Secret has no `address`; the keys that it has.
    ProxyKeyMissing { name: String, keys: String },
    /// The proxy's address is refused.
    ProxyAddress { name: String, error: ProxyError },
    /// A gate of the controller is closed.
    FeatureGate,
    /// The Secret of `certSecretRef` is refused; the keys that it has.
    Tls { name: String, error: TlsError, keys: String },
    /// The URL is refused.
    Url(NameError),
    /// No tag is chosen.
    Select(SelectError),
    /// The digest is none.
    Digest(DigestError),
    /// The host is not the provider's.
    ProviderHost(HostError),
    /// A request failed.
    Request(Failure),
    /// A Secret of `verify` lacks an entry; the keys that it has.
    VerificationKey { name: String, key: &'static str, keys: String },
    /// `verify.provider: notation` without `secretRef`.
    VerificationSecret,
    /// The manifest cannot be used.
    Manifest,
    /// The index has no child of linux/amd64; those that it has.
    NoPlatform { platforms: Vec<String> },
    /// The artifact has no layers.
    NoLayers,
    /// No layer has the media type.
    NoSuchLayer,
    /// The layer cannot be unpacked or archived.
    Layer(LayerFault),
}

/// Something that decides and is not known here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Gap {
    pub(super) kind: GapKind,
    /// For a reader, without a full stop.
    pub(super) text: String,
}

/// The kinds of gaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GapKind {
    /// A field holds a variable.
    Variable,
    /// A Secret or an account is not in the files.
    NotInFiles,
    /// A Secret is encrypted, or filled in later.
    Hidden,
    /// A login that cannot be made here.
    Login,
    /// A signature that was not looked at.
    Signature,
}

impl Gap {
    pub(super) fn new(kind: GapKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into() }
    }
}

/// Where and why the controller stops.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failed {
    pub(super) step: StepName,
    pub(super) reason: &'static str,
    pub(super) stalled: bool,
    /// The whole message.
    pub(super) message: String,
    pub(super) fault: Fault,
}

impl Failed {
    pub(super) fn new(step: StepName, reason: &'static str, message: String, fault: Fault) -> Box<Self> {
        Box::new(Self { step, reason, stalled: false, message, fault })
    }

    pub(super) fn stalled(mut self: Box<Self>) -> Box<Self> {
        self.stalled = true;
        self
    }
}
