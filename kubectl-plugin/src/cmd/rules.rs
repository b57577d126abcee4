//! `rules`.

use kubectl_oci_core::render::{rules_json, rules_text};
use kubectl_oci_core::rules::RULES;

use super::Session;
use crate::cli::{RulesArgs, TextOrJson};
use crate::error::Result;
use crate::exit::Exit;
use crate::term::print;

pub(super) fn run(args: &RulesArgs, session: &Session) -> Result<Exit> {
    let text = match args.output {
        TextOrJson::Text => rules_text(RULES, &session.terminal.out),
        TextOrJson::Json => rules_json(RULES),
    };
    print(&text)?;
    Ok(Exit::Clean)
}
