//! The commands, one file each.

mod artifact;
mod build;
mod completion;
mod config;
mod copy;
mod delete;
mod diff;
mod doctor;
mod explain;
mod inspect;
mod lint;
mod list;
mod man;
mod objects;
mod online;
mod pull;
mod push;
mod resolve;
mod resolve_online;
mod rules;
mod tag;

use crate::cli::{Cli, Command, ListFormat, TextOrJson};
use crate::error::Result;
use crate::exit::Exit;
use crate::term::Terminal;

/// What every command is given.
pub(crate) struct Session {
    pub(crate) global: crate::cli::Global,
    pub(crate) terminal: Terminal,
    /// `kubectl oci`, or `flux oci`.
    pub(crate) called_by: &'static str,
}

pub(crate) fn run(command: Command, session: &Session) -> Result<Exit> {
    match command {
        Command::Lint(args) => lint::run(&args.check, args.fix, session),
        Command::Fix(args) => lint::run(&args, true, session),
        Command::Resolve(args) => resolve::run(&args, session),
        Command::Doctor(args) => doctor::run(&args, session),
        Command::List(args) => list::run_list(&args, session),
        Command::Inspect(args) => inspect::run(&args, session),
        Command::Build(args) => build::run(&args, session),
        Command::Push(args) => push::run(&args, session),
        Command::Pull(args) => pull::run(&args, session),
        Command::Diff(args) => diff::run(&args, session),
        Command::Tag(args) => tag::run(&args, session),
        Command::Copy(args) => copy::run(&args, session),
        Command::Delete(args) => delete::run(&args, session),
        Command::Explain(args) => explain::run(&args, session),
        Command::Rules(args) => rules::run(&args, session),
        #[cfg(feature = "lsp")]
        Command::Lsp(args) => crate::lsp::run(&args, session),
        Command::Config(args) => config::run(&args, session),
        Command::Completion(args) => completion::run(&args, session),
        Command::Man(args) => man::run(&args, session),
    }
}

/// True where a failure is to be told as JSON.
pub(crate) fn wants_json(cli: &Cli) -> bool {
    match &cli.command {
        Command::Lint(args) => args.check.output == "json",
        Command::Fix(args) => args.output == "json",
        Command::Resolve(args) => args.output == TextOrJson::Json,
        Command::Doctor(args) => args.output == TextOrJson::Json,
        Command::List(args) => args.output == ListFormat::Json,
        Command::Inspect(args) => args.output == TextOrJson::Json,
        Command::Build(args) => args.json,
        Command::Push(args) => args.json,
        Command::Pull(args) => args.json,
        Command::Diff(args) => args.json,
        Command::Tag(args) => args.answer.is_json(),
        Command::Copy(args) => args.answer.is_json(),
        Command::Delete(args) => args.answer.is_json(),
        Command::Rules(args) => args.output == TextOrJson::Json,
        #[cfg(feature = "lsp")]
        Command::Lsp(_) => false,
        Command::Explain(_) | Command::Config(_) | Command::Completion(_) | Command::Man(_) => false,
    }
}
