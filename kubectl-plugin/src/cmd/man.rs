//! `man [DIR]`.

use std::path::Path;

use kubectl_oci_core::render::Failure;

use super::Session;
use crate::cli::{ManArgs, command};
use crate::error::{Error, Result, words};
use crate::exit::Exit;
use crate::term::print;

pub(super) fn run(args: &ManArgs, session: &Session) -> Result<Exit> {
    let mut command = command(session.called_by).name("kubectl-oci").display_name("kubectl-oci");
    command.build();
    match &args.folder {
        None => print(&page(&command)?)?,
        Some(folder) => pages(&command, folder)?,
    }
    Ok(Exit::Clean)
}

fn page(command: &clap::Command) -> Result<String> {
    let mut out = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut out)?;
    Ok(String::from_utf8_lossy(&out).into_owned())
}

/// One page a command, subcommands included: `kubectl-oci-config-show.1`.
fn pages(command: &clap::Command, folder: &Path) -> Result<()> {
    let failed = |error: &std::io::Error| {
        Error::input(Failure::new(format!("the pages could not be written to {}", folder.display())).why(words(error)))
    };
    std::fs::create_dir_all(folder).map_err(|error| failed(&error))?;
    let name = command.get_display_name().unwrap_or(command.get_name()).replace(' ', "-");
    std::fs::write(folder.join(format!("{name}.1")), page(command)?).map_err(|error| failed(&error))?;
    for inner in command.get_subcommands().filter(|inner| inner.get_name() != "help") {
        pages(&inner.clone().display_name(format!("{name}-{}", inner.get_name())), folder)?;
    }
    Ok(())
}
