//! The command line. Help, completions and man pages are made from it.

// Comments are the texts of the help, where brackets are what may be left out.
#![allow(rustdoc::broken_intra_doc_links, rustdoc::invalid_html_tags)]

mod artifact;
mod lint;
mod registry;
mod transfer;

use std::path::PathBuf;

use clap::{ArgAction, Args, CommandFactory, Parser, Subcommand, ValueEnum, ValueHint};

pub(crate) use artifact::{
    ArtifactArgs, BuildArgs, DiffArgs, ExclusionArgs, Existing, Operation, PackageArgs, PackageChecks, PackageKind,
    PullArgs, PushArgs,
};
pub(crate) use lint::{CheckArgs, FailOn, LintArgs};
pub(crate) use registry::{InspectArgs, ListArgs, ListFormat, RegistryArgs};
pub(crate) use transfer::{CopyArgs, DeleteArgs, TagArgs};

const ABOUT: &str = "Lint, resolve and explain Flux OCIRepository objects, before the cluster does";

const LONG_ABOUT: &str = "\
Lint, resolve and explain Flux OCIRepository objects, before the cluster does.

Agrees with Flux's source-controller, and says why something is wrong and what to do about it. Manifests \
are checked offline; `doctor` and `lint --online` ask the registry as the controller does.";

const EXAMPLES: &str = "\
Examples:
  kubectl oci lint                         everything in the current folder
  kubectl oci fix --diff clusters/         what would be mended, as a difference
  kubectl oci resolve -f source.yaml --tags tags.txt
                                           which tag a range selects, and why no other
  kubectl oci doctor -f source.yaml --with secrets/
                                           why a source is not Ready, and what to do
  kubectl oci explain ref-mutable-tag      what a rule finds, and why it matters";

/// The whole command line.
#[derive(Debug, Parser)]
#[command(name = "kubectl-oci", version, about = ABOUT, long_about = LONG_ABOUT, after_help = EXAMPLES)]
#[command(propagate_version = true, max_term_width = 100, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// Use this configuration, and look for no other
    #[arg(long, global = true, value_name = "FILE", conflicts_with = "no_config", value_hint = ValueHint::FilePath)]
    pub(crate) config: Option<PathBuf>,
    /// Look for no .kubectl-oci.yaml
    #[arg(long, global = true)]
    pub(crate) no_config: bool,
    /// Colour the output
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", hide_default_value = true)]
    pub(crate) color: ColorChoice,
    /// Print findings and answers alone
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Say on standard error what is read, and how long it takes
    #[arg(short, long, global = true, action = ArgAction::SetTrue)]
    pub(crate) verbose: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    /// Where somebody looks (NO_COLOR and FORCE_COLOR are heard)
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Find what the API server or the controller would refuse, and what will surprise you
    #[command(after_help = LINT_EXAMPLES)]
    Lint(LintArgs),
    /// Mend what can be mended safely: the same as `lint --fix`
    #[command(after_help = FIX_EXAMPLES)]
    Fix(CheckArgs),
    /// Tell which tag or digest an OCIRepository means, and why each other tag lost
    #[command(after_help = RESOLVE_EXAMPLES)]
    Resolve(ResolveArgs),
    /// Walk the controller's steps, stop where it would, and say why and what to do
    #[command(after_help = DOCTOR_EXAMPLES)]
    Doctor(DoctorArgs),
    /// List a repository's tags, with what each of them holds
    #[command(after_help = LIST_EXAMPLES)]
    List(ListArgs),
    /// Show an artifact: manifest, layers, annotations, what refers to it, files
    #[command(after_help = INSPECT_EXAMPLES)]
    Inspect(InspectArgs),
    /// Pack a folder, a file or a text as `push` does, into a file
    #[command(after_help = BUILD_EXAMPLES)]
    Build(BuildArgs),
    /// Pack a folder, a file or a text, and push it: manifests for Flux, or a Helm chart
    #[command(after_help = PUSH_EXAMPLES)]
    Push(PushArgs),
    /// Pull an artifact and unpack it, as the controller would
    #[command(after_help = PULL_EXAMPLES)]
    Pull(PullArgs),
    /// Show how the files of an artifact differ from those of a folder, or of another artifact
    #[command(after_help = DIFF_EXAMPLES)]
    Diff(DiffArgs),
    /// Give an artifact more tags
    #[command(after_help = TAG_EXAMPLES)]
    Tag(TagArgs),
    /// Copy artifacts with their signatures, between registries, and to and from a folder
    #[command(after_help = COPY_EXAMPLES)]
    Copy(CopyArgs),
    /// Delete an artifact, or what a repository need not keep
    #[command(after_help = DELETE_EXAMPLES)]
    Delete(DeleteArgs),
    /// Show a rule's page: what it finds, why it matters, examples
    Explain(ExplainArgs),
    /// List the rules
    Rules(RulesArgs),
    /// Serve an editor: findings, hovers, completions and fixes (Language Server Protocol)
    #[cfg(feature = "lsp")]
    #[command(after_help = LSP_HELP)]
    Lsp(LspArgs),
    /// Show the configuration in force, print its JSON Schema, or begin one
    Config(ConfigArgs),
    /// Print a completion script for a shell
    #[command(after_help = COMPLETION_EXAMPLES)]
    Completion(CompletionArgs),
    /// Print the man page, or write all of them into a folder
    Man(ManArgs),
}

const LINT_EXAMPLES: &str = "\
Examples:
  kubectl oci lint                         the current folder, as git sees it
  kubectl oci lint apps/ clusters/prod.yaml
  kustomize build apps/ | kubectl oci lint -
  kubectl oci lint --markdown docs/        the YAML in documentation too
  kubectl oci lint -o sarif > results.sarif
  kubectl oci lint --set registry=ghcr.io/acme
                                           with a post-build variable filled in";

const FIX_EXAMPLES: &str = "\
Examples:
  kubectl oci fix --diff                   look first
  kubectl oci fix apps/                    safe fixes alone
  kubectl oci fix --unsafe-fixes apps/     what is only probably meant, too";

const RESOLVE_EXAMPLES: &str = "\
Examples:
  kubectl oci resolve -f source.yaml
  kubectl oci resolve -f source.yaml --why 6.10.0-rc.1
  kubectl oci resolve oci://ghcr.io/stefanprodan/manifests/podinfo --semver '>=6.0.0 <7.0.0'
  crane ls ghcr.io/stefanprodan/manifests/podinfo |
    kubectl oci resolve -f source.yaml --tags -
                                           from a list of tags: no registry is asked";

const DOCTOR_EXAMPLES: &str = "\
Examples:
  kubectl oci doctor -f source.yaml        a public repository
  kubectl oci doctor -f source.yaml --with secrets/
                                           with the Secrets and accounts that the cluster has
  kubectl oci doctor -f clusters/ -o json  every OCIRepository of a folder";

const INSPECT_EXAMPLES: &str = "\
Examples:
  kubectl oci inspect oci://ghcr.io/stefanprodan/manifests/podinfo:6.9.2
  kubectl oci inspect -f source.yaml --files   what Flux would unpack
  kubectl oci inspect oci://ghcr.io/acme/app@sha256:… -o json";

const LIST_EXAMPLES: &str = "\
Examples:
  kubectl oci list oci://ghcr.io/stefanprodan/manifests/podinfo
  kubectl oci list oci://ghcr.io/acme/app --semver '>=1.0.0-0' -o wide
  kubectl oci list oci://ghcr.io/acme/app -o name | head
  kubectl oci list oci://registry.local:5000/app --plain-http -o json";

const BUILD_EXAMPLES: &str = "\
Examples:
  kubectl oci build --path deploy/ --output artifact.tgz
  kubectl oci build --path charts/app --as helm-chart
  kustomize build deploy/ | kubectl oci build --path - --output - | sha256sum";

const PUSH_EXAMPLES: &str = "\
Examples:
  kubectl oci push oci://ghcr.io/acme/app:1.0.0 --path deploy/ --check \\
    --source=\"$(git config --get remote.origin.url)\" \\
    --revision=\"$(git branch --show-current)@sha1:$(git rev-parse HEAD)\"
  kustomize build deploy/ | kubectl oci push oci://ghcr.io/acme/app:main --path -
  kubectl oci push oci://ghcr.io/acme/charts/app --path charts/app --as helm-chart
  kubectl oci push oci://localhost:5000/app:dev --path . --plain-http --ignore-paths='*.md,/docs'";

const PULL_EXAMPLES: &str = "\
Examples:
  kubectl oci pull oci://ghcr.io/stefanprodan/manifests/podinfo:6.9.2 --output podinfo/
  kubectl oci pull -f source.yaml --with secrets/ --output podinfo/
                                           what the object means: its tag, its layer, its Secret
  kubectl oci pull oci://ghcr.io/acme/charts/app:1.0.0 --operation copy --output .";

const DIFF_EXAMPLES: &str = "\
Examples:
  kubectl oci diff oci://ghcr.io/acme/app:1.0.0 --path deploy/
  kubectl oci diff -f source.yaml --with secrets/ --path deploy/
  kubectl oci diff oci://ghcr.io/acme/app:1.0.0 oci://ghcr.io/acme/app:1.1.0 --json";
const TAG_EXAMPLES: &str = "\
Examples:
  kubectl oci tag oci://ghcr.io/acme/app:1.4.2 --tag latest --tag 1.4
  kubectl oci tag oci://ghcr.io/acme/app@sha256:… --tag production";

const COPY_EXAMPLES: &str = "\
Examples:
  kubectl oci copy oci://ghcr.io/acme/app:1.4.2 oci://registry.local:5000/acme/app
  kubectl oci copy oci://ghcr.io/acme/app:1.4.2 oci-layout://app
                                           into a folder, for skopeo `oci:app:1.4.2`,
                                           for oras `--oci-layout app:1.4.2`
  kubectl oci copy oci-layout://app oci://registry.local:5000/acme/app
  kubectl oci copy oci://ghcr.io/acme/app oci://registry.local:5000/acme/app --all-tags

Interrupted, the same command goes on where it was. Each host is shown its own credentials
of Docker's configuration; of two registries, --username is the destination's. skopeo's
spelling of a layout, oci:DIR[:TAG], is understood too.";

const DELETE_EXAMPLES: &str = "\
Examples:
  kubectl oci delete oci://ghcr.io/acme/app:1.4.2-rc.1
  kubectl oci delete oci://ghcr.io/acme/app --keep-semver 10 --dry-run
  kubectl oci delete oci://ghcr.io/acme/app --filter-regex '^pr-' --older-than 30d --referrers --yes";

#[cfg(feature = "lsp")]
const LSP_HELP: &str = "\
It speaks on standard input and output, and is started by an editor rather than by hand.
Findings are those of `lint` in the same folders; what is typed counts before it is saved.
docs/editors says how to set up Neovim, Helix, Zed, Emacs and VS Code.";

const COMPLETION_EXAMPLES: &str = "\
Examples:
  source <(kubectl-oci completion bash)
  kubectl-oci completion zsh > \"${fpath[1]}/_kubectl-oci\"
  kubectl-oci completion fish > ~/.config/fish/completions/kubectl-oci.fish";

/// Values of post-build variables.
#[derive(Debug, Args)]
pub(crate) struct Variables {
    /// The value of a post-build variable; may be repeated
    #[arg(long, visible_alias = "substitute", help_heading = "Input", value_name = "NAME=VALUE", value_parser = variable)]
    pub(crate) set: Vec<(String, String)>,
}

/// `resolve`
#[derive(Debug, Args)]
pub(crate) struct ResolveArgs {
    /// A repository or an artifact, without a manifest: oci://HOST/NAME[:TAG]
    #[arg(value_name = "URL", conflicts_with = "filename")]
    pub(crate) url: Option<String>,
    /// Manifests with OCIRepository objects; `-` is standard input
    #[arg(short, long, value_name = "FILE", required_unless_present_any = ["semver", "url"], value_hint = ValueHint::FilePath)]
    pub(crate) filename: Vec<PathBuf>,
    /// The repository's tags, so that no registry is asked: one a line, or as JSON of a registry, crane, oras or
    /// skopeo; `-` is standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) tags: Option<PathBuf>,
    /// A range to ask about, without a manifest
    #[arg(long, value_name = "RANGE", conflicts_with = "filename")]
    pub(crate) semver: Option<String>,
    /// The semverFilter to go with it
    #[arg(long, value_name = "REGEX", requires = "semver")]
    pub(crate) filter: Option<String>,
    /// Say in a paragraph what became of one tag
    #[arg(long, value_name = "TAG")]
    pub(crate) why: Option<String>,
    /// How to answer
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub(crate) output: TextOrJson,
    /// Read Secrets and ServiceAccounts from here
    #[arg(long = "with", help_heading = "Input", value_name = "PATH", conflicts_with_all = ["url", "semver"], value_hint = ValueHint::AnyPath)]
    pub(crate) with: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) variables: Variables,
    /// Ask no registry: what needs none is answered, without digests
    #[arg(long, conflicts_with = "tags")]
    pub(crate) offline: bool,
    #[command(flatten)]
    pub(crate) registry: RegistryArgs,
}

/// `doctor`
#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    /// Manifests with OCIRepository objects, and folders of them; `-` is standard input
    #[arg(short, long, value_name = "FILE", required = true, value_hint = ValueHint::AnyPath)]
    pub(crate) filename: Vec<PathBuf>,
    /// Read Secrets and ServiceAccounts from here
    #[arg(long = "with", help_heading = "Input", value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) with: Vec<PathBuf>,
    /// How to answer
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub(crate) output: TextOrJson,
    #[command(flatten)]
    pub(crate) variables: Variables,
    /// How long all of it may take, such as 30s or 5m
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = registry::duration)]
    pub(crate) timeout: std::time::Duration,
}

/// `explain`
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The rule's id, as it stands in the brackets of a finding
    #[arg(value_name = "RULE")]
    pub(crate) rule: String,
}

/// `rules`
#[derive(Debug, Args)]
pub(crate) struct RulesArgs {
    /// How to list them
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub(crate) output: TextOrJson,
}

/// `lsp`
#[cfg(feature = "lsp")]
#[derive(Debug, Args)]
pub(crate) struct LspArgs {
    /// Read the YAML of all Markdown files too, not just of those that are open
    #[arg(long)]
    pub(crate) markdown: bool,
    /// What editors add for servers that could speak otherwise
    #[arg(long, hide = true)]
    pub(crate) stdio: bool,
}

/// `config`
#[derive(Debug, Args)]
pub(crate) struct ConfigArgs {
    #[command(subcommand)]
    pub(crate) command: ConfigCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Show what is in force for a file or folder, and where it comes from
    Show {
        /// A file or folder; the current one where none is named
        #[arg(value_name = "PATH", default_value = ".", hide_default_value = true)]
        path: PathBuf,
    },
    /// Print the JSON Schema of .kubectl-oci.yaml, for editors
    Schema,
    /// Write a .kubectl-oci.yaml that explains every key and sets none
    Init,
}

/// `completion`
#[derive(Debug, Args)]
pub(crate) struct CompletionArgs {
    /// The shell
    pub(crate) shell: clap_complete::Shell,
}

/// `man`
#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    /// A folder for one page a command; the main page is printed where none is named
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) folder: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TextOrJson {
    /// For people
    Text,
    /// In a versioned contract
    Json,
}

fn variable(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE".to_owned()),
    }
}

/// What the program is called by: `kubectl oci`, or `flux oci` for the binary under that name.
pub(crate) fn called_by(argument: Option<&str>) -> &'static str {
    let name = argument.map_or("", |argument| argument.rsplit(['/', '\\']).next().unwrap_or(argument));
    if name.starts_with("flux-oci") { "flux oci" } else { "kubectl oci" }
}

/// The command line as clap knows it, under the name that it is called by.
pub(crate) fn command(called_by: &str) -> clap::Command {
    let mut command = Cli::command().bin_name(called_by).display_name(called_by);
    let exits = crate::exit::help();
    let rename = |text: &str| text.replace("kubectl oci", called_by);
    command = command.after_help(format!("{}\n\n{exits}", rename(EXAMPLES)));
    for (name, examples) in [
        ("lint", LINT_EXAMPLES),
        ("fix", FIX_EXAMPLES),
        ("resolve", RESOLVE_EXAMPLES),
        ("doctor", DOCTOR_EXAMPLES),
        ("build", BUILD_EXAMPLES),
        ("push", PUSH_EXAMPLES),
        ("pull", PULL_EXAMPLES),
        ("diff", DIFF_EXAMPLES),
        ("list", LIST_EXAMPLES),
        ("inspect", INSPECT_EXAMPLES),
        ("tag", TAG_EXAMPLES),
        ("copy", COPY_EXAMPLES),
        ("delete", DELETE_EXAMPLES),
    ] {
        let text = format!("{}\n\n{exits}", rename(examples));
        command = command.mut_subcommand(name, |command| command.after_help(text));
    }
    // What is large takes long, and nothing waits for it.
    command = command.mut_subcommand("copy", |copy| copy.mut_arg("timeout", |timeout| timeout.default_value("1h")));
    command
}
