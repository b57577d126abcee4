//! From a URL, or from the OCIRepository of a file, to the layer that is meant.

use std::path::Path;

use kubectl_oci_core::artifact::{Artifact, Descriptor, Kind};
use kubectl_oci_core::compat::image_name::SCHEME;
use kubectl_oci_core::inspection::Inspection;
use kubectl_oci_core::reference::By;
use kubectl_oci_core::render::Failure;
use kubectl_oci_core::resolve::{Request, Unresolved};

use super::objects::Asked;
use crate::access::{Access, latest_was_assumed};
use crate::error::{Error, Result};
use crate::registry::{self, Repository};
use crate::stream::{Outlet, Wanted, pipe, wanted};
use crate::term::Progress;

/// What an `oci://` URL names.
pub(super) fn by_url(access: &Access, url: &str, layer_media_type: Option<&str>) -> Result<Asked> {
    let target = access.target(url)?;
    let request = Request {
        url: format!("{SCHEME}{}", target.name),
        tag: target.tag.unwrap_or_default(),
        digest: target.digest.unwrap_or_default(),
        layer_media_type: layer_media_type.unwrap_or_default().to_owned(),
        insecure: target.name.offers_plain_http(),
        ..Request::default()
    };
    Ok(request.into())
}

/// The object of a name; the only one where none is given.
pub(super) fn by_name(objects: Vec<Asked>, name: Option<&str>) -> Result<Asked> {
    let name_of = |asked: &Asked| asked.request.object.as_ref().map_or_else(String::new, |object| object.name.clone());
    let names: Vec<String> = objects.iter().map(name_of).collect();
    let mut fitting = objects.into_iter().filter(|asked| name.is_none_or(|name| name_of(asked) == name));
    match (fitting.next(), fitting.next()) {
        (Some(asked), None) => Ok(asked),
        (Some(_), Some(_)) => Err(Error::usage(
            match name {
                Some(name) => format!("there is more than one OCIRepository \"{name}\" in the files"),
                None => "there is more than one OCIRepository in the files".to_owned(),
            },
            format!("name one: {}", names.join(", ")),
        )),
        (None, _) => Err(Error::usage(
            format!("there is no OCIRepository \"{}\" in the files", name.unwrap_or_default()),
            format!("there is {}", names.join(", ")),
        )),
    }
}

/// A layer of an artifact, found.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) repository: Repository,
    pub(super) request: Request,
    /// The tag that was asked for; nothing where a digest was.
    pub(super) tag: Option<String>,
    /// Of the manifest.
    pub(super) digest: String,
    pub(super) artifact: Artifact,
    pub(super) layer: Descriptor,
}

/// Finds the layer that is meant.
pub(super) async fn find(access: &Access, asked: &Asked) -> Result<Found> {
    let request = asked.request.clone();
    let refused = |why: Unresolved| {
        let failure = Failure::new(format!("{} cannot be asked", request.url));
        Error::input(failure.why(format!("{}: {}", why.reason, why.message)))
    };
    let name = access.named(&request.repository().map_err(refused)?);
    let repository = asked.open(access, &name).await?;
    let reference = reference(&repository, &request).await?;
    let what =
        if reference.contains(':') { format!("{repository}@{reference}") } else { format!("{repository}:{reference}") };
    let failed = |error: registry::Error| {
        if error.is_not_found() {
            let mut failure = error.failure(format!("there is no {what} in the registry"));
            if request.by() == By::Default {
                failure.help = latest_was_assumed(&error, &repository).or(failure.help);
            }
            return Error::Failed { failure, exit: error.exit() };
        }
        error.ends(format!("{what} could not be read"))
    };
    let unfit = |why: String| Error::input(Failure::new(format!("{what} holds nothing to take")).why(why));
    let manifest = repository.manifest(&reference).await.map_err(failed)?;
    let mut inspection = Inspection {
        artifact: Artifact::parse(&manifest.bytes, &manifest.media_type).map_err(unfit)?,
        ..Inspection::default()
    };
    if inspection.artifact.kind() == Kind::Index {
        let image = inspection.artifact.chosen_image();
        let image = image.ok_or_else(|| unfit("it is an index without an image for linux/amd64".to_owned()))?;
        let manifest = repository.manifest(&image.digest.clone()).await.map_err(failed)?;
        let artifact = Artifact::parse(&manifest.bytes, &manifest.media_type).map_err(unfit)?;
        inspection.chosen = Some((manifest.digest, artifact));
    }
    inspection.select_layer(&request.layer_media_type);
    let Some(layer) = inspection.layer().cloned() else {
        // The controller's words.
        let why = match request.layer_media_type.as_str() {
            "" => "no layers found in artifact".to_owned(),
            media_type => format!("failed to find layer with media type '{media_type}' in artifact"),
        };
        let types: Vec<&str> = inspection.layered().layers.iter().map(|layer| layer.media_type.as_str()).collect();
        let failure = Failure::new(format!("{what} holds nothing to take")).why(why);
        return Err(Error::input(match types.as_slice() {
            [] => failure,
            types => failure.help(format!("its layers are of {}", types.join(", "))),
        }));
    };
    let tag = Some(reference).filter(|reference| !reference.contains(':'));
    let artifact = inspection.artifact;
    Ok(Found { repository, request, tag, digest: manifest.digest, artifact, layer })
}

/// The tag or digest that is meant.
async fn reference(repository: &Repository, request: &Request) -> Result<String> {
    let tags = if request.needs_tags() {
        repository.tags().await.map_err(|error| error.ends(format!("the tags of {repository} could not be listed")))?
    } else {
        Vec::new()
    };
    let resolution = request.resolve(&tags);
    if let Some(why) = resolution.error() {
        let failure = Failure::new(format!("{repository} has nothing that is meant"));
        return Err(Error::input(failure.why(format!("{}: {}", why.reason, why.message))));
    }
    let outcome = resolution.outcome.as_ref();
    let digest = outcome.and_then(|outcome| outcome.digest).map(str::to_owned);
    Ok(digest.or_else(|| Some(outcome?.tag.as_ref()?.clone().into_owned())).unwrap_or_default())
}

/// Streams a layer to a thread, which sees its end only once it is verified.
///
/// # Errors
///
/// The registry's; else the thread's, as it says itself.
pub(super) async fn fetch<T: Send + 'static, E: Send + 'static>(
    found: &Found,
    progress: &Progress,
    take: impl FnOnce(Outlet, Wanted) -> std::result::Result<T, E> + Send + 'static,
) -> Result<std::result::Result<T, E>> {
    let what = || format!("the layer of {} could not be read", found.repository);
    let blob = found.repository.blob(&found.layer.digest, found.layer.size).await;
    let mut blob = blob.map_err(|error| error.ends(what()))?;
    let (mut inlet, outlet) = pipe();
    let (waiter, wanted) = wanted();
    let thread = registry::write_on_a_thread(move || take(outlet, wanted));
    let sending = async move {
        while let Some(part) = blob.next().await? {
            progress.add(part.len());
            // A reader that has seen enough says itself why.
            if !inlet.send(&part).await {
                return Ok(());
            }
        }
        inlet.end().await;
        Ok::<(), registry::Error>(())
    };
    let (sent, taken) = futures_util::future::join(sending, thread).await;
    drop(waiter);
    sent.map_err(|error| error.ends(what()))?;
    taken.map_err(|error| Error::from(std::io::Error::other(error.to_string())))
}

/// What a layer that is kept as it is is called in a folder: as it says itself, where that is a name.
pub(super) fn file_name(found: &Found) -> String {
    let title = found.layer.annotations.get("org.opencontainers.image.title").map(String::as_str);
    let is_name = |title: &&str| {
        let is_plain = !title.contains(['/', '\\', '\0', ':']) && !title.starts_with('.');
        is_plain && !title.is_empty() && Path::new(title).file_name().is_some()
    };
    let version = found.tag.clone().unwrap_or_else(|| found.digest.chars().skip(7).take(12).collect());
    let name = found.repository.name().rsplit('/').next().unwrap_or("artifact");
    title.filter(is_name).map_or_else(|| format!("{name}-{version}.tgz"), str::to_owned)
}
