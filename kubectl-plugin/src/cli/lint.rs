//! The arguments of `lint` and `fix`.

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Args, ValueEnum, ValueHint};
use kubectl_oci_core::config::{FluxVersion, Profile};
use kubectl_oci_core::diag::Severity;
use kubectl_oci_core::render::FORMATS;

use super::Variables;

/// `lint`
#[derive(Debug, Args)]
pub(crate) struct LintArgs {
    /// Mend what can be mended safely, and report what is left
    #[arg(long, help_heading = "Fixes")]
    pub(crate) fix: bool,
    #[command(flatten)]
    pub(crate) check: CheckArgs,
}

/// What `lint` and `fix` share.
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// Files and folders; `-` is standard input. The current folder where none is named
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) paths: Vec<PathBuf>,
    /// How to report
    #[arg(short, long, value_name = "FORMAT", default_value = "text", value_parser = formats())]
    pub(crate) output: String,
    /// The least severity that makes the command fail
    #[arg(long, value_name = "LEVEL", default_value = "error")]
    pub(crate) fail_on: FailOn,
    /// Succeed where nothing of Flux is found (for hooks that name every file)
    #[arg(long)]
    pub(crate) allow_nothing: bool,
    /// Show every finding: infos too, and also where one rule has many in a file
    #[arg(long)]
    pub(crate) all: bool,

    /// Show what would be mended as a difference, and change nothing
    #[arg(long, help_heading = "Fixes", conflicts_with = "output")]
    pub(crate) diff: bool,
    /// Apply fixes too that are only probably what was meant
    #[arg(long, help_heading = "Fixes")]
    pub(crate) unsafe_fixes: bool,

    /// Read the YAML of Markdown files in folders too
    #[arg(long, help_heading = "Input")]
    pub(crate) markdown: bool,
    /// What the text of standard input is called
    #[arg(long, help_heading = "Input", value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub(crate) stdin_filename: Option<PathBuf>,
    /// Read Secrets and other objects from here, and report nothing about them
    #[arg(long = "with", help_heading = "Input", value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) with: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) variables: Variables,

    /// The Flux release of the target cluster, such as 2.9
    #[arg(long, help_heading = "Rules", value_name = "VERSION", value_parser = flux_version)]
    pub(crate) flux: Option<FluxVersion>,
    /// Which rules run
    #[arg(long, help_heading = "Rules", value_name = "PROFILE", value_parser = profiles())]
    pub(crate) profile: Option<String>,
    /// Run these rules alone
    #[arg(long, help_heading = "Rules", value_name = "RULE", value_delimiter = ',')]
    pub(crate) select: Vec<String>,
    /// Do not run these rules
    #[arg(long, help_heading = "Rules", value_name = "RULE", value_delimiter = ',')]
    pub(crate) ignore: Vec<String>,
    /// Hold documents of other kinds against these CRDs or JSON Schemas: files, or folders of them
    #[arg(long, help_heading = "Rules", value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) schema: Vec<PathBuf>,
    /// Ask the registry too
    #[arg(long, help_heading = "Rules")]
    pub(crate) online: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Errors alone
    Error,
    /// Warnings too
    Warning,
    /// Any finding
    Info,
    /// Nothing that is found
    Never,
}

impl FailOn {
    pub(crate) fn severity(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Info => Some(Severity::Info),
            Self::Never => None,
        }
    }
}

fn formats() -> PossibleValuesParser {
    PossibleValuesParser::new(FORMATS.iter().map(|format| PossibleValue::new(format.name).help(format.summary)))
}

fn profiles() -> PossibleValuesParser {
    let help = [
        (Profile::Default, "errors, warnings and advice that most people want"),
        (Profile::Strict, "pinning and signing too"),
        (Profile::Minimal, "errors alone"),
    ];
    PossibleValuesParser::new(help.iter().map(|(profile, help)| PossibleValue::new(profile.as_str()).help(*help)))
}

fn flux_version(text: &str) -> Result<FluxVersion, String> {
    FluxVersion::parse(text).ok_or_else(|| "a Flux version is two numbers, such as 2.9".to_owned())
}
