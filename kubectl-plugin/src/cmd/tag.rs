//! `tag`.

use futures_util::{StreamExt, stream};
use kubectl_oci_core::compat::image_name::parse_reference;
use serde::Serialize;

use super::Session;
use crate::access::{Access, latest_was_assumed};
use crate::answer::results_json;
use crate::cli::TagArgs;
use crate::configs::{Changes, Configs};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::registry::{self, Action, Manifest, Repository};
use crate::term::{print, print_error};

/// How many tags are written at a time.
const AT_A_TIME: usize = 8;

/// What became of a tag.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Tagged<'a> {
    url: String,
    tag: &'a str,
    digest: &'a str,
    /// What the tag was before; nothing where it is new.
    previous: Option<String>,
    error: Option<String>,
}

pub(super) fn run(args: &TagArgs, session: &Session) -> Result<Exit> {
    let configs = Configs::new(&session.global, Changes::default(), session.terminal.err)?;
    let found = configs.for_folder(configs.current())?;
    let access = Access::new(&args.registry, &found.config)?;
    let target = access.target(&args.url)?;
    for tag in &args.tag {
        if tag.is_empty() || parse_reference(&format!("{}:{tag}", target.name)).is_err() {
            let help = "letters, digits, `_`, `.` and `-`, 128 of them at most, and not `.` or `-` at the beginning";
            return Err(Error::usage(format!("\"{tag}\" is not a tag"), help));
        }
    }
    let done = registry::run(args.registry.timeout, async {
        let repository = access.open(&target.name, Action::Push).await?;
        let reference = target.tag.as_deref().or(target.digest.as_deref()).unwrap_or("latest");
        let manifest = repository.manifest(reference).await;
        let manifest = manifest.map_err(|error| {
            let mut failure = error.failure(format!("{} could not be read", args.url));
            if target.tag.is_none() && target.digest.is_none() {
                failure.help = latest_was_assumed(&error, &repository).or(failure.help);
            }
            Error::Failed { failure, exit: error.exit() }
        })?;
        if let Some(wanted) = target.digest.as_ref().filter(|wanted| **wanted != manifest.digest) {
            let words = format!("the tag {reference} is {} now, not {wanted}", manifest.digest);
            return Err(registry::Error::unverified(words).ends(format!("{} was not tagged", args.url)));
        }
        let each = args.tag.iter().map(|tag| put(&repository, tag, &manifest));
        let rows: Vec<(Tagged<'_>, Exit)> = stream::iter(each).buffered(AT_A_TIME).collect().await;
        let text = if args.answer.is_json() { results_json(rows.iter().map(|(row, _)| row)) } else { text(&rows) };
        let failed: String = rows.iter().filter_map(|(row, _)| failure(row)).collect();
        Ok((text, failed, rows.iter().fold(Exit::Clean, |exit, (_, other)| exit.or(*other))))
    });
    access.show_warnings();
    let (text, failed, exit) = done?;
    print(&text)?;
    print_error(&failed);
    Ok(exit)
}

async fn put<'a>(repository: &Repository, tag: &'a str, manifest: &'a Manifest) -> (Tagged<'a>, Exit) {
    let mut out =
        Tagged { url: format!("oci://{repository}:{tag}"), tag, digest: &manifest.digest, previous: None, error: None };
    // What it was is told, where the registry tells it.
    out.previous = repository.digest_of(tag).await.ok();
    if out.previous.as_ref() == Some(&manifest.digest) {
        return (out, Exit::Clean);
    }
    let media_type = manifest.media_type.split(';').next().unwrap_or_default().trim();
    match repository.put_manifest(tag, media_type, manifest.bytes.clone()).await {
        Ok(_) => (out, Exit::Clean),
        Err(error) => {
            out.error = Some(error.to_string().trim_end().to_owned());
            (out, error.exit())
        }
    }
}

fn text(rows: &[(Tagged<'_>, Exit)]) -> String {
    let done = rows.iter().map(|(row, _)| row).filter(|row| row.error.is_none());
    let line = |row: &Tagged<'_>| {
        let was = match &row.previous {
            Some(previous) if previous == row.digest => " (as it was)".to_owned(),
            Some(previous) => format!(" (was {previous})"),
            None => String::new(),
        };
        format!("{} {}{was}\n", row.url, row.digest)
    };
    done.map(line).collect()
}

fn failure(row: &Tagged<'_>) -> Option<String> {
    let why = kubectl_oci_core::render::printable(row.error.as_ref()?).into_owned();
    Some(format!("error: {} was not written\n  {why}\n", row.url))
}
