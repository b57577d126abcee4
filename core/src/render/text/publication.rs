//! What was built or pushed, for people.

use crate::diag::Severity;
use crate::publication::{LeftOut, Publication, PushFinding};

use super::super::printable::one_line;
use super::count;
use super::look::{Look, wrap};
use super::table::size;

/// What was built or pushed, without what was found. `all`: the largest files too.
pub fn publication_text(of: &Publication, all: bool, look: &Look) -> String {
    let tag = of.tag.as_ref().map_or_else(String::new, |tag| format!(":{tag}"));
    let head = match (&of.url, &of.file) {
        (Some(url), _) => format!("{} {}", look.good("pushed"), look.bold(&one_line(&format!("{url}{tag}")))),
        (None, Some(file)) => format!("{} {}", look.good("built"), look.bold(&one_line(file))),
        (None, None) => look.good("built"),
    };
    let mut out = format!("{head}\n");
    if let Some(digest) = &of.digest {
        out.push_str(&row("digest", digest));
    }
    let upload = match of.upload {
        Some("existed") => "   was there already",
        Some("mounted") => "   taken from another repository",
        _ => "",
    };
    out.push_str(&row("layer", &format!("{}   {}{upload}", of.layer.digest, size(of.layer.size))));
    let contents = &of.contents;
    let files = usize::try_from(contents.files).unwrap_or(usize::MAX);
    out.push_str(&row("files", &format!("{}, {}", count(files, "file"), size(contents.size))));
    let labels = [("created", &of.labels.created), ("source", &of.labels.source), ("revision", &of.labels.revision)];
    for (name, label) in labels {
        if let Some(label) = label {
            out.push_str(&row(name, label));
        }
    }
    if contents.ignored > 0 {
        out.push_str(&row("ignored", &contents.ignored.to_string()));
    }
    for (left, name) in [(&contents.links, "links"), (&contents.special, "no files")] {
        if left.count > 0 {
            out.push_str(&row(name, &format!("left out: {}", names(left))));
        }
    }
    for (index, (path, bytes)) in contents.largest.iter().enumerate().take(if all { usize::MAX } else { 0 }) {
        out.push_str(&row(if index == 0 { "largest" } else { "" }, &format!("{:>9}  {path}", size(*bytes))));
    }
    out
}

/// What stands against pushing, a paragraph each.
pub fn push_findings_text(findings: &[PushFinding], look: &Look) -> String {
    let mut out = String::new();
    for finding in findings {
        let severity = finding.severity.as_str();
        let head = format!("{severity}[{}]", finding.rule);
        let head = match finding.severity {
            Severity::Error => look.error(&head),
            Severity::Warning => look.warning(&head),
            Severity::Info => look.info(&head),
        };
        let path = finding.path.as_ref().map_or_else(String::new, |path| format!("{}: ", one_line(path)));
        out.push_str(&format!("{head}: {}\n", look.bold(&format!("{path}{}", one_line(&finding.message)))));
        for (index, line) in wrap(&finding.help, look.width.min(110).saturating_sub(8)).iter().enumerate() {
            let name = if index == 0 { look.help("do:  ") } else { "     ".to_owned() };
            out.push_str(&format!("  {name}{line}\n"));
        }
    }
    out
}

fn names(left: &LeftOut) -> String {
    let shown = left.paths.iter().take(5).map(String::as_str).collect::<Vec<_>>();
    let more = left.count.saturating_sub(shown.len() as u64);
    if more > 0 { format!("{} and {more} more", shown.join(", ")) } else { shown.join(", ") }
}

fn row(name: &str, text: &str) -> String {
    format!("  {name:<9}  {}\n", one_line(text))
}
