//! `list`.

use futures_util::{StreamExt, TryStreamExt, stream};
use kubectl_oci_core::artifact::Artifact;
use kubectl_oci_core::compat::image_name::is_valid_tag;
use kubectl_oci_core::listing::{Filter, Listing, Row, sort_tags};
use kubectl_oci_core::render::{listing_json, listing_names, listing_text, printable_json};

use super::Session;
use crate::access::Access;
use crate::cli::{ListArgs, ListFormat};
use crate::configs::{Changes, Configs};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::registry::{Action, NO_TAG, Repository, run};
use crate::term::print;

/// How many manifests are asked for at a time.
const AT_A_TIME: usize = 24;

pub(super) fn run_list(args: &ListArgs, session: &Session) -> Result<Exit> {
    let configs = Configs::new(&session.global, Changes::default(), session.terminal.err)?;
    let found = configs.for_folder(configs.current())?;
    let access = Access::new(&args.registry, &found.config)?;
    let name = access.repository_of(&args.url)?;
    let filter = Filter::new(args.semver.as_deref().unwrap_or(""), args.filter_regex.as_deref().unwrap_or(""))
        .map_err(|error| Error::usage(error.to_string(), "ranges are Masterminds', expressions are Go's"))?;
    let listing = run(args.registry.timeout, async {
        let repository = access.open(&name, Action::Pull).await?;
        list(&repository, &filter, args).await
    });
    access.show_warnings();
    let listing = listing?;
    let text = match args.output {
        ListFormat::Json => printable_json(listing_json(&listing)),
        ListFormat::Name => listing_names(&listing),
        ListFormat::Table => listing_text(&listing, false, &session.terminal.out),
        ListFormat::Wide => listing_text(&listing, true, &session.terminal.out),
    };
    print(&text)?;
    Ok(Exit::Clean)
}

async fn list(repository: &Repository, filter: &Filter, args: &ListArgs) -> Result<Listing> {
    let failed = |error: crate::registry::Error| error.ends(format!("the tags of {repository} could not be listed"));
    let mut listing = Listing { url: format!("oci://{repository}"), ..Listing::default() };
    let mut tags = Vec::new();
    let mut pages = std::pin::pin!(repository.tag_pages());
    while let Some(page) = pages.try_next().await.map_err(failed)? {
        listing.tags += page.len();
        tags.extend(page.into_iter().filter(|tag| filter.admits(tag)));
    }
    sort_tags(&mut tags);
    // Pages may overlap.
    tags.dedup();
    listing.matching = tags.len();
    if args.limit > 0 {
        tags.truncate(args.limit);
    }
    let with_manifests = args.output != ListFormat::Name;
    let rows = tags.into_iter().map(|tag| row(repository, tag, with_manifests));
    listing.rows = stream::iter(rows).buffered(AT_A_TIME).collect().await;
    Ok(listing)
}

/// What is known of a tag. One that cannot be read is a row like the others.
async fn row(repository: &Repository, tag: String, with_manifest: bool) -> Row {
    if !with_manifest {
        return Row { tag, ..Row::default() };
    }
    if !is_valid_tag(&tag) {
        return Row { tag, error: Some(NO_TAG.to_owned()), ..Row::default() };
    }
    let manifest = match repository.manifest(&tag).await {
        Ok(manifest) => manifest,
        Err(error) => return Row { tag, error: Some(error.to_string()), ..Row::default() },
    };
    let digest = Some(manifest.digest);
    match Artifact::parse(&manifest.bytes, &manifest.media_type) {
        Ok(artifact) => Row { tag, digest, artifact: Some(Box::new(artifact)), error: None },
        Err(error) => Row { tag, digest, artifact: None, error: Some(error) },
    }
}
