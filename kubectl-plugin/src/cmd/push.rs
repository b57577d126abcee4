//! `push`.

use std::sync::Arc;

use kubectl_oci_core::artifact::{Descriptor, Kind};
use kubectl_oci_core::compat::image_name::SCHEME;
use kubectl_oci_core::publication::{Publication, PushFinding, check_overwrite};
use kubectl_oci_core::render::{Failure, printable_json, publication_json, publication_text, push_findings_text};

use super::Session;
use super::build::refuse;
use crate::access::{Access, Target};
use crate::archive::{Layer, Packed};
use crate::cli::{PackageKind, PushArgs};
use crate::configs::{Changes, Configs};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::input::{is_stdin, two_from_stdin};
use crate::publish::{Annotations, Described, Package, Way, check, contents, describe, pack_and_push, push_failed};
use crate::registry::{self, Action, Repository};
use crate::term::{Progress, print, print_error};

pub(super) fn run(args: &PushArgs, session: &Session) -> Result<Exit> {
    if args.registry.password_stdin && is_stdin(&args.package.path) {
        return Err(two_from_stdin());
    }
    if args.media_type_compat && args.package.kind == PackageKind::HelmChart {
        let help = "leave --media-type-compat out";
        return Err(Error::usage("Helm finds no chart under other media types than its own", help));
    }
    // First: what is being made into a pipe may take its time.
    let package = Package::open(&args.package)?;
    let configs = Configs::new(&session.global, Changes::default(), session.terminal.err)?;
    let found = configs.for_folder(configs.current())?;
    let access = Access::new(&args.registry, &found.config)?;
    let target = access.target(&args.url)?;
    let tag = tag(args, &target, &package)?;
    let annotations = Annotations::new(args, &package)?;
    let findings = if args.checks.check { check(&package, &annotations.labels())? } else { Vec::new() };
    refuse(&findings, &args.checks, "pushed", session)?;
    let push = Push { args, session, tag: &tag, annotations, findings, package: Arc::new(package) };
    let pushed = registry::run(args.registry.timeout, async {
        let repository = access.open(&target.name, Action::Push).await?;
        push.to(&repository).await
    });
    access.show_warnings();
    let publication = pushed?;
    if !args.json {
        print_error(&push_findings_text(&publication.findings, &session.terminal.err));
    }
    print(&if args.json {
        printable_json(publication_json(&publication))
    } else if session.global.quiet {
        format!("{SCHEME}{}@{}\n", target.name, publication.digest.as_deref().unwrap_or_default())
    } else {
        publication_text(&publication, session.global.verbose, &session.terminal.out)
    })?;
    Ok(Exit::Clean)
}

/// The tag to push to: of a chart its version, which Helm finds it by.
fn tag(args: &PushArgs, target: &Target, package: &Package) -> Result<String> {
    if target.digest.is_some() {
        let help = "the digest follows from the content: name a tag";
        return Err(Error::usage(format!("\"{}\" names a digest to push to", args.url), help));
    }
    match (package.chart(), &target.tag) {
        (Some(chart), None) => Ok(chart.tag()),
        (Some(chart), Some(tag)) if *tag != chart.tag() => {
            let message = format!("the chart is of version {}, and the tag is \"{tag}\"", chart.version);
            Err(Error::usage(
                message,
                format!("Helm finds a chart by its version: leave the tag out, or write {}", chart.tag()),
            ))
        }
        (_, Some(tag)) => Ok(tag.clone()),
        (None, None) => Err(Error::usage(
            format!("\"{}\" names no tag", args.url),
            format!("write {}:TAG", args.url.trim_end_matches('/')),
        )),
    }
}

struct Push<'a> {
    args: &'a PushArgs,
    session: &'a Session,
    tag: &'a str,
    annotations: Annotations,
    findings: Vec<PushFinding>,
    package: Arc<Package>,
}

impl Push<'_> {
    async fn to(&self, repository: &Repository) -> Result<Publication> {
        self.warn_of_name(repository);
        let moved = std::sync::Mutex::new(None);
        let progress = Progress::new("packing and pushing", None, self.session.global.quiet);
        let describing = async |layer: &Layer| {
            let described = describe(&self.package, self.args.media_type_compat, &self.annotations, layer);
            let found = self.overwritten(repository, &described).await?;
            if let Ok(mut moved) = moved.lock() {
                *moved = found;
            }
            Ok(described)
        };
        let (packed, described, way) = pack_and_push(&self.package, repository, &progress, describing).await?;
        drop(progress);
        let put = repository.put_manifest(self.tag, Described::MEDIA_TYPE, described.manifest.clone()).await;
        put.map_err(|error| push_failed(repository, "the manifest could not be put", &error))?;
        let mut findings = self.findings.clone();
        findings.extend(moved.into_inner().ok().flatten());
        Ok(self.publication(repository, &packed, &described, way, findings))
    }

    /// Whether the tag is about to move, where that was asked.
    async fn overwritten(&self, repository: &Repository, described: &Described) -> Result<Option<PushFinding>> {
        if !self.args.checks.check {
            return Ok(None);
        }
        let was = match repository.digest_of(self.tag).await {
            Ok(digest) => digest,
            Err(error) if error.is_not_found() => return Ok(None),
            Err(error) => {
                let failure = error.failure(format!("nobody can say whether {repository}:{} is there", self.tag));
                return Err(Error::Failed { failure: Failure { help: None, ..failure }, exit: error.exit() });
            }
        };
        let found = check_overwrite(self.tag, &was, &described.digest);
        refuse(found.as_slice(), &self.args.checks, "tagged", self.session)?;
        Ok(found)
    }

    /// A HelmRepository finds a chart by its name alone.
    fn warn_of_name(&self, repository: &Repository) {
        let Some(chart) = self.package.chart() else { return };
        let last = repository.name().rsplit('/').next().unwrap_or_default();
        if last != chart.name {
            print_error(&format!(
                "warning: the chart \"{0}\" goes to a repository of another name: a HelmRepository will look for it at …/{0}\n",
                chart.name
            ));
        }
    }

    fn publication(
        &self,
        repository: &Repository,
        packed: &Packed,
        described: &Described,
        way: Way,
        findings: Vec<PushFinding>,
    ) -> Publication {
        Publication {
            url: Some(format!("{SCHEME}{repository}")),
            tag: Some(self.tag.to_owned()),
            digest: Some(described.digest.clone()),
            file: None,
            kind: if self.package.chart().is_some() { Kind::HelmChart } else { Kind::Flux },
            layer: Descriptor {
                media_type: described.types.layer.to_owned(),
                digest: packed.layer.digest.clone(),
                size: packed.layer.size,
                ..Descriptor::default()
            },
            upload: Some(match way {
                Way::Existed => "existed",
                Way::Sent => "sent",
            }),
            labels: self.annotations.labels(),
            contents: contents(packed),
            findings,
        }
    }
}
