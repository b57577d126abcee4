//! Deletion: what goes with what, and how registries take it.
//!
//! By OCI distribution 1.1 a tag is deleted by its name and a manifest by its digest. Docker's registry 2 has only the
//! second, which takes all tags with it; crane's keeps tags when their digest goes; many public ones have neither.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use futures_util::{StreamExt, TryStreamExt, stream};
use kubectl_oci_core::artifact::{Artifact, CREATED, Kind, is_generated_tag};
use kubectl_oci_core::render::Failure;
use kubectl_oci_core::retention::{Fate, Known, Policy, left_behind, seconds};
use serde::Serialize;

use crate::access::Target;
use crate::error::{Error, Result};
use crate::registry::{self, FoundBy, Repository};

/// How many tags are looked at at a time.
const AT_A_TIME: usize = 24;

/// The largest config that is looked into for its date, in bytes.
const CONFIG_LIMIT: u64 = 1024 * 1024;

/// What cosign appends to `sha256-<hex>`.
const COSIGN_SUFFIXES: [&str; 3] = ["sig", "att", "sbom"];

/// A manifest that goes, with all of its tags.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Going {
    pub(crate) digest: String,
    pub(crate) tags: Vec<String>,
    /// The manifest stays: this tag needs it.
    pub(crate) needed_by: Option<String>,
    /// Whose sake it was there for.
    pub(crate) why: Option<String>,
    /// An index's manifests that nothing leads to without it. Registries keep them until they collect their garbage.
    pub(crate) leaves: Vec<String>,
}

/// What is to happen.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) going: Vec<Going>,
    /// Tags that the policy is about, and that stay.
    pub(crate) kept: Vec<(String, Fate)>,
}

/// What became of one of them.
#[derive(Debug)]
pub(crate) enum Outcome {
    Planned,
    Deleted,
    Failed(registry::Error),
}

/// A tag or a manifest in the answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Row {
    tag: Option<String>,
    digest: Option<String>,
    outcome: &'static str,
    reason: Option<String>,
    leaves: Vec<String>,
    error: Option<String>,
}

impl Plan {
    pub(crate) fn goes(&self) -> bool {
        !self.going.is_empty()
    }

    /// A row a tag; one for a manifest without tags.
    pub(crate) fn rows(&self, outcomes: &[Outcome]) -> Vec<Row> {
        let mut out = Vec::new();
        for (going, outcome) in self.going.iter().zip(outcomes) {
            let (outcome, error) = match outcome {
                Outcome::Planned => ("planned", None),
                Outcome::Deleted => ("deleted", None),
                Outcome::Failed(error) => ("failed", Some(error.to_string().trim_end().to_owned())),
            };
            let row = |tag: Option<&String>| Row {
                tag: tag.cloned(),
                digest: Some(going.digest.clone()),
                outcome,
                reason: going.why.clone(),
                leaves: going.leaves.clone(),
                error: error.clone(),
            };
            match going.tags.as_slice() {
                [] => out.push(row(None)),
                tags => out.extend(tags.iter().map(|tag| row(Some(tag)))),
            }
        }
        let kept = |(tag, fate): &(String, Fate)| Row {
            tag: Some(tag.clone()),
            digest: None,
            outcome: "kept",
            reason: Some(fate.reason()),
            leaves: Vec::new(),
            error: None,
        };
        out.extend(self.kept.iter().map(kept));
        out
    }

    /// Finds out what is left behind, of everything that is known.
    fn look_behind(&mut self, known: &[Known]) {
        let going: BTreeSet<&str> =
            self.going.iter().filter(|going| going.needed_by.is_none()).map(|going| going.digest.as_str()).collect();
        let mut left = left_behind(known, &going);
        let left: Vec<Vec<String>> = (self.going.iter())
            .map(|going| left.remove(going.digest.as_str()).into_iter().flatten().map(str::to_owned).collect())
            .collect();
        for (going, left) in self.going.iter_mut().zip(left) {
            going.leaves = left;
        }
    }
}

impl Going {
    /// Deletes it. What is not there any more is no failure.
    pub(crate) async fn delete(&self, repository: &Repository) -> registry::Result<()> {
        let ignoring_absence = |done: registry::Result<()>| match done {
            Err(error) if error.is_not_found() => Ok(()),
            done => done,
        };
        if self.needed_by.is_some() {
            for tag in &self.tags {
                ignoring_absence(repository.delete_manifest(tag).await)?;
            }
            return Ok(());
        }
        ignoring_absence(repository.delete_manifest(&self.digest).await)?;
        for tag in &self.tags {
            // Somebody may have moved the tag in the meantime: then it is another artifact's.
            if repository.digest_of(tag).await.is_ok_and(|digest| digest == self.digest) {
                ignoring_absence(repository.delete_manifest(tag).await)?;
            }
        }
        Ok(())
    }
}

/// One artifact, by tag or digest.
pub(crate) async fn single(repository: &Repository, target: &Target, with_referrers: bool) -> Result<Plan> {
    let failed = |error: registry::Error| error.ends(format!("{repository} could not be asked"));
    let reference = target.tag.as_deref().or(target.digest.as_deref()).unwrap_or_default();
    let missing = |error: registry::Error| match error.is_not_found() {
        true => error.ends(format!("oci://{repository} has no {reference}")),
        false => failed(error),
    };
    let digest = repository.digest_of(reference).await.map_err(missing)?;
    if let Some(wanted) = target.digest.as_ref().filter(|wanted| **wanted != digest) {
        let words = format!("the tag {reference} is {digest} now, not {wanted}");
        return Err(registry::Error::unverified(words).ends("nothing was deleted"));
    }
    let mut known = all(repository, |_| false).await?;
    let of_digest = known.iter().filter(|known| known.digest == digest).map(|known| known.tag.clone());
    let (named, mut others): (Vec<String>, Vec<String>) = match &target.tag {
        Some(tag) => of_digest.partition(|of| of == tag),
        None => (of_digest.collect(), Vec::new()),
    };
    // An index without one of its images is broken.
    let whole = known.iter().find(|known| known.digest != digest && known.children.contains(&digest));
    if let (Some(whole), None) = (whole, &target.tag) {
        let failure = Failure::new(format!("{digest} is part of oci://{repository}:{}", whole.tag));
        let failure = failure.why("without it that index would be broken").help("delete the index first");
        return Err(Error::input(failure));
    }
    others.extend(whole.map(|whole| whole.tag.clone()));
    let needed_by = others.into_iter().next();
    let tags = if named.is_empty() { target.tag.iter().cloned().collect() } else { named };
    let is_whole = needed_by.is_none();
    let mut going = vec![Going { digest: digest.clone(), tags, needed_by, ..Going::default() }];
    if with_referrers && is_whole {
        going.extend(attached(repository, &digest).await.map_err(failed)?);
    }
    if known.iter().all(|known| known.digest != digest) {
        known.push(self::known(repository, digest, false).await.map_err(failed)?);
    }
    let mut plan = Plan { going, kept: Vec::new() };
    plan.look_behind(&known);
    Ok(plan)
}

/// What is known of all tags. All have to be read: one that is not may need just what goes.
async fn all(repository: &Repository, wants_age: impl Fn(&str) -> bool) -> Result<Vec<Known>> {
    let failed = |error: registry::Error| error.ends(format!("the tags of {repository} could not be read"));
    let tags: Vec<String> = repository.tags().await.map_err(failed)?;
    let known = tags.into_iter().filter(|tag| !is_generated_tag(tag)).map(|tag| {
        let wants_age = wants_age(&tag);
        async move { known(repository, tag, wants_age).await }
    });
    stream::iter(known).buffered(AT_A_TIME).try_collect().await.map_err(failed)
}

/// What a policy makes of a repository.
pub(crate) async fn look(repository: &Repository, policy: &Policy, with_referrers: bool) -> Result<Plan> {
    let failed = |error: registry::Error| error.ends(format!("{repository} could not be asked"));
    let known = all(repository, |tag| policy.made_before.is_some() && policy.among.admits(tag)).await?;
    let mut groups: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut order: Vec<&str> = Vec::new();
    let mut plan = Plan::default();
    for (known, fate) in policy.plan(&known) {
        if fate != Fate::Goes {
            plan.kept.push((known.tag.clone(), fate));
            continue;
        }
        let tags = groups.entry(&known.digest).or_default();
        if tags.is_empty() {
            order.push(&known.digest);
        }
        tags.push(known.tag.clone());
    }
    for digest in order {
        let tags = groups.remove(digest).unwrap_or_default();
        plan.going.push(Going { digest: digest.to_owned(), tags, ..Going::default() });
        if with_referrers {
            plan.going.extend(attached(repository, digest).await.map_err(failed)?);
        }
    }
    plan.look_behind(&known);
    Ok(plan)
}

/// What has to be known of a tag. One that is listed and has no manifest has no digest.
async fn known(repository: &Repository, tag: String, wants_age: bool) -> registry::Result<Known> {
    let is_index = |media_type: &str| media_type.contains("index.v1") || media_type.contains("manifest.list");
    if !wants_age
        && let Ok(head) = repository.manifest_head(&tag).await
        && !is_index(&head.media_type)
    {
        return Ok(Known { tag, digest: head.digest, ..Known::default() });
    }
    let manifest = match repository.manifest(&tag).await {
        Ok(manifest) => manifest,
        Err(error) if error.is_not_found() => return Ok(Known { tag, ..Known::default() }),
        Err(error) => return Err(error),
    };
    let artifact = Artifact::parse(&manifest.bytes, &manifest.media_type).unwrap_or_default();
    let children = artifact.manifests.iter().map(|child| child.digest.clone()).collect();
    let made = if wants_age { made(repository, &artifact).await } else { None };
    Ok(Known { tag, digest: manifest.digest, children, made })
}

/// When an artifact was made: its annotation says it, or an image's config.
async fn made(repository: &Repository, artifact: &Artifact) -> Option<i64> {
    if let Some(created) = artifact.annotation(CREATED) {
        return seconds(created);
    }
    let config = artifact.config.as_ref().filter(|_| artifact.kind() == Kind::Image)?;
    let bytes = repository.blob_bytes(&config.digest, config.size, CONFIG_LIMIT).await.ok()?;
    let config: serde_json::Value = serde_json::from_slice(&bytes).ok()?;
    seconds(config["created"].as_str()?)
}

/// What is there for a digest's sake alone: cosign's tags, and what refers to it, and to that.
async fn attached(repository: &Repository, digest: &str) -> registry::Result<Vec<Going>> {
    let mut out = Vec::new();
    let mut seen = BTreeSet::from([digest.to_owned()]);
    let mut left = VecDeque::from([digest.to_owned()]);
    while let Some(subject) = left.pop_front() {
        let generated = subject.replacen(':', "-", 1);
        let why = Some(format!("refers to {subject}"));
        let referrers = repository.referrers(&subject, None).await?;
        for referrer in referrers.descriptors {
            if referrer.valid_digest().is_some() && seen.insert(referrer.digest.clone()) {
                left.push_back(referrer.digest.clone());
                out.push(Going { digest: referrer.digest, why: why.clone(), ..Going::default() });
            }
        }
        let listing = (referrers.found_by == FoundBy::Tag).then(|| generated.clone());
        let cosign = COSIGN_SUFFIXES.iter().map(|suffix| format!("{generated}.{suffix}"));
        for tag in cosign.chain(listing) {
            let digest = match repository.digest_of(&tag).await {
                Ok(digest) => digest,
                Err(error) if error.is_not_found() => continue,
                Err(error) => return Err(error),
            };
            if seen.insert(digest.clone()) {
                left.push_back(digest.clone());
                out.push(Going { digest, tags: vec![tag], why: why.clone(), ..Going::default() });
            }
        }
    }
    Ok(out)
}

/// Whether a registry that answers so deletes nothing at all, of nobody or of this caller.
pub(crate) fn refuses_all(error: &registry::Error) -> bool {
    let status = error.status().map_or(0, |status| status.status());
    error.is_refusal() || matches!(status, 405 | 501) || error.status().is_some_and(|s| s.has_code("UNSUPPORTED"))
}

/// What a registry means that does not delete a tag by itself; nothing where it is about something else.
pub(crate) fn refused_tag(repository: &Repository, going: &Going, error: &registry::Error) -> Option<Error> {
    let needed_by = going.needed_by.as_ref()?;
    let status = error.status().filter(|status| matches!(status.status(), 400 | 405 | 501))?;
    let tag = going.tags.first().map_or("", String::as_str);
    let failure = Failure::new(format!("{} deletes no tag by itself", repository.host()))
        .why(format!("{}; deleting the manifest would take {needed_by} along", status.to_string().trim_end()))
        .help(format!("point {tag} at something else first (`kubectl oci tag … --tag {tag}`), or delete by digest"));
    Some(Error::Failed { failure, exit: error.exit() })
}

/// What a registry that deletes nothing wants to say.
pub(crate) fn refused(repository: &Repository, error: &registry::Error) -> Error {
    let why = error.to_string().trim_end().to_owned();
    let failure = if error.is_refusal() {
        let help = "deleting needs a permission of its own: a token that may (`delete`, `packages:delete`, an \
                    administrator's role)";
        Failure::new(format!("{} does not let this account delete", repository.host())).why(why).help(help)
    } else {
        let help = "delete where the registry has its settings or an API of its own (Docker's registry: \
                    `storage.delete.enabled: true`)";
        Failure::new(format!("{} deletes nothing over the registry API", repository.host())).why(why).help(help)
    };
    Error::Failed { failure, exit: error.exit() }
}
