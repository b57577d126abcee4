//! What was pulled, for people.

use crate::artifact::{CREATED, REVISION, SOURCE};
use crate::pulled::Pulled;

use super::super::printable::one_line;
use super::count;
use super::look::Look;
use super::table::size;

/// How many names a line shows.
const NAMED: usize = 5;

/// What was pulled, from where, and what of it was left out.
pub fn pulled_text(of: &Pulled, look: &Look) -> String {
    let tag = of.tag.as_ref().map_or_else(String::new, |tag| format!(":{tag}"));
    let name = one_line(&format!("{}{tag}", of.url)).into_owned();
    let mut out = format!("{} {} into {}\n", look.good("pulled"), look.bold(&name), look.bold(&one_line(&of.output)));
    out.push_str(&row("digest", &of.digest));
    out.push_str(&row("layer", &format!("{}   {}", of.layer.digest, size(of.layer.size))));
    for (name, annotation) in [("created", CREATED), ("source", SOURCE), ("revision", REVISION)] {
        if let Some(value) = of.artifact.annotation(annotation) {
            out.push_str(&row(name, value));
        }
    }
    let Some(unpacked) = &of.unpacked else { return out };
    let files = usize::try_from(unpacked.files).unwrap_or(usize::MAX);
    out.push_str(&row("files", &format!("{}, {}", count(files, "file"), size(unpacked.size))));
    if unpacked.ignored > 0 {
        let ignored = usize::try_from(unpacked.ignored).unwrap_or(usize::MAX);
        out.push_str(&row("ignored", &format!("{}, which source-controller leaves out too", count(ignored, "file"))));
    }
    let sorts = [
        ("links", "left out, as Flux does", &unpacked.links),
        ("", "hard links, empty as for Flux", &unpacked.hard_links),
    ];
    for (name, what, paths) in sorts {
        if !paths.is_empty() {
            let shown = paths.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
            let more = if paths.len() > NAMED { " …" } else { "" };
            out.push_str(&row(name, &format!("{what}: {shown}{more}")));
        }
    }
    out
}

fn row(name: &str, text: &str) -> String {
    format!("  {name:<9}  {}\n", one_line(text))
}
