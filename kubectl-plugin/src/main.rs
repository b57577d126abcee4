//! `kubectl oci`: lint, resolve and explain Flux OCIRepository objects before the cluster does.
//!
//! This side does what `kubectl-oci-core` does not: files, standard input and output, the terminal.

mod access;
mod answer;
mod archive;
mod check;
mod cli;
mod cmd;
mod compare;
mod configs;
mod copy;
mod delete;
mod diff;
mod doctor;
mod error;
mod exit;
mod files;
mod input;
#[cfg(feature = "lsp")]
mod lsp;
mod publish;
mod registry;
mod repository;
mod schema;
mod stream;
mod term;
mod ways;
mod write;

use std::process::ExitCode;

use clap::FromArgMatches;
use kubectl_oci_core::render::{failure_json, failure_text, printable_json};

use crate::cli::Cli;
use crate::error::Error;
use crate::exit::Exit;
use crate::term::{Terminal, print, print_error};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    let called_by = cli::called_by(arguments.first().and_then(|name| name.to_str()));
    let matches = cli::command(called_by).try_get_matches_from(&arguments);
    let cli = match matches.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) => {
            let is_failure = error.use_stderr();
            // Help that nobody reads to its end is no failure.
            let _ = error.print();
            return if is_failure { Exit::Usage.into() } else { ExitCode::SUCCESS };
        }
    };
    let json = cmd::wants_json(&cli);
    let terminal = Terminal::detect(cli.global.color);
    let session = cmd::Session { global: cli.global, terminal, called_by };
    match cmd::run(cli.command, &session) {
        Ok(exit) => exit.into(),
        Err(error) => fail(&error, json, &terminal).into(),
    }
}

/// Tells why a command failed as a whole.
fn fail(error: &Error, json: bool, terminal: &Terminal) -> Exit {
    match error {
        Error::ReaderLeft => Exit::Clean,
        Error::Interrupted => Exit::Interrupted,
        Error::Config(refused) => {
            print_error(&refused.shown);
            Exit::Usage
        }
        Error::Failed { failure, exit } => {
            print_error(&failure_text(failure, &terminal.err));
            if json && *exit != Exit::Usage {
                let _ = print(&printable_json(failure_json(failure)));
            }
            *exit
        }
    }
}
