//! `copy`.

use std::cell::Cell;
use std::io::IsTerminal as _;
use std::path::PathBuf;

use kubectl_oci_core::artifact::is_generated_tag;
use kubectl_oci_core::compat::image_name::{Repository as Name, SCHEME};
use kubectl_oci_core::reference::DEFAULT_TAG;
use kubectl_oci_core::render::{Failure, size};

use super::Session;
use crate::access::{Access, Target};
use crate::answer::results_json_with;
use crate::cli::{CopyArgs, RegistryArgs};
use crate::configs::{Changes, Configs};
use crate::copy::{Copied, Copy, Count, Place, Summary, Wanted};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::registry::{self, Action, Layout};
use crate::term::{print, print_error};

/// What SRC and DST may be.
#[derive(Debug, Clone)]
enum End {
    Registry(Target),
    /// Its reference is a tag, or a digest.
    Layout {
        folder: PathBuf,
        reference: Option<String>,
    },
}

pub(super) fn run(args: &CopyArgs, session: &Session) -> Result<Exit> {
    let configs = Configs::new(&session.global, Changes::default(), session.terminal.err)?;
    let found = configs.for_folder(configs.current())?;
    let (source, destination) = (End::parse(&args.source)?, End::parse(&args.destination)?);
    check(args, &source, &destination)?;
    let ways = Ways::new(args, &source, &destination, &found.config)?;
    let progress = Progress::new(!session.global.quiet && std::io::stderr().is_terminal());
    let done = registry::run(args.registry.timeout, async {
        let from = source.open(&ways.source, Action::Pull).await?;
        let wanted = wanted(args, &source, &destination, &from).await?;
        // A folder is begun only once there is something to put into it.
        let to = destination.open(ways.destination.as_ref().unwrap_or(&ways.source), Action::Push).await?;
        let show = |done, total| progress.show(done, total);
        let copy = Copy { source: &from, destination: &to, with_referrers: !args.no_referrers, progress: &show };
        copy.run(&wanted).await
    });
    progress.clear();
    ways.source.show_warnings();
    ways.destination.iter().for_each(Access::show_warnings);
    let (copied, summary) = done?;
    print(&match args.answer.is_json() {
        true => results_json_with(copied.iter(), "summary", &summary),
        false => text(&copied, &summary),
    })?;
    Ok(Exit::Clean)
}

/// The ways to both ends.
struct Ways {
    source: Access,
    /// Where it is another one.
    destination: Option<Access>,
}

impl Ways {
    /// A name and a password are one registry's. Of two they are the destination's, which more often wants some. A
    /// provider is that of its own hosts.
    fn new(
        args: &CopyArgs,
        source: &End,
        destination: &End,
        config: &kubectl_oci_core::config::Config,
    ) -> Result<Self> {
        let two_hosts = matches!((source.host(), destination.host()), (Some(from), Some(to)) if from != to);
        let provider = args.registry.provider;
        if !two_hosts || args.registry.username.is_none() && provider.is_none() {
            return Ok(Self { source: Access::new(&args.registry, config)?, destination: None });
        }
        let is_of = |end: &End| provider.zip(end.host()).is_some_and(|(provider, host)| provider.login(host).is_ok());
        let of_source = RegistryArgs {
            username: None,
            password_stdin: false,
            provider: provider.filter(|_| is_of(source)),
            ..args.registry.clone()
        };
        let provider = provider.filter(|_| is_of(destination) || !is_of(source));
        let of_destination = RegistryArgs { provider, ..args.registry.clone() };
        Ok(Self { source: Access::new(&of_source, config)?, destination: Some(Access::new(&of_destination, config)?) })
    }
}

impl End {
    fn parse(text: &str) -> Result<Self> {
        if text.starts_with(SCHEME) {
            return Ok(Self::Registry(crate::access::target(text)?));
        }
        // Docker's builder writes oci-layout://, skopeo oci:.
        let path = ["oci-layout://", "oci-layout:", "oci:"].iter().find_map(|prefix| text.strip_prefix(prefix));
        let Some(path) = path.filter(|path| !path.is_empty()) else {
            let message = format!("\"{text}\" is neither in a registry nor an OCI layout");
            return Err(Error::usage(message, "write oci://HOST/NAME[:TAG|@DIGEST] or oci-layout://DIR[:TAG]"));
        };
        let (folder, reference) = match (path.rsplit_once("@sha256:"), path.rsplit_once(':')) {
            (Some((folder, hex)), _) => {
                let digest = format!("sha256:{hex}");
                if kubectl_oci_core::compat::digest::Digest::parse(&digest).is_err() {
                    let help = "a digest is sha256: and 64 hexadecimal digits";
                    return Err(Error::usage(format!("\"{digest}\" is not a digest"), help));
                }
                (folder, Some(digest))
            }
            (None, Some((folder, tag))) if !tag.contains(['/', '\\']) => {
                (folder, Some(tag.to_owned()).filter(|tag| !tag.is_empty()))
            }
            _ => (path, None),
        };
        Ok(Self::Layout { folder: PathBuf::from(folder), reference })
    }

    fn host(&self) -> Option<&str> {
        match self {
            Self::Registry(target) => Some(target.name.registry_host()),
            Self::Layout { .. } => None,
        }
    }

    fn name(&self) -> Option<&Name> {
        match self {
            Self::Registry(target) => Some(&target.name),
            Self::Layout { .. } => None,
        }
    }

    fn tag(&self) -> Option<&str> {
        match self {
            Self::Registry(target) => target.tag.as_deref(),
            Self::Layout { reference, .. } => reference.as_deref().filter(|reference| !reference.contains(':')),
        }
    }

    fn digest(&self) -> Option<&str> {
        match self {
            Self::Registry(target) => target.digest.as_deref(),
            Self::Layout { reference, .. } => reference.as_deref().filter(|reference| reference.contains(':')),
        }
    }

    async fn open(&self, access: &Access, action: Action) -> Result<Place> {
        let opened = |error: registry::Error| error.ends("the OCI layout cannot be used");
        match self {
            Self::Registry(target) => Ok(Place::Registry(access.open(&access.named(&target.name), action).await?)),
            Self::Layout { folder, .. } if action == Action::Pull => {
                Ok(Place::Layout(Layout::open(folder).map_err(opened)?))
            }
            Self::Layout { folder, .. } => Ok(Place::Layout(Layout::create(folder).map_err(opened)?)),
        }
    }
}

fn check(args: &CopyArgs, source: &End, destination: &End) -> Result<()> {
    if let Some(digest) = destination.digest() {
        return Err(Error::usage(
            format!("the destination names the digest {digest}"),
            "name a tag, or nothing: what is copied has the source's digest",
        ));
    }
    if args.all_tags && (source.tag().or(source.digest()).is_some() || destination.tag().is_some()) {
        return Err(Error::usage("--all-tags copies all tags, and one is named", "leave the tag out, or --all-tags"));
    }
    if source.name().is_some() && source.name() == destination.name() && destination.tag().is_none() {
        let help = "name another repository, or a tag of this one";
        return Err(Error::usage("source and destination are the same", help));
    }
    Ok(())
}

/// What is to be copied, each with the tag that it gets.
async fn wanted(args: &CopyArgs, source: &End, destination: &End, from: &Place) -> Result<Vec<Wanted>> {
    let failed = |error: registry::Error| error.ends(format!("{from} could not be listed"));
    if args.all_tags {
        let tags = match from {
            Place::Registry(repository) => repository.tags().await.map_err(failed)?,
            Place::Layout(layout) => {
                layout.entries().map_err(failed)?.iter().filter_map(|entry| entry.name.clone()).collect()
            }
        };
        let tags: Vec<String> = tags.into_iter().filter(|tag| !is_generated_tag(tag)).collect();
        if tags.is_empty() {
            return Err(Error::input(Failure::new(format!("{from} has no tags"))));
        }
        return Ok(tags
            .into_iter()
            .map(|tag| Wanted { reference: tag.clone(), called: None, tag: Some(tag) })
            .collect());
    }
    let read = |error: registry::Error| error.ends(format!("{} could not be read", args.source));
    let tag = destination.tag().or(source.tag()).map(str::to_owned);
    let named = source.tag().or(source.digest());
    let reference = match (from, named) {
        // The digest decides; that the tag still has it is looked at below.
        (Place::Registry(_), named) => named.unwrap_or(DEFAULT_TAG).to_owned(),
        (Place::Layout(layout), named) => layout.resolve(named).map_err(read)?,
    };
    if let (Place::Registry(repository), Some(tag), Some(digest)) = (from, source.tag(), source.digest()) {
        let now = repository.digest_of(tag).await.map_err(read)?;
        if now != digest {
            let words = format!("the tag {tag} is {now} now, not {digest}");
            return Err(registry::Error::unverified(words).ends("nothing was copied"));
        }
    }
    let tag = match (from, tag) {
        (_, Some(tag)) => Some(tag),
        (Place::Registry(_), None) if source.digest().is_none() => Some(DEFAULT_TAG.to_owned()),
        (Place::Layout(layout), None) if source.digest().is_none() => name_of(layout, &reference).map_err(read)?,
        _ => None,
    };
    Ok(vec![Wanted { reference, called: named.map(str::to_owned), tag }])
}

/// The tag that a layout has for a digest. Of a whole reference, as containerd and crane write it, its tag.
fn name_of(layout: &Layout, digest: &str) -> registry::Result<Option<String>> {
    let entry = layout.entries()?.iter().find(|entry| entry.descriptor.digest == digest);
    let name = entry.and_then(|entry| entry.name.as_deref());
    Ok(name.map(|name| name.rsplit(':').next().unwrap_or(name).to_owned()))
}

fn text(copied: &[Copied], summary: &Summary) -> String {
    let mut out = String::new();
    for copied in copied {
        out.push_str(&format!("{} → {}\n  {}", copied.source, copied.destination, copied.digest));
        if let Some(previous) = &copied.previous {
            out.push_str(&format!(" (was {previous})"));
        }
        out.push('\n');
    }
    out.push_str(&format!("  {} · {}", count(&summary.manifests, "manifest"), count(&summary.blobs, "blob")));
    out.push_str(&format!(" · {} sent\n", size(summary.bytes)));
    if summary.referrers + summary.signatures > 0 {
        let (referrers, signatures) = (summary.referrers, summary.signatures);
        out.push_str(&format!("  of these {referrers} that refer to it, {signatures} by cosign's tags\n"));
    }
    out
}

/// `3 blobs (1 sent, 1 mounted, 1 was there)`
fn count(count: &Count, what: &str) -> String {
    let all = count.sent + count.mounted + count.existed;
    let parts = [(count.sent, "sent"), (count.mounted, "mounted"), (count.existed, "there already")];
    let parts = parts.iter().filter(|(number, _)| *number > 0).map(|(number, what)| format!("{number} {what}"));
    let parts = parts.collect::<Vec<_>>().join(", ");
    format!(
        "{all} {what}{}{}",
        if all == 1 { "" } else { "s" },
        if all == 0 { String::new() } else { format!(" ({parts})") }
    )
}

/// A line that says how far it is, where somebody looks.
struct Progress {
    is_wanted: bool,
    is_shown: Cell<bool>,
}

impl Progress {
    fn new(is_wanted: bool) -> Self {
        Self { is_wanted, is_shown: Cell::new(false) }
    }

    fn show(&self, done: u64, total: u64) {
        if self.is_wanted && total > 0 {
            self.is_shown.set(true);
            print_error(&format!("\r\x1b[Kcopying: {} of {}", size(done), size(total)));
        }
    }

    fn clear(&self) {
        if self.is_shown.get() {
            print_error("\r\x1b[K");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layouts_are_written_as_docker_and_skopeo_write_them() {
        let cases = [
            ("oci-layout://out", "out", None),
            ("oci-layout:///srv/out:1.0.0", "/srv/out", Some("1.0.0")),
            ("oci-layout:out:1.0.0", "out", Some("1.0.0")),
            ("oci:../a:b/out", "../a:b/out", None),
            ("oci:out:1.0.0", "out", Some("1.0.0")),
        ];
        for (text, expected, expected_reference) in cases {
            let Ok(End::Layout { folder, reference }) = End::parse(text) else { panic!("{text}") };
            assert_eq!((folder, reference.as_deref()), (PathBuf::from(expected), expected_reference), "{text}");
        }
        assert!(matches!(End::parse("oci://ghcr.io/acme/app:1.0.0"), Ok(End::Registry(_))));
        for wrong in ["ghcr.io/acme/app", "oci:", "oci-layout://", "docker://a/b", "oci-layout://a@sha256:12"] {
            assert!(End::parse(wrong).is_err(), "{wrong}");
        }
    }
}
