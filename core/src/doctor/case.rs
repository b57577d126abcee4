//! An object with all that the files say of it: what needs no network.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::compat::duration;
use crate::compat::image_name::Repository;
use crate::compat::provider_host::Provider;
use crate::compat::pull_secret::Credentials;
use crate::context::Surroundings;
use crate::diag::{Location, ObjectName};
use crate::model::{Consumer, File, Kind, Kustomization, Object, OciRepository, Set, Text, Use};
use crate::reference;
use crate::text::{mask_credentials, password};
use crate::yaml::Node;

use super::connection::Connection;
use super::fault::{Failed, Fault, Gap, GapKind};
use super::offline;
use super::online::Places;
use super::secrets::{SecretData, Shelf};
use super::verdict::{Step, StepName};

/// What the API server writes into `spec.timeout` where nothing stands there (the CRD's default).
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);

/// The fields that decide. Empty is unset, as in Go.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Fields {
    pub(super) url: String,
    pub(super) insecure: bool,
    pub(super) provider: String,
    pub(super) digest: String,
    pub(super) semver: String,
    pub(super) semver_filter: String,
    pub(super) tag: String,
    pub(super) media_type: String,
    pub(super) copy: bool,
    pub(super) ignore: Option<String>,
    pub(super) interval: String,
    pub(super) timeout: String,
    pub(super) secret: Option<String>,
    pub(super) account: String,
    pub(super) certificate_secret: String,
    pub(super) proxy_secret: Option<String>,
    pub(super) verify: Option<VerifyFields>,
    /// The first of them that is only known after substitution.
    pub(super) unknown: Option<(&'static str, String)>,
}

/// `spec.verify`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct VerifyFields {
    pub(super) notation: bool,
    pub(super) secret: Option<String>,
    pub(super) trusted_root: Option<String>,
}

impl Fields {
    fn of(oci: &OciRepository<'_>) -> Self {
        let owned = |text: &Option<Text<'_>>| text.as_ref().map_or_else(String::new, |text| text.as_str().to_owned());
        let optional = |text: &Option<Text<'_>>| text.as_ref().map(|text| text.as_str().to_owned());
        let reference = &oci.reference;
        let verify = oci.verify.as_ref().map(|verify| VerifyFields {
            notation: verify.is_notation(),
            secret: optional(&verify.secret_ref),
            trusted_root: optional(&verify.trusted_root),
        });
        let unknown = |(name, text): (&'static str, &Option<Text<'_>>)| {
            let text = text.as_ref().filter(|text| text.is_opaque())?;
            Some((name, text.as_str().to_owned()))
        };
        let deciding = [
            ("spec.url", &oci.url),
            ("spec.ref.digest", &reference.digest),
            ("spec.ref.semver", &reference.semver),
            ("spec.ref.semverFilter", &reference.semver_filter),
            ("spec.ref.tag", &reference.tag),
            ("spec.provider", &oci.provider),
            ("spec.secretRef.name", &oci.secret_ref),
            ("spec.serviceAccountName", &oci.service_account),
            ("spec.certSecretRef.name", &oci.cert_secret_ref),
            ("spec.proxySecretRef.name", &oci.proxy_secret_ref),
            ("spec.layerSelector.mediaType", &oci.layer.media_type),
            ("spec.layerSelector.operation", &oci.layer.operation),
        ];
        Self {
            url: owned(&oci.url),
            insecure: oci.insecure,
            provider: owned(&oci.provider),
            digest: owned(&reference.digest),
            semver: owned(&reference.semver),
            semver_filter: owned(&reference.semver_filter),
            tag: owned(&reference.tag),
            media_type: owned(&oci.layer.media_type),
            copy: oci.layer.is_copy(),
            ignore: optional(&oci.ignore),
            interval: owned(&oci.interval),
            timeout: owned(&oci.timeout),
            secret: optional(&oci.secret_ref),
            account: owned(&oci.service_account),
            certificate_secret: owned(&oci.cert_secret_ref),
            proxy_secret: optional(&oci.proxy_secret_ref),
            verify,
            unknown: deciding.into_iter().find_map(unknown),
        }
    }

    /// As [`crate::reference`] takes them.
    pub(super) fn reference(&self) -> reference::Spec<'_> {
        reference::Spec {
            digest: &self.digest,
            semver: &self.semver,
            semver_filter: &self.semver_filter,
            tag: &self.tag,
            layer_media_type: &self.media_type,
        }
    }

    /// `spec.timeout`; the default of the API where there is none.
    pub(super) fn timeout(&self) -> Duration {
        let nanoseconds = duration::parse(&self.timeout).ok().and_then(|time| u64::try_from(time).ok());
        nanoseconds.map_or(DEFAULT_TIMEOUT, Duration::from_nanos)
    }

    /// The cloud, where it is one.
    pub(super) fn cloud(&self) -> Option<Provider> {
        Provider::parse(&self.provider).filter(|provider| *provider != Provider::Generic)
    }
}

/// An OCIRepository with what the files say of it.
#[derive(Debug, Clone)]
pub struct Case {
    pub(super) object: ObjectName,
    /// Where `metadata.namespace` is open, what `kubectl apply` makes of it.
    pub(super) namespace: String,
    pub(super) suspended: bool,
    pub(super) fields: Fields,
    /// The steps that need no network, as far as the controller gets.
    pub(super) steps: Vec<Step>,
    /// Where it stops before it asks anybody.
    pub(super) stop: Option<Box<Failed>>,
    /// What decides and is not known here.
    pub(super) gaps: Vec<Gap>,
    /// How many of those, the first, are about credentials.
    pub(super) credential_gaps: usize,
    pub(super) connection: Option<Connection>,
    /// The Secrets that credentials are taken from, in the order in which they are read.
    pub(super) pull_secrets: Vec<SecretData>,
    /// The key that fits the repository, and the Secret that it stands in.
    pub(super) chosen_key: Option<(String, String)>,
    /// Credentials for this host that are not sent.
    pub(super) unsent: Option<Unsent>,
    /// The keys of all Secrets that are read, in the order in which they are tried.
    pub(super) keys: Vec<String>,
    /// The Secrets that `verify` names, found.
    pub(super) verification: offline::Verification,
    pub(super) places: Places,
    /// The Kustomizations that take a folder of it, as far as both are certain.
    pub(super) folders: Vec<Folder>,
    /// The HelmReleases that take it as their chart, as far as both are certain: `HelmRelease "app"`.
    pub(super) releases: Vec<String>,
    /// The revision that `status` says is deployed; empty where there is none.
    pub(super) deployed: String,
    /// Every object of the files that asks the same host, this one included.
    pub(super) sharers: Arc<[Sharer]>,
}

/// Something that the registry of an object is asked with, and that the files do not show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unseen {
    /// What it is, and what is the matter with it; no full stop.
    pub text: String,
    /// It is in none of the files.
    pub is_absent: bool,
    /// It decides who asks; else it decides how.
    pub is_of_credentials: bool,
}

/// Credentials for the host that the controller does not send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unsent {
    pub(super) secret: String,
    pub(super) key: String,
    pub(super) why: NotSent,
    pub(super) credentials: Credentials,
}

/// Why they are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NotSent {
    /// The Secret is of a type that is ignored.
    Type(String),
    /// The path of the key does not begin the repository's.
    Path,
}

/// A folder of the artifact that a Kustomization takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Folder {
    /// `Kustomization "apps"`
    pub(super) title: String,
    /// From the artifact's root; never empty.
    pub(super) path: String,
    /// Where it is written, and in which object.
    pub(super) about: (Location, ObjectName),
}

/// Who consumes an object in this way, those alone that name it and no other for certain.
fn consumers<'s, 'a>(object: Object<'a>, set: &'s Set<'a>, by: Use) -> impl Iterator<Item = &'s Consumer<'a>> {
    let is_certain = move |consumer: &&Consumer<'_>| {
        consumer.namespace == object.namespace()
            && (object.namespace().is_some() || consumer.object.file.id == object.file.id)
    };
    let found = set.consumers_of(object).filter(move |consumer| consumer.by == by && is_certain(consumer));
    found.filter(|consumer| !consumer.object.is_suspended())
}

/// The folders that Kustomizations take.
fn folders<'a>(object: Object<'a>, set: &Set<'a>) -> Vec<Folder> {
    let kustomizations = consumers(object, set, Use::Kustomization);
    let folder = |consumer: &Consumer<'_>| {
        let kustomization = Kustomization::of(consumer.object)?;
        let path = kustomization.path.as_ref().filter(|path| path.known_non_empty().is_some())?;
        let folder = kustomization.folder();
        let is_plain = !folder.is_empty() && folder.split('/').all(|part| !matches!(part, "" | "." | ".."));
        is_plain.then(|| Folder {
            title: consumer.title(),
            path: folder.to_owned(),
            about: (consumer.object.locate(path.span()), consumer.object.object_name()),
        })
    };
    kustomizations.filter_map(folder).collect()
}

/// An object that asks a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sharer {
    pub(super) name: String,
    pub(super) interval: String,
}

/// The OCIRepositories of a set: what they have in common is looked up once for all of them.
pub struct Cases<'s, 'a> {
    set: &'s Set<'a>,
    surroundings: &'s Surroundings<'a>,
    /// Who asks which host.
    hosts: BTreeMap<String, Arc<[Sharer]>>,
}

impl<'s, 'a> Cases<'s, 'a> {
    /// Looks over a set.
    pub fn new(set: &'s Set<'a>, surroundings: &'s Surroundings<'a>) -> Self {
        let mut hosts: BTreeMap<String, Vec<Sharer>> = BTreeMap::new();
        for object in set.of_kind(Kind::OciRepository) {
            let Some(host) = host(object) else { continue };
            hosts.entry(host).or_default().push(Sharer {
                name: object.name().to_owned(),
                interval: object.at("spec.interval").map_or("", Node::text).to_owned(),
            });
        }
        Self { set, surroundings, hosts: hosts.into_iter().map(|(host, sharers)| (host, sharers.into())).collect() }
    }

    /// The cases of a file of the set, in order.
    pub fn of_file(&self, file: &'a File) -> Vec<Case> {
        let objects = file.objects().filter(|object| object.kind() == Kind::OciRepository);
        objects.map(|object| self.of(object)).collect()
    }

    /// One object with what the set says of it.
    pub fn of(&self, object: Object<'a>) -> Case {
        let sharers = host(object).and_then(|host| self.hosts.get(&host).cloned());
        Case::of(object, self.set, self.surroundings, sharers.unwrap_or_default())
    }
}

/// The host that an object asks.
fn host(object: Object<'_>) -> Option<String> {
    let url = object.at("spec.url").map(Node::text)?;
    Some(Repository::parse_url(url, false).ok()?.registry_host().to_owned())
}

impl Case {
    fn of<'a>(object: Object<'a>, set: &Set<'a>, surroundings: &Surroundings<'a>, sharers: Arc<[Sharer]>) -> Self {
        let shelf = Shelf::new(object, set, surroundings.secrets(set));
        let view = OciRepository::of(object);
        let fields = view.as_ref().map(Fields::of).unwrap_or_default();
        let mut case = Self {
            places: Places::of(object, fields.reference().by()),
            object: object.object_name(),
            namespace: shelf.namespace().to_owned(),
            suspended: object.is_suspended(),
            fields,
            steps: Vec::new(),
            stop: None,
            gaps: Vec::new(),
            credential_gaps: 0,
            connection: None,
            pull_secrets: Vec::new(),
            chosen_key: None,
            unsent: None,
            keys: Vec::new(),
            verification: offline::Verification::default(),
            folders: folders(object, set),
            releases: consumers(object, set, Use::ChartRef).map(Consumer::title).collect(),
            deployed: object.at("status.artifact.revision").map_or("", Node::text).to_owned(),
            sharers,
        };
        offline::walk(&mut case, object, &shelf);
        case
    }

    /// The object.
    pub fn object(&self) -> &ObjectName {
        &self.object
    }

    /// `spec.url`, a password in it masked.
    pub fn url(&self) -> String {
        mask_credentials(&self.fields.url).into_owned()
    }

    /// How the registry is to be asked; `None` where the controller stops before it asks.
    pub fn connection(&self) -> Option<&Connection> {
        self.connection.as_ref()
    }

    /// What the object has its registry asked with and the files do not show, or show to be unfit: whoever asks
    /// nevertheless asks as somebody else than the controller.
    pub fn unseen(&self) -> Vec<Unseen> {
        let of_gap = |(index, gap): (usize, &Gap)| Unseen {
            text: gap.text.clone(),
            is_absent: gap.kind == GapKind::NotInFiles,
            is_of_credentials: index < self.credential_gaps,
        };
        let is_of_secrets = |gap: &Gap| matches!(gap.kind, GapKind::NotInFiles | GapKind::Hidden);
        let mut out: Vec<Unseen> =
            self.gaps.iter().enumerate().filter(|(_, gap)| is_of_secrets(gap)).map(of_gap).collect();
        let before_asking = [StepName::Credentials, StepName::Proxy, StepName::Login, StepName::Transport];
        if let Some(stop) = self.stop.as_ref().filter(|stop| before_asking.contains(&stop.step)) {
            let absent = match &stop.fault {
                Fault::SecretMissing { secret, name, .. } => Some(offline::not_in_files(name, *secret)),
                Fault::AccountMissing { name, .. } => Some(offline::account_not_in_files(name)),
                _ => None,
            };
            out.push(Unseen {
                is_absent: absent.is_some(),
                is_of_credentials: matches!(stop.step, StepName::Credentials | StepName::Login),
                text: absent
                    .unwrap_or_else(|| format!("the controller stops before it asks: {}", self.mask(&stop.message))),
            });
        }
        out
    }

    /// Credentials that a Secret holds for the registry's host and port and that the controller does
    /// not send, for [`Access::Unsent`](super::Access::Unsent).
    pub fn unsent_credentials(&self) -> Option<&Credentials> {
        self.unsent.as_ref().map(|unsent| &unsent.credentials)
    }

    /// `spec.ignore`, for whoever unpacks the layer.
    pub fn ignore(&self) -> Option<&str> {
        self.fields.ignore.as_deref()
    }

    /// A text without the password that the URL may hold: the controller quotes it, and nobody here.
    pub(super) fn mask(&self, text: &str) -> String {
        let location = self.fields.url.split_once("://").map_or("", |(_, location)| location);
        let Some(range) = password(location) else { return text.to_owned() };
        let held = location.get(..=range.end).unwrap_or_default();
        let shown = format!("{}{}@", location.get(..range.start).unwrap_or_default(), "*".repeat(range.len()));
        text.replace(held, &shown)
    }

    pub(super) fn repository(&self) -> Option<Repository> {
        Repository::parse_url(&self.fields.url, self.fields.insecure).ok()
    }
}
