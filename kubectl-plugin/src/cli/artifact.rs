//! The commands that make artifacts, take them apart and compare them.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

use super::{FailOn, RegistryArgs, Variables};

/// What is packed, and how.
#[derive(Debug, Args)]
#[command(next_help_heading = "Content")]
pub(crate) struct PackageArgs {
    /// The folder or the file to pack; `-` is standard input
    #[arg(long, short_alias = 'f', value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) path: PathBuf,
    /// What is made of it
    #[arg(long = "as", value_name = "KIND", default_value = "flux")]
    pub(crate) kind: PackageKind,
    #[command(flatten)]
    pub(crate) exclusions: ExclusionArgs,
}

/// What is left out of a folder.
#[derive(Debug, Args)]
#[command(next_help_heading = "Content")]
pub(crate) struct ExclusionArgs {
    /// Leave out what these patterns of .gitignore's kind match, in place of version control, pictures and archives
    #[arg(long, value_name = "PATTERN", value_delimiter = ',')]
    pub(crate) ignore_paths: Vec<String>,
    /// Do not read .sourceignore files
    #[arg(long)]
    pub(crate) no_sourceignore: bool,
    /// Pack what symbolic links point to; else they are left out
    #[arg(long)]
    pub(crate) resolve_symlinks: bool,
}

/// What is seen to before.
#[derive(Debug, Args)]
#[command(next_help_heading = "Checks")]
pub(crate) struct PackageChecks {
    /// Look for secrets, for what was packed by mistake, at source and revision, and for tags that would move
    #[arg(long)]
    pub(crate) check: bool,
    /// The least severity that makes the command stop before anything is tagged or written
    #[arg(long, value_name = "LEVEL", default_value = "error", requires = "check")]
    pub(crate) fail_on: FailOn,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PackageKind {
    /// An artifact as `flux push artifact` makes it
    Flux,
    /// A chart as `helm package` and `helm push` make it
    HelmChart,
}

/// `build`
#[derive(Debug, Args)]
pub(crate) struct BuildArgs {
    /// The archive to write; `-` is standard output. artifact.tgz, or NAME-VERSION.tgz for a chart, where none is named
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
    /// Answer in JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) package: PackageArgs,
    #[command(flatten)]
    pub(crate) checks: PackageChecks,
}

/// `push`
#[derive(Debug, Args)]
pub(crate) struct PushArgs {
    /// Where to: oci://HOST/NAME:TAG. A chart's tag is its version, and need not be written
    #[arg(value_name = "URL")]
    pub(crate) url: String,
    /// Use the media types of container images, for registries that take no others
    #[arg(long)]
    pub(crate) media_type_compat: bool,
    /// Answer in JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) package: PackageArgs,
    /// Where the content comes from, such as the URL of the Git repository
    #[arg(long, value_name = "URL", help_heading = "Annotations")]
    pub(crate) source: Option<String>,
    /// From which revision of it: BRANCH-OR-TAG@sha1:SHA
    #[arg(long, value_name = "REVISION", help_heading = "Annotations")]
    pub(crate) revision: Option<String>,
    /// Annotate the artifact; may be repeated
    #[arg(short, long = "annotations", visible_alias = "annotation", value_name = "KEY=VALUE", value_parser = annotation)]
    #[arg(help_heading = "Annotations")]
    pub(crate) annotations: Vec<(String, String)>,
    /// Say when it was made: now, or at this time (RFC 3339). Else 1970, so that the same content is the same artifact
    #[arg(long, value_name = "TIME", num_args = 0..=1, require_equals = true, default_missing_value = "now")]
    #[arg(help_heading = "Annotations", conflicts_with = "reproducible")]
    pub(crate) created: Option<String>,
    /// What is done anyway
    #[arg(long, hide = true)]
    pub(crate) reproducible: bool,
    #[command(flatten)]
    pub(crate) checks: PackageChecks,
    #[command(flatten)]
    pub(crate) registry: RegistryArgs,
}

/// Which artifact is meant: by its URL, or by the OCIRepository of a file.
#[derive(Debug, Args)]
pub(crate) struct ArtifactArgs {
    /// Manifests with OCIRepository objects, which say what is meant and how it is reached; `-` is standard input
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::AnyPath)]
    pub(crate) filename: Vec<PathBuf>,
    /// Read Secrets and other objects from here too
    #[arg(long = "with", value_name = "PATH", requires = "filename", value_hint = ValueHint::AnyPath)]
    pub(crate) with: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) variables: Variables,
    /// Take the layer of this media type; the first one where none is given
    #[arg(long, visible_alias = "media-type", value_name = "TYPE", conflicts_with = "filename")]
    pub(crate) layer_media_type: Option<String>,
}

/// `pull`
#[derive(Debug, Args)]
pub(crate) struct PullArgs {
    /// The artifact: oci://HOST/NAME[:TAG|@DIGEST]; with --filename, the name of one of its objects
    #[arg(value_name = "URL|NAME", required_unless_present = "filename")]
    pub(crate) name: Option<String>,
    /// Where to: a folder; for a layer that is copied, a folder or a file
    #[arg(short, long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) output: PathBuf,
    /// What is done with the layer
    #[arg(long, value_name = "OPERATION", conflicts_with = "filename", default_value = "extract")]
    pub(crate) operation: Operation,
    /// What is done where the folder is there already
    #[arg(long, value_name = "WHAT", default_value = "merge")]
    pub(crate) existing: Existing,
    /// Answer in JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) artifact: ArtifactArgs,
    #[command(flatten)]
    pub(crate) registry: RegistryArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Operation {
    /// It is unpacked
    Extract,
    /// It is kept as it is
    Copy,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Existing {
    /// Files of the same name are replaced, the others stay
    Merge,
    /// What is there goes
    Replace,
    /// Only an empty folder is used
    Refuse,
}

/// `diff`
#[derive(Debug, Args)]
pub(crate) struct DiffArgs {
    /// One artifact to compare with --path, or two: oci://HOST/NAME[:TAG|@DIGEST]; with --filename, the name of one of
    /// its objects
    #[arg(value_name = "URL|NAME", required_unless_present = "filename", num_args = 1..=2)]
    pub(crate) names: Vec<String>,
    /// The folder or file to compare with, as `push` would pack it
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) path: Option<PathBuf>,
    /// Answer in JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) artifact: ArtifactArgs,
    #[command(flatten)]
    pub(crate) exclusions: ExclusionArgs,
    #[command(flatten)]
    pub(crate) registry: RegistryArgs,
}

/// The value may hold `=`.
fn annotation(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("write KEY=VALUE".to_owned()),
    }
}
