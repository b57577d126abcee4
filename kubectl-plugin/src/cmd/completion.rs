//! `completion SHELL`.

use super::Session;
use crate::cli::{CompletionArgs, command};
use crate::error::Result;
use crate::exit::Exit;
use crate::term::print;

pub(super) fn run(args: &CompletionArgs, session: &Session) -> Result<Exit> {
    let mut script = Vec::new();
    let name = if session.called_by == "flux oci" { "flux-oci" } else { "kubectl-oci" };
    clap_complete::generate(args.shell, &mut command(session.called_by), name, &mut script);
    print(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Clean)
}
