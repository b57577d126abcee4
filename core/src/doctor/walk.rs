//! The steps that ask the registry, in the controller's order (source-controller 1.9.1
//! `reconcileSource` from `getArtifactRef` on, `reconcileArtifact`).
//!
//! A walk begins anew with each answer: what is known decides how far it gets, nothing is kept
//! between walks.

use crate::artifact::{Artifact, Kind};
use crate::compat::digest::Digest;
use crate::compat::image_name::Repository;
use crate::compat::manifest::{Descriptor, Index, Manifest, is_index, is_schema1};
use crate::compat::provider_host::Provider;
use crate::compat::quoted;
use crate::reference::{By, DEFAULT_TAG, Outcome, select};

use super::case::Case;
use super::evidence::{Answer, Evidence, Failure, Fetch, Login, RawManifest, Scheme, What};
use super::fault::{Failed, Fault, Gap, GapKind};
use super::unpack::{LayerFacts, LayerFault};
use super::verdict::{Step, StepName, StepStatus};

const PULL_FAILED: &str = "OCIArtifactPullFailed";
const LAYER_FAILED: &str = "OCIArtifactLayerOperationFailed";

/// How deep indexes may nest before they are taken for a ring.
const NESTING: usize = 8;

/// Why a walk ends before the object is ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Halt {
    /// The controller stops.
    Failed(Box<Failed>),
    /// An answer is needed.
    Need(Fetch),
    /// Nothing more can be said.
    Undecided,
}

impl From<Box<Failed>> for Halt {
    fn from(failed: Box<Failed>) -> Self {
        Self::Failed(failed)
    }
}

/// How far a walk got, and what it saw.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Walk {
    pub(super) steps: Vec<Step>,
    pub(super) gaps: Vec<Gap>,
    /// The tag that is taken.
    pub(super) tag: Option<String>,
    /// All tags of equal precedence, where there are several.
    pub(super) ties: Vec<String>,
    /// `tag@sha256:…`, or a bare digest.
    pub(super) revision: Option<String>,
    pub(super) manifest: Option<Manifest>,
    /// What the manifest describes.
    pub(super) kind: Option<Kind>,
    /// The layer that is taken.
    pub(super) layer: Option<Descriptor>,
    pub(super) facts: Option<LayerFacts>,
    /// Digest of what is stored, where that is the layer itself.
    pub(super) content: Option<String>,
    /// Who logged in to a cloud in the controller's place.
    pub(super) identity: Option<String>,
    /// Where the controller stops.
    pub(super) failed: Option<Box<Failed>>,
}

/// Walks as far as the answers reach.
pub(super) fn walk(case: &Case, evidence: &Evidence) -> Result<Walk, Fetch> {
    let mut walker = Walker { case, evidence, walk: Walk { steps: case.steps.clone(), ..Walk::default() } };
    walker.walk.gaps.clone_from(&case.gaps);
    if let Some(failed) = &case.stop {
        walker.walk.failed = Some(failed.clone());
        return Ok(walker.walk);
    }
    match walker.steps() {
        Ok(()) | Err(Halt::Undecided) => {}
        Err(Halt::Need(fetch)) => return Err(fetch),
        Err(Halt::Failed(failed)) => {
            walker.note(failed.step, StepStatus::Failed, failed.message.clone());
            walker.walk.refuse_identity(&failed);
            walker.walk.failed = Some(failed);
        }
    }
    Ok(walker.walk)
}

impl Walk {
    pub(super) fn has_gap(&self, kind: GapKind) -> bool {
        self.gaps.iter().any(|gap| gap.kind == kind)
    }

    /// Whom a registry refuses, who asked in the controller's place: the controller may be let in.
    fn refuse_identity(&mut self, failed: &Failed) {
        if let (Some(identity), Fault::Request(failure)) = (&self.identity, &failed.fault)
            && failure.is_refusal()
        {
            let text = format!("the registry refuses {identity}, and whom the controller logs in as is not known here");
            self.gaps.push(Gap::new(GapKind::Login, text));
        }
    }

    /// What is not known, in one line; empty where nothing is.
    pub(super) fn unknowns(&self) -> String {
        self.gaps.iter().map(|gap| gap.text.as_str()).collect::<Vec<_>>().join("; ")
    }

    /// Whether a failure may come of something that is not known here: a registry that refuses
    /// whoever does not show the credentials that could not be read.
    pub(super) fn is_owed_to_gaps(&self) -> bool {
        let of_registry = self.failed.as_ref().is_some_and(|failed| matches!(failed.fault, Fault::Request(_)));
        // A signature is looked at behind the requests that fail.
        of_registry && self.gaps.iter().any(|gap| gap.kind != GapKind::Signature)
    }
}

struct Walker<'w> {
    case: &'w Case,
    evidence: &'w Evidence,
    walk: Walk,
}

type Outcomes<T> = Result<T, Halt>;

impl<'w> Walker<'w> {
    fn steps(&mut self) -> Outcomes<()> {
        if self.case.fields.unknown.is_some() {
            return Err(Halt::Undecided);
        }
        let repository = self.repository()?;
        self.login()?;
        let digest = match self.reference(&repository)? {
            Reference::Digest => self.pinned()?,
            Reference::Tag(tag) => self.tagged(&tag)?,
        };
        self.verification(&repository, &digest)?;
        let manifest = self.pull(&repository, &digest)?;
        let layer = self.layer(&manifest)?;
        self.content(&manifest, &layer)
    }

    fn note(&mut self, name: StepName, status: StepStatus, detail: impl Into<String>) {
        self.walk.steps.push(Step { name, status, detail: detail.into() });
    }

    fn ask(&self, what: What) -> Outcomes<Result<&'w Answer, Failure>> {
        let fetch = Fetch::configured(what);
        match self.evidence.get(&fetch) {
            None => Err(Halt::Need(fetch)),
            Some(Answer::Failed(failure)) => Ok(Err(failure.clone())),
            Some(answer) => Ok(Ok(answer)),
        }
    }

    /// The URL is refused where the tag would be looked for.
    fn repository(&self) -> Outcomes<Repository> {
        let url = &self.case.fields.url;
        Repository::parse_url(url, self.case.fields.insecure).map_err(|error| {
            let message = format!("URL validation failed for '{url}': {error}");
            Failed::new(StepName::Reference, "URLInvalid", message, Fault::Url(error)).stalled().into()
        })
    }

    /// The controller logs in when it first has to show credentials.
    fn login(&mut self) -> Outcomes<()> {
        let Some(provider) = self.case.connection.as_ref().and_then(|connection| connection.login) else {
            return Ok(());
        };
        let (status, detail) = if provider.login(self.location()).is_err() {
            (StepStatus::Ok, format!("{provider}, asked for with the first request"))
        } else {
            let login = match self.ask(What::Login)? {
                Ok(Answer::Login(Login::Done { identity })) => Ok(identity),
                Ok(Answer::Login(Login::Unavailable(why))) => Err(why.clone()),
                Ok(_) => Err("there is no answer".to_owned()),
                Err(failure) => Err(failure.text),
            };
            match login {
                Ok(identity) => {
                    self.walk.identity = Some(identity.clone());
                    (
                        StepStatus::Ok,
                        format!("logged in to {provider} as {identity}; the controller has an identity of its own"),
                    )
                }
                Err(why) => {
                    let gap = format!("the controller logs in to {provider}, which cannot be done here: {why}");
                    self.walk.gaps.push(Gap::new(GapKind::Login, gap));
                    (StepStatus::Skipped, format!("no login to {provider} from here: asked anonymously"))
                }
            }
        };
        let at = self.walk.steps.iter().position(|step| step.name > StepName::Login).unwrap_or(self.walk.steps.len());
        self.walk.steps.insert(at, Step { name: StepName::Login, status, detail });
        Ok(())
    }

    fn location(&self) -> &'w str {
        let url = &self.case.fields.url;
        url.strip_prefix(crate::compat::image_name::SCHEME).unwrap_or(url)
    }

    /// A cloud whose host this is not cannot log in: told with the first request, or by the token
    /// that is bought before it (go-containerregistry's basic and bearer transports).
    fn unfit_login(
        &self,
        method_and_path: &str,
        prefix: &dyn Fn(&str) -> String,
        step: StepName,
        reason: &'static str,
    ) -> Outcomes<()> {
        let Some(error) = self.host_error() else { return Ok(()) };
        let challenge = match self.ask(What::Challenge)? {
            Ok(Answer::Challenge(challenge)) => challenge,
            // The request itself will say it.
            Ok(_) | Err(_) => return Ok(()),
        };
        let words = match (challenge.scheme, self.case.connection.as_ref()) {
            (Scheme::Basic | Scheme::None, Some(connection)) => {
                let scheme = if challenge.plain_http { "http" } else { "https" };
                let host = connection.repository.registry_host();
                format!("Get \"{scheme}://{host}{method_and_path}\": {error}")
            }
            _ => error.to_string(),
        };
        Err(Failed::new(step, reason, prefix(&words), Fault::ProviderHost(error)).into())
    }

    fn host_error(&self) -> Option<crate::compat::provider_host::HostError> {
        let provider: Provider = self.case.connection.as_ref()?.login?;
        provider.login(self.location()).err()
    }

    fn reference(&mut self, repository: &Repository) -> Outcomes<Reference> {
        let spec = self.case.fields.reference();
        let detail = match spec.by() {
            By::Digest => {
                self.note(StepName::Reference, StepStatus::Ok, format!("digest {}", spec.digest));
                return Ok(Reference::Digest);
            }
            By::Tag => format!("tag {}", spec.tag),
            By::Default => format!("tag {DEFAULT_TAG}, since spec.ref names none"),
            By::Semver => return self.range(repository),
        };
        self.note(StepName::Reference, StepStatus::Ok, detail);
        let tag = if spec.tag.is_empty() { DEFAULT_TAG } else { spec.tag };
        Ok(Reference::Tag(tag.to_owned()))
    }

    fn range(&mut self, repository: &Repository) -> Outcomes<Reference> {
        const REASON: &str = "ReadOperationFailed";
        let case = self.case;
        let prefix = |words: &str| format!("failed to determine the artifact tag for '{}': {words}", case.fields.url);
        let path = format!("/v2/{}/tags/list?n=1000", repository.repository_name());
        self.unfit_login(&path, &prefix, StepName::Reference, REASON)?;
        let tags = match self.ask(What::Tags)? {
            Ok(Answer::Tags(tags)) => tags.as_slice(),
            Ok(_) => &[],
            Err(failure) => {
                let message = prefix(&failure.text);
                return Err(Failed::new(StepName::Reference, REASON, message, Fault::Request(failure)).into());
            }
        };
        let spec = case.fields.reference();
        let outcome = select(tags, &spec);
        if let Some(error) = &outcome.error {
            let message = error.message(&case.fields.url);
            return Err(Failed::new(StepName::Reference, error.reason(), message, Fault::Select(error.clone())).into());
        }
        let tag = outcome.tag.as_deref().unwrap_or(DEFAULT_TAG).to_owned();
        self.note(StepName::Reference, StepStatus::Ok, range_detail(&tag, &outcome));
        self.walk.ties = outcome.ties.iter().map(|tag| tag.clone().into_owned()).collect();
        Ok(Reference::Tag(tag))
    }

    /// A digest is only checked for its form.
    fn pinned(&mut self) -> Outcomes<String> {
        let digest = Digest::parse(&self.case.fields.digest).map_err(|error| {
            let message = format!("failed to determine artifact digest: {error}");
            Failed::new(StepName::Digest, PULL_FAILED, message, Fault::Digest(error))
        })?;
        let digest = digest.to_string();
        self.note(StepName::Digest, StepStatus::Ok, digest.clone());
        self.walk.revision = Some(digest.clone());
        Ok(digest)
    }

    fn tagged(&mut self, tag: &str) -> Outcomes<String> {
        self.walk.tag = Some(tag.to_owned());
        let prefix = |words: &str| format!("failed to determine artifact digest: {words}");
        let name = self.case.connection.as_ref().map(|connection| connection.repository.repository_name());
        let path = format!("/v2/{}/manifests/{tag}", name.unwrap_or_default());
        self.unfit_login(&path, &prefix, StepName::Digest, PULL_FAILED)?;
        match self.ask(What::Digest { tag: tag.to_owned() })? {
            Ok(Answer::Digest(digest)) => {
                let revision = format!("{tag}@{digest}");
                self.note(StepName::Digest, StepStatus::Ok, digest.clone());
                self.walk.revision = Some(revision);
                Ok(digest.clone())
            }
            Ok(_) => Err(Halt::Undecided),
            Err(failure) => {
                let message = prefix(&failure.text);
                Err(Failed::new(StepName::Digest, PULL_FAILED, message, Fault::Request(failure)).into())
            }
        }
    }

    /// What fails before a signature is looked at; signatures themselves are not.
    fn verification(&mut self, repository: &Repository, digest: &str) -> Outcomes<()> {
        let Some(verify) = &self.case.fields.verify else {
            self.note(StepName::Verification, StepStatus::Skipped, "no verify block");
            return Ok(());
        };
        let provider = match (verify.notation, &verify.secret) {
            (true, _) => "notation",
            (false, Some(_)) => "cosign",
            (false, None) => "cosign keyless",
        };
        if let Some((words, fault)) = &self.case.verification.error {
            let about = match fault {
                Fault::VerificationSecret => format!("'{}'", repository.with_digest(digest)),
                _ => String::new(),
            };
            let message = format!("failed to verify the signature using provider '{provider}': {words}{about}");
            let failed = Failed::new(StepName::Verification, "VerificationError", message, fault.clone());
            return Err(failed.into());
        }
        self.note(
            StepName::Verification,
            StepStatus::Skipped,
            format!("not checked: {provider} signatures are not looked at"),
        );
        let text = format!("the {provider} signature that spec.verify asks for was not checked");
        self.walk.gaps.push(Gap::new(GapKind::Signature, text));
        Ok(())
    }

    fn pull(&mut self, repository: &Repository, digest: &str) -> Outcomes<Manifest> {
        let url = &self.case.fields.url;
        let prefix = |words: &str| format!("failed to pull artifact from '{url}': {words}");
        let path = format!("/v2/{}/manifests/{digest}", repository.repository_name());
        self.unfit_login(&path, &prefix, StepName::Pull, PULL_FAILED)?;
        let failed = |words: &str, fault| Halt::from(Failed::new(StepName::Pull, PULL_FAILED, prefix(words), fault));
        let mut digest = digest.to_owned();
        // The type of a child is what the index says of it.
        let mut said: Option<String> = None;
        for _ in 0..NESTING {
            let raw = match self.ask(What::Manifest { digest: digest.clone() })? {
                Ok(Answer::Manifest(raw)) => raw,
                Ok(_) => return Err(Halt::Undecided),
                Err(failure) => return Err(failed(&failure.text, Fault::Request(failure.clone()))),
            };
            let media_type = said.take().unwrap_or_else(|| raw.media_type.clone());
            if is_schema1(&media_type) {
                let words = format!(
                    "unsupported MediaType: {}, see https://github.com/google/go-containerregistry/issues/377",
                    quoted(&media_type)
                );
                return Err(failed(&words, Fault::Manifest));
            }
            if !is_index(&media_type) {
                return self.manifest(raw, media_type);
            }
            let index = Index::parse(&raw.text).map_err(|words| failed(&words, Fault::Manifest))?;
            let Some(child) = index.child() else {
                let words = format!("no child with platform linux/amd64 in index {}", repository.with_digest(&digest));
                return Err(failed(&words, Fault::NoPlatform { platforms: platforms(&index) }));
            };
            said = Some(child.media_type.clone());
            digest.clone_from(&child.digest);
        }
        Err(Halt::Undecided)
    }

    fn manifest(&mut self, raw: &RawManifest, media_type: String) -> Outcomes<Manifest> {
        let manifest = Manifest::parse(&raw.text).map_err(|words| {
            let message = format!("failed to parse artifact manifest: {words}");
            Failed::new(StepName::Pull, LAYER_FAILED, message, Fault::Manifest)
        })?;
        let count = match manifest.layers.len() {
            1 => "1 layer".to_owned(),
            count => format!("{count} layers"),
        };
        self.note(StepName::Pull, StepStatus::Ok, format!("{count}, config {}", manifest.config.media_type));
        self.walk.kind = Artifact::parse(raw.text.as_bytes(), &media_type).ok().map(|artifact| artifact.kind());
        self.walk.manifest = Some(manifest.clone());
        Ok(manifest)
    }

    fn layer(&mut self, manifest: &Manifest) -> Outcomes<Descriptor> {
        let failed = |words: String, fault| Halt::from(Failed::new(StepName::Layer, LAYER_FAILED, words, fault));
        let Some(first) = manifest.layers.first() else {
            return Err(failed("no layers found in artifact".to_owned(), Fault::NoLayers));
        };
        let wanted = &self.case.fields.media_type;
        let layer = if wanted.is_empty() {
            first
        } else {
            let Some(found) = manifest.layers.iter().find(|layer| manifest.media_type_of(layer) == wanted) else {
                let words = format!("failed to find layer with media type '{wanted}' in artifact");
                return Err(failed(words, Fault::NoSuchLayer));
            };
            found
        };
        let which = if wanted.is_empty() { ", the first" } else { "" };
        let detail = format!("{}{which}, {}", manifest.media_type_of(layer), bytes_in_words(manifest.size_of(layer)));
        self.note(StepName::Layer, StepStatus::Ok, detail);
        self.walk.layer = Some(layer.clone());
        Ok(layer.clone())
    }

    fn content(&mut self, manifest: &Manifest, layer: &Descriptor) -> Outcomes<()> {
        let copy = self.case.fields.copy;
        let what = What::Layer { digest: layer.digest.clone(), size: manifest.size_of(layer), copy };
        let facts = match self.ask(what)? {
            Ok(Answer::Layer(facts)) => facts,
            Ok(_) => return Err(Halt::Undecided),
            Err(failure) => {
                let message = format!("failed to extract the first layer from artifact: {}", failure.text);
                return Err(Failed::new(StepName::Content, LAYER_FAILED, message, Fault::Request(failure)).into());
            }
        };
        self.walk.facts = Some(facts.clone());
        if let Some(fault) = &facts.fault {
            return Err(content_failure(fault, copy).into());
        }
        if copy {
            self.walk.content = Some(layer.digest.clone());
        }
        let detail = match copy {
            true => format!("stored as it is ({})", facts.magic.in_words()),
            false => content_detail(facts),
        };
        self.note(StepName::Content, StepStatus::Ok, detail);
        Ok(())
    }
}

/// What a reference comes to before anything is asked about it.
enum Reference {
    Digest,
    Tag(String),
}

fn content_failure(fault: &LayerFault, copy: bool) -> Box<Failed> {
    let (reason, message) = match fault {
        LayerFault::Unreadable(_) => {
            ("ArchiveOperationFailed", format!("unable to archive artifact to storage: {fault}"))
        }
        _ if copy => (LAYER_FAILED, format!("failed to copy layer from artifact: {fault}")),
        _ => (LAYER_FAILED, format!("failed to extract layer contents from artifact: {fault}")),
    };
    Failed::new(StepName::Content, reason, message, Fault::Layer(fault.clone()))
}

fn content_detail(facts: &LayerFacts) -> String {
    let contents = &facts.contents;
    let mut out = match contents.files {
        1 => "1 file unpacked".to_owned(),
        count => format!("{count} files unpacked"),
    };
    if contents.kept < contents.files {
        out.push_str(&format!(
            ", {} left out by .sourceignore, ignore or their defaults",
            contents.files - contents.kept
        ));
    }
    if contents.links > 0 {
        out.push_str(&format!(", {} symbolic links skipped", contents.links));
    }
    out
}

fn range_detail(tag: &str, outcome: &Outcome<'_>) -> String {
    let mut out = format!("tag {tag}, highest of {} matching among {}", outcome.matching, outcome.considered);
    if !outcome.ties.is_empty() {
        let ties: Vec<&str> = outcome.ties.iter().map(AsRef::as_ref).collect();
        out.push_str(&format!("; equal, any may be taken: {}", ties.join(", ")));
    }
    out
}

fn platforms(index: &Index) -> Vec<String> {
    let named = index.manifests.iter().filter_map(|child| child.platform.as_ref());
    named.map(|(os, architecture)| format!("{os}/{architecture}")).collect()
}

/// A size for a reader: "812 bytes", "12 kB", "3.4 MB".
pub(super) fn bytes_in_words(size: u64) -> String {
    match size {
        0..1_000 => format!("{size} bytes"),
        1_000..1_000_000 => format!("{} kB", size.div_ceil(1_000)),
        _ => format!("{}.{} MB", size / 1_000_000, size % 1_000_000 / 100_000),
    }
}
