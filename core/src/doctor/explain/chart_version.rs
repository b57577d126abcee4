//! `artifact revision … does not match chart version …`: the source is ready, and the HelmRelease that takes it is not.
//!
//! helm-controller 1.6 `mutateChartWithSourceRevision`: a tag that is a version (`_` stands for `+`) must be that of the
//! chart, `v` and build metadata aside. A digest is compared with nothing.

use super::say::say;
use super::{Context, Said};
use crate::compat::semver::Version;
use crate::doctor::evidence::{Answer, Fetch, What};

pub(super) fn explain(context: &Context<'_>) -> Said {
    let walk = context.walk;
    let (Some(tag), Some(release)) = (&walk.tag, context.case.releases.first()) else { return Ok(None) };
    let (Ok(tagged), None, []) = (Version::parse_chart_tag(tag), &walk.failed, walk.gaps.as_slice()) else {
        return Ok(None);
    };
    let (Some(manifest), Some(layer)) = (&walk.manifest, &walk.layer) else { return Ok(None) };
    let facts = if context.case.fields.copy {
        // Nothing was unpacked; helm-controller does.
        let what = What::Layer { digest: layer.digest.clone(), size: manifest.size_of(layer), copy: false };
        match context.ask_one(Fetch::configured(what))? {
            Answer::Layer(facts) => Some(facts),
            _ => None,
        }
    } else {
        walk.facts.as_ref()
    };
    let version = facts.and_then(|facts| facts.contents.chart_version.as_deref()).unwrap_or_default();
    if Version::parse(version).is_ok_and(|version| version != tagged) {
        let text = format!(
            "The chart under the tag \"{tag}\" is of version {version}. The source is ready, and the {release}, which takes the chart, fails: artifact revision {tag} does not match chart version {version}."
        );
        let digest = walk.revision.as_deref().and_then(|revision| revision.rsplit('@').next()).unwrap_or_default();
        return Ok(Some(
            say(text)
                .paste(
                    "name the chart by its digest, which is compared with nothing",
                    format!("ref:\n  digest: {digest}"),
                )
                .advise("or push it under its own version: `helm push` and `kubectl oci push --as helm-chart` do"),
        ));
    }
    Ok(None)
}
