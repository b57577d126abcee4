//! Making artifacts: from files to a layer, a configuration and a manifest, and from there into a registry.

mod check;
mod describe;
mod upload;

use std::io::Write;
use std::path::PathBuf;

use kubectl_oci_core::compat::helm_chart::ChartMetadata;
use kubectl_oci_core::publication::{Contents, LeftOut};
use kubectl_oci_core::render::Failure;

use crate::archive::{Exclusions, Links, Listed, Options, PackError, Packed, Skipped, Source, list, pack, pack_chart};
use crate::cli::{ExclusionArgs, PackageArgs, PackageKind};
use crate::configs::slashes;
use crate::error::{Error, Result};
use crate::input::{is_stdin, read_text};

pub(crate) use check::check;
pub(crate) use describe::{Annotations, Described, describe};
pub(crate) use upload::{Way, failed as push_failed, pack_and_push};

/// What a text from standard input is called in its artifact.
const TEXT_NAME: &str = "manifests.yaml";

/// Something that can be packed, again and again, and always to the same bytes.
#[derive(Debug)]
pub(crate) struct Package {
    content: Content,
    options: Options,
    chart: Option<ChartMetadata>,
}

#[derive(Debug)]
enum Content {
    Path(PathBuf),
    Text(String),
}

impl Package {
    /// Reads what is named from standard input, and a chart's metadata.
    pub(crate) fn open(args: &PackageArgs) -> Result<Self> {
        let is_chart = args.kind == PackageKind::HelmChart;
        if is_stdin(&args.path) && is_chart {
            return Err(Error::usage("a chart is a folder, and no text", "name the folder with --path"));
        }
        let content = if is_stdin(&args.path) {
            Content::Text(read_text(&args.path, "the content")?)
        } else {
            Content::Path(args.path.clone())
        };
        let chart = is_chart.then(|| crate::archive::read_metadata(&args.path)).transpose();
        let chart = chart.map_err(|error| pack_failed(&args.path.display().to_string(), &error))?;
        Ok(Self { content, options: options(&args.exclusions), chart })
    }

    /// What it is called: the folder or file that was named.
    pub(crate) fn name(&self) -> String {
        match &self.content {
            Content::Path(path) => slashes(path),
            Content::Text(_) => "standard input".to_owned(),
        }
    }

    /// The metadata, where it is packed as a chart.
    pub(crate) fn chart(&self) -> Option<&ChartMetadata> {
        self.chart.as_ref()
    }

    /// Packs it and writes the layer.
    pub(crate) fn pack(&self, out: impl Write) -> std::result::Result<Packed, PackError> {
        match &self.content {
            Content::Path(path) if self.chart.is_some() => pack_chart(path, out).map(|(packed, _)| packed),
            Content::Path(path) => pack(Source::Path(path), &self.options, out),
            Content::Text(text) => pack(Source::Text { name: TEXT_NAME, content: text.as_bytes() }, &self.options, out),
        }
    }

    /// What is in it; nothing for a text.
    fn listed(&self) -> std::result::Result<Listed, PackError> {
        match &self.content {
            Content::Path(path) => list(path, &self.options, self.chart.is_some()),
            Content::Text(_) => Ok(Listed::default()),
        }
    }

    /// The error of the command that was to pack it.
    pub(crate) fn failed(&self, error: &PackError) -> Error {
        pack_failed(&self.name(), error)
    }
}

/// As [`Package::failed`], for what was not opened yet.
pub(crate) fn pack_failed(name: &str, error: &PackError) -> Error {
    let words = error.to_string();
    // The folder itself need not be named twice.
    let why = words.strip_prefix(&format!("{name}: ")).unwrap_or(&words).to_owned();
    Error::input(Failure::new(format!("{name} could not be packed")).why(why))
}

/// How a folder is packed.
pub(crate) fn options(args: &ExclusionArgs) -> Options {
    Options {
        exclusions: Exclusions { patterns: args.ignore_paths.clone(), files: !args.no_sourceignore },
        links: if args.resolve_symlinks { Links::Follow } else { Links::Skip },
    }
}

/// What was packed, for the report.
pub(crate) fn contents(packed: &Packed) -> Contents {
    let report = &packed.report;
    let left = |skipped: &Skipped| LeftOut {
        count: skipped.count,
        paths: skipped.paths.iter().map(|path| slashes(path)).collect(),
    };
    Contents {
        files: report.files,
        folders: report.folders,
        size: report.content,
        ignored: report.ignored,
        links: left(&report.links),
        special: left(&report.special),
        largest: report.largest.iter().map(|(path, size)| (slashes(path), *size)).collect(),
    }
}
