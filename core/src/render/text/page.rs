//! A rule's page for a terminal: headings bold, code dimmed, everything else as it is written.

use super::look::{Look, wrap};

/// Markdown as a terminal shows it. Pages are plain: headings, paragraphs, lists, quotes, fences.
pub fn page_text(page: &str, look: &Look) -> String {
    let mut out = String::new();
    let mut paragraph: Vec<&str> = Vec::new();
    let mut in_fence = false;
    for line in page.lines() {
        let is_fence = line.trim_start().starts_with("```");
        let is_prose = !in_fence && !is_fence && !line.is_empty() && !line.starts_with(['#', '-', '*', '>', '|', ' ']);
        if is_prose {
            paragraph.push(line);
            continue;
        }
        flush(&mut paragraph, look, &mut out);
        if is_fence {
            in_fence = !in_fence;
            if in_fence {
                // The word behind the fence says what the example is: bad, fixed, good. What follows
                // it is for the tests.
                let words = line.trim_start().trim_start_matches('`').trim_start_matches("yaml");
                let word = words.split_whitespace().next().unwrap_or("example");
                out.push_str(&format!("  {}\n", look.dim(&format!("── {word}"))));
            }
        } else if in_fence {
            let line = format!("  {line}");
            out.push_str(&look.dim(line.trim_end()));
            out.push('\n');
        } else if let Some(heading) = line.strip_prefix('#') {
            out.push_str(&look.bold(heading.trim_start_matches('#').trim()));
            out.push('\n');
        } else {
            out.push_str(&item(line, look));
        }
    }
    flush(&mut paragraph, look, &mut out);
    out
}

fn flush(paragraph: &mut Vec<&str>, look: &Look, out: &mut String) {
    if paragraph.is_empty() {
        return;
    }
    for line in wrap(&paragraph.join(" "), look.width.min(100)) {
        out.push_str(&spans(&line, look));
        out.push('\n');
    }
    paragraph.clear();
}

/// A list item, a quote, a row or an empty line.
fn item(line: &str, look: &Look) -> String {
    let body = line.trim_start_matches([' ', '-', '*', '>']);
    let mark = line.len() - body.len();
    let (first, rest) = (line.get(..mark).unwrap_or_default(), " ".repeat(mark));
    let mut out = String::new();
    for (index, part) in wrap(body, look.width.min(100).saturating_sub(mark).max(30)).iter().enumerate() {
        let start = if index == 0 || first.starts_with('>') { first } else { &rest };
        out.push_str(format!("{start}{}", spans(part, look)).trim_end());
        out.push('\n');
    }
    if out.is_empty() { "\n".to_owned() } else { out }
}

/// Code and links within a line.
fn spans(line: &str, look: &Look) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find(['`', '[']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        if let Some((code, after)) = from.strip_prefix('`').and_then(|code| code.split_once('`')) {
            out.push_str(&if look.color { look.dim(code) } else { format!("`{code}`") });
            rest = after;
        } else if let Some((text, url, after)) = link(from) {
            out.push_str(&if look.hyperlinks { look.link(text, url) } else { format!("{text} <{url}>") });
            rest = after;
        } else {
            let mut characters = from.chars();
            out.extend(characters.next());
            rest = characters.as_str();
        }
    }
    out.push_str(rest);
    out
}

/// `[text](address)` at the beginning of a text: its parts, and what follows.
fn link(text: &str) -> Option<(&str, &str, &str)> {
    let (words, rest) = text.strip_prefix('[')?.split_once("](")?;
    let (url, after) = rest.split_once(')')?;
    Some((words, url, after))
}
