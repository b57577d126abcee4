//! `build`.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use kubectl_oci_core::artifact::{Descriptor, Kind};
use kubectl_oci_core::compat::flux_artifact::MediaTypes;
use kubectl_oci_core::publication::{Labels, Publication, PushFinding};
use kubectl_oci_core::render::{Failure, printable_json, publication_json, publication_text, push_findings_text};

use super::Session;
use crate::archive::{PackError, Packed};
use crate::cli::{BuildArgs, PackageChecks};
use crate::configs::slashes;
use crate::error::{Error, Result, words};
use crate::exit::Exit;
use crate::publish::{Package, check, contents};
use crate::stream::{Wanted, WhileWanted, wanted};
use crate::term::{print, print_error};
use crate::{registry, write};

/// No time at all is too long for work on files.
const NO_LIMIT: Duration = Duration::from_secs(365 * 24 * 3600);

pub(super) fn run(args: &BuildArgs, session: &Session) -> Result<Exit> {
    let package = Package::open(&args.package)?;
    let findings = if args.checks.check { check(&package, &Labels::default())? } else { Vec::new() };
    // What is said of an artifact is said when it is pushed.
    let findings: Vec<_> =
        findings.into_iter().filter(|found| !found.rule.starts_with("push-revision-format")).collect();
    let findings: Vec<_> = findings.into_iter().filter(|found| !found.rule.starts_with("push-source-not")).collect();
    refuse(&findings, &args.checks, "built", session)?;
    let output = output(args, &package);
    let to_stdout = output == Path::new("-");
    let target = output.clone();
    let (package, packed) = registry::run(NO_LIMIT, async {
        let (_waiter, wanted) = wanted();
        let packing = if to_stdout {
            tokio::task::spawn_blocking(move || {
                let packed = package.pack(io::stdout().lock());
                (package, packed)
            })
        } else {
            registry::write_on_a_thread(move || {
                let packed = pack_into(&package, &target, wanted);
                (package, packed)
            })
        };
        packing.await.map_err(|error| io::Error::other(error.to_string()).into())
    })?;
    let packed = packed.map_err(|error| failed(&package, &output, &error))?;
    let publication = publication(&package, &packed, slashes(&output), findings);
    if !args.json {
        print_error(&push_findings_text(&publication.findings, &session.terminal.err));
    }
    let text = match (args.json, session.global.quiet) {
        (true, _) => printable_json(publication_json(&publication)),
        (false, true) => String::new(),
        (false, false) => publication_text(&publication, session.global.verbose, &session.terminal.out),
    };
    if to_stdout {
        print_error(&text)
    } else {
        print(&text)?
    }
    Ok(Exit::Clean)
}

/// Where the archive goes: as Flux and Helm call it, where nothing is said.
fn output(args: &BuildArgs, package: &Package) -> PathBuf {
    args.output.clone().unwrap_or_else(|| match package.chart() {
        Some(chart) => format!("{}-{}.tgz", chart.name, chart.version).into(),
        None => "artifact.tgz".into(),
    })
}

/// The file is seen whole or not at all.
fn pack_into(package: &Package, target: &Path, wanted: Wanted) -> std::result::Result<Packed, PackError> {
    let file = write::Temporary::beside(target).map_err(PackError::Write)?;
    let mut out = WhileWanted { out: file, wanted };
    let packed = package.pack(&mut out)?;
    out.out.keep().map_err(PackError::Write)?;
    Ok(packed)
}

fn failed(package: &Package, output: &Path, error: &PackError) -> Error {
    match error {
        PackError::Write(error) if output == Path::new("-") => {
            error.raw_os_error().map_or_else(|| error.kind().into(), io::Error::from_raw_os_error).into()
        }
        PackError::Write(error) => {
            Error::input(Failure::new(format!("{} could not be written", slashes(output))).why(words(error)))
        }
        error => package.failed(error),
    }
}

fn publication(package: &Package, packed: &Packed, file: String, findings: Vec<PushFinding>) -> Publication {
    let is_chart = package.chart().is_some();
    let types = if is_chart { MediaTypes::HELM_CHART } else { MediaTypes::FLUX };
    Publication {
        url: None,
        tag: None,
        digest: None,
        file: Some(file),
        kind: if is_chart { Kind::HelmChart } else { Kind::Flux },
        layer: Descriptor {
            media_type: types.layer.to_owned(),
            digest: packed.layer.digest.clone(),
            size: packed.layer.size,
            ..Descriptor::default()
        },
        upload: None,
        labels: Labels::default(),
        contents: contents(packed),
        findings,
    }
}

/// Stops where a finding is bad enough.
pub(super) fn refuse(findings: &[PushFinding], checks: &PackageChecks, done: &str, session: &Session) -> Result<()> {
    let fails = |finding: &PushFinding| checks.fail_on.severity().is_some_and(|least| finding.severity >= least);
    if !findings.iter().any(fails) {
        return Ok(());
    }
    let look = &session.terminal.err;
    let text = push_findings_text(findings, look);
    print_error(&text);
    let name = |finding: &PushFinding| match &finding.path {
        Some(path) => format!("{} ({path})", finding.rule),
        None => finding.rule.to_owned(),
    };
    let failure = Failure::new(format!("nothing was {done}: the check found what is not to be there"))
        .why(findings.iter().filter(|finding| fails(finding)).map(name).collect::<Vec<_>>().join(", "))
        .help("mend it, or go on without --check");
    Err(Error::Failed { failure, exit: Exit::Found })
}
