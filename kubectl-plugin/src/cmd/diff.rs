//! `diff`.

use std::path::Path;

use kubectl_oci_core::artifact::Kind;
use kubectl_oci_core::difference::{Change, Comparison, FileDifference, Side};
use kubectl_oci_core::render::{Failure, comparison_json, printable, printable_json};
use tempfile::TempDir;

use super::Session;
use super::artifact::{Found, by_url, fetch, find};
use super::objects::Asked;
use super::pull::{access, asked, not_unpacked};
use crate::access::Access;
use crate::archive::{UnpackOptions, kept, list, unpack};
use crate::cli::DiffArgs;
use crate::compare::{Files, Unreadable, compare, files_of, quoted};
use crate::configs::slashes;
use crate::diff::colored;
use crate::error::{Error, Result, words};
use crate::exit::Exit;
use crate::publish::{options, pack_failed};
use crate::registry;
use crate::term::{Progress, print};

pub(super) fn run(args: &DiffArgs, session: &Session) -> Result<Exit> {
    let access = access(&args.artifact, &args.registry, session)?;
    let (first, second) = sides(args)?;
    let asked_first = asked(&args.artifact, first, &access, session)?;
    let after = second.map(|url| by_url(&access, url, args.artifact.layer_media_type.as_deref()));
    let after = after.transpose()?;
    let compared = registry::run(args.registry.timeout, async {
        let unpack = |asked| unpacked(&access, asked, session);
        let before = unpack(&asked_first).await?;
        let after = match &after {
            Some(asked) if same_layer(&access, asked, &before).await? => None,
            Some(asked) => Some(unpack(asked).await?),
            None => None,
        };
        Ok((before, after))
    });
    access.show_warnings();
    let (before, after) = compared?;
    // What the controller leaves out of the object's artifact counts on neither side.
    let stored = |files: Files| match &asked_first.stored {
        Some(stored) => kept(files, stored).map_err(|(path, error)| unreadable(&Unreadable { path, error })),
        None => Ok(files),
    };
    let comparison = match (&args.path, after, second) {
        (Some(path), ..) => with_path(&before, path, args, &stored)?,
        (None, Some(after), _) => {
            comparison(before.side(), after.side(), &stored(before.files.clone())?, &stored(after.files.clone())?)?
        }
        (None, None, url) => Comparison {
            after: Side { name: url.unwrap_or_default().to_owned(), digest: before.side().digest },
            before: before.side(),
            same: stored(before.files.clone())?.len(),
            differences: Vec::new(),
        },
    };
    if args.json {
        print(&printable_json(comparison_json(&comparison)))?;
    } else {
        print(&text(&comparison, session))?;
    }
    Ok(if comparison.differences.is_empty() { Exit::Clean } else { Exit::Found })
}

/// The name of one artifact, and that of the other where files are not what it is compared with.
fn sides(args: &DiffArgs) -> Result<(Option<&str>, Option<&str>)> {
    let name = |index: usize| args.names.get(index).map(String::as_str);
    let (first, second) = (name(0), name(1));
    match (args.path.is_some(), second.is_some(), args.artifact.filename.is_empty()) {
        (true, true, _) => Err(Error::usage("two artifacts and --path are three sides", "leave one of them out")),
        (true, false, _) => Ok((first, None)),
        (false, true, true) => Ok((first, second)),
        // With a file, one URL is the other side.
        (false, false, false) if first.is_some_and(|name| name.starts_with("oci://")) => Ok((None, first)),
        (false, true, false) => Ok((first, second)),
        (false, false, _) => {
            let help = "give --path, or a second artifact";
            Err(Error::usage("there is nothing to compare the artifact with", help))
        }
    }
}

/// An artifact whose files lie in a folder of ours, for as long as it is compared.
struct Unpacked {
    found: Found,
    files: Files,
    _folder: TempDir,
}

impl Unpacked {
    fn side(&self) -> Side {
        let Found { repository, tag, digest, .. } = &self.found;
        let tag = tag.as_ref().map_or_else(|| format!("@{digest}"), |tag| format!(":{tag}"));
        Side { name: format!("oci://{repository}{tag}"), digest: Some(digest.clone()) }
    }
}

async fn unpacked(access: &Access, asked: &Asked, session: &Session) -> Result<Unpacked> {
    let found = find(access, asked).await?;
    let folder = tempfile::Builder::new().prefix("kubectl-oci-").tempdir();
    let folder = folder
        .map_err(|error| Error::input(Failure::new("there is no place for temporary files").why(words(&error))))?;
    let target = folder.path().join("files");
    let progress = Progress::new("pulling", Some(found.layer.size), session.global.quiet);
    let place = target.clone();
    let done = fetch(&found, &progress, move |layer, wanted| {
        unpack(layer, &place, &UnpackOptions { wanted, ..UnpackOptions::default() })
    })
    .await?;
    done.map_err(|error| not_unpacked(&found, &error))?;
    let files = files_of(&target).map_err(|error| unreadable(&error))?;
    Ok(Unpacked { found, files, _folder: folder })
}

/// Whether another artifact has the same layer: then its files need not be fetched.
async fn same_layer(access: &Access, asked: &Asked, other: &Unpacked) -> Result<bool> {
    Ok(find(access, asked).await?.layer.digest == other.found.layer.digest)
}

/// Compares an artifact with what `push` would pack. A chart's files lie below its name in the artifact, and not here.
fn with_path(
    before: &Unpacked,
    path: &Path,
    args: &DiffArgs,
    stored: &impl Fn(Files) -> Result<Files>,
) -> Result<Comparison> {
    let is_chart = before.found.artifact.kind() == Kind::HelmChart && path.join("Chart.yaml").is_file();
    let listed = list(path, &options(&args.exclusions), is_chart);
    let listed = listed.map_err(|error| pack_failed(&slashes(path), &error))?;
    let after: Files =
        listed.files.into_iter().map(|(name, path)| (String::from_utf8_lossy(&name).into_owned(), path)).collect();
    let without_name = |name: &str| name.split_once('/').map_or(name, |(_, rest)| rest).to_owned();
    let name = |name: &String| if is_chart { without_name(name) } else { name.clone() };
    let files: Files = before.files.iter().map(|(path, file)| (name(path), file.clone())).collect();
    comparison(before.side(), Side { name: slashes(path), digest: None }, &stored(files)?, &stored(after)?)
}

fn comparison(before: Side, after: Side, old: &Files, new: &Files) -> Result<Comparison> {
    let (differences, same) = compare(old, new).map_err(|error| unreadable(&error))?;
    Ok(Comparison { before, after, same, differences })
}

fn unreadable(error: &Unreadable) -> Error {
    let failure = Failure::new(format!("{} could not be read", slashes(&error.path)));
    Error::input(failure.why(words(&error.error)))
}

/// As `diff` and `git diff` show it.
fn text(comparison: &Comparison, session: &Session) -> String {
    if comparison.differences.is_empty() {
        if session.global.quiet {
            return String::new();
        }
        let (before, after, same) = (&comparison.before.name, &comparison.after.name, comparison.same);
        let files = if same == 1 { "file" } else { "files" };
        return format!("{} and {} are the same: {same} {files}\n", printable(before), printable(after));
    }
    comparison.differences.iter().map(|difference| of_file(difference, session.terminal.out.color)).collect()
}

fn of_file(of: &FileDifference, color: bool) -> String {
    if let Some(unified) = of.unified.as_deref().filter(|unified| !unified.is_empty()) {
        let unified = printable(unified);
        return if color { colored(&unified) } else { unified.into_owned() };
    }
    let path = quoted(&of.path);
    let path = printable(&path);
    let what = if of.is_binary { "binary" } else { "large" };
    match of.change {
        Change::Changed => format!("{what} file {path} differs\n"),
        // An empty file has no lines to show.
        change => format!("{} {path}\n", change.as_str()),
    }
}
