//! `pull`.

use std::io;
use std::path::{Path, PathBuf};

use kubectl_oci_core::pulled::{Pulled, Unpacked};
use kubectl_oci_core::render::{Failure, printable_json, pulled_json, pulled_text};

use super::Session;
use super::artifact::{Found, by_name, by_url, fetch, file_name, find};
use super::objects::{Asked, of_files};
use crate::access::Access;
use crate::archive::{self, UnpackError, UnpackOptions, unpack};
use crate::cli::{ArtifactArgs, Existing, Operation, PullArgs, RegistryArgs};
use crate::configs::{Changes, Configs, slashes};
use crate::error::{Error, Result, words};
use crate::exit::Exit;
use crate::input::{is_stdin, two_from_stdin};
use crate::term::{Progress, print, print_error};
use crate::{registry, write};

pub(super) fn run(args: &PullArgs, session: &Session) -> Result<Exit> {
    let access = access(&args.artifact, &args.registry, session)?;
    let asked = asked(&args.artifact, args.name.as_deref(), &access, session)?;
    let copies = args.operation == Operation::Copy || asked.copies_layer;
    let pulled = registry::run(args.registry.timeout, async {
        let found = find(&access, &asked).await?;
        let progress = Progress::new("pulling", Some(found.layer.size), session.global.quiet);
        if copies { keep(args, found, &progress).await } else { extract(args, &asked, found, &progress).await }
    });
    access.show_warnings();
    let pulled = pulled?;
    if args.json {
        print(&printable_json(pulled_json(&pulled)))?;
    } else if !session.global.quiet {
        print(&pulled_text(&pulled, &session.terminal.out))?;
    }
    Ok(Exit::Clean)
}

/// The ways to the registries that the arguments allow.
pub(super) fn access(args: &ArtifactArgs, registry: &RegistryArgs, session: &Session) -> Result<Access> {
    let from_stdin = args.filename.iter().chain(&args.with).filter(|path| is_stdin(path)).count();
    if from_stdin + usize::from(registry.password_stdin) > 1 {
        return Err(two_from_stdin());
    }
    let configs = Configs::new(&session.global, Changes::default(), session.terminal.err)?;
    let found = configs.for_folder(configs.current())?;
    Access::new(registry, &found.config)
}

/// What a name means: an object of the files where there are any, else a URL.
pub(super) fn asked(args: &ArtifactArgs, name: Option<&str>, access: &Access, session: &Session) -> Result<Asked> {
    if !args.filename.is_empty() {
        let asked = by_name(of_files(&args.filename, &args.with, &args.variables, session)?, name)?;
        for words in &asked.not_done {
            let name = asked.request.object.as_ref().map_or("", |object| object.name.as_str());
            print_error(&format!("warning: OCIRepository \"{name}\": {words}\n"));
        }
        asked.warn_of_unseen(access);
        return Ok(asked);
    }
    by_url(access, name.unwrap_or_default(), args.layer_media_type.as_deref())
}

/// Unpacks the layer.
async fn extract(args: &PullArgs, asked: &Asked, found: Found, progress: &Progress) -> Result<Pulled> {
    let existing = match args.existing {
        Existing::Merge => archive::Existing::Merge,
        Existing::Replace => archive::Existing::Replace,
        Existing::Refuse => archive::Existing::Refuse,
    };
    let options = UnpackOptions { existing, stored: asked.stored.clone(), ..UnpackOptions::default() };
    let folder = args.output.clone();
    let unpacked =
        fetch(&found, progress, move |layer, wanted| unpack(layer, &folder, &UnpackOptions { wanted, ..options }))
            .await?;
    let unpacked = unpacked.map_err(|error| not_unpacked(&found, &error))?;
    let unpacked = Unpacked {
        files: unpacked.files,
        folders: unpacked.folders,
        size: unpacked.content,
        ignored: unpacked.ignored,
        links: unpacked.links,
        hard_links: unpacked.hard_links,
    };
    Ok(pulled(found, slashes(&args.output), Some(unpacked)))
}

/// The error of a layer that could not be unpacked.
pub(super) fn not_unpacked(found: &Found, error: &UnpackError) -> Error {
    let failure =
        Failure::new(format!("the layer of {} could not be unpacked", found.repository)).why(error.to_string());
    Error::input(match error {
        UnpackError::Refused(words) if words.starts_with("requires gzip-compressed body") => {
            let media_type = &found.layer.media_type;
            failure.help(format!(
                "it is of {media_type}: choose another one with --layer-media-type, or keep it as it is with \
                 --operation copy"
            ))
        }
        _ => failure,
    })
}

/// Keeps the layer as it is.
async fn keep(args: &PullArgs, found: Found, progress: &Progress) -> Result<Pulled> {
    let output = &args.output;
    let is_folder = output.is_dir() || output.as_os_str().to_string_lossy().ends_with(['/', std::path::MAIN_SEPARATOR]);
    let target: PathBuf = if is_folder { output.join(file_name(&found)) } else { output.clone() };
    let path = target.clone();
    let written = fetch(&found, progress, move |mut layer, _| save(&mut layer, &path)).await?;
    written.map_err(|error| {
        Error::input(Failure::new(format!("{} could not be written", slashes(&target))).why(words(&error)))
    })?;
    Ok(pulled(found, slashes(&target), None))
}

fn save(layer: &mut impl io::Read, path: &Path) -> io::Result<()> {
    let mut file = write::Temporary::beside(path)?;
    io::copy(layer, &mut file)?;
    file.keep()
}

fn pulled(found: Found, output: String, unpacked: Option<Unpacked>) -> Pulled {
    let Found { repository, request, tag, digest, artifact, layer } = found;
    Pulled {
        object: request.object,
        url: format!("oci://{repository}"),
        tag,
        digest,
        artifact,
        layer,
        output,
        unpacked,
    }
}
