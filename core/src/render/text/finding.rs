//! One finding: the place, why it matters, what to do.

use annotate_snippets::renderer::Renderer;
use annotate_snippets::{Annotation, AnnotationKind, Element, Group, Level, Padding, Patch, Snippet};

use crate::diag::{Applicability, Diagnostic, FileId, Fix, Location, Severity};
use crate::model::File;
use crate::text::{Edit, Span};

use super::super::printable::{one_line, printable};
use super::super::{Run, mark, url};
use super::excerpt::Excerpt;
use super::look::{Look, wrap};
use super::shorten::{shorten, shorten_prose};

/// Places of a file that lie further apart have excerpts of their own.
const NEAR: usize = 40;

/// A place of more lines is shown by its first one.
const MOST_LINES: usize = 12;

/// Columns before the text of a reason: the gutter, `= why: `.
const REASON_INDENT: usize = 12;

pub(super) fn render(run: &Run<'_>, diagnostic: &Diagnostic, look: &Look, with_docs: bool) -> String {
    let message = shorten(&diagnostic.message);
    let level = level(diagnostic.severity);
    let url = url(diagnostic);
    let mut title = level.clone().primary_title(message).id(diagnostic.rule);
    if let (Some(url), true) = (&url, look.hyperlinks) {
        title = title.id_url(url.clone());
    }
    let mut main = Group::with_title(title).elements(places(run, diagnostic));
    let has_fix = diagnostic.fix.as_ref().is_some_and(|fix| !fix.edits.is_empty());
    let has_snippet = run.file(diagnostic.at.file).is_some();
    let docs = url.filter(|_| with_docs && !look.hyperlinks);
    if has_snippet && (diagnostic.why.is_some() || !has_fix && (diagnostic.help.is_some() || docs.is_some())) {
        main = main.element(Padding);
    }
    if let Some(why) = &diagnostic.why {
        main = main.element(reason("why", why, look));
    }
    let help = diagnostic.help.as_deref();
    let mut groups = Vec::new();
    match diagnostic.fix.as_ref().filter(|_| has_fix) {
        Some(fix) => {
            let mut group = Level::HELP.secondary_title(fix_title(help, fix, look)).elements(patches(run, fix));
            if let Some(docs) = docs {
                group = group.element(docs_line(&docs));
            }
            groups.push(main);
            groups.push(group);
        }
        None => {
            if let Some(help) = help {
                main = main.element(reason("help", help, look));
            }
            if let Some(docs) = docs {
                main = main.element(docs_line(&docs));
            }
            groups.push(main);
        }
    }
    let renderer = if look.color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.hyperlink(look.hyperlinks).term_width(look.width);
    // The renderer replaces what would steer a terminal, but for the characters that are a sequence by themselves.
    let mut out = renderer.render(&groups).replace(|c| matches!(c, '\u{80}'..='\u{9f}'), "\u{fffd}");
    // The renderer ends lines of the gutter with blanks.
    if !look.color {
        out = out.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    }
    out.push('\n');
    out
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    }
}

fn reason<'a>(name: &'a str, text: &str, look: &Look) -> Element<'a> {
    let text = shorten_prose(text);
    let text = printable(&text);
    let width = look.width.min(110).saturating_sub(REASON_INDENT).max(30);
    Level::NOTE.with_name(name).message(wrap(&text, width).join("\n")).into()
}

/// An address is to be clicked or copied: whole, and on one line.
fn docs_line(url: &str) -> Element<'static> {
    Level::NOTE.with_name("docs").message(url.to_owned()).into()
}

fn fix_title(help: Option<&str>, fix: &Fix, look: &Look) -> String {
    let what = help.unwrap_or(&fix.title);
    let state = match fix.applicability {
        Applicability::Safe => " (fix\u{a0}available)",
        Applicability::Unsafe => " (fix\u{a0}available\u{a0}with\u{a0}--unsafe-fixes)",
        Applicability::Display => "",
    };
    let text = format!("{what}{state}");
    let text = shorten_prose(&text);
    wrap(&printable(&text), look.width.min(110).saturating_sub(REASON_INDENT).max(30)).join("\n").replace('\u{a0}', " ")
}

/// The main place, and the other ones, each file and neighbourhood as one excerpt.
fn places<'a>(run: &Run<'a>, diagnostic: &'a Diagnostic) -> Vec<Element<'a>> {
    let main = mark(diagnostic).map(|label| label.message.as_str());
    let mut marks = vec![Mark { at: diagnostic.at, label: main, is_main: true }];
    let others = diagnostic.labels.iter().filter(|label| label.at != diagnostic.at);
    marks.extend(others.map(|label| Mark { at: label.at, label: Some(&label.message), is_main: false }));
    let mut out: Vec<Element<'a>> = Vec::new();
    let mut left = marks;
    while let Some(first) = left.first() {
        let Some(file) = run.file(first.at.file) else {
            left.remove(0);
            continue;
        };
        let around = file.lines().line(first.at.span.start());
        let is_near = |mark: &Mark<'_>| {
            mark.at.file == first.at.file && file.lines().line(mark.at.span.start()).abs_diff(around) <= NEAR
        };
        let (near, rest): (Vec<Mark<'a>>, Vec<Mark<'a>>) = left.iter().partition(|mark| is_near(mark));
        out.push(snippet(file, &near).into());
        left = rest;
    }
    out
}

#[derive(Clone, Copy)]
struct Mark<'a> {
    at: Location,
    label: Option<&'a str>,
    is_main: bool,
}

fn snippet<'a>(file: &'a File, marks: &[Mark<'a>]) -> Snippet<'a, Annotation<'a>> {
    let marks: Vec<(Mark<'a>, Span)> = marks.iter().map(|mark| (*mark, shown(file, mark.at.span))).collect();
    let lines = file.lines();
    let parents: Vec<Span> = marks.iter().filter_map(|(_, span)| parent(file, lines.line(span.start()))).collect();
    let spans = || marks.iter().map(|(_, span)| *span).chain(parents.iter().copied());
    let first = spans().map(|span| lines.line(span.start())).min().unwrap_or_default();
    let last = spans().map(|span| lines.line(span.end())).max().unwrap_or_default();
    let cuts: Vec<usize> = spans().flat_map(|span| [span.start(), span.end()]).collect();
    let excerpt = Excerpt::new(file, first, last, &cuts);
    let kind = |mark: &Mark<'_>| if mark.is_main { AnnotationKind::Primary } else { AnnotationKind::Context };
    let annotations = marks.iter().map(|(mark, span)| {
        let label = mark.label.map(|label| one_line(&shorten(label)).into_owned());
        kind(mark).span(excerpt.range(*span)).label(label)
    });
    let visible = parents.iter().map(|span| AnnotationKind::Visible.span(excerpt.range(*span)));
    let annotations: Vec<Annotation<'a>> = annotations.chain(visible).collect();
    Snippet::source(excerpt.text).path(file.path.as_str()).line_start(excerpt.first_line).annotations(annotations)
}

/// The part of a place that is marked: all of it, but the first line alone where it has many.
fn shown(file: &File, span: Span) -> Span {
    let lines = file.lines();
    let (first, last) = (lines.line(span.start()), lines.line(span.end()));
    if last - first < MOST_LINES {
        return span;
    }
    Span::new(span.start(), lines.span(&file.text, first).end())
}

/// The key that a line stands under: the nearest line above that is indented less. In Markdown what
/// is no YAML is blank here.
fn parent(file: &File, line: usize) -> Option<Span> {
    let content = |number: usize| {
        let text = file.lines().span(&file.text, number).of(file.parsed_text());
        let trimmed = text.trim_start_matches(' ');
        (text.len() - trimmed.len(), trimmed)
    };
    let (indent, _) = content(line);
    if indent == 0 {
        return None;
    }
    for number in (line.saturating_sub(NEAR)..line).rev() {
        let (depth, text) = content(number);
        // What stands above the beginning of a document is another one.
        if text.starts_with("---") || text.starts_with("...") {
            return None;
        }
        if !text.is_empty() && !text.starts_with('#') && depth < indent {
            let at = file.lines().span(&file.text, number).start() + depth;
            return Some(Span::at(at));
        }
    }
    None
}

/// The edits of a fix, file by file, as a difference.
fn patches<'a>(run: &Run<'a>, fix: &'a Fix) -> Vec<Element<'a>> {
    let mut files: Vec<FileId> = fix.edits.iter().map(|(file, _)| *file).collect();
    files.sort_unstable();
    files.dedup();
    let is_single = files.len() == 1;
    let mut out: Vec<Element<'a>> = Vec::new();
    for id in files {
        let Some(file) = run.file(id) else { continue };
        let mut edits: Vec<&Edit> = fix.edits.iter().filter(|(of, _)| *of == id).map(|(_, edit)| edit).collect();
        edits.sort();
        // Edits that cannot be applied together are no difference.
        let overlap = |pair: &[&Edit]| matches!(pair, [a, b] if b.span.start < a.span.end || a.span == b.span);
        if edits.windows(2).any(overlap) {
            continue;
        }
        let near = |a: &&Edit, b: &&Edit| {
            file.lines().line(b.span.start()).saturating_sub(file.lines().line(a.span.end())) <= NEAR
        };
        for close in edits.chunk_by(near) {
            let snippet = patch(file, close);
            out.push(if is_single { snippet } else { snippet.path(file.path.as_str()) }.into());
        }
    }
    out
}

fn patch<'a>(file: &'a File, edits: &[&'a Edit]) -> Snippet<'a, Patch<'a>> {
    let lines = file.lines();
    let first = edits.iter().map(|edit| lines.line(edit.span.start())).min().unwrap_or_default();
    let last = edits.iter().map(|edit| lines.line(edit.span.end())).max().unwrap_or_default();
    let cuts: Vec<usize> = edits.iter().flat_map(|edit| [edit.span.start(), edit.span.end()]).collect();
    let excerpt = Excerpt::new(file, first, last, &cuts);
    let patches: Vec<Patch<'a>> = edits
        .iter()
        .map(|edit| Patch::new(excerpt.range(edit.span), shorten(&edit.text).replace("\r\n", "\n")))
        .collect();
    Snippet::source(excerpt.text).line_start(excerpt.first_line).patches(patches)
}
