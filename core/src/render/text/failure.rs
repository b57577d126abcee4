use super::super::Failure;
use super::super::printable::printable;
use super::look::{Look, wrap};
use super::shorten::shorten_message;

/// `error: …`, then `why: …` and `do:  …` where there is something to say.
pub fn failure_text(failure: &Failure, look: &Look) -> String {
    let mut out = format!("{}: {}\n", look.error("error"), look.bold(&printable(&failure.message)));
    for (name, text) in [("why: ", &failure.why), ("do:  ", &failure.help)] {
        let Some(text) = text else { continue };
        for (index, line) in
            wrap(&shorten_message(&printable(text)), look.width.min(110).saturating_sub(8)).iter().enumerate()
        {
            let name = if index == 0 { look.help(name) } else { " ".repeat(name.len()) };
            out.push_str(&format!("  {name}{line}\n"));
        }
    }
    out
}
