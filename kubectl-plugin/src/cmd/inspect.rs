//! `inspect`.

use futures_util::{StreamExt, stream};
use kubectl_oci_core::artifact::{Artifact, Kind};
use kubectl_oci_core::compat::image_name::{Repository as Name, SCHEME};
use kubectl_oci_core::inspection::Inspection;
use kubectl_oci_core::reference::By;
use kubectl_oci_core::render::{inspections_json, inspections_text, printable_json};
use kubectl_oci_core::resolve::{Request, Unresolved};

use super::Session;
use super::objects::{self, Asked};
use crate::access::{Access, latest_was_assumed};
use crate::cli::{InspectArgs, TextOrJson};
use crate::configs::{Changes, Configs};
use crate::error::Result;
use crate::exit::Exit;
use crate::files;
use crate::registry::{self, FoundBy, Repository};
use crate::term::print;

/// How many artifacts are looked at at a time.
const AT_A_TIME: usize = 4;

/// The largest config that is looked into, in bytes.
const CONFIG_LIMIT: u64 = 1024 * 1024;

/// What cosign appends to `sha256-<hex>`.
const COSIGN_SUFFIXES: [&str; 3] = ["sig", "att", "sbom"];

pub(super) fn run(args: &InspectArgs, session: &Session) -> Result<Exit> {
    let configs = Configs::new(&session.global, Changes::default(), session.terminal.err)?;
    let found = configs.for_folder(configs.current())?;
    let access = Access::new(&args.registry, &found.config)?;
    let asked: Vec<Asked> = match &args.url {
        Some(url) => vec![given_by_hand(&access, url, args)?.into()],
        None => objects::of_files(&args.filename, &args.with, &args.variables, session)?,
    };
    asked.iter().for_each(|asked| asked.warn_of_unseen(&access));
    let looked = registry::run(args.registry.timeout, async {
        let each = asked.iter().map(|asked| inspect(&access, asked, args.files));
        let looked: Vec<Result<(Inspection, Exit)>> = stream::iter(each).buffered(AT_A_TIME).collect().await;
        looked.into_iter().collect::<Result<Vec<_>>>()
    });
    access.show_warnings();
    let (inspections, exits): (Vec<_>, Vec<_>) = looked?.into_iter().unzip();
    print(&match args.output {
        TextOrJson::Json => printable_json(inspections_json(&inspections)),
        TextOrJson::Text => inspections_text(&inspections, &session.terminal.out),
    })?;
    Ok(exits.into_iter().fold(Exit::Clean, Exit::or))
}

fn given_by_hand(access: &Access, url: &str, args: &InspectArgs) -> Result<Request> {
    let target = access.target(url)?;
    Ok(Request {
        url: format!("{SCHEME}{}", target.name),
        tag: target.tag.unwrap_or_default(),
        digest: target.digest.unwrap_or_default(),
        layer_media_type: args.layer_media_type.clone().unwrap_or_default(),
        insecure: target.name.offers_plain_http(),
        ..Request::default()
    })
}

/// Looks at one artifact. What goes wrong with it is said in its place; an error is one of the command as a whole.
async fn inspect(access: &Access, asked: &Asked, with_files: bool) -> Result<(Inspection, Exit)> {
    let request = &asked.request;
    let mut out = Inspection {
        object: request.object.clone(),
        url: request.url.clone(),
        referrers_by: "unknown",
        ..Inspection::default()
    };
    let name = match request.repository() {
        Ok(name) => access.named(&name),
        Err(why) => {
            out.error = Some(why);
            return Ok((out, Exit::Found));
        }
    };
    match look(access, &name, asked, with_files, &mut out).await? {
        Ok(()) => Ok((out, Exit::Clean)),
        Err(Stop { why, exit }) => {
            out.error = Some(why);
            Ok((out, exit))
        }
    }
}

/// Why there is no more to be seen.
struct Stop {
    why: Unresolved,
    exit: Exit,
}

impl Stop {
    fn of(reason: &'static str, error: &registry::Error) -> Self {
        Self { why: Unresolved { reason, message: error.to_string() }, exit: error.exit() }
    }

    fn found(reason: &'static str, message: String) -> Self {
        Self { why: Unresolved { reason, message }, exit: Exit::Found }
    }
}

async fn look(
    access: &Access,
    name: &Name,
    asked: &Asked,
    with_files: bool,
    out: &mut Inspection,
) -> Result<std::result::Result<(), Stop>> {
    let request = &asked.request;
    let repository = asked.open(access, name).await?;
    let looked = async {
        let reference = reference(&repository, request).await?;
        out.tag = Some(reference.clone()).filter(|reference| !reference.contains(':'));
        if let Err((error, stop)) = manifest(&repository, &reference, out).await {
            if request.by() == By::Default {
                out.help = error.and_then(|error| latest_was_assumed(&error, &repository));
            }
            return Err(stop);
        }
        out.select_layer(&request.layer_media_type);
        surroundings(&repository, out).await?;
        if with_files { files_of(&repository, request, out).await } else { Ok(()) }
    };
    Ok(looked.await)
}

/// The tag or digest that is meant.
async fn reference(repository: &Repository, request: &Request) -> std::result::Result<String, Stop> {
    let tags = if request.needs_tags() {
        repository.tags().await.map_err(|error| {
            let words = request.without_tags(&error.to_string()).error();
            let message = words.map_or_else(|| error.to_string(), |words| words.message);
            Stop { exit: error.exit(), ..Stop::found("ReadOperationFailed", message) }
        })?
    } else {
        Vec::new()
    };
    let resolution = request.resolve(&tags);
    if let Some(why) = resolution.error() {
        return Err(Stop { why, exit: Exit::Found });
    }
    let outcome = resolution.outcome.as_ref();
    let digest = outcome.and_then(|outcome| outcome.digest).map(str::to_owned);
    Ok(digest.or_else(|| Some(outcome?.tag.as_ref()?.clone().into_owned())).unwrap_or_default())
}

/// The manifest, and of an index the image that Flux takes too. Where it stops, with the registry's own error.
async fn manifest(
    repository: &Repository,
    reference: &str,
    out: &mut Inspection,
) -> std::result::Result<(), (Option<registry::Error>, Stop)> {
    let read = |error: registry::Error| {
        let stop = Stop::of("OCIArtifactPullFailed", &error);
        (Some(error), stop)
    };
    let parsed = |message: String| (None, Stop::found("OCIArtifactPullFailed", message));
    let manifest = repository.manifest(reference).await.map_err(read)?;
    out.artifact = Artifact::parse(&manifest.bytes, &manifest.media_type).map_err(parsed)?;
    out.digest = Some(manifest.digest);
    if out.artifact.kind() != Kind::Index {
        return Ok(());
    }
    if let Some(image) = out.artifact.chosen_image().cloned() {
        let manifest = repository.manifest(&image.digest).await.map_err(read)?;
        let artifact = Artifact::parse(&manifest.bytes, &manifest.media_type).map_err(parsed)?;
        out.chosen = Some((manifest.digest, artifact));
    }
    Ok(())
}

/// Config, referrers and cosign's tags, asked for side by side.
async fn surroundings(repository: &Repository, out: &mut Inspection) -> std::result::Result<(), Stop> {
    let digest = out.digest.clone().unwrap_or_default();
    let config = out.layered().config.clone();
    let config = async {
        let config = config.filter(|config| config.size <= CONFIG_LIMIT && config.valid_digest().is_some())?;
        let bytes = repository.blob_bytes(&config.digest, config.size, CONFIG_LIMIT).await.ok()?;
        serde_json::from_slice(&bytes).ok()
    };
    let tags = COSIGN_SUFFIXES.map(|suffix| format!("{}.{suffix}", digest.replacen(':', "-", 1)));
    let tags = tags.into_iter().map(|tag| async move {
        match repository.manifest_head(&tag).await {
            Ok(_) => Ok(Some(tag)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    });
    let (config, referrers, tags) =
        futures_util::future::join3(config, repository.referrers(&digest, None), futures_util::future::join_all(tags))
            .await;
    out.config = config;
    // A tag that the registry does not want to talk of may be there.
    for tag in tags {
        out.cosign_tags.extend(tag.map_err(|error| Stop::of("ReferrersFailed", &error))?);
    }
    let referrers = referrers.map_err(|error| Stop::of("ReferrersFailed", &error))?;
    out.referrers_by = match referrers.found_by {
        FoundBy::Api => "api",
        FoundBy::Tag => "tag",
        FoundBy::Nothing => "none",
    };
    out.referrers = referrers.descriptors;
    Ok(())
}

async fn files_of(repository: &Repository, request: &Request, out: &mut Inspection) -> std::result::Result<(), Stop> {
    let layer = out.layer().cloned().ok_or_else(|| {
        let message = match request.layer_media_type.as_str() {
            "" => "no layers found in artifact".to_owned(),
            media_type => format!("failed to find layer with media type '{media_type}' in artifact"),
        };
        Stop::found("OCIArtifactLayerOperationFailed", message)
    })?;
    let listed = files::of_layer(repository, &layer.digest, layer.size).await;
    out.files = Some(listed.map_err(|words| Stop::found("OCIArtifactLayerOperationFailed", words))?);
    Ok(())
}
