//! The façade of `resolve`: which tag or digest an OCIRepository means, and why.

mod tags;

pub use tags::{Tags, parse_tags};

use crate::collections::Gather;
use crate::compat::image_name::Repository;
use crate::compat::semver::{Constraint, Version};
use crate::diag::ObjectName;
use crate::model::{File, Kind, OciRepository, Text};
use crate::reference::{By, Outcome, Reason, Spec, select};
use crate::text::mask_credentials;

/// The reason of an object whose tag is certain and whose digest the registry does not tell.
pub const PULL_FAILED: &str = "OCIArtifactPullFailed";

/// What is asked of a list of tags: an OCIRepository's fields, or a range given by hand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// The object; `None` for a range given by hand.
    pub object: Option<ObjectName>,
    /// `spec.url` as written; empty where there is none.
    pub url: String,
    /// `spec.ref.digest`; empty is unset, here and below.
    pub digest: String,
    /// `spec.ref.semver`
    pub semver: String,
    /// `spec.ref.semverFilter`
    pub semver_filter: String,
    /// `spec.ref.tag`
    pub tag: String,
    /// `spec.layerSelector.mediaType`
    pub layer_media_type: String,
    /// `spec.insecure`
    pub insecure: bool,
    /// The first deciding field whose value holds a variable without a value, with that value.
    pub unknown: Option<(&'static str, String)>,
}

impl Request {
    /// The question that an object asks.
    pub fn of(oci: &OciRepository<'_>) -> Self {
        let text = |field: &Option<Text<'_>>| field.as_ref().map_or_else(String::new, |text| text.as_str().to_owned());
        let reference = &oci.reference;
        let mut out = Self {
            object: Some(oci.object.object_name()),
            url: mask_credentials(&text(&oci.url)).into_owned(),
            digest: text(&reference.digest),
            semver: text(&reference.semver),
            semver_filter: text(&reference.semver_filter),
            tag: text(&reference.tag),
            layer_media_type: text(&oci.layer.media_type),
            insecure: oci.insecure,
            unknown: None,
        };
        let deciding: &[(&'static str, &Option<Text<'_>>)] = match out.by() {
            By::Digest => &[("spec.ref.digest", &reference.digest)],
            By::Semver => {
                &[("spec.ref.semver", &reference.semver), ("spec.ref.semverFilter", &reference.semver_filter)]
            }
            By::Tag => &[("spec.ref.tag", &reference.tag)],
            By::Default => &[],
        };
        out.unknown = deciding.iter().find_map(|(name, field)| {
            let text = field.as_ref().filter(|text| text.is_opaque())?;
            Some((*name, text.as_str().to_owned()))
        });
        out
    }

    /// The questions of a file's OCIRepositories, in order.
    pub fn of_file(file: &File) -> Vec<Self> {
        let objects = file.objects().filter(|object| object.kind() == Kind::OciRepository);
        objects.filter_map(OciRepository::of).map(|oci| Self::of(&oci)).gather()
    }

    /// The fields as [`crate::reference`] takes them.
    pub fn spec(&self) -> Spec<'_> {
        Spec {
            digest: &self.digest,
            semver: &self.semver,
            semver_filter: &self.semver_filter,
            tag: &self.tag,
            layer_media_type: &self.layer_media_type,
        }
    }

    /// Which field decides.
    pub fn by(&self) -> By {
        self.spec().by()
    }

    /// Whether the repository's tags are needed to answer.
    pub fn needs_tags(&self) -> bool {
        self.unknown.is_none() && self.spec().needs_tags()
    }

    /// Answers from the repository's tags, which are looked at only where [`Request::needs_tags`].
    pub fn resolve<'a, Tag: AsRef<str>>(&'a self, tags: &'a [Tag]) -> Resolution<'a> {
        if self.unknown.is_some() {
            return Resolution { request: self, outcome: None, manifest_digest: None, refused: None };
        }
        let outcome = select(tags, &self.spec());
        Resolution { request: self, outcome: Some(outcome), manifest_digest: None, refused: None }
    }

    /// The repository that is asked for its tags.
    ///
    /// # Errors
    ///
    /// A URL that the controller refuses.
    pub fn repository(&self) -> Result<Repository, Unresolved> {
        Repository::parse_url(&self.url, self.insecure).map_err(|error| Unresolved {
            reason: "URLInvalid",
            message: format!("URL validation failed for '{}': {error}", self.url),
        })
    }

    /// The answer where the registry did not tell its tags; `words` are the controller's.
    pub fn without_tags(&self, words: &str) -> Resolution<'_> {
        let message = format!("failed to determine the artifact tag for '{}': {words}", self.url);
        self.refused(Unresolved { reason: "ReadOperationFailed", message })
    }

    /// The answer where the registry cannot even be asked.
    pub fn refused(&self, why: Unresolved) -> Resolution<'_> {
        Resolution { refused: Some(why), ..self.resolve::<&str>(&[]) }
    }
}

/// The answer to a [`Request`].
#[derive(Debug)]
pub struct Resolution<'a> {
    /// What was asked.
    pub request: &'a Request,
    /// What the controller would take; `None` where a deciding field is not known yet.
    pub outcome: Option<Outcome<'a>>,
    /// The digest of the tag's manifest, where the registry was asked.
    pub manifest_digest: Option<String>,
    /// Why the registry, which was asked, did not answer.
    pub refused: Option<Unresolved>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unresolved {
    /// The reason of the object's `Ready` condition; `UnknownVariable` where only post-build substitution knows.
    pub reason: &'static str,
    /// The controller's words, or ours for a variable.
    pub message: String,
}

impl Resolution<'_> {
    /// The tag that the registry is to be asked about.
    pub fn tag(&self) -> Option<&str> {
        self.outcome.as_ref().filter(|_| self.error().is_none())?.tag.as_deref()
    }

    /// Takes in what the registry said of the tag: its digest, or why not, in the controller's words.
    pub fn set_digest(&mut self, digest: Result<String, String>) {
        match digest {
            Ok(digest) => self.manifest_digest = Some(digest),
            Err(words) => {
                let message = format!("failed to determine artifact digest: {words}");
                self.refused = Some(Unresolved { reason: PULL_FAILED, message });
            }
        }
    }

    /// What the controller would write into the status: `tag@digest`, or the digest alone; `None` where only the
    /// registry knows.
    pub fn revision(&self) -> Option<String> {
        let outcome = self.outcome.as_ref().filter(|_| self.error().is_none())?;
        if let Some(digest) = outcome.digest {
            return Some(digest.to_owned());
        }
        Some(format!("{}@{}", outcome.tag.as_deref()?, self.manifest_digest.as_deref()?))
    }

    /// Why there is no tag and no digest.
    pub fn error(&self) -> Option<Unresolved> {
        if let Some(refused) = &self.refused {
            return Some(refused.clone());
        }
        if let Some((field, value)) = &self.request.unknown {
            let message = format!("{field} is \"{value}\", which is known only after substitution");
            return Some(Unresolved { reason: "UnknownVariable", message });
        }
        let error = self.outcome.as_ref()?.error.as_ref()?;
        let message = match self.request.url.as_str() {
            // A range given by hand has no URL that the controller would name.
            "" => error.to_string(),
            url => error.message(url),
        };
        Some(Unresolved { reason: error.reason(), message })
    }

    /// The range in words: "6.0.0 or newer, below 7.0.0; no pre-releases". `None` where no range decides or it does
    /// not parse.
    pub fn range_in_words(&self) -> Option<String> {
        let range = (self.request.by() == By::Semver).then(|| Constraint::parse(&self.request.semver).ok())?;
        Some(range?.bounds_in_words())
    }

    /// What became of one tag of the list.
    pub fn fate(&self, tag: &str, tags: &[impl AsRef<str>]) -> Fate {
        let Some(outcome) = self.outcome.as_ref() else { return Fate::NotDecided };
        if outcome.by != By::Semver || outcome.error.is_some() && outcome.considered == 0 {
            return if outcome.tag.as_deref() == Some(tag) { Fate::Chosen } else { Fate::NotDecided };
        }
        if outcome.tag.as_deref() == Some(tag) {
            return Fate::Chosen;
        }
        if outcome.ties.iter().any(|tied| tied == tag) {
            return Fate::Tied;
        }
        if let Some(rejected) = outcome.rejected.iter().find(|rejected| rejected.tag == tag) {
            return Fate::Rejected {
                reason: rejected.reason,
                is_short_version: rejected.is_short_version(),
                only_its_prerelease: self.only_its_prerelease(tag),
            };
        }
        if tags.iter().any(|listed| listed.as_ref() == tag) { Fate::Lower } else { Fate::NotListed }
    }

    /// Whether the range would take a pre-release if it took any.
    fn only_its_prerelease(&self, tag: &str) -> bool {
        use crate::compat::semver::Mismatch;
        let version =
            if self.request.spec().is_helm_chart() { Version::parse_chart_tag(tag) } else { Version::parse(tag) };
        let range = Constraint::parse(&self.request.semver);
        match (range, version) {
            (Ok(range), Ok(version)) => {
                matches!(range.check(&version), Err(Mismatch::Prerelease { otherwise_in_range: true }))
            }
            _ => false,
        }
    }
}

/// What became of a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is taken.
    Chosen,
    /// It is of equal precedence with the one that is taken.
    Tied,
    /// It satisfies the range, and another one is higher.
    Lower,
    /// It failed a test.
    Rejected {
        /// The first test that it failed.
        reason: Reason,
        /// Numbers are all that it lacks.
        is_short_version: bool,
        /// It is a pre-release, and the range would take it if it took any.
        only_its_prerelease: bool,
    },
    /// It is not in the list.
    NotListed,
    /// No range decides, so no tag was looked at.
    NotDecided,
}
