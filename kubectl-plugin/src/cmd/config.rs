//! `config show`, `config schema`, `config init`.

use std::path::Path;

use kubectl_oci_core::config::{schema, starter, to_yaml};
use kubectl_oci_core::render::Failure;
use kubectl_oci_core::rules::RULES;

use super::Session;
use crate::cli::{ConfigArgs, ConfigCommand};
use crate::configs::{Changes, Configs, FILE_NAME, slashes};
use crate::error::{Error, Result, words};
use crate::exit::Exit;
use crate::term::{print, print_error};
use crate::write;

pub(super) fn run(args: &ConfigArgs, session: &Session) -> Result<Exit> {
    match &args.command {
        ConfigCommand::Show { path } => show(path, session)?,
        ConfigCommand::Schema => {
            let rules: Vec<(&str, &str)> = RULES.iter().map(|rule| (rule.id, rule.summary)).collect();
            print(&format!("{:#}\n", schema(&rules)))?;
        }
        ConfigCommand::Init => init()?,
    }
    Ok(Exit::Clean)
}

fn show(path: &Path, session: &Session) -> Result<()> {
    let configs = Configs::new(&session.global, Changes::default(), session.terminal.err)?;
    let metadata = std::fs::metadata(path).map_err(|error| {
        Error::input(Failure::new(format!("{} could not be read", path.display())).why(words(&error)))
    })?;
    let absolute = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = if metadata.is_dir() { &absolute } else { absolute.parent().unwrap_or(&absolute) };
    let found = configs.for_folder(folder)?;
    let from = match &found.file {
        Some(file) => format!("# from {}\n", slashes(file)),
        None => format!("# the defaults: there is no {FILE_NAME} here or above\n"),
    };
    print(&format!("{from}{}", to_yaml(&found.config)))?;
    Ok(())
}

fn init() -> Result<()> {
    write::create(Path::new(FILE_NAME), starter().as_bytes()).map_err(|error| {
        let failure = Failure::new(format!("{FILE_NAME} could not be written"));
        Error::input(match error.kind() {
            std::io::ErrorKind::AlreadyExists => {
                failure.why("there is one already").help("edit it, or remove it first")
            }
            _ => failure.why(words(&error)),
        })
    })?;
    print_error(&format!("wrote {FILE_NAME}\n"));
    Ok(())
}
