//! `explain RULE`.

use kubectl_oci_core::render::page_text;

use super::Session;
use crate::cli::ExplainArgs;
use crate::configs::known_rule;
use crate::error::Result;
use crate::exit::Exit;
use crate::term::print;

pub(super) fn run(args: &ExplainArgs, session: &Session) -> Result<Exit> {
    let rule = known_rule(&args.rule)?;
    let look = &session.terminal.out;
    print(&page_text(rule.page, look))?;
    Ok(Exit::Clean)
}
