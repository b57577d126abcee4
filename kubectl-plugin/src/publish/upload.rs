//! Packing into a registry. What is small is packed before it is sent, so that nothing is sent that is there already;
//! of what is large, the beginning is on its way while the end is being packed.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::join;
use futures_util::{Stream, StreamExt, stream};

use super::{Described, Package};
use crate::archive::{Layer, PackError, Packed};
use crate::error::{Error, Result};
use crate::registry::{self, Pushed, Repository};
use crate::stream::{Outlet, pipe};
use crate::term::Progress;

/// Layers of less than this are packed before anything is sent.
const SMALL: usize = 12 * 1024 * 1024;

/// How large the pieces are for registries that take no stream.
const PIECE: usize = 4 * 1024 * 1024;

/// How a layer got into the repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Existed,
    Sent,
}

/// Packs a package and puts its layer and configuration into a repository; the manifest is the caller's to put.
/// `describe` is asked once the layer is known, and may stop it all.
pub(crate) async fn pack_and_push(
    package: &Arc<Package>,
    repository: &Repository,
    progress: &Progress,
    describe: impl AsyncFn(&Layer) -> Result<Described>,
) -> Result<(Packed, Described, Way)> {
    // How the registry wants to be spoken to can be found out meanwhile.
    let (packing, greeting) = join(begin(package, progress), repository.greeting()).await;
    greeting.map_err(|error| failed(repository, "nothing could be sent", &error))?;
    match packing? {
        Packing::Whole(pieces, packed) => {
            let described = describe(&packed.layer).await?;
            let (way, ()) = whole(repository, pieces, &packed.layer, &described).await?;
            Ok((packed, described, way))
        }
        Packing::Begun(begun) => {
            let packed = streamed(package, repository, begun, progress).await?;
            let described = describe(&packed.layer).await?;
            push_config(repository, &described).await?;
            Ok((packed, described, Way::Sent))
        }
    }
}

/// A package that is packed, or is being packed.
enum Packing {
    Whole(Vec<Bytes>, Packed),
    Begun(Begun),
}

struct Begun {
    /// What has come out so far.
    beginning: Vec<Bytes>,
    outlet: Outlet,
    thread: Thread,
}

type Thread = tokio::task::JoinHandle<std::result::Result<Packed, PackError>>;

/// Packs on a thread of its own.
fn start(package: &Arc<Package>) -> (Outlet, Thread) {
    let (mut inlet, outlet) = pipe();
    let package = Arc::clone(package);
    let thread = tokio::task::spawn_blocking(move || {
        let packed = package.pack(&mut inlet)?;
        inlet.end_blocking();
        Ok(packed)
    });
    (outlet, thread)
}

async fn begin(package: &Arc<Package>, progress: &Progress) -> Result<Packing> {
    let (mut outlet, thread) = start(package);
    let (mut beginning, mut size) = (Vec::new(), 0);
    loop {
        match outlet.next().await {
            Ok(Some(piece)) => {
                size += piece.len();
                progress.add(piece.len());
                beginning.push(piece);
            }
            Ok(None) => {
                let packed = join_thread(package, thread).await?;
                return Ok(Packing::Whole(beginning, packed));
            }
            // The thread says why.
            Err(error) => return Err(join_thread(package, thread).await.err().unwrap_or_else(|| error.into())),
        }
        if size >= SMALL {
            return Ok(Packing::Begun(Begun { beginning, outlet, thread }));
        }
    }
}

async fn join_thread(package: &Package, thread: Thread) -> Result<Packed> {
    let packed = thread.await.map_err(|error| io::Error::other(error.to_string()))?;
    packed.map_err(|error| package.failed(&error))
}

/// Layer and configuration side by side.
async fn whole(repository: &Repository, pieces: Vec<Bytes>, layer: &Layer, described: &Described) -> Result<(Way, ())> {
    let open = || Ok(stream::iter(pieces.clone().into_iter().map(Ok)));
    let layer = repository.push_blob_from(&layer.digest, layer.size, None, open);
    let (layer, config) = join(layer, push_config(repository, described)).await;
    let pushed = layer.map_err(|error| failed(repository, "the layer could not be uploaded", &error))?;
    config?;
    Ok((if pushed == Pushed::Existed { Way::Existed } else { Way::Sent }, ()))
}

async fn push_config(repository: &Repository, described: &Described) -> Result<()> {
    let pushed = repository.push_blob(&described.config_digest, described.config.clone(), None).await;
    pushed.map(drop).map_err(|error| failed(repository, "the configuration could not be uploaded", &error))
}

/// Sends what is being packed; where that fails for a reason that may pass, or because the registry takes no stream,
/// it is packed once more and sent in pieces, each of which can be tried again.
async fn streamed(
    package: &Arc<Package>,
    repository: &Repository,
    begun: Begun,
    progress: &Progress,
) -> Result<Packed> {
    let Begun { beginning, outlet, thread } = begun;
    let beginning = stream::iter(beginning.into_iter().map(Ok::<Bytes, io::Error>));
    let rest = watched(outlet, progress.clone());
    let sent = repository.push_stream(beginning.chain(rest)).await;
    let error = match sent {
        Ok(sent) => return finished(repository, join_thread(package, thread).await?, &sent.digest),
        Err(error) => error,
    };
    // A fault of our own comes first: the stream broke off because of it.
    let packed = thread.await.map_err(|error| io::Error::other(error.to_string()))?;
    if let Err(fault) = packed
        && !matches!(&fault, PackError::Write(error) if error.kind() == io::ErrorKind::BrokenPipe)
    {
        return Err(package.failed(&fault));
    }
    if error.is_refusal() {
        return Err(failed(repository, "the layer could not be uploaded", &error));
    }
    progress.restart();
    let (outlet, thread) = start(package);
    let pieces = repository.push_pieces(watched(outlet, progress.clone()), PIECE);
    let sent = pieces.await.map_err(|error| failed(repository, "the layer could not be uploaded", &error))?;
    finished(repository, join_thread(package, thread).await?, &sent.digest)
}

fn watched(outlet: Outlet, progress: Progress) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
    outlet.into_stream().inspect(move |piece| progress.add(piece.as_ref().map_or(0, Bytes::len)))
}

fn finished(repository: &Repository, packed: Packed, sent: &str) -> Result<Packed> {
    if packed.layer.digest == sent {
        return Ok(packed);
    }
    let error = registry::Error::unverified(format!("{sent} was sent, and {} packed", packed.layer.digest));
    Err(failed(repository, "the layer could not be uploaded", &error))
}

/// The error of an upload that failed: what is there then, and what the caller may lack.
pub(crate) fn failed(repository: &Repository, what: &str, error: &registry::Error) -> Error {
    let mut failure = error.failure(format!("{what} to {repository}; nothing was tagged"));
    if let Some(help) = help(error) {
        failure.help = Some(help.to_owned());
    }
    Error::Failed { failure, exit: error.exit() }
}

fn help(error: &registry::Error) -> Option<&'static str> {
    let has_code = |code: &str| error.status().is_some_and(|status| status.has_code(code));
    if error.is_refusal() {
        return Some(
            "log in as somebody who may write (`docker login`, or --username and --password-stdin); a workflow of \
             GitHub needs `permissions: {packages: write}`, and a package of another repository has to be linked to it",
        );
    }
    if has_code("MANIFEST_BLOB_UNKNOWN") || has_code("BLOB_UNKNOWN") {
        return Some("the registry has lost what was sent to it, or said wrongly that it had it: push again");
    }
    if error.is_not_found() {
        return Some("many registries want the repository to be made before");
    }
    if has_code("TAG_INVALID") || error.status().is_some_and(|status| status.status() == 409) {
        return Some("tags of this repository do not move: push to a new one");
    }
    if has_code("MANIFEST_INVALID") || has_code("UNSUPPORTED") {
        return Some("where the registry takes images alone: --media-type-compat");
    }
    None
}
